"""The public pages. One clock reading per view; public values only, from selectors."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from rallies import links
from rallies.formats.public import PublicAction, PublicCampaignCard
from rallies.http.query import BadQuestion, is_cut, read_question
from rallies.selectors.actions import ActionPage, first_to_come, list_actions, nearest_beyond
from rallies.selectors.campaigns import get_campaign, list_campaigns
from rallies.selectors.errors import NothingThere, Renamed, Withdrawn
from rallies.selectors.filters import ActionFilter
from rallies.selectors.organizers import get_organizer
from rallies.web.addresses import feed_of, pager
from rallies.web.agenda import agenda_of, days_of, undated_of
from rallies.web.asked import question_context
from rallies.web.dates import site_day
from rallies.web.door import asks_where, permanently, public
from rallies.web.near import reaching
from rallies.web.next_up import LOOKED_AT, NextUp, next_up
from rallies.web.place_search import place_box
from rallies.web.questions import address_of, asked_by, orders_of, tidy, views_of

HOME_ACTIONS = 20
LIST_ACTIONS = 30
CAMPAIGN_ACTIONS = 100
MOST_PAGES = 100_000


@public
@asks_where
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    question = read_question(request.GET, also=frozenset())
    if question != ActionFilter():
        return redirect(address_of(question))
    page = list_actions(ActionFilter(), now=now, size=HOME_ACTIONS)
    days = days_of(page.actions)
    campaigns = list_campaigns(now=now)
    today = site_day(now)
    featured = _featured(campaigns, today=today)
    agenda = None
    if featured:
        of_campaign = list_actions(ActionFilter(campaign=featured.slug), now=now, size=CAMPAIGN_ACTIONS)
        agenda = agenda_of(
            of_campaign.actions,
            first=featured.first_day,
            last=featured.last_day,
            is_whole=of_campaign.pages <= 1,
        )
    return render(
        request,
        "pages/home.html",
        {
            "days": days,
            "has_more": page.pages > 1,
            "featured": featured,
            "agenda": agenda,
            "campaigns": campaigns,
            "others": tuple(card for card in campaigns if card != featured),
            # What is over stands below what is to come.
            "is_next_first": bool(days) and featured is not None and featured.last_day < today,
            "today": today,
            "feed": feed_of(ActionFilter(), links.actions_path(), now=now),
            "box": place_box(question),
        },
    )


@public
@asks_where
def action_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    question = read_question(request.GET)
    if tidy(request):
        return redirect(address_of(question))
    page = list_actions(question, now=now, page=page_number(request), size=LIST_ACTIONS)
    refuse_beyond(page.page, page.pages)
    address = address_of(question)
    shown = "past" if question.is_past else "upcoming" if question.is_upcoming else ""
    has_chosen = (question.has_days or question.is_window) and not question.is_past
    days = days_of(page.actions)
    dated = [day.day for day in days]
    nearest = tuple(a for a in page.actions if a.when.is_dated) if question.has_rank else ()
    is_empty_near = bool(question.near) and not page.total
    asked = question_context(question, path=links.actions_path(), now=now)
    beyond = nearest_beyond(question, now=now) if is_empty_near else ()
    if is_empty_near:
        asked["near"] = reaching(beyond, question, path=links.actions_path())
    return render(
        request,
        "pages/action_list.html",
        {
            **asked,
            "beyond": beyond,
            "nearest": nearest,
            "next_up": _next_up(question, page, nearest or [a for day in days for a in day.actions], now=now),
            # One alone has no order, nor has nothing.
            "orders": orders_of(question) if page.total > 1 else (),
            "is_by_relevance": question.is_by_relevance,
            "is_cut": is_cut(request.GET),
            "shown": shown,
            "views": views_of(
                question,
                shown="chosen" if has_chosen else shown,
                month=_day_to_open(question, dated, today=site_day(now)),
            ),
            "page": page,
            "days": () if question.has_rank else tuple(reversed(days)) if question.is_past else days,
            "newest_first": question.is_past,
            "undated": undated_of(page.actions),
            "pager": pager(request.path, asked_by(question), page=page.page, pages=page.pages),
            "box": place_box(question),
            "feed": feed_of(question, address, now=now),
            "map_address": links.geojson_path(address),
            "canonical": links.absolute(address),
        },
    )


@public
def campaign_detail(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    question = read_question(request.GET)
    try:
        campaign = get_campaign(slug, now=now)
    except Renamed as renamed:
        return permanently(links.campaign_path(renamed.slug))
    except Withdrawn:
        raise
    except NothingThere as error:
        raise Http404(_("No campaign has this address. It may have been mistyped.")) from error
    path = links.campaign_path(campaign.slug)
    if question != ActionFilter():
        return redirect(address_of(replace(question, campaign=campaign.slug)))
    page = list_actions(ActionFilter(campaign=campaign.slug), now=now, page=page_number(request), size=CAMPAIGN_ACTIONS)
    refuse_beyond(page.page, page.pages)
    return render(
        request,
        "pages/campaign.html",
        {
            "campaign": campaign,
            "page": page,
            "agenda": agenda_of(
                page.actions, first=campaign.first_day, last=campaign.last_day, is_whole=page.pages <= 1
            ),
            "pager": pager(path, {}, page=page.page, pages=page.pages),
            "is_over": campaign.last_day < site_day(now),
            "feed": feed_of(ActionFilter(campaign=campaign.slug), path, now=now, name=campaign.name),
            "map_address": links.geojson_path(path),
            "canonical": links.absolute(path),
        },
    )


@public
def organizer_detail(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    question = read_question(request.GET)
    try:
        organizer = get_organizer(slug, now=now)
    except Renamed as renamed:
        return permanently(links.organizer_path(renamed.slug))
    except Withdrawn:
        raise
    except NothingThere as error:
        raise Http404(_("No group has this address. It may have been mistyped.")) from error
    path = links.organizer_path(organizer.slug)
    if question != ActionFilter():
        return redirect(address_of(replace(question, organizer=organizer.slug)))
    upcoming = list_actions(ActionFilter(organizer=organizer.slug), now=now, size=LIST_ACTIONS)
    past = _past_of(organizer.slug, now=now, page=page_number(request))
    ahead = {action.uid for action in upcoming.actions}
    return render(
        request,
        "pages/organizer.html",
        {
            "organizer": organizer,
            "upcoming": days_of(upcoming.actions),
            "upcoming_address": address_of(ActionFilter(organizer=organizer.slug)) if upcoming.pages > 1 else "",
            "undated": undated_of((*upcoming.actions, *(a for a in past.actions if a.uid not in ahead))),
            "past": tuple(reversed(days_of(a for a in past.actions if _is_over(a.when.over_at, now)))),
            "pager": pager(path, {}, page=past.page, pages=past.pages),
            "feed": feed_of(ActionFilter(organizer=organizer.slug), path, now=now, name=organizer.name),
            "canonical": links.absolute(path),
        },
    )


def _next_up(
    question: ActionFilter, page: ActionPage, listed: Sequence[PublicAction], *, now: datetime
) -> NextUp | None:
    """For the first page of what is to come."""
    if page.page > 1 or not (question.is_upcoming or question.is_window):
        return None
    is_by_start = not question.has_rank
    to_come = page.actions if is_by_start else first_to_come(question, now=now, limit=LOOKED_AT)
    return next_up(to_come, listed=listed, now=now)


def _day_to_open(question: ActionFilter, dated: list[date], *, today: date) -> date:
    """Where a list goes on as a week or a month: at the first of its days, or the last one that is over."""
    if question.from_day or not dated:
        return question.from_day or today
    if question.is_past:
        return dated[-1]
    # What has been going on for weeks does not lead back to when it began.
    return dated[0] if question.is_whole_campaign else max(dated[0], today)


def _past_of(slug: str, *, now: datetime, page: int) -> ActionPage:
    """A page of a group's actions up to today, the newest page first."""
    question = ActionFilter(organizer=slug, from_day=date.min, to_day=now.date())
    first = list_actions(question, now=now, size=LIST_ACTIONS)
    refuse_beyond(page, first.pages)
    if first.pages == 1:
        return first
    # Lists run from the earliest on: the last page is the newest.
    newest_first = list_actions(question, now=now, page=first.pages - page + 1, size=LIST_ACTIONS)
    return replace(newest_first, page=page)


def _featured(campaigns: tuple[PublicCampaignCard, ...], *, today: date) -> PublicCampaignCard | None:
    """The campaign that home shows large: the one going on, else the next one, else the last one."""
    going = [c for c in campaigns if c.first_day <= today <= c.last_day]
    coming = [c for c in campaigns if c.first_day > today]
    if going:
        return min(going, key=lambda c: (c.last_day, c.slug))
    if coming:
        return min(coming, key=lambda c: (c.first_day, c.slug))
    return max(campaigns, key=lambda c: (c.last_day, c.slug), default=None)


def _is_over(over_at: datetime | None, now: datetime) -> bool:
    return over_at is not None and over_at <= now


def page_number(request: HttpRequest) -> int:
    if len(request.GET.getlist("page")) > 1:
        raise BadQuestion(_("“%(name)s” is given twice. Give it once.") % {"name": "page"})
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:7]) <= MOST_PAGES):
        raise BadQuestion(
            _("“page” must be the number of a page, from 1 on; “%(value)s” is not.") % {"value": asked[:40]}
        )
    return int(asked)


def refuse_beyond(page: int, pages: int) -> None:
    if page > max(pages, 1):
        raise Http404(_("This list has no such page. It has become shorter, or the address was mistyped."))
