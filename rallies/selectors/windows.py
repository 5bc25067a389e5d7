"""Days that move with the clock: today, this weekend, the next 7 days, each by the calendar on the wall of an action."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import Q

from .filters import WEEK, WEEKEND

QUARTER = timedelta(minutes=15)
SATURDAY = 5


def window_of(when: str, *, today: date) -> tuple[date, date]:
    """First and last local day, both inclusive, where it is `today`: the day itself; the Saturday and Sunday that come
    next, or what is left of them; `today` and the six days after it."""
    if when == WEEK:
        return today, today + timedelta(days=6)
    if when == WEEKEND:
        saturday = today + timedelta(days=SATURDAY - today.weekday())
        return max(today, saturday), saturday + timedelta(days=1)
    return today, today


def instants_of(*, first: date | None = None, last: date | None = None) -> Q:
    """What follows for the instants of a date from days that it must touch, wherever it is: nothing new, but what an index of
    instants can answer."""
    follows = Q()
    if first is not None and first.year > 1:
        follows &= Q(over_at__gt=datetime.combine(first - timedelta(days=1), time.min, UTC))
    if last is not None and last.year < 9999:
        follows &= Q(starts_at__lt=datetime.combine(last + timedelta(days=2), time.min, UTC))
    return follows


def turn_of_days(*, now: datetime) -> datetime:
    """The last moment at which a day may have begun somewhere: clocks differ from UTC by whole quarters of an hour."""
    return now - timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)


def on_days_of(when: str, *, now: datetime, first: str, last: str, zone: str) -> Q:
    """The condition that the days between two columns touch the window, as it is at `now` where each action is.

    Between UTC-12 and UTC+14 there are up to three days at once, so each zone is asked about its own: at noon in
    London, "today" is Saturday the 14th in Honolulu and Sunday the 15th on Kiritimati. `zone` is the column with the
    name of the zone.
    """
    windows: dict[tuple[date, date], set[str]] = {}
    usual = window_of(when, today=now.astimezone(UTC).date())
    for day, zones in _zones_by_day(turn_of_days(now=now)).items():
        window = window_of(when, today=day)
        windows[window] = windows.get(window, set()) | zones
    apart = {window: sorted(zones) for window, zones in windows.items() if window != usual}
    elsewhere = sorted(name for zones in apart.values() for name in zones)
    fits = _touches(usual, first=first, last=last)
    if not apart:
        return fits
    fits &= ~Q(**{f"{zone}__in": elsewhere})
    for window, names in apart.items():
        fits |= Q(**{f"{zone}__in": names}) & _touches(window, first=first, last=last)
    # What an index can answer; the rest looks at few rows.
    hull = min(begins for begins, _ in windows), max(ends for _, ends in windows)
    return _touches(hull, first=first, last=last) & fits


def on_days_of_a_day(when: str, *, today: date, first: str, last: str, zone: str) -> Q:
    """As `on_days_of` at any hour of a UTC day, for what changes once a day: in that time each zone has two days."""
    begins = datetime.combine(today, time.min, UTC)
    fits = Q()
    for moment in (begins, begins + timedelta(days=1) - QUARTER):
        fits |= on_days_of(when, now=moment, first=first, last=last, zone=zone)
    return fits


def _touches(window: tuple[date, date], *, first: str, last: str) -> Q:
    return Q(**{f"{last}__gte": window[0], f"{first}__lte": window[1]})


@lru_cache(maxsize=8)
def _zones_by_day(moment: datetime) -> Mapping[date, frozenset[str]]:
    days: dict[date, set[str]] = {}
    for name in available_timezones():
        days.setdefault(moment.astimezone(ZoneInfo(name)).date(), set()).add(name)
    return {day: frozenset(zones) for day, zones in days.items()}
