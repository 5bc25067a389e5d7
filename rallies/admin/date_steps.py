"""The single dates of a series at the desk: a list of those to come, and pages that skip, cancel or move one alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rallies import names, recurrence
from rallies.enums import ActionStatus, OccurrenceStatus
from rallies.models import Action, Occurrence
from rallies.operations import series_dates as operations
from rallies.operations.saving import Person
from rallies.rules.access import Right
from rallies.rules.series import allowed_date_steps
from rallies.selectors.series import DATES_AT_THE_DESK, dates_to_come

from .date_calendar import Day, Month, months_of
from .steps import MessageForm, Step, TimeForm

DATE_STEPS = (
    Step(
        "skip date", "skip-date", gettext_lazy("Skip…"), gettext_lazy("Skip this date"),
        gettext_lazy(
            "It does not take place: no page, feed or calendar will have it. Until the action is published nobody sees"
            " anything of this, and the date can be taken up again at any time."
        ),
        gettext_lazy("The date is skipped."), operations.skip_date, right=Right.CHANGE,
    ),
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
TAKE_UP = Step(
    "take up date", "take-up-date", gettext_lazy("Take up again…"), gettext_lazy("Take this date up again"),
    gettext_lazy("It takes place like the other dates. Where the action is public, pages, feeds and its history tell so at once."),
    gettext_lazy("The date is taken up again."), operations.take_up_date, right=Right.CHANGE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date: when it is, when the series has it if it was moved alone, and the steps that are open to it."""

    key: int | str
    day: date
    when: str
    moved_from: str = ""
    is_cancelled: bool = False
    is_skipped: bool = False
    message: str = ""
    steps: Sequence[tuple[Step, str]] = ()

    @property
    def state(self) -> str:
        return (
            "skipped" if self.is_skipped else "cancelled" if self.is_cancelled else "moved" if self.moved_from else ""
        )

    @property
    def said(self) -> str:
        """When it is and how it stands, for who does not see the calendar."""
        told = _("Cancelled") if self.is_cancelled else _("Skipped") if self.is_skipped else ""
        return ", ".join(filter(None, [self.when, told, self.moved_from]))


def date_rows(action: Action, *, now: datetime, may_change: bool) -> list[DateRow]:
    """The dates to come of a series, and the days that it skips between them; [] for what is none, unless its one date was
    cancelled alone."""
    rows = dates_to_come(action, now=now)
    if not action.recurrence_rule and not any(row.status == OccurrenceStatus.CANCELLED for row in rows):
        return []
    shown = [_row(action, row, may_change=may_change) for row in rows]
    last = rows[-1].original_day if len(rows) == DATES_AT_THE_DESK else date.max
    days = [day for day in recurrence.days_of(action.skipped_days) if now.date() <= day <= last]
    may_take_up = may_change and action.status != ActionStatus.CANCELLED
    shown += [_skipped_row(action, day, may_take_up=may_take_up) for day in days]
    return sorted(shown, key=lambda row: row.day)


def date_months(rows: Sequence[DateRow]) -> list[tuple[Month, list[DateRow]]]:
    """Small calendars of the dates, each with what can be done to those that it shows; a day leads there."""
    months = months_of(Day(row.day, row.said, f"#date-{row.key}", row.state) for row in rows)
    return [(month, [row for row in rows if row.day.replace(day=1) == month.first]) for month in months]


def _row(action: Action, row: Occurrence, *, may_change: bool) -> DateRow:
    allowed = allowed_date_steps(
        publication=action.publication,
        status=action.status,
        date_status=row.status,
        is_moved=row.is_moved,
        rule=action.recurrence_rule,
        was_public=action.published_at is not None,
    )
    steps = [(step, _address(action, row, step)) for step in DATE_STEPS if may_change and step.step in allowed]
    moved_from = ""
    if row.is_moved:
        moved_from = _("Moved from %(when)s") % {"when": names.when_words(row.original_day, action.start_time)}
    return DateRow(
        key=row.pk,
        day=row.start_date,
        when=names.when_words(row.start_date, row.start_time),
        moved_from=moved_from,
        is_cancelled=row.status == OccurrenceStatus.CANCELLED,
        message=row.message,
        steps=steps,
    )


def _skipped_row(action: Action, day: date, *, may_take_up: bool) -> DateRow:
    address = reverse(f"admin:rallies_action_{TAKE_UP.name}", args=[action.pk, day])
    return DateRow(
        key=f"{day:%Y%m%d}-skipped",
        day=day,
        when=names.when_words(day, action.start_time),
        is_skipped=True,
        steps=[(TAKE_UP, address)] if may_take_up else [],
    )


def _address(action: Action, row: Occurrence, step: Step) -> Any:
    return reverse(f"admin:rallies_action_{step.name}", args=[action.pk, row.pk])


def skip_picked(action: Action, days: Collection[date], *, by: Person, now: datetime) -> None:
    """Skip these days of a series and no others, as they were picked in its form; a day that the rule gives no longer is none
    of its dates. In the transaction of the form. Raises `TransitionNotAllowed`."""
    if not action.recurrence_rule:
        return
    was = set(recurrence.days_of(Action.objects.values_list("skipped_days", flat=True).get(pk=action.pk)))
    for day in sorted(was - set(days)):
        operations.take_up_date(action.pk, day=day, by=by, now=now)
    keys = {row.original_day: row.pk for row in Occurrence.objects.filter(action=action).without_text()}
    for day in sorted(keys.keys() & set(days) - was):
        operations.skip_date(keys[day], by=by, now=now)
