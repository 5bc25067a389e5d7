"""Is a place well said, and what of it may the world see."""

from datetime import UTC, datetime
from math import inf, nan

import pytest

from rallies.rules.errors import BadPlace
from rallies.rules.places import check_country, check_point, check_visibility, check_words, is_withheld

MOMENT = datetime(2025, 11, 14, 18, tzinfo=UTC)


def refused(call, *args, **kwargs):
    with pytest.raises(BadPlace) as caught:
        call(*args, **kwargs)
    return caught.value.field, caught.value.sentence


@pytest.mark.parametrize("point", [(None, None), (0.0, 0.0), (90.0, 180.0), (-90.0, -180.0), (39.95, -75.16)])
def test_a_whole_point_on_earth_is_fine(point):
    check_point(*point)


HALF = "A point needs a latitude and a longitude."
LATITUDE = "The latitude must lie between -90 and 90 degrees."
LONGITUDE = "The longitude must lie between -180 and 180 degrees."


@pytest.mark.parametrize(
    ("point", "field", "sentence"),
    [
        ((None, 1.0), "latitude", HALF),
        ((0.0, None), "longitude", HALF),
        ((90.000001, 0.0), "latitude", LATITUDE),
        ((-91.0, 0.0), "latitude", LATITUDE),
        ((0.0, 180.1), "longitude", LONGITUDE),
        ((0.0, -180.1), "longitude", LONGITUDE),
        ((nan, 0.0), "latitude", LATITUDE),
        ((0.0, nan), "longitude", LONGITUDE),
        ((inf, 0.0), "latitude", LATITUDE),
        ((0.0, -inf), "longitude", LONGITUDE),
    ],
)
def test_half_a_point_or_one_off_the_earth_is_refused(point, field, sentence):
    assert refused(check_point, *point) == (field, sentence)


@pytest.mark.parametrize(
    ("country", "region"), [("", ""), ("US", ""), ("US", "US-CA"), ("DO", "DO-01"), ("GB", "GB-ENG")]
)
def test_codes_of_iso_3166_are_fine(country, region):
    check_country(country, region_code=region)


@pytest.mark.parametrize(
    ("country", "region", "field", "sentence"),
    [
        *(
            (country, "", "country", "Give the country as two capital letters, such as US or DO.")
            for country in ("us", "USA", "U", "U1", "ÄÖ", "US\n", " US")
        ),
        *(
            ("US", region, "region_code", "Give the region code as ISO 3166-2 has it, such as US-CA.")
            for region in ("CA", "US-", "US-ca", "US-CALI", "US CA", "US-CA\n")
        ),
        ("US", "CA-ON", "region_code", "The region lies in another country."),
        ("", "US-CA", "region_code", "The region lies in another country."),
    ],
)
def test_other_codes_are_refused(country, region, field, sentence):
    assert refused(check_country, country, region_code=region) == (field, sentence)


def test_a_location_needs_its_city_and_a_venues_point_its_venue():
    check_words(venue="", locality="Tucson", precision="city", latitude=32.2)
    check_words(venue="Presidio Park", locality="Tucson", precision="venue", latitude=32.2)
    check_words(venue="", locality="Tucson", precision="venue", latitude=None)
    assert refused(check_words, venue="Presidio Park", locality="", precision="venue", latitude=None) == (
        "locality",
        "A location needs at least its city or town.",
    )
    assert refused(check_words, venue="", locality="Tucson", precision="venue", latitude=0.0) == (
        "venue",
        "A point of a venue needs the venue's name.",
    )


@pytest.mark.parametrize(
    ("visibility", "moment", "has_location"),
    [("exact", None, True), ("exact", None, False), ("city", None, True), ("city-until", MOMENT, True)],
)
def test_a_visibility_that_agrees_is_fine(visibility, moment, has_location):
    check_visibility(visibility, revealed_from=moment, has_location=has_location)


MOMENT_ONLY = "A moment only belongs to “the city until a moment”. Choose that, or leave the moment empty."


@pytest.mark.parametrize(
    ("visibility", "moment", "has_location", "field", "sentence"),
    [
        ("city-until", None, True, "place_revealed_from", "Say from when on the exact place may be shown."),
        ("exact", MOMENT, True, "place_revealed_from", MOMENT_ONLY),
        ("city", MOMENT, True, "place_revealed_from", MOMENT_ONLY),
        ("city", None, False, "place_visibility", "There is no location to withhold."),
        ("city-until", MOMENT, False, "place_visibility", "There is no location to withhold."),
    ],
)
def test_a_visibility_that_does_not_agree_is_refused(visibility, moment, has_location, field, sentence):
    assert refused(check_visibility, visibility, revealed_from=moment, has_location=has_location) == (field, sentence)


@pytest.mark.parametrize(
    ("visibility", "revealed_at", "withheld"),
    [
        ("exact", None, False),
        ("exact", MOMENT, False),
        ("city-until", None, True),
        ("city-until", MOMENT, False),
        ("city", None, True),
        # A moment that was carried out once does not open a place that was closed again.
        ("city", MOMENT, True),
        # What is not known is withheld.
        ("no such value", None, True),
    ],
)
def test_the_exact_place_is_withheld_until_the_reveal_was_carried_out(visibility, revealed_at, withheld):
    assert is_withheld(visibility, revealed_at=revealed_at) is withheld
