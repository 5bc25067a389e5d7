"""Names of countries, zones and days in the language that is active."""

from datetime import UTC, date, datetime, time

import pytest
from django.utils import translation

from rallies.names import country_name, day_words, locale, time_words, when_words, zone_name

DAY = date(2025, 11, 15)


@pytest.mark.parametrize(
    ("language", "country", "day", "clock"),
    [
        ("en", "Dominican Republic", "Saturday, 15 November 2025", "14:30"),
        ("es", "República Dominicana", "sábado, 15 de noviembre de 2025", "14:30"),
        ("pt-br", "República Dominicana", "sábado, 15 de novembro de 2025", "14:30"),
        ("zh-hant", "多明尼加共和國", "2025年11月15日 星期六", "下午2:30"),
    ],
)
def test_names_follow_the_language(language, country, day, clock):
    with translation.override(language):
        assert (country_name("DO"), day_words(DAY), time_words(time(14, 30))) == (country, day, clock)


@pytest.mark.parametrize("code", ["", "X1", "USA", "us"])
def test_a_country_that_the_data_do_not_know_is_its_code(code):
    with translation.override("en"):
        assert country_name(code) == code


@pytest.mark.parametrize("language", ["tlh", "xx-yy-zz", "en-XX-"])
def test_a_language_that_the_data_do_not_know_is_english(language):
    with translation.override(language):
        assert str(locale()) == "en_150"


def test_without_an_active_language_names_are_english():
    with translation.override(None):
        assert day_words(DAY) == "Saturday, 15 November 2025"


@pytest.mark.parametrize(
    ("timezone", "moment", "name"),
    [
        ("America/New_York", datetime(2025, 11, 15, tzinfo=UTC), "Eastern Standard Time"),
        ("America/New_York", datetime(2025, 7, 15, tzinfo=UTC), "Eastern Daylight Time"),
        # The hour that comes twice: 05:30 UTC is the first, 06:30 UTC the second.
        ("America/New_York", datetime(2025, 11, 2, 5, 30, tzinfo=UTC), "Eastern Daylight Time"),
        ("America/New_York", datetime(2025, 11, 2, 6, 30, tzinfo=UTC), "Eastern Standard Time"),
        ("Europe/Dublin", datetime(2025, 7, 15, tzinfo=UTC), "Irish Standard Time"),
        ("Europe/Dublin", datetime(2025, 1, 15, tzinfo=UTC), "Greenwich Mean Time"),
        ("UTC", datetime(2025, 1, 15, tzinfo=UTC), "Coordinated Universal Time"),
        ("Africa/Nairobi", datetime(2025, 1, 15, tzinfo=UTC), "East Africa Time"),
    ],
)
def test_the_name_of_a_zone_is_that_of_the_moment(timezone, moment, name):
    with translation.override("en"):
        assert zone_name(timezone, moment) == name


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        (DAY, time(0, 0), "Saturday, 15 November 2025, 00:00"),
        (DAY, None, "Saturday, 15 November 2025, time to be announced"),
        (None, None, "date to be announced"),
        (None, time(14), "date to be announced"),
    ],
)
def test_what_is_not_announced_is_said_and_never_midnight(day, clock, words):
    with translation.override("en"):
        assert when_words(day, clock) == words
