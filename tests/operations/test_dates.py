"""The dates of series, with their UIDs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from rallies.models import Action, Occurrence
from rallies.operations.actions import cancel_action, edit_action, move_action_in_time, publish_action
from rallies.operations.errors import RulesBroken
from rallies.operations.series_dates import cancel_date, move_date
from rallies.recurrence import HORIZON
from rallies.rules.errors import BadValue
from tests.factories import NOW, make_action, make_location
from tests.operations.series import APART, FIRST, WEEK, make_series, rows
from tests.operations.state import LATER, dump, fresh_texts, stored_texts, unfolded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stored_text_is_fresh_at_the_end(db: None) -> Iterator[None]:
    yield
    assert stored_texts() == fresh_texts()


def days(action: Action) -> list[date]:
    return [row.start_date for row in rows(action)]


def uids(action: Action) -> dict[date, str]:
    return {row.start_date: row.uid for row in rows(action)}


def move_alone(row: Occurrence, *, clock: time, day: date) -> None:
    move_date(row.pk, start_date=day, start_time=clock, by=None, now=LATER)


def test_a_rule_makes_dates_each_with_its_own_uid() -> None:
    action = make_series(recurrence_rule=f"{APART};COUNT=4")
    made = rows(action)
    assert [row.start_date for row in made] == [FIRST + n * WEEK for n in range(4)]
    assert [row.recurrence_id for row in made] == [f"{day:%Y%m%d}T140000" for day in days(action)]
    assert made[0].uid == action.uid and len({row.uid for row in made}) == 4
    assert [unfolded(row.vevent)["UID"] for row in made] == [row.uid for row in made]


def test_a_series_keeps_the_wall_clock_over_the_change_of_clocks() -> None:
    action = make_series(start_date=date(2026, 3, 1))
    assert [row.starts_at.hour for row in rows(action)] == [20, 19, 19, 19]
    assert {row.start_time for row in rows(action)} == {time(14)}


def test_an_endless_rule_ends_at_the_horizon() -> None:
    action = make_series(recurrence_rule="FREQ=WEEKLY")
    assert (days(action)[0], days(action)[-1]) == (FIRST, FIRST + 52 * WEEK)
    assert days(action)[-1] <= FIRST + HORIZON < days(action)[-1] + WEEK


def test_a_daily_rule_that_began_long_ago_has_dates_to_come() -> None:
    action = make_series(recurrence_rule="FREQ=DAILY", start_date=date(2024, 1, 1), publish=False)
    found = set(days(action))
    today = NOW.date()
    assert {today + timedelta(days=n) for n in range(HORIZON.days)} <= found


def test_the_dates_of_a_series_without_a_time_are_days() -> None:
    action = make_series(start_time=None, recurrence_rule=f"{APART};COUNT=4")
    assert [row.recurrence_id for row in rows(action)] == [f"{day:%Y%m%d}" for day in days(action)]
    assert {unfolded(row.vevent)["DTSTART"][:12] for row in rows(action)} == {";VALUE=DATE:"}


def test_several_days_and_nights_are_shifted_with_each_date() -> None:
    action = make_series(start_time=time(22), end_date=FIRST + timedelta(days=1), end_time=time(2))
    assert [row.end_date for row in rows(action)] == [day + timedelta(days=1) for day in days(action)]
    assert rows(action)[0].ends_at == datetime(2026, 3, 15, 7, 0, tzinfo=UTC)


def test_another_time_of_day_keeps_every_uid() -> None:
    action = make_series(recurrence_rule=f"{APART};COUNT=4")
    before = uids(action)
    move_action_in_time(action.pk, start_date=FIRST, start_time=time(18), by=None, now=LATER)
    assert uids(action) == before
    assert {(row.start_time, row.sequence) for row in rows(action)} == {(time(18), 1)}
    assert [row.recurrence_id for row in rows(action)] == [f"{day:%Y%m%d}T180000" for day in before]


@pytest.mark.parametrize("weeks", [-2, -1, 1, 2])
def test_dates_that_stay_keep_their_uid_when_the_series_begins_on_another(weeks: int) -> None:
    action = make_series(recurrence_rule="FREQ=WEEKLY;UNTIL=20260630")
    before = uids(action)
    move_action_in_time(action.pk, start_date=FIRST + weeks * WEEK, start_time=time(14), by=None, now=LATER)
    after = uids(action)
    assert {day: uid for day, uid in after.items() if day in before} == {
        day: uid for day, uid in before.items() if day in after
    }
    assert len(set(after.values())) == len(after) and min(after) == FIRST + weeks * WEEK


@pytest.mark.parametrize("days_on", [-1, 1, 35])
def test_21_a_series_moved_to_days_of_which_it_had_none_keeps_every_uid(days_on: int) -> None:
    action = make_series(recurrence_rule=f"{APART};COUNT=4")
    before = uids(action)
    moved = timedelta(days=days_on)
    edit_action(action.pk, {"start_date": FIRST + moved, "recurrence_rule": "FREQ=WEEKLY;COUNT=4"}, by=None, now=LATER)
    assert uids(action) == {day + moved: uid for day, uid in before.items()}


def test_a_series_that_goes_on_on_another_weekday_keeps_the_dates_of_the_same_weeks() -> None:
    action = make_series(recurrence_rule=f"{APART};UNTIL=20260630")
    before = uids(action)
    off = rows(action)[4]
    cancel_date(off.pk, by=None, now=LATER)
    begins = FIRST + 3 * WEEK + timedelta(days=1)
    edit_action(action.pk, {"start_date": begins, "recurrence_rule": "FREQ=WEEKLY;UNTIL=20260630"}, by=None, now=LATER)
    after = uids(action)
    assert after.pop(begins) == action.uid
    assert after == {day + timedelta(days=1): uid for day, uid in before.items() if day >= begins}
    assert [row.uid for row in rows(action) if row.status == "cancelled"] == [off.uid]


def test_what_was_called_off_or_moved_alone_stays_so_when_the_series_moves_to_another_weekday() -> None:
    action = make_series()
    second, third = rows(action)[1:3]
    cancel_date(second.pk, message="The hall is closed.", by=None, now=LATER)
    move_alone(third, clock=time(9), day=third.start_date + timedelta(days=3))
    move_action_in_time(action.pk, start_date=FIRST + timedelta(days=1), start_time=time(14), by=None, now=LATER)
    assert [(row.uid, row.start_date, row.start_time, row.status) for row in rows(action)[1:3]] == [
        (second.uid, second.start_date + timedelta(days=1), time(14), "cancelled"),
        (third.uid, third.start_date + timedelta(days=3), time(9), "scheduled"),
    ]
    assert [row.recurrence_id[:8] for row in rows(action)] == ["20260315", "20260322", "20260329", "20260405"]


def test_16_a_date_that_comes_back_never_has_a_lower_sequence() -> None:
    action = make_series(recurrence_rule=f"{APART};COUNT=4")
    for hour in (15, 16, 17):
        move_action_in_time(action.pk, start_date=FIRST, start_time=time(hour), by=None, now=LATER)
    edit_action(action.pk, {"recurrence_rule": f"{APART};COUNT=2"}, by=None, now=LATER)
    assert (len(rows(action)), Action.objects.get().next_sequence) == (2, 4)
    edit_action(action.pk, {"recurrence_rule": f"{APART};COUNT=3"}, by=None, now=LATER)
    assert [row.sequence for row in rows(action)] == [3, 3, 4]


def test_a_date_moved_alone_keeps_its_clock_while_the_others_move() -> None:
    action = make_series()
    third = rows(action)[2]
    move_alone(third, clock=time(9), day=third.start_date + timedelta(days=1))
    move_action_in_time(action.pk, start_date=FIRST, start_time=time(18), by=None, now=LATER)
    row = Occurrence.objects.get(pk=third.pk)
    assert (row.uid, row.start_time, row.start_date, row.starts_at, row.recurrence_id) == (
        third.uid,
        time(9),
        date(2026, 3, 29),
        datetime(2026, 3, 29, 14, 0, tzinfo=UTC),
        "20260328T180000",
    )
    assert [r.start_time for r in rows(action)] == [time(18), time(18), time(9), time(18)]


def test_without_its_rule_a_series_is_its_first_date() -> None:
    action = make_series()
    first = rows(action)[0]
    edit_action(action.pk, {"recurrence_rule": ""}, by=None, now=LATER)
    [row] = rows(action)
    assert (row.pk, row.uid, row.start_date, row.recurrence_id) == (first.pk, action.uid, FIRST, "")


def test_without_its_rule_a_first_date_moved_alone_follows_the_action_again() -> None:
    action = make_series()
    move_alone(rows(action)[0], clock=time(9), day=FIRST + timedelta(days=1))
    edit_action(action.pk, {"recurrence_rule": ""}, by=None, now=LATER)
    move_action_in_time(action.pk, start_date=FIRST, start_time=time(16), by=None, now=LATER)
    assert [(row.start_date, row.start_time, row.is_moved) for row in rows(action)] == [(FIRST, time(16), False)]


def test_a_date_that_gets_a_rule_keeps_its_uid() -> None:
    action = make_action()
    before = rows(action)[0]
    edit_action(action.pk, {"recurrence_rule": "FREQ=DAILY;COUNT=2"}, by=None, now=LATER)
    assert [(row.pk == before.pk, row.uid == action.uid) for row in rows(action)] == [(True, True), (False, False)]


def test_21_an_action_that_moves_to_another_day_keeps_its_uid() -> None:
    action = make_action()
    [before] = rows(action)
    move_action_in_time(action.pk, start_date=date(2026, 5, 1), start_time=time(16), by=None, now=LATER)
    [after] = rows(action)
    assert (after.start_date, after.uid, after.sequence) == (date(2026, 5, 1), action.uid, before.sequence + 1)


def test_what_was_a_series_keeps_its_uid_when_it_moves() -> None:
    action = make_series()
    move_action_in_time(action.pk, start_date=FIRST + WEEK, start_time=time(14), by=None, now=LATER)
    edit_action(action.pk, {"recurrence_rule": ""}, by=None, now=LATER)
    [before] = rows(action)
    move_action_in_time(action.pk, start_date=date(2026, 5, 1), start_time=time(14), by=None, now=LATER)
    [after] = rows(action)
    assert (after.uid, after.sequence > before.sequence) == (before.uid, True)


def test_an_instance_that_the_clocks_jump_over_is_left_out() -> None:
    berlin = make_location(locality="Berlin", region="", region_code="", country="DE", timezone="Europe/Berlin")
    action = make_series(location=berlin, start_date=date(2026, 3, 22), start_time=time(2, 30))
    assert days(action) == [date(2026, 3, 22), date(2026, 4, 5), date(2026, 4, 12)]
    cancel_action(action.pk, by=None, now=LATER)
    assert {unfolded(row.vevent)["STATUS"] for row in rows(action)} == {"CANCELLED"}


def test_the_first_date_of_a_series_must_exist() -> None:
    before = dump()
    with pytest.raises(RulesBroken):
        make_series(start_date=date(2026, 3, 8), start_time=time(2, 30), location=None, timezone="America/Chicago")
    assert dump() == before


def test_a_series_is_not_moved_to_a_day_that_its_rule_does_not_give() -> None:
    action = make_series(recurrence_rule="FREQ=MONTHLY;BYDAY=2SA")
    before = dump()
    with pytest.raises(BadValue) as refused:
        move_action_in_time(action.pk, start_date=date(2026, 4, 4), start_time=time(14), by=None, now=LATER)
    assert (refused.value.field, dump()) == ("start_date", before)
    assert "Saturday, 14 March 2026, and Saturday, 11 April 2026" in refused.value.sentence
    move_action_in_time(action.pk, start_date=date(2026, 4, 11), start_time=time(14), by=None, now=LATER)
    assert days(action)[:2] == [date(2026, 4, 11), date(2026, 5, 9)]


def test_a_series_from_outside_that_began_on_another_day_can_be_moved() -> None:
    action = make_series(recurrence_rule="FREQ=WEEKLY;BYDAY=TH;COUNT=2")
    move_action_in_time(action.pk, start_date=date(2026, 3, 20), start_time=time(14), by=None, now=LATER)
    assert days(action) == [date(2026, 3, 20), date(2026, 3, 26)]


def test_an_action_without_a_date_cannot_repeat() -> None:
    with pytest.raises(RulesBroken):
        make_action(start_date=None, recurrence_rule="FREQ=WEEKLY")


def test_publishing_a_draft_makes_the_text_of_all_dates() -> None:
    action = make_series(publish=False, recurrence_rule=f"{APART};COUNT=4")
    assert {row.vevent for row in rows(action)} == {""}
    publish_action(action.pk, by=None, now=LATER)
    assert [unfolded(row.vevent)["SEQUENCE"] for row in rows(action)] == ["0"] * 4


def test_a_date_that_is_given_again_within_a_second_is_newer_than_the_one_that_went() -> None:
    action = make_action()
    edit_action(action.pk, {"title": "Another"}, by=None, now=NOW)
    [before] = rows(action)
    nothing = {"start_date": None, "start_time": None}
    edit_action(action.pk, nothing, by=None, now=NOW)
    move_action_in_time(action.pk, start_date=FIRST, start_time=time(14), by=None, now=NOW)
    [after] = rows(action)
    assert (before.changed_at, after.changed_at) == (NOW + timedelta(seconds=1), NOW + timedelta(seconds=2))
    assert (after.uid, after.sequence) == (before.uid, before.sequence + 1)
