"""Locations that somebody may choose: found by their words, and those that a new one is likely to be.

`choosable` is what the person may choose (`rows_for` with CHOOSE): nothing else is told of, whatever is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from django.db.models import ExpressionWrapper, F, FloatField, Q, QuerySet, Value

from rallies.enums import ParticipationState, PlaceKind
from rallies.models import Action, Location, Place
from rallies.places.distance import Point, kilometres
from rallies.rules.access import Actor, Right
from rallies.text import fold

from .access import rows_for

LOOKED_AT = 100
"""How many of those that fit are asked about at once whether they may be chosen, the nearest first."""
SAME_KM = 0.15
"""Points that lie closer are likely one place: squares are wide, and pins are set by thumb."""
WORDS_TO_TELL = 2
"""A venue whose words all stand in the name of another is likely that one; "Park" alone would be too many."""
CITY_KM = 60.0
DEGREE_KM = 111.0


@dataclass(frozen=True, slots=True)
class Venue:
    """A location, and how far it is from where the person last held something (None if nobody knows)."""

    location: Location
    away_km: float | None


def last_place(actor: Actor) -> Place | None:
    """The city of what the person's groups, or they themselves, entered last, of what they still see: where the next is
    likely to be. One query."""
    of_groups = Q(participations__organizer__in=actor.groups, participations__state=ParticipationState.ACCEPTED)
    seen = rows_for(actor, Right.VIEW, Action)
    rows = seen.filter(of_groups | Q(created_by=actor.user), location__place__isnull=False)
    last = rows.order_by("-pk").select_related("location__place").only("location__place").first()
    return last.location.place if last is not None and last.location is not None else None


def find_venues(
    choosable: "QuerySet[Location]", words: str, *, near: Place | None = None, limit: int = 6
) -> tuple[Venue, ...]:
    """Locations with all of the words in their names, streets and cities, the nearest first. Two queries, or four."""
    wanted = words.split()
    if not wanted:
        return ()
    rows = Location.objects.all()
    for word in wanted[:6]:
        in_words = [Q(**{f"{name}__icontains": word}) for name in ("venue", "street_address", "locality")]
        rows = rows.filter(in_words[0] | in_words[1] | in_words[2])
    rows = rows.exclude(venue="", street_address="")
    point = _point(near)
    order = ["venue", "pk"]
    if point is not None:
        squares = [(F(name) - Value(at)) * (F(name) - Value(at)) for name, at in _coordinates(point)]
        far = ExpressionWrapper(squares[0] + squares[1], output_field=FloatField())
        rows, order = rows.annotate(far=far), [F("far").asc(nulls_last=True), "venue", "pk"]  # type: ignore[list-item]
    keys = rows.order_by(*order).values_list("pk", flat=True)
    chosen = _first(choosable, list(keys[:LOOKED_AT]), limit=limit)
    if len(chosen) < limit:
        # Those that may not be chosen take nobody's place: or whoever fills the list with locations of their own would
        # read from it what others withhold. It takes longer, and so it is not asked first.
        may_be = choosable.order_by().values("pk")
        chosen = _first(choosable, list(keys.filter(pk__in=may_be)[:limit]), limit=limit)
    return tuple(Venue(row, _away(row, point)) for row in chosen)


def likely_same(choosable: "QuerySet[Location]", wanted: Location, *, limit: int = 5) -> tuple[Location, ...]:
    """Of what may be chosen, what a location that is about to be made likely is: one of the same street in its city or of a
    venue of much the same name, or one whose point is at most 150 m from its own, the same names first. A query, and one
    for each hundred of them."""
    in_city = Q(locality=wanted.locality, country=wanted.country)
    if wanted.place is not None:
        in_city |= Q(place=wanted.place)
    named = Q()
    if wanted.venue or wanted.street_address:
        named = in_city & ~Q(venue="", street_address="")
    point = _point(wanted)
    if point is not None:
        reach = SAME_KM / DEGREE_KM * 3
        box = Q(latitude__range=(point.latitude - reach, point.latitude + reach))
        named |= box & ~Q(venue="", street_address="")
    if not named:
        return ()
    rows = Location.objects.filter(named).only("venue", "street_address", "latitude", "longitude").order_by("pk")
    likely = [(not _is_same(row, wanted), row.pk) for row in rows.iterator() if _is_alike(row, wanted, point)]
    alike = [key for _, key in sorted(likely)]
    found: list[Location] = []
    for start in range(0, len(alike), LOOKED_AT):
        found += _first(choosable, alike[start : start + LOOKED_AT], limit=limit)
    return tuple(found[:limit])


def _first(choosable: "QuerySet[Location]", keys: Sequence[int], *, limit: int) -> list[Location]:
    """The first of the keys that may be chosen, in their order."""
    found = {row.pk: row for row in choosable.filter(pk__in=keys).select_related("place")}
    return [found[key] for key in keys if key in found][:limit]


def city_alone(choosable: "QuerySet[Location]", place: Place) -> Location | None:
    """The location that stands for a city and nothing more exact, if there is one that may be chosen."""
    plain = dict.fromkeys(("venue", "street_address", "district", "postal_code"), "")
    row: Location | None = choosable.filter(place=place, latitude=None, **plain).order_by("pk").first()
    return row


def city_at(point: Point) -> Place | None:
    """The city of the gazetteer that lies nearest, at most 60 km away. One query."""
    reach = CITY_KM / DEGREE_KM
    rows = Place.objects.filter(
        kind=PlaceKind.CITY, latitude__range=(point.latitude - reach, point.latitude + reach), longitude__isnull=False
    )
    near = [(kilometres(point, to=at), row.pk, row) for row in rows if (at := _point(row)) is not None]
    best = min(near, default=None)
    return best[2] if best is not None and best[0] <= CITY_KM else None


def _is_same(row: Location, wanted: Location) -> bool:
    """Whether the venue or the street is the same, however it is spaced and dotted."""
    names = [
        (_letters(row.venue), _letters(wanted.venue)),
        (_letters(row.street_address), _letters(wanted.street_address)),
    ]
    return any(one and one == other for one, other in names)


def _is_alike(row: Location, wanted: Location, point: Point | None) -> bool:
    if _is_same(row, wanted):
        return True
    fewer, more = sorted((_words(row.venue), _words(wanted.venue)), key=len)
    if len(fewer) >= WORDS_TO_TELL and fewer <= more:
        return True
    at = _point(row)
    return point is not None and at is not None and kilometres(point, to=at) <= SAME_KM


def _letters(name: str) -> str:
    return "".join(each for each in fold(name) if each.isalnum())


def _words(name: str) -> frozenset[str]:
    """Without initials, which some write and others do not."""
    return frozenset(
        word for word in re.findall(r"\w+", fold(name)) if not (len(word) == 1 and word in ascii_lowercase)
    )


def _point(row: Location | Place | None) -> Point | None:
    if row is None or row.latitude is None or row.longitude is None:
        return None
    return Point(row.latitude, row.longitude)


def _coordinates(point: Point) -> list[tuple[str, float]]:
    return [("latitude", point.latitude), ("longitude", point.longitude)]


def _away(row: Location, point: Point | None) -> float | None:
    at = _point(row) or _point(row.place)
    return kilometres(point, to=at) if point is not None and at is not None else None
