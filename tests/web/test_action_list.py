"""The list of actions: what is asked for, and the ways to ask for something else."""

from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rallies.http.query import QuestionForm
from rallies.operations.actions import withdraw_action
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place
from tests.web.reading import shown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def options(page, name):
    return {o.attributes["value"]: o.words for o in page.one("select", name=name).all("option")}


def test_past_is_newest_first_and_pages_go_back_in_time():
    for day in range(1, 9):
        make_action(title=f"January {day}", start_date=date(2026, 1, day), campaigns=[])
    for day in range(1, 27):
        make_action(title=f"February {day}", start_date=date(2026, 2, day))
    make_action(title="To come")
    first = shown("/actions/?when=past")
    assert first.said("h1") == ["Past actions"]
    assert first.said(".entry-title")[:2] == ["February 26", "February 25"]
    [older] = first.all("a", rel="next")
    assert (older.words, older.attributes["href"]) == ("Earlier", "/actions/?when=past&page=2")
    assert shown(older.attributes["href"]).said(".entry-title") == [f"January {day}" for day in (4, 3, 2, 1)]


def test_choices_are_those_that_published_actions_have():
    place = make_place("lyon-fr", name="Lyon", country="FR")
    lyon = make_location(locality="Lyon", region="", region_code="", country="FR", place=place)
    group, silent = make_organizer(slug="shown", name="Shown"), make_organizer(slug="silent", name="Silent")
    make_action(location=lyon, hosts=[group])
    tokyo = make_place("tokyo-jp", name="Tokyo", country="JP")
    hidden = make_location(locality="Tokyo", region="", region_code="", country="JP", place=tokyo)
    make_action(location=hidden, hosts=[silent], publish=False)
    page = shown("/actions/")
    assert options(page, "country") == {"": "Any", "FR": "France (1)"}
    assert options(page, "city") == {"": "Any", "lyon-fr": "Lyon, France"}
    assert options(page, "organizer") == {"": "Any", "shown": "Shown"}


def test_choices_are_looked_for_once_until_something_public_changes():
    group = make_organizer(slug="shown", name="Shown")
    action = make_action(hosts=[group])
    with CaptureQueriesContext(connection) as first:
        shown("/actions/")
    with CaptureQueriesContext(connection) as again:
        assert options(shown("/actions/"), "organizer") == {"": "Any", "shown": "Shown"}
    found = [sum(query["sql"].startswith("SELECT") for query in captured) for captured in (first, again)]
    assert found[0] - found[1] == 6
    make_action(hosts=[make_organizer(slug="other", name="Other")])
    assert options(shown("/actions/"), "organizer") == {"": "Any", "other": "Other", "shown": "Shown"}
    withdraw_action(action.pk, by=None, now=NOW)
    assert options(shown("/actions/"), "organizer") == {"": "Any", "other": "Other"}


def test_counts_follow_the_clock_and_each_question():
    berlin = make_location(locality="Berlin", region="", region_code="", country="DE")
    for day in (10, 20):
        make_action(kind="march", location=berlin, start_date=date(2026, 3, day))
    assert options(shown("/actions/"), "country")["DE"] == "Germany (2)"
    assert options(shown("/actions/?kind=vigil"), "country")["DE"] == "Germany (0)"
    with time_machine.travel(datetime(2026, 3, 15, 12, tzinfo=UTC), tick=False):
        assert options(shown("/actions/"), "country")["DE"] == "Germany (1)"
        assert options(shown("/actions/?when=past"), "country")["DE"] == "Germany (1)"
    assert options(shown("/actions/"), "country")["DE"] == "Germany (2)"


def test_form_says_which_part_of_time_a_campaign_shows():
    week = make_campaign()
    make_action(campaigns=[week])
    whole, narrowed = (
        [
            option.words
            for select in shown(address).all("select", name="when")
            for option in select.all("option", selected="")
        ]
        for address in (f"/actions/?campaign={week.slug}", f"/actions/?campaign={week.slug}&country=US")
    )
    assert (whole, narrowed) == (["All dates"], ["Upcoming"])


def test_choice_that_was_made_stays_chosen_though_nothing_has_it():
    make_organizer(slug="silent", name="Silent")
    make_place("tokyo-jp", name="Tokyo", country="JP")
    page = shown("/actions/?organizer=silent&city=tokyo-jp&country=jp")
    chosen = {s.attributes["name"]: [o.words for o in s.all("option", selected="")] for s in page.all("select")}
    assert chosen == {
        "kind": [],
        "country": ["Japan (0)"],
        "city": ["Tokyo"],
        "organizer": ["Silent"],
        "when": ["Upcoming"],
        "attendance": [],
    }
    assert page.said(".question-clear") == ["Take all off"]


def test_kinds_and_countries_say_how_many_there_would_be_of_each():
    """Of the present question without that part: dates, and what has no date; nothing that is hidden."""
    berlin = make_location(locality="Berlin", region="", region_code="", country="DE")
    make_action(kind="march", location=berlin, recurrence_rule="FREQ=DAILY;COUNT=3")
    make_action(kind="vigil", location=berlin, start_date=None, attendance_mode="hybrid")
    make_action(kind="vigil")
    make_action(kind="vigil", publish=False)

    def counted(query):
        page = shown(f"/actions/{query}")
        kinds = {value: words for value, words in options(page, "kind").items() if value in {"march", "vigil", "fast"}}
        return kinds, options(page, "country")

    assert counted("") == (
        {"march": "March (3)", "vigil": "Vigil (2)", "fast": "Fast (0)"},
        {"": "Any", "DE": "Germany (4)", "US": "United States (1)"},
    )
    assert counted("?kind=vigil&country=de") == (
        {"march": "March (3)", "vigil": "Vigil (1)", "fast": "Fast (0)"},
        {"": "Any", "DE": "Germany (1)", "US": "United States (1)"},
    )
    assert counted("?attendance=online")[1] == {"": "Any", "DE": "Germany (1)", "US": "United States (0)"}
    month = shown("/actions/month/2026-03/?kind=march")
    assert options(month, "country") == {"": "Any", "DE": "Germany (3)", "US": "United States (0)"}


EVERY_FILTER = {
    "campaign": ("autumn", "part of Autumn"),
    "organizer": ("river", "with River Group"),
    "kind": ("march", "March"),
    "country": ("US", "in United States"),
    "city": ("springfield-us", "in Springfield"),
    "near": ("springfield-us", "within 100 km (62 miles) of Springfield, United States"),
    "bbox": ("-90,39.5,-89.5,40", "in the area 39.5° N, 90° W to 40° N, 89.5° W"),
    "from": ("2026-03-01", "from 1 March 2026"),
    "to": ("2026-03-31", "to 31 March 2026"),
    "q": ("peace", "with “peace”"),
    "when": ("week", "Next 7 days"),
    "attendance": ("online", "Online"),
    "language": ("es", "language: Spanish"),
    "access": ("captions", "Live captions"),
}


NEAR = {"within": "100"}


@pytest.mark.parametrize(
    "path", ["/actions/", "/actions/month/2026-03/", "/actions/week/2026-03-09/", "/2026/03/14/", "/actions/map/"]
)
def test_every_filter_is_a_link_that_can_be_shared_and_taken_off(path):
    make_campaign(slug="autumn", name="Autumn")
    make_organizer(slug="river", name="River Group")
    make_place()
    asked = {}
    for name, (value, _words) in EVERY_FILTER.items():
        asked |= {name: value} | (NEAR if name == "near" else {})
    # All that there is but the order, which links above the list choose.
    assert sorted({*asked, "sort"}) == sorted(QuestionForm.base_fields)
    page = shown(f"{path}?{urlencode(asked)}")
    parts = page.all(".question-part")
    assert [part.all("span")[0].words for part in parts] == [words for _value, words in EVERY_FILTER.values()]
    # A radius goes with its place.
    gone = [{off, *(NEAR if off == "near" else ())} for off in EVERY_FILTER]
    less = [{name: value for name, value in asked.items() if name not in off} for off in gone]
    assert [part.one("a.question-off").attributes["href"] for part in parts] == [
        f"{path}?{urlencode(left, safe=',')}" for left in less
    ]
    # And back on: the form holds what was asked.
    form = page.one("form.narrow")
    held = {
        e.attributes["name"]: e.attributes["value"]
        for e in form.all("input")
        if e.attributes.get("value") and (e.attributes.get("type") != "checkbox" or "checked" in e.attributes)
    }
    held |= {s.attributes["name"]: s.one("option", selected="").attributes["value"] for s in form.all("select")}
    assert held == asked


def test_ways_say_which_one_is_shown():
    def current(path):
        return [a.words for a in shown(path).all(".views-way") if "aria-current" in a.attributes]

    assert [current(path) for path in ("/actions/", "/actions/?when=past", "/actions/?from=2026-03-01")] == [
        ["Upcoming"],
        ["Past"],
        ["Chosen days"],
    ]


def test_boxes_that_were_ticked_become_one_address():
    answer = Client().get("/actions/?access=seating&access=captions&kind=march")
    assert (answer.status_code, answer["Location"]) == (302, "/actions/?kind=march&access=captions,seating")
    page = shown("/actions/?access=captions,seating")
    assert [part.all("span")[0].words for part in page.all(".question-part")] == ["Live captions", "Seating"]
    offs = [a.attributes["href"] for a in page.all("a.question-off")]
    assert offs == ["/actions/?access=seating", "/actions/?access=captions"]
    assert (
        "open" in page.one(".narrow-more").attributes
        and "open" not in shown("/actions/").one(".narrow-more").attributes
    )


def test_words_offer_the_best_match_first():
    make_action(slug="late", title="Water", start_date=date(2026, 3, 20))
    make_action(slug="early", title="March", description="For water.", start_date=date(2026, 3, 10))
    page = shown("/actions/?q=water")
    ways = {a.words: a.attributes["href"] for a in page.all(".reach-way")}
    assert ways == {"By start": "/actions/?q=water", "Best match first": "/actions/?q=water&sort=relevance"}
    assert page.said(".entry-title") == ["March", "Water"]
    best = shown("/actions/?q=water&sort=relevance")
    assert best.said(".entry-title") == ["Water", "March"] and best.said(".nearest-head") == ["Best match first"]
    assert shown("/actions/?kind=march").all(".reach") == []


def test_the_form_keeps_the_order_and_without_words_drops_theirs():
    make_place("springfield-us")
    orders = {
        "q=water&sort=relevance": "relevance",
        "q=water": "",
        "near=springfield-us&q=water&sort=relevance": "relevance",
    }
    orders["near=springfield-us&sort=distance"] = "distance"
    kept = {
        asked: "".join(
            a.attributes["value"]
            for a in shown(f"/actions/?{asked}").one(".narrow").all("input")
            if a.attributes["name"] == "sort"
        )
        for asked in orders
    }
    assert kept == orders
    answer = Client().get("/actions/?sort=relevance&q=&kind=march")
    assert (answer.status_code, answer["Location"]) == (302, "/actions/?kind=march")


def test_a_question_that_is_too_long_says_so():
    said = "That is more than is looked for: the search took the first words, up to 12."
    long, short = shown("/actions/?q=" + "water+" * 13), shown("/actions/?q=water")
    assert [said in page.said(".campaign-note") for page in (long, short)] == [True, False]
    for words in ("x" * 4000, "%00", "%22*NEAR(", "🎉" * 300):
        assert Client().get(f"/actions/?q={words}").status_code == 200


@pytest.mark.parametrize("words", ["water+" * 1700, "x" * 10_000, "水" * 2500, "🎉" * 2500])
def test_a_question_of_10_kb_makes_no_large_page(words):
    plain, long = (len(Client().get(f"/actions/?q={asked}").content) for asked in ("water", words))
    assert long - plain < 20_000


def test_a_question_of_too_many_parts_is_refused_with_a_page():
    answer = Client().get("/actions/?" + "&".join(f"a{number}=1" for number in range(1500)))
    assert (answer.status_code, "</html>" in answer.content.decode()) == (400, True)
