"""Numbers that rise: stamps in scope, numbers of history lines, also with several writers at once."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection

from rallies.models import Action, Change, FeedStamp, Listing, Location, Participation
from rallies.operations.actions import (
    cancel_action,
    edit_action,
    move_action_in_place,
    move_action_in_time,
    withdraw_action,
)
from rallies.operations.campaigns import edit_campaign
from rallies.operations.locations import edit_location
from rallies.operations.participations import ListingEntry, ParticipationEntry, SourceEntry
from rallies.operations.parts import save_parts
from rallies.operations.stamps import Scopes, move_stamps
from rallies.operations.transaction import operation
from tests.at_once import at_once
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer
from tests.operations.state import LATER, date_of, event, fresh_texts, moved, stamps, stored_texts


@pytest.mark.django_db
def test_only_what_the_world_may_know_is_in_scope() -> None:
    groups = {state: make_organizer() for state in ("invited", "accepted", "declined", "reported")}
    weeks = {
        state: make_campaign()
        for state in ("requested-by-host", "requested-by-campaign", "accepted", "declined", "reported")
    }
    action = make_action(
        sources=[SourceEntry(url="https://example.org/", outlet="An outlet")],
        participations=[
            ParticipationEntry(group, "host", state, source=0 if state == "reported" else None)
            for state, group in groups.items()
        ],
        listings=[
            ListingEntry(week, state, basis="explicit" if state == "reported" else "") for state, week in weeks.items()
        ],
    )
    before = stamps()
    edit_action(action.pk, {"title": "New"}, by=None, now=LATER)
    assert moved(before) == {
        ("site", None): 1,
        ("organizer", groups["accepted"].pk): 1,
        ("organizer", groups["reported"].pk): 1,
        ("campaign", weeks["accepted"].pk): 1,
        ("campaign", weeks["reported"].pk): 1,
    }


@pytest.mark.django_db
def test_scopes_before_and_after_both_move() -> None:
    old, new, host = make_campaign(), make_campaign(), make_organizer()
    action = make_action(campaigns=[old], hosts=[host])
    listing = Listing.objects.get()
    part = Participation.objects.get()
    part.state = "declined"
    before, lines = stamps(), Change.objects.count()
    joined = Listing(action=action, campaign=new, state="accepted")
    save_parts(action.pk, saved=[joined, part], removed=[listing], by=None, now=LATER)
    assert moved(before) == {
        ("site", None): 1,
        ("campaign", old.pk): 1,
        ("campaign", new.pk): 1,
        ("organizer", host.pk): 1,
    }
    assert event(action)["CATEGORIES"] == f"Rally,{new.name}"
    assert Change.objects.count() == lines
    assert stored_texts() == fresh_texts()


@pytest.mark.django_db
def test_the_moment_of_a_stamp_rises_by_a_second_and_never_goes_back() -> None:
    action = make_action()
    seen = []
    for now in (LATER, LATER, LATER - timedelta(days=1), LATER + timedelta(minutes=1, microseconds=7)):
        edit_action(action.pk, {"description": f"{now} {len(seen)}"}, by=None, now=now)
        seen.append(FeedStamp.objects.get(scope="site").moved_at)
    second = timedelta(seconds=1)
    assert seen == [LATER, LATER + second, LATER + 2 * second, LATER + timedelta(minutes=1)]


@pytest.mark.django_db
def test_lines_are_numbered_from_the_stamp_of_the_site() -> None:
    one, other = make_action(campaigns=[make_campaign()]), make_action()
    for action in (one, other, one):
        withdraw_or_cancel = cancel_action if action is other else edit_title
        withdraw_or_cancel(action.pk, by=None, now=LATER)
    numbers = list(Change.objects.order_by("id").values_list("number", flat=True))
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == stamps()["site", None]


def edit_title(action_id: int, *, by: None, now: Any) -> Action:
    title = Action.objects.get(pk=action_id).title
    return edit_action(action_id, {"title": f"{title}!"}, by=by, now=now)


@pytest.mark.django_db
def test_the_first_operation_makes_the_stamp() -> None:
    assert stamps() == {}
    assert operation(move_stamps)(Scopes(), now=NOW) == 1
    assert list(FeedStamp.objects.values_list("scope", "number", "moved_at")) == [("site", 1, NOW)]


# --- several writers at once ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_writers_of_different_actions_get_numbers_of_their_own() -> None:
    week, host = make_campaign(), make_organizer()
    actions = [make_action(campaigns=[week], hosts=[host]) for _ in range(2)]
    before = stamps()

    def mover(action: Action) -> Callable[[], None]:
        def work() -> None:
            for hour in range(8, 13):
                move_action_in_time(action.pk, start_date=date(2026, 3, 14), start_time=time(hour), by=None, now=LATER)

        return work

    at_once(*(mover(action) for action in actions))
    assert moved(before) == {("site", None): 10, ("campaign", week.pk): 10, ("organizer", host.pk): 10}
    changes = list(Change.objects.filter(kind="moved-in-time").order_by("number").values_list("number", "action_id"))
    first = before["site", None] + 1
    assert [number for number, _ in changes] == list(range(first, first + 10))
    assert [date_of(action).sequence for action in actions] == [5, 5]
    assert stored_texts() == fresh_texts()


@pytest.mark.django_db(transaction=True)
def test_editors_of_different_fields_at_once_keep_both() -> None:
    action = make_action(title="Rally", description="Old")
    at_once(
        lambda: [edit_action(action.pk, {"title": f"March {n}"}, by=None, now=LATER) for n in range(5)],
        lambda: [edit_action(action.pk, {"description": f"New {n}"}, by=None, now=LATER) for n in range(5)],
    )
    row = Action.objects.get()
    assert (row.title, row.description, Change.objects.count()) == ("March 4", "New 4", 11)
    assert stored_texts() == fresh_texts()


@pytest.mark.django_db(transaction=True)
def test_a_cancellation_is_not_lost_to_a_writer_of_what_stands_beside() -> None:
    week, hall = make_campaign(), make_location()
    actions = [make_action(campaigns=[week], location=hall) for _ in range(4)]
    at_once(
        lambda: [edit_campaign(week.pk, {"name": f"Week {n}"}, by=None, now=LATER) for n in range(4)],
        lambda: [edit_location(hall.pk, {"venue": f"Hall {n}"}, by=None, now=LATER) for n in range(4)],
        lambda: [cancel_action(action.pk, by=None, now=LATER) for action in actions],
    )
    seen = {(e["STATUS"], e["LOCATION"].partition("\\")[0], e["CATEGORIES"]) for e in map(event, actions)}
    assert seen == {("CANCELLED", "Hall 3", "Rally,Week 3")}
    assert stored_texts() == fresh_texts()


@pytest.mark.django_db(transaction=True)
def test_a_move_to_a_place_that_is_being_renamed_shows_its_new_name() -> None:
    actions, hall = [make_action() for _ in range(3)], make_location(venue="Hall")
    old = Location.objects.get(pk=hall.pk)
    at_once(
        lambda: [edit_location(hall.pk, {"venue": f"Hall {n}"}, by=None, now=LATER) for n in range(4)],
        lambda: [move_action_in_place(action.pk, location=old, by=None, now=LATER) for action in actions],
    )
    assert {event(action)["LOCATION"].partition("\\")[0] for action in actions} == {"Hall 3"}
    assert stored_texts() == fresh_texts()


@pytest.mark.django_db(transaction=True)
def test_things_made_at_once_with_one_name_get_two() -> None:
    made: list[str] = []
    at_once(*(lambda: made.append(make_action(title="Same").slug) for _ in range(3)))
    assert sorted(made) == ["same", "same-2", "same-3"]


@pytest.mark.django_db(transaction=True)
def test_an_operation_that_fails_leaves_nothing_and_lets_the_next_one_through() -> None:
    action = make_action()
    before = stamps()

    @operation
    def withdraw_and_fail() -> None:
        withdraw_action(action.pk, by=None, now=LATER)
        raise RuntimeError("afterwards")

    with pytest.raises(RuntimeError, match="afterwards"):
        withdraw_and_fail()
    assert (stamps(), Action.objects.get().publication, connection.in_atomic_block) == (before, "published", False)
    at_once(lambda: withdraw_action(action.pk, by=None, now=LATER))
    assert Action.objects.get().publication == "withdrawn"
