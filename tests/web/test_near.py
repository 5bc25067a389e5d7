"""What pages show of a question about what is near."""

from datetime import date
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from rallies.http.reach import distance_words
from tests.factories import NOW, make_action, make_location, make_place
from tests.web.reading import read

pytestmark = pytest.mark.django_db


def shown(path: str):
    with time_machine.travel(NOW, tick=False):
        answer = Client().get(path)
    assert answer.status_code == 200
    return read(answer.content)


@pytest.fixture
def towns():
    """A hall in the town, one 56 km to the north of it, and one far away in another country."""
    place = make_place(region="Illinois")
    make_place("lyon-fr", latitude=45.76, longitude=4.84)
    make_action(title="In town", location=make_location(place=place, latitude=39.83, longitude=-89.6437))
    make_action(title="In the city", location=make_location(place=place), place_visibility="city")
    north = make_location(locality="Peoria", latitude=40.3017, longitude=-89.6437)
    make_action(title="North", location=north, start_date=date(2026, 3, 10))
    make_action(title="Any day", location=north, start_date=None)


@pytest.mark.parametrize(
    ("km", "country", "words"),
    [
        (0.4, "FR", "less than 1 km"),
        (1.6, "US", "2 km (1 mile)"),
        (12.4, "FR", "12 km"),
        (50, "GB", "50 km (31 miles)"),
        (250, "LR", "250 km (155 miles)"),
    ],
)
def test_distances_are_said_as_people_say_them(km, country, words):
    assert distance_words(km, country=country) == words


def test_the_list_says_how_far_each_action_is(towns):
    page = shown("/actions/?near=springfield-us&within=100")
    far = {e.one(".entry-title").words: [p.words for p in e.all(".entry-away")] for e in page.all(".entry")}
    assert far == {
        "North": ["Distance: 56 km (35 miles)"],
        "In town": ["Distance: 3 km (2 miles)"],
        # Where in the city is not known.
        "In the city": [],
        "Any day": ["Distance: 56 km (35 miles)"],
    }
    assert page.all(".day") and not page.all(".nearest")
    assert not shown("/actions/").all(".entry-away")


def test_radii_and_orders_are_links(towns):
    page = shown("/actions/?near=springfield-us&within=100&kind=rally")
    ways = [(a.words, a.attributes["href"], "aria-current" in a.attributes) for a in page.all(".reach-way")]
    asked = {"kind": "rally", "near": "springfield-us"}
    words = {10: "10 km (6 miles)", 25: "25 km (16 miles)", 50: "50 km (31 miles)"}
    words |= {100: "100 km (62 miles)", 250: "250 km (155 miles)"}
    assert ways == [
        *((said, f"/actions/?{urlencode(asked | {'within': km})}", km == 100) for km, said in words.items()),
        ("By start", f"/actions/?{urlencode(asked | {'within': 100})}", True),
        ("Nearest first", f"/actions/?{urlencode(asked | {'within': 100, 'sort': 'distance'})}", False),
    ]
    # One alone has no order, nor has nothing.
    for alone in ("near=lyon-fr", "near=springfield-us&q=town", "q=zzqq"):
        ways = shown(f"/actions/?{alone}").all(".reach-way")
        assert (alone, [a.words for a in ways if "first" in a.words]) == (alone, [])
    month = shown("/actions/month/2026-03/?near=lyon-fr")
    ways = [(a.words, a.attributes["href"]) for a in month.all(".reach-way")]
    assert ways == [(f"{km} km", f"/actions/month/2026-03/?near=lyon-fr&within={km}") for km in (10, 25, 50, 100, 250)]


def test_nearest_first_says_the_day_of_each(towns):
    page = shown("/actions/?near=springfield-us&within=100&sort=distance")
    entries = [(e.one(".entry-title").words, [d.words for d in e.all(".entry-day")]) for e in page.all(".entry")]
    assert entries == [
        ("In the city", ["14 March 2026"]),
        ("In town", ["14 March 2026"]),
        ("North", ["10 March 2026"]),
        ("Any day", []),
    ]
    assert (page.said(".nearest-head"), len(page.all(".day"))) == (["Nearest first"], 1)


def test_nothing_near_leads_on(towns):
    page = shown("/actions/?near=lyon-fr&within=100")
    assert page.said(".empty-head") == ["Nothing is listed within 100 km of Lyon"]
    # No radius reaches what is nearest.
    assert page.all(".empty-way") == []
    assert page.said(".nearest-head") == ["Nearest beyond it"]
    assert page.one(".nearest").said(".entry-title") == ["North", "In town", "In the city"]
    assert not shown("/actions/?near=lyon-fr&within=250").all(".empty-way")
    nowhere = shown("/actions/?near=lyon-fr&within=100&kind=strike")
    assert (nowhere.all(".nearest"), len(nowhere.said(".empty-text"))) == ([], 1)


def test_nothing_near_offers_the_first_radius_that_holds_something(towns):
    make_place("upstate-us", latitude=41.9, longitude=-89.65)
    offered = {}
    for within in (10, 100):
        [way] = shown(f"/actions/?near=upstate-us&within={within}").one(".empty-way").all("a")
        offered[within] = (way.words, shown(way.attributes["href"]).all(".entry") != [])
    assert offered == dict.fromkeys((10, 100), ("Look within 250 km (155 miles) of Upstate", True))


def test_a_calendar_is_named_for_what_is_in_it(towns):
    def names(path):
        with time_machine.travel(NOW, tick=False):
            text = Client().get(path).getvalue().decode().replace("\r\n ", "")
        said = dict(line.partition(":")[::2] for line in text.split("\r\n") if ":" in line)
        return said["X-WR-CALNAME"], text.count("BEGIN:VEVENT")

    near = "Rallies: within 50 km (31 miles) of Springfield"
    assert names("/actions.ics?near=springfield-us") == (near, 2)
    assert names("/places/springfield-us.ics") == (near, 2)
    assert names("/places/springfield-us.ics?within=100") == ("Rallies: within 100 km (62 miles) of Springfield", 3)
    assert names("/countries/us.ics") == ("Rallies: United States", 3)
    assert names("/places/lyon-fr.ics") == ("Rallies: within 50 km of Lyon", 0)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/places/nowhere-us.ics", 404),
        ("/places/springfield-us.csv?within=51", 400),
        ("/places/springfield-us.csv?kind=rally", 400),
        ("/places/springfield-us.geojson?near=lyon-fr", 400),
        ("/countries/zz.ics", 404),
        ("/countries/us.csv?within=50", 400),
        ("/countries/US.geojson", 301),
    ],
)
def test_feeds_of_places_say_what_they_do_not_take(towns, path, status):
    assert Client().get(path).status_code == status
