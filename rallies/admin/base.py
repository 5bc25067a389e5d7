"""The one base of every admin page that writes.

Forms collect what was typed; an operation writes it. What an operation refuses appears beside its
field with everything typed kept, because the refused attempt is rolled back and the same form is shown
again with the sentences added.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import flatten, unquote
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rallies.http.sign_in import FRESH_TO_SEND, fresh_sign_in, is_fresh, sign_in_again
from rallies.models import SearchEntry, SeriesText
from rallies.operations.deleting import check_deletable, delete_rows
from rallies.operations.errors import RulesBroken
from rallies.operations.meanwhile import ChangedMeanwhile, check_parts, check_seen
from rallies.operations.saving import Person
from rallies.rules.errors import RuleBroken

from .access import ByRules, actor
from .fields import WIDGETS
from .forms import OperationForm, Rules
from .history import Restoring, history_page
from .meanwhile import LIST, SEEN, newest_number, seen_by, tell, token
from .paging import KeysFirst
from .restoring import RECORD, can_be_filled, fill, form_address
from .safe import SafeAutocompletes, SafeLists, is_key

# What the site makes of rows for itself.
MADE_OF_ROWS = (SearchEntry, SeriesText)
NAMED = 5


def person(request: HttpRequest) -> Person:
    """Who sits at the desk."""
    return request.user if isinstance(request.user, User) else None


def _named(rows: Sequence[str]) -> str:
    """The first of them by name, and how many more there are."""
    first, rest = ", ".join(f"“{row}”" for row in rows[:NAMED]), len(rows) - NAMED
    if rest <= 0:
        return first
    more = ngettext("%(rows)s and %(count)d more", "%(rows)s and %(count)d more", rest)
    return more % {"rows": first, "count": rest}


def _unfolded(options: dict[str, Any], *, told: Container[str]) -> dict[str, Any]:
    """The options of a fieldset, unfolded if something is told of a field in it: Django looks at what is wrong with fields
    that stand alone only."""
    names = flatten(options["fields"])
    if not any(name in told for name in names):
        return options
    return {**options, "classes": [name for name in options.get("classes", ()) if name != "collapse"]}


class OperationAdmin(ByRules, SafeLists, SafeAutocompletes, admin.ModelAdmin):
    """Subclasses name their operations in `create` and `edit`, and in `save_parts` the one for their inlines; what
    their forms ask stands in `rules` and `editable`. Nothing here calls `save()`."""

    form: Any = OperationForm
    rules: Rules
    editable: frozenset[str]
    save_parts: Callable[..., None]
    save_on_top = False
    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = WIDGETS

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        raise NotImplementedError

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        raise NotImplementedError

    # --- forms, and lists that are edited in place: what an operation refuses is shown where it was typed

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = self._asking(super().get_form(request, obj, change=change, **kwargs), request)
        is_asked = obj is not None and RECORD in request.GET and self.shows_history(request)
        if is_asked and (said := fill(form, request, obj)):
            self.message_user(request, said, messages.INFO)
        return form

    def shows_history(self, request: HttpRequest) -> bool:
        """Whether whoever may see a row may also read what it was before: in its history, and in its form."""
        return True

    def restoring(self, request: HttpRequest, row: Any) -> Restoring:
        """For who may change the row: where a field gets again what a record has of it; "" for what its form lacks."""
        fields = super().get_form(request, row, change=True).base_fields
        known = {name for name, field in fields.items() if can_be_filled(field)}
        return lambda name, record: form_address(row, name, record) if name in known else ""

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return self._asking(super().get_changelist_form(request, form=OperationForm, **kwargs), request)

    def _asking(self, form: Any, request: HttpRequest) -> Any:
        form.rules, form.editable = staticmethod(self.rules), self.editable
        form.refused, form.told = getattr(request, "refused", {}), getattr(request, "told", {})
        return form

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        shown: Any = context["adminform"]
        told = {*shown.form.errors, *getattr(shown.form, "filled", ())}
        shown.fieldsets = [(name, _unfolded(options, told=told)) for name, options in shown.fieldsets]
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        # Before the row is read: what changes between the two is told once too often, and never too seldom.
        context = {**self._seen(request, unquote(object_id) if object_id else LIST), **(extra_context or {})}
        for _attempt in range(2):
            try:
                return super().changeform_view(request, object_id, form_url, context)
            except (RuleBroken, RulesBroken, ChangedMeanwhile) as error:
                self._note(error, request)
            # The attempt is rolled back: changeform_view() is one transaction. Show the form again.
        return super().changeform_view(request, object_id, form_url, context)

    def _seen(self, request: HttpRequest, pk: str) -> dict[str, Any]:
        return {SEEN: request.POST.get(SEEN) or token(self.model, pk, newest_number(self.model))}

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        rows = super().get_changelist_instance(request)
        # The columns that are edited in place have an input in every row: it is for those who may change every row.
        if not actor(request).is_administrator:
            rows.list_editable = ()
        return rows

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {**(self._seen(request, LIST) if self.list_editable else {}), **(extra_context or {})}
        try:
            return super().changelist_view(request, context)
        except (RuleBroken, RulesBroken, ChangedMeanwhile) as error:
            self._note(error, request)
        # All rows of the list are one transaction, too.
        return super().changelist_view(request, context)

    def _note(self, error: RuleBroken | RulesBroken | ChangedMeanwhile, request: Any) -> None:
        if isinstance(error, ChangedMeanwhile):
            request.told = tell(error, request)
            return
        broken = error.broken if isinstance(error, RulesBroken) else (error,)
        request.refused = {getattr(request, "writing", None): broken}

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        request.writing = obj.pk
        if change:
            values = form.changed()
            check_seen(form.stored, values, seen=seen_by(form, request.POST))
            row = self.edit(obj.pk, values, request)
        else:
            row = self.create(form.typed(), request)
        obj.__dict__.update(row.__dict__)
        wanted = form.cleaned_data.get("slug")
        if wanted and "slug" in form.changed_data and wanted != obj.slug:
            said = _("The address name is “%(slug)s”: “%(wanted)s” is taken, or has a meaning of its own.")
            self.message_user(request, said % {"slug": obj.slug, "wanted": wanted}, messages.WARNING)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        saved = formset.save(commit=False)
        check_parts(formset.shown_parts())
        self.save_parts(
            form.instance.pk, saved=saved, removed=formset.deleted_objects, by=person(request), now=timezone.now()
        )
        formset.save_m2m = lambda: None

    # The history of a row is kept field by field by its model; the admin's own log would be a write
    # outside operations that says less.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    # --- deleting: an operation, which refuses what the world has seen or something leans on. Nothing brings a row back but
    # a backup, so it asks to sign in again, for every noun.

    @method_decorator(fresh_sign_in)
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        row: Any = self.get_object(request, unquote(object_id))
        try:
            # Who may not delete it learns nothing of what leans on it.
            if row is not None and self.has_delete_permission(request, row):
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
        untold = {str(made._meta.verbose_name_plural) for made in MADE_OF_ROWS}
        told = {kind: count for kind, count in counts.items() if str(kind) not in untold}
        return rows, told, set(), protected

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What cannot be undone stands last, where no thumb falls on it first."""
        actions: dict[str, Any] = super().get_actions(request)
        last = {"delete_selected": actions.pop("delete_selected")} if "delete_selected" in actions else {}
        return {**actions, **last}

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        if "delete_selected" in request.POST.getlist("action"):
            if refused := self._not_deletable(request, queryset):
                # Before anybody signs in again and reads what would go.
                self.message_user(request, refused, messages.ERROR)
                return HttpResponseRedirect(request.get_full_path())
            if not is_fresh(request, within=FRESH_TO_SEND):
                return sign_in_again(request)
        try:
            return super().response_action(request, queryset, *args, **kwargs)
        except RuleBroken as error:
            # All or nothing: one of the chosen cannot be deleted.
            self.message_user(request, error.sentence, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def _not_deletable(self, request: HttpRequest, queryset: "QuerySet[Any]") -> str:
        """Which of the chosen rows cannot be deleted, and why; of what somebody may not delete nothing is told."""
        chosen = [key for key in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_key(key)]
        rows = queryset if request.POST.get("select_across") == "1" else queryset.filter(pk__in=chosen)
        refused: dict[str, list[str]] = {}
        for row in rows:
            try:
                if self.has_delete_permission(request, row):
                    check_deletable(row)
            except RuleBroken as error:
                refused.setdefault(error.sentence, []).append(str(row))
        if not refused:
            return ""
        told = [f"{_named(found)}: {sentence}" for sentence, found in refused.items()]
        return " ".join([_("Nothing is deleted."), *told])

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
        if not self.shows_history(request):
            raise Http404
        return history_page(self, request, object_id)


class WithoutHistory:
    """For admins of nouns whose history is not kept: Django would show its own log, which nobody writes."""

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        more = {**context, "is_without_history": True}
        return super().render_change_form(request, more, *args, **kwargs)  # type: ignore[misc]

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> Any:
        raise Http404


class ReadingAdmin(WithoutHistory, ByRules, SafeLists, admin.ModelAdmin):
    """A noun that the desk looks at but does not write by hand."""

    list_per_page = 50
    show_full_result_count = False
    paginator = KeysFirst

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
