"""What pages show of a question about what is near: radii to choose from, orders, and how far each action is."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from rallies.enums import Precision
from rallies.formats.public import PublicAction
from rallies.http.reach import distance_words, reach_words
from rallies.places.distance import RADII_KM, Point, kilometres
from rallies.selectors.beside import point_of_place
from rallies.selectors.filters import ActionFilter
from rallies.selectors.places import NearPlace, near_point
from rallies.web.questions import View, address_of


@dataclass(frozen=True, slots=True)
class Reach:
    """The place of a question, its radius in words, the same question with other radii, and the address of a larger one
    that holds something, "" if none is known to."""

    place: NearPlace
    words: str
    radii: tuple[View, ...]
    wider: str = ""
    wider_words: str = ""


def reach_of(question: ActionFilter, *, path: str = "") -> Reach | None:
    """None for a question that names no place. `path` is the page that answers."""
    return reach_around(near_point(question.near), question, path=path) if question.near else None


def reach_around(place: NearPlace, question: ActionFilter, *, path: str = "") -> Reach:
    """What a question about the place offers."""
    radii = tuple(
        View(
            distance_words(radius, country=place.country),
            address_of(replace(question, within=radius), path=path),
            radius == question.within,
        )
        for radius in RADII_KM
    )
    return Reach(place=place, words=reach_words(place, within=question.within), radii=radii)


def reaching(beyond: Iterable[PublicAction], question: ActionFilter, *, path: str = "") -> Reach | None:
    """The same of a question that nothing answers, with a larger radius in which something of `beyond` lies."""
    reach = reach_of(question, path=path)
    if reach is None:
        return None
    points = [point for point in map(point_of_place, beyond) if point is not None]
    far = min((kilometres(reach.place.point, to=point) for point in points), default=math.inf)
    wider = next((radius for radius in RADII_KM if radius > question.within and radius >= far), None)
    if wider is None:
        return reach
    return replace(
        reach,
        wider=address_of(replace(question, within=wider), path=path),
        wider_words=reach_words(reach.place, within=wider),
    )


def away_words(action: PublicAction, reach: Reach | None) -> str:
    """How far an action is from the place that was asked for; "" where nothing is asked, or nothing can be said."""
    return _away(action, reach.place.point, country=reach.place.country) if reach else ""


def away_between(action: PublicAction, other: PublicAction) -> str:
    """How far an action is from another one; "" where nothing can be said."""
    point = point_of_place(other)
    if point is None or other.place is None or other.is_online:
        return ""
    # Of two that are somewhere in one city nothing is known.
    return "" if other.place.precision == Precision.CITY else _away(action, point, country=other.place.country)


def away_from_place(action: PublicAction, place: NearPlace) -> str:
    """As in "12 km (7 miles) from Tucson"; "" where nothing can be said."""
    far = _away(action, place.point, country=place.country)
    return _("%(distance)s from %(place)s") % {"distance": far, "place": place.name} if far else ""


def _away(action: PublicAction, point: Point, *, country: str) -> str:
    to = point_of_place(action)
    if action.place is None or to is None:
        return ""
    far = kilometres(point, to=to)
    if far < 1 and action.place.precision == Precision.CITY:
        # The middle of the city itself says nothing about where in it.
        return ""
    return distance_words(far, country=country)
