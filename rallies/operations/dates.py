"""The occurrences of an action: made from its wall clock, kept with their UIDs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from rallies import recurrence
from rallies.enums import Publication
from rallies.models import Action, Occurrence
from rallies.places.cells import RESOLUTION, cell_of
from rallies.places.distance import unit_vector
from rallies.rules.errors import NoSuchTime, RuleBroken
from rallies.rules.times import derive_span
from rallies.selectors.gate import point_of

from .facets import FACET_FIELDS, facets_of
from .saving import assign, insert_all, update_all, write_fields

CLOCK_FIELDS = ("start_date", "start_time", "end_date", "end_time")
POINT_FIELDS = ("latitude", "longitude", "unit_x", "unit_y", "unit_z", "cell")
WHEREABOUTS_FIELDS = (*POINT_FIELDS, "is_long", "is_public", *FACET_FIELDS)
DATE_FIELDS = (
    *CLOCK_FIELDS,
    *("starts_at", "ends_at", "over_at", "last_day", "recurrence_id", "is_moved", "is_jumped_over"),
    *WHEREABOUTS_FIELDS,
)
"""What `plan_dates` decides of a date."""
WHEREABOUTS = f"2-{RESOLUTION}"
"""What `whereabouts` makes of an action and a date; raise the number when it makes something else."""
REMEMBERED_FIELDS = ("next_sequence", "last_told_at", "skipped_days")
"""What `sync_dates` remembers on the action of dates that are gone or skipped; whoever calls it writes them."""
LONG = timedelta(days=1)
"""What lasts longer is looked for apart by questions about what is near (selectors/near.py)."""


@dataclass(slots=True)
class Dates:
    """What is to become of the dates of an action: all of them, and which of them are not written yet."""

    rows: list[Occurrence]
    new: list[Occurrence] = field(default_factory=list)
    changed: list[Occurrence] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def in_order(self) -> list[Occurrence]:
        """By start, then in the order in which they are made."""
        return sorted(self.rows, key=lambda row: (row.starts_at, row.pk is None, row.pk or 0))


def sync_dates(action: Action, *, now: datetime) -> list[Occurrence]:
    """Make the action's occurrences what its wall clock says; all of them, in order. See `plan_dates`."""
    dates = plan_dates(action, now=now)
    write_dates([dates], now=now)
    return dates.in_order()


def plan_dates(action: Action, *, now: datetime) -> Dates:
    """The action's occurrences as its wall clock says; nothing is written.

    A date that stays keeps its row and UID; the first date of an action has the action's UID, and where no day stays
    the dates go along. A date of a series that was moved alone keeps its own clock, and one that
    is long past stays as it was. Dates that are no longer given are deleted, and their SEQUENCE is remembered: a
    later date goes on from there. An instance that the clocks jump over is left out (RFC 5545 §3.3.10); one that they jump over only since
    newer zone data stays at its old instants (`is_jumped_over`). A day that the series skips has no date; what is skipped goes along
    where the dates do, and is forgotten where the rule gives that day no longer.
    """
    there = list(action.occurrences.all())
    dates = Dates([])
    stuck: set[int] = set()
    matched = _matched(action, there, _days(action, now=now))
    has_first = any(row.uid == action.uid for row in there)
    for day, row in matched.items():
        try:
            dates.rows.append(_made(action, row, day, dates=dates, has_first=has_first))
        except RuleBroken as broken:
            if row is not None and row.is_jumped_over and _keeps_clock(action, row, day):
                stuck.add(row.pk)
            elif day == action.start_date or not isinstance(broken, NoSuchTime):
                raise
    kept = {row.pk for row in dates.rows} | stuck | {row.pk for row in there if _is_long_past(action, row, now=now)}
    gone = [row for row in there if row.pk not in kept]
    if gone:
        told = [row for row in gone if row.vevent and row.changed_at]
        action.next_sequence = max([action.next_sequence, *(row.sequence + 1 for row in told)])
        moments = [action.last_told_at, *(row.changed_at for row in told)]
        action.last_told_at = max((moment for moment in moments if moment is not None), default=None)
        dates.gone = [row.pk for row in gone]
    rest = [row for row in there if row.pk in kept and row not in dates.rows]
    dates.changed += place_dates(action, rest)
    dates.rows += rest
    return dates


def write_dates(dates: Iterable[Dates], *, now: datetime) -> None:
    """Write what `plan_dates` found, of any number of actions."""
    each = list(dates)
    gone = [key for plan in each for key in plan.gone]
    if gone:
        Occurrence.objects.filter(pk__in=gone).delete()
    update_all([row for plan in each for row in plan.changed], DATE_FIELDS, by=None, now=now)
    insert_all([row for plan in each for row in plan.new], by=None, now=now)


def remembered_of(action: Action) -> dict[str, Any]:
    return {name: getattr(action, name) for name in REMEMBERED_FIELDS}


def newly_remembered(action: Action, before: Mapping[str, Any]) -> list[str]:
    """The fields that differ from what `remembered_of` said before."""
    return [name for name, value in remembered_of(action).items() if value != before[name]]


def place_dates(action: Action, rows: Sequence[Occurrence]) -> list[Occurrence]:
    """Set the public point of an action, and whether it is long, on its dates; those that changed, not written yet."""
    return [row for row in rows if assign(row, whereabouts(action, starts_at=row.starts_at, over_at=row.over_at))]


def store_whereabouts(rows: Sequence[Occurrence]) -> None:
    """Write what `place_dates` changed."""
    write_fields(rows, WHEREABOUTS_FIELDS)


def whereabouts(action: Action, *, starts_at: datetime, over_at: datetime) -> dict[str, Any]:
    """What a date is found by: the public point of its action in three forms, and what lists are narrowed by."""
    point = point_of(action)
    values: Sequence[Any] = [None] * len(POINT_FIELDS)
    if point is not None:
        values = (point.latitude, point.longitude, *unit_vector(point), cell_of(point))
    return {
        **dict(zip(POINT_FIELDS, values, strict=True)),
        "is_long": over_at - starts_at > LONG,
        "is_public": action.publication == Publication.PUBLISHED,
        **facets_of(action),
    }


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
    """For each day the row that it has, None for a new one; a day that is skipped has none. What is skipped is kept up with."""
    by_day = {row.recurrence_id[:8] or _stamp(row.start_date): row for row in there}
    was_skipped = frozenset(recurrence.days_of(action.skipped_days))
    matched = {day: by_day.pop(_stamp(day), None) for day in days if day not in was_skipped}
    moved = None if any(matched.values()) else _moved_by(action, days, by_day, was_skipped)
    skipped = _keep_skipped(action, was_skipped, moved=moved)
    matched = {day: matched.get(day) for day in days if day not in skipped}
    if moved is not None:
        _match_moved(action, matched, by_day, moved=moved)
    if action.start_date in matched and matched[action.start_date] is None and action.start_date not in was_skipped:
        # The first date moved: the row that has the action's UID goes with it, unless its own day stays.
        rest = sorted(by_day.values(), key=lambda row: (row.uid != action.uid, row.starts_at, row.pk))
        # What was a series may be left with a date that has a UID of its own: that one goes on.
        if rest and (rest[0].uid == action.uid or not action.recurrence_rule):
            matched[action.start_date] = rest[0]
    return matched


def _moved_by(
    action: Action, days: Sequence[date], by_day: Mapping[str, Occurrence], skipped: Collection[date]
) -> timedelta | None:
    """How far a series moved that went to days of which it had none, such as another weekday: its dates go to the nearest of
    them, as the day does on which it begins, or else along with the first. None if it did not move so."""
    begins = action.start_date
    if begins is None or not by_day:
        return None
    first = [_day(stamp) for stamp, row in by_day.items() if row.uid == action.uid]
    rest = [day for day in [*map(_day, by_day), *skipped] if day not in first]
    nearest = sorted([*rest, *first], key=lambda day: (abs(day - begins), day))[:1]
    for was in [*nearest, *first]:
        moved = begins - was
        if moved and any(day - moved in rest for day in days if day != begins):
            return moved
    return None


def _match_moved(
    action: Action, matched: dict[date, Occurrence | None], by_day: dict[str, Occurrence], *, moved: timedelta
) -> None:
    """Each date keeps its UID, and what was called off stays so. The row with the action's UID is left for the first."""
    for day in matched:
        row = by_day.get(_stamp(day - moved))
        if row is not None and row.uid != action.uid and day != action.start_date:
            matched[day] = by_day.pop(_stamp(day - moved))


def _keep_skipped(action: Action, days: Collection[date], *, moved: timedelta | None) -> tuple[date, ...]:
    """What a series skips now: where its dates moved to other days it goes along with them, but for the day on which somebody
    lets it begin; a day that the rule gives no longer is forgotten."""
    begins = action.start_date
    if moved is not None:
        days = {day + moved for day in days} - {begins}
    kept: tuple[date, ...] = ()
    if begins is not None:
        kept = recurrence.left_out(action.recurrence_rule, days, start_date=begins, start_time=action.start_time)
    assign(action, {"skipped_days": [day.isoformat() for day in kept]})
    return kept


def _day(stamp: str) -> date:
    return datetime.strptime(stamp, "%Y%m%d").date()


def _made(action: Action, row: Occurrence | None, day: date, *, dates: Dates, has_first: bool) -> Occurrence:
    made = row or Occurrence(action=action, sequence=action.next_sequence)
    if row is None and day == action.start_date and not has_first:
        made.uid = action.uid
    was_moved = made.is_moved
    if not action.recurrence_rule:
        made.is_moved = False
    wanted = {"recurrence_id": _recurrence_id(action, day), **_wanted(action, made, day)}
    changed = assign(made, wanted)
    if row is None:
        dates.new.append(made)
    elif changed or was_moved != made.is_moved:
        dates.changed.append(made)
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
