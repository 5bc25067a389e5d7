"""Stored calendar text is what would be made now, whatever was done in whatever order."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from rallies.models import Action, Change, Listing, Occurrence, SeriesText
from rallies.operations import actions as ops
from rallies.operations import series_dates
from rallies.operations.campaigns import edit_campaign
from rallies.operations.errors import RulesBroken
from rallies.operations.locations import edit_location
from rallies.operations.organizers import edit_organizer
from rallies.operations.parts import save_parts
from rallies.rules.errors import TransitionNotAllowed
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place
from tests.operations.state import LATER, date_of, event, fresh_texts, stamps, stored_texts, unfolded

pytestmark = pytest.mark.django_db


def test_the_comparison_can_fail() -> None:
    action = make_action()
    assert stored_texts() == fresh_texts() != {}
    stored = stored_texts()
    ops.edit_action(action.pk, {"title": "Another"}, by=None, now=LATER)
    assert stored != fresh_texts() == stored_texts()


def test_drafts_and_undated_actions_have_no_text() -> None:
    make_action(publish=False)
    make_action(start_date=None)
    assert (list(Occurrence.objects.values_list("vevent", flat=True)), stored_texts()) == ([""], {})


def test_touching_what_did_not_change_keeps_the_bytes_and_moves_the_stamp() -> None:
    action = make_action()
    row, numbers = Occurrence.objects.values().get(), stamps()
    ops.touch_action(action.pk, by=None, now=LATER)
    assert Occurrence.objects.values().get() == row
    assert stamps()["site", None] == numbers["site", None] + 1


def test_pasted_control_characters_never_reach_the_text() -> None:
    dirty = "a\x00b\x0bc\u2028d\u0085e\ufffdf\x7fg\ud800h\tI"
    location = make_location(venue=dirty, street_address="")
    action = make_action(
        title=dirty, description=dirty, location=location, time_note=dirty, campaigns=[make_campaign(name=dirty)]
    )
    ops.cancel_action(action.pk, message=dirty, by=None, now=LATER)
    text = date_of(action).vevent
    assert [
        c for c in text if ord(c) in {*range(9), 11, 12, *range(14, 32), *range(127, 160), 0x2028, 0x2029, 0xFFFD}
    ] == []
    assert event(action)["SUMMARY"] == "CANCELLED: ab c d efgh I"
    assert all(len(line) <= 75 for line in text.encode().split(b"\r\n"))


def test_text_is_made_in_the_language_of_the_site_whoever_writes() -> None:
    from django.utils import translation

    with translation.override("de"):
        action = make_action()
        ops.move_action_in_place(action.pk, location=make_location(venue="Hall"), by=None, now=LATER)
    assert "United States" in event(action)["DESCRIPTION"] and "United States" in event(action)["LOCATION"]
    assert stored_texts() == fresh_texts()


class AnyOrder(RuleBasedStateMachine):
    """Two actions, two places, two campaigns, a group, and everything that can be done with them.

    After each step: stamps and numbers of lines only rise; no SEQUENCE or LAST-MODIFIED falls, and SEQUENCE
    rises with time, status and place. At the end: stored text is fresh text.
    """

    actions_of = st.integers(0, 1)

    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = NOW
        self.group = make_organizer()
        self.weeks = [make_campaign(), make_campaign()]
        self.places = [
            make_location(venue="One", place=make_place()),
            make_location(
                venue="Zwei", locality="Berlin", region="", region_code="", country="DE", timezone="Europe/Berlin"
            ),
        ]
        self.actions = [
            make_action(location=self.places[0], campaigns=[self.weeks[0]], hosts=[self.group]),
            make_action(location=self.places[1], kind="vigil", recurrence_rule="FREQ=WEEKLY;COUNT=3"),
        ]
        self.versions: dict[str, tuple[int, datetime, tuple[tuple[str | None, ...], ...], str]] = {}
        self.numbers: dict[tuple[str, int | None], int] = {}

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            try:
                assert stored_texts() == fresh_texts()
            finally:
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

    def do(self, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        before = stamps()
        try:
            operation(*args, now=self.now, **kwargs)
        except (TransitionNotAllowed, RulesBroken):
            assert stamps() == before

    @rule(seconds=st.sampled_from([0, 0, 1, 3600, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(
        number=actions_of,
        name=st.sampled_from(
            "cancel_action undo_cancellation postpone_action mark_action_tentative confirm_action "
            "withdraw_action publish_action publish_action touch_action".split()
        ),
    )
    def step(self, number: int, name: str) -> None:
        self.do(getattr(ops, name), self.actions[number].pk, by=None)

    @rule(number=actions_of, day=st.integers(1, 31), hour=st.sampled_from([2, 9, 23, None]), end=st.booleans())
    def move_in_time(self, number: int, day: int, hour: int | None, end: bool) -> None:
        clock = None if hour is None else time(hour, 30)
        self.do(
            ops.move_action_in_time,
            self.actions[number].pk,
            start_date=date(2026, 3, day),
            start_time=clock,
            end_time=time(1) if end and clock else None,
            by=None,
        )

    @rule(
        number=actions_of,
        which=st.integers(0, 2),
        name=st.sampled_from(["cancel_date", "restore_date", "move_date", "move_date_back"]),
        day=st.integers(1, 31),
    )
    def one_date(self, number: int, which: int, name: str, day: int) -> None:
        dates = list(self.actions[number].occurrences.in_order())
        if not dates:
            return
        moved = {"start_date": date(2026, 3, day), "start_time": time(17)} if name == "move_date" else {}
        self.do(getattr(series_dates, name), dates[which % len(dates)].pk, by=None, **moved)

    @rule(number=actions_of, place=st.integers(0, 1))
    def move_in_place(self, number: int, place: int) -> None:
        self.do(ops.move_action_in_place, self.actions[number].pk, location=self.places[place], by=None)

    @rule(number=actions_of)
    def move_online(self, number: int) -> None:
        self.do(ops.move_action_online, self.actions[number].pk, online_url="https://x.example/", by=None)

    @rule(
        number=actions_of,
        values=st.sampled_from(
            [
                {"title": "A"},
                {"title": "B", "slug": "b"},
                {"description": "*Come*"},
                {"internal_note": "n"},
                {"kind": "strike"},
                {"start_date": None, "start_time": None, "end_date": None, "end_time": None, "recurrence_rule": ""},
                {"start_date": date(2026, 3, 20), "window_first": None, "window_last": None},
                {"recurrence_rule": "FREQ=DAILY;COUNT=3"},
                {"recurrence_rule": ""},
                {"location": None, "place_visibility": "exact", "place_revealed_from": None},
                {"place_visibility": "city", "place_revealed_from": None},
                {"place_visibility": "city-until", "place_revealed_from": datetime(2026, 3, 2, 13, 30, tzinfo=UTC)},
                {"place_visibility": "exact", "place_revealed_from": None},
                {"timezone": "Asia/Tokyo"},
            ]
        ),
    )
    def edit(self, number: int, values: dict[str, Any]) -> None:
        self.do(ops.edit_action, self.actions[number].pk, values, by=None)

    @rule(number=actions_of)
    def reveal(self, number: int) -> None:
        self.do(ops.reveal_place, self.actions[number].pk)

    @rule(number=st.integers(0, 1), name=st.sampled_from("XYZ"), public=st.booleans())
    def edit_week(self, number: int, name: str, public: bool) -> None:
        self.do(edit_campaign, self.weeks[number].pk, {"name": name, "is_public": public}, by=None)

    @rule(number=st.integers(0, 1), venue=st.sampled_from("XYZ"), latitude=st.sampled_from([10.0, 20.0]))
    def edit_place(self, number: int, venue: str, latitude: float) -> None:
        self.do(edit_location, self.places[number].pk, {"venue": venue, "latitude": latitude}, by=None)

    @rule(name=st.sampled_from("XYZ"))
    def edit_group(self, name: str) -> None:
        self.do(edit_organizer, self.group.pk, {"name": name}, by=None)

    @rule(number=actions_of, week=st.integers(0, 1))
    def join_or_leave(self, number: int, week: int) -> None:
        action, campaign = self.actions[number], self.weeks[week]
        there = list(Listing.objects.filter(action=action, campaign=campaign))
        saved = [] if there else [Listing(action=action, campaign=campaign, state="accepted")]
        self.do(save_parts, action.pk, saved=saved, removed=there, by=None)

    @invariant()
    def numbers_only_rise(self) -> None:
        if not hasattr(self, "numbers"):
            return
        after = stamps()
        assert {key: number for key, number in self.numbers.items() if after[key] < number} == {}
        self.numbers = after
        lines = list(Change.objects.order_by("id").values_list("number", flat=True))
        assert lines == sorted(lines)
        assert max(lines, default=0) <= after["site", None]

    @invariant()
    def versions_only_rise(self) -> None:
        if not hasattr(self, "versions"):
            return
        rows = Occurrence.objects.filter(action__publication="published").exclude(vevent="")
        series = SeriesText.objects.filter(action__publication="published").exclude(vevent="")
        told = [
            *rows.values_list("uid", "sequence", "changed_at", "vevent"),
            *series.values_list("action__uid", "sequence", "changed_at", "vevent"),
        ]
        assert len({uid for uid, *_ in told}) == len(told)
        for uid, sequence, changed_at, text in told:
            events = [unfolded(f"BEGIN:VEVENT{part}") for part in text.split("BEGIN:VEVENT")[1:]]
            versions = {(found["SEQUENCE"], found["LAST-MODIFIED"]) for found in events}
            assert versions == {(str(sequence), f"{changed_at:%Y%m%dT%H%M%SZ}")}
            names = ("RECURRENCE-ID", "DTSTART", "DTEND", "RRULE", "STATUS", "LOCATION")
            face = tuple(tuple(found.get(name) for name in names) for found in events)
            if uid in self.versions:
                was_sequence, was_changed_at, was_face, was_text = self.versions[uid]
                assert (sequence >= was_sequence, changed_at >= was_changed_at) == (True, True)
                assert face == was_face or sequence > was_sequence
                assert text == was_text or changed_at > was_changed_at
            self.versions[uid] = (sequence, changed_at, face, text)

    @invariant()
    def one_date_has_one_uid(self) -> None:
        for action in Action.objects.filter(recurrence_rule="", start_date__isnull=False):
            assert action.occurrences.count() == 1


def test_any_order_of_operations() -> None:
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=6,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
