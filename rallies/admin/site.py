"""The first page of the desk."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from rallies.selectors.reports import count_open_reports


@admin.site.admin_view
def first_page(request: HttpRequest) -> HttpResponse:
    return admin.site.index(request, {"open_reports": count_open_reports()})
