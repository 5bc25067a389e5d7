"""The steps of an action as pages of the desk."""

import re
from datetime import date, time, timedelta
from html import unescape

import pytest
import time_machine

from rallies.enums import ListingState
from rallies.models import Action, Change, Location
from rallies.operations import actions as operations
from rallies.operations.accounts import create_administrator
from rallies.operations.participations import ListingEntry
from rallies.operations.parts import decide_listing
from tests.factories import make_action, make_campaign, make_location, make_place

from .forms import NOW, errors_of, messages_of

FIELD = r'<input [^>]*name="([\w-]+)"(?: value="([^"]*)")?'

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
    steps = re.findall(r'class="desk-step[^"]*" href="[^"]+/([\w-]+)/"', html)
    return [step for step in steps if step not in ("duplicate", "as-public")]


def test_steps_offered_are_those_that_the_rules_allow(desk, action):
    draft = make_action(publish=False, now=NOW)
    cancelled = make_action(now=NOW)
    operations.cancel_action(cancelled.pk, by=None, now=NOW)
    withdrawn = make_action(publication="withdrawn", now=NOW)
    steps = ["confirm", "move-time", "move-place", "move-online", "postpone", "tentative", "cancel", "withdraw"]
    assert {row.pk: offered(desk, row) for row in (action, draft, cancelled, withdrawn)} == {
        action.pk: steps,
        draft.pk: ["publish"],
        cancelled.pk: ["undo-cancellation", "withdraw"],
        withdrawn.pk: ["put-back"],
    }


@pytest.mark.parametrize(
    "step", ["confirm", "move-time", "move-place", "move-online", "postpone", "cancel", "withdraw"]
)
def test_a_step_says_what_will_be_seen_and_does_nothing_yet(desk, action, step):
    before = Change.objects.count()
    response = desk.get(page_of(action, step))
    html = response.content.decode()
    assert "Rally one" in html and f'value="{response.context["step"].button}"' in html
    asks = "Feeds tell calendars to ask every 4 hours: those that do know by Sunday, 1 November 2026, 10:00 (Central Standard Time)."
    assert (asks in html) == (step != "confirm")
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


def test_why_an_action_is_returned_is_read_on_its_page_at_the_desk_alone(desk):
    action = make_action(title="Rally two", slug="two", publication="submitted", now=NOW)
    asked = [ListingEntry(make_campaign(name="Autumn"), ListingState.REQUESTED_BY_HOST)]
    other = make_action(slug="three", listings=asked, now=NOW)
    response = desk.post(page_of(action, "return"), {"message": "Which <hall>?"}, follow=True)
    assert messages_of(response) == ["The action is returned to its authors."]
    decide_listing(other.listings.get().pk, is_accepted=False, message="Another week.", by=None, now=NOW)
    told = [
        re.findall(r'class="desk-foretold">\s*<p>(.*?)</p>\s*<div dir="auto"><p>(.*?)</p>', page)
        for page in (response.content.decode(), desk.get(page_of(other)).content.decode())
    ]
    assert told == [[("Returned to you:", "Which &lt;hall&gt;?")], [("“Autumn” returned it:", "Another week.")]]
    desk.post(page_of(action, "submit"))
    assert "Which &lt;hall&gt;?" not in desk.get(page_of(action)).content.decode()
    public = [desk.get(f"/actions/three{end}").content.decode() for end in ("/", ".ics")]
    assert [("Rally" in text, "Another week." in text) for text in public] == [(True, False)] * 2


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


@pytest.mark.parametrize("step", ["move-time", "move-place"])
def test_a_move_to_where_it_is_says_so(desk, action, step):
    typed = {"start_date": "2026-11-28", "start_time": "14:00", "location": action.location_id}
    before = Change.objects.count()
    answer = desk.post(page_of(action, step), typed, follow=True)
    assert messages_of(answer) == ["Nothing was changed: it is there, and then, already."]
    told = desk.post(page_of(action, step), {**typed, "message": "Bring water."}, follow=True)
    assert (messages_of(told), Change.objects.count()) == (["The action is moved."], before + 1)


def test_a_place_to_move_to_is_found_by_its_words_without_scripts(desk, action):
    library = make_location(venue="Library", locality="Tucson", timezone="America/Phoenix", now=NOW)
    typed = {"location": action.location_id, "location_words": "library", "message": "Why & how"}
    page = desk.post(page_of(action, "move-place"), typed)
    assert errors_of(page) == {"location": "Choose which one is meant, or describe another place below."}
    assert f'name="location_choice" value="{library.pk}"' in page.content.decode()
    assert "Why &amp; how" in page.content.decode()
    desk.post(page_of(action, "move-place"), {**typed, "location_choice": library.pk})
    action.refresh_from_db()
    assert action.location == library


def test_a_place_to_move_to_is_described_and_made_with_the_move(desk, action):
    make_place("tucson-us", latitude=32.2217, longitude=-110.9265, timezone="America/Phoenix")
    described = {"location_venue": "Reid Park", "location_latitude": "32.21", "location_longitude": "-110.92"}
    count = Location.objects.count()
    refused = desk.post(page_of(action, "move-place"), {**described, "message": "x" * 2001})
    assert (list(errors_of(refused)), Location.objects.count()) == (["message"], count)
    desk.post(page_of(action, "move-place"), described)
    action.refresh_from_db()
    assert (str(action.location.venue), action.location.locality, action.timezone) == (
        "Reid Park",
        "Tucson",
        "America/Phoenix",
    )


@pytest.mark.parametrize(
    ("step", "typed", "errors"),
    [
        ("move-time", {"start_date": ""}, {"start_date": "“Date” is empty: fill it in."}),
        (
            "move-time",
            {"start_date": "2027-03-14", "start_time": "02:30"},
            {
                "start_time": "On Sunday, 14 March 2027 clocks in America/Chicago jump over 02:30. "
                "The nearest times that exist are 01:59 and 03:00."
            },
        ),
        ("move-place", {"location": ""}, {"location": "“New place” is empty: choose one."}),
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


def carried(desk, path: str) -> dict[str, str]:
    """What the page of a step carries of what it showed, and what stands in its form."""
    html = desk.get(path).content.decode()
    return {name: unescape(value) for name, value in re.findall(FIELD, html)}


def done_by_bo(step, action: Action, **values) -> None:
    user, _ = create_administrator(username="bo", now=NOW)
    step(action.pk, **values, by=user, now=NOW)


def happened(response) -> list[tuple[str, str, str]]:
    """The sentence, and what changed."""
    told = response.context["happened"]
    return [told.sentence, *told.changes]


def test_a_step_says_what_another_did_since_its_page_was_opened(desk, action):
    sent = {**carried(desk, page_of(action, "postpone")), "message": "Later."}
    done_by_bo(operations.cancel_action, action, message="Storm.")
    response = desk.post(page_of(action, "postpone"), sent)
    assert happened(response) == [
        "bo changed it after you opened this page: Sunday, 1 November 2026, 06:00 (Central Standard Time). Nothing is done yet.",
        ("status", "Scheduled", "Cancelled"),
        ("public message on the status", "", "Storm."),
    ]
    html = response.content.decode()
    assert "This action is “Cancelled” and cannot be postponed from there." in html
    assert "Later.</textarea>" in html and 'value="Postpone the action"' not in html


def test_a_move_goes_on_from_the_time_that_another_gave_it(desk, action):
    path = page_of(action, "move-time")
    sent = {**carried(desk, path), "start_date": "2026-11-29"}
    done_by_bo(operations.move_action_in_time, action, start_date=date(2026, 11, 28), start_time=time(15))
    response = desk.post(path, sent)
    form = response.context["form"]
    assert happened(response)[1:] == [("start", "14:00", "15:00")]
    assert (form["start_date"].value(), form["start_time"].value()) == ("2026-11-29", "15:00")
    again = {name: unescape(value) for name, value in re.findall(FIELD, response.content.decode())}
    assert desk.post(path, again).status_code == 302
    action.refresh_from_db()
    assert (action.start_date, action.start_time) == (date(2026, 11, 29), time(15))


def test_a_change_of_words_stops_no_step(desk, action):
    sent = carried(desk, page_of(action, "cancel"))
    done_by_bo(operations.edit_action, action, values={"description": "More."})
    assert desk.post(page_of(action, "cancel"), sent).status_code == 302


def test_a_page_of_a_step_that_is_not_open_says_so_at_once(desk, action):
    operations.cancel_action(action.pk, by=None, now=NOW)
    html = desk.get(page_of(action, "postpone")).content.decode()
    assert "This action is “Cancelled” and cannot be postponed from there." in html
    assert 'value="Postpone the action"' not in html


def test_confirm_shows_the_date_and_what_the_public_will_read(desk, action):
    told = desk.get(page_of(action, "confirm")).context["foretold"]
    assert told == [
        "The page says “Confirmed by the host”, and how long ago that was. What was not yet certain is then scheduled.",
        "It is on: Saturday, 28 November 2026, 14:00.",
        "Calendars stay as they are.",
    ]
    before = desk.get("/actions/one.ics").content
    desk.post(page_of(action, "confirm"), carried(desk, page_of(action, "confirm")))
    assert desk.get("/actions/one.ics").content == before
    assert "Confirmed by the host " in desk.get("/actions/one/").content.decode()
    operations.mark_action_tentative(action.pk, by=None, now=NOW)
    assert "ask every 4 hours" in desk.get(page_of(action, "confirm")).context["foretold"][-1]


def test_a_step_says_what_else_becomes_of_an_action_that_is_not_simply_on(desk, action):
    def told(step):
        return " ".join(desk.get(page_of(action, step)).context["foretold"])

    assert "“Move in time…” puts it on again" in told("postpone")
    assert "no longer" not in told("move-time") + told("move-place")
    operations.move_action_online(action.pk, online_url="https://meet.example/one", by=None, now=NOW)
    assert "no longer online alone" in told("move-place")
    operations.postpone_action(action.pk, by=None, now=NOW)
    assert "no longer postponed, also on the day that it had" in told("move-time")


def test_a_move_to_a_day_that_is_past_is_done_and_said(desk, action):
    page = desk.post(page_of(action, "move-time"), {"start_date": "2025-11-28", "start_time": "14:00"}, follow=True)
    past = "Friday, 28 November 2025 is past: the action stands under what is over, and in no list of what is coming."
    assert messages_of(page) == ["The action is moved.", past]


# --- withdrawn, and put back


def seen_outside(client) -> list[int]:
    return [client.get(path).status_code for path in ("/actions/one/", "/actions/one.ics", "/api/v1/actions/one/")]


def test_withdraw_asks_and_can_be_undone_for_60_days(desk, action):
    uid = action.uid
    told = " ".join(desk.get(page_of(action, "withdraw")).context["foretold"])
    assert "Until Thursday, 31 December 2026 it can be put back here" in told
    assert seen_outside(desk) == [200, 200, 200]
    desk.post(page_of(action, "withdraw"))
    assert seen_outside(desk) == [410, 410, 410]
    assert [uid.encode() in b"".join(desk.get(path)) for path in ("/actions.ics", "/actions.csv")] == [False, False]
    listed = desk.get("/admin/rallies/action/?publication__exact=withdrawn").content.decode()
    for html in (listed, desk.get(page_of(action)).content.decode()):
        assert "It can be put back until Thursday, 31 December 2026." in html
    assert offered(desk, action) == ["put-back"]
    assert desk.post(page_of(action, "put-back")).status_code == 302
    text = desk.get("/actions/one.ics").content.decode()
    assert seen_outside(desk) == [200, 200, 200]
    assert f"UID:{uid}" in text and "SEQUENCE:1\r\n" in text


def test_after_60_days_it_stays_removed(desk, action):
    other, past = make_action(now=NOW), NOW - timedelta(days=60)
    operations.withdraw_action(other.pk, by=None, now=past)
    operations.withdraw_action(action.pk, by=None, now=past - timedelta(seconds=1))
    assert offered(desk, other) == ["put-back"]
    assert offered(desk, action) == []
    assert "It stays removed." in desk.get(page_of(action)).content.decode()
    for step in ("put-back", "publish"):
        said = desk.post(page_of(action, step)).content.decode()
        assert "It was withdrawn more than 60 days ago, and stays so. Enter it as a new action." in said
    assert seen_outside(desk) == [410, 410, 410]


def test_steps_of_nothing_are_not_there(desk):
    assert desk.get("/admin/rallies/action/999999/cancel/").status_code == 404
    assert desk.get("/admin/rallies/action/99999999999999999999999/cancel/").status_code == 404


def test_steps_are_closed_to_strangers(client, action):
    response = client.post(page_of(action, "cancel"), {"message": "Off."})
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={page_of(action, 'cancel')}")
    action.refresh_from_db()
    assert action.status == "scheduled"
