"""Errors that the public reports: read, dealt with, and noted; nobody adds one by hand."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from rallies import links
from rallies.enums import ReportState
from rallies.models import ErrorReport
from rallies.operations import reports as operations
from rallies.selectors.reports import count_open_reports
from rallies.text import shorten

from .base import OperationAdmin, person


@admin.register(ErrorReport)
class ErrorReportAdmin(OperationAdmin):
    words_when_empty = _("No error is reported. What visitors report on the page of an action stands here.")
    rules = staticmethod(operations.broken_values)
    editable = operations.EDITABLE
    list_display = ["beginning", "kind", "about", "state", "created_at"]
    list_filter = ["state", "kind", "created_at"]
    list_select_related = ["action"]
    search_fields = ["text", "action__title", "note"]
    readonly_fields = ["about", "kind", "text", "created_at", "handled_by", "handled_at"]
    fieldsets = [
        (_("Report"), {"fields": ["about", "kind", "text", "created_at"]}),
        (_("Desk"), {"fields": ["state", "note", "handled_by", "handled_at"]}),
    ]
    actions = ["mark_as_handled"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def view_on_site(self, obj: ErrorReport) -> str:
        return links.action_path(obj.action.slug)

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_report(pk, values, by=person(request), now=timezone.now())

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        count = count_open_reports(self.get_queryset(request))
        said = ngettext("%(count)d report is open", "%(count)d reports are open", count) % {"count": count}
        return super().changelist_view(request, {**(extra_context or {}), "open_reports": said})

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        operations.delete_reports([obj.pk], by=person(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:
        keys = list(queryset.values_list("pk", flat=True))
        operations.delete_reports(keys, by=person(request), now=timezone.now())

    @admin.action(description=_("Mark as handled"), permissions=["change"])
    def mark_as_handled(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:
        waiting = queryset.filter(state=ReportState.OPEN)
        self.run_on_each(request, waiting, operations.handle_report, done=_("Marked as handled: %(count)d."))

    @admin.display(description=_("in their words"))
    def beginning(self, report: ErrorReport) -> str:
        return shorten(" ".join(report.text.split()), limit=80)

    @admin.display(description=_("action"), ordering="action__title")
    def about(self, report: ErrorReport) -> str:
        address = reverse("admin:rallies_action_change", args=[report.action_id])
        return format_html('<a href="{}">{}</a>', address, report.action.title)
