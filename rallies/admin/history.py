"""The history of a row, field by field, for the desk."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

LONGEST_HISTORY = 200


def history_page(site_admin: admin.ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Who changed what, newest first: for each change the fields with their values before and after."""
    row: Any = site_admin.get_object(request, unquote(object_id))
    if row is None:
        raise Http404
    if not site_admin.has_view_or_change_permission(request, row):
        raise PermissionDenied
    records = list(
        row.history.select_related("history_user").order_by("-history_date", "-history_id")[:LONGEST_HISTORY]
    )
    fields = [field for field in row.history.model.tracked_fields if field.name != "updated_at"]
    # diff_against() leaves out what no form edits, and the status is just that.
    entries = [
        {"record": newer, "changes": _changes(fields, older, newer) if older is not None else []}
        # A page of the site that nobody has changed yet has no record at all.
        for newer, older in zip(records, [*records[1:], None], strict=False)
    ]
    context = {
        **site_admin.admin_site.each_context(request),
        "title": _("History of %(row)s") % {"row": row},
        "entries": entries,
        "object": row,
        "opts": row._meta,
    }
    return TemplateResponse(request, "admin/rallies/history.html", context)


def _changes(fields: Iterable[Any], older: Any, newer: Any) -> list[dict[str, Any]]:
    return [
        {"field": field.verbose_name, "old": getattr(older, field.attname), "new": getattr(newer, field.attname)}
        for field in fields
        if getattr(older, field.attname) != getattr(newer, field.attname)
    ]
