"""Is a place well said, and what of it may the world see."""

from datetime import UTC, datetime, timedelta
from math import inf, nan

import pytest

from rallies.rules.errors import BadInterval, BadPlace, NoSuchTime, RuleBroken, UnknownTimezone
from rallies.rules.places import (
    check_country,
    check_not_due,
    check_point,
    check_visibility,
    check_words,
    is_withheld,
    on_other_clock,
    reveal_moment,
)

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


@pytest.mark.parametrize(
    ("wall", "timezone", "moment"),
    [
        ((2025, 11, 21, 9), "America/Phoenix", (2025, 11, 21, 16)),
        ((2025, 7, 1, 0), "Europe/Berlin", (2025, 6, 30, 22)),
        # It comes twice: the first.
        ((2025, 11, 2, 1, 30), "America/New_York", (2025, 11, 2, 5, 30)),
    ],
)
def test_the_moment_of_a_reveal_is_on_the_clock_of_the_place(wall, timezone, moment):
    assert reveal_moment(datetime(*wall), timezone=timezone) == datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "timezone", "error", "field", "sentence"),
    [
        (
            (2026, 3, 8, 2, 30),
            "America/New_York",
            NoSuchTime,
            "place_revealed_from",
            "On Sunday, 8 March 2026 clocks in America/New_York jump over 02:30. The nearest times that exist are 01:59 and 03:00.",
        ),
        (
            (1825, 11, 21, 9),
            "UTC",
            BadInterval,
            "place_revealed_from",
            "The year must lie between 1900 and 2199.",
        ),
        (
            (2025, 11, 21, 9),
            "Mars/Olympus",
            UnknownTimezone,
            "timezone",
            "“Mars/Olympus” is not a time zone. Use a name such as Europe/Berlin or America/New_York.",
        ),
    ],
)
def test_a_moment_that_is_none_is_refused(wall, timezone, error, field, sentence):
    with pytest.raises(RuleBroken) as caught:
        reveal_moment(datetime(*wall), timezone=timezone)
    assert (type(caught.value), caught.value.field, caught.value.sentence) == (error, field, sentence)


@pytest.mark.parametrize(
    ("wall", "before", "after", "moment"),
    [
        ((2025, 11, 21, 9), "America/Phoenix", "Europe/Berlin", (2025, 11, 21, 8)),
        # The second 01:30 of that night in New York is the first and only one elsewhere, and the other way round.
        ((2025, 11, 2, 1, 30), "America/Phoenix", "America/New_York", (2025, 11, 2, 5, 30)),
        # There is no 02:30 in New York on this day: 03:00, not 01:59.
        ((2026, 3, 8, 2, 30), "America/Phoenix", "America/New_York", (2026, 3, 8, 7)),
        # Nor is there a 30 December 2011 in Apia.
        ((2011, 12, 30, 9), "Pacific/Auckland", "Pacific/Apia", (2011, 12, 30, 10)),
    ],
)
def test_a_moment_keeps_its_time_on_another_clock(wall, before, after, moment):
    typed = reveal_moment(datetime(*wall), timezone=before)
    assert on_other_clock(typed, before=before, after=after) == datetime(*moment, tzinfo=UTC)


def test_a_moment_that_has_come_is_refused():
    check_not_due(MOMENT, now=MOMENT - timedelta(seconds=1))
    for late in (timedelta(), timedelta(days=365)):
        assert refused(check_not_due, MOMENT, now=MOMENT + late) == (
            "place_revealed_from",
            "That moment has passed, so the exact place would be shown at once. Give one that is to come, or choose "
            "“The exact place”.",
        )
