"""Days in addresses, and the pages of days and weeks."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import Http404

from rallies import conf, links
from rallies.rules import times
from rallies.rules.errors import RuleBroken
from rallies.selectors.filters import ActionFilter
from rallies.web.questions import address_of


def site_day(now: datetime) -> date:
    """By the calendar of the site, which knows nothing of that of its visitors: where its actions begin."""
    return now.astimezone(ZoneInfo(conf.default_timezone())).date()


def is_planned(day: date) -> bool:
    """Whether it lies in a year that people plan for."""
    try:
        times.check_day(day, field="day")
    except RuleBroken:
        return False
    return True


def planned(text: str, *, sentence: str) -> date:
    """The day that an address writes like 2025-11-22. Raises `Http404` with the sentence."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404(sentence) from error
    if day.isoformat() != text or not is_planned(day):
        raise Http404(sentence)
    return day


def day_address(day: date, question: ActionFilter) -> str:
    """The page of a day with a question; `address_of` has that of its list."""
    return address_of(question, path=links.day_path(day))


def week_address(day: date, question: ActionFilter) -> str:
    """The page of the week in which a day lies."""
    return address_of(question, path=links.week_path(day))
