"""The public pages with things made for the purpose, read as HTML."""

from datetime import UTC, datetime, time

import pytest
import time_machine
from django.test import Client

from rallies.operations.actions import cancel_action, move_action_in_place, move_action_in_time, undo_cancellation
from rallies.web import views
from tests.factories import make_action, make_campaign, make_location
from tests.web.reading import read

pytestmark = pytest.mark.django_db


AFTERWARDS = "2026-03-02T12:00:00Z"


DURING = "2025-11-19T12:00:00Z"


LOCAL = "http://testserver"


@pytest.fixture(autouse=True)
def afterwards():
    with time_machine.travel(AFTERWARDS, tick=False) as traveller:
        yield traveller


def page(path, status=200):
    answer = Client().get(path)
    assert answer.status_code == status
    return read(answer.content)


def listed(element):
    """Title and time of each entry."""
    return [(e.one(".entry-title").words, e.one(".entry-when").words) for e in element.all(".entry")]


def test_home_without_anything_says_so_and_offers_the_feed():
    home = page("/")
    assert home.said("h1") == ["Marches, rallies and vigils, day by day"]
    assert home.said(".home-lede") == [
        "A calendar of public actions, with their places, times and sources. Nothing is listed yet."
    ]
    assert home.said(".empty-head") == ["Nothing is listed yet"]
    assert home.one("input", id="feed-address").attributes["value"] == f"{LOCAL}/actions.ics"


def test_campaign_without_actions_says_so():
    make_campaign(name="Quiet week", slug="quiet-week")
    assert page("/campaigns/quiet-week/").said(".empty-head") == ["No action is listed in this campaign"]


def test_cancelled_action_stays_and_says_so_first():
    action = make_action(title="River march")
    cancel_action(action.pk, message="Storm warning.", by=None, now=action.updated_at)
    read_page = page(f"/actions/{action.slug}/")
    (banner,) = read_page.all(".banner")
    assert banner.attributes["data-status"] == "cancelled"
    assert banner.words.startswith("Cancelled This action does not take place. Storm warning. Announced 2 March 2026")
    entry = page("/actions/").one(".entry")
    assert (entry.attributes["data-status"], entry.said(".flag")) == ("cancelled", ["Cancelled"])


def test_action_that_is_on_again_says_what_was_said_of_it_first():
    action = make_action()
    cancel_action(action.pk, message="Storm warning.", by=None, now=action.updated_at)
    undo_cancellation(action.pk, message="The storm is over.", by=None, now=action.updated_at)
    (banner,) = page(f"/actions/{action.slug}/").all(".banner")
    assert banner.words.startswith("Changed The storm is over. Announced 2 March 2026")
    (row,) = action.occurrences.all()
    assert "DESCRIPTION:The storm is over.\\n\\n" in row.vevent


def test_moved_action_says_from_where_to_where():
    action = make_action()
    later = action.updated_at
    move_action_in_time(action.pk, start_date=action.start_date, start_time=time(15, 30), by=None, now=later)
    (banner,) = page(f"/actions/{action.slug}/").all(".banner")
    assert (banner.attributes["data-status"], banner.said(".banner-head")) == ("moved", ["Changed"])
    assert banner.words.count("Moved from ") == 1
    hall = make_location(venue="Union Hall")
    move_action_in_place(action.pk, location=hall, message="More room.", by=None, now=later)
    (banner,) = page(f"/actions/{action.slug}/").all(".banner")
    assert (banner.words.count("Moved from "), banner.said(".banner-message")) == (2, ["More room."])
    assert banner.words.index("to Union Hall") < banner.words.index("to Saturday, 14 March 2026, 15:30")


def test_lists_are_paged(monkeypatch):
    monkeypatch.setattr(views, "LIST_ACTIONS", 2)
    for number in range(3):
        make_action(title=f"March {number:02}", location=None)
    first, second = page("/actions/"), page("/actions/?page=2")
    assert (len(first.all(".entry")), len(second.all(".entry"))) == (2, 1)
    assert [(a.words, a.attributes["href"]) for a in (*first.all(".pager-link"), *second.all(".pager-link"))] == [
        ("Later", "/actions/?page=2"),
        ("Earlier", "/actions/"),
    ]


def test_withheld_place_says_from_when_on_the_clock_of_the_place():
    moment = datetime(2026, 3, 13, 14, tzinfo=UTC)
    action = make_action(location=make_location(), place_visibility="city-until", place_revealed_from=moment)
    [note] = [one for one in page(f"/actions/{action.slug}/").said("p.ticket-note") if "exact" in one]
    assert note == "The exact place is announced Friday, 13 March 2026, 09:00."
