"""Error reports, for the desk."""

from django.db.models import QuerySet

from rallies.enums import ReportState
from rallies.models import ErrorReport


def count_open_reports(reports: "QuerySet[ErrorReport]") -> int:
    """How many of them wait for somebody. Give those that the person at the desk may read."""
    return reports.filter(state=ReportState.OPEN).count()
