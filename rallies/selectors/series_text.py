"""The calendar text of a series that goes out whole, made from its rows."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from rallies.formats.ics import CalendarText
from rallies.formats.ics_series import series
from rallies.models import Action, Change, Occurrence
from rallies.rules.errors import NoSuchTime
from rallies.rules.times import derive_span

from .gate import calendar_action

CLOCK = ("start_date", "start_time", "end_date", "end_time")


def series_text(
    action: Action, dates: Sequence[Occurrence], *, pending: Sequence[Change] = (), sequence: int, changed_at: datetime
) -> CalendarText | None:
    """The text of a series in the active language with this version; None where its dates go out one by one.

    The action must have been read with what the gate needs. `pending` as in `calendar_action`.
    """
    if not action.recurrence_rule or action.start_date is None:
        return None
    first = _first(action)
    if first is None:
        return None
    return series(
        replace(calendar_action(action, first, pending=pending), sequence=sequence, updated_at=changed_at),
        [
            replace(
                calendar_action(action, row, pending=pending), uid=action.uid, sequence=sequence, updated_at=changed_at
            )
            for row in sorted(dates, key=lambda row: row.recurrence_id)
            if row.recurrence_id
        ],
    )


def _first(action: Action) -> Occurrence | None:
    """The first date as the rule gives it, whatever became of it since; not a row. None if clocks jump over it."""
    clock = {name: getattr(action, name) for name in CLOCK}
    try:
        span = derive_span(**clock, timezone=action.timezone, kind=action.kind)
    except NoSuchTime:
        return None
    return Occurrence(uid=action.uid, **{**clock, **asdict(span)})
