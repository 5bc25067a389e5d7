import pytest

from rallies.places.distance import Point
from rallies.places.fit import city_abroad, far_namesake, is_in_other_region, is_named_otherwise

LOS_ANGELES, BOSTON, KEHL = Point(34.0522, -118.2437), Point(42.3601, -71.0589), Point(48.58, 7.78)
DESERT = Point(23.0, 12.0)


@pytest.mark.parametrize(
    ("locality", "is_other"),
    [("München", False), ("muenchen", False), ("Munich", False), ("Schwabing-Hinterhof", False), ("Boston", True)],
)
def test_a_locality_is_another_city_only_if_the_list_has_it(locality: str, is_other: bool) -> None:
    assert is_named_otherwise("munich-de", name="Munich", locality=locality) is is_other


@pytest.mark.parametrize(
    ("region", "code", "is_other"),
    [("Maine", "", False), ("", "US-ME", False), ("Oregon", "", True), ("", "US-OR", True), ("Elsewhere", "", False)],
)
def test_a_region_that_nobody_knows_contradicts_nothing(region: str, code: str, is_other: bool) -> None:
    assert is_in_other_region("portland-me-us", country="US", region=region, region_code=code) is is_other


def test_a_namesake_far_away_is_the_likeliest_with_its_kilometres() -> None:
    words = {"country": "US", "region": "", "region_code": ""}
    found = far_namesake("Boston", **words, point=LOS_ANGELES)
    assert found is not None
    assert (found[0].key, round(found[1])) == ("boston-us", 4170)
    assert far_namesake("Boston", **words, point=BOSTON) is None
    assert far_namesake("Tinyhamlet", **words, point=BOSTON) is None


@pytest.mark.parametrize(
    ("point", "country", "key"),
    [(BOSTON, "DE", "boston-us"), (BOSTON, "US", None), (KEHL, "DE", None), (KEHL, "FR", None), (DESERT, "US", None)],
)
def test_a_city_abroad_is_the_nearest_unless_the_country_has_one_there(
    point: Point, country: str, key: str | None
) -> None:
    found = city_abroad(point, country=country)
    assert (found.key if found else None) == key
