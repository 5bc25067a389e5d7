"""A week as a table: a row for each day, with its parts; on a wide screen the rows stand side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from rallies import links
from rallies.formats.public import PublicAction
from rallies.http.query import read_question
from rallies.selectors.filters import ActionFilter
from rallies.selectors.months import DayOfSpan, Span, narrowed, span_of
from rallies.web.addresses import feed_of
from rallies.web.asked import question_context
from rallies.web.dates import day_address, is_planned, planned, site_day, week_address
from rallies.web.door import permanently, public
from rallies.web.hours import PARTS, part_of, part_words
from rallies.web.moments import gap_words
from rallies.web.questions import address_of, tidy, views_of

ON_A_DAY = 8
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Cell:
    """What of a day stands in a part of it, one of `PARTS`."""

    key: str
    actions: tuple[PublicAction, ...]


@dataclass(frozen=True, slots=True)
class DayOfWeek:
    """A row of the table. `more` are those of its `total` actions that have no room; `address` is the page of the day, "" if
    it has nothing."""

    day: date
    is_today: bool
    cells: tuple[Cell, ...]
    total: int
    more: int
    address: str


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from Monday on. `parts` are in words those that any of them has; each day has a cell for each."""

    first: date
    last: date
    parts: tuple[str, ...]
    days: tuple[DayOfWeek, ...]
    total: int
    undated: int

    @property
    def has_more(self) -> bool:
        return any(day.more for day in self.days)


@public
def this_week(request: HttpRequest) -> HttpResponse:
    question = read_question(request.GET, also=frozenset())
    return redirect(week_address(site_day(timezone.now()), question))


@public
def week(request: HttpRequest, day: str) -> HttpResponse:
    asked = planned(day, sentence=_("A week is written like 2025-11-17, its Monday, in a year that people plan for."))
    question = read_question(request.GET, also=frozenset())
    first = links.monday_of(asked)
    if asked != first:
        return permanently(week_address(first, question))
    if tidy(request):
        return redirect(week_address(first, question))
    now = timezone.now()
    last = first + WEEK - timedelta(days=1)
    path = links.week_path(first)
    inside = narrowed(question, first=first, last=last)
    found = span_of(question, first=first, last=last, on_a_day=ON_A_DAY, now=now)
    return render(
        request,
        "pages/week.html",
        {
            "week": week_of(found, question, today=site_day(now)),
            "previous": _beside(first - WEEK, question),
            "next": _beside(first + WEEK, question),
            "list_address": address_of(inside),
            # Most of a week lies in the month of its Thursday.
            "views": views_of(question, shown="week", month=first + timedelta(days=3)),
            **question_context(question, path=path, counted=inside, now=now),
            "feed": feed_of(question, address_of(question), now=now),
            "canonical": links.absolute(week_address(first, question)),
            # Weeks go on without end, as months do.
            "is_for_searching": found.total > 0,
        },
    )


def week_of(span: Span, question: ActionFilter, *, today: date) -> Week:
    rows = {found.day: _by_part(found) for found in span.days}
    used = tuple(key for key in PARTS if any(row[key] for row in rows.values()))
    return Week(
        first=span.first,
        last=span.last,
        parts=tuple(part_words(key) for key in used),
        days=tuple(
            DayOfWeek(
                day=found.day,
                is_today=found.day == today,
                cells=tuple(Cell(key, rows[found.day][key]) for key in used),
                total=found.count,
                more=found.count - len(found.actions),
                address=day_address(found.day, question) if found.count else "",
            )
            for found in span.days
        ),
        total=span.total,
        undated=span.undated,
    )


def _by_part(found: DayOfSpan) -> Mapping[str, tuple[PublicAction, ...]]:
    return {key: tuple(a for a in found.actions if part_of(a, day=found.day) == key) for key in PARTS}


def _beside(monday: date, question: ActionFilter) -> tuple[str, str] | None:
    if not is_planned(monday):
        return None
    return gap_words(monday, monday + WEEK - timedelta(days=1)), week_address(monday, question)
