"""What organizers say with a step is not lost, whatever else the step does."""

from collections.abc import Iterator
from typing import Any

import pytest

from rallies.models import Action, Location
from rallies.operations import actions as ops
from rallies.selectors.actions import get_action
from tests.factories import make_action, make_location
from tests.operations.state import LATER, date_of, event, fresh_texts, last_line, lines, moved, stamps, stored_texts

pytestmark = pytest.mark.django_db
LINK = "https://meet.example.org/x"


@pytest.fixture(autouse=True)
def _stored_text_is_fresh_at_the_end(db: None) -> Iterator[None]:
    yield
    assert stored_texts() == fresh_texts()


def postponed_online(message: str = "") -> Action:
    action = make_action(title="Rally")
    ops.postpone_action(action.pk, message="Storm warning", by=None, now=LATER)
    return ops.move_action_online(action.pk, online_url=LINK, message=message, by=None, now=LATER)


def test_what_is_postponed_stays_so_when_it_moves_online() -> None:
    action = postponed_online()
    row, text = Action.objects.get(), event(action)
    assert (row.status, row.attendance_mode, row.status_message) == ("postponed", "online", "Storm warning")
    assert (text["STATUS"], text["SUMMARY"], text["LOCATION"]) == ("TENTATIVE", "POSTPONED: Rally", LINK)
    assert text["DESCRIPTION"].startswith(
        "This action is postponed\\; the new date is not announced yet.\\n\\nStorm warning\\n\\n"
    )
    assert last_line(row) == ("moved-online", {}, "")


def test_what_is_said_of_moving_online_stands_before_why_it_is_postponed() -> None:
    action = postponed_online(message="We meet on screen")
    assert Action.objects.get().status_message == "We meet on screen\n\nStorm warning"
    assert last_line(action) == ("moved-online", {}, "We meet on screen")


@pytest.mark.parametrize("is_same_place", [True, False])
def test_what_was_postponed_and_moved_online_comes_back_to_a_place(is_same_place: bool) -> None:
    action = postponed_online()
    place = action.location if is_same_place else make_location(venue="Lincoln Library", street_address="")
    assert place is not None
    ops.move_action_in_place(action.pk, location=place, by=None, now=LATER)
    row = Action.objects.get()
    kind, details, _ = last_line(row)
    assert (row.status, row.attendance_mode, kind, details["before"]) == (
        "postponed",
        "in-person",
        "moved-in-place",
        {"online": True},
    )
    assert event(row)["LOCATION"].startswith(place.venue)


def withheld(**changes: Any) -> Action:
    place = make_location(venue="Hidden House", street_address="12 Veiled Lane")
    return make_action(**{"title": "Rally", "location": place, "place_visibility": "city"} | changes)


def mill() -> Location:
    return make_location(venue="Hidden Mill", street_address="3 Veiled Lane")


@pytest.mark.parametrize("is_other_place", [True, False])
def test_what_is_said_of_a_move_that_nobody_may_see_is_told(is_other_place: bool) -> None:
    action = withheld()
    before, text = stamps(), event(action)
    place = mill() if is_other_place else action.location
    assert place is not None
    ops.move_action_in_place(action.pk, location=place, message="Doors open at one", by=None, now=LATER)
    after = event(action)
    assert (last_line(action), moved(before)) == (("edited", {}, "Doors open at one"), {("site", None): 1})
    row = Action.objects.get()
    assert (row.location_id, row.status_changed_at) == (place.pk, LATER)
    told = {name: after[name] for name in after if after[name] != text[name]}
    assert told == {
        "DTSTAMP": "20260302T130000Z",
        "LAST-MODIFIED": "20260302T130000Z",
        "DESCRIPTION": f"Doors open at one\\n\\n{text['DESCRIPTION']}",
    }
    public = repr(get_action(action.slug, now=LATER))
    assert [word for word in ("Hidden", "Veiled", "Mill") if word in public + repr(lines(action))] == []


def test_a_move_that_nobody_may_see_shows_nothing_without_a_message() -> None:
    action = withheld()
    before, text, history = stamps(), date_of(action).vevent, lines(action)
    ops.move_action_in_place(action.pk, location=mill(), message=" \x00", by=None, now=LATER)
    assert (stamps(), date_of(action).vevent, lines(action)) == (before, text, history)
    assert Action.objects.get().updated_at == LATER


def test_what_is_said_of_a_hidden_move_leaves_why_it_is_postponed() -> None:
    action = withheld()
    ops.postpone_action(action.pk, message="Storm warning", by=None, now=LATER)
    ops.move_action_in_place(action.pk, location=mill(), message="Doors open at one", by=None, now=LATER)
    row = Action.objects.get()
    assert (row.status, row.status_message) == ("postponed", "Doors open at one\n\nStorm warning")
