"""One date of a series, cancelled or moved alone, and what becomes of it when the series changes."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from rallies.models import Occurrence
from rallies.operations.actions import cancel_action, edit_action, move_action_in_time
from rallies.operations.series_dates import cancel_date, move_date, move_date_back, restore_date
from rallies.rules.errors import BadInterval, NoSuchTime, TransitionNotAllowed
from tests.factories import NOW, make_action, make_campaign, make_organizer
from tests.operations.series import APART, FIRST, WEEK, make_series, rows
from tests.operations.state import LATER, dump, fresh_texts, last_line, lines, moved, stamps, stored_texts, unfolded

pytestmark = pytest.mark.django_db
SECOND = FIRST + WEEK


@pytest.fixture(autouse=True)
def _stored_text_is_fresh_at_the_end(db: None) -> Iterator[None]:
    yield
    assert stored_texts() == fresh_texts()


def face(day: date, clock: str = "14:00:00") -> dict[str, str]:
    return {"date": day.isoformat(), "time": clock, "zone": "America/Chicago"}


def clock_of(row: Occurrence) -> tuple[Any, ...]:
    return row.start_date, row.start_time, row.end_date, row.end_time, row.is_moved


def test_cancelling_one_date_tells_of_it_and_leaves_the_others() -> None:
    week, group = make_campaign(), make_organizer()
    action = make_series(campaigns=[week], hosts=[group], recurrence_rule=f"{APART};COUNT=4")
    before, others = stamps(), {row.uid: row.vevent for row in rows(action)}
    second = cancel_date(rows(action)[1].pk, message="The hall is\r\nclosed. ", by=None, now=LATER)
    assert (second.start_date, second.status, second.message) == (SECOND, "cancelled", "The hall is\nclosed.")
    assert last_line(action) == ("date-cancelled", {"before": face(SECOND)}, "The hall is\nclosed.")
    assert [unfolded(row.vevent)["STATUS"] for row in rows(action)] == [
        "CONFIRMED",
        "CANCELLED",
        "CONFIRMED",
        "CONFIRMED",
    ]
    assert [(row.sequence, row.changed_at) for row in rows(action)] == [(0, NOW), (1, LATER), (0, NOW), (0, NOW)]
    assert {row.uid for row in rows(action) if row.vevent != others[row.uid]} == {second.uid}
    assert moved(before) == {("site", None): 1, ("campaign", week.pk): 1, ("organizer", group.pk): 1}


def test_undoing_a_cancelled_date_leaves_it_as_it_was() -> None:
    action = make_series(recurrence_rule=f"{APART};COUNT=4")
    second = rows(action)[1]
    cancel_date(second.pk, message="Closed.", by=None, now=LATER)
    restore_date(second.pk, message="Open again.", by=None, now=LATER)
    row = rows(action)[1]
    assert (row.uid, row.status, row.message, row.sequence) == (second.uid, "scheduled", "", 2)
    assert last_line(action) == ("date-restored", {"after": face(SECOND)}, "Open again.")
    assert unfolded(row.vevent)["STATUS"] == "CONFIRMED" and "Closed." not in row.vevent


def test_moving_one_date_keeps_its_uid_and_says_from_what_to_what() -> None:
    action = make_series(end_time=time(15), recurrence_rule=f"{APART};COUNT=4")
    second = rows(action)[1]
    row = move_date(
        second.pk,
        start_date=SECOND + timedelta(days=1),
        start_time=time(22, 0, 59),
        end_time=time(1),
        message="The hall is closed before.",
        by=None,
        now=LATER,
    )
    assert (row.uid, row.recurrence_id, row.sequence) == (second.uid, "20260321T140000", 1)
    assert clock_of(row) == (date(2026, 3, 22), time(22), date(2026, 3, 23), time(1), True)
    assert (row.starts_at, row.ends_at, row.over_at, row.last_day) == (
        datetime(2026, 3, 23, 3, tzinfo=UTC),
        datetime(2026, 3, 23, 6, tzinfo=UTC),
        datetime(2026, 3, 23, 6, tzinfo=UTC),
        date(2026, 3, 23),
    )
    assert last_line(action) == (
        "date-moved",
        {"before": face(SECOND), "after": face(date(2026, 3, 22), "22:00:00")},
        "The hall is closed before.",
    )
    assert ["The hall is closed before." in unfolded(each.vevent)["DESCRIPTION"] for each in rows(action)] == [
        False,
        True,
        False,
        False,
    ]
    assert [each.start_date for each in rows(action)] == [FIRST, date(2026, 3, 22), FIRST + 2 * WEEK, FIRST + 3 * WEEK]


def _back(row: Occurrence) -> None:
    move_date_back(row.pk, message="As usual.", by=None, now=LATER)


def _to_its_own_time(row: Occurrence) -> None:
    move_date(row.pk, start_date=SECOND, start_time=time(14), message="As usual.", by=None, now=LATER)


@pytest.mark.parametrize("way", [_back, _to_its_own_time])
def test_a_date_moved_back_follows_its_series_again(way: Callable[[Occurrence], None]) -> None:
    action = make_series()
    second = rows(action)[1]
    move_date(second.pk, start_date=date(2026, 3, 23), start_time=time(9), by=None, now=LATER)
    way(second)
    row = rows(action)[1]
    assert (row.uid, clock_of(row)) == (second.uid, (SECOND, time(14), None, None, False))
    assert last_line(action) == (
        "date-moved",
        {"before": face(date(2026, 3, 23), "09:00:00"), "after": face(SECOND)},
        "As usual.",
    )
    move_action_in_time(action.pk, start_date=FIRST, start_time=time(18), by=None, now=LATER)
    assert {each.start_time for each in rows(action)} == {time(18)}


def test_a_move_to_where_it_is_changes_nothing() -> None:
    action = make_series()
    before = dump()
    move_date(rows(action)[1].pk, start_date=SECOND, start_time=time(14), by=None, now=LATER)
    assert dump() == before


def test_a_date_of_several_days_moved_alone_comes_back_with_its_length() -> None:
    action = make_series(start_time=time(22), end_date=FIRST + timedelta(days=1), end_time=time(2))
    second = rows(action)[1]
    move_date(second.pk, start_date=SECOND, start_time=time(20), end_time=time(23), by=None, now=LATER)
    row = move_date_back(second.pk, by=None, now=LATER)
    assert clock_of(row) == (SECOND, time(22), SECOND + timedelta(days=1), time(2), False)


@pytest.mark.parametrize(
    ("clock", "error", "field"),
    [
        ({"start_date": date(2027, 3, 14), "start_time": time(2, 30)}, NoSuchTime, "start_time"),
        ({"start_date": SECOND, "start_time": time(9), "end_date": FIRST}, BadInterval, "end_date"),
        ({"start_date": SECOND, "start_time": None, "end_time": time(9)}, BadInterval, "start_time"),
    ],
)
def test_a_time_that_cannot_be_leaves_the_date_where_it_is(
    clock: dict[str, Any], error: type[Exception], field: str
) -> None:
    row = rows(make_series())[1]
    before = dump()
    with pytest.raises(error) as refused:
        move_date(row.pk, **clock, by=None, now=LATER)
    assert (refused.value.field, dump()) == (field, before)  # type: ignore[attr-defined]


STEPS: dict[str, Callable[[int], Any]] = {
    "cancel": lambda key: cancel_date(key, by=None, now=LATER),
    "restore": lambda key: restore_date(key, by=None, now=LATER),
    "move": lambda key: move_date(key, start_date=SECOND, start_time=time(9), by=None, now=LATER),
    "back": lambda key: move_date_back(key, by=None, now=LATER),
}


def _refused(row: Occurrence) -> dict[str, str]:
    found = {}
    for name, step in STEPS.items():
        before = dump()
        try:
            step(row.pk)
        except TransitionNotAllowed as error:
            found[name] = error.sentence
            assert dump() == before
    return found


def test_each_step_says_when_it_cannot_be_and_what_to_do() -> None:
    drafted = rows(make_series(publish=False))[1]
    whole = make_series()
    cancel_action(whole.pk, by=None, now=LATER)
    alone = rows(make_action())[0]
    off = rows(make_series())[1]
    cancel_date(off.pk, by=None, now=LATER)
    draft, gone = "It is not public: publish it first.", "The whole action is cancelled: undo that first."
    one = "This action has one date: cancel or move the action itself."
    assert _refused(drafted) == dict.fromkeys(STEPS, draft)
    assert _refused(rows(whole)[1]) == dict.fromkeys(STEPS, gone)
    assert _refused(alone) == {
        "cancel": one,
        "restore": "This date is on already.",
        "move": one,
        "back": one,
    }
    assert _refused(off) == {"cancel": "This date is cancelled: put it back on first."}


def test_of_a_date_that_is_on_only_what_was_done_can_be_undone() -> None:
    row = rows(make_series())[1]
    with pytest.raises(TransitionNotAllowed, match="This date was not moved"):
        move_date_back(row.pk, by=None, now=LATER)
    with pytest.raises(TransitionNotAllowed, match="This date is on already"):
        restore_date(row.pk, by=None, now=LATER)


@pytest.mark.parametrize(
    "change",
    [
        {"recurrence_rule": "FREQ=WEEKLY;COUNT=9"},
        {"recurrence_rule": "FREQ=WEEKLY;BYDAY=SA,WE"},
        {"recurrence_rule": "FREQ=DAILY;COUNT=30"},
        {"start_date": FIRST - WEEK},
        {"start_time": time(18)},
        {"start_time": None},
    ],
)
def test_what_happened_to_one_date_stays_when_the_series_changes(change: dict[str, Any]) -> None:
    action = make_series()
    second, third = rows(action)[1:3]
    cancel_date(second.pk, message="Closed.", by=None, now=LATER)
    move_date(third.pk, start_date=date(2026, 3, 27), start_time=time(9), by=None, now=LATER)
    edit_action(action.pk, change, by=None, now=LATER)
    kept = {row.uid: row for row in rows(action)}
    assert (kept[second.uid].status, kept[second.uid].message, kept[second.uid].start_date) == (
        "cancelled",
        "Closed.",
        SECOND,
    )
    assert clock_of(kept[third.uid]) == (date(2026, 3, 27), time(9), None, None, True)
    assert len({row.uid for row in rows(action)}) == len(rows(action))


def test_a_cancelled_date_that_is_all_that_remains_can_be_put_back_on() -> None:
    action = make_series()
    first = rows(action)[0]
    cancel_date(first.pk, by=None, now=LATER)
    edit_action(action.pk, {"recurrence_rule": ""}, by=None, now=LATER)
    row = restore_date(first.pk, by=None, now=LATER)
    assert (row.uid, row.status, [kind for kind, _, _ in lines(action)]) == (
        action.uid,
        "scheduled",
        ["published", "date-cancelled", "edited", "date-restored"],
    )
