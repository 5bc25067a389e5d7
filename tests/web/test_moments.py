from datetime import UTC, date, datetime, time

import pytest
from django.utils.translation import override

from rallies.web import moments
from tests.public_values import make_when

JOINED = "\N{WORD JOINER}"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2025, 11, 15), date(2025, 11, 15), "15 November 2025"),
        (date(2025, 11, 15), date(2025, 11, 23), "15–23 November 2025"),
        (date(2025, 11, 28), date(2025, 12, 3), "28 November – 3 December 2025"),
        (date(2025, 12, 30), date(2026, 1, 2), "30 December 2025 – 2 January 2026"),
    ],
)
def test_range_of_days_says_each_part_once(first, last, words):
    assert moments.range_words(first, last).replace("\u2009", " ") == words


def test_gap_between_days_leaves_the_year_to_the_headings():
    assert [
        moments.gap_words(date(2025, 11, 17), date(2025, 11, 18)),
        moments.gap_words(date(2025, 11, 17), date(2025, 11, 17)),
    ] == ["17–18 November", "17 November"]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2025, 11, 15), date(2025, 11, 23), "some day from 15 to 23 November 2025"),
        (date(2025, 11, 28), date(2025, 12, 3), "some day from 28 November to 3 December 2025"),
        (date(2025, 12, 30), date(2026, 1, 2), "some day from 30 December 2025 to 2 January 2026"),
        (date(2025, 11, 15), date(2025, 11, 15), "perhaps on 15 November 2025"),
        (date(2025, 11, 15), None, "not before 15 November 2025"),
        (None, date(2025, 11, 15), "not after 15 November 2025"),
        (None, None, ""),
    ],
)
def test_window_of_an_unstated_date_is_words(first, last, words):
    assert moments.window_words(make_when(None, None, window_first=first, window_last=last)) == words


@pytest.mark.parametrize(
    ("when", "words", "machine"),
    [
        (make_when(), "Saturday, 15 November 2025, 14:00", "2025-11-15T14:00-05:00"),
        (make_when(at=None), "Saturday, 15 November 2025, time to be announced", "2025-11-15"),
        (make_when(at=time(0, 0)), "Saturday, 15 November 2025, 00:00", "2025-11-15T00:00-05:00"),
        (
            make_when(end_time=time(16, 30)),
            f"Saturday, 15 November 2025, 14:00–{JOINED}16:30",
            "2025-11-15T14:00-05:00",
        ),
        (
            make_when(at=time(22, 0), end_date=date(2025, 11, 16), end_time=time(1, 0), last_day=date(2025, 11, 16)),
            "Saturday, 15 November 2025, 22:00 to Sunday, 16 November 2025, 01:00",
            "2025-11-15T22:00-05:00",
        ),
        (
            make_when(at=None, last_day=date(2025, 11, 17)),
            "Saturday, 15 November 2025 to Monday, 17 November 2025, time to be announced",
            "2025-11-15",
        ),
        (make_when(None, None), "date not stated", ""),
    ],
)
def test_date_and_time_are_said_as_far_as_they_are_known(when, words, machine):
    assert (moments.when_words(when), moments.machine_time(when)) == (words, machine)


@pytest.mark.parametrize(
    ("when", "zone"),
    [
        (make_when(), "Eastern Standard Time (America/New_York)"),
        (make_when(date(2026, 7, 4)), "Eastern Daylight Time (America/New_York)"),
        (make_when(zone="Asia/Kathmandu"), "Nepal Time (Asia/Kathmandu)"),
        (make_when(at=None), "Eastern Standard Time (America/New_York)"),
        (make_when(None, None), ""),
    ],
)
def test_zone_is_named_beside_every_date(when, zone):
    words = moments.when_zone(when)
    assert words == zone or (zone.startswith("Nepal") and words.endswith("(Asia/Kathmandu)"))


def test_moments_of_our_own_records_say_that_they_are_utc():
    assert moments.moment_words(datetime(2026, 1, 2, 8, 30, tzinfo=UTC)) == "2 January 2026, 08:30 UTC"


def test_a_moment_of_a_place_is_on_its_clock():
    moment = datetime(2025, 11, 22, 6, 30, tzinfo=UTC)
    assert moments.local_moment_words(moment, "America/Phoenix") == "Friday, 21 November 2025, 23:30"


def test_dates_follow_the_language():
    with override("de"):
        assert moments.say(date(2025, 11, 15), "day") == "Samstag, 15. November 2025"
        assert moments.range_words(date(2025, 11, 15), date(2025, 11, 23)) == "15.–23. November 2025"


def test_a_window_in_german_says_that_its_first_number_is_a_day():
    with override("de"):
        window = make_when(None, None, window_first=date(2025, 11, 15), window_last=date(2025, 11, 23))
        assert moments.window_words(window) == "an einem Tag vom 15. bis zum 23. November 2025"


def test_a_line_ends_between_two_times_in_arabic_and_in_none_of_them():
    with override("ar"):
        said = moments.time_words(make_when(at=time(10), end_time=time(12)))
    assert said == "10:00\N{NO-BREAK SPACE}ص–12:00\N{NO-BREAK SPACE}م"
