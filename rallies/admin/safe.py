"""What Django's admin fails on when an address or a form was not made by its own pages."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from rallies.text import clean_line, fold

from .access import choices_for

LONGEST_KEY = 18
"""Digits: more do not fit a key of the database."""
MOST_NAMES = 200


def is_key(value: object) -> bool:
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY


class SafeAutocomplete(AutocompleteSelect):
    """Django's own asks the database for whatever was sent in its place, and fails on words; and it asks once for
    each row of a form. `known` are the words of rows that are at hand, by key.

    Without scripts, rows of `offered` that have a name can be chosen by writing it: where `is_written`, that is all there is.
    """

    known: Mapping[str, str] = {}
    offered: "QuerySet[Any] | None" = None
    is_written = False
    words = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        key = super().value_from_datadict(data, files, name)
        self.words = clean_line(data.get(f"{name}_words") or "")
        return key or _named(self.offered, self.words) or key

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        box = "" if self.is_written else super().render(name, value, attrs, renderer)
        if not self.is_written and not self.words:
            return SafeString(box)
        context = {
            "box": box,
            "id": (attrs or {}).get("id", ""),
            "name": f"{name}_words",
            "words": self.words,
            "names": () if self.offered is None else self.offered.values_list("name", flat=True)[:MOST_NAMES],
        }
        return render_to_string("admin/rallies/written.html", context)

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        chosen = [str(key) for key in value if is_key(key)]
        if not chosen or not self.known.keys() >= set(chosen):
            return super().optgroups(name, chosen, attrs)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [self.create_option(name, key, self.known[key], True, 1, attrs=attrs) for key in chosen]
        return [(None, options, 0)]


def _named(rows: "QuerySet[Any] | None", words: str) -> str | None:
    """The key of the one row of that name, whatever its case and accents; the words, which no field takes, if there is none
    or several have it."""
    if rows is None or not words:
        return None
    found = [str(key) for key, name in rows.values_list("pk", "name") if fold(name) == fold(words)]
    return found[0] if len(found) == 1 else words


class SafeAutocompletes:
    """For admins and inlines with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        owner: Any = self
        if db_field.name in owner.get_autocomplete_fields(request):
            kwargs["widget"] = SafeAutocomplete(db_field, owner.admin_site)
            kwargs.setdefault("queryset", self.choices(db_field, request))
            if any(field.name == "name" for field in db_field.related_model._meta.fields):
                kwargs["widget"].offered = kwargs["queryset"]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def choices(self, db_field: Any, request: HttpRequest) -> "QuerySet[Any]":
        """What may be sent for the field: what its autocomplete offers, and no other row of that sort."""
        return choices_for(request, db_field.related_model)


class SafeLists:
    """For admins: lists and autocompletes that answer whatever is asked of them, and say so if nothing is there."""

    words_to_add: Any = ""
    words_when_empty: Any = ""
    words_of_order: Any = ""
    """What templates/admin/change_list.html says on the button that adds a row, where there is none, and of an order that no
    column shows."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if any("\0" in value for values in request.GET.lists() for value in [values[0], *values[1]]):
            # PostgreSQL refuses it in any text.
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        return super().changelist_view(request, extra_context)  # type: ignore[misc]

    def response_action(self, request: HttpRequest, queryset: "QuerySet[Any]", *args: Any, **kwargs: Any) -> Any:
        sent: Any = request.POST.copy()
        sent.setlist(ACTION_CHECKBOX_NAME, [key for key in sent.getlist(ACTION_CHECKBOX_NAME) if is_key(key)])
        request.POST = sent
        return super().response_action(request, queryset, *args, **kwargs)  # type: ignore[misc]

    def get_search_results(self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str) -> Any:
        return super().get_search_results(request, queryset, clean_line(search_term))  # type: ignore[misc]
