"""Days of a series as small calendars, a table for each month that has one."""

from calendar import Calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, get_day_names

from rallies import names

WEEK = 7


@dataclass(frozen=True, slots=True)
class Day:
    """A day that has a date: its words, where it leads, "" for nowhere, and whether it is off or moved. `is_picked`: scripts
    may make a button of it, by which it is skipped or takes place."""

    day: date
    words: str
    address: str = ""
    state: str = ""
    is_picked: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`number` is "" outside of the month; `has` is None for a day without a date."""

    number: str = ""
    has: Day | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """`weekdays` are short and long names, in the order of the columns."""

    name: str
    first: date
    weekdays: Sequence[tuple[str, str]]
    weeks: Sequence[Sequence[Cell]]


def months_of(days: Iterable[Day]) -> list[Month]:
    """The months that have such days, in order. Of two on one day the first is shown."""
    by_day: dict[date, Day] = {}
    for each in days:
        by_day.setdefault(each.day, each)
    return [_month(first, by_day) for first in sorted({day.replace(day=1) for day in by_day})]


def _month(first: date, by_day: dict[date, Day]) -> Month:
    begins = names.locale().first_week_day
    weeks = Calendar(begins).monthdatescalendar(first.year, first.month)
    return Month(
        name=str(format_date(first, "LLLL y", locale=names.locale())),
        first=first,
        weekdays=[_weekday((begins + column) % WEEK) for column in range(WEEK)],
        weeks=[
            [Cell(str(day.day), by_day.get(day)) if day.month == first.month else Cell() for day in week]
            for week in weeks
        ],
    )


def _weekday(day: int) -> tuple[str, str]:
    short, wide = (get_day_names(width, context="stand-alone", locale=names.locale()) for width in ("short", "wide"))
    return str(short[day]), str(wide[day])
