"""The actions of some days together, such as a week or a month, by day."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from rallies.formats.public import PublicAction

from .actions import dated_at, dates_of_keys, undated_answer
from .filters import ActionFilter
from .gate import public_action
from .keys import by_indexes

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayOfSpan:
    """A day, the first of the actions that take place on it, and how many there are in all."""

    day: date
    actions: tuple[PublicAction, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Span:
    """Every day from `first` to `last`, both inclusive. `total` counts dates, each once; an action that lasts for days
    stands on each. `undated` counts actions without a date that may fall into these days."""

    first: date
    last: date
    days: tuple[DayOfSpan, ...]
    total: int
    undated: int


def narrowed(question: ActionFilter, *, first: date, last: date) -> ActionFilter:
    """The question within these days, both inclusive; `to_day` lies before `from_day` when none is left."""
    return replace(question, from_day=max(question.from_day or first, first), to_day=min(question.to_day or last, last))


@by_indexes
def span_of(question: ActionFilter, *, first: date, last: date, on_a_day: int, now: datetime) -> Span:
    """The dates from `first` to `last` that answer a question, its own days holding too; of each day, in full, the first
    `on_a_day`.

    A fixed number of queries: one for the days of everything, some for the few that are shown in full.
    """
    inside = narrowed(question, first=first, last=last)
    if inside.from_day is None or inside.to_day is None or inside.from_day > inside.to_day:
        return Span(first, last, tuple(DayOfSpan(day, (), 0) for day in _days(first, last)), 0, 0)
    rows = list(dated_at(inside, now=now).in_order().values_list("pk", "start_date", "last_day", "start_time"))
    by_day: dict[date, list[int]] = {}
    # By the clock on the wall; what goes on from the day before, and times to be announced, come last.
    for pk, begins, ends, _at in sorted(rows, key=lambda row: (row[1], row[3] is None, row[3] or datetime.min.time())):
        for day in _days(max(begins, inside.from_day), min(ends, inside.to_day)):
            by_day.setdefault(day, []).append(pk)
    begun = {pk: begins for pk, begins, _ends, _at in rows}
    shown = {day: sorted(keys, key=lambda pk: begun[pk] != day)[:on_a_day] for day, keys in by_day.items()}
    wanted = {pk for keys in shown.values() for pk in keys}
    found = {row.pk: public_action(row.action, row) for row in dates_of_keys(list(wanted))}
    days = tuple(
        DayOfSpan(day, tuple(found[pk] for pk in shown.get(day, ()) if pk in found), len(by_day.get(day, ())))
        for day in _days(first, last)
    )
    return Span(first, last, days, len(rows), undated_answer(inside, now=now).count())


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += ONE_DAY
