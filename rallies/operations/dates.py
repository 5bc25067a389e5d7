"""The occurrences of an action: made from its wall clock, kept with their UIDs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from rallies import recurrence
from rallies.models import Action, Occurrence
from rallies.places.cells import RESOLUTION, cell_of
from rallies.places.distance import unit_vector
from rallies.rules.errors import NoSuchTime, RuleBroken
from rallies.rules.times import derive_span
from rallies.selectors.gate import point_of

from .saving import assign, insert, update

CLOCK_FIELDS = ("start_date", "start_time", "end_date", "end_time")
POINT_FIELDS = ("latitude", "longitude", "unit_x", "unit_y", "unit_z", "cell")
WHEREABOUTS_FIELDS = (*POINT_FIELDS, "is_long")
WHEREABOUTS = f"1-{RESOLUTION}"
"""What `whereabouts` makes of an action and a date; raise the number when it makes something else."""
VERSION_FIELDS = ("next_sequence", "last_told_at")
"""What `sync_dates` remembers on the action of dates that are gone; whoever calls it writes them."""
LONG = timedelta(days=1)
"""What lasts longer is looked for apart by questions about what is near (selectors/near.py)."""


def sync_dates(action: Action, *, now: datetime) -> list[Occurrence]:
    """Make the action's occurrences what its wall clock says; all of them, in order.

    A date that stays keeps its row and UID; the first date of an action has the action's UID, and where no day stays
    the dates go along. A date of a series that was moved alone keeps its own clock, and one that
    is long past stays as it was. Dates that are no longer given are deleted, and their SEQUENCE is remembered: a
    later date goes on from there. An instance that the clocks jump over is left out (RFC 5545 §3.3.10); one that they jump over only since
    newer zone data stays at its old instants (`is_jumped_over`).
    """
    there = list(action.occurrences.all())
    rows: list[Occurrence] = []
    stuck: set[int] = set()
    matched = _matched(action, there, _days(action, now=now))
    for day, row in matched.items():
        try:
            rows.append(_written(action, row, day, now=now))
        except RuleBroken as broken:
            if row is not None and row.is_jumped_over and _keeps_clock(action, row, day):
                stuck.add(row.pk)
            elif day == action.start_date or not isinstance(broken, NoSuchTime):
                raise
    kept = {row.pk for row in rows} | stuck | {row.pk for row in there if _is_long_past(action, row, now=now)}
    gone = [row for row in there if row.pk not in kept]
    if gone:
        told = [row for row in gone if row.vevent and row.changed_at]
        action.next_sequence = max([action.next_sequence, *(row.sequence + 1 for row in told)])
        moments = [action.last_told_at, *(row.changed_at for row in told)]
        action.last_told_at = max((moment for moment in moments if moment is not None), default=None)
        Occurrence.objects.filter(pk__in=[row.pk for row in gone]).delete()
    rest = [row for row in there if row.pk in kept and row not in rows]
    store_whereabouts(place_dates(action, rest))
    rows += rest
    return sorted(rows, key=lambda row: (row.starts_at, row.pk))


def versions_of(action: Action) -> dict[str, Any]:
    return {name: getattr(action, name) for name in VERSION_FIELDS}


def place_dates(action: Action, rows: Sequence[Occurrence]) -> list[Occurrence]:
    """Set the public point of an action, and whether it is long, on its dates; those that changed, not written yet."""
    return [row for row in rows if assign(row, whereabouts(action, starts_at=row.starts_at, over_at=row.over_at))]


def store_whereabouts(rows: Sequence[Occurrence]) -> None:
    """Write what `place_dates` changed."""
    if rows:
        Occurrence.objects.bulk_update(rows, WHEREABOUTS_FIELDS, batch_size=200)


def whereabouts(action: Action, *, starts_at: datetime, over_at: datetime) -> dict[str, Any]:
    """What a date is found by when people ask what is near: the public point of its action in three forms."""
    point = point_of(action)
    values: Sequence[Any] = [None] * len(POINT_FIELDS)
    if point is not None:
        values = (point.latitude, point.longitude, *unit_vector(point), cell_of(point))
    return {**dict(zip(POINT_FIELDS, values, strict=True)), "is_long": over_at - starts_at > LONG}


def _days(action: Action, *, now: datetime) -> tuple[date, ...]:
    if action.start_date is None:
        return ()
    if not action.recurrence_rule:
        return (action.start_date,)
    today = now.date()
    return recurrence.expand(
        action.recurrence_rule,
        start_date=action.start_date,
        start_time=action.start_time,
        since=today - recurrence.HORIZON,
        until=max(today, action.start_date) + recurrence.HORIZON,
        limit=recurrence.MAX_DATES,
    )


def _is_long_past(action: Action, row: Occurrence, *, now: datetime) -> bool:
    """A date of a series that lies before the window in which dates are made."""
    return bool(action.recurrence_rule) and row.start_date < now.date() - recurrence.HORIZON


def _keeps_clock(action: Action, row: Occurrence, day: date) -> bool:
    clock = (day, action.start_time, action.end_time)
    return row.is_moved or (row.start_date, row.start_time, row.end_time) == clock


def _matched(action: Action, there: Sequence[Occurrence], days: Sequence[date]) -> dict[date, Occurrence | None]:
    """For each day the row that it has, None for a new one."""
    by_day = {row.recurrence_id[:8] or _stamp(row.start_date): row for row in there}
    matched = {day: by_day.pop(_stamp(day), None) for day in days}
    if not any(matched.values()):
        _match_shifted(action, matched, by_day)
    if action.start_date in matched and matched[action.start_date] is None:
        # The first date moved: the row that has the action's UID goes with it, unless its own day stays.
        rest = sorted(by_day.values(), key=lambda row: (row.uid != action.uid, row.starts_at, row.pk))
        # What was a series may be left with a date that has a UID of its own: that one goes on.
        if rest and (rest[0].uid == action.uid or not action.recurrence_rule):
            matched[action.start_date] = rest[0]
    return matched


def _match_shifted(action: Action, matched: dict[date, Occurrence | None], by_day: dict[str, Occurrence]) -> None:
    """Of a series that moved to days of which it had none, such as another weekday, each date goes to the nearest of
    them, as the day does on which it begins, or else along with the first: it keeps its UID, and what was called off
    stays so. The row with the action's UID is left for the first."""
    if action.start_date is None:
        return
    rows = {datetime.strptime(stamp, "%Y%m%d").date(): row for stamp, row in by_day.items() if row.uid != action.uid}
    first = [datetime.strptime(stamp, "%Y%m%d").date() for stamp, row in by_day.items() if row.uid == action.uid]
    begins = action.start_date
    nearest = sorted([*rows, *first], key=lambda day: abs(day - begins))[:1]
    for was in [*nearest, *first]:
        moved = begins - was
        found = {day: rows[day - moved] for day in matched if day != begins and day - moved in rows}
        if found:
            matched.update(found)
            for day in found:
                del by_day[_stamp(day - moved)]
            return


def _written(action: Action, row: Occurrence | None, day: date, *, now: datetime) -> Occurrence:
    made = row or Occurrence(action=action, sequence=action.next_sequence)
    if row is None and day == action.start_date and not action.occurrences.filter(uid=action.uid).exists():
        made.uid = action.uid
    if not action.recurrence_rule:
        made.is_moved = False
    wanted = {"recurrence_id": _recurrence_id(action, day), **_wanted(action, made, day)}
    changed = [*assign(made, wanted), "is_moved"]
    if row is None:
        insert(made, by=None, now=now)
    elif changed != ["is_moved"]:
        update(made, changed, by=None, now=now)
    return made


def _wanted(action: Action, row: Occurrence, day: date) -> dict[str, Any]:
    """The wall clock of a date, its own if it was moved alone, and the instants that follow from it."""
    clock = {name: getattr(row, name) for name in CLOCK_FIELDS} if row.is_moved else clock_of(action, day)
    values = with_instants(action, clock)
    place = whereabouts(action, starts_at=values["starts_at"], over_at=values["over_at"])
    return {**values, "is_jumped_over": False, **place}


def with_instants(action: Action, clock: Mapping[str, Any]) -> dict[str, Any]:
    """A wall clock of an action, by CLOCK_FIELDS, with the instants that follow from it, as a date has them. Raises
    `NoSuchTime`, `BadInterval`."""
    return {**clock, **asdict(derive_span(**clock, timezone=action.timezone, kind=action.kind))}


def clock_of(action: Action, day: date) -> dict[str, Any]:
    """The wall clock of a date of a series on its day, as nobody moved it."""
    return {
        "start_date": day,
        "start_time": action.start_time,
        "end_date": _shifted_end(action, day),
        "end_time": action.end_time,
    }


def _shifted_end(action: Action, day: date) -> date | None:
    if action.end_date is None or action.start_date is None:
        return None
    return day + (action.end_date - action.start_date)


def _recurrence_id(action: Action, day: date) -> str:
    if not action.recurrence_rule:
        return ""
    return _stamp(day) if action.start_time is None else f"{_stamp(day)}T{action.start_time:%H%M%S}"


def _stamp(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""
