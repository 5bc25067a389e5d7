"""The page of one action: what is said at once, how far it is, how it gets into a calendar, and what stands beside it."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from rallies.enums import ActionStatus
from rallies.operations.actions import cancel_action, confirm_action, edit_action, move_action_online, postpone_action
from rallies.operations.series_dates import cancel_date
from rallies.web.moments import ago_words
from tests.factories import NOW, make_action, make_campaign, make_location, make_place
from tests.web.reading import read

pytestmark = pytest.mark.django_db
DETROIT = {"locality": "Detroit", "region": "Michigan", "latitude": 42.3314, "longitude": -83.0458}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def page(path):
    answer = Client().get(path)
    assert answer.status_code == 200
    return read(answer.content)


def ways(seen):
    return {way.words: way.attributes["href"] for way in seen.all("a.add-way")}


def test_every_calendar_is_offered_and_no_link_says_where_from():
    make_action(slug="march", title="March")
    seen = page("/actions/march/")
    assert [way.words for way in seen.all("a.add-way")] == [
        *("Apple", "Google Calendar", "Outlook.com", "Office 365", "Yahoo", "File (.ics)")
    ]
    assert [ways(seen)[name] for name in ("Apple", "File (.ics)")] == ["/actions/march.ics"] * 2
    asked = parse_qs(urlsplit(ways(seen)["Google Calendar"]).query)
    assert (asked["dates"], asked["ctz"]) == (["20260314T140000/20260314T160000"], ["America/Chicago"])
    others = [a for a in seen.all("a") if a.attributes["href"].startswith("https://")]
    assert {a.attributes["rel"] for a in others if "add-way" in a.attributes.get("class", "")} == {
        "nofollow noopener noreferrer"
    }
    assert seen.one(".add-note").one("a").attributes["href"] == "webcal://testserver/actions/march.ics"


def test_a_cancelled_action_is_not_offered_and_says_why():
    cancel_action(make_action(slug="off").pk, message="Storm.", by=None, now=NOW)
    seen = page("/actions/off/")
    assert seen.all(".add") == []
    assert seen.said(".add-not") == ["It is cancelled, so there is nothing to add to a calendar."]


def test_a_postponed_action_offers_its_subscription_alone():
    made = make_action(slug="later")
    postpone_action(made.pk, by=None, now=NOW)
    seen = page("/actions/later/")
    assert (seen.all(".add"), seen.all("a.add-way")) == ([], [])
    said = "It is postponed. To have the new date in your calendar once it is known, subscribe to this action."
    assert seen.said(".add-not") == [said]
    assert seen.one(".add-not").one("a").attributes["href"] == "webcal://testserver/actions/later.ics"


def test_what_is_over_is_not_offered_and_of_a_series_what_is_to_come():
    make_action(slug="march")
    make_action(slug="vigil", recurrence_rule="FREQ=WEEKLY;COUNT=3")
    with time_machine.travel(NOW + timedelta(days=400), tick=False):
        for slug in ("march", "vigil"):
            seen = page(f"/actions/{slug}/")
            assert (seen.all(".add"), seen.all(".add-not"), "This date is past." in seen.said(".ticket-note")) == (
                [],
                [],
                True,
            )
    with time_machine.travel(datetime(2026, 3, 15, tzinfo=UTC), tick=False):
        assert page("/actions/vigil/").said(".add-note")[0] == "One date: Saturday, 21 March 2026, 14:00"


def test_of_a_series_the_next_date_that_takes_place_is_offered_and_all_of_them():
    made = make_action(slug="vigil", recurrence_rule="FREQ=WEEKLY;COUNT=3")
    whole = page("/actions/vigil/")
    assert [way.words for way in whole.all("a.add-way")] == [
        *("Google Calendar", "Outlook.com", "Office 365", "Yahoo", "Apple", "Google Calendar", "File (.ics)")
    ]
    assert parse_qs(urlsplit(ways(whole)["Google Calendar"]).query)["recur"] == ["RRULE:FREQ=WEEKLY;BYDAY=SA;COUNT=3"]
    cancel_date(made.occurrences.in_order()[0].pk, message="", by=None, now=NOW)
    seen = page("/actions/vigil/")
    assert seen.said(".add-note")[0] == "One date: Saturday, 21 March 2026, 14:00"
    assert "recur" not in parse_qs(urlsplit(ways(seen)["Google Calendar"]).query)
    assert parse_qs(urlsplit(ways(seen)["Yahoo"]).query)["st"] == ["20260321T190000Z"]


def test_what_has_no_date_is_not_offered():
    make_action(slug="open", start_date=None)
    seen = page("/actions/open/")
    assert (seen.all(".add"), seen.all(".add-not"), seen.all(".ticket-own")) == ([], [], [])


def test_how_far_it_is_from_where_the_list_was_asked_for():
    make_place("detroit-us", latitude=42.3314, longitude=-83.0458)
    make_action(slug="march")
    seen = page("/actions/march/?near=detroit-us")
    assert seen.said(".ticket-away") == ["621 km (386 miles) from Detroit"]
    [canonical] = seen.all("link", rel="canonical")
    assert canonical.attributes["href"].endswith("/actions/march/")
    assert page("/actions/march/").said(".ticket-away") == []


@pytest.mark.parametrize("query", ["near=nowhere-us", "near=springfield-us&near=springfield-us", "kind=march"])
def test_what_means_nothing_is_refused(query):
    make_place()
    make_action(slug="march")
    assert Client().get(f"/actions/march/?{query}").status_code == 400


def test_a_renamed_action_keeps_where_somebody_came_from():
    make_place()
    made = make_action(slug="old")
    edit_action(made.pk, {"slug": "later"}, by=None, now=NOW)
    answer = Client().get("/actions/old/?near=springfield-us&utm_source=x")
    assert (answer.status_code, answer["Location"]) == (301, "/actions/later/?near=springfield-us")


def test_lists_that_asked_for_a_place_lead_on_with_it():
    make_place()
    make_action(slug="march")
    for path, link in (("/actions/", ".entry-title"), ("/actions/month/2026-03/", ".slot")):
        assert [one.one("a").attributes["href"] for one in page(f"{path}?near=springfield-us&within=50").all(link)] == [
            "/actions/march/?near=springfield-us"
        ]
        assert [one.one("a").attributes["href"] for one in page(path).all(link)] == ["/actions/march/"]


def test_what_stands_beside_it():
    week = make_campaign()
    make_action(slug="march", campaigns=[week])
    make_action(title="Near", start_date=date(2026, 3, 20), location=make_location(latitude=39.85))
    make_action(title="Elsewhere", slug="far", location=make_location(**DETROIT), campaigns=[week])
    seen = page("/actions/march/")
    assert seen.said(".beside-one") == [
        "Near Friday, 20 March 2026, 14:00 Springfield, Illinois 5 km (3 miles)",
        "Elsewhere Saturday, 14 March 2026, 14:00 Detroit, Michigan",
    ]
    make_place()
    links = page("/actions/march/?near=springfield-us").all(".beside-title")
    assert links[1].attributes["href"] == "/actions/far/?near=springfield-us"


def test_links_to_map_apps_are_those_of_the_exact_place():
    make_action(slug="march")
    apps = {a.words: a.attributes["href"] for a in page("/actions/march/").one(".ticket-apps").all("a")}
    assert apps == {
        "Map app": "geo:39.801700,-89.648900?q=39.801700%2C-89.648900%28Old%20State%20Capitol%29",
        "Apple Maps": "https://maps.apple.com/?ll=39.801700,-89.648900&q=Old%20State%20Capitol",
        "Google Maps": "https://www.google.com/maps/search/?api=1&query=39.801700,-89.648900",
        "OpenStreetMap": "https://www.openstreetmap.org/?mlat=39.801700&mlon=-89.648900#map=17/39.801700/-89.648900",
    }


def test_an_address_without_a_point_is_looked_up_as_it_is_written():
    hall = make_location(venue="Zum Löwen", latitude=None, longitude=None, place=make_place())
    make_action(slug="march", location=hall)
    apps = [a.attributes["href"] for a in page("/actions/march/").one(".ticket-apps").all("a")]
    assert apps[0].startswith("geo:0,0?q=Zum%20L%C3%B6wen%2C%201%20Old%20State")
    assert [urlsplit(app).query.partition("q")[2][:2] for app in apps[1:]] == ["=Z", "ue", "ue"]


@pytest.mark.parametrize("changes", [{"place_visibility": "city"}, {"location": "city"}, {"location": None}])
def test_no_map_app_for_what_is_withheld_or_not_known(changes):
    if changes.get("location") == "city":
        changes = {"location": make_location(venue="", place=make_place())}
    make_action(slug="quiet", **changes)
    assert page("/actions/quiet/").all(".ticket-apps") == []


def test_what_moved_online_shows_no_place_to_go_to():
    made = make_action(slug="talk")
    move_action_online(made.pk, online_url="https://meet.example/1", message="Snow.", by=None, now=NOW)
    made.refresh_from_db()
    seen = page("/actions/talk/")
    assert made.status == ActionStatus.MOVED_ONLINE
    assert (seen.all("address"), seen.all(".map"), seen.all(".ticket-apps")) == ([], [], [])
    assert seen.one(".ticket-where").words == "Where Online Take part online"


def test_it_says_how_long_ago_the_host_confirmed_it():
    made = make_action(slug="march")
    confirm_action(made.pk, by=None, now=NOW - timedelta(days=2, hours=3))
    assert page("/actions/march/").said(".ticket-confirmed") == ["Confirmed by the host 2 days ago"]


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [
        ("en", 0, "1 minute ago"),
        ("en", 1, "24 hours ago"),
        ("en", 9, "9 days ago"),
        ("en", 21, "3 weeks ago"),
        ("en", 100, "3 months ago"),
        ("es", 2, "hace 2 días"),
        ("fr", 2, "il y a 2 jours"),
        ("de", 2, "vor 2 Tagen"),
        ("pt", 2, "há 2 dias"),
        ("ar", 2, "قبل يومين"),
    ],
)
def test_how_long_ago_in_words(language, days, words):
    with translation.override(language):
        assert ago_words(NOW - timedelta(days=days), NOW) == words


def test_scripts_are_told_both_clocks_only_of_a_time():
    make_action(slug="timed", start_time=time(18), end_time=time(20))
    make_action(slug="open", start_time=None)
    told = page("/actions/timed/").one(".ticket-own").attributes
    assert {name: value for name, value in told.items() if name.startswith("data-") and name != "data-own-time"} == {
        "data-starts": "2026-03-14T23:00:00+00:00",
        "data-ends": "2026-03-15T01:00:00+00:00",
        "data-local": "2026-03-14T18:00-05:00",
        "data-words": "Your time: {when}",
    }
    assert "hidden" in told
    assert page("/actions/open/").all(".ticket-own") == []
    assert datetime.fromisoformat(told["data-starts"]) == datetime.fromisoformat(told["data-local"])
