"""The list of actions: what is asked for, and the ways to ask for something else."""

from datetime import date
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from rallies.http.query import QuestionForm
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place
from tests.web.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def shown(path):
    answer = Client().get(path)
    assert answer.status_code == 200
    return read(answer.content)


def options(page, name):
    return {o.attributes["value"]: o.words for o in page.one("select", name=name).all("option")}


def test_past_is_newest_first_and_pages_go_back_in_time():
    for day in range(1, 29):
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
    assert options(page, "country") == {"": "Any", "FR": "France"}
    assert options(page, "city") == {"": "Any", "lyon-fr": "Lyon, France"}
    assert options(page, "organizer") == {"": "Any", "shown": "Shown"}


def test_choice_that_was_made_stays_chosen_though_nothing_has_it():
    make_organizer(slug="silent", name="Silent")
    make_place("tokyo-jp", name="Tokyo", country="JP")
    page = shown("/actions/?organizer=silent&city=tokyo-jp&country=jp")
    chosen = {s.attributes["name"]: [o.words for o in s.all("option", selected="")] for s in page.all("select")}
    assert chosen == {"kind": [], "country": ["Japan"], "city": ["Tokyo"], "organizer": ["Silent"]}
    assert page.said(".question-clear") == ["Take all off"]


EVERY_FILTER = {
    "campaign": ("autumn", "part of Autumn"),
    "organizer": ("river", "with River Group"),
    "kind": ("march", "March"),
    "country": ("US", "in United States"),
    "city": ("springfield-us", "in Springfield"),
    "near": ("springfield-us", "within 100 km (62 miles) of Springfield, United States"),
    "from": ("2026-03-01", "from 1 March 2026"),
    "to": ("2026-03-31", "to 31 March 2026"),
    "q": ("peace", "with “peace” in the title"),
}


NEAR = {"within": "100"}


@pytest.mark.parametrize("path", ["/actions/", "/actions/month/2026-03/"])
def test_every_filter_is_a_link_that_can_be_shared_and_taken_off(path):
    make_campaign(slug="autumn", name="Autumn")
    make_organizer(slug="river", name="River Group")
    make_place()
    asked = {}
    for name, (value, _words) in EVERY_FILTER.items():
        asked |= {name: value} | (NEAR if name == "near" else {})
    # All that there is but the part of time and the order, which links above the list choose.
    assert sorted({*asked, "when", "sort"}) == sorted(QuestionForm.base_fields)
    page = shown(f"{path}?{urlencode(asked)}")
    parts = page.all(".question-part")
    assert [part.all("span")[0].words for part in parts] == [words for _value, words in EVERY_FILTER.values()]
    # A radius goes with its place.
    gone = [{off, *(NEAR if off == "near" else ())} for off in EVERY_FILTER]
    less = [{name: value for name, value in asked.items() if name not in off} for off in gone]
    assert [part.one("a.question-off").attributes["href"] for part in parts] == [
        f"{path}?{urlencode(left)}" for left in less
    ]
    # And back on: the form holds what was asked.
    form = page.one("form.narrow")
    held = {e.attributes["name"]: e.attributes["value"] for e in form.all("input") if e.attributes.get("value")}
    held |= {s.attributes["name"]: s.one("option", selected="").attributes["value"] for s in form.all("select")}
    assert held == asked


def test_ways_say_which_one_is_shown():
    def current(path):
        return [a.words for a in shown(path).all(".views-way") if "aria-current" in a.attributes]

    assert [current(path) for path in ("/actions/", "/actions/?when=past", "/actions/?from=2026-03-01")] == [
        ["Upcoming"],
        ["Past"],
        [],
    ]
