from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from rallies.models import Action, Change, Location, Occurrence
from rallies.names import when_words
from rallies.operations import action_change, settling
from rallies.operations import actions as ops
from rallies.operations.errors import RulesBroken
from rallies.operations.transaction import operation
from rallies.rules.errors import BadInterval, BadPlace, BadValue, NoSuchTime, TransitionNotAllowed, UnknownTimezone
from rallies.selectors.actions import get_action
from rallies.selectors.errors import Withdrawn
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place
from tests.operations.state import (
    LATER,
    date_of,
    dump,
    event,
    fresh_texts,
    last_line,
    lines,
    moved,
    stamps,
    stored_texts,
)

pytestmark = pytest.mark.django_db

CAPITOL = "Old State Capitol, 1 Old State Capitol Plaza, Springfield, Illinois, United States"
CITY = "Springfield, Illinois, United States"
BERLIN = {
    "venue": "Rotes Rathaus",
    "street_address": "",
    "locality": "Berlin",
    "region": "",
    "region_code": "",
    "country": "DE",
    "latitude": 52.5186,
    "longitude": 13.4083,
    "timezone": "Europe/Berlin",
}
CAPITOL_FACE = {
    "exact": ["Old State Capitol", "1 Old State Capitol Plaza"],
    "locality": "Springfield",
    "region": "Illinois",
    "country": "US",
}
FACE = {"date": "2026-03-14", "time": "14:00:00", "zone": "America/Chicago"}


@pytest.fixture(autouse=True)
def _stored_text_is_fresh_at_the_end(db: None) -> Iterator[None]:
    yield
    assert stored_texts() == fresh_texts()


def times(**changes: Any) -> dict[str, Any]:
    return {"start_date": date(2026, 3, 14), "start_time": time(14, 0)} | changes


def move(action: Action, *, now: datetime = LATER, **changes: Any) -> Action:
    return ops.move_action_in_time(action.pk, **times(**changes), by=None, now=now)


STEPS: dict[str, Callable[[Action], Action]] = {
    "cancel": lambda a: ops.cancel_action(a.pk, message="Storm warning", by=None, now=LATER),
    "undo": lambda a: ops.undo_cancellation(a.pk, message="We march", by=None, now=LATER),
    "postpone": lambda a: ops.postpone_action(a.pk, message="Wait", by=None, now=LATER),
    "move in time": lambda a: move(a, start_time=time(15, 0)),
    "move in place": lambda a: ops.move_action_in_place(
        a.pk, location=make_location(venue="Lincoln Library", street_address=""), by=None, now=LATER
    ),
    "move online": lambda a: ops.move_action_online(
        a.pk, online_url="https://meet.example.org/x", message="On screen", by=None, now=LATER
    ),
    "confirm": lambda a: ops.confirm_action(a.pk, by=None, now=LATER),
    "tentative": lambda a: ops.mark_action_tentative(a.pk, message="We ask", by=None, now=LATER),
    "withdraw": lambda a: ops.withdraw_action(a.pk, by=None, now=LATER),
}
WAYS = {
    "scheduled": (),
    "tentative": ("tentative",),
    "postponed": ("postpone",),
    "moved-online": ("move online",),
    "cancelled": ("cancel",),
}


def in_status(status: str, **changes: Any) -> Action:
    action = make_action(**changes)
    for step in WAYS[status]:
        STEPS[step](action)
    return Action.objects.get(pk=action.pk)


# --- create ---------------------------------------------------------------------------------------


def test_create_draft_has_a_date_and_nothing_public() -> None:
    user = make_user()
    place = make_location()
    before = stamps()
    action = ops.create_action(
        {
            "title": "  Rally\u2028for\x00  schools ",
            "kind": "march",
            "description": "One\r\n\r\n\r\n\r\ntwo\x0b",
            **times(end_time=time(16, 0)),
            "location": place,
            "route_stops": [" Gate ", "", "Hall"],
        },
        by=user,
        now=NOW,
    )
    row = Action.objects.get()
    assert (row.pk, row.title, row.description, row.route_stops) == (
        action.pk,
        "Rally for schools",
        "One\n\ntwo",
        ["Gate", "Hall"],
    )
    assert (row.created_by, row.history.get().history_user) == (user, user)
    assert (row.slug, row.timezone, row.publication, row.status, row.published_at) == (
        "rally-for-schools",
        "America/Chicago",
        "draft",
        "scheduled",
        None,
    )
    day = date_of(row)
    assert (day.uid, day.starts_at, day.ends_at, day.over_at, day.last_day, day.end_date) == (
        row.uid,
        datetime(2026, 3, 14, 19, 0, tzinfo=UTC),
        datetime(2026, 3, 14, 21, 0, tzinfo=UTC),
        datetime(2026, 3, 14, 21, 0, tzinfo=UTC),
        date(2026, 3, 14),
        date(2026, 3, 14),
    )
    assert (day.vevent, day.changed_at, day.sequence) == ("", None, 0)
    assert (moved(before), lines(row)) == ({}, [])


def test_create_undated_has_no_date_row() -> None:
    action = make_action(start_date=None, window_first=date(2026, 4, 1), window_last=date(2026, 4, 30))
    assert (list(Occurrence.objects.all()), lines(action)) == ([], [("published", {}, "")])


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"title": " \x00 "}, BadValue, "title"),
        ({"title": "x" * 301}, BadValue, "title"),
        ({"kind": "riot"}, BadValue, "kind"),
        ({"timezone": "Mars/Olympus"}, UnknownTimezone, "timezone"),
        ({"start_date": date(2026, 3, 8), "start_time": time(2, 30)}, NoSuchTime, "start_time"),
        ({"start_date": date(2026, 3, 7), "start_time": time(22), "end_time": time(2, 30)}, NoSuchTime, "end_time"),
        ({"end_date": date(2026, 3, 13)}, BadInterval, "end_date"),
        ({"end_date": date(2026, 3, 14), "end_time": time(14, 0)}, BadInterval, "end_time"),
        ({"start_time": None, "end_time": time(15)}, BadInterval, "start_time"),
        ({"start_date": date(1800, 1, 1)}, BadInterval, "start_date"),
        ({"window_first": date(2026, 3, 1), "window_last": date(2026, 3, 2)}, BadInterval, "window_first"),
        ({"start_date": None, "window_first": date(2026, 3, 1)}, BadInterval, "window_last"),
        ({"start_date": None, "start_time": time(9)}, BadValue, "start_date"),
        ({"recurrence_rule": "FREQ=HOURLY"}, BadValue, "recurrence_rule"),
        ({"recurrence_rule": "FREQ=WEEKLY;BYDAY=XX"}, BadValue, "recurrence_rule"),
        ({"title": "\u200b\u2060 \u3164"}, BadValue, "title"),
        ({"place_visibility": "city-until"}, BadPlace, "place_revealed_from"),
        ({"place_revealed_from": NOW}, BadPlace, "place_revealed_from"),
        ({"location": None, "place_visibility": "city", "timezone": "UTC"}, BadPlace, "place_visibility"),
        ({"online_url": "javascript:alert(1)"}, BadValue, "online_url"),
        ({"access_features": ["lift"]}, BadValue, "access_features"),
        ({"languages": ["en", "x" * 40]}, BadValue, "languages"),
        ({"picture": "pictures/a.png"}, BadValue, "picture_alt"),
    ],
)
def test_bad_input_is_named_and_leaves_every_table_as_it_was(
    changes: dict[str, Any], error: type[Exception], field: str
) -> None:
    action = make_action()
    location = make_location()
    before = dump()
    with pytest.raises(RulesBroken) as creating:
        ops.create_action({"title": "New", "location": location, **times(**changes)} | changes, by=None, now=LATER)
    with pytest.raises(RulesBroken) as editing:
        ops.edit_action(action.pk, changes, by=None, now=LATER)
    assert dump() == before
    found = [[(type(rule), rule.field) for rule in caught.value.broken] for caught in (creating, editing)]
    assert found == [[(error, field)], [(error, field)]]


def test_every_broken_rule_is_said_at_once() -> None:
    with pytest.raises(RulesBroken) as caught:
        make_action(title="", kind="riot", timezone="Nowhere", online_url="ftp://x")
    assert [rule.field for rule in caught.value.broken] == ["title", "kind", "timezone", "online_url"]


def test_a_failure_in_the_middle_leaves_every_table_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    action = make_action()
    before = dump()

    def broken(*args: Any, **kwargs: Any) -> int:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(settling, "move_stamps", broken)
    with pytest.raises(RuntimeError):
        move(action, start_time=time(15))
    assert dump() == before


@pytest.mark.parametrize("name", ["status", "publication", "uid", "next_sequence", "created_by", "nonsense"])
def test_names_that_are_no_fields_to_edit_are_refused(name: str) -> None:
    action = make_action()
    with pytest.raises(TypeError, match=name):
        ops.edit_action(action.pk, {name: "x"}, by=None, now=LATER)


# --- publish, withdraw ----------------------------------------------------------------------------


def test_publish_makes_text_line_and_stamps_of_the_public_scopes_only() -> None:
    host, invited = make_organizer(), make_organizer()
    week, other = make_campaign(), make_campaign()
    hidden = make_campaign(is_public=False)
    action = make_action(publish=False, hosts=[host], campaigns=[week, hidden])
    before = stamps()
    ops.publish_action(action.pk, by=None, now=LATER)
    assert moved(before) == {("site", None): 1, ("campaign", week.pk): 1, ("organizer", host.pk): 1}
    assert ("campaign", other.pk) in before and ("organizer", invited.pk) in before
    row = Action.objects.get(pk=action.pk)
    assert (row.publication, row.published_at, row.withdrawn_at, row.updated_at) == ("published", LATER, None, LATER)
    change = Change.objects.get()
    assert (change.kind, change.number, change.at, change.details) == ("published", stamps()["site", None], LATER, {})
    text = event(action)
    assert (text["UID"], text["SEQUENCE"], text["STATUS"], text["LOCATION"].replace("\\,", ",")) == (
        row.uid,
        "0",
        "CONFIRMED",
        CAPITOL,
    )
    assert (text["DTSTART"], text["DTEND"]) == (
        ";TZID=America/Chicago:20260314T140000",
        ";TZID=America/Chicago:20260314T160000",
    )
    assert (text["DTSTAMP"], text["LAST-MODIFIED"], text["CREATED"]) == (
        "20260302T130000Z",
        "20260302T130000Z",
        "20260302T120000Z",
    )


def test_withdraw_and_republish_keep_uid_and_first_publication_and_never_lower_sequence() -> None:
    week = make_campaign()
    action = make_action(campaigns=[week])
    move(action, start_time=time(15))
    first = date_of(action)
    before = stamps()
    ops.withdraw_action(action.pk, by=None, now=LATER)
    row = Action.objects.get()
    assert (row.publication, row.withdrawn_at, moved(before)) == (
        "withdrawn",
        LATER,
        {("site", None): 1, ("campaign", week.pk): 1},
    )
    with pytest.raises(Withdrawn):
        get_action(action.slug, now=LATER)
    hidden = stamps()
    ops.edit_action(action.pk, {"start_time": time(17)}, by=None, now=LATER + timedelta(hours=1))
    assert (stamps(), last_line(action)[0]) == (hidden, "withdrawn")
    ops.publish_action(action.pk, by=None, now=LATER + timedelta(hours=2))
    row, day = Action.objects.get(), date_of(action)
    assert (row.publication, row.published_at, row.withdrawn_at) == ("published", NOW, None)
    assert (day.pk, day.uid, day.sequence) == (first.pk, first.uid, first.sequence + 1)
    assert [kind for kind, _, _ in lines(action)] == ["published", "moved-in-time", "withdrawn", "published"]


@pytest.mark.parametrize("later", [timedelta(hours=2), timedelta()])
def test_what_is_published_again_is_newer_than_what_was_withdrawn(later: timedelta) -> None:
    action = make_action()
    before = event(action)
    ops.withdraw_action(action.pk, by=None, now=NOW + later)
    ops.publish_action(action.pk, by=None, now=NOW + later)
    after = event(action)
    moment = "20260302T140000Z" if later else "20260302T120001Z"
    assert {name: after[name] for name in after if after[name] != before[name]} == {
        "DTSTAMP": moment,
        "LAST-MODIFIED": moment,
        "SEQUENCE": "1",
    }


def test_submit_and_return_are_not_public() -> None:
    action = make_action(publish=False)
    before = stamps()
    assert ops.submit_action(action.pk, by=None, now=LATER).publication == "submitted"
    assert ops.return_action(action.pk, by=None, now=LATER).publication == "draft"
    assert ops.submit_action(action.pk, by=None, now=LATER).publication == "submitted"
    assert (stamps(), lines(action)) == (before, [])
    assert ops.publish_action(action.pk, by=None, now=LATER).publication == "published"


def test_why_an_action_is_returned_stays_with_it_until_it_goes_on() -> None:
    action = make_action(publication="submitted")
    before = stamps()
    told = []
    for step in (
        lambda: ops.return_action(action.pk, message=" The hour is missing.\u200b ", by=None, now=LATER),
        lambda: ops.edit_action(action.pk, {"title": "Other"}, by=None, now=LATER),
        lambda: ops.submit_action(action.pk, by=None, now=LATER),
        lambda: ops.return_action(action.pk, message="And the place.", by=None, now=LATER),
        lambda: ops.publish_action(action.pk, by=None, now=LATER),
    ):
        row = step()
        told.append((row.publication, row.submitted_at, row.return_message))
        assert row.publication == "published" or stamps() == before
    assert (action.submitted_at, action.return_message) == (NOW, "")
    assert told == [
        ("draft", None, "The hour is missing."),
        ("draft", None, "The hour is missing."),
        ("submitted", LATER, ""),
        ("draft", None, "And the place."),
        ("published", None, ""),
    ]


@pytest.mark.parametrize(
    ("publication", "step"),
    [
        ("draft", ops.withdraw_action),
        ("draft", ops.return_action),
        ("submitted", ops.submit_action),
        ("submitted", ops.withdraw_action),
        ("published", ops.publish_action),
        ("published", ops.submit_action),
        ("published", ops.return_action),
        ("withdrawn", ops.withdraw_action),
        ("withdrawn", ops.submit_action),
    ],
)
def test_publication_steps_that_are_not_allowed_change_nothing(publication: str, step: Callable[..., Action]) -> None:
    action = make_action(publication=publication)
    before = dump()
    with pytest.raises(TransitionNotAllowed):
        step(action.pk, by=None, now=LATER)
    assert dump() == before


# --- drafts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("publication", ["draft", "submitted", "withdrawn"])
def test_what_is_not_public_moves_no_stamp_and_writes_no_line(publication: str) -> None:
    action = make_action(publication=publication, hosts=[make_organizer()], campaigns=[make_campaign()])
    before, lines_before = stamps(), lines(action)
    ops.edit_action(action.pk, {"title": "Another", "start_time": time(17)}, by=None, now=LATER)
    assert (stamps(), lines(action)) == (before, lines_before)


@pytest.mark.parametrize("publication", ["draft", "submitted", "withdrawn"])
@pytest.mark.parametrize("step", sorted(STEPS.keys() - {"undo", "withdraw"}))
def test_steps_that_are_told_to_the_world_need_a_public_action(publication: str, step: str) -> None:
    action = make_action(publication=publication)
    before = (stamps(), lines(action), Action.objects.values().get())
    with pytest.raises(TransitionNotAllowed, match="It is not public: publish it first"):
        STEPS[step](action)
    assert (stamps(), lines(action), Action.objects.values().get()) == before


# --- edit -----------------------------------------------------------------------------------------


def test_edit_with_nothing_different_changes_no_table() -> None:
    action = make_action(description="Come.", languages=["en"], campaigns=[make_campaign()], hosts=[make_organizer()])
    values = {name: getattr(action, name) for name in action_change.EDITABLE} | {
        "title": f" {action.title} ",
        "slug": action.slug,
    }
    before = dump()
    ops.edit_action(action.pk, values, by=None, now=LATER, message="I changed nothing")
    move(action)
    assert dump() == before


TOLD = ("Action", "HistoricalAction", "Occurrence", "Change", "FeedStamp", "AuditEntry", "SearchEntry")


def test_edit_writes_the_named_fields_history_and_one_line() -> None:
    user = make_user()
    action = make_action(title="Rally")
    before = dump(leave_out=TOLD)
    stamp = stamps()
    ops.edit_action(
        action.pk, {"title": "March", "what_to_bring": "Water"}, by=user, now=LATER, message="More\x00 said"
    )
    row = Action.objects.get()
    assert (row.title, row.what_to_bring, row.updated_at, row.slug) == ("March", "Water", LATER, action.slug)
    assert last_line(row) == ("edited", {"fields": ["title", "what_to_bring"]}, "More said")
    assert moved(stamp) == {("site", None): 1}
    newest = row.history.latest()
    assert (newest.title, newest.history_user, newest.history_date, newest.history_type) == ("March", user, LATER, "~")
    assert row.history.count() == 3
    assert dump(leave_out=TOLD) == before
    assert (event(row)["SUMMARY"], event(row)["SEQUENCE"], event(row)["LAST-MODIFIED"]) == (
        "March",
        "0",
        "20260302T130000Z",
    )


@operation
def make_user() -> User:
    return User.objects.create_superuser("dana")


def test_editors_of_different_fields_keep_both() -> None:
    action = make_action(title="Rally", description="Old")
    # Each began from the row as it was then.
    ops.edit_action(action.pk, {"title": "March"}, by=None, now=LATER)
    ops.edit_action(action.pk, {"description": "New"}, by=None, now=LATER)
    row = Action.objects.get()
    assert (row.title, row.description) == ("March", "New")


def test_an_update_names_its_columns(django_assert_max_num_queries: Any) -> None:
    action = make_action()
    with django_assert_max_num_queries(60) as captured:
        ops.edit_action(action.pk, {"description": "New"}, by=None, now=LATER)
    [update] = [q["sql"] for q in captured.captured_queries if q["sql"].startswith('UPDATE "rallies_action"')]
    written = update.partition(" SET ")[2].partition(" WHERE ")[0]
    assert {part.partition('"')[0] for part in written.split('"')[1::2]} == {"description", "updated_at"}


def test_a_hidden_note_writes_no_line() -> None:
    action = make_action()
    before = lines(action)
    ops.edit_action(action.pk, {"internal_note": "Police called"}, by=None, now=LATER)
    assert (lines(action), Action.objects.get().internal_note) == (before, "Police called")


def test_a_hidden_note_moves_no_stamp() -> None:
    action = make_action()
    before = stamps()
    ops.edit_action(action.pk, {"internal_note": "Police called"}, by=None, now=LATER)
    assert stamps() == before


def test_edit_of_time_and_place_writes_a_line_for_each_and_the_message_on_the_first() -> None:
    action = make_action()
    library = make_location(venue="Lincoln Library", street_address="")
    values = {"start_time": time(15), "location": library, "title": "Both"}
    ops.edit_action(action.pk, values, by=None, now=LATER, message="Bigger")
    assert lines(action)[1:] == [
        ("moved-in-time", {"before": FACE, "after": FACE | {"time": "15:00:00"}}, "Bigger"),
        ("moved-in-place", {"before": CAPITOL_FACE, "after": CAPITOL_FACE | {"exact": ["Lincoln Library"]}}, ""),
    ]
    assert len(set(Change.objects.order_by("id").values_list("number", flat=True)[1:])) == 1
    assert event(action)["SEQUENCE"] == "1"


def test_time_first_said_is_announced_and_not_a_move() -> None:
    action = make_action(start_date=None)
    ops.edit_action(action.pk, {"start_date": date(2026, 3, 14)}, by=None, now=LATER)
    ops.edit_action(action.pk, {"start_time": time(14)}, by=None, now=LATER)
    day = {"date": "2026-03-14", "zone": "America/Chicago"}
    assert lines(action)[1:] == [
        ("time-announced", {"after": day}, ""),
        ("time-announced", {"before": day, "after": FACE}, ""),
    ]
    assert (event(action)["SEQUENCE"], date_of(action).uid) == ("1", action.uid)


def test_place_first_said_is_announced() -> None:
    action = make_action(location=None)
    assert event(action)["LOCATION"] == "Place to be announced"
    ops.edit_action(action.pk, {"location": make_location()}, by=None, now=LATER)
    assert last_line(action) == ("place-announced", {"after": CAPITOL_FACE}, "")
    assert event(action)["SEQUENCE"] == "1"


# --- status ---------------------------------------------------------------------------------------

ALLOWED = {
    "scheduled": {"cancel", "postpone", "move in time", "move in place", "move online", "confirm", "tentative"},
    "tentative": {"cancel", "postpone", "move in time", "move in place", "move online", "confirm"},
    "postponed": {"cancel", "move in time", "move in place", "move online"},
    "moved-online": {"cancel", "postpone", "move in time", "move in place", "confirm"},
    "cancelled": {"undo"},
}
BECOMES = {
    ("cancel", "*"): "cancelled",
    ("postpone", "*"): "postponed",
    ("move online", "postponed"): "postponed",
    ("move online", "*"): "moved-online",
    ("confirm", "tentative"): "scheduled",
    ("move in time", "postponed"): "scheduled",
    ("move in place", "moved-online"): "scheduled",
    ("tentative", "*"): "tentative",
    ("undo", "*"): "scheduled",
}


@pytest.mark.parametrize("status", list(WAYS))
@pytest.mark.parametrize("step", [name for name in STEPS if name != "withdraw"])
def test_each_step_from_each_status(status: str, step: str) -> None:
    action = in_status(status, hosts=[make_organizer()])
    before, numbers = dump(), stamps()
    if step not in ALLOWED[status]:
        with pytest.raises(TransitionNotAllowed):
            STEPS[step](action)
        assert dump(leave_out=("Location", "HistoricalLocation")) == {
            name: rows for name, rows in before.items() if name not in ("Location", "HistoricalLocation")
        }
        return
    STEPS[step](action)
    expected = BECOMES.get((step, status)) or BECOMES.get((step, "*")) or status
    assert Action.objects.get().status == expected
    assert set(moved(numbers).values()) == {1} and len(moved(numbers)) == 2
    assert Change.objects.filter(number=stamps()["site", None]).count() == 1


def test_cancel_says_so_everywhere() -> None:
    action = make_action(title="Rally")
    before = date_of(action)
    ops.cancel_action(action.pk, message="Storm\x00 warning\u2028stay home", by=None, now=LATER)
    row, day, text = Action.objects.get(), date_of(action), event(action)
    assert (row.publication, row.status, row.status_before, row.status_message, row.status_changed_at) == (
        "published",
        "cancelled",
        "scheduled",
        "Storm warning\nstay home",
        LATER,
    )
    assert last_line(action) == ("cancelled", {}, "Storm warning\nstay home")
    assert (day.uid, day.starts_at, day.sequence) == (before.uid, before.starts_at, 1)
    assert (text["STATUS"], text["SUMMARY"], text["SEQUENCE"], text["LAST-MODIFIED"]) == (
        "CANCELLED",
        "CANCELLED: Rally",
        "1",
        "20260302T130000Z",
    )
    assert text["DESCRIPTION"].startswith("This action is cancelled.\\n\\nStorm warning\\nstay home\\n\\n")


@pytest.mark.parametrize("status", ["scheduled", "tentative", "postponed", "moved-online"])
def test_undo_leads_back_to_the_status_before(status: str) -> None:
    action = in_status(status)
    ics_status, sequence = event(action)["STATUS"], date_of(action).sequence
    STEPS["cancel"](action)
    assert Action.objects.get().status_before == status
    STEPS["undo"](action)
    row = Action.objects.get()
    assert (row.status, row.status_before, row.status_message, last_line(row)) == (
        status,
        "",
        {"scheduled": "We march", "tentative": "We ask", "postponed": "Wait", "moved-online": "On screen"}[status],
        ("cancellation-undone", {}, "We march"),
    )
    assert (event(row)["STATUS"], date_of(row).sequence) == (ics_status, sequence + 2)


def test_cancelled_action_keeps_its_time_and_place_by_every_way() -> None:
    action = in_status("cancelled")
    library = make_location(venue="Lincoln Library")
    before = dump()
    for refused in (
        lambda: move(action, start_time=time(15)),
        lambda: ops.move_action_in_place(action.pk, location=library, by=None, now=LATER),
        lambda: ops.edit_action(action.pk, {"start_date": date(2026, 4, 1)}, by=None, now=LATER),
        lambda: ops.edit_action(action.pk, {"start_date": None, "start_time": None}, by=None, now=LATER),
        lambda: ops.edit_action(action.pk, {"location": library, "title": "X"}, by=None, now=LATER),
    ):
        with pytest.raises(TransitionNotAllowed):
            refused()
    assert dump() == before
    ops.edit_action(action.pk, {"description": "Sorry."}, by=None, now=LATER)
    assert last_line(action) == ("edited", {"fields": ["description"]}, "")


def test_postpone_keeps_the_date_until_there_is_another() -> None:
    action = make_action(title="Rally")
    STEPS["postpone"](action)
    text = event(action)
    assert (text["STATUS"], text["SUMMARY"], text["SEQUENCE"], last_line(action)) == (
        "TENTATIVE",
        "POSTPONED: Rally",
        "1",
        ("postponed", {}, "Wait"),
    )
    assert (date_of(action).start_date, Action.objects.get().status_message) == (date(2026, 3, 14), "Wait")


def test_postponed_action_moved_to_a_new_day_is_on_again() -> None:
    action = in_status("postponed", title="Rally")
    move(action, start_date=date(2026, 4, 4))
    row, text = Action.objects.get(), event(action)
    assert (row.status, row.status_message, last_line(row)) == (
        "scheduled",
        "",
        ("moved-in-time", {"before": FACE, "after": FACE | {"date": "2026-04-04"}}, ""),
    )
    assert (text["STATUS"], text["SUMMARY"], text["SEQUENCE"]) == ("CONFIRMED", "Rally", "2")


def test_postponed_action_moved_to_its_own_time_is_on_again_with_a_line() -> None:
    action = in_status("postponed")
    ops.move_action_in_time(action.pk, **times(), message="It is on", by=None, now=LATER)
    assert Action.objects.get().status == "scheduled"
    assert last_line(action) == ("moved-in-time", {"before": FACE, "after": FACE}, "It is on")


def test_postponed_action_moved_to_another_zone_stays_postponed() -> None:
    action = in_status("postponed")
    ops.move_action_in_place(action.pk, location=make_location(**BERLIN), by=None, now=LATER)
    assert Action.objects.get().status == "postponed"


def test_confirm_notes_the_moment_and_nothing_in_the_calendar() -> None:
    action = make_action()
    text = date_of(action).vevent
    ops.confirm_action(action.pk, by=None, now=LATER)
    row = Action.objects.get()
    assert (row.confirmed_at, row.status, last_line(row)) == (LATER, "scheduled", ("confirmed", {}, ""))
    assert date_of(row).vevent == text


@pytest.mark.parametrize("step", [ops.postpone_action, ops.mark_action_tentative])
def test_what_is_no_longer_certain_is_no_longer_confirmed(step) -> None:
    action = make_action()
    ops.confirm_action(action.pk, by=None, now=NOW)
    step(action.pk, by=None, now=LATER)
    assert Action.objects.get().confirmed_at is None


def test_tentative_then_confirmed() -> None:
    action = in_status("tentative")
    assert (event(action)["STATUS"], Action.objects.get().status_message) == ("TENTATIVE", "We ask")
    ops.confirm_action(action.pk, by=None, now=LATER)
    row = Action.objects.get()
    assert (row.status, row.status_message, event(row)["STATUS"], event(row)["SEQUENCE"]) == (
        "scheduled",
        "",
        "CONFIRMED",
        "2",
    )


def test_tentative_says_why_in_history() -> None:
    assert last_line(in_status("tentative"))[2] == "We ask"


# --- move in time ---------------------------------------------------------------------------------


def test_move_in_time_keeps_the_uid_and_says_from_what_to_what() -> None:
    action = make_action()
    before = date_of(action)
    ops.move_action_in_time(
        action.pk, **times(start_date=date(2026, 3, 15), end_time=time(16, 30)), message="Rain", by=None, now=LATER
    )
    day, text = date_of(action), event(action)
    assert last_line(action) == ("moved-in-time", {"before": FACE, "after": FACE | {"date": "2026-03-15"}}, "Rain")
    assert (day.pk, day.uid, day.sequence, day.starts_at, day.ends_at) == (
        before.pk,
        before.uid,
        1,
        datetime(2026, 3, 15, 19, 0, tzinfo=UTC),
        datetime(2026, 3, 15, 21, 30, tzinfo=UTC),
    )
    before_words, after_words = (when_words(date(2026, 3, day), time(14)).replace(",", "\\,") for day in (14, 15))
    assert text["DESCRIPTION"].startswith(f"Moved from {before_words} to {after_words}.\\n\\n")


def test_move_of_the_end_alone_raises_sequence() -> None:
    action = make_action()
    move(action, end_time=time(18))
    assert (last_line(action), event(action)["SEQUENCE"]) == (("edited", {"fields": ["end_time"]}, ""), "1")


def test_move_over_the_change_of_clocks_keeps_the_wall_clock() -> None:
    action = make_action(start_date=date(2026, 3, 7))
    move(action, start_date=date(2026, 3, 9))
    assert date_of(action).starts_at == datetime(2026, 3, 9, 19, 0, tzinfo=UTC)


def test_end_before_the_start_is_the_next_day() -> None:
    action = make_action(start_time=time(22), end_time=time(1, 30))
    day = date_of(action)
    assert (day.end_date, day.last_day, day.ends_at) == (
        date(2026, 3, 15),
        date(2026, 3, 15),
        datetime(2026, 3, 15, 6, 30, tzinfo=UTC),
    )


def test_undated_action_moved_to_a_day_loses_its_window() -> None:
    action = make_action(start_date=None, window_first=date(2026, 4, 1), window_last=date(2026, 4, 30))
    move(action)
    row = Action.objects.get()
    assert (row.window_first, row.window_last, last_line(row)[:2]) == (
        None,
        None,
        ("time-announced", {"after": FACE}),
    )


def test_sequence_goes_on_after_the_date_was_taken_away_and_set_again() -> None:
    action = make_action()
    move(action, start_time=time(15))
    ops.edit_action(action.pk, {"start_date": None, "start_time": None}, by=None, now=LATER)
    assert (list(Occurrence.objects.all()), last_line(action)[0]) == ([], "moved-in-time")
    move(action, start_time=time(16), now=LATER + timedelta(hours=1))
    day = date_of(action)
    assert (day.uid, day.sequence, Action.objects.get().next_sequence) == (action.uid, 2, 2)


def test_sequence_rises_exactly_with_time_status_and_place() -> None:
    action = make_action()
    seen = []
    for number, change in enumerate(
        [
            lambda now: ops.edit_action(action.pk, {"title": "New title"}, by=None, now=now),
            lambda now: ops.edit_action(action.pk, {"description": "New text"}, by=None, now=now),
            lambda now: move(action, start_time=time(15), now=now),
            lambda now: ops.edit_action(action.pk, {"kind": "strike"}, by=None, now=now),
            lambda now: ops.edit_action(action.pk, {"time_note": "about"}, by=None, now=now),
            lambda now: ops.cancel_action(action.pk, by=None, now=now),
            lambda now: ops.undo_cancellation(action.pk, by=None, now=now),
            lambda now: ops.confirm_action(action.pk, by=None, now=now),
            lambda now: ops.move_action_online(action.pk, online_url="https://x.example/", by=None, now=now),
            lambda now: ops.edit_action(action.pk, {"route_start": "Gate"}, by=None, now=now),
        ],
        start=1,
    ):
        change(NOW + timedelta(hours=number))
        seen.append((date_of(action).sequence, date_of(action).changed_at.hour))
    # Of "strike", eight hours long by default, the end is another.
    assert seen == [
        (0, 13),
        (0, 14),
        (1, 15),
        (2, 16),
        (2, 17),
        (3, 18),
        (4, 19),
        (4, 19),
        (5, 21),
        (5, 21),
    ]


def test_last_modified_rises_by_a_second_for_changes_within_one() -> None:
    action = make_action()
    for text in ("one", "two", "three"):
        ops.edit_action(action.pk, {"description": text}, by=None, now=LATER + timedelta(microseconds=5))
    assert date_of(action).changed_at == LATER + timedelta(seconds=2)


# --- move in place --------------------------------------------------------------------------------


def test_move_in_place_to_another_zone_keeps_the_wall_clock() -> None:
    action = make_action()
    ops.move_action_in_place(action.pk, location=make_location(**BERLIN), message="Invited", by=None, now=LATER)
    row, day, text = Action.objects.get(), date_of(action), event(action)
    assert (row.timezone, row.start_time, row.status, day.starts_at, day.sequence) == (
        "Europe/Berlin",
        time(14),
        "scheduled",
        datetime(2026, 3, 14, 13, 0, tzinfo=UTC),
        1,
    )
    assert lines(action)[1:] == [
        ("moved-in-time", {"before": FACE, "after": FACE | {"zone": "Europe/Berlin"}}, "Invited"),
        (
            "moved-in-place",
            {
                "before": CAPITOL_FACE,
                "after": {"exact": ["Rotes Rathaus"], "locality": "Berlin", "region": "", "country": "DE"},
            },
            "",
        ),
    ]
    assert (text["DTSTART"], text["GEO"], text["LOCATION"]) == (
        ";TZID=Europe/Berlin:20260314T140000",
        "52.518600;13.408300",
        "Rotes Rathaus\\, Berlin\\, Germany",
    )


def test_move_to_where_the_time_does_not_exist_is_refused() -> None:
    action = make_action(start_date=date(2026, 3, 29), start_time=time(2, 30))
    location = make_location(**BERLIN)
    before = dump()
    with pytest.raises(RulesBroken, match=r"02:30.*01:59 and 03:00"):
        ops.move_action_in_place(action.pk, location=location, by=None, now=LATER)
    assert dump() == before


def test_move_to_the_same_place_changes_nothing() -> None:
    action = make_action()
    before = dump()
    ops.move_action_in_place(action.pk, location=Action.objects.get().location, by=None, now=LATER)
    assert dump() == before


def test_move_online_and_back() -> None:
    action = make_action(title="Rally")
    STEPS["move online"](action)
    row, text = Action.objects.get(), event(action)
    assert (row.status, row.attendance_mode, row.status_message, last_line(row)) == (
        "moved-online",
        "online",
        "On screen",
        ("moved-online", {}, "On screen"),
    )
    assert (text["LOCATION"], text["STATUS"], text["SEQUENCE"], "GEO" in text) == (
        "https://meet.example.org/x",
        "CONFIRMED",
        "1",
        False,
    )
    assert text["CONFERENCE"].endswith(":https://meet.example.org/x")
    assert "Take part online: https://meet.example.org/x" in text["DESCRIPTION"]
    ops.move_action_in_place(action.pk, location=row.location, by=None, now=LATER)
    row = Action.objects.get()
    assert (row.status, row.attendance_mode, row.status_message, event(row)["SEQUENCE"], last_line(row)) == (
        "scheduled",
        "in-person",
        "",
        "2",
        ("moved-in-place", {"before": {"online": True}, "after": CAPITOL_FACE}, ""),
    )


@pytest.mark.parametrize("address", ["", "meet.example.org", "javascript:x", "https://", "https://a b"])
def test_move_online_needs_a_link(address: str) -> None:
    action = make_action()
    before = dump()
    with pytest.raises(RulesBroken):
        ops.move_action_online(action.pk, online_url=address, by=None, now=LATER)
    assert dump() == before


def test_edit_of_the_location_brings_a_moved_online_action_back_whole() -> None:
    action = in_status("moved-online")
    ops.edit_action(action.pk, {"location": make_location(venue="Lincoln Library")}, by=None, now=LATER)
    row = Action.objects.get()
    assert (row.status, row.attendance_mode) == ("scheduled", "in-person")


def test_text_is_made_from_the_location_as_it_is_now() -> None:
    from rallies.operations.locations import edit_location

    action, hall = make_action(), make_location(venue="Old Hall", street_address="")
    old = Location.objects.get(pk=hall.pk)
    edit_location(hall.pk, {"venue": "New Hall"}, by=None, now=LATER)
    ops.move_action_in_place(action.pk, location=old, by=None, now=LATER)
    assert event(action)["LOCATION"].startswith("New Hall\\,")
    assert last_line(action)[1]["after"] == CAPITOL_FACE | {"exact": ["New Hall"]}


# --- withheld places ------------------------------------------------------------------------------

MOMENT = NOW + timedelta(days=5)
SECRETS = ("Hidden", "12 Veiled Lane", "62799", "Cellar", "41.1234", "-88.4321", "Shadow")


def secret_location(**changes: Any) -> Location:
    values = {
        "venue": "Hidden House",
        "street_address": "12 Veiled Lane",
        "district": "Shadow Quarter",
        "postal_code": "62799",
        "latitude": 41.1234,
        "longitude": -88.4321,
        "access_note": "Cellar door",
        "place": make_place(),
    }
    return make_location(**values | changes)


def what_leaves(action: Action) -> str:
    """Everything that the world gets of an action, and what its lines of history store."""
    stored = [*Change.objects.values_list("details", "message"), *Occurrence.objects.values_list("vevent", flat=True)]
    row = Action.objects.get(pk=action.pk)
    values = get_action(row.slug, now=LATER) if row.publication == "published" else ()
    return repr(values) + repr(stored).replace("\\r\\n ", "") + row.slug


def leaked(action: Action) -> list[str]:
    return [word for word in SECRETS if word in what_leaves(action)]


@pytest.mark.parametrize("visibility", ["city", "city-until"])
@pytest.mark.parametrize("step", [None, *STEPS])
def test_withheld_place_leaks_nowhere(visibility: str, step: str | None) -> None:
    action = make_action(
        location=secret_location(),
        place_visibility=visibility,
        place_revealed_from=MOMENT if visibility == "city-until" else None,
        route_start="Hidden gate",
        route_stops=["Hidden yard"],
        route_end="Hidden end",
    )
    if step == "undo":
        STEPS["cancel"](action)
    if step:
        STEPS[step](action)
    if step not in ("withdraw", "cancel"):
        other = secret_location(venue="Hidden Mill")
        ops.edit_action(action.pk, {"location": other, "route_start": "Hidden lane"}, by=None, now=LATER)
    assert leaked(action) == []


def test_withheld_place_is_its_city_with_no_point() -> None:
    action = make_action(location=secret_location(), place_visibility="city-until", place_revealed_from=MOMENT)
    text = event(action)
    assert (text["LOCATION"].replace("\\,", ","), "GEO" in text, "X-APPLE-STRUCTURED-LOCATION" in text) == (
        CITY,
        False,
        False,
    )
    place = get_action(action.slug, now=NOW)[0].place
    assert place is not None
    assert (place.label, place.latitude, place.longitude, place.precision) == (CITY, 39.8017, -89.6437, "city")
    assert "The exact place will be announced here" in text["DESCRIPTION"]


@pytest.mark.parametrize(
    "after", [{"place_visibility": "city"}, {"place_visibility": "city-until", "place_revealed_from": MOMENT}]
)
def test_place_withheld_later_leaks_nowhere(after: dict[str, Any]) -> None:
    action = make_action()
    ops.move_action_in_place(action.pk, location=secret_location(), by=None, now=LATER)
    ops.edit_action(action.pk, after, by=None, now=LATER)
    row = Action.objects.get()
    public = repr(get_action(row.slug, now=LATER)) + repr(date_of(row).vevent).replace("\\r\\n ", "")
    assert [word for word in SECRETS if word in public] == []


def test_history_says_the_city_while_withheld_and_the_place_again_after() -> None:
    action = make_action()
    ops.move_action_in_place(action.pk, location=secret_location(), by=None, now=LATER)
    exact = f"Hidden House, 12 Veiled Lane, Shadow Quarter, {CITY}"
    seen = []
    for visibility in ("exact", "city", "exact"):
        ops.edit_action(action.pk, {"place_visibility": visibility}, by=None, now=LATER)
        changes = get_action(action.slug, now=LATER)[0].changes
        seen.append([(change.before, change.after) for change in changes if change.kind == "moved-in-place"])
    assert seen == [[(CAPITOL, exact)], [("", "")], [(CAPITOL, exact)]]


def test_moves_while_withheld_stay_secret_after_the_reveal() -> None:
    action = make_action(location=secret_location(), place_visibility="city-until", place_revealed_from=MOMENT)
    ops.move_action_in_place(action.pk, location=make_location(), by=None, now=LATER)
    ops.reveal_place(action.pk, now=MOMENT)
    assert leaked(action) == []
    assert event(action)["LOCATION"].replace("\\,", ",") == CAPITOL


def test_reveal_before_its_moment_does_nothing_and_at_it_once() -> None:
    week = make_campaign()
    action = make_action(
        location=secret_location(), place_visibility="city-until", place_revealed_from=MOMENT, campaigns=[week]
    )
    before = dump()
    ops.reveal_place(action.pk, now=MOMENT - timedelta(microseconds=1))
    assert dump() == before
    numbers = stamps()
    ops.reveal_place(action.pk, now=MOMENT)
    row, text = Action.objects.get(), event(action)
    exact = f"Hidden House, 12 Veiled Lane, Shadow Quarter, {CITY}"
    assert (row.place_revealed_at, last_line(row), moved(numbers)) == (
        MOMENT,
        (
            "place-revealed",
            {"after": CAPITOL_FACE | {"exact": ["Hidden House", "12 Veiled Lane", "Shadow Quarter"]}},
            "",
        ),
        {("site", None): 1, ("campaign", week.pk): 1},
    )
    assert (text["LOCATION"].replace("\\,", ","), text["GEO"], text["SEQUENCE"], text["LAST-MODIFIED"]) == (
        exact,
        "41.123400;-88.432100",
        "1",
        "20260307T120000Z",
    )
    again = dump()
    ops.reveal_place(action.pk, now=MOMENT + timedelta(days=1))
    assert dump() == again


@pytest.mark.parametrize("visibility", ["exact", "city"])
def test_reveal_of_what_has_no_moment_does_nothing(visibility: str) -> None:
    action = make_action(location=secret_location(), place_visibility=visibility)
    before = dump()
    ops.reveal_place(action.pk, now=MOMENT)
    assert dump() == before


def test_reveal_of_a_draft_tells_nobody() -> None:
    action = make_action(
        location=secret_location(), place_visibility="city-until", place_revealed_from=MOMENT, publish=False
    )
    before = stamps()
    ops.reveal_place(action.pk, now=MOMENT)
    assert (stamps(), lines(action), Action.objects.get().place_revealed_at) == (before, [], MOMENT)


def test_new_moment_withholds_a_revealed_place_again() -> None:
    action = make_action(location=secret_location(), place_visibility="city-until", place_revealed_from=MOMENT)
    ops.reveal_place(action.pk, now=MOMENT)
    ops.edit_action(action.pk, {"place_revealed_from": MOMENT + timedelta(days=2)}, by=None, now=MOMENT)
    assert Action.objects.get().place_revealed_at is None
    assert event(action)["LOCATION"].replace("\\,", ",") == CITY
    ops.edit_action(action.pk, {"place_visibility": "exact", "place_revealed_from": None}, by=None, now=MOMENT)
    assert event(action)["LOCATION"].startswith("Hidden House")


def test_other_place_after_the_moment_is_shown_at_once() -> None:
    action = make_action(location=secret_location(), place_visibility="city-until", place_revealed_from=MOMENT)
    ops.reveal_place(action.pk, now=MOMENT)
    ops.move_action_in_place(action.pk, location=make_location(), by=None, now=MOMENT + timedelta(hours=1))
    assert event(action)["LOCATION"].replace("\\,", ",") == CAPITOL
    assert Action.objects.get().place_revealed_at == MOMENT


@pytest.mark.parametrize("way", ["step", "edited"])
def test_the_moment_of_a_reveal_goes_with_the_clock_of_another_place(way: str) -> None:
    # 06:00 in Illinois.
    action = make_action(location=secret_location(), place_visibility="city-until", place_revealed_from=MOMENT)
    there = secret_location(locality="Tucson", timezone="America/Phoenix")
    if way == "step":
        ops.move_action_in_place(action.pk, location=there, by=None, now=LATER)
    else:
        values = {"location": there, "timezone": there.timezone}
        ops.edit_action(action.pk, values, by=None, now=LATER)
    assert Action.objects.get().place_revealed_from == MOMENT + timedelta(hours=1)


def test_a_moment_that_comes_with_another_zone_is_taken_as_it_is() -> None:
    action = make_action(location=secret_location(), place_visibility="city-until", place_revealed_from=MOMENT)
    values = {"timezone": "America/Phoenix", "place_revealed_from": MOMENT}
    ops.edit_action(action.pk, values, by=None, now=LATER)
    assert Action.objects.get().place_revealed_from == MOMENT


def test_a_revealed_place_is_withheld_again_where_its_moment_is_to_come() -> None:
    action = make_action(location=secret_location(), place_visibility="city-until", place_revealed_from=MOMENT)
    ops.reveal_place(action.pk, now=MOMENT)
    ops.edit_action(action.pk, {"timezone": "America/Phoenix"}, by=None, now=MOMENT)
    assert (Action.objects.get().place_revealed_at, event(action)["LOCATION"].replace("\\,", ",")) == (None, CITY)


def test_a_moment_that_has_come_when_an_action_is_made_waits_for_no_worker() -> None:
    soon = make_action(location=secret_location(), place_visibility="city-until", place_revealed_from=MOMENT)
    due = make_action(location=secret_location(), place_visibility="city-until", place_revealed_from=NOW)
    assert (soon.place_revealed_at, due.place_revealed_at) == (None, NOW)
    assert event(due)["LOCATION"].startswith("Hidden House")


def test_moved_back_from_online_to_a_place_with_the_same_public_words_has_its_line() -> None:
    action = make_action(location=secret_location(), place_visibility="city")
    STEPS["move online"](action)
    ops.move_action_in_place(action.pk, location=secret_location(venue="Hidden Mill"), by=None, now=LATER)
    assert last_line(action)[0] == "moved-in-place"
