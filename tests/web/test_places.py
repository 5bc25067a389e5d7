"""Pages of places and countries."""

import json
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client

from rallies.selectors.actions import dated_at
from rallies.selectors.filters import ActionFilter
from tests.factories import NOW, make_action, make_location, make_place
from tests.web.reading import shown

pytestmark = pytest.mark.django_db

ILLINOIS = {"region": "Illinois", "region_code": "US-IL"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def springfield():
    make_place("illinois-us", kind="region", name="Illinois", region_code="US-IL", timezone="")
    return make_place(**ILLINOIS)


def near(place, **changes):
    return make_place(**{"country": "US", **changes}, key=place)


def links_of(part):
    return [(a.words, a.attributes["href"]) for a in part.all("a")]


def test_place_says_what_is_on_and_what_is_over(springfield):
    hall = make_location(place=springfield)
    make_action(title="To come", location=hall)
    make_action(title="Over", location=hall, start_date=date(2026, 1, 10))
    make_action(title="Some day", location=hall, start_date=None)
    window = {"window_first": date(2026, 1, 1), "window_last": date(2026, 1, 2)}
    make_action(title="Some day in January", location=hall, start_date=None, **window)
    make_action(title="Draft", location=hall, publish=False)
    make_action(title="Elsewhere")
    page = shown("/places/springfield-us/")
    assert (page.said("h1"), page.said(".page-kind")) == (["Springfield"], ["City"])
    assert page.said(".page-sub") == [
        "Illinois · United States",
        "Central Standard Time, UTC−6 (America/Chicago)",
    ]
    assert page.said(".entry-title") == ["To come", "Some day", "Over", "Some day in January"]
    assert page.one("section.past").said(".entry-title") == ["Over", "Some day in January"]
    assert page.one("details.past-fold").said("summary") == ["2 past actions"]
    assert page.said("title") == ["Springfield, Illinois, United States: public actions · Rallies"]
    assert page.one("link", rel="canonical").attributes["href"] == "http://testserver/places/springfield-us/"
    assert page.all("meta", name="robots") == []
    assert links_of(page.one(".views")) == [
        ("Upcoming", "/actions/?city=springfield-us"),
        ("Past", "/actions/?city=springfield-us&when=past"),
        ("Week", "/actions/week/2026-03-02/?city=springfield-us"),
        ("Month", "/actions/month/2026-03/?city=springfield-us"),
        ("Map", "/actions/map/?city=springfield-us"),
        ("Within 50 km (31 miles)", "/actions/?near=springfield-us&within=50"),
    ]
    assert page.one("input", id="feed-address").attributes["value"] == (
        "http://testserver/places/springfield-us.ics?within=50"
    )


@pytest.mark.parametrize(("query", "status"), [("within=25", 302), ("within=26", 400), ("within=25&kind=rally", 400)])
def test_a_radius_leads_to_the_list_of_what_is_around(springfield, query, status):
    answer = Client().get(f"/places/springfield-us/?{query}")
    assert answer.status_code == status
    if status == 302:
        assert answer["Location"] == "/actions/?near=springfield-us&within=25"


def test_a_region_has_all_that_is_in_it(springfield):
    make_action(title="By its place", location=make_location(place=springfield, region="", region_code=""))
    make_action(title="By its code")
    make_action(title="Elsewhere", location=make_location(region="Ohio", region_code="US-OH"))
    page = shown("/places/illinois-us/")
    assert sorted(page.said(".entry-title")) == ["By its code", "By its place"]
    assert sorted(shown("/actions/?city=illinois-us").said(".entry-title")) == ["By its code", "By its place"]


def test_near_here_are_other_places_with_something_upcoming_nearest_first(springfield):
    places = [
        near("decatur-us", latitude=39.8403, longitude=-88.9548),
        near("lincoln-us", latitude=40.1484, longitude=-89.3648),
        near("chicago-us", latitude=41.85, longitude=-87.65),
    ]
    for place in places:
        make_action(location=make_location(place=place))
    make_action(location=make_location(place=places[0]), start_date=None)
    quiet = near("quiet-us", latitude=39.81, longitude=-89.65)
    make_action(location=make_location(place=quiet), publish=False)
    make_action(location=make_location(place=quiet), start_date=date(2026, 1, 10))
    make_action(location=make_location(place=springfield))
    page = shown("/places/springfield-us/")
    assert page.said(".place-line") == [
        "Lincoln 45 km (28 miles) · 1 upcoming",
        "Decatur 59 km (37 miles) · 2 upcoming",
    ]


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [((-16.8, 179.9), (-16.8, -179.9), "21"), ((89.9, 0.0), (89.9, 180.0), "22"), ((0.0, -180.0), (0.0, 179.5), "56")],
)
def test_near_here_goes_over_the_date_line_and_the_poles(here, there, km):
    make_place("here-fj", latitude=here[0], longitude=here[1])
    other = make_place("there-fj", latitude=there[0], longitude=there[1])
    make_action(location=make_location(place=other))
    assert shown("/places/here-fj/").said(".place-line") == [f"There {km} km · 1 upcoming"]


def test_a_place_without_actions_leads_on_and_is_not_for_search_engines(springfield):
    page = shown("/places/springfield-us/")
    assert page.said(".empty-head") == ["No upcoming action is listed in Springfield"]
    assert links_of(page.one(".empty-way")) == [("What is on in United States", "/countries/us/")]
    assert page.one("meta", name="robots").attributes["content"] == "noindex"


@pytest.mark.parametrize("path", ["/places/nowhere-us/", "/countries/zz/", "/countries/usa/", "/countries/eu/"])
def test_what_there_is_not_has_no_page(path):
    assert shown(path, status=404).said("h1") == ["Nothing is listed here"]


def test_one_address_each(springfield):
    make_place("united-states", kind="country", name="United States", country="US")
    redirects = {
        path: Client().get(path) for path in ("/places/Springfield-US/", "/countries/US/", "/countries/US.ics")
    }
    redirects["/places/united-states/"] = Client().get("/places/united-states/")
    assert {path: (answer.status_code, answer["Location"]) for path, answer in redirects.items()} == {
        "/places/Springfield-US/": (301, "/places/springfield-us/"),
        "/countries/US/": (301, "/countries/us/"),
        "/countries/US.ics": (301, "/countries/us.ics"),
        "/places/united-states/": (301, "/countries/us/"),
    }


def test_country_has_its_days_and_cities(springfield):
    for _number in range(2):
        make_action(location=make_location(place=springfield))
    make_action(location=make_location(locality="Rochester"))
    make_action(title="Abroad", location=make_location(country="DO", region_code=""))
    page = shown("/countries/us/")
    assert page.said("h1") == ["United States"]
    assert len(page.all(".entry")) == 3
    assert page.said(".place-line") == ["Springfield Illinois 2 upcoming", "Rochester 1 upcoming"]
    assert page.one("input", id="feed-address").attributes["value"] == "http://testserver/countries/us.ics"
    feed = Client().get("/countries/us.ics").content.decode()
    assert (feed.count("BEGIN:VEVENT"), "X-WR-CALNAME:Rallies: United States" in feed, "Abroad" in feed) == (
        3,
        True,
        False,
    )


def test_countries_are_those_that_have_or_had_something():
    make_action()
    make_action(start_date=date(2026, 1, 10), location=make_location(country="DO", region_code=""))
    make_action(publish=False, location=make_location(country="FR", region_code=""))
    page = shown("/countries/")
    assert page.one(".countries-list").said("li") == ["Dominican Republic nothing upcoming", "United States 1 upcoming"]


def test_action_and_chips_lead_to_the_place(springfield):
    action = make_action(location=make_location(place=springfield), place_visibility="city")
    city = shown(f"/actions/{action.slug}/").one(".ticket-city")
    assert links_of(city) == [("Springfield", "/places/springfield-us/")]
    chips = shown("/actions/?city=springfield-us&country=US")
    named = [a for part in chips.all(".question-part") for a in links_of(part.all("span")[0])]
    assert named == [("in United States", "/countries/us/"), ("in Springfield", "/places/springfield-us/")]


@pytest.mark.parametrize(
    ("path", "asked"),
    [("/places/springfield-us/", "city=springfield-us"), ("/countries/us/", "country=US")],
)
def test_what_is_on_can_be_seen_on_a_map(springfield, path, asked):
    assert shown(path).all("div", data_map="") == []
    make_action(location=make_location(place=springfield))
    [found] = shown(path).all(".map")
    assert found.attributes["data-geojson"] == f"/actions.geojson?{asked}"
    with time_machine.travel(NOW, tick=False):
        told = json.loads(Client().get(found.attributes["data-geojson"]).getvalue())
    assert len(told["features"]) == 1


@pytest.mark.parametrize(
    ("path", "asked"), [("/places/springfield-us/", "city=springfield-us"), ("/countries/us/", "country=US")]
)
def test_where_nothing_is_to_come_the_map_shows_what_was(springfield, path, asked):
    make_action(start_date=date(2026, 1, 10), location=make_location(place=springfield))
    [found] = shown(path).all(".map")
    assert found.attributes["data-geojson"] == f"/actions.geojson?{asked}&when=past"


@pytest.mark.parametrize("question", [{"city": "springfield-us"}, {"city": "springfield-us", "when": "past"}])
def test_what_is_on_in_a_city_is_found_by_its_locations(springfield, question):
    """Not by all that is published, with which SQLite would begin. PostgreSQL decides by what its tables hold."""
    plan = dated_at(ActionFilter(**question), now=NOW).explain()
    assert connection.vendor != "sqlite" or "location_id=?" in plan
