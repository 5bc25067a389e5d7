"""The week as a table of days and their parts."""

from datetime import date, time

import pytest
import time_machine
from django.test import Client

from rallies.operations.actions import cancel_action
from tests.factories import NOW, make_action, make_location, make_place
from tests.web.reading import read, shown

pytestmark = pytest.mark.django_db
WEEK = "/actions/week/2026-03-09/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def table_of(page):
    """Day → part → titles, as the headers of the table say it."""
    table = page.one("table")
    heads = [th.words for th in table.one("thead").all("th")][1:]
    found = {}
    for row in table.one("tbody").all("tr"):
        cells = row.all("td")
        assert len(cells) == len(heads)
        parts = {head: [e.one("a").words for e in cell.all(".slot")] for head, cell in zip(heads, cells, strict=True)}
        found[row.one("th", scope="row").one("time").attributes["datetime"]] = {k: v for k, v in parts.items() if v}
    return found


def test_week_is_a_table_of_seven_days_from_monday_on():
    page = shown(WEEK)
    assert list(table_of(page)) == [f"2026-03-{day:02}" for day in range(9, 16)]
    assert [th.one("time").words for th in page.all("th", scope="row")][0::6] == ["Monday 9", "Sunday 15"]
    assert page.said("h1") == ["9\N{EN DASH}15 March 2026"]
    assert page.said("title") == ["9\N{EN DASH}15 March 2026: actions · Rallies"]
    assert page.said("caption") == ["No action is listed for this week."]
    assert page.said(".grid-count") == ["No action listed"] * 7
    assert [th.words for th in page.one("thead").all("th")] == ["Day"]


def test_actions_stand_in_the_parts_of_their_days():
    island = make_location(
        locality="Kiritimati", region="", region_code="", country="KI", timezone="Pacific/Kiritimati"
    )
    make_action(title="Sunrise", start_date=date(2026, 3, 15), start_time=time(6), location=island)
    make_action(title="Evening", start_time=time(19))
    make_action(title="Noon", start_time=time(12))
    make_action(title="Open", start_time=None)
    make_action(title="Camp", start_date=date(2026, 3, 13), end_date=date(2026, 3, 20), start_time=None)
    make_action(title="Last week", start_date=date(2026, 3, 8))
    make_action(title="Draft", publish=False)
    page = shown(WEEK)
    assert {day: parts for day, parts in table_of(page).items() if parts} == {
        "2026-03-13": {"Time to be announced": ["Camp"]},
        "2026-03-14": {
            "12:00 to 17:00": ["Noon"],
            "From 17:00": ["Evening"],
            "Time to be announced": ["Open"],
            "Goes on": ["Camp"],
        },
        "2026-03-15": {"Before 12:00": ["Sunrise"], "Goes on": ["Camp"]},
    }
    assert page.said("caption") == ["5 actions. Days and times are those of each place."]
    assert page.said(".grid-count")[-2:] == ["4 actions", "2 actions"]


def test_many_actions_of_a_day_lead_to_its_page():
    for number in range(11):
        make_action(title=f"Rally {number}", kind="vigil")
    page = shown(f"{WEEK}?kind=vigil")
    [more] = [p.one("a") for p in page.all(".grid-more")]
    assert len(page.all(".slot")) == 8
    assert (more.words, more.attributes["href"]) == ("3 more Saturday, 14 March 2026", "/2026/03/14/?kind=vigil")
    [head] = [th.one("a") for th in page.all("th", scope="row") if th.all("a")]
    assert head.attributes["href"] == "/2026/03/14/?kind=vigil"


def test_question_is_kept_from_week_to_week_and_to_every_other_view():
    make_action(title="A", kind="march")
    make_action(title="B", kind="vigil")
    page = shown(f"{WEEK}?kind=march&q=a&utm_source=x")
    assert [entry.one("a").words for entry in page.all(".slot")] == ["A"]
    assert [(a.words, a.attributes["href"]) for a in page.all(".ways-way")] == [
        ("2\N{EN DASH}8 March", "/actions/week/2026-03-02/?kind=march&q=a"),
        ("16\N{EN DASH}22 March", "/actions/week/2026-03-16/?kind=march&q=a"),
    ]
    assert {a.words: a.attributes["href"] for a in page.all(".views-way")} == {
        "Upcoming": "/actions/?kind=march&q=a",
        "Past": "/actions/?kind=march&q=a&when=past",
        "Week": f"{WEEK}?kind=march&q=a",
        "Month": "/actions/month/2026-03/?kind=march&q=a",
        "Map": "/actions/map/?kind=march&q=a",
    }
    assert page.one("form.narrow").attributes["action"] == WEEK
    assert page.one("input", id="feed-address").attributes["value"] == ("http://testserver/actions.ics?kind=march&q=a")
    assert page.one("link", rel="canonical").attributes["href"] == f"http://testserver{WEEK}?kind=march&q=a"


def test_the_month_of_a_week_is_that_of_its_thursday():
    page = shown("/actions/week/2026-03-30/")
    ways = {a.words: a.attributes["href"] for a in page.all(".views-way")}
    assert ways["Month"] == "/actions/month/2026-04/"


def test_today_is_marked():
    page = shown("/actions/week/2026-03-02/")
    assert [t.attributes["datetime"] for t in page.all("time") if "aria-current" in t.attributes] == ["2026-03-02"]


@pytest.mark.parametrize(("zone", "week"), [("UTC", "2026-03-16"), ("Pacific/Honolulu", "2026-03-09")])
def test_today_is_a_day_of_the_zone_of_the_site(settings, zone, week):
    settings.DEFAULT_TIME_ZONE = zone
    # In Honolulu it is Sunday evening.
    with time_machine.travel("2026-03-16T06:00:00Z", tick=False):
        led = [Client().get(f"/actions/{page}/?kind=march")["Location"] for page in ("week", "month")]
        marked = [
            time.attributes["datetime"]
            for time in shown(f"/actions/week/{week}/").all("time")
            if "aria-current" in time.attributes
        ]
        ways = [way.attributes["href"] for way in shown("/actions/").all(".views-way")]
    assert f"/actions/week/{week}/" in ways
    assert led == [f"/actions/week/{week}/?kind=march", "/actions/month/2026-03/?kind=march"]
    assert marked == [{"UTC": "2026-03-16", "Pacific/Honolulu": "2026-03-15"}[zone]]


def test_undated_actions_that_may_fall_into_the_week_are_told_of():
    make_action(start_date=None, window_first=date(2026, 3, 14), window_last=date(2026, 4, 2))
    make_action(start_date=None)
    [note] = shown(WEEK).all(".grid-undated")
    assert note.words == "1 action may fall into this week: its date is not stated."
    assert note.one("a").attributes["href"] == "/actions/?from=2026-03-09&to=2026-03-15"


def test_near_and_cancelled_are_kept_and_marked():
    make_place()
    action = make_action(title="Off")
    cancel_action(action.pk, message="Storm", by=None, now=NOW)
    page = shown(f"{WEEK}?near=springfield-us&within=25")
    [entry] = page.all(".slot")
    assert (entry.attributes["data-status"], entry.said(".flag")) == ("cancelled", ["Cancelled"])
    assert entry.one("a").attributes["href"] == f"/actions/{action.slug}/?near=springfield-us"
    assert page.all(".reach-way")[0].attributes["href"] == f"{WEEK}?near=springfield-us&within=10"


@pytest.mark.parametrize("week", ["2026-3-9", "2026-02-30", "20260309", "2026-W11-1", "9999-12-27", "x", "٢٠٢٦-٠٣-٠٩"])
def test_what_is_no_week_is_not_there(week):
    answer = Client().get(f"/actions/week/{week}/")
    assert (answer.status_code, read(answer.content).one(".error-sentence").words[:25]) == (
        404,
        "A week is written like 20",
    )


def test_any_day_leads_to_the_monday_of_its_week_in_every_language():
    moved = [
        Client().get(path)
        for path in (
            *("/actions/week/2026-03-15/?kind=march", "/ar/actions/week/2026-03-14/", "/pt/actions/week/2026-03-15/"),
            *("/actions/week/?kind=march", f"{WEEK}?kind=march&q="),
        )
    ]
    assert [(m.status_code, m["Location"]) for m in moved] == [
        (301, f"{WEEK}?kind=march"),
        (301, f"/ar{WEEK}"),
        (301, f"/pt{WEEK}"),
        (302, "/actions/week/2026-03-02/?kind=march"),
        (302, f"{WEEK}?kind=march"),
    ]
    assert [Client().get(f"{WEEK}?{bad}").status_code for bad in ("page=2", "colour=red")] == [400, 400]


def test_empty_weeks_are_not_for_search_engines():
    assert [m.attributes["content"] for m in shown(WEEK).all("meta", name="robots")] == ["noindex"]
    make_action()
    assert shown(WEEK).all("meta", name="robots") == []
