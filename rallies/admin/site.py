"""The first page of the desk, and what its fields ask."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from rallies.models import ErrorReport
from rallies.rules.access import Right
from rallies.selectors.access import rows_for
from rallies.selectors.reports import count_open_reports

from .access import actor


@admin.site.admin_view
def first_page(request: HttpRequest) -> HttpResponse:
    count = count_open_reports(rows_for(actor(request), Right.VIEW, ErrorReport))
    return admin.site.index(request, {"open_reports": count})


@admin.site.admin_view
def choose(request: HttpRequest) -> HttpResponse:
    """What autocompletes ask, in place of Django's own address: see `is_choosing`."""
    request.is_choosing = True  # type: ignore[attr-defined]
    return admin.site.autocomplete_view(request)
