"""Every token and component of the face on one page, in all its states; there while DEBUG is on.

Values are made here, by hand: the page needs no row of a database, and shows states that are rare.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from rallies.charts import Mark, area_of, bars_of, columns_of
from rallies.enums import ActionKind
from rallies.formats.calendar_links import links_of
from rallies.formats.public import (
    PublicAction,
    PublicCampaignCard,
    PublicChange,
    PublicListing,
    PublicMilestone,
    PublicParticipation,
    PublicPlace,
    PublicSource,
    PublicTotal,
    PublicWhen,
)
from rallies.places.distance import Point
from rallies.selectors.filters import ActionFilter
from rallies.selectors.months import DayOfSpan, Span
from rallies.selectors.place_pages import PlaceWithActions
from rallies.selectors.places import NearPlace
from rallies.web.action_page import Adding
from rallies.web.addresses import feed_beside, pager
from rallies.web.agenda import Day, Gap, agenda_of, days_of
from rallies.web.door import public
from rallies.web.feed_words import feed_words
from rallies.web.map_apps import map_apps
from rallies.web.map_page import BesideMap
from rallies.web.month import weekdays, weeks_of
from rallies.web.near import reach_around
from rallies.web.next_up import NextUp
from rallies.web.place_search import box_of
from rallies.web.questions import Chip, Form, orders_of, views_of
from rallies.web.series import DateOff
from rallies.web.week import week_of

TOKENS = Path(__file__).parent.parent / "static" / "rallies" / "css" / "tokens.css"
NOW = datetime(2031, 5, 2, 9, 30, tzinfo=UTC)
ZONE = "America/Chicago"
FIRST, LAST = date(2031, 5, 10), date(2031, 5, 16)
HOME = "https://example.org/"


@dataclass(frozen=True, slots=True)
class Token:
    """A custom property of tokens.css; `dark` is "" where the dark scheme keeps the value."""

    name: str
    value: str
    dark: str


def tokens() -> dict[str, list[Token]]:
    """The tokens of tokens.css by what they are: colours, sizes, spaces and the others."""
    light, _, dark = TOKENS.read_text(encoding="utf-8").partition("@media (prefers-color-scheme: dark)")
    at_night = dict(_declared(dark))
    found: dict[str, list[Token]] = {"colour": [], "size": [], "space": [], "other": []}
    values: dict[str, str] = {}
    for name, value in _declared(light):
        values.setdefault(name, value)  # what comes later is for wide screens
    for name, value in values.items():
        family = name.partition("-")[0]
        if family not in found:
            family = "colour" if re.match(r"#|var\(", value) else "other"
        found[family].append(Token(name, value, at_night.get(name, "")))
    return found


def _declared(css: str) -> list[tuple[str, str]]:
    return re.findall(r"--([a-z0-9-]+):\s*([^;]+);", css)


PLACE = PublicPlace(
    label="Market Square, Springfield, Illinois, United States",
    venue="Market Square",
    street_address="1 Market Square",
    district="Old Town",
    locality="Springfield",
    region="Illinois",
    region_code="US-IL",
    postal_code="62701",
    country="US",
    country_name="United States",
    latitude=39.8017,
    longitude=-89.6489,
    precision="venue",
    place_key="springfield-us",
    is_withheld=False,
    revealed_from=None,
    access_features=(),
    access_note="",
)
CITY = replace(PLACE, label="Springfield", venue="", street_address="", district="", postal_code="", precision="city")
WITHHELD = replace(CITY, is_withheld=True, revealed_from=NOW + timedelta(days=7))
SOURCES = (
    PublicSource(HOME, "Springfield Courier", date(2031, 4, 28), "announcement, with the route", True),
    PublicSource(HOME, "River Street Radio", None, "", False),
)
HOSTS = tuple(
    PublicParticipation(name=name, slug="a-group", role="host", is_reported=False, outlet="")
    for name in ("River Street Neighbours", "Friends of the Library")
)
NAMED = tuple(
    PublicParticipation(name=name, slug="", role="endorser", is_reported=True, outlet="Springfield Courier")
    for name in ("Choir of the Old Town", "نادي القراءة", "読書会")
)


def when(day: date | None, at: time | None = time(14), **changes: Any) -> PublicWhen:
    """A date in Springfield; None is a date, or a time, that is not announced."""
    starts_at = datetime.combine(day, at or time(0), tzinfo=ZoneInfo(ZONE)).astimezone(UTC) if day else None
    return replace(
        PublicWhen(
            timezone=ZONE,
            start_date=day,
            start_time=at if day else None,
            end_date=None,
            end_time=None,
            starts_at=starts_at,
            ends_at=None,
            over_at=starts_at + timedelta(hours=2) if starts_at else None,
            last_day=day,
        ),
        **changes,
    )


def action(number: int, title: str, at: PublicWhen, **changes: Any) -> PublicAction:
    """A scheduled rally on Market Square; `changes` are fields of PublicAction."""
    values: dict[str, Any] = {
        "uid": f"00000000-0000-4000-8000-{number:012d}",
        "action_uid": UUID(int=number),
        "recurrence_id": "",
        "slug": "an-action",
        "url": HOME,
        "title": title,
        "title_basis": "as-listed",
        "kind": ActionKind.RALLY.value,
        "kind_detail": "",
        "status": "scheduled",
        "status_message": "",
        "status_changed_at": None,
        "when": at,
        "recurrence_rule": "",
        "attendance_mode": "in-person",
        "online_url": "",
        "place": PLACE,
        "participations": (),
        "listings": (PublicListing(name="Week for public libraries", slug="a-campaign", basis=""),),
        "sources": SOURCES,
        "changes": (),
        "gathering_time": None,
        "step_off_time": None,
        "confirmed_at": None,
        "created_at": NOW,
        "updated_at": NOW,
        "sequence": 0,
        "languages": (),
        "access_features": (),
        "route_stops": (),
    }
    empty = dict.fromkeys(
        (
            *("description", "description_html", "route_start", "route_end", "what_to_bring", "access_note", "contact"),
            *("picture_url", "picture_alt", "reported_status", "confidence", "confidence_note"),
        ),
        "",
    )
    return PublicAction(**{**empty, **values, **changes})


CHANGES = (
    PublicChange(1, NOW - timedelta(days=9), "published", "", "", ""),
    PublicChange(2, NOW, "moved-in-time", "11:00", "14:00", "The square is taken in the morning."),
)
SATURDAY = (
    action(1, "Rally for longer opening hours", when(FIRST, time(10), end_time=time(12)), participations=HOSTS),
    action(2, "March from the bridge to the square", when(FIRST), kind="march", participations=NAMED),
    action(3, "Reading on the steps", when(FIRST, time(16)), status="cancelled", status_message="Storm warning."),
    action(4, "Open day", when(FIRST, None), place=WITHHELD, kind="workshop"),
)
MONDAY = (
    action(5, "Vigil at the old bridge", when(FIRST + timedelta(days=2), time(19)), status="postponed"),
    action(6, "Public assembly", when(FIRST + timedelta(days=2), time(18)), status="tentative", kind="assembly"),
    action(
        7,
        "Talk: how a budget is made",
        when(FIRST + timedelta(days=2), time(18, 30)),
        status="moved-online",
        attendance_mode="online",
        online_url=HOME,
        place=None,
    ),
    action(
        8,
        "Teach-in: how a city budget is made, how people have changed one in the past, and a walk through the archive "
        "with those who keep it",
        when(FIRST + timedelta(days=2), time(20)),
        kind="other",
        kind_detail="teach-in, then a walk",
    ),
    action(9, "مسيرة من أجل المكتبة العامة", when(FIRST + timedelta(days=2), time(20)), kind="march", place=CITY),
    action(10, "図書館のための行進", when(FIRST + timedelta(days=2), time(20)), kind="march", place=CITY),
)
UNDATED = (
    action(
        11,
        "Concert in the reading room",
        when(None, window_first=FIRST, window_last=LAST, window_note="“Later that week”, says the programme."),
        kind="concert",
    ),
)
TICKETS = (
    ("scheduled", replace(SATURDAY[1], gathering_time=time(13), step_off_time=time(14), confirmed_at=NOW)),
    ("cancelled", replace(SATURDAY[2], status_changed_at=NOW)),
    ("postponed", replace(SATURDAY[1], status="postponed")),
    ("withheld", SATURDAY[3]),
    ("online", MONDAY[2]),
    ("undated", UNDATED[0]),
    (
        "repeated",
        replace(
            SATURDAY[1],
            recurrence_rule="FREQ=WEEKLY;COUNT=9",
            recurrence_id=f"{FIRST:%Y%m%d}T180000",
            skipped_days=(FIRST + timedelta(weeks=2),),
        ),
    ),
)
ADDING = {
    "scheduled": Adding(SATURDAY[1], links_of(SATURDAY[1])),
    "cancelled": Adding(None),
    "postponed": Adding(None, is_open=True),
    "repeated": Adding(TICKETS[-1][1], links_of(TICKETS[-1][1]), links_of(SATURDAY[1])[0], is_series=True),
}
OFF = DateOff(replace(SATURDAY[2], status_changed_at=NOW), SATURDAY[1])
BANNERS = (
    *(replace(one, status_changed_at=NOW) for one in (SATURDAY[2], *MONDAY[:3])),
    replace(SATURDAY[1], changes=CHANGES),
    replace(SATURDAY[1], status_message="The storm is over.", status_changed_at=NOW),
)
CAMPAIGN = PublicCampaignCard(
    slug="a-campaign",
    url=HOME,
    name="Week for public libraries",
    first_day=FIRST,
    last_day=LAST,
    summary="Readings, rallies and open days at libraries in many towns.",
    actions=len(SATURDAY) + len(MONDAY) + len(UNDATED),
)
MILESTONES = (
    PublicMilestone(
        slug="a-vote",
        title="The council votes on the budget",
        kind="vote",
        start_date=LAST,
        locality="Springfield",
        country_name="United States",
        where="Springfield, United States",
        reported_status="",
        confidence="",
        confidence_note="",
        sources=SOURCES[:1],
    ),
    PublicMilestone(
        slug="an-opening",
        title="The new reading room opens",
        kind="other",
        start_date=FIRST,
        locality="",
        country_name="",
        where="",
        reported_status="held",
        confidence="medium",
        confidence_note="One source gives the day before.",
        sources=tuple(replace(s, stated_date=FIRST - timedelta(days=n)) for n, s in enumerate(SOURCES)),
    ),
)
TOTALS = (PublicTotal("“more than forty towns”", SOURCES[0]), PublicTotal("“in 38 towns”", SOURCES[1]))
MARKS = tuple(
    Mark(f"{FIRST + timedelta(days=at):%d %B}", value, "/actions/" if value else "")
    for at, value in enumerate((7, 0, 3, 1, 0, 2, 12))
)
PLACES = (
    PlaceWithActions("springfield-us", "Springfield", "Illinois", 12, km=4.2),
    PlaceWithActions("", "A village", "", 1, km=38.0),
    PlaceWithActions("decatur-us", "Decatur", "Illinois", 2),
)
CHIPS = tuple(Chip(words, "/actions/") for words in ("March", "in Springfield", "part of Week for public libraries"))

BESIDE_MAP = BesideMap(SATURDAY[:2], 12, "/actions/", "/actions/map/")
NEAR = NearPlace("springfield-us", "Springfield", "Illinois", "US", Point(39.7, -89.5))


def _week(month: Span) -> Span:
    return replace(month, first=FIRST, last=LAST, days=month.days[FIRST.day - 1 : LAST.day])


@public
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    question = ActionFilter(kind="march")
    month = _month()
    return render(
        request,
        "pages/styleguide.html",
        {
            "tokens": tokens(),
            "now": NOW,
            "today": NOW.date(),
            "day": Day(FIRST, SATURDAY),
            "second_day": Day(FIRST + timedelta(days=2), MONDAY),
            "gap": Gap(FIRST + timedelta(days=3), LAST),
            "undated": UNDATED,
            "places": PLACES,
            "past": days_of(SATURDAY[:1], mark="past-"),
            "flags": (*SATURDAY[2:3], *MONDAY[:3]),
            "banners": BANNERS,
            "off": OFF,
            "dates": (*SATURDAY[1:3], TICKETS[-1][1]),
            "tickets": [(state, one, ADDING.get(state), map_apps(one.place)) for state, one in TICKETS],
            "others": (*MONDAY[:3], MONDAY[4], MONDAY[3]),
            "participations": (*HOSTS, *NAMED),
            "changes": CHANGES,
            "sources": SOURCES,
            "milestones": MILESTONES,
            "totals": TOTALS,
            "columns": columns_of(MARKS),
            "area": area_of(
                [replace(mark, value=sum(each.value for each in MARKS[: at + 1])) for at, mark in enumerate(MARKS)]
            ),
            "bars": bars_of([Mark("March", 12, "/actions/"), Mark("Rally", 7), Mark("Vigil", 0)]),
            "featured": CAMPAIGN,
            "agenda": agenda_of((*SATURDAY, *MONDAY, *UNDATED), first=FIRST, last=LAST),
            "cards": (CAMPAIGN, replace(CAMPAIGN, name="Day of open doors", last_day=FIRST, summary="", actions=1)),
            "views": views_of(question, shown="upcoming", month=FIRST),
            "chips": CHIPS,
            "box": box_of(ActionFilter(kind="march"), typed="Springfield"),
            "form": _form(question),
            "orders": orders_of(ActionFilter(near=NEAR.key, within=50)),
            "near": reach_around(NEAR, ActionFilter(near=NEAR.key, within=50)),
            "pager": pager("/actions/", {}, page=2, pages=3),
            "first": month.first,
            "month": month,
            "weekdays": weekdays(),
            "weeks": weeks_of(month, question, today=FIRST + timedelta(days=1)),
            "previous": ("April 2031", "/actions/month/2031-04/"),
            "next": ("June 2031", "/actions/month/2031-06/"),
            "week": week_of(_week(month), question, today=FIRST + timedelta(days=1)),
            "map_beside": BESIDE_MAP,
            "next_up": NextUp(now=SATURDAY[:1], soon=SATURDAY[1:2]),
            "list_address": "/actions/",
            "feed": feed_beside("/actions/", holds=feed_words(question)),
        },
    )


def _form(question: ActionFilter) -> Form:
    return Form(
        campaigns=((CAMPAIGN.slug, CAMPAIGN.name),),
        kinds=tuple((kind.value, str(kind.label)) for kind in ActionKind),
        countries=(("US", "United States"),),
        cities=(("springfield-us", "Springfield"),),
        organizers=(("a-group", HOSTS[0].name),),
        question=question,
        path="/actions/",
    )


def _month() -> Span:
    first, last = date(2031, 5, 1), date(2031, 5, 31)
    by_day = {FIRST: (SATURDAY, 7), FIRST + timedelta(days=2): (MONDAY[:3], 3)}
    days = (first + timedelta(days=number) for number in range(31))
    return Span(
        first=first,
        last=last,
        days=tuple(DayOfSpan(day, *by_day.get(day, ((), 0))) for day in days),
        total=10,
        undated=1,
    )
