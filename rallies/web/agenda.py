"""Actions by day: what lists and campaign pages show, in the order in which they show it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import groupby

from rallies.formats.public import PublicAction

# A longer campaign is not a week: its empty days and a tile for each day would say nothing.
LONGEST_WEEK = 16
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day and the actions that begin on it."""

    day: date
    actions: tuple[PublicAction, ...] = ()
    mark: str = ""
    """Tells apart two lists of one page that have a day in common."""

    @property
    def anchor(self) -> str:
        return f"{self.mark}{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Gap:
    """Days, both inclusive, of a campaign for which nothing is listed."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Agenda:
    """A campaign by day. `tiles` has one entry for each of its days, and is empty for a long one."""

    before: tuple[Day, ...] = ()
    within: tuple[Day | Gap, ...] = ()
    after: tuple[Day, ...] = ()
    undated: tuple[PublicAction, ...] = ()
    tiles: tuple[Day, ...] = field(default=())

    @property
    def before_count(self) -> int:
        return sum(len(day.actions) for day in self.before)

    @property
    def after_count(self) -> int:
        return sum(len(day.actions) for day in self.after)


def days_of(actions: Iterable[PublicAction], *, mark: str = "") -> tuple[Day, ...]:
    """Dated actions under the local day on which they begin, each day by the clock on the wall there.

    By instant, which is the order of lists, a rally in Sydney may stand between two of the day before.
    Times that are not announced come last. Undated actions are left out.
    """
    found: dict[date, list[PublicAction]] = {}
    for action in actions:
        if action.when.start_date is not None:
            found.setdefault(action.when.start_date, []).append(action)
    return tuple(Day(day, tuple(sorted(found[day], key=_by_the_clock)), mark) for day in sorted(found))


def undated_of(actions: Iterable[PublicAction]) -> tuple[PublicAction, ...]:
    return tuple(action for action in actions if action.when.start_date is None)


def agenda_of(actions: Iterable[PublicAction], *, first: date, last: date, is_whole: bool = True) -> Agenda:
    """The actions of a campaign from `first` to `last`, both inclusive.

    Not `is_whole`: `actions` is one page of several, so that nothing can be said of empty days.
    """
    actions = tuple(actions)
    days = days_of(actions)
    within = tuple(day for day in days if first <= day.day <= last)
    is_week = is_whole and (last - first).days < LONGEST_WEEK
    by_day = {day.day: day for day in within}
    tiles = tuple(
        by_day.get(first + number * ONE_DAY, Day(first + number * ONE_DAY))
        for number in range((last - first).days + 1 if is_week else 0)
    )
    return Agenda(
        before=tuple(day for day in days if day.day < first),
        within=tuple(_with_gaps(tiles)) if is_week else within,
        after=tuple(day for day in days if day.day > last),
        undated=undated_of(actions),
        tiles=tiles,
    )


def _with_gaps(tiles: tuple[Day, ...]) -> Iterable[Day | Gap]:
    for has_actions, group in groupby(tiles, key=lambda day: bool(day.actions)):
        run = list(group)
        if has_actions:
            yield from run
        else:
            yield Gap(run[0].day, run[-1].day)


def _by_the_clock(action: PublicAction) -> tuple[bool, time, str, str]:
    at = action.when.start_time
    city = action.place.locality if action.place else ""
    return (at is None, at or time(0), city, action.slug)
