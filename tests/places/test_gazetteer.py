"""The gazetteer that ships, and the keys that never change."""

import gzip
import hashlib
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from rallies.places.gazetteer import DATA, GazetteerPlace, gazetteer
from rallies.rules.places import check_country, check_point
from rallies.rules.times import zone

SEED = Path(__file__).parent.parent.parent / "rallies" / "seed"
# How many lines keys.gz had, and their SHA-256. A new run of the script adds a line here, and no line ever changes.
FROZEN = [
    (73_456, "86e3e95fade77fa58b6259837edb8f6eed5e2b8f2b42cf866545297ab07983c4"),
]


def frozen_lines() -> list[bytes]:
    return gzip.decompress((DATA / "keys.gz").read_bytes()).splitlines(keepends=True)


@pytest.mark.parametrize(("count", "digest"), FROZEN)
def test_keys_that_were_given_stand_as_they_stood(count, digest):
    assert hashlib.sha256(b"".join(frozen_lines()[:count])).hexdigest() == digest


def test_every_key_that_was_given_is_among_those_that_are_checked():
    assert len(frozen_lines()) == FROZEN[-1][0]


def test_no_key_stands_for_two_places():
    sources, keys = zip(*(line.split(b"\t") for line in frozen_lines()), strict=True)
    assert [len(set(sources)), len(set(keys))] == [len(keys), len(keys)]


def test_places_have_the_keys_that_were_given():
    given = dict(line.decode().rstrip("\n").split("\t") for line in frozen_lines())
    shipped = {place.key: place for place in gazetteer()}
    cities = {str(place.geonameid): place.key for place in shipped.values() if place.kind == "city"}
    countries = {place.country: place.key for place in shipped.values() if place.kind == "country"}
    assert cities == {source: key for source, key in given.items() if source.isdigit()}
    assert countries == {source: key for source, key in given.items() if source.isalpha()}
    assert set(shipped) == set(given.values())


@pytest.mark.parametrize("file", ["world_cities.json", "week_of_action_2025/places.json"])
def test_places_of_the_seed_are_those_of_the_gazetteer(file):
    for entry in json.loads((SEED / file).read_text(encoding="utf-8")):
        number = gazetteer().find(entry["key"])
        place = gazetteer().place(number)
        assert (place.geonameid, place.name, place.country) == (entry["geonameid"], entry["name"], entry["country"])


def test_countries_have_their_code_regions_their_word_and_cities_a_country_in_their_key():
    for place in gazetteer():
        country = place.country.lower()
        if place.kind == "country":
            assert place.key == country
        else:
            assert place.key.endswith(f"-{country}")
            assert place.key.isascii() and len(place.key) <= 120
        if place.kind == "region":
            assert "-region-" in place.key


def test_a_place_has_all_that_is_known_of_it():
    assert gazetteer().place(gazetteer().find("portland-me-us")) == GazetteerPlace(
        key="portland-me-us",
        kind="city",
        name="Portland",
        country="US",
        region="Maine",
        region_code="US-ME",
        latitude=43.65737,
        longitude=-70.2589,
        population=66881,
        timezone="America/New_York",
        geonameid=4975802,
    )


def test_a_region_has_the_point_of_its_biggest_city():
    region, city = (gazetteer().place(gazetteer().find(key)) for key in ("oregon-region-us", "portland-us"))
    assert (region.latitude, region.longitude, region.timezone) == (city.latitude, city.longitude, city.timezone)
    assert region.population == sum(place.population for place in gazetteer() if _is_in(place, "US", "Oregon"))


def _is_in(place: GazetteerPlace, country: str, region: str) -> bool:
    return (place.kind, place.country, place.region) == ("city", country, region)


def test_a_country_has_the_point_of_its_capital():
    country, city = (gazetteer().place(gazetteer().find(key)) for key in ("us", "washington-us"))
    assert (country.latitude, country.longitude) == (city.latitude, city.longitude)


@pytest.mark.parametrize("key", ["", "portland", "portland-us-us", "zz", "ſ", "\ud800", "a" * 10_000])
def test_an_unknown_key_finds_nothing(key):
    assert gazetteer().find(key) is None


def test_every_place_passes_the_rules_of_places():
    kinds = Counter()
    for place in gazetteer():
        kinds[place.kind] += 1
        assert place.name and len(place.name) <= 200
        check_country(place.country, region_code=place.region_code)
        check_point(place.latitude, place.longitude)
        if place.kind == "city":
            assert place.latitude is not None and zone(place.timezone)
    assert kinds == {"city": 69_472, "region": 3_734, "country": 250}


def test_lower_numbers_are_weightier_places():
    weights = gazetteer().weights
    assert all(one >= other for one, other in pairwise(weights))


def test_a_place_tells_all_its_names_and_no_other_one():
    held = gazetteer()
    for key, some, other in (
        ("munich-de", {"munich", "munchen", "慕尼黑"}, "genf"),
        ("geneva-ch", {"genf", "geneve"}, "munich"),
    ):
        names = held.names_of(held.find(key))
        assert (some <= set(names), other in names, list(names)) == (True, False, sorted(names))
    # Of the places with the lowest and the highest numbers too.
    assert all(held.names_of(number) for number in (0, len(held) - 1))


def test_names_stand_in_the_order_of_their_bytes():
    places = gazetteer()
    names = [places.name(at) for at in range(len(places.refs))]
    assert names == sorted(names)
