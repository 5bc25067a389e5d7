"""Error reports, for the desk."""

from rallies.enums import ReportState
from rallies.models import ErrorReport


def count_open_reports(*, action_id: int | None = None) -> int:
    """How many reports wait for somebody: all of them, or those of one action."""
    waiting = ErrorReport.objects.filter(state=ReportState.OPEN)
    return (waiting if action_id is None else waiting.filter(action=action_id)).count()
