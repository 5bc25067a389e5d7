"""Is an action well said? Each rule once, and all that is wrong together."""

from datetime import UTC, date, datetime, time

import pytest

from rallies.enums import AccessFeature
from rallies.rules.actions import LENGTHS, MAX_LANGUAGES, MAX_STOPS, broken_rules, is_web_address
from rallies.rules.errors import BadValue

GOOD = {
    "title": "March to City Hall",
    "title_basis": "",
    "reported_status": "",
    "confidence": "",
    "kind": "march",
    "kind_detail": "",
    "description": "",
    "start_date": date(2026, 6, 1),
    "start_time": time(14),
    "end_date": None,
    "end_time": None,
    "timezone": "Europe/Berlin",
    "time_note": "",
    "window_first": None,
    "window_last": None,
    "window_note": "",
    "recurrence_rule": "",
    "location": object(),
    "attendance_mode": "in-person",
    "online_url": "",
    "place_visibility": "exact",
    "place_revealed_from": None,
    "route_start": "",
    "route_stops": [],
    "gathering_time": None,
    "step_off_time": None,
    "route_end": "",
    "what_to_bring": "",
    "languages": [],
    "access_features": [],
    "access_note": "",
    "contact": "",
    "picture": "",
    "picture_alt": "",
    "confidence_note": "",
    "internal_note": "",
}
UNDATED = {"start_date": None, "start_time": None}
NOT_OF_THE_LIST = "“{}” is not one of the list."


def broken(**changes):
    return [(error.field, error.sentence) for error in broken_rules(GOOD | changes)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {name: "x" * longest for name, longest in LENGTHS.items() if name != "online_url"},
        UNDATED,
        UNDATED | {"window_first": date(2025, 11, 15), "window_last": date(2025, 11, 23)},
        {"start_time": None, "end_date": date(2026, 6, 3)},
        {"recurrence_rule": "FREQ=WEEKLY;BYDAY=MO"},
        {"online_url": "https://meet.example/a?b=c#d", "attendance_mode": "online", "location": None},
        {"place_visibility": "city-until", "place_revealed_from": datetime(2026, 5, 31, tzinfo=UTC)},
        {"languages": ["en", "pt-BR", "zh-Hant-TW"], "access_features": list(AccessFeature.values)},
        {"route_stops": ["x"] * MAX_STOPS, "languages": ["en"] * MAX_LANGUAGES},
        {"picture": "pictures/a.jpg", "picture_alt": "A banner"},
    ],
)
def test_nothing_is_wrong_with(changes):
    assert broken(**changes) == []


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": ""}, "title", "Give the action a title."),
        ({"kind": "riot"}, "kind", NOT_OF_THE_LIST.format("riot")),
        ({"kind": "MARCH"}, "kind", NOT_OF_THE_LIST.format("MARCH")),
        ({"title_basis": "made-up"}, "title_basis", NOT_OF_THE_LIST.format("made-up")),
        ({"reported_status": "held"}, "reported_status", NOT_OF_THE_LIST.format("held")),
        ({"confidence": "sure"}, "confidence", NOT_OF_THE_LIST.format("sure")),
        ({"route_stops": ["x" * 301]}, "route_stops", "This text is longer than 300 characters."),
        ({"attendance_mode": ""}, "attendance_mode", NOT_OF_THE_LIST.format("")),
        ({"place_visibility": "secret"}, "place_visibility", NOT_OF_THE_LIST.format("secret")),
        ({"access_features": ["toilets", "<b>"]}, "access_features", NOT_OF_THE_LIST.format("<b>")),
        ({"route_stops": ["x"] * (MAX_STOPS + 1)}, "route_stops", "A route has 50 stops at most."),
        ({"languages": ["en"] * (MAX_LANGUAGES + 1)}, "languages", "30 languages at most."),
        *(
            ({"languages": [code]}, "languages", f"“{code}” is not a language code such as en or pt-BR.")
            for code in ("", "e", "english language", "日本", "en_US", "x" * 36, "--")
        ),
        (
            {"picture": "pictures/a.jpg"},
            "picture_alt",
            "Say in words what the picture shows, for those who do not see it.",
        ),
        *(
            (UNDATED | {name: value}, "start_date", "Without a date there is no time: give the date too.")
            for name, value in (
                ("start_time", time(14)),
                ("end_date", date(2026, 6, 1)),
                ("end_time", time(16)),
                ("recurrence_rule", "FREQ=DAILY"),
            )
        ),
        (
            {"start_date": date(2026, 3, 29), "start_time": time(2, 30)},
            "start_time",
            "On Sunday, 29 March 2026 clocks in Europe/Berlin jump over 02:30. The nearest times that exist are 01:59 and 03:00.",
        ),
        (
            {"timezone": None},
            "timezone",
            "“” is not a time zone. Use a name such as Europe/Berlin or America/New_York.",
        ),
        ({"window_first": date(2026, 6, 1)}, "window_first", "Give a date or a window of days, not both."),
        ({"recurrence_rule": "FREQ=HOURLY"}, "recurrence_rule", "A rule repeats daily, weekly, monthly or yearly."),
        ({"online_url": "javascript:alert(1)"}, "online_url", "Give a link that begins with https:// or http://."),
        (
            {"place_visibility": "city", "location": None},
            "place_visibility",
            "There is no location to withhold.",
        ),
    ],
)
def test_one_thing_that_is_wrong_names_its_field(changes, field, sentence):
    assert broken(**changes) == [(field, sentence)]


@pytest.mark.parametrize(("name", "longest"), LENGTHS.items())
def test_a_text_that_is_too_long_is_refused(name, longest):
    value = "https://e.org/" + "x" * longest if name == "online_url" else "x" * (longest + 1)
    assert broken(**{name: value}) == [(name, f"This text is longer than {longest} characters.")]


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_form():
    wrong = broken_rules(
        GOOD
        | {
            "title": "",
            "kind": "riot",
            "end_time": time(14),
            "recurrence_rule": "FREQ=HOURLY",
            "place_visibility": "city",
            "location": None,
            "online_url": "ftp://e.org",
            "languages": ["?"],
            "picture": "a.jpg",
        }
    )
    assert [error.field for error in wrong] == [
        "title",
        "kind",
        "end_time",
        "recurrence_rule",
        "place_visibility",
        "online_url",
        "languages",
        "picture_alt",
    ]
    assert isinstance(wrong[0], BadValue)
    assert all(str(error) == error.sentence for error in wrong)


@pytest.mark.parametrize(
    "address",
    ["https://e.org", "http://e.org:8080/a", "https://münchen.example/ä", "HTTPS://E.ORG/", "https://[::1]/a"],
)
def test_a_web_address_is_one(address):
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "e.org", "//e.org", "https://", "https:///path", "ftp://e.org", "javascript:alert(1)", "data:text/html,x",
        "https://e.org/a b", "https://e.org\n", "https://e.org/\tx", " https://e.org", "https://[e.org", "webcal://e.org",
        "https://e.org/\u2028x", "java\nscript:alert(1)", "https://e.org/\x00", "https://e.org/\x07", "https://e.org/\x7f",
    ],
)  # fmt: skip
def test_anything_else_is_no_web_address(address):
    assert not is_web_address(address)
