"""What each calendar on the web is told of a date: right instants, zone, days and place, and nothing that is withheld."""

from dataclasses import replace
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import translation

from rallies.formats.calendar_links import links_of, series_link
from tests.formats.test_ics import LINK, PLACE, UNDATED, WITHHELD, make_public, make_when

NAMES = ["Google Calendar", "Outlook.com", "Office 365", "Yahoo"]
PAGE = "What changes is said here: https://rallies.example/actions/march-to-city-hall/"


def asked(**changes):
    """Calendar → what it is asked, of an action without a text."""
    links = links_of(make_public(**{"description": "", **changes}))
    assert [link.name for link in links] == NAMES
    found = {}
    for link in links:
        values = parse_qs(urlsplit(link.address).query, strict_parsing=True)
        assert {len(each) for each in values.values()} == {1}
        found[link.name] = {name: each[0] for name, each in values.items()}
    return found


def times(**changes):
    told = asked(**changes)
    google, outlook, yahoo = told["Google Calendar"], told["Outlook.com"], told["Yahoo"]
    assert {**told["Office 365"]} == outlook
    return (
        (google["dates"], google.get("ctz", "")),
        tuple(outlook.get(name, "") for name in ("startdt", "enddt", "allday")),
        tuple(yahoo.get(name, "") for name in ("st", "et", "dur")),
    )


def test_a_timed_date_is_told_to_each_in_its_own_words():
    told = asked()
    assert told["Google Calendar"] == {
        "action": "TEMPLATE",
        "text": "March to City Hall",
        "dates": "20251115T140000/20251115T163000",
        "ctz": "America/New_York",
        "details": PAGE,
        "location": PLACE.label,
        "crm": "AVAILABLE",
        "trp": "false",
    }
    assert told["Outlook.com"] == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "startdt": "2025-11-15T19:00:00Z",
        "enddt": "2025-11-15T21:30:00Z",
        "subject": "March to City Hall",
        "body": PAGE,
        "location": PLACE.label,
        "freebusy": "free",
    }
    assert told["Yahoo"] == {
        "v": "60",
        "title": "March to City Hall",
        "st": "20251115T190000Z",
        "et": "20251115T213000Z",
        "desc": PAGE,
        "in_loc": PLACE.label,
        "url": "https://rallies.example/actions/march-to-city-hall/",
    }
    assert [urlsplit(link.address)[:3] for link in links_of(make_public())] == [
        ("https", "calendar.google.com", "/calendar/render"),
        ("https", "outlook.live.com", "/calendar/0/deeplink/compose"),
        ("https", "outlook.office.com", "/calendar/0/deeplink/compose"),
        ("https", "calendar.yahoo.com", "/"),
    ]


@pytest.mark.parametrize(
    ("when", "google", "outlook", "yahoo"),
    [
        pytest.param(
            make_when("2025-11-15"),
            ("20251115/20251116", ""),
            ("2025-11-15", "2025-11-16", "true"),
            ("20251115", "", "allday"),
            id="time not announced",
        ),
        pytest.param(
            make_when("2025-12-30", None, "2026-01-02"),
            ("20251230/20260103", ""),
            ("2025-12-30", "2026-01-03", "true"),
            ("20251230T000000", "20260102T235900", ""),
            id="several whole days",
        ),
        pytest.param(
            make_when("2025-10-31", "17:00", "2025-11-03", "11:00"),
            ("20251031T170000/20251103T110000", "America/New_York"),
            ("2025-10-31T21:00:00Z", "2025-11-03T16:00:00Z", ""),
            ("20251031T210000Z", "20251103T160000Z", ""),
            id="several days with times, over a change of clocks",
        ),
        pytest.param(
            make_when("2025-11-15", "18:00", kind="vigil"),
            ("20251115T180000/20251115T190000", "America/New_York"),
            ("2025-11-15T23:00:00Z", "2025-11-16T00:00:00Z", ""),
            ("20251115T230000Z", "20251116T000000Z", ""),
            id="end not stated",
        ),
        pytest.param(
            make_when("2025-11-02", "01:30", None, "03:30"),
            ("20251102T053000Z/20251102T083000Z", ""),
            ("2025-11-02T05:30:00Z", "2025-11-02T08:30:00Z", ""),
            ("20251102T053000Z", "20251102T083000Z", ""),
            id="in the hour that comes twice",
        ),
        pytest.param(
            make_when("2025-11-15", "09:00", None, "10:00", timezone="Pacific/Kiritimati"),
            ("20251115T090000/20251115T100000", "Pacific/Kiritimati"),
            ("2025-11-14T19:00:00Z", "2025-11-14T20:00:00Z", ""),
            ("20251114T190000Z", "20251114T200000Z", ""),
            id="where it is the next day",
        ),
    ],
)
def test_times(when, google, outlook, yahoo):
    assert times(when=when) == (google, outlook, yahoo)


def test_what_is_not_announced_is_said():
    told = asked(when=make_when("2025-11-15"))["Google Calendar"]["details"]
    assert told == f"{PAGE}\n\nTime to be announced."
    told = asked(when=make_when("2025-11-15", "18:00", kind="vigil"), kind="vigil")["Outlook.com"]["body"]
    assert told == f"{PAGE}<br><br>The end is not announced; calendars show 60 minutes."


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"place": None}, "Place to be announced"),
        ({"place": None, "attendance_mode": "online"}, "Online"),
        ({"place": None, "attendance_mode": "online", "online_url": LINK}, LINK),
        ({"place": None, "attendance_mode": "online", "online_url": f"{LINK}&t={'x' * 2000}"}, "Online"),
        ({"status": "moved-online"}, "Online"),
        ({"attendance_mode": "hybrid", "online_url": LINK}, PLACE.label),
        ({"place": WITHHELD}, "Philadelphia, Pennsylvania, United States"),
    ],
)
def test_places(changes, place):
    told = asked(**changes)
    assert [told["Google Calendar"]["location"], told["Outlook.com"]["location"], told["Yahoo"]["in_loc"]] == [
        place
    ] * 3


def test_a_withheld_place_has_its_city_and_says_so():
    told = asked(place=replace(WITHHELD, revealed_from=datetime.fromisoformat("2025-11-14T23:30:00+00:00")))
    for link in links_of(make_public(place=WITHHELD)):
        assert not any(part in link.address for part in ("City%20Hall%2C", "39.95", "Kennedy"))
    assert told["Yahoo"]["desc"].splitlines()[2] == (
        "The exact place will be announced here: Friday, 14 November 2025, 18:30."
    )


def test_titles_of_any_script_and_length_arrive_whole_or_end_in_a_sign_of_it():
    assert asked(title="مسيرة & <b>سلام</b> #1?")["Google Calendar"]["text"] == "مسيرة & سلام #1?"
    assert asked(title="x" * 300)["Yahoo"]["title"] == "x" * 300
    short = asked(title="行進" * 150)["Outlook.com"]["subject"]
    assert (short[:8], short[-1], len(short)) == ("行進行進行進行進", "…", 166)


def test_no_address_is_longer_than_services_take():
    long = make_public(
        title="📣" * 300,
        description="行進 " * 5000,
        place=replace(PLACE, label="図書館 " * 200),
        when=make_when("2025-11-15", time_note="午後 " * 500),
    )
    assert max(len(link.address) for link in links_of(long)) < 8000


def test_the_text_is_plain_and_what_outlook_takes_for_html_is_escaped():
    told = asked(description="We **march** & sing, 1 \\< 2.")
    assert told["Google Calendar"]["details"] == f"{PAGE}\n\nWe march & sing, 1 < 2."
    assert told["Outlook.com"]["body"] == f"{PAGE}<br><br>We march &amp; sing, 1 &lt; 2."


def test_words_are_those_of_the_language():
    with translation.override("de"):
        assert asked(place=None)["Google Calendar"]["location"] == "Ort wird noch bekannt gegeben"


@pytest.mark.parametrize("changes", [{"status": "cancelled"}, {"when": UNDATED}])
def test_what_does_not_take_place_or_has_no_date_is_not_offered(changes):
    assert links_of(make_public(**changes)) == ()


def test_what_is_postponed_says_so():
    assert asked(status="postponed")["Yahoo"]["title"] == "POSTPONED: March to City Hall"


def dates(rule, *days, clock="18:00"):
    wall = clock.replace(":", "") + "00" if clock else ""
    return [
        make_public(
            recurrence_rule=rule,
            recurrence_id=day.replace("-", "") + (f"T{wall}" if wall else ""),
            when=make_when(day, clock or None, None, "19:00" if clock else None),
        )
        for day in days
    ]


def rule_of(link):
    return parse_qs(urlsplit(link.address).query)["recur"] if link else None


THURSDAYS = ("2025-11-06", "2025-11-13", "2025-11-20")


@pytest.mark.parametrize(
    ("rule", "has_begun", "told"),
    [
        ("FREQ=WEEKLY;BYDAY=TH", True, ["RRULE:FREQ=WEEKLY;BYDAY=TH"]),
        ("FREQ=WEEKLY;BYDAY=TH;COUNT=3", False, ["RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=3"]),
        ("FREQ=WEEKLY;BYDAY=TH;COUNT=9", True, None),
        ("FREQ=WEEKLY;BYDAY=TH;UNTIL=20251120", True, ["RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20251120T230000Z"]),
        # No calendar maps it.
        ("FREQ=MONTHLY;BYMONTHDAY=6,13,20", False, None),
    ],
)
def test_a_series_is_offered_where_its_rule_can_be_told(rule, has_begun, told):
    link = series_link(dates(rule, *THURSDAYS), has_begun=has_begun)
    assert rule_of(link) == told


def test_a_series_of_whole_days_ends_on_a_day():
    days = dates("FREQ=WEEKLY;BYDAY=TH;UNTIL=20251120", *THURSDAYS, clock="")
    assert rule_of(series_link(days, has_begun=False)) == ["RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20251120"]


@pytest.mark.parametrize(
    ("rule", "day", "told"),
    [
        ("FREQ=WEEKLY;BYDAY=TH", date(2025, 11, 13), None),
        ("FREQ=WEEKLY;BYDAY=TH", date(2025, 10, 30), ["RRULE:FREQ=WEEKLY;BYDAY=TH"]),
        # The number counts the day that was skipped.
        ("FREQ=WEEKLY;BYDAY=TH;COUNT=4", date(2025, 10, 30), None),
    ],
)
def test_a_series_that_skips_a_day_is_offered_where_no_exception_is_needed(rule, day, told):
    link = series_link([replace(each, skipped_days=(day,)) for each in dates(rule, *THURSDAYS)], has_begun=False)
    assert rule_of(link) == told


def test_a_series_with_a_date_that_is_off_or_elsewhere_is_not_offered_whole():
    weekly = dates("FREQ=WEEKLY;BYDAY=TH", *THURSDAYS)
    off = [weekly[0], replace(weekly[1], status="cancelled"), weekly[2]]
    elsewhere = [weekly[0], replace(weekly[1], when=make_when("2025-11-14", "18:00")), weekly[2]]
    assert [series_link(each, has_begun=False) for each in (off, elsewhere, weekly[:1])] == [None, None, None]
