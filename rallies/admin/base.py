"""The one base of every admin page that writes.

Forms collect what was typed; an operation writes it. What an operation refuses appears beside its
field with everything typed kept, because the refused attempt is rolled back and the same form is shown
again with the sentences added.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, UniqueConstraint
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rallies.operations.deleting import check_deletable, delete_rows
from rallies.operations.errors import RulesBroken
from rallies.operations.saving import Person
from rallies.rules.errors import RuleBroken

from .history import history_page


def person(request: HttpRequest) -> Person:
    """Who sits at the desk."""
    return request.user if isinstance(request.user, User) else None


class RuleForm(forms.ModelForm):
    """A model form that asks the rules, and shows what they say beside its fields."""

    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        """What the rules say of the input; fields that are wrong in themselves are not in `cleaned`."""
        return ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for rule in self.broken_rules(cleaned):
            if rule.field not in self.errors:
                self.add_error(rule.field if rule.field in self.fields else None, rule.sentence)
        return cleaned

    def validate_constraints(self) -> None:
        """Uniqueness only: what checks of the database say, rules have said in words and beside the field."""
        exclude = self._get_validation_exclusions()  # type: ignore[attr-defined]
        for constraint in self.instance._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                try:
                    constraint.validate(type(self.instance), self.instance, exclude=exclude)
                except ValidationError as error:
                    self.add_error(None, error)


class OperationForm(RuleForm):
    """A form whose input an operation writes; shows what the operation refused, too."""

    refused: Sequence[RuleBroken] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for rule in self.refused:
            self.add_error(rule.field if rule.field in self.fields else None, rule.sentence)
        return cleaned

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # The form remembers what it showed, so that what another person changed meanwhile is not undone.
            field.show_hidden_initial = not isinstance(field, forms.FileField)

    def typed(self) -> dict[str, Any]:
        """Every field of the form, as its operation takes it."""
        return dict(self.cleaned_data)

    def changed(self) -> dict[str, Any]:
        """The fields that this person changed, against what the form showed."""
        return {name: value for name, value in self.typed().items() if name in self.changed_data}


class SafeAutocomplete(AutocompleteSelect):
    """Django's own asks the database for whatever was sent in its place, and fails on words."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [key for key in value if str(key).isdecimal()], attrs)


class SafeAutocompletes:
    """For admins and inlines with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        owner: Any = self
        if db_field.name in owner.get_autocomplete_fields(request):
            kwargs["widget"] = SafeAutocomplete(db_field, owner.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class OperationAdmin(SafeAutocompletes, admin.ModelAdmin):
    """Subclasses name their operations in `create` and `edit`; nothing here calls `save()`."""

    form = OperationForm
    save_on_top = False
    list_per_page = 50
    show_full_result_count = False

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        raise NotImplementedError

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        raise NotImplementedError

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        made: Any = super().get_form(request, obj, change=change, **kwargs)
        made.refused = getattr(request, "refused_rules", ())
        return made

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except RulesBroken as error:
            refused: Sequence[RuleBroken] = error.broken
        except RuleBroken as error:
            refused = [error]
        # The attempt is rolled back: changeform_view() is one transaction. Show the form again.
        request.refused_rules = refused  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        row = self.edit(obj.pk, form.changed(), request) if change else self.create(form.typed(), request)
        obj.__dict__.update(row.__dict__)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        raise NotImplementedError

    # The history of a row is kept field by field by its model; the admin's own log would be a write
    # outside operations that says less.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    # --- deleting: an operation, which refuses what the world has seen or something leans on

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        row: Any = self.get_object(request, unquote(object_id))
        try:
            if row is not None:
                check_deletable(row)
            return super().delete_view(request, object_id, extra_context)
        except RuleBroken as error:
            self.message_user(request, error.sentence, messages.ERROR)
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
            )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_rows([obj], by=person(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:
        delete_rows(queryset, by=person(request), now=timezone.now())

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with them, by kind and number; its parts have no permissions of their own."""
        rows, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return rows, counts, set(), protected

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._chosen_action(request, queryset, *args, **kwargs)
        except RuleBroken as error:
            # All or nothing: one of the chosen cannot be deleted.
            self.message_user(request, error.sentence, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def _chosen_action(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        # Chosen rows come as numbers; anything else was not sent by the page.
        sent: Any = request.POST.copy()
        chosen = [key for key in sent.getlist(ACTION_CHECKBOX_NAME) if key.isdecimal()]
        sent.setlist(ACTION_CHECKBOX_NAME, chosen)
        request.POST = sent
        return super().response_action(request, queryset, *args, **kwargs)

    def run_on_each(self, request: HttpRequest, queryset: "QuerySet[Any]", step: Any, *, done: Any) -> None:
        """Run a step on each chosen row; say how many it was done to, and why it was refused to others."""
        count = 0
        for row in queryset:
            try:
                step(row.pk, by=person(request), now=timezone.now())
                count += 1
            except (RuleBroken, RulesBroken) as error:
                self.message_user(request, _("%(row)s: %(problem)s") % {"row": row, "problem": error}, messages.WARNING)
        if count:
            self.message_user(request, str(done) % {"count": count}, messages.SUCCESS)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return history_page(self, request, object_id)


class ReadingAdmin(admin.ModelAdmin):
    """A noun that the desk looks at but does not write by hand."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
