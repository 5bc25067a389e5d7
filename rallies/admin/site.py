"""The first page of the desk, and what its fields ask."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from .campaign_desk import desks_of
from .home import first_lines
from .requests import first_requests


@admin.site.admin_view
def first_page(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("The desk"),
        **first_lines(request),
        "requests": first_requests(request),
        "desks": desks_of(request),
    }
    return admin.site.index(request, context)


class Choices(AutocompleteJsonView):
    """In the words that the admin of a noun has for what may be chosen, if it has any."""

    def process_request(self, request: HttpRequest) -> tuple[Any, ...]:
        asked: tuple[Any, ...] = super().process_request(request)
        if not hasattr(asked[2], "get_limit_choices_to"):
            # The other end of a relation, for which no form has a field; Django's own fails over it.
            raise PermissionDenied
        return asked

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        shown: dict[str, str] = super().serialize_result(obj, to_field_name)
        words = getattr(self.model_admin, "words_of_choice", None)
        return {**shown, "text": words(obj)} if words else shown


@admin.site.admin_view
def choose(request: HttpRequest) -> HttpResponseBase:
    """What autocompletes ask, in place of Django's own address: see `is_choosing`."""
    request.is_choosing = True  # type: ignore[attr-defined]
    return Choices.as_view(admin_site=admin.site)(request)


@admin.site.admin_view
def nothing(request: HttpRequest, row: str) -> HttpResponse:
    """In place of Django's address that leads from the number of a row to its page: no page of ours does so, and it tells
    whoever is at the desk which rows there are, accounts and drafts of others too."""
    raise Http404
