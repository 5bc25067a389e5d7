"""The month as a table."""

import re
from datetime import date, time
from pathlib import Path

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client

from rallies.operations.actions import cancel_action
from tests.factories import NOW, make_action, make_campaign
from tests.web.reading import read, shown

pytestmark = pytest.mark.django_db
MARCH = "/actions/month/2026-03/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def entries_by_day(page):
    """Day → titles, for the days that have any."""
    return {
        cell.one("time").attributes["datetime"]: [entry.one("a").words for entry in cell.all(".slot")]
        for cell in page.all(".month-full")
    }


def test_month_is_a_table_of_weeks_that_begin_on_monday():
    page = shown(MARCH)
    table = page.one("table")
    assert [th.attributes["abbr"] for th in table.all("th", scope="col")] == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]  # fmt: skip
    assert [len(row.all("td")) for row in table.one("tbody").all("tr")] == [7] * 6
    days = [cell.words for cell in table.all("td") if cell.words]
    assert (len(days), days[0], days[-1]) == (31, "Sunday 1", "Tuesday 31")
    assert page.said("caption") == ["No action is listed for this month."]


def test_actions_stand_on_their_days_by_the_clock_and_longer_ones_on_each():
    make_action(title="Evening", start_time=time(19, 0))
    make_action(title="Noon", start_time=time(12, 0))
    make_action(title="Open", start_time=None)
    make_action(title="Camp", start_date=date(2026, 3, 13), end_date=date(2026, 3, 15), start_time=None)
    make_action(title="April", start_date=date(2026, 4, 1))
    make_action(title="Draft", publish=False)
    page = shown(MARCH)
    assert entries_by_day(page) == {
        "2026-03-13": ["Camp"],
        "2026-03-14": ["Noon", "Evening", "Open", "Camp"],
        "2026-03-15": ["Camp"],
    }
    assert page.said("caption") == ["4 actions. Days and times are those of each place."]
    assert page.said(".slot-time") == [
        "time to be announced",
        "12:00",
        "19:00",
        "time to be announced",
        "goes on",
        "goes on",
    ]


def test_action_over_the_end_of_a_month_is_in_both():
    make_action(title="Camp", start_date=date(2026, 3, 31), end_date=date(2026, 4, 1), start_time=None)
    assert entries_by_day(shown(MARCH)) == {"2026-03-31": ["Camp"]}
    assert entries_by_day(shown("/actions/month/2026-04/")) == {"2026-04-01": ["Camp"]}


def test_many_actions_of_a_day_lead_to_its_page():
    for number in range(8):
        make_action(title=f"Rally {number}", kind="vigil")
    page = shown(f"{MARCH}?kind=vigil")
    assert len(entries_by_day(page)["2026-03-14"]) == 5
    more = page.one(".month-more").one("a")
    address = "/2026/03/14/?kind=vigil"
    assert (more.words, more.attributes["href"]) == ("3 more Saturday, 14 March 2026", address)


def test_cells_of_a_narrow_table_have_no_headers_of_other_days():
    """Where cells are left out, the others would stand below the names of other weekdays: there the head is out too,
    and each cell names its own."""
    css = Path(str(finders.find("rallies/css/month.css"))).read_text()
    narrow = css.partition("@media (width < 56rem)")[2].partition("\n}\n")[0]
    rules = dict(re.findall(r"\n  (\.month thead|\.month-cell) \{([^}]*)\}", narrow))
    assert {name: rules[name].split(";")[0].strip() for name in (".month thead", ".month-cell")} == {
        ".month thead": "display: none",
        ".month-cell": "display: none",
    }
    make_action()
    assert shown(MARCH).one(".month-full").one(".month-weekday").words == "Saturday"


def test_question_is_kept_from_month_to_month_and_taken_off_part_by_part():
    make_campaign(slug="autumn", name="Autumn")
    make_action(title="A", kind="march")
    make_action(title="B", kind="vigil")
    page = shown(f"{MARCH}?kind=march&q=a&utm_source=x")
    assert entries_by_day(page) == {"2026-03-14": ["A"]}
    assert [a.attributes["href"] for a in page.all(".ways-way")] == [
        "/actions/month/2026-02/?kind=march&q=a",
        "/actions/month/2026-04/?kind=march&q=a",
    ]
    assert [a.attributes["href"] for a in page.all(".question-off")] == [f"{MARCH}?q=a", f"{MARCH}?kind=march"]
    assert page.one("form").attributes["action"] == MARCH
    ways = {a.words: a.attributes["href"] for a in page.all(".views-way")}
    assert ways == {
        "Upcoming": "/actions/?kind=march&q=a",
        "Past": "/actions/?kind=march&q=a&when=past",
        "Week": "/actions/week/2026-03-02/?kind=march&q=a",
        "Month": f"{MARCH}?kind=march&q=a",
        "Map": "/actions/map/?kind=march&q=a",
    }


def test_days_of_the_question_narrow_the_month():
    for day in (10, 14, 20):
        make_action(title=f"On {day}", start_date=date(2026, 3, day))
    assert entries_by_day(shown(f"{MARCH}?from=2026-03-12&to=2026-03-15")) == {"2026-03-14": ["On 14"]}
    assert entries_by_day(shown(f"{MARCH}?to=2026-02-15")) == {}


def test_undated_actions_that_may_fall_into_the_month_are_told_of():
    make_action(start_date=None, window_first=date(2026, 3, 30), window_last=date(2026, 4, 2))
    make_action(start_date=None)
    [note] = shown(MARCH).all(".month-undated")
    assert note.words == "1 action may fall into this month: its date is not stated."
    assert note.one("a").attributes["href"] == "/actions/?from=2026-03-01&to=2026-03-31"


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("from=2026-03-20", "from=2026-03-20&to=2026-03-31"),
        ("to=2026-03-30", "from=2026-03-01&to=2026-03-30"),
        ("kind=march&from=2026-03-29&to=2026-04-20", "kind=march&from=2026-03-29&to=2026-03-31"),
        ("from=2026-02-01&to=2026-05-01", "from=2026-03-01&to=2026-03-31"),
    ],
)
def test_the_link_to_undated_actions_keeps_the_days_of_the_question(asked, wanted):
    make_action(kind="march", start_date=None, window_first=date(2026, 3, 29), window_last=date(2026, 4, 2))
    page = shown(f"{MARCH}?{asked}")
    assert page.one(".month-undated").one("a").attributes["href"] == f"/actions/?{wanted}"


def test_cancelled_action_is_marked():
    action = make_action(title="Off")
    cancel_action(action.pk, message="Storm", by=None, now=NOW)
    [entry] = shown(MARCH).all(".slot")
    assert (entry.attributes["data-status"], entry.said(".flag")) == ("cancelled", ["Cancelled"])


@pytest.mark.parametrize("month", ["2026-3", "2026-13", "2026-00", "0000-01", "9999-12", "26-03", "x", "٢٠٢٦-٠٣"])
def test_what_is_no_month_is_not_there(month):
    answer = Client().get(f"/actions/month/{month}/")
    assert (answer.status_code, read(answer.content).one(".error-sentence").words[:28]) == (
        404,
        "A month is written like 2025",
    )


def test_addresses_without_a_month_and_with_empty_parts_lead_on():
    moved = [
        Client().get(path) for path in ("/actions/month/?kind=vigil", f"{MARCH}?kind=vigil&q=", "/actions/?q=&kind=")
    ]
    assert [(m.status_code, m["Location"]) for m in moved] == [
        (302, f"{MARCH}?kind=vigil"),
        (302, f"{MARCH}?kind=vigil"),
        (302, "/actions/"),
    ]
    assert Client().get(f"{MARCH}?page=2").status_code == 400


def test_empty_months_are_not_for_search_engines():
    assert [m.attributes["content"] for m in shown(MARCH).all("meta", name="robots")] == ["noindex"]
    make_action()
    assert shown(MARCH).all("meta", name="robots") == []


def test_no_action_takes_the_place_of_the_month():
    assert make_action(title="Month").slug == "month-2"
