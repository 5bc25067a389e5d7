"""Pages of places: what the gazetteer says of one, what is on around it, and what is on in a country.

Everything that is counted is public: published actions, each at the place that the world may see.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any

from django.db.models import Count, Q

from rallies import names
from rallies.enums import PlaceKind
from rallies.models import Action, Location, Place
from rallies.places.distance import Point, kilometres
from rallies.text import fold

from .actions import dated_at, undated_answer
from .errors import CountryNotFound, PlaceNotFound
from .filters import ActionFilter

NEARBY_KM = 100.0
MOST_NEARBY = 12
MOST_LOOKED_AT = 500
MOST_CITIES = 200
KM_OF_A_DEGREE = 111.19


@dataclass(frozen=True, slots=True)
class PlaceOnMap:
    """A place of the gazetteer. `region_key` is the key of its region, "" if that is none of the gazetteer's;
    `latitude` and `longitude` are WGS 84 degrees, both or neither; `timezone` may be ""."""

    key: str
    kind: str
    name: str
    region: str
    region_key: str
    country: str
    country_name: str
    latitude: float | None
    longitude: float | None
    timezone: str

    @property
    def label(self) -> str:
        """In one line: "Tucson, Arizona, United States"."""
        return ", ".join(dict.fromkeys(word for word in (self.name, self.region, self.country_name) if word))


@dataclass(frozen=True, slots=True)
class PlaceWithActions:
    """A place and how many upcoming dates and undated actions it has; `key` is "" for one that the gazetteer lacks,
    `km` the distance that was asked for."""

    key: str
    name: str
    region: str
    upcoming: int
    km: float | None = None


@dataclass(frozen=True, slots=True)
class CountryWithActions:
    """A country in which something is or was on; `code` is ISO 3166-1 alpha-2."""

    code: str
    name: str
    upcoming: int


def get_place(key: str) -> PlaceOnMap:
    """A place by its key. Raises `PlaceNotFound`."""
    row = Place.objects.filter(key=key).first()
    if row is None:
        raise PlaceNotFound(key)
    region = Place.objects.filter(kind=PlaceKind.REGION, country=row.country, region_code=row.region_code)
    is_in_region = row.kind == PlaceKind.CITY and row.region_code
    return PlaceOnMap(
        key=row.key,
        kind=row.kind,
        name=row.name,
        region="" if row.region == row.name else row.region,
        region_key=(region.values_list("key", flat=True).first() or "") if is_in_region else "",
        country=row.country,
        country_name=names.country_name(row.country),
        latitude=row.latitude,
        longitude=row.longitude,
        timezone=row.timezone,
    )


def places_near(place: PlaceOnMap, *, now: datetime) -> tuple[PlaceWithActions, ...]:
    """Other places with something upcoming within `NEARBY_KM`, nearest first; three queries."""
    if place.latitude is None or place.longitude is None:
        return ()
    around = Place.objects.filter(_box(place.latitude, place.longitude, km=NEARBY_KM)).exclude(key=place.key)
    # Locations by themselves: joined, SQLite begins with all that was ever published.
    located = Location.objects.filter(place__in=around.order_by().values("pk")).values("pk")
    counts = _upcoming_by("place", ActionFilter(), now=now, **{"in": located})
    rows = Place.objects.filter(pk__in=[pk for pk, _ in counts.most_common(MOST_LOOKED_AT)])
    found = [
        (kilometres(Point(place.latitude, place.longitude), to=Point(row.latitude, row.longitude)), row)
        for row in rows
        if row.latitude is not None and row.longitude is not None
    ]
    nearest = sorted((pair for pair in found if pair[0] <= NEARBY_KM), key=lambda pair: (pair[0], pair[1].key))
    return tuple(_with_actions(row, counts[row.pk], km=km) for km, row in nearest[:MOST_NEARBY])


def cities_of(country: str, *, now: datetime) -> tuple[PlaceWithActions, ...]:
    """The cities of a country with something upcoming, most first, at most `MOST_CITIES`; `country` is a code."""
    question = ActionFilter(country=country)
    counts = _upcoming_by("place", question, now=now, place__isnull=False)
    rows = Place.objects.filter(pk__in=[pk for pk, _ in counts.most_common(MOST_CITIES)])
    found = [_with_actions(row, counts[row.pk]) for row in rows]
    # What the gazetteer lacks keeps its words.
    beyond = _upcoming_by("locality", question, now=now, place__isnull=True)
    found += [
        PlaceWithActions(key="", name=name, region="", upcoming=count)
        for name, count in beyond.most_common(MOST_CITIES)
    ]
    return tuple(sorted(found, key=lambda city: (-city.upcoming, fold(city.name), city.key))[:MOST_CITIES])


def countries_with_actions(*, now: datetime) -> tuple[CountryWithActions, ...]:
    """Countries in which something is or was on, by name in the language of the reader; three queries."""
    counts = _upcoming_by("country", ActionFilter(), now=now, country__gt="")
    published = Action.objects.published().filter(location__country__gt="")
    codes = published.order_by().values_list("location__country", flat=True)
    found = [CountryWithActions(code, names.country_name(code), counts[code]) for code in codes.distinct()]
    return tuple(sorted(found, key=lambda country: (fold(country.name), country.code)))


def country_called(code: str) -> str:
    """The name of a country by its ISO 3166-1 alpha-2 code, in capitals. Raises `CountryNotFound`."""
    if not (code.isascii() and code.isupper() and names.is_country(code)):
        raise CountryNotFound(code)
    return names.country_name(code)


def _upcoming_by(column: str, question: ActionFilter, *, now: datetime, **where: Any) -> Counter[Any]:
    """Entries of the answer to a question by a column of the location: its upcoming dates, and what has no date.

    `where` are conditions on the location.
    """
    found: Counter[Any] = Counter()
    for rows, prefix in (
        (dated_at(question, now=now), "action__location"),
        (undated_answer(question, now=now), "location"),
    ):
        fitting = rows.filter(**{f"{prefix}__{name}": value for name, value in where.items()})
        found += Counter(dict(fitting.order_by().values_list(f"{prefix}__{column}").annotate(count=Count("pk"))))
    return found


def _with_actions(row: Place, upcoming: int, *, km: float | None = None) -> PlaceWithActions:
    region = "" if row.region == row.name else row.region
    return PlaceWithActions(key=row.key, name=row.name, region=region, upcoming=upcoming, km=km)


def _box(latitude: float, longitude: float, *, km: float) -> Q:
    """A box around a circle: over the date line in two parts, at the poles all around."""
    high = km / KM_OF_A_DEGREE
    box = Q(latitude__gte=latitude - high, latitude__lte=latitude + high)
    farthest = abs(latitude) + high
    if farthest >= 89:
        return box
    wide = high / cos(radians(farthest))
    west, east = longitude - wide, longitude + wide
    if west < -180:
        return box & (Q(longitude__gte=west + 360) | Q(longitude__lte=east))
    if east > 180:
        return box & (Q(longitude__gte=west) | Q(longitude__lte=east - 360))
    return box & Q(longitude__gte=west, longitude__lte=east)
