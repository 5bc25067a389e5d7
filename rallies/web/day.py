"""All that is on on one day."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from rallies import links
from rallies.http.query import read_question
from rallies.selectors.days import actions_of_day, day_after, day_before
from rallies.selectors.filters import ActionFilter
from rallies.selectors.months import narrowed
from rallies.web.addresses import feed_of, pager
from rallies.web.agenda import undated_of
from rallies.web.asked import question_context
from rallies.web.dates import day_address, planned, site_day
from rallies.web.door import permanently, public
from rallies.web.hours import parts_of
from rallies.web.moments import say
from rallies.web.questions import address_of, asked_by, tidy, views_of
from rallies.web.views import page_number, refuse_beyond

DAY_ACTIONS = 50


@public
def day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    on = _day(f"{year:04}-{month:02}-{day:02}")
    question = read_question(request.GET)
    path = links.day_path(on)
    if request.path != path:
        return permanently(day_address(on, question))
    if tidy(request):
        return redirect(day_address(on, question))
    now = timezone.now()
    page = actions_of_day(question, day=on, now=now, page=page_number(request), size=DAY_ACTIONS)
    refuse_beyond(page.page, page.pages)
    inside = narrowed(question, first=on, last=on)
    before, after = day_before(question, day=on, now=now), day_after(question, day=on, now=now)
    return render(
        request,
        "pages/day.html",
        {
            "on": on,
            "is_today": on == site_day(now),
            # By the calendar of whoever looks, which lies at most a day beside that of UTC.
            "may_be_today": abs(on - now.date()) <= timedelta(days=1),
            "page": page,
            "parts": parts_of((action for action in page.actions if action.when.is_dated), day=on),
            "undated": undated_of(page.actions),
            "previous": _way(before, on, question),
            "next": _way(after, on, question),
            "pager": pager(path, asked_by(question), page=page.page, pages=page.pages),
            "views": views_of(question, shown="", month=on),
            **question_context(question, path=path, counted=inside, now=now),
            "feed": feed_of(inside, address_of(inside), now=now),
            "canonical": links.absolute(day_address(on, question)),
            # Days go on without end, as months do.
            "is_for_searching": page.total > 0,
        },
    )


@public
def month_of_days(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """What is left of the address of a day leads to its month."""
    question = read_question(request.GET, also=frozenset())
    first = _day(f"{year:04}-{month:02}-01")
    return permanently(address_of(question, path=links.month_path(f"{first:%Y-%m}")))


def _way(to: date | None, on: date, question: ActionFilter) -> tuple[str, str] | None:
    if to is None:
        return None
    return say(to, "date-no-year" if to.year == on.year else "date"), day_address(to, question)


def _day(text: str) -> date:
    sentence = _("A day is written like /2025/11/22/, and lies in a year that people plan for.")
    try:
        return planned(text, sentence=sentence)
    except OverflowError as error:
        raise Http404(sentence) from error
