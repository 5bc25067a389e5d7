"""What stands beside an action, a campaign or a milestone at the desk: rows of a form."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rallies.models import Source
from rallies.rules.errors import RuleBroken
from rallies.rules.parts import broken_source

from .access import PartsByRules
from .forms import RuleForm, say_how_to_write
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


class PartForm(RuleForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            say_how_to_write(field)
        for name, row in self.instance._state.fields_cache.items():
            widget = getattr(self.fields.get(name), "widget", None)
            widget = getattr(widget, "widget", widget)
            if isinstance(widget, SafeAutocomplete) and row is not None:
                widget.known = {str(row.pk): str(row)}


class PartFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        if any("id" in form.errors for form in self.forms):
            raise forms.ValidationError(
                _("A row was taken off by somebody else meanwhile. Open the page again to see what is there.")
            )


class PartInline(PartsByRules, SafeAutocompletes, admin.TabularInline):
    """`owner` is the column that ties a source to what the form is of: only its own sources can be chosen."""

    form = PartForm
    formset = PartFormSet
    extra = 0
    show_change_link = False
    owner = ""

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
