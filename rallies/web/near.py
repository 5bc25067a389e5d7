"""What pages show of a question about what is near: radii to choose from, orders, and how far each action is."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from rallies.enums import Precision
from rallies.formats.public import PublicAction
from rallies.http.reach import distance_words, reach_words
from rallies.places.distance import RADII_KM, Point, kilometres, next_radius
from rallies.selectors.filters import BY_DISTANCE, ActionFilter
from rallies.selectors.places import NearPlace, near_point
from rallies.web.questions import View, address_of


@dataclass(frozen=True, slots=True)
class Reach:
    """The place of a question, its radius in words, the same question with other radii and orders, and the address of the
    next larger one ("" after the largest)."""

    place: NearPlace
    words: str
    radii: tuple[View, ...]
    orders: tuple[View, ...]
    wider: str
    wider_words: str


def reach_of(question: ActionFilter, *, path: str = "", has_orders: bool = True) -> Reach | None:
    """None for a question that names no place. `path` is the page that answers."""
    return (
        reach_around(near_point(question.near), question, path=path, has_orders=has_orders) if question.near else None
    )


def reach_around(place: NearPlace, question: ActionFilter, *, path: str = "", has_orders: bool = True) -> Reach:
    """What a question about the place offers."""
    radii = tuple(
        View(
            distance_words(radius, country=place.country),
            address_of(replace(question, within=radius), path=path),
            radius == question.within,
        )
        for radius in RADII_KM
    )
    orders = (
        View(_("By start"), address_of(replace(question, sort=""), path=path), not question.is_by_distance),
        View(_("Nearest first"), address_of(replace(question, sort=BY_DISTANCE), path=path), question.is_by_distance),
    )
    wider = next_radius(question.within)
    return Reach(
        place=place,
        words=reach_words(place, within=question.within),
        radii=radii,
        orders=orders if has_orders else (),
        wider=address_of(replace(question, within=wider), path=path) if wider else "",
        wider_words=reach_words(place, within=wider) if wider else "",
    )


def away_words(action: PublicAction, reach: Reach | None) -> str:
    """How far an action is from the place that was asked for; "" where nothing is asked, or nothing can be said."""
    place = action.place
    if reach is None or place is None or place.latitude is None or place.longitude is None:
        return ""
    far = kilometres(reach.place.point, to=Point(place.latitude, place.longitude))
    if far < 1 and place.precision == Precision.CITY:
        # The middle of the city itself says nothing about where in it.
        return ""
    return distance_words(far, country=reach.place.country)
