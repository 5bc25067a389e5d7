"""What organizers say with a step is not lost, whatever else the step does."""

from collections.abc import Iterator

import pytest

from rallies.models import Action
from rallies.operations import actions as ops
from tests.factories import make_action, make_location
from tests.operations.state import LATER, event, fresh_texts, last_line, stored_texts

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
