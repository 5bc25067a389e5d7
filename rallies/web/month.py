"""A month as a table."""

import re
from calendar import Calendar, monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from rallies import links, names
from rallies.formats.public import PublicAction
from rallies.http.query import query_string, read_question
from rallies.rules import times
from rallies.rules.errors import RuleBroken
from rallies.selectors.filters import ActionFilter
from rallies.selectors.months import DayOfSpan, Span, narrowed, span_of
from rallies.web.addresses import feed_of
from rallies.web.asked import question_context
from rallies.web.dates import day_address, is_planned, site_day
from rallies.web.door import public
from rallies.web.moments import say
from rallies.web.questions import address_of, tidy, views_of

ON_A_DAY = 5
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An action on one day; `goes_on` when it began on an earlier one."""

    action: PublicAction
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the table; outside the month it is empty. `address` is the page of the day, "" if it has nothing."""

    day: date
    is_inside: bool
    is_today: bool
    entries: tuple[Entry, ...]
    more: int
    address: str


@public
def this_month(request: HttpRequest) -> HttpResponse:
    question = read_question(request.GET, also=frozenset())
    return redirect(month_address(site_day(timezone.now()), question))


@public
def month(request: HttpRequest, month: str) -> HttpResponse:
    first = _first_day(month)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    question = read_question(request.GET, also=frozenset())
    if tidy(request):
        return redirect(month_address(first, question))
    now = timezone.now()
    today = site_day(now)
    inside = narrowed(question, first=first, last=last)
    found = span_of(question, first=first, last=last, on_a_day=ON_A_DAY, now=now)
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    return render(
        request,
        "pages/month.html",
        {
            "first": first,
            "month": found,
            "weekdays": weekdays(),
            "weeks": weeks_of(found, question, today=today),
            "previous": (say(before, "month"), month_address(before, question)) if is_planned(before) else None,
            "next": (say(after, "month"), month_address(after, question)) if is_planned(after) else None,
            "list_address": address_of(inside),
            "views": views_of(question, shown="month", month=today if first <= today <= last else first),
            **question_context(question, path=month_path(first), counted=inside, now=now),
            "feed": feed_of(question, address_of(question), now=now),
            "canonical": links.absolute(month_address(first, question)),
            # Months go on without end; those without an action are of no use to a search engine.
            "is_for_searching": found.total > 0,
        },
    )


def month_path(day: date) -> str:
    return links.month_path(f"{day:%Y-%m}")


def month_address(day: date, question: ActionFilter) -> str:
    asked = query_string(question)
    return f"{month_path(day)}?{asked}" if asked else month_path(day)


def _first_day(text: str) -> date:
    try:
        if not _MONTH.fullmatch(text):
            raise ValueError(text)
        first = date.fromisoformat(f"{text}-01")
        times.check_day(first, field="month")
    except (ValueError, RuleBroken) as error:
        raise Http404(_("A month is written like 2025-11, and lies in a year that people plan for.")) from error
    return first


def weekdays() -> tuple[date, ...]:
    """A week of days, beginning as weeks do where the language is spoken; for their names alone."""
    monday = date(2024, 1, 1)
    return tuple(monday + timedelta(days=names.locale().first_week_day + number) for number in range(7))


def weeks_of(month: Span, question: ActionFilter, *, today: date) -> tuple[tuple[Cell, ...], ...]:
    """The weeks that the month touches, each of seven days."""
    by_day = {day.day: day for day in month.days}
    weeks = Calendar(names.locale().first_week_day).monthdatescalendar(month.first.year, month.first.month)
    return tuple(tuple(_cell(day, by_day.get(day), question, today=today) for day in week) for week in weeks)


def _cell(day: date, found: DayOfSpan | None, question: ActionFilter, *, today: date) -> Cell:
    entries = tuple(Entry(a, a.when.start_date != day) for a in found.actions) if found else ()
    return Cell(
        day=day,
        is_inside=found is not None,
        is_today=day == today,
        entries=entries,
        more=found.count - len(entries) if found else 0,
        address=day_address(day, question) if found and found.count else "",
    )
