"""Pages of places and countries: what is on there, and what is near."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from rallies import links
from rallies.enums import PlaceKind
from rallies.http.query import RADII, BadQuestion, read_question
from rallies.http.reach import country_title, distance_words
from rallies.selectors.actions import list_actions
from rallies.selectors.errors import NothingThere
from rallies.selectors.filters import PAST, ActionFilter
from rallies.selectors.place_pages import (
    PlaceOnMap,
    cities_of,
    countries_with_actions,
    country_called,
    get_place,
    places_near,
)
from rallies.web.addresses import feed_beside, feed_of
from rallies.web.agenda import days_of, undated_of
from rallies.web.dates import site_day
from rallies.web.door import permanently, public
from rallies.web.moments import zone_words
from rallies.web.questions import View, address_of, views_of

PLACE_ACTIONS = 50
WITHIN_KM = 50


@public
def place_detail(request: HttpRequest, key: str) -> HttpResponse:
    now = timezone.now()
    if key != key.lower():
        return permanently(links.place_path(key.lower()))
    try:
        place = get_place(key)
    except NothingThere as error:
        raise Http404(_("No place has this address. It may have been mistyped.")) from error
    if place.kind == PlaceKind.COUNTRY:
        return permanently(links.country_path(place.country))
    within = RADII.get(request.GET.get("within", "")) if set(request.GET) == {"within"} else None
    if within and place.kind == PlaceKind.CITY:
        # The feed of the place takes a radius; its page says what is on in it, and the list what is around it.
        return redirect(address_of(ActionFilter(near=key, within=within)))
    asked = read_question(request.GET, also=frozenset())
    question = ActionFilter(city=key)
    if asked != ActionFilter():
        raise BadQuestion(_("The page of a place takes no filters."))
    path = links.place_path(key)
    around = f"?near={key}&within={WITHIN_KM}"
    reach = distance_words(WITHIN_KM, country=place.country)
    has_around = place.kind == PlaceKind.CITY and place.latitude is not None
    views = views_of(question, shown="", month=site_day(now))
    if has_around:
        views += (View(_("Within %(distance)s") % {"distance": reach}, f"{links.actions_path()}{around}", False),)
    # The address of a place is that of what is in its reach.
    feed = (
        feed_of(ActionFilter(near=key, within=WITHIN_KM), f"{path}?within={WITHIN_KM}", now=now)
        if has_around
        else feed_of(question, address_of(question), now=now)
    )
    return render(
        request,
        "pages/place.html",
        {
            **_what_is_on(question, now=now),
            "place": place,
            "zone": zone_words(place.timezone, now=now) if place.timezone else "",
            "views": views,
            "has_around": has_around,
            "reach": reach,
            "near_here": _near(place, now=now),
            "feed": feed,
            "canonical": links.absolute(path),
        },
    )


@public
def country_detail(request: HttpRequest, code: str) -> HttpResponse:
    now = timezone.now()
    if code != code.lower():
        return permanently(links.country_path(code))
    try:
        name = country_called(code.upper())
    except NothingThere as error:
        raise Http404(_("No country has this code. Codes have two letters, such as us or do.")) from error
    if read_question(request.GET, also=frozenset()) != ActionFilter():
        raise BadQuestion(_("The page of a country takes no filters."))
    path = links.country_path(code)
    question = ActionFilter(country=code.upper())
    return render(
        request,
        "pages/country.html",
        {
            **_what_is_on(question, now=now),
            "name": name,
            "cities": cities_of(code.upper(), now=now),
            "views": views_of(question, shown="", month=site_day(now)),
            "feed": feed_of(question, path, now=now, name=country_title(question.country)),
            "canonical": links.absolute(path),
        },
    )


@public
def country_list(request: HttpRequest) -> HttpResponse:
    if read_question(request.GET, also=frozenset()) != ActionFilter():
        return redirect(address_of(read_question(request.GET, also=frozenset())))
    return render(
        request,
        "pages/countries.html",
        {
            "countries": countries_with_actions(now=timezone.now()),
            "feed": feed_beside(links.actions_path()),
            "canonical": links.absolute(links.countries_path()),
        },
    )


def _near(place: PlaceOnMap, *, now: datetime) -> Any:
    return places_near(place, now=now) if place.kind == PlaceKind.CITY else ()


def _what_is_on(question: ActionFilter, *, now: datetime) -> dict[str, Any]:
    """The upcoming by day, the past newest first, and what has no date; as much of each as a page holds."""
    upcoming = list_actions(question, now=now, size=PLACE_ACTIONS)
    over = ActionFilter(city=question.city, country=question.country, when=PAST)
    past = list_actions(over, now=now, size=PLACE_ACTIONS)
    found = upcoming.total + past.total
    return {
        "upcoming": days_of(upcoming.actions),
        "upcoming_total": upcoming.total,
        "upcoming_address": address_of(question) if upcoming.pages > 1 else "",
        "past": tuple(reversed(days_of(past.actions, mark="past-"))),
        "past_undated": undated_of(past.actions),
        "past_total": past.total,
        "past_address": address_of(over) if past.pages > 1 else "",
        # Of what is to come, and else of what was: never an empty one.
        "map_address": links.geojson_path(address_of(question if upcoming.total else over)) if found else "",
        "undated": undated_of(upcoming.actions),
        # Pages of places go on without end; those without an action are of no use to a search engine.
        "is_for_searching": found > 0,
    }
