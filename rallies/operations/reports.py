"""Errors that the public reports, and what the desk does about them.

No stamp moves and no line of history is written: reports are not public.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rallies.enums import ReportState
from rallies.models import Action, ErrorReport
from rallies.rules.access import Right
from rallies.rules.errors import RuleBroken
from rallies.rules.reports import RECENT, broken_handling, broken_report, check_room
from rallies.selectors.errors import ActionNotFound
from rallies.text import clean_text

from .access import needs
from .audit_lines import about
from .errors import raise_if_any
from .saving import Person, assign, insert, update
from .transaction import operation

EDITABLE = frozenset({"state", "note"})


@operation
def report_error(action_uid: str, *, kind: str, text: str, now: datetime) -> ErrorReport:
    """Keep what somebody says is wrong with a published action; nothing about who says it is taken.

    The same text about the same action is kept once while it is open: the one that is there is returned.
    Raises `RulesBroken`, `TooManyReports`, `ActionNotFound`.
    """
    cleaned = clean_text(text)
    raise_if_any(broken_report(kind=kind, text=cleaned))
    action = Action.objects.published().filter(uid=action_uid).first()
    if action is None:
        raise ActionNotFound(action_uid)
    waiting = ErrorReport.objects.filter(action=action, state=ReportState.OPEN)
    same = waiting.filter(text=cleaned).first()
    if same:
        return same
    check_room(open_of_action=waiting.count(), recent=ErrorReport.objects.filter(created_at__gt=now - RECENT).count())
    report = ErrorReport(action=action, kind=kind, text=cleaned, created_at=now)
    insert(report, by=None, now=now)
    return report


@operation
@needs(Right.CHANGE, ErrorReport)
def edit_report(report_id: int, values: Mapping[str, Any], *, by: Person, now: datetime) -> ErrorReport:
    """Note what was done, mark as handled or open again. Raises `RulesBroken`."""
    report = ErrorReport.objects.select_for_update().get(pk=report_id)
    before = report.state
    changed = assign(report, _cleaned(values))
    raise_if_any(broken_handling(state=report.state, note=report.note))
    if report.state != before:
        is_handled = report.state == ReportState.HANDLED
        moment = {"handled_at": now if is_handled else None, "handled_by": by if is_handled else None}
        changed += assign(report, moment)
    if changed:
        update(report, changed, by=by, now=now)
    return report


@operation
@needs(Right.CHANGE, ErrorReport)
def handle_report(report_id: int, *, by: Person, now: datetime) -> ErrorReport:
    """Mark as handled; one that is stays as it was."""
    return edit_report(report_id, {"state": ReportState.HANDLED.value}, by=by, now=now)


@operation
@needs(Right.DELETE, None)
def delete_reports(report_ids: Iterable[int], *, by: Person, now: datetime) -> int:
    """Take reports away for good, their text with them; how many."""
    count = 0
    chosen = ErrorReport.objects.select_related("action").filter(pk__in=list(report_ids))
    for report in chosen.select_for_update(of=("self",)):
        about(report)
        row: Any = report
        row._history_user, row._history_date = by, now
        row.delete()
        count += 1
    return count


def broken_values(values: Mapping[str, Any]) -> list[RuleBroken]:
    """What the rules say of these fields; nothing is written."""
    return broken_handling(**{"state": ReportState.OPEN.value, "note": ""} | _cleaned(values))


def _cleaned(values: Mapping[str, Any]) -> dict[str, str]:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a report: {', '.join(sorted(unknown))}")
    cleaned = dict(values)
    if "note" in cleaned:
        cleaned["note"] = clean_text(cleaned["note"] or "")
    return cleaned
