"""What goes on now or begins next, and where a list says so."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine

from rallies.operations.actions import cancel_action
from tests.factories import NOW, make_action, make_location, make_place
from tests.web.reading import shown

pytestmark = pytest.mark.django_db
# In Illinois it is six in the morning of the 2nd.
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def marked(page):
    """Title → mark, of the entries of the list."""
    return {e.said(".entry-title")[0]: e.said(".entry-mark")[0] for e in page.all(".entry") if e.all(".entry-mark")}


def band(page):
    return [(one.said(".next-up-mark")[0], one.one("a").words) for one in page.all(".next-up-one")]


def test_what_opens_the_list_is_marked_where_it_stands():
    make_action(title="Next", start_date=TODAY, start_time=time(9))
    make_action(title="Later", start_date=TODAY, start_time=time(10))
    page = shown("/actions/")
    assert (marked(page), band(page)) == ({"Next": "Next"}, [])


def test_what_goes_on_stands_with_what_begins_next_above_a_list_that_opens_with_neither():
    make_action(title="Camp", start_date=date(2026, 2, 20), end_date=date(2026, 3, 9), start_time=None)
    make_action(title="Vigil", start_date=TODAY, start_time=time(5, 30), end_time=time(8))
    make_action(title="Open", start_date=TODAY, start_time=None)
    off = make_action(title="Off", start_date=TODAY, start_time=time(7))
    cancel_action(off.pk, message="Storm", by=None, now=NOW)
    make_action(title="March", start_date=TODAY, start_time=time(9))
    make_action(title="Rally", start_date=TODAY, start_time=time(9))
    make_action(title="Later", start_date=TODAY, start_time=time(10))
    page = shown("/actions/")
    assert band(page) == [("On now", "Vigil"), ("On now", "Camp"), ("Next", "March"), ("Next", "Rally")]
    assert marked(page) == {"Vigil": "On now", "Camp": "On now", "March": "Next", "Rally": "Next"}
    # The days below are whole.
    assert page.said(".entry-title") == ["Camp", "Vigil", "Off", "March", "Rally", "Later", "Open"]


def test_next_is_a_matter_of_instants_and_not_of_days():
    """On the island it is the 3rd already."""
    island = make_location(
        locality="Kiritimati", region="", region_code="", country="KI", timezone="Pacific/Kiritimati"
    )
    make_action(title="Here", start_date=TODAY, start_time=time(9))
    make_action(title="Island", start_date=date(2026, 3, 3), start_time=time(4), location=island)
    page = shown("/actions/")
    assert page.said(".entry-title") == ["Here", "Island"]
    assert band(page) == [("Next", "Island")]


def test_the_nearest_first_says_what_is_next_too():
    make_place()
    make_action(title="Near", start_date=TODAY, start_time=time(18))
    far = make_location(latitude=40.1, longitude=-89.6)
    make_action(title="Far", start_date=TODAY, start_time=time(9), location=far)
    page = shown("/actions/?near=springfield-us&within=100&sort=distance")
    assert page.said(".entry-title") == ["Near", "Far"]
    assert (band(page), marked(page)) == ([("Next", "Far")], {"Far": "Next"})
    assert page.one(".next-up-one").one("a").attributes["href"].endswith("/?near=springfield-us")
    assert "km" in page.said(".next-up-where")[0]
    near = shown("/actions/?near=springfield-us&within=100")
    assert (band(near), marked(near)) == ([], {"Far": "Next"})


@pytest.mark.parametrize("query", ["when=past", "from=2026-03-01", "to=2026-03-31", "page=2"])
def test_only_the_beginning_of_what_is_to_come_says_so(query):
    for number in range(51):
        make_action(start_date=TODAY + timedelta(days=number // 10), start_time=time(9))
    make_action(start_date=TODAY - timedelta(days=20))
    page = shown(f"/actions/?{query}")
    assert (band(page), marked(page)) == ([], {})
    assert len(page.all(".entry")) >= 1


def test_the_clock_moves_on():
    make_action(title="First", start_date=TODAY, start_time=time(9), end_time=time(10))
    make_action(title="Second", start_date=TODAY, start_time=time(11))
    at = datetime.fromisoformat("2026-03-02T15:30:00+00:00")
    with time_machine.travel(at, tick=False):
        assert marked(shown("/actions/")) == {"First": "On now", "Second": "Next"}
    with time_machine.travel(at + timedelta(hours=1), tick=False):
        assert marked(shown("/actions/")) == {"Second": "Next"}
