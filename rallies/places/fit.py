"""Do a place, words and a point go together, and which zone do words alone mean? What leaves doubt is said, never
forbidden: people know better."""

import math
from collections import Counter
from functools import lru_cache, partial

from rallies.enums import PlaceKind

from .completion import city_numbers_of, place_of_words, regions_of_words
from .distance import Point, kilometres
from .gazetteer import NONE, GazetteerPlace, gazetteer
from .names import fold_name

FAR_KM = 100.0
"""A point so far from its city leaves doubt: no city is as wide."""


def is_named_otherwise(key: str, *, name: str, locality: str) -> bool:
    """Whether a locality is a city of the gazetteer, but none that goes by a name of this place (`key`, `name`).

    A quarter or a hamlet that the gazetteer lacks contradicts nothing.
    """
    cities = city_numbers_of(locality)
    return bool(cities) and fold_name(locality) != fold_name(name) and gazetteer().find(key) not in cities


def is_in_other_region(key: str, *, country: str, region: str, region_code: str) -> bool:
    """Whether the words name a region of the country, and the place lies in another; False where nobody knows."""
    places = gazetteer()
    number = places.find(key)
    regions = regions_of_words(region, code=region_code, country=country)
    if number is None or not regions or places.regions[number] == NONE:
        return False
    return places.regions[number] not in regions and number not in regions


def far_namesake(
    locality: str, *, country: str, region: str, region_code: str, point: Point
) -> tuple[GazetteerPlace, float] | None:
    """The city that the words name, and how many kilometres it lies from the point, if that is why they are not
    taken for it: the likeliest of its name, where none is close. None if one is, or if the words name none."""
    named = partial(place_of_words, locality, country=country, region=region, region_code=region_code)
    near = partial(named, latitude=point.latitude, longitude=point.longitude)
    if near() is not None:
        return None
    found = named() or near(within_km=math.inf)
    if found is None or found.latitude is None or found.longitude is None:
        return None
    return found, kilometres(point, to=Point(found.latitude, found.longitude))


@lru_cache(maxsize=1024)
def zone_of_most(*, country: str, region: str = "", region_code: str = "") -> str:
    """The zone that most inhabitants of a region's cities go by, or of the country's if nobody knows the region; ""
    without a country."""
    places = gazetteer()
    of_country = places.find(country.lower()) if country else None
    if of_country is None:
        return ""
    regions = regions_of_words(region, code=region_code, country=country) if region or region_code else frozenset()
    people: Counter[str] = Counter()
    for number, its_country in enumerate(places.countries):
        if its_country != of_country or (regions and places.regions[number] not in regions):
            continue
        place = places.place(number)
        if place.kind == PlaceKind.CITY and place.timezone:
            people[place.timezone] += place.population
    if people:
        return people.most_common(1)[0][0]
    # Some regions have no city in the list.
    return zone_of_most(country=country) if regions else places.place(of_country).timezone


def city_abroad(point: Point, *, country: str) -> GazetteerPlace | None:
    """The city nearest to a point, within 100 km, if it and all others there lie in another country than this one.

    Near a border the cities of both count, and in a desert there is none: neither says anything.
    """
    places = gazetteer()
    found: list[tuple[float, GazetteerPlace]] = []
    north = FAR_KM / 111.0
    for number, latitude in enumerate(places.latitudes):
        # NaN where a place has no point.
        if not abs(latitude - point.latitude) <= north or places.kind(number) != PlaceKind.CITY:
            continue
        away = kilometres(point, to=Point(latitude, places.longitudes[number]))
        if away <= FAR_KM:
            found.append((away, places.place(number)))
    if not found or any(place.country == country for _, place in found):
        return None
    return min(found, key=lambda one: one[0])[1]
