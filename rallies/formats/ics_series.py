"""iCalendar: a whole series as one VEVENT with its rule, an EXDATE for each day that it skips, and a VEVENT of its own for
each date that differs.

Only where every reader finds the same instants: the rule is one that Outlook maps, no day has its hour twice or not
at all, clocks do not change during the first date, and the zone has one yearly rule since then. Elsewhere the
dates go out one by one.
Sources: RFC 5545 §3.8.4.4, §3.8.5.1 and §3.8.5.3; FEED_CONTRACT 33 to 37.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from rallies import recurrence
from rallies.rules.errors import NoSuchTime
from rallies.rules.times import derive_span, exists, happens_twice, zone

from .ics import CalendarText, comes_twice, day_form, event, event_times, utc_form
from .public import PublicAction, PublicWhen


def series(first: PublicAction, dates: Sequence[PublicAction]) -> CalendarText | None:
    """The VEVENTs of a series: `first` is the series as its action tells it, on its first day, with the UID, the
    `sequence` and the `updated_at` of them all; `dates` are its known dates, each with its `recurrence_id`.

    None where a series cannot be told so that every reader understands it.
    """
    when = first.when
    assert when.start_date is not None
    rule = recurrence.in_templates(first.recurrence_rule, start_date=when.start_date)
    start, end, tzid = event_times(when)
    is_zoned = bool(tzid) or when.is_all_day
    if rule is None or not is_zoned or _meets_a_change(when) or not all(_is_clear(each, when) for each in dates):
        return None
    if not _comes_once_a_day(first, dates):
        return None
    days = _days_of(first, dates)
    known = {each.recurrence_id[:8]: each for each in dates if each.recurrence_id[:8] in days}
    skipped = frozenset(map(day_form, first.skipped_days))
    # Any other day of the rule without a date of ours has an hour that clocks jump over.
    window = [day_form(each.when.start_date) for each in dates if each.when.start_date and not each.is_moved_alone]
    if any(min(window, default="9") <= day <= max(window, default="0") and day not in known for day in days - skipped):
        return None
    if any(_is_jumped_over(day, first) for day in _days_after(first, dates)):
        return None
    lines = [start, end, f"RRULE:{rule}{_end_of_rule(first)}", *_exceptions(first)]
    others = [each for _, each in sorted(known.items()) if _differs(each, first)]
    texts = [event(first, lines), *(_override(each, first) for each in others)]
    return CalendarText(text="".join(texts), tzid=tzid)


def _days_of(first: PublicAction, dates: Sequence[PublicAction]) -> frozenset[str]:
    """The days of the rule from the first known date to the last, as RECURRENCE-ID writes them."""
    assert first.when.start_date is not None
    named = [each.original[0] for each in dates if each.original]
    if not named:
        return frozenset()
    days = recurrence.expand(
        first.recurrence_rule,
        start_date=first.when.start_date,
        start_time=first.when.start_time,
        since=min(named),
        until=max(named),
        limit=2 * recurrence.MAX_DATES,
    )
    return frozenset(map(day_form, days))


def _comes_once_a_day(first: PublicAction, dates: Sequence[PublicAction]) -> bool:
    """Whether clocks show the time of a series once on every day, from a month before it to a year after its last known
    date. Readers count on days that are none of its dates too: node-ical from the first day of the week."""
    when, last = first.when, _last_day(dates)
    if when.start_time is None or when.start_date is None or last is None:
        return True
    tz = zone(when.timezone)
    begins = when.start_date - timedelta(days=31)
    days = [begins + timedelta(days=n) for n in range((last + recurrence.HORIZON - begins).days)]
    offsets = [datetime.combine(day, time(12), tz).utcoffset() for day in days]
    changes = [pair for pair, (now, then) in zip(pairwise(days), pairwise(offsets), strict=True) if now != then]
    return all(
        exists(day, when.start_time, tz) and not happens_twice(day, when.start_time, tz)
        for pair in changes
        for day in pair
    )


def _last_day(dates: Sequence[PublicAction]) -> date | None:
    """The last day that the rule gave a known date."""
    return max((each.original[0] for each in dates if each.original), default=None)


def _days_after(first: PublicAction, dates: Sequence[PublicAction]) -> tuple[date, ...]:
    """The days of the rule in the year after the last known date; the last of a rule may be one that has no row."""
    last = _last_day(dates)
    if last is None:
        return ()
    assert first.when.start_date is not None
    return recurrence.expand(
        first.recurrence_rule,
        start_date=first.when.start_date,
        start_time=first.when.start_time,
        since=last + timedelta(days=1),
        until=last + recurrence.HORIZON,
        limit=recurrence.MAX_DATES,
    )


def _is_jumped_over(day: date, first: PublicAction) -> bool:
    """Whether clocks jump over the start or the end of a date: readers would show it at another time."""
    when = first.when
    assert when.start_date is not None
    try:
        derive_span(
            start_date=day,
            start_time=when.start_time,
            end_date=day + (when.end_date - when.start_date) if when.end_date else None,
            end_time=when.end_time,
            timezone=when.timezone,
            kind=first.kind,
        )
    except NoSuchTime:
        return True
    return False


def _is_clear(each: PublicAction, series_when: PublicWhen) -> bool:
    """Whether readers find the instant of a date: of the same kind as the series, and in no hour that comes twice.

    A date that alone lost its time might be an override, RECURRENCE-ID with a time and DTSTART as a day (RFC 5545 §3.8.4.4
    asks only for the former). Of seven readers two do not follow: khal 0.14 shows it and the date it stands for, node-ical
    0.26 says of it that it is no whole day. So all dates go out one by one then.
    """
    when = each.when
    assert when.starts_at is not None and when.over_at is not None
    if when.is_all_day or series_when.is_all_day:
        return when.is_all_day == series_when.is_all_day
    tz = zone(when.timezone)
    return not (comes_twice(when.starts_at.astimezone(tz)) or comes_twice(when.over_at.astimezone(tz)))


def _meets_a_change(when: PublicWhen) -> bool:
    """Whether clocks change during a date: ical.js counts the length of the first on the clock."""
    assert when.starts_at is not None and when.over_at is not None
    tz = zone(when.timezone)
    return not when.is_all_day and when.starts_at.astimezone(tz).utcoffset() != when.over_at.astimezone(tz).utcoffset()


def _differs(each: PublicAction, first: PublicAction) -> bool:
    """Whether a date shows something else than its series. Readers give every date the length of the first, exactly or on
    the clock, which is not the same on the nights when clocks change.

    Dates are known for `recurrence.HORIZON` back, a year, and calendars tell of 60 days: of nights before that year readers may
    show another end, never another start.
    """
    return (
        each.is_moved_alone
        or _length(each.when) != _length(first.when)
        or _says_its_end(each.when) != _says_its_end(first.when)
        or _meets_a_change(each.when)
        or (each.status, each.status_message) != (first.status, first.status_message)
    )


def _says_its_end(when: PublicWhen) -> tuple[bool, bool]:
    return when.end_date is not None, when.end_time is not None


def _length(when: PublicWhen) -> timedelta:
    if when.is_all_day:
        assert when.start_date is not None
        return (when.end_date or when.start_date) - when.start_date
    assert when.starts_at is not None and when.over_at is not None
    return when.over_at - when.starts_at


def _override(each: PublicAction, first: PublicAction) -> str:
    start, end, _ = event_times(each.when)
    return event(each, [_original("RECURRENCE-ID", each.recurrence_id, first), start, end])


def _exceptions(first: PublicAction) -> list[str]:
    """The days that a series skips, one a line: several readers take only the first of a list. The first day may be among
    them, and DTSTART stays the day on which the rule begins (RFC 5545 §3.8.5.1)."""
    clock = first.when.start_time
    own = f"T{clock:%H%M%S}" if clock else ""
    return [_original("EXDATE", f"{day_form(day)}{own}", first) for day in first.skipped_days]


def _original(name: str, value: str, first: PublicAction) -> str:
    """A line that names a date as the rule gives it, of the type that DTSTART has (FEED_CONTRACT 36)."""
    return f"{name};VALUE=DATE:{value}" if first.when.is_all_day else f"{name};TZID={first.when.timezone}:{value}"


def _end_of_rule(first: PublicAction) -> str:
    """COUNT as it is; UNTIL as a day for days, and in UTC for times (FEED_CONTRACT 34)."""
    parts = recurrence.parse(first.recurrence_rule)
    if "COUNT" in parts:
        return f";COUNT={parts['COUNT']}"
    last = recurrence.last_day_of(first.recurrence_rule, start_time=first.when.start_time)
    if last is None:
        return ""
    when = first.when
    assert when.start_date is not None
    last = max(last, when.start_date)
    if when.start_time is None:
        return f";UNTIL={day_form(last)}"
    return f";UNTIL={utc_form(_moment(last, when.start_time, when.timezone))}"


def _moment(day: date, clock: time, timezone: str) -> datetime:
    return datetime.combine(day, clock, zone(timezone)).astimezone(UTC)
