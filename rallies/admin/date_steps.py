"""The single dates of a series at the desk: a list of those to come, and pages that cancel or move one alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rallies import names
from rallies.enums import OccurrenceStatus
from rallies.models import Action, Occurrence
from rallies.operations import series_dates as operations
from rallies.rules.access import Right
from rallies.rules.series import allowed_date_steps
from rallies.selectors.series import dates_to_come

from .steps import MessageForm, Step, TimeForm

DATE_STEPS = (
    Step(
        "move date", "move-date", gettext_lazy("Move…"), gettext_lazy("Move this date"),
        gettext_lazy("This date alone gets the new time, and the page and calendars say from what to what. The others stay."),
        gettext_lazy("The date is moved."), operations.move_date, TimeForm, right=Right.CHANGE, tells_subscribers=True,
    ),
    Step(
        "move date back", "move-date-back", gettext_lazy("Move back…"), gettext_lazy("Move this date back"),
        gettext_lazy("This date is again when the series has it."),
        gettext_lazy("The date is moved back."), operations.move_date_back, MessageForm, right=Right.CHANGE, tells_subscribers=True,
    ),
    Step(
        "cancel date", "cancel-date", gettext_lazy("Cancel…"), gettext_lazy("Cancel this date"),
        gettext_lazy("It stays on the page and in calendars, marked as cancelled. The other dates take place."),
        gettext_lazy("The date is cancelled."), operations.cancel_date, MessageForm, right=Right.CHANGE, is_grave=True, tells_subscribers=True,
    ),
    Step(
        "restore date", "restore-date", gettext_lazy("Undo the cancellation…"), gettext_lazy("Put this date back on"),
        gettext_lazy("It is on again, where it stood, and calendars are told."),
        gettext_lazy("The date is back on."), operations.restore_date, MessageForm, right=Right.CHANGE, tells_subscribers=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date: when it is, when the series has it if it was moved alone, and the steps that are open to it."""

    when: str
    moved_from: str
    is_cancelled: bool
    message: str
    steps: Sequence[tuple[Step, str]]


def date_rows(action: Action, *, now: datetime, may_change: bool) -> list[DateRow]:
    """The dates to come of a series; [] for what is none, unless its one date was cancelled alone."""
    rows = dates_to_come(action, now=now)
    if not action.recurrence_rule and not any(row.status == OccurrenceStatus.CANCELLED for row in rows):
        return []
    return [_row(action, row, may_change=may_change) for row in rows]


def _row(action: Action, row: Occurrence, *, may_change: bool) -> DateRow:
    allowed = allowed_date_steps(
        publication=action.publication,
        status=action.status,
        date_status=row.status,
        is_moved=row.is_moved,
        rule=action.recurrence_rule,
    )
    steps = [(step, _address(action, row, step)) for step in DATE_STEPS if may_change and step.step in allowed]
    moved_from = ""
    if row.is_moved:
        moved_from = _("Moved from %(when)s") % {"when": names.when_words(row.original_day, action.start_time)}
    return DateRow(
        when=names.when_words(row.start_date, row.start_time),
        moved_from=moved_from,
        is_cancelled=row.status == OccurrenceStatus.CANCELLED,
        message=row.message,
        steps=steps,
    )


def _address(action: Action, row: Occurrence, step: Step) -> Any:
    return reverse(f"admin:rallies_action_{step.name}", args=[action.pk, row.pk])
