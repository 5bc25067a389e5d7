"""What stands beside an action, a campaign or a milestone at the desk: rows of a form."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from rallies.models import Source
from rallies.operations.meanwhile import Part
from rallies.rules.errors import RuleBroken
from rallies.rules.parts import broken_source

from .access import PartsByRules
from .fields import WIDGETS
from .forms import SharedForm
from .safe import SafeAutocomplete, SafeAutocompletes, is_key


class OwnSources(ModelChoiceIterator):
    """The choices of a field, read once for all rows of a form."""

    def __iter__(self) -> Iterator[Any]:
        field: Any = self.field
        if not field.read:
            field.read.extend(super().__iter__())
        return iter(field.read)


class OwnSourceField(forms.ModelChoiceField):
    iterator = OwnSources

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Copies of the field, one for each row, share it.
        self.read: list[Any] = []
        super().__init__(*args, **kwargs)


class PartForm(SharedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_gone = False
        """Whether the row was there when the page was opened, and is no longer: known once the form is cleaned."""
        self.own = frozenset(self.fields)
        """Without those that tie the row to what it stands beside."""
        for name, row in self.instance._state.fields_cache.items():
            widget = getattr(self.fields.get(name), "widget", None)
            widget = getattr(widget, "widget", widget)
            if isinstance(widget, SafeAutocomplete) and row is not None:
                widget.known = {str(row.pk): str(row)}

    @property
    def touched(self) -> frozenset[str]:
        return self.own & frozenset(self.changed_data)

    @property
    def is_put_back(self) -> bool:
        return f"put-back-{self.prefix}" in self.data

    def _clean_fields(self) -> None:
        super()._clean_fields()
        self.is_gone = self.instance.pk is None and "id" in self.errors
        if self.is_gone:
            # That it is gone is no mistake: what the person changed of it is told in clean(), and the rest left out.
            del self.errors["id"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.is_gone and self.touched and not self.is_put_back:
            self.add_error(None, render_to_string("admin/rallies/gone_meanwhile.html", {"prefix": self.prefix}))
        return cleaned

    def shown(self) -> dict[str, Any]:
        """What the form showed, as it is stored; related rows by key. Only of fields of which something was sent along."""
        values = {}
        for name in self.own:
            bound, field = self[name], self.fields[name]
            if bound.html_initial_name not in self.data:
                continue
            sent: Any = self._widget_data_value(field.hidden_widget(), bound.html_initial_name)
            try:
                is_related = isinstance(field, forms.ModelChoiceField)
                values[name] = (int(sent) if is_key(sent) else None) if is_related else field.to_python(sent)
            except forms.ValidationError:
                continue
        return values


class PartFormSet(forms.BaseInlineFormSet):
    """Rows that others took off meanwhile are left out, unless the person changed them: then it is told, and once that is
    known they are put back."""

    def get_queryset(self) -> Any:
        # Django's admin pairs rows and forms by their order, and would leave out the last when one is gone.
        if self.is_bound and "forms" in self.__dict__:
            return [form.instance for form in self.initial_forms]
        return super().get_queryset()

    @property
    def deleted_forms(self) -> list[Any]:
        left_out = [form for form in self.shown_forms if form.is_gone and not form.touched]
        return [*super().deleted_forms, *left_out]

    @property
    def shown_forms(self) -> list[Any]:
        """Those of rows that were there when the page was opened."""
        return list(self.initial_forms)

    @property
    def spare_form(self) -> Any:
        """One row more, for browsers without scripts, which cannot add any: what has many rows to choose from is written."""
        form = self.empty_form
        form.prefix = self.add_prefix(self.total_form_count())
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, SafeAutocomplete):
                widget.is_written = True
                field.widget = widget
        return form

    def clean(self) -> None:
        super().clean()
        # Of a row that is taken off, Django does not ask whether it is valid.
        if any(form.told_of for form in self.shown_forms):
            raise forms.ValidationError(_("Somebody changed a row meanwhile that you changed too: see below."))

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        saved = super().save_existing_objects(commit=commit)
        back = [form for form in self.shown_forms if form.is_gone and form.touched and form not in self.deleted_forms]
        return [*saved, *(self.save_new(form, commit=commit) for form in back)]

    def shown_parts(self) -> list[Part]:
        """The rows that the person changed or took off, as they were shown."""
        there = [form for form in self.shown_forms if form.instance.pk is not None]
        return [
            Part(form.instance, form.shown(), form.touched, is_removed=form in self.deleted_forms)
            for form in there
            if form in self.deleted_forms or form.has_changed()
        ]


class PartInline(PartsByRules, SafeAutocompletes, admin.TabularInline):
    """`owner` is the column that ties a source to what the form is of: only its own sources can be chosen."""

    form = PartForm
    formset = PartFormSet
    extra = 0
    show_change_link = False
    formfield_overrides = WIDGETS
    owner = ""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.told = getattr(request, "told", {})
        return formset

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        return super().get_queryset(request).select_related(*self.autocomplete_fields)

    def choices(self, db_field: Any, request: HttpRequest) -> "QuerySet[Any]":
        """Those that may be named, and those that stand there already: an administrator may have named others."""
        offered, match = super().choices(db_field, request), request.resolver_match
        own = match.kwargs.get("object_id", "") if match else ""
        if not is_key(own):
            return offered
        there = self.model._default_manager.filter(**{self.fk_name or self.owner_field: own})
        both = Q(pk__in=offered.order_by().values("pk")) | Q(pk__in=there.order_by().values(db_field.attname))
        return db_field.related_model._default_manager.filter(both)

    @property
    def owner_field(self) -> str:
        """The field that leads from a part to the row it stands beside."""
        (name,) = [
            field.name
            for field in self.model._meta.get_fields()
            if isinstance(field, ForeignKey) and field.related_model is self.parent_model
        ]
        return name

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "source":
            match = request.resolver_match
            own = match.kwargs.get("object_id", "") if match else ""
            kwargs["form_class"] = OwnSourceField
            kwargs["queryset"] = Source.objects.filter(**{self.owner: own}) if is_key(own) else Source.objects.none()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SourceForm(PartForm):
    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        if "url" in self.errors:
            return ()
        return broken_source(**{name: cleaned.get(name) or "" for name in ("url", "outlet", "note", "confidence")})


class SourceInline(PartInline):
    """Name the owner in `fk_name`."""

    model = Source
    form = SourceForm
    fields = ["url", "outlet", "published_on", "note", "stated_date", "is_main", "confidence", "position"]
