"""The page of one action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from rallies import links
from rallies.formats.calendar_links import CalendarLink, links_of, series_link
from rallies.formats.public import PublicAction
from rallies.http.query import read_question, refuse_filters
from rallies.selectors.actions import get_action
from rallies.selectors.beside import beside
from rallies.selectors.errors import NothingThere, Renamed, Withdrawn
from rallies.selectors.filters import ActionFilter
from rallies.selectors.places import NearPlace, near_point
from rallies.web.addresses import feed_beside
from rallies.web.door import permanently, public
from rallies.web.map_apps import map_apps
from rallies.web.near import away_from_place
from rallies.web.next_up import OFF
from rallies.web.questions import address_of
from rallies.web.series import date_off


@dataclass(frozen=True, slots=True)
class Adding:
    """What can be added to a calendar: `action` is the date that `links` fill in, None when nothing to come is on;
    `is_open` then says that a new date is still to come.
    `is_series`: files and subscriptions hold further dates, and `series` fills them in where a service takes them."""

    action: PublicAction | None
    links: tuple[CalendarLink, ...] = ()
    series: CalendarLink | None = None
    is_series: bool = False
    is_open: bool = False


@public
def action_detail(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    came_from = _came_from(request)
    try:
        dates = get_action(slug, now=now)
    except Renamed as renamed:
        query = f"?near={came_from.key}" if came_from else ""
        return permanently(links.action_path(renamed.slug) + query)
    except Withdrawn:
        raise
    except NothingThere as error:
        raise Http404(_("No action has this address. It may have been mistyped.")) from error
    action = dates[0]
    path = links.action_path(action.slug)
    day = action.when.start_date
    return render(
        request,
        "pages/action.html",
        {
            "action": action,
            "dates": dates,
            "off": date_off(dates, now=now),
            "now": now,
            "adding": adding_of(dates, now=now),
            "apps": () if action.is_online else map_apps(action.place),
            "came_from": came_from,
            "away": away_from_place(action, came_from) if came_from and not action.is_online else "",
            "beside": beside(action, now=now),
            "same_day": address_of(ActionFilter(from_day=day, to_day=day)) if day else "",
            "feed": feed_beside(path),
            # Where somebody came from is a part of the address, and not of the page.
            "canonical": links.absolute(path),
        },
    )


def adding_of(dates: Sequence[PublicAction], *, now: datetime) -> Adding | None:
    """The next date that takes place; None without a date to come."""
    coming = [one for one in dates if one.when.over_at is not None and one.when.over_at > now]
    if not coming:
        return None
    on = [one for one in coming if one.status not in OFF]
    if not on:
        return Adding(None, is_open=any(not one.is_cancelled for one in coming))
    is_series = len(dates) > 1
    is_whole = is_series and len(on) == len(coming)
    series = series_link(coming, has_begun=len(coming) < len(dates)) if is_whole else None
    return Adding(on[0], links_of(on[0]), series, is_series)


def _came_from(request: HttpRequest) -> NearPlace | None:
    """The place that a list was asked for: it says how far the action is from there. Raises `BadQuestion`."""
    refuse_filters(request.GET, also=frozenset({"near"}))
    key = read_question(request.GET).near
    return near_point(key) if key else None
