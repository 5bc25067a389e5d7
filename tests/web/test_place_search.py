"""Completion of places, and the page that does the same without scripts."""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from rallies.selectors.filters import ActionFilter
from rallies.web.place_search import PlaceBox, place_box
from tests.factories import NOW, make_action, make_location, make_place
from tests.web.reading import read

pytestmark = pytest.mark.django_db

PORTLANDS = [
    {
        "key": "portland-us",
        "name": "Portland",
        "region": "Oregon",
        "country": "US",
        "country_name": "United States",
        "kind": "city",
    },
    {
        "key": "portland-me-us",
        "name": "Portland",
        "region": "Maine",
        "country": "US",
        "country_name": "United States",
        "kind": "city",
    },
]


def completed(**asked):
    answer = Client().get(f"/places/complete?{urlencode(asked)}")
    assert answer.status_code == 200
    return answer.json()


def test_two_portlands_are_told_apart():
    assert completed(q="Portland", limit=2) == PORTLANDS


def test_country_and_place_in_view_come_first():
    assert [place["key"] for place in completed(q="London", country="ca", limit=1)] == ["london-ca"]
    assert [place["key"] for place in completed(q="Cambridge", near="boston-us", limit=1)] == ["cambridge-us"]


def test_a_country_has_its_name_in_the_language_of_the_site(settings):
    settings.LANGUAGE_CODE = "de"
    assert [(place["key"], place["name"]) for place in completed(q="Deutschland", limit=1)] == [("de", "Deutschland")]


@pytest.mark.parametrize("typed", ["", "zzqqxxyy", "x" * 10_000, "\x00\x1b", "🙂", "%", "../..", "<script>"])
def test_what_fits_nothing_is_an_empty_list(typed):
    assert completed(q=typed) == []
    assert completed(q="Portland", near=typed, limit=1) == PORTLANDS[:1]


def test_nothing_typed_is_an_empty_list():
    answer = Client().get("/places/complete")
    assert (answer.status_code, answer.json(), answer["Content-Type"]) == (200, [], "application/json")


@pytest.mark.parametrize(
    "asked", ["q=a&limit=0", "q=a&limit=21", "q=a&limit=x", "q=a&country=QQ", "q=a&country=ß", "q=a&q=b", "query=a"]
)
def test_what_cannot_be_asked_is_said(asked):
    assert Client().get(f"/places/complete?{asked}").status_code == 400


def test_completion_is_kept_by_caches_as_other_public_answers_are():
    answer = Client().get("/places/complete?q=portland&utm_source=x")
    assert answer["Cache-Control"] == (
        "public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400"
    )
    assert (dict(answer.cookies), "cookie" in answer.get("Vary", "").lower()) == ({}, False)


def test_completion_asks_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        completed(q="Portland")


def test_typing_is_answered_in_ten_milliseconds():
    """1 ms where measured, on a machine that was busy; each answer here is a new one."""
    client = Client()
    took = []
    for word in ("springfield", "san francisco", "são paulo", "münchen", "portland", "kuala lumpur"):
        for end in range(2, len(word) + 1):
            begun = perf_counter()
            client.get("/places/complete", {"q": word[:end]})
            took.append(perf_counter() - begun)
    assert median(took) < 0.010


def test_results_lead_to_the_list_and_to_the_page_of_each_place():
    page = read(Client().get("/places/?q=Portland").content)
    assert page.said("h1") == ["Places called “Portland”"]
    matches = page.all(".places-match")
    assert [
        (match.one("a.places-name").words, *(link.attributes["href"] for link in match.all("a")))
        for match in matches[:2]
    ] == [
        ("Portland Oregon, United States", "/actions/?near=portland-us&within=50", "/places/portland-us/"),
        ("Portland Maine, United States", "/actions/?near=portland-me-us&within=50", "/places/portland-me-us/"),
    ]


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("Deutschland", ["/actions/?kind=march&country=DE", "/countries/de/"]),
        ("Kalifornien", []),
        ("California", ["/actions/?kind=march&city=california-region-us", "/places/california-region-us/"]),
    ],
)
def test_a_country_or_region_is_asked_for_as_a_whole(typed, links):
    page = read(Client().get("/places/", {"q": typed, "kind": "march"}).content)
    assert [link.attributes["href"] for match in page.all(".places-match")[:1] for link in match.all("a")] == links


def test_the_rest_of_the_question_is_carried_and_another_place_replaced():
    asked = {"q": "Tucson", "words": "peace", "kind": "march", "country": "FR", "within": "100", "near": "paris-fr"}
    page = read(Client().get("/places/", asked).content)
    assert page.all(".places-match")[0].one("a.places-name").attributes["href"] == (
        "/actions/?kind=march&q=peace&near=tucson-us&within=100"
    )
    hidden = {e.attributes["name"]: e.attributes["value"] for e in page.all("input", type="hidden")}
    assert hidden == {"kind": "march", "words": "peace", "near": "paris-fr", "country": "FR", "within": "100"}


def test_the_box_of_the_map_leads_back_to_the_map():
    box = read(Client().get("/actions/map/?kind=march").content).one("form.place-box")
    hidden = {e.attributes["name"]: e.attributes["value"] for e in box.all("input", type="hidden")}
    page = read(Client().get("/places/", hidden | {"q": "Tucson"}).content)
    assert page.all(".places-match")[0].one("a.places-name").attributes["href"] == (
        "/actions/map/?kind=march&near=tucson-us&within=50"
    )
    assert page.one(".places-lede").one("a").attributes["href"] == "/actions/map/?kind=march&q=Tucson"
    # Whoever types another name there comes back to the map too.
    assert ("view", "map") in [(e.attributes["name"], e.attributes["value"]) for e in page.all("input", type="hidden")]
    assert Client().get("/places/?q=Tucson&view=nonsense").status_code == 400


def test_nothing_found_is_said():
    page = read(Client().get("/places/?q=Zzqqxxyy").content)
    assert page.said(".empty-head") == ["No place of this name is known here"]
    assert page.all(".places-match") == []
    [way] = page.one(".empty-way").all("a")
    assert (way.words, way.attributes["href"]) == ("Look for “Zzqqxxyy” in actions", "/actions/?q=Zzqqxxyy")


def test_what_is_typed_for_a_place_can_be_looked_for_in_actions():
    make_place("tucson-us")
    make_place("arizona-us", kind="region")
    page = read(
        Client().get("/places/", {"q": " water ", "kind": "march", "country": "US", "near": "tucson-us"}).content
    )
    [way] = page.one(".places-lede").all("a")
    assert (way.words, way.attributes["href"]) == (
        "Look for “water” in actions",
        "/actions/?kind=march&country=US&near=tucson-us&within=50&q=water",
    )
    page = read(Client().get("/places/", {"q": "water", "near": "arizona-us"}).content)
    assert page.one(".places-lede").one("a").attributes["href"] == "/actions/?city=arizona-us&q=water"
    # They take the place of others.
    page = read(Client().get("/places/", {"q": "Tucson", "words": "peace", "sort": "relevance"}).content)
    assert page.one(".places-lede").one("a").attributes["href"] == "/actions/?q=Tucson&sort=relevance"
    assert page.all(".places-match")[0].one("a.places-name").attributes["href"] == (
        "/actions/?q=peace&sort=relevance&near=tucson-us&within=50"
    )
    for asked in ({"q": ""}, {"q": "\u202e"}):
        page = read(Client().get("/places/", asked).content)
        assert "in actions" not in " ".join((*page.said(".places-lede"), *page.said(".empty-way")))


@pytest.mark.parametrize("asked", ["q=a&kind=nonsense", "q=a&nonsense=1"])
def test_a_question_that_means_nothing_is_refused(asked):
    assert Client().get(f"/places/?{asked}").status_code == 400


@pytest.mark.parametrize("typed", ["", "x" * 10_000, "\x00", "<b>"])
def test_odd_words_get_a_page(typed):
    assert Client().get("/places/", {"q": typed}).status_code == 200


def test_the_box_looks_where_the_question_does():
    assert place_box(ActionFilter(kind="march", city="boston-us", country="US", words="peace")) == PlaceBox(
        typed="",
        hidden=(("kind", "march"), ("words", "peace"), ("near", "boston-us"), ("country", "US")),
        near="boston-us",
        country="US",
        within="50",
        list_address="/actions/?kind=march&q=peace",
        words_address="/actions/?kind=march&country=US&city=boston-us&q=peace",
    )


def test_the_best_match_stays_first_with_another_place_and_the_nearest_does_not():
    question = ActionFilter(words="peace", near="boston-us", within=25)
    boxes = [place_box(replace(question, sort=sort), path="/actions/map/") for sort in ("relevance", "distance")]
    assert [box.list_address for box in boxes] == [
        "/actions/map/?q=peace&sort=relevance",
        "/actions/map/?q=peace",
    ]
    assert ("sort", "relevance") in boxes[0].hidden
    assert "sort" not in dict(boxes[1].hidden)


@pytest.mark.parametrize("path", ["/actions/", "/actions/?kind=march", "/places/"])
def test_the_box_is_a_form_that_needs_no_script(path):
    page = read(Client().get(path).content)
    box = page.one("form.place-box")
    assert (box.attributes["action"], box.attributes["method"]) == ("/places/", "get")
    assert page.one("label", **{"for": "place"}).words == "City or town, or words to look for"
    assert box.one("input", id="place").attributes["name"] == "q"


def test_postal_codes_that_were_imported_are_places_too(db):
    few = Path(__file__).parent.parent / "data" / "postal_codes" / "few.txt"
    call_command("import_postal_codes", str(few), stdout=StringIO())
    found = Client().get("/places/complete?q=8570").json()
    assert found[0] == {
        "key": "us-85701",
        "name": "85701 Tucson",
        "region": "Arizona",
        "country": "US",
        "country_name": "United States",
        "kind": "postal-code",
    }
    page = read(Client().get("/places/?q=85701&kind=march").content)
    assert page.one("a.places-name").attributes["href"] == "/actions/?kind=march&near=us-85701&within=50"
    assert page.all(".places-page") == []
    make_action(title="March here", kind="march", location=make_location(latitude=32.22, longitude=-110.97), now=NOW)
    with time_machine.travel(NOW, tick=False):
        listed = read(Client().get("/actions/?kind=march&near=us-85701&within=50").content)
    assert [part.all("span")[0].words for part in listed.all(".question-part")] == [
        "March",
        "within 50 km (31 miles) of 85701 Tucson, Arizona",
    ]
    assert listed.said("h3") == ["March here"]
    assert Client().get("/actions/?near=us-99999").status_code == 400


@pytest.mark.parametrize("typed", ["85701 US", "us 85701", "85701, us", "US85701"])
def test_a_postal_code_may_name_its_country(db, tmp_path, typed):
    lines = [
        "US\t85701\tTucson\tArizona\tAZ\t\t\t\t\t32.2139\t-110.9694\t4",
        "FR\t85701\tElsewhere\tVendée\t\t\t\t\t\t46.77\t-0.76\t4",
    ]
    file = tmp_path / "two.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    call_command("import_postal_codes", str(file), stdout=StringIO())
    found = [place["key"] for place in Client().get("/places/complete", {"q": typed}).json()]
    assert found == ([] if typed == "US85701" else ["us-85701"])
