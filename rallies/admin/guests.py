"""The field that asks which groups are invited to stand beside a new action."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from rallies.models import Organizer, Participation
from rallies.text import fold

from .safe import is_key


class GuestsWidget(AutocompleteSelectMultiple):
    """A box that completes names of groups; without scripts a text with one name a line, as `names`."""

    names = ""
    groups: "QuerySet[Organizer]" = Organizer.objects.none()

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(Participation._meta.get_field("organizer"), admin.site, attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        keys = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        self.names = data.get(f"{name}_names", "")
        lines = (line.strip() for line in self.names.splitlines())
        return [*filter(is_key, keys), *(line for line in lines if line)]

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        chosen = self.groups.filter(pk__in=[key for key in value if is_key(key)])
        options = [self.create_option(name, row.pk, str(row), True, at, attrs=attrs) for at, row in enumerate(chosen)]
        return [(None, options, 0)]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        box = super().render(name, value, attrs, renderer)
        context = {"box": box, "name": f"{name}_names", "names": self.names}
        return render_to_string("admin/rallies/guests.html", context)


class GuestsField(forms.MultipleChoiceField):
    """Groups of `groups`, chosen by key or written by name. Its value is a list of rows, in the order given."""

    widget = GuestsWidget
    groups: "QuerySet[Organizer]" = Organizer.objects.none()

    def valid_value(self, value: Any) -> bool:
        return True

    def clean(self, value: Any) -> list[Organizer]:
        given: list[str] = super().clean(value)
        found = {row.pk: row for row in self.groups.filter(pk__in=[key for key in given if is_key(key)])}
        written = [each for each in given if not is_key(each)]
        named = self._named(written) if written else {}
        rows: dict[int, Organizer] = {}
        for each in given:
            row = found.get(int(each)) if is_key(each) else named.get(fold(each))
            if row is None:
                said = _("“%(name)s” is no group here, or several have this name.")
                raise forms.ValidationError(said, params={"name": each})
            rows[row.pk] = row
        return list(rows.values())

    def _named(self, names: list[str]) -> Mapping[str, Organizer]:
        """Groups by folded name, those that alone have it."""
        wanted = {fold(name) for name in names}
        found: dict[str, list[Organizer]] = {}
        for row in self.groups.all():
            if fold(row.name) in wanted:
                found.setdefault(fold(row.name), []).append(row)
        return {name: rows[0] for name, rows in found.items() if len(rows) == 1}
