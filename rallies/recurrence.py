"""Dates of a repeating action: RFC 5545 §3.3.10 rules, expanded on the wall clock.

Every expansion is bounded twice, by a window and by a count: a rule from outside may be endless.
"""

import re
from datetime import date, datetime, time, timedelta
from itertools import chain, islice, takewhile

from dateutil.rrule import rrulestr

_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
# A part that only makes sense with longer periods; with shorter ones a rule can search for days that never come.
_ONLY_WITH = {"BYMONTHDAY": {"MONTHLY", "YEARLY"}, "BYSETPOS": {"MONTHLY", "YEARLY"}, "BYMONTH": {"YEARLY"}}
_WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
# dateutil takes far more: UNTIL=MONDAY, which it reads by the clock of the machine, or lines after a line break.
_VALUES = {
    "UNTIL": r"\d{8}(?:T\d{6})?",
    "BYDAY": rf"(?:[+-]?[1-5])?{_WEEKDAY}",
    "BYMONTHDAY": r"[+-]?(?:[1-9]|[12]\d|3[01])",
    "BYMONTH": r"[1-9]|1[0-2]",
    "BYSETPOS": r"[+-]?[1-9]\d{0,2}",
    "WKST": _WEEKDAY,
}
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
    # The calendar repeats itself after 400 years, and dateutil seeks a day that never comes (30 February)
    # until the year 9999: from there on that is soon, from now on it takes seconds.
    years = max(0, (9999 - 400 - start.year) // 400 * 400)
    last = min(until, _last_day(parts.pop("UNTIL", ""), start=start))
    try:
        made = rrulestr(
            ";".join(f"{name}={value}" for name, value in parts.items()),
            dtstart=start.replace(year=start.year + years),
        )
        days = (moment.date().replace(year=moment.year - years) for moment in made)
        later = (day for day in takewhile(lambda day: day <= last, days) if day != start_date)
        # The first counts for COUNT, also where the rule would not give it.
        series = islice(chain((start_date,), later), int(parts["COUNT"]) if "COUNT" in parts else None)
        return tuple(islice((day for day in series if since <= day <= until), limit))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise UnusableRule(f"The repetition rule cannot be read: {error}") from error


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
