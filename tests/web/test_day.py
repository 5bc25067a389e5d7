"""The page of one day."""

from datetime import date, time

import pytest
import time_machine
from django.test import Client

from rallies.operations.actions import cancel_action
from rallies.web import day as page_of_day
from tests.factories import NOW, make_action, make_location, make_place
from tests.web.reading import read, shown

pytestmark = pytest.mark.django_db
DAY = "/2026/03/14/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def ways(page):
    return [(a.words, a.attributes["href"]) for a in page.all(".ways-way")]


def by_part(page):
    """The head of each part → the titles below it."""
    return {part.said("h2")[0]: part.said(".entry-title") for part in page.all("section.day")}


def test_a_day_has_all_that_is_on_by_the_clock_of_each_place():
    island = make_location(
        locality="Kiritimati", region="", region_code="", country="KI", timezone="Pacific/Kiritimati"
    )
    strait = make_location(locality="Pago Pago", region="", region_code="", country="AS", timezone="Pacific/Pago_Pago")
    make_action(title="Evening on the island", start_time=time(19), location=island)
    make_action(title="Morning in the strait", start_time=time(9), location=strait)
    make_action(title="Noon", start_time=time(12))
    make_action(title="Open", start_time=None)
    make_action(title="Camp", start_date=date(2026, 3, 12), end_date=date(2026, 3, 16), start_time=None)
    make_action(title="Through the night", start_date=date(2026, 3, 13), start_time=time(22), end_time=time(2))
    make_action(title="Perhaps", start_date=None, window_first=date(2026, 3, 10), window_last=date(2026, 3, 20))
    make_action(title="The day after", start_date=date(2026, 3, 15))
    make_action(title="Draft", publish=False)
    page = shown(DAY)
    assert by_part(page) == {
        "Before 12:00": ["Morning in the strait"],
        "12:00 to 17:00": ["Noon"],
        "From 17:00": ["Evening on the island"],
        "Time to be announced": ["Open"],
        "Goes on": ["Through the night", "Camp"],
        "Date not stated": ["Perhaps"],
    }
    assert page.said("h1") == ["Saturday, 14 March 2026"]
    assert page.said("title") == ["Saturday, 14 March 2026: actions · Rallies"]
    assert page.said(".campaign-note") == ["7 actions. Times are the local times of each place."]
    # What began before says when.
    assert page.said(".entry-day") == ["13 March 2026", "12 March 2026"]


def test_a_day_leads_to_those_beside_it_that_have_something_and_keeps_the_question():
    make_action(title="Far", kind="march", start_date=date(2026, 3, 2))
    make_action(title="Camp", kind="march", start_date=date(2026, 3, 5), end_date=date(2026, 3, 9), start_time=None)
    make_action(title="Other", start_date=date(2026, 3, 13))
    make_action(title="Next", kind="march", start_date=date(2026, 3, 20))
    make_action(title="Longer", kind="march", start_date=date(2026, 4, 2), end_date=date(2026, 4, 4), start_time=None)
    assert ways(shown(f"{DAY}?kind=march")) == [
        ("9 March", "/2026/03/09/?kind=march"),
        ("20 March", "/2026/03/20/?kind=march"),
    ]
    assert ways(shown(DAY))[0] == ("13 March", "/2026/03/13/")
    # A day in the middle of one that lasts has it on both sides.
    assert [words for words, _ in ways(shown("/2026/04/03/"))] == ["2 April", "4 April"]
    assert [words for words, _ in ways(shown("/2026/03/02/"))] == ["5 March"]
    assert ways(shown("/2026/04/04/?from=2026-04-03")) == [("3 April", "/2026/04/03/?from=2026-04-03")]
    assert ways(shown("/2026/03/14/?kind=march&from=2026-03-10&to=2026-03-19")) == []


def test_days_that_are_over_have_others_beside_them_too():
    for day in (5, 8, 20):
        make_action(start_date=date(2026, 2, day))
    assert [words for words, _ in ways(shown("/2026/02/08/"))] == ["5 February", "20 February"]
    assert [words for words, _ in ways(shown("/2026/02/08/?when=past"))] == ["5 February", "20 February"]
    assert ways(shown("/2026/02/08/?when=week")) == []
    # Of another year its year is said.
    assert [words for words, _ in ways(shown("/2027/01/01/"))] == ["20 February 2026"]


def test_the_next_day_is_one_of_walls_and_not_of_instants():
    """Late on the 15th in the strait is later than early on the 16th on the island, and still the day before."""
    island = make_location(
        locality="Kiritimati", region="", region_code="", country="KI", timezone="Pacific/Kiritimati"
    )
    strait = make_location(locality="Pago Pago", region="", region_code="", country="AS", timezone="Pacific/Pago_Pago")
    make_action(start_date=date(2026, 3, 17), start_time=time(1), location=island)
    make_action(start_date=date(2026, 3, 16), start_time=time(23), location=strait)
    assert [words for words, _ in ways(shown(DAY))] == ["16 March"]
    assert [words for words, _ in ways(shown("/2026/03/20/"))] == ["17 March"]
    assert [words for words, _ in ways(shown("/2026/03/17/"))] == ["16 March"]


def test_feed_and_canonical_address_are_those_of_the_day():
    make_action(kind="vigil")
    page = shown(f"{DAY}?kind=vigil")
    assert page.one("input", id="feed-address").attributes["value"] == (
        "http://testserver/actions.ics?kind=vigil&from=2026-03-14&to=2026-03-14"
    )
    assert page.one("link", rel="canonical").attributes["href"] == f"http://testserver{DAY}?kind=vigil"
    assert page.one("form.narrow").attributes["action"] == DAY
    assert [a.attributes["href"] for a in page.all(".question-off")] == [DAY]


def test_more_than_a_page_is_in_pages(monkeypatch):
    monkeypatch.setattr(page_of_day, "DAY_ACTIONS", 3)
    for hour in (8, 9, 10, 18):
        make_action(title=f"At {hour}", start_time=time(hour))
    make_action(title="Perhaps", start_date=None, window_first=date(2026, 3, 10), window_last=date(2026, 3, 20))
    first = shown(DAY)
    [older] = first.all("a", rel="next")
    assert (first.said(".entry-title"), older.attributes["href"]) == (["At 8", "At 9", "At 10"], f"{DAY}?page=2")
    assert shown(f"{DAY}?page=2").said(".entry-title") == ["At 18", "Perhaps"]
    assert Client().get(f"{DAY}?page=3").status_code == 404


def test_an_empty_day_leads_on_and_is_not_for_search_engines():
    make_action(start_date=date(2026, 3, 20), kind="march")
    page = shown(DAY)
    assert page.said(".empty-head") == ["Nothing is listed for this day"]
    assert [(a.words, a.attributes["href"]) for a in page.one(".empty").all("a")] == [
        ("Go on to 20 March", "/2026/03/20/")
    ]
    assert [m.attributes["content"] for m in page.all("meta", name="robots")] == ["noindex"]
    assert shown("/2026/03/20/?kind=vigil").said(".empty-head") == ["Nothing on this day fits all of this"]
    assert shown("/2026/03/20/").all("meta", name="robots") == []


def test_near_is_kept_and_says_how_far():
    make_place()
    make_action()
    page = shown(f"{DAY}?near=springfield-us&within=25")
    assert page.said(".entry-title") != [] and len(page.said(".entry-away")) == 1
    assert page.all(".reach-way")[0].attributes["href"] == f"{DAY}?near=springfield-us&within=10"


def test_cancelled_action_is_marked():
    cancel_action(make_action(title="Off").pk, message="Storm", by=None, now=NOW)
    [entry] = shown(DAY).all(".entry")
    assert (entry.attributes["data-status"], entry.said(".flag")) == ("cancelled", ["Cancelled"])


@pytest.mark.parametrize(
    "path",
    ["/2026/02/30/", "/2026/13/01/", "/0000/01/01/", "/9999/12/31/", "/26/3/14/", f"/{'9' * 400}/1/1/", "/2026/13/"],
)
def test_what_is_no_day_is_not_there(path):
    answer = Client().get(path)
    assert (answer.status_code, read(answer.content).one(".error-sentence").words[:26]) == (
        404,
        "A day is written like /202",
    )


def test_other_ways_to_write_a_day_lead_to_the_one():
    moved = [
        Client().get(path)
        for path in ("/2026/3/14/?kind=march", "/2026/03/?kind=march", "/2026/03/14/?kind=&q=a", "/es/2026/3/1/")
    ]
    assert [(m.status_code, m["Location"]) for m in moved] == [
        (301, "/2026/03/14/?kind=march"),
        (301, "/actions/month/2026-03/?kind=march"),
        (302, "/2026/03/14/?q=a"),
        (301, "/es/2026/03/01/"),
    ]
    assert Client().get("/2026/03/14/?colour=red").status_code == 400
