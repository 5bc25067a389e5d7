"""The steps of an action as pages of the desk."""

import re
from datetime import date, time

import pytest
import time_machine

from rallies.models import Action, Change
from rallies.operations import actions as operations
from tests.factories import make_action, make_location

from .forms import NOW, errors_of, messages_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def action(db) -> Action:
    return make_action(title="Rally one", slug="one", start_date=date(2026, 11, 28), start_time=time(14), now=NOW)


def page_of(action: Action, step: str = "change") -> str:
    return f"/admin/rallies/action/{action.pk}/{step}/"


def offered(desk, action: Action) -> list[str]:
    html = desk.get(page_of(action)).content.decode()
    return re.findall(r'class="desk-step[^"]*" href="[^"]+/([\w-]+)/"', html)


def test_steps_offered_are_those_that_the_rules_allow(desk, action):
    draft = make_action(publish=False, now=NOW)
    cancelled = make_action(now=NOW)
    operations.cancel_action(cancelled.pk, by=None, now=NOW)
    withdrawn = make_action(publication="withdrawn", now=NOW)
    steps = ["confirm", "move-time", "move-place", "move-online", "postpone", "tentative", "cancel", "withdraw"]
    assert {row.pk: offered(desk, row) for row in (action, draft, cancelled, withdrawn)} == {
        action.pk: steps,
        draft.pk: ["publish", "submit"],
        cancelled.pk: ["undo-cancellation", "withdraw"],
        withdrawn.pk: ["publish"],
    }


@pytest.mark.parametrize(
    "step", ["confirm", "move-time", "move-place", "move-online", "postpone", "cancel", "withdraw"]
)
def test_a_step_says_what_will_be_seen_and_does_nothing_yet(desk, action, step):
    before = Change.objects.count()
    response = desk.get(page_of(action, step))
    html = response.content.decode()
    assert "Rally one" in html and f'value="{response.context["step"].button}"' in html
    tells = step in {"move-time", "move-place", "move-online", "postpone", "cancel"}
    assert ("Calendars that subscribed show it when they ask next" in html) == tells
    assert Change.objects.count() == before


def test_cancel_tells_the_public_why(desk, action):
    response = desk.post(page_of(action, "cancel"), {"message": "The park is flooded."}, follow=True)
    assert messages_of(response) == ["The action is cancelled."]
    action.refresh_from_db()
    assert (action.status, action.status_message, action.publication) == (
        "cancelled",
        "The park is flooded.",
        "published",
    )
    assert "The park is flooded." in desk.get("/actions/one/").content.decode()
    assert "STATUS:CANCELLED" in desk.get("/actions/one.ics").content.decode()
    desk.post(page_of(action, "undo-cancellation"), {"message": "It dried."})
    action.refresh_from_db()
    # It stands first on the page and in calendars: people were told that it is off.
    assert (action.status, action.status_message) == ("scheduled", "It dried.")


def test_move_in_time_begins_with_what_there_is_and_moves_it(desk, action):
    form = desk.get(page_of(action, "move-time")).context["form"]
    shown = {name: form[name].value() for name in ("start_date", "start_time", "end_date", "end_time")}
    assert shown == {"start_date": date(2026, 11, 28), "start_time": time(14), "end_date": None, "end_time": None}
    moved = {"start_date": "2026-11-29", "start_time": "15:30", "message": "Later."}
    desk.post(page_of(action, "move-time"), moved)
    action.refresh_from_db()
    change = Change.objects.order_by("-number").first()
    assert (action.start_date, action.start_time) == (date(2026, 11, 29), time(15, 30))
    assert (change.kind, change.message) == ("moved-in-time", "Later.")


def test_a_moved_action_keeps_the_length_that_was_typed(desk, action):
    operations.edit_action(action.pk, {"end_date": date(2026, 11, 29), "end_time": time(16)}, by=None, now=NOW)
    form = desk.get(page_of(action, "move-time")).context["form"]
    assert (form["end_date"].value(), form["end_time"].value()) == (date(2026, 11, 29), time(16))


def test_move_in_place_and_online(desk, action):
    other = make_location(venue="Library", locality="Tucson", timezone="America/Phoenix", now=NOW)
    desk.post(page_of(action, "move-place"), {"location": other.pk})
    action.refresh_from_db()
    assert (action.location, action.timezone) == (other, "America/Phoenix")
    desk.post(page_of(action, "move-online"), {"online_url": "https://meet.example/one"})
    action.refresh_from_db()
    assert (action.status, action.online_url) == ("moved-online", "https://meet.example/one")


@pytest.mark.parametrize(
    ("step", "typed", "errors"),
    [
        ("move-time", {"start_date": ""}, {"start_date": "This field is required."}),
        (
            "move-time",
            {"start_date": "2027-03-14", "start_time": "02:30"},
            {
                "start_time": "On 2027-03-14 clocks in America/Chicago jump over 02:30. "
                "The nearest times that exist are 01:59 and 03:00."
            },
        ),
        ("move-place", {"location": "abc"}, {"location": "Select a valid choice. That choice is not one of the available choices."}),
        ("move-place", {"location": "999999"}, {"location": "Select a valid choice. That choice is not one of the available choices."}),
        ("move-online", {"online_url": "javascript:alert(1)"}, {"online_url": "Enter a valid URL."}),
        ("cancel", {"message": "x" * 2001}, {"message": "Ensure this value has at most 2000 characters (it has 2001)."}),
    ],
)  # fmt: skip
def test_what_is_refused_stands_beside_its_field_with_what_was_typed(desk, action, step, typed, errors):
    before = Change.objects.count()
    response = desk.post(page_of(action, step), {**typed, "message": typed.get("message", "Why & how")})
    assert (response.status_code, errors_of(response)) == (200, errors)
    assert "Why &amp; how" in response.content.decode() or step == "cancel"
    assert Change.objects.count() == before


def test_a_step_that_somebody_else_took_meanwhile_is_said(desk, action):
    operations.cancel_action(action.pk, by=None, now=NOW)
    page = desk.post(page_of(action, "postpone"), {"message": "Later."}).content.decode()
    assert "This action is “Cancelled” and cannot be postponed from there." in page
    assert "Later.</textarea>" in page


def test_steps_of_nothing_are_not_there(desk):
    assert desk.get("/admin/rallies/action/999999/cancel/").status_code == 404
    assert desk.get("/admin/rallies/action/99999999999999999999999/cancel/").status_code == 404


def test_steps_are_closed_to_strangers(client, action):
    response = client.post(page_of(action, "cancel"), {"message": "Off."})
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={page_of(action, 'cancel')}")
    action.refresh_from_db()
    assert action.status == "scheduled"


def test_confirm_the_chosen_actions(desk, action):
    draft = make_action(title="Draft", publish=False, now=NOW)
    response = desk.post(
        "/admin/rallies/action/", {"action": "confirm", "_selected_action": [action.pk, draft.pk]}, follow=True
    )
    action.refresh_from_db()
    draft.refresh_from_db()
    assert (action.confirmed_at, draft.confirmed_at) == (NOW, None)
    assert messages_of(response) == [
        "Draft: It is not public: publish it first.",
        "Confirmed: 1.",
    ]
