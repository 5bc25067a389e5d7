"""The map of a question, with a list beside it."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from rallies import links
from rallies.formats.public import PublicAction
from rallies.http.query import read_question
from rallies.selectors.actions import list_actions
from rallies.selectors.filters import ActionFilter
from rallies.web.addresses import feed_of
from rallies.web.asked import question_context
from rallies.web.dates import site_day
from rallies.web.door import asks_where, public
from rallies.web.place_search import place_box
from rallies.web.questions import address_of, tidy, views_of

BESIDE = 50


@dataclass(frozen=True, slots=True)
class BesideMap:
    """The first actions of a question as the list beside its map: scripts put those in its place that are in view.
    `address` is the list of all; `elsewhere` the map of the same question without its place, to which an area is added."""

    actions: tuple[PublicAction, ...]
    total: int
    address: str
    elsewhere: str


@public
@asks_where
def map_page(request: HttpRequest) -> HttpResponse:
    question = read_question(request.GET, also=frozenset())
    path = links.map_path()
    if tidy(request):
        return redirect(address_of(question, path=path))
    now = timezone.now()
    page = list_actions(question, now=now, size=BESIDE)
    address = address_of(question)
    return render(
        request,
        "pages/map.html",
        {
            "map_beside": BesideMap(page.actions, page.total, address, address_of(anywhere(question), path=path)),
            "box": place_box(question, path=path),
            "views": views_of(question, shown="map", month=question.from_day or site_day(now)),
            **question_context(question, path=path, now=now),
            "feed": feed_of(question, address, now=now),
            "map_address": links.geojson_path(address),
            "map_area": str(question.bbox or ""),
            "newest_first": question.is_past,
            "canonical": links.absolute(address_of(question, path=path)),
        },
    )


def anywhere(question: ActionFilter) -> ActionFilter:
    """The question without what says where."""
    sort = "" if question.is_by_distance else question.sort
    return replace(question, near="", within=0, bbox=None, country="", city="", sort=sort)
