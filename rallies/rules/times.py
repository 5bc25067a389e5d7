"""From the wall clock to instants.

The wall clock is the truth and is stored as typed; what is derived here is derived again when the
time zone database changes. Ends are exclusive.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from rallies import names
from rallies.enums import ActionKind

from .errors import BadInterval, NoSuchTime, UnknownTimezone

LATEST_YEAR = 2199
EARLIEST_YEAR = 1900
LONGEST = timedelta(days=366)

_DEFAULT_MINUTES: dict[str, int] = {
    ActionKind.VIGIL: 60,
    ActionKind.PRESS_CONFERENCE: 60,
    ActionKind.DIE_IN: 60,
    ActionKind.BANNER_DROP: 60,
    ActionKind.FLASH_MOB: 60,
    ActionKind.PRAYER: 60,
    ActionKind.PETITION: 60,
    ActionKind.STRIKE: 480,
    ActionKind.CAMP: 480,
    ActionKind.OCCUPATION: 480,
    ActionKind.FAST: 480,
    ActionKind.BLOCKADE: 240,
    ActionKind.CONFERENCE: 480,
    ActionKind.EXHIBITION: 240,
    ActionKind.CONCERT: 180,
    ActionKind.SCREENING: 150,
}


@dataclass(frozen=True, slots=True)
class Span:
    """The instants of a wall-clock time: aware UTC, the end exclusive.

    `ends_at` is None when no end was stated. `over_at` is always there: the stated end, or the kind's
    default length, or the end of the last day; until then the action is upcoming. `last_day` is
    the last local day that it touches, inclusive. `end_date` is the day of the end time, resolved.
    """

    starts_at: datetime
    ends_at: datetime | None
    over_at: datetime
    end_date: date | None
    last_day: date


@cache
def _zone_names() -> frozenset[str]:
    # "Factory" and "localtime" are in the data and mean nothing to a reader.
    return frozenset(n for n in available_timezones() if n not in {"Factory", "localtime"})


_KEPT: dict[str, ZoneInfo] = {}
"""Python keeps eight zones and reads the others from files again and again; what is held here stays known to it."""


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises `UnknownTimezone`."""
    if name not in _zone_names():
        raise UnknownTimezone(
            _("“%(name)s” is not a time zone. Use a name such as Europe/Berlin or America/New_York.") % {"name": name},
            field="timezone",
        )
    found = _KEPT[name] = ZoneInfo(name)
    return found


def default_length(kind: str) -> timedelta:
    """How long an action of this kind is taken to last when no end is stated."""
    return timedelta(minutes=_DEFAULT_MINUTES.get(kind, 120))


def exists(day: date, clock: time, tz: ZoneInfo) -> bool:
    """Whether clocks in the zone show this time on this day."""
    return _round_trip(datetime.combine(day, clock), tz) == datetime.combine(day, clock)


def happens_twice(day: date, clock: time, tz: ZoneInfo) -> bool:
    """Whether clocks show this time twice on this day (clocks go back)."""
    if not exists(day, clock, tz):
        return False
    first = datetime.combine(day, clock, tz)
    return first.utcoffset() != first.replace(fold=1).utcoffset()


def _round_trip(wall: datetime, tz: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=tz).astimezone(UTC).astimezone(tz).replace(tzinfo=None)


def nearest_times(day: date, clock: time, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """The local times just before and just after a skipped one: the last minute before the clocks jump
    and the first after it, as naive wall-clock times."""
    wall = datetime.combine(day, clock)
    # PEP 495: fold=0 applies the offset before the gap and so lands after it; the other way round for fold=1.
    low = wall.replace(tzinfo=tz, fold=1).astimezone(UTC)
    high = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
    while high - low > timedelta.resolution:
        middle = low + (high - low) / 2
        if middle.astimezone(tz).replace(tzinfo=None) < wall:
            low = middle
        else:
            high = middle
    after = high.astimezone(tz).replace(tzinfo=None, fold=0)
    before = low.astimezone(tz).replace(tzinfo=None, fold=0, second=0, microsecond=0)
    return before, after


def instant(day: date, clock: time, tz: ZoneInfo, *, field: str) -> datetime:
    """The UTC instant of a wall-clock time; of two, the first. Raises `NoSuchTime` with the two nearest."""
    if not exists(day, clock, tz):
        before, after = nearest_times(day, clock, tz)
        raise NoSuchTime(
            _(
                "On %(day)s clocks in %(zone)s jump over %(time)s. The nearest times that exist are "
                "%(before)s and %(after)s."
            )
            % {
                "day": names.day_words(day),
                "zone": tz.key,
                "time": clock.strftime("%H:%M"),
                "before": _nearest_words(before, day),
                "after": _nearest_words(after, day),
            },
            field=field,
        )
    return datetime.combine(day, clock, tz).astimezone(UTC)


def _nearest_words(moment: datetime, day: date) -> str:
    return moment.strftime("%H:%M") if moment.date() == day else names.when_words(moment.date(), moment.time())


def day_begins(day: date, tz: ZoneInfo) -> datetime:
    """The first UTC instant of a local day, also where midnight is skipped or a whole day is."""
    wall = datetime.combine(day, time.min)
    if _round_trip(wall, tz) == wall:
        return wall.replace(tzinfo=tz).astimezone(UTC)
    return nearest_times(day, time.min, tz)[1].replace(tzinfo=tz).astimezone(UTC)


def local_day(moment: datetime, tz: ZoneInfo) -> date:
    """The local day of an aware moment: "today" for the action."""
    return moment.astimezone(tz).date()


def derive_span(
    *,
    start_date: date,
    start_time: time | None,
    end_date: date | None,
    end_time: time | None,
    timezone: str,
    kind: str,
) -> Span:
    """The instants of an action's date.

    No start time: all of its days. An end time before the start time, without an end date, is the next
    day. Raises `UnknownTimezone`, `NoSuchTime`, `BadInterval`, each naming the field it concerns.
    """
    tz = zone(timezone)
    check_day(start_date, field="start_date")
    if end_date is not None:
        check_day(end_date, field="end_date")
        if end_date < start_date:
            raise BadInterval(_("The last day lies before the first."), field="end_date")
        if end_date - start_date > LONGEST:
            raise BadInterval(_("An action lasts a year at most. Repeat it, or enter several."), field="end_date")
    if start_time is None:
        if end_time is not None:
            raise BadInterval(_("There is an end time but no start time. Give both or neither."), field="start_time")
        last_day = end_date or start_date
        return Span(
            starts_at=day_begins(start_date, tz),
            ends_at=day_begins(last_day + timedelta(days=1), tz) if end_date else None,
            over_at=day_begins(last_day + timedelta(days=1), tz),
            end_date=end_date,
            last_day=last_day,
        )
    starts_at = instant(start_date, start_time, tz, field="start_time")
    if end_time is None:
        if end_date is None:
            over_at = starts_at + default_length(kind)
            return Span(starts_at, None, over_at, None, start_date)
        over_at = day_begins(end_date + timedelta(days=1), tz)
        return Span(starts_at, None, over_at, end_date, end_date)
    day_of_end = end_date or day_of_end_time(start_date, start_time=start_time, end_time=end_time)
    ends_at = instant(day_of_end, end_time, tz, field="end_time")
    if ends_at <= starts_at:
        raise BadInterval(
            _("The end is not later than the start. Leave the end empty if it is not known."), field="end_time"
        )
    return Span(
        starts_at=starts_at,
        ends_at=ends_at,
        over_at=ends_at,
        end_date=day_of_end,
        last_day=local_day(ends_at - timedelta(seconds=1), tz),
    )


def day_of_end_time(day: date, *, start_time: time, end_time: time) -> date:
    """The day on which an end time lies when nobody names another: that of the start, or the next one."""
    return day + timedelta(days=1) if end_time < start_time else day


def check_day(day: date, *, field: str) -> None:
    """Raises `BadInterval` for a year that no calendar app carries."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise BadInterval(
            _("The year must lie between %(first)d and %(last)d.") % {"first": EARLIEST_YEAR, "last": LATEST_YEAR},
            field=field,
        )


def check_window(first: date | None, last: date | None, *, start_date: date | None) -> None:
    """Raises `BadInterval` unless a window is two days in order, and stands only where no date does."""
    if first is None and last is None:
        return
    if start_date is not None:
        raise BadInterval(_("Give a date or a window of days, not both."), field="window_first")
    if first is None or last is None:
        raise BadInterval(
            _("A window needs its first and its last day."), field="window_last" if first else "window_first"
        )
    check_day(first, field="window_first")
    check_day(last, field="window_last")
    if last < first:
        raise BadInterval(_("The last day of the window lies before the first."), field="window_last")
