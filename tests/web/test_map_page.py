"""The map of a question, as it is without scripts: a list of the same."""

from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from tests.factories import NOW, make_action, make_location, make_place
from tests.web.reading import read

pytestmark = pytest.mark.django_db


def shown(path: str):
    with time_machine.travel(NOW, tick=False):
        answer = Client().get(path)
    assert answer.status_code == 200
    return read(answer.content)


@pytest.fixture
def calendar():
    place = make_place()
    make_action(title="In town", kind="march", location=make_location(place=place, latitude=39.8, longitude=-89.64))
    make_action(title="Far", kind="march", location=make_location(latitude=48.1, longitude=11.5))
    make_action(title="Rally", kind="rally")


def test_the_list_beside_the_map_is_that_of_the_question(calendar):
    page = shown("/actions/map/?kind=march")
    assert {entry.one(".entry-title").words for entry in page.all(".entry")} == {"In town", "Far"}
    assert page.one(".map-beside").said("p", role="status") == ["2 actions."]
    assert page.one(".map-beside-all").one("a").attributes["href"] == "/actions/?kind=march"
    assert page.one(".map").attributes["data-geojson"] == "/actions.geojson?kind=march"
    assert page.said(".map-off") == ["The map needs scripts, which are off. The list holds the same actions."]


@pytest.mark.parametrize(
    "question",
    [
        "",
        "kind=march&when=past",
        "kind=march&country=US&from=2026-01-01&to=2026-12-31",
        "near=springfield-us&within=100",
    ],
)
def test_the_question_goes_along_to_every_other_way_and_back(calendar, question):
    page = shown(f"/actions/map/?{question}" if question else "/actions/map/")
    ways = {a.words: a.attributes["href"] for a in page.all(".views-way")}
    assert ways["Map"] == (f"/actions/map/?{question}" if question else "/actions/map/")
    assert urlsplit(page.one(".map-beside-all").one("a").attributes["href"]).query == question
    assert urlsplit(page.one("link", rel="alternate", type="text/calendar").attributes["href"]).query == question
    for way in ("Week", "Month"):
        back = {a.words: a.attributes["href"] for a in shown(ways[way]).all(".views-way")}["Map"]
        assert urlsplit(back).query == question.replace("&when=past", "")
    assert page.one(".narrow").attributes["action"] == "/actions/map/"


def test_another_area_takes_the_place_of_where_it_was_looked(calendar):
    page = shown("/actions/map/?kind=march&near=springfield-us&within=100&sort=distance&country=US")
    assert page.one(".map").attributes["data-elsewhere"] == "/actions/map/?kind=march"
    page = shown("/actions/map/?kind=march&bbox=-90,39.5,-89.5,40")
    box = page.one(".map").attributes
    assert (box["data-area"], box["data-elsewhere"]) == ("-90,39.5,-89.5,40", "/actions/map/?kind=march")
    chips = {chip.words for chip in page.all(".question-part")}
    assert any("in the area 39.5° N, 90° W to 40° N, 89.5° W" in words for words in chips)
    assert [entry.one(".entry-title").words for entry in page.all(".entry")] == ["In town"]
    assert page.one(".narrow").one("input", name="bbox").attributes["value"] == "-90,39.5,-89.5,40"


def test_nothing_is_said_in_words(calendar):
    page = shown("/actions/map/?kind=strike")
    assert page.one(".map-beside").said("p", role="status") == ["Nothing is listed that fits all of this."]
    assert not page.all(".entry")


def test_an_empty_calendar_is_no_question_that_nothing_fits(db):
    beside = shown("/actions/map/").one(".map-beside")
    assert (beside.said("p", role="status"), beside.all("a")) == (["No upcoming action is listed"], [])
