"""Which place do these words mean? Answers come from the gazetteer in memory, the likeliest first.

Words may name a place and then its region or country, by names or codes: "Portland, Maine", "portland or".
"""

import heapq
import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from .distance import Point, kilometres
from .gazetteer import NONE, Gazetteer, GazetteerPlace, gazetteer
from .names import fold_name

LONGEST = 100
MOST = 20
MOST_WORDS = 10
# How many of the weightiest are looked at when very many begin alike, as with one letter.
LOOKED_AT = 300
# What is added to the power of ten of the inhabitants (`gazetteer.weight_of`).
WHOLE_NAME = 1.5
WHOLE_OTHER_NAME = 1.0
OTHER_NAME = -0.5
WITH_ITS_REGION = 3.0
SAME_COUNTRY = 1.5
NEARBY = 2.0
NEARBY_KM = 200.0
# A location's point and its city's may lie this far apart, in km; beyond, it is another city of that name.
SAME_CITY_KM = 60.0

# Numbers of regions and countries.
Places = frozenset[int]


@dataclass(frozen=True, slots=True)
class Context:
    """Where the person who asks is looking: an ISO 3166-1 code, and a point in degrees. Both may be unknown."""

    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


NOWHERE = Context()


def context_of(*, near: str = "", country: str = "") -> Context:
    """The context of a place's key and of a country; what is unknown says nothing."""
    number = gazetteer().find(near) if near else None
    if number is None:
        return Context(country=country)
    place = gazetteer().place(number)
    return Context(country=country or place.country, latitude=place.latitude, longitude=place.longitude)


def complete(words: str, *, context: Context = NOWHERE, limit: int = 10) -> tuple[GazetteerPlace, ...]:
    """Places that the words name or begin to name, at most `limit` (up to 20). Nothing for what is no text."""
    if len(words) > LONGEST or any(ord(character) < 32 for character in words):
        return ()
    numbers = _complete(words.strip(), context)[: max(0, limit)]
    return tuple(gazetteer().place(number) for number in numbers)


@lru_cache(maxsize=4096)
def _complete(words: str, context: Context) -> tuple[int, ...]:
    scores = _scores(words, context=context)
    return tuple(heapq.nsmallest(MOST, scores, key=lambda number: (-scores[number], number)))


def place_of_words(
    locality: str,
    *,
    country: str,
    region: str = "",
    region_code: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    within_km: float = SAME_CITY_KM,
) -> GazetteerPlace | None:
    """The city that a location's words name: by exactly one of its names, in that country and region.

    `region` is a name or code, `region_code` one of ISO 3166-2. With a point it is the nearest, within 60 km or
    `within_km`. A region that nobody knows leaves only a city that has no other of its name beside it. None if nothing fits.
    """
    places = gazetteer()
    name = fold_name(locality[:LONGEST])
    found = [number for number in city_numbers_of(locality) if places.place(number).country == country]
    if region_code or region:
        regions = regions_of_words(region, code=region_code, country=country)
        if regions:
            found = [number for number in found if places.regions[number] in regions]
        elif latitude is None and len(found) > 1:
            return None
    if latitude is not None and longitude is not None:
        away = {number: _away(number, latitude=latitude, longitude=longitude) for number in found}
        found = sorted((number for number in found if away[number] <= within_km), key=lambda number: away[number])
        return places.place(found[0]) if found else None
    own = _own(name)
    best = min(found, key=lambda number: (-places.weights[number] - (number in own), number), default=None)
    return None if best is None else places.place(best)


def _scores(words: str, *, context: Context) -> dict[int, float]:
    """Number of a place → how likely it is meant."""
    scores: dict[int, float] = {}
    tokens = fold_name(words).split()
    if not tokens or len(tokens) > MOST_WORDS:
        return scores
    for number, score in _beginning(" ".join(tokens), context=context):
        scores[number] = max(score, scores.get(number, 0.0))
    head, comma, tail = words.partition(",")
    splits = [len(fold_name(head).split())] if comma and fold_name(tail) else range(len(tokens) - 1, 0, -1)
    for at in splits:
        wider = tuple(_wider(tuple(tokens[at:])))
        if not wider:
            continue
        name = " ".join(tokens[:at])
        places = gazetteer()
        for number, score in _beginning(name, context=context) if comma else _whole(name):
            around = {places.regions[number], places.countries[number]}
            if any(all(around & one - {number} for one in parts) for parts in wider):
                scores[number] = max(score + WITH_ITS_REGION, scores.get(number, 0.0))
    if context != NOWHERE:
        return {number: score + _closeness(number, context) for number, score in scores.items()}
    return scores


def _beginning(name: str, *, context: Context) -> Iterator[tuple[int, float]]:
    """Places with a name that begins so, and how likely each is for that alone."""
    yield from _whole(name)
    places = gazetteer()
    first, end = _range(name)
    refs: Iterable[int] = places.refs[first:end]
    if end - first > LOOKED_AT:
        near = [ref for ref in refs if places.countries[ref >> 1] == _country(context)] if context.country else []
        refs = heapq.nsmallest(LOOKED_AT, refs) + heapq.nsmallest(LOOKED_AT, near)
    for ref in refs:
        yield ref >> 1, places.weights[ref >> 1] + (0.0 if ref & 1 else OTHER_NAME)


def _whole(name: str) -> Iterator[tuple[int, float]]:
    """Places that have exactly this name."""
    places = gazetteer()
    own = _own(name)
    for number in _named(name):
        yield number, places.weights[number] + (WHOLE_NAME if number in own else WHOLE_OTHER_NAME)


@lru_cache(maxsize=1024)
def _wider(tokens: tuple[str, ...]) -> tuple[tuple[Places, ...], ...]:
    """Ways to read words as regions or countries, the last of them perhaps not yet typed to its end."""
    ways: list[tuple[Places, ...]] = []
    for end in range(len(tokens), 0, -1):
        named = _regions_named(" ".join(tokens[:end]), is_last=end == len(tokens))
        if not named:
            continue
        ways += [(named, *rest) for rest in _wider(tokens[end:])] if end < len(tokens) else [(named,)]
    return tuple(ways)


@lru_cache(maxsize=4096)
def _regions_named(name: str, *, is_last: bool = False) -> Places:
    """Regions and countries of this name or code; if it is the last of what is typed, of one that begins so."""
    places = gazetteer()
    numbers = set(_codes().get(name, ()))
    numbers |= {number for number in _named(name) if places.kind(number) != "city"}
    if is_last and len(name) > 2 and not numbers:
        first, end = _range(name)
        numbers = {ref >> 1 for ref in places.refs[first:end] if places.kind(ref >> 1) != "city"}
    return frozenset(numbers)


def regions_of_words(region: str, *, code: str, country: str) -> Places:
    """Regions of a country by name or code."""
    places = gazetteer()
    found = _regions_named(fold_name(code.partition("-")[2])) if code else frozenset()
    if code:
        found = frozenset(number for number in found if places.place(number).region_code == code)
    if not found and region:
        found = _regions_named(fold_name(region[:LONGEST]))
    return frozenset(
        number for number in found if places.kind(number) == "region" and places.place(number).country == country
    )


@lru_cache(maxsize=1)
def _codes() -> dict[str, Places]:
    """Codes of countries and regions in small letters, as people write them after a city."""
    codes: dict[str, set[int]] = {}
    places = gazetteer()
    wider = {number for number in (*places.regions, *places.countries) if number != NONE}
    for place, number in ((places.place(number), number) for number in sorted(wider)):
        code = place.country if place.kind == "country" else place.region_code.partition("-")[2]
        if code:
            codes.setdefault(code.lower(), set()).add(number)
    return {code: frozenset(numbers) for code, numbers in codes.items()}


def _named(name: str) -> frozenset[int]:
    """Numbers of the places that have exactly this folded name."""
    return frozenset(ref >> 1 for ref in _refs(name))


def city_numbers_of(locality: str) -> frozenset[int]:
    """Numbers of the cities that have exactly this name, written in any way, among their names."""
    places = gazetteer()
    return frozenset(number for number in _named(fold_name(locality[:LONGEST])) if places.kind(number) == "city")


def _own(name: str) -> frozenset[int]:
    """Those of `_named` that go by this name."""
    return frozenset(ref >> 1 for ref in _refs(name) if ref & 1)


def _refs(name: str) -> "list[int]":
    places = gazetteer()
    wanted = name.encode()
    at = _first(places, wanted)
    refs = []
    while wanted and at < len(places.refs) and places.name(at) == wanted:
        refs.append(places.refs[at])
        at += 1
    return refs


def _range(name: str) -> tuple[int, int]:
    """Where the names that begin so begin and end in the order of all."""
    places = gazetteer()
    # No UTF-8 holds this byte.
    return _first(places, name.encode()), _first(places, name.encode() + b"\xff")


def _first(places: Gazetteer, wanted: bytes) -> int:
    return bisect_left(range(len(places.refs)), wanted, key=places.name)


def _country(context: Context) -> int:
    number = gazetteer().find(context.country.lower())
    return NONE if number is None else number


def _closeness(number: int, context: Context) -> float:
    """What being near to where someone looks adds."""
    places = gazetteer()
    added = SAME_COUNTRY if context.country and places.countries[number] == _country(context) else 0.0
    if context.latitude is not None and context.longitude is not None:
        away = _away(number, latitude=context.latitude, longitude=context.longitude)
        added += NEARBY * math.exp(-away / NEARBY_KM)
    return added


def _away(number: int, *, latitude: float, longitude: float) -> float:
    """Kilometres from a place to a point; infinitely many if the place has none."""
    places = gazetteer()
    if math.isnan(places.latitudes[number]):
        return math.inf
    place = Point(places.latitudes[number], places.longitudes[number])
    return kilometres(place, to=Point(latitude, longitude))
