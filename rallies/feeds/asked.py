"""What the address of a feed asks, whichever way it is told: as a calendar, as CSV or as GeoJSON."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rallies import links
from rallies.http.asked_words import list_title
from rallies.http.query import BadQuestion, query_string, read_question, refuse_filters
from rallies.http.reach import country_title, near_title
from rallies.names import is_country
from rallies.selectors.campaigns import campaign_name
from rallies.selectors.errors import Renamed, UnknownPlace
from rallies.selectors.filters import ActionFilter
from rallies.selectors.organizers import organizer_name
from rallies.selectors.places import near_point

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """`title` is what subscribers see among their calendars, `page` the path of the page that answers the same, `name` that of
    the file without its ending."""

    question: ActionFilter
    title: str
    page: str
    name: str


Ask = Callable[..., Asked]
"""Reads a request and the values of its path; `also` are names of its query string that the door knows itself."""


def of_actions(request: HttpRequest, *, also: frozenset[str] = NOTHING) -> Asked:
    question = read_question(request.GET, also=also)
    query = query_string(question)
    page = f"{links.actions_path()}?{query}" if query else links.actions_path()
    return Asked(question, title=list_title(question), page=page, name="actions")


def of_campaign(request: HttpRequest, slug: str, *, also: frozenset[str] = NOTHING) -> Asked:
    nothing_but_noise(request, also=also)
    title, page = campaign_name(slug), links.campaign_path(slug)
    return Asked(ActionFilter(campaign=slug), title=title, page=page, name=slug)


def of_organizer(request: HttpRequest, slug: str, *, also: frozenset[str] = NOTHING) -> Asked:
    nothing_but_noise(request, also=also)
    title, page = organizer_name(slug), links.organizer_path(slug)
    return Asked(ActionFilter(organizer=slug), title=title, page=page, name=slug)


def of_place(request: HttpRequest, key: str, *, also: frozenset[str] = NOTHING) -> Asked:
    """Within 50 km, or within another radius that the address names."""
    near_point(key)
    asked = request.GET.copy()
    if asked.keys() & {"near", "sort"}:
        raise BadQuestion(_("This address takes no filter but “within”."))
    asked["near"] = key
    question = read_question(asked, also=also)
    if question != ActionFilter(near=key, within=question.within):
        raise BadQuestion(_("This address takes no filter but “within”."))
    return Asked(question, title=near_title(question), page=links.place_path(key), name=key)


def of_country(request: HttpRequest, code: str, *, also: frozenset[str] = NOTHING) -> Asked:
    """Of a code in small letters, as all addresses are."""
    nothing_but_noise(request, also=also)
    if not is_country(code.upper()):
        raise UnknownPlace(code)
    if code != code.lower():
        raise Renamed(code.lower())
    question = ActionFilter(country=code.upper())
    return Asked(question, title=country_title(question.country), page=links.country_path(code), name=code)


def nothing_but_noise(request: HttpRequest, *, also: frozenset[str] = NOTHING) -> None:
    """These addresses ask no further question, as yet; a name that would narrow it must not be ignored."""
    sentence = _(
        "This address takes no filters. Use /actions.ics, /actions.csv or /actions.geojson for a narrower question."
    )
    refuse_filters(request.GET, also=also, sentence=sentence)
