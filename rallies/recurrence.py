"""Dates of a repeating action: RFC 5545 §3.3.10 rules, expanded on the wall clock.

Every expansion is bounded twice, by a window and by a count: a rule from outside may be endless.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import chain, islice, takewhile

from dateutil.rrule import rrulestr

_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
# A part that only makes sense with longer periods; with shorter ones a rule can search for days that never come.
_ONLY_WITH = {"BYMONTHDAY": {"MONTHLY", "YEARLY"}, "BYSETPOS": {"MONTHLY", "YEARLY"}, "BYMONTH": {"YEARLY"}}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY = f"(?:{'|'.join(_WEEKDAYS)})"
# dateutil takes far more: UNTIL=MONDAY, which it reads by the clock of the machine, or lines after a line break.
_VALUES = {
    "UNTIL": r"\d{8}(?:T\d{6})?",
    "BYDAY": rf"(?:[+-]?[1-5])?{_WEEKDAY}",
    "BYMONTHDAY": r"[+-]?(?:[1-9]|[12]\d|3[01])",
    "BYMONTH": r"[1-9]|1[0-2]",
    "BYSETPOS": r"[+-]?[1-9]\d{0,2}",
    "WKST": _WEEKDAY,
}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NEAR = timedelta(days=4 * 366)
MAX_RULE_LENGTH = 255
HORIZON = timedelta(days=366)
"""How far ahead the dates of an endless series are made."""
MAX_DATES = 750
"""How many dates of one series are made at most: a date a day, from a year back to a year ahead."""


class UnusableRule(ValueError):
    """A rule that cannot be read, or that repeats more often than daily."""


def parse(rule: str) -> dict[str, str]:
    """The parts of a rule such as "FREQ=WEEKLY;BYDAY=TH". UNTIL is a local date or local time without Z.

    Raises `UnusableRule` for unreadable or sub-daily rules, and for COUNT together with UNTIL.
    """
    if len(rule) > MAX_RULE_LENGTH:
        raise UnusableRule("The rule is longer than 255 characters.")
    parts: dict[str, str] = {}
    for piece in rule.upper().split(";"):
        name, mark, value = piece.partition("=")
        if not mark or not value or name not in _PARTS or name in parts:
            raise UnusableRule(f"“{piece}” is not a part of a repetition rule.")
        parts[name] = value
    if parts.get("FREQ") not in _FREQUENCIES:
        raise UnusableRule("A rule repeats daily, weekly, monthly or yearly.")
    for name, frequencies in _ONLY_WITH.items():
        if name in parts and parts["FREQ"] not in frequencies:
            raise UnusableRule(f"{name} does not go with {parts['FREQ']}.")
    for name in ("INTERVAL", "COUNT"):
        # dateutil never returns from INTERVAL=0.
        if name in parts and not (parts[name].isascii() and parts[name].isdigit() and 0 < int(parts[name]) <= 1000):
            raise UnusableRule(f"{name} must be a number from 1 to 1000.")
    if parts.get("UNTIL", "").endswith("Z"):
        raise UnusableRule("The last day of a rule is a local day.")
    for name, value in parts.items():
        values = value.split(",") if name.startswith("BY") else [value]
        if name in _VALUES and not all(re.fullmatch(_VALUES[name], each, re.ASCII) for each in values):
            raise UnusableRule(f"“{value}” is not a value of {name}.")
    if parts["FREQ"] in {"DAILY", "WEEKLY"} and re.search(r"\d", parts.get("BYDAY", "")):
        raise UnusableRule("A numbered weekday goes with MONTHLY and YEARLY only.")
    if "COUNT" in parts and "UNTIL" in parts:
        raise UnusableRule("A rule ends after a count or on a day, not both.")
    return parts


def expand(
    rule: str, *, start_date: date, start_time: time | None, since: date, until: date, limit: int
) -> tuple[date, ...]:
    """The local days of a rule from `since` to `until`, both inclusive, at most `limit` of them.

    The first day of the series is always `start_date` itself, also where the rule would not give it
    (RFC 5545 §3.8.5.3). Raises `UnusableRule`.
    """
    parts = parse(rule)
    start = datetime.combine(start_date, start_time or time.min)
    last = min(until, _last_day(parts.pop("UNTIL", ""), start=start))
    days = takewhile(lambda day: day <= last, _days_from(parts, start))
    # The first counts for COUNT, also where the rule would not give it.
    series = chain((start_date,), (day for day in days if day != start_date))
    with _readable():
        return tuple(islice((day for day in _counted(series, parts) if since <= day <= until), limit))


def last_day(rule: str, *, clock: time | None) -> date | None:
    """The last local day that the end of a rule allows, inclusive, for dates at this time; None without such an end.

    Raises `UnusableRule`.
    """
    until = parse(rule).get("UNTIL", "")
    return _last_day(until, start=datetime.combine(date.min, clock or time.min)) if until else None


def weekday_of(rule: str, *, start_date: date) -> int | None:
    """The one weekday of all dates of a rule, 0 is Monday; None if there is not one. Raises `UnusableRule`."""
    parts = parse(rule)
    if "BYDAY" in parts:
        found = re.fullmatch(r"[+-]?\d?([A-Z]{2})", parts["BYDAY"])
        return _WEEKDAYS.index(found[1]) if found else None
    return start_date.weekday() if parts["FREQ"] == "WEEKLY" else None


def gives(rule: str, day: date) -> bool:
    """Whether a series that begins on this day begins with a day of its rule. Raises `UnusableRule`."""
    return _days_around(rule, day, since=day, until=day) == (day,)


def moved(rule: str, *, by: timedelta) -> str:
    """The rule of a series that is moved by so many days: its last day moves along. Raises `UnusableRule`."""
    parts = parse(rule)
    if "UNTIL" not in parts:
        return rule
    form = "%Y%m%dT%H%M%S" if "T" in parts["UNTIL"] else "%Y%m%d"
    try:
        parts["UNTIL"] = (datetime.strptime(parts["UNTIL"], form) + by).strftime(form)
    except (ValueError, OverflowError):
        del parts["UNTIL"]
    return ";".join(f"{name}={value}" for name, value in parts.items())


def nearest_days(rule: str, day: date) -> tuple[date, ...]:
    """The last day before and the first after this one on which such a series could begin; () if there are not both.

    Days that come less than once in four years are not found. Raises `UnusableRule`.
    """
    before = _days_around(rule, day, since=day - _NEAR, until=day - timedelta(days=1))
    after = _days_around(rule, day, since=day + timedelta(days=1), until=day + _NEAR)
    return (before[-1], after[0]) if before and after else ()


def days_of(texts: Iterable[str]) -> tuple[date, ...]:
    """Days that are stored as ISO texts, in order."""
    return tuple(sorted(map(date.fromisoformat, texts)))


def left_out(rule: str, days: Collection[date], *, start_date: date, start_time: time | None) -> tuple[date, ...]:
    """Which of these days a series that skips them leaves out: those that its rule gives; () if no day of it would be left.

    Raises `UnusableRule`.
    """
    if not rule or not days:
        return ()
    first, last = min(days), max(days)
    begins = {"start_date": start_date, "start_time": start_time}
    given = expand(rule, **begins, since=first, until=last, limit=(last - first).days + 1)  # type: ignore[arg-type]
    found = tuple(day for day in given if day in days)
    some = expand(rule, **begins, since=start_date, until=date.max, limit=len(found) + 1)  # type: ignore[arg-type]
    return found if set(some) - set(found) else ()


def _days_around(rule: str, day: date, *, since: date, until: date) -> tuple[date, ...]:
    """The days of the pattern of a rule, without its end and its gaps, for the wall clock has no part in it.

    What a rule takes from the first day (the weekday of a weekly one) it takes from `day`.
    """
    parts = {name: value for name, value in parse(rule).items() if name not in {"COUNT", "UNTIL", "INTERVAL"}}
    if not parts.keys() & {"BYDAY", "BYMONTHDAY"}:
        if parts["FREQ"] == "WEEKLY":
            parts["BYDAY"] = _WEEKDAYS[day.weekday()]
        elif parts["FREQ"] == "MONTHLY":
            parts["BYMONTHDAY"] = str(day.day)
        elif parts["FREQ"] == "YEARLY":
            parts = {"BYMONTH": str(day.month), **parts, "BYMONTHDAY": str(day.day)}
    with _readable():
        return tuple(takewhile(lambda each: each <= until, _days_from(parts, datetime.combine(since, time.min))))


def _counted(series: Iterator[date], parts: dict[str, str]) -> Iterator[date]:
    return islice(series, int(parts["COUNT"])) if "COUNT" in parts else series


def _days_from(parts: dict[str, str], start: datetime) -> Iterator[date]:
    """The days of the parts of a rule, for ever; without UNTIL, and the first only if the rule gives it."""
    # The calendar repeats itself after 400 years, and dateutil seeks a day that never comes (30 February)
    # until the year 9999: from there on that is soon, from now on it takes seconds.
    years = max(0, (9999 - 400 - start.year) // 400 * 400)
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    with _readable():
        made = rrulestr(text, dtstart=start.replace(year=start.year + years))
    return (moment.date().replace(year=moment.year - years) for moment in made)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise UnusableRule(f"The repetition rule cannot be read: {error}") from error


def in_templates(rule: str, *, start_date: date) -> str | None:
    """The same rule in the form that Outlook maps, without COUNT and UNTIL; None if it maps none, or if the rule does
    not give `start_date` as its first day.

    Daily; weekly on weekdays; monthly by a day that every month has, or by the nth or last of a weekday; yearly by a day
    that every year has, or by the nth or last of a weekday in a month (MS-OXCICAL 2.1.3.2.2). Raises `UnusableRule`.
    """
    parts = parse(rule)
    made = _TEMPLATES[parts["FREQ"]](parts, start_date)
    if made is None:
        return None
    interval = int(parts.get("INTERVAL", "1"))
    every = {"INTERVAL": str(interval)} if interval > 1 else {}
    # The first day of the week matters only where weeks are skipped.
    week = {"WKST": parts["WKST"]} if "WKST" in parts and parts["FREQ"] == "WEEKLY" and interval > 1 else {}
    return ";".join(f"{name}={value}" for name, value in ({"FREQ": parts["FREQ"]} | every | made | week).items())


def last_day_of(rule: str, *, start_time: time | None) -> date | None:
    """The last local day that UNTIL allows for what begins at that time; None without UNTIL."""
    parts = parse(rule)
    start = datetime.combine(date.min, start_time or time.min)
    return _last_day(parts["UNTIL"], start=start) if "UNTIL" in parts else None


def _daily(parts: dict[str, str], start: date) -> dict[str, str] | None:
    return None if "BYDAY" in parts else {}


def _weekly(parts: dict[str, str], start: date) -> dict[str, str] | None:
    days = parts["BYDAY"].split(",") if "BYDAY" in parts else [_WEEKDAYS[start.weekday()]]
    if _WEEKDAYS[start.weekday()] not in days:
        return None
    return {"BYDAY": ",".join(day for day in _WEEKDAYS if day in days)}


def _monthly(parts: dict[str, str], start: date) -> dict[str, str] | None:
    if "BYDAY" in parts:
        return None if "BYMONTHDAY" in parts else _nth_weekday(parts, start)
    # Outlook puts a day that a month lacks on its last day; RFC 5545 leaves it out.
    if "BYSETPOS" in parts or start.day > 28 or parts.get("BYMONTHDAY", str(start.day)).lstrip("+") != str(start.day):
        return None
    return {"BYMONTHDAY": str(start.day)}


def _yearly(parts: dict[str, str], start: date) -> dict[str, str] | None:
    month = {"BYMONTH": str(start.month)}
    if parts.get("BYMONTH", str(start.month)) != str(start.month):
        return None
    if "BYDAY" in parts:
        # Without a month the nth weekday is counted in the year, which Outlook does not know.
        nth = _nth_weekday(parts, start) if "BYMONTH" in parts and "BYMONTHDAY" not in parts else None
        return None if nth is None else month | nth
    day = _monthly({"FREQ": "MONTHLY"} | {name: parts[name] for name in parts if name != "BYMONTH"}, start)
    if day is None or ("BYMONTHDAY" in parts and "BYMONTH" not in parts):
        return None
    return month | day


def _nth_weekday(parts: dict[str, str], start: date) -> dict[str, str] | None:
    found = re.fullmatch(r"([+-]?\d)?([A-Z]{2})", parts["BYDAY"])
    if found is None or (found[1] is None) == ("BYSETPOS" not in parts):
        return None
    nth, weekday = int(found[1] or parts["BYSETPOS"]), found[2]
    is_last = (start + timedelta(days=7)).month != start.month
    if weekday != _WEEKDAYS[start.weekday()] or not (nth == (start.day + 6) // 7 <= 4 or (nth == -1 and is_last)):
        return None
    return {"BYDAY": weekday, "BYSETPOS": str(nth)}


_TEMPLATES = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}


def _last_day(until: str, *, start: datetime) -> date:
    """The last local day that UNTIL allows, itself included; a day counts whole."""
    if not until:
        return date.max
    try:
        if len(until) == 8:
            return datetime.strptime(until, "%Y%m%d").date()
        moment = datetime.strptime(until, "%Y%m%dT%H%M%S")
        return moment.date() - timedelta(days=moment.time() < start.time())
    except (ValueError, OverflowError) as error:
        raise UnusableRule(f"UNTIL names no day: {until}") from error
