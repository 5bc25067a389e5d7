"""Dates of a series that do not take place at all: skipped before anybody saw them, and taken up again."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from rallies.formats.ics_cancelled import Cancelled, told_as
from rallies.models import Action, AuditEntry, Change, Occurrence, SeriesText
from rallies.operations.actions import edit_action, move_action_in_time, publish_action, withdraw_action
from rallies.operations.duplicate import duplicate_action
from rallies.operations.horizon import extend_series
from rallies.operations.series_dates import cancel_date, skip_date, take_up_date
from rallies.rules.errors import TransitionNotAllowed
from tests.factories import NOW
from tests.operations.series import APART, FIRST, WEEK, make_series, rows
from tests.operations.state import LATER, fresh_texts, last_line, stored_texts
from tests.operations.test_series import events, single
from tests.people import make_person

pytestmark = pytest.mark.django_db

SATURDAYS = [FIRST + number * WEEK for number in range(4)]


def make_draft(**changes: Any) -> Action:
    return make_series(**{"publish": False} | changes)


def skip(action: Action, *days: date) -> None:
    for day in days:
        skip_date(Occurrence.objects.get(action=action, start_date=day).pk, by=None, now=LATER)


def days_of(action: Action) -> list[date]:
    return [row.start_date for row in rows(action)]


def skipped(action: Action) -> list[date]:
    return [date.fromisoformat(day) for day in Action.objects.get(pk=action.pk).skipped_days]


def exceptions(action: Action) -> list[str]:
    text = SeriesText.objects.get(action=action).vevent
    return [line for line in text.split("\r\n") if line.startswith("EXDATE")]


def told(action: Action) -> tuple[str, str, str, list[str]]:
    [master] = events(action)
    return master["UID"], master["SEQUENCE"], master["DTSTART"], exceptions(action)


def test_36_a_day_that_a_draft_skips_is_in_calendars_as_an_exception() -> None:
    action = make_draft()
    skip(action, SATURDAYS[2], SATURDAYS[1])
    assert (days_of(action), skipped(action)) == ([SATURDAYS[0], SATURDAYS[3]], SATURDAYS[1:3])
    publish_action(action.pk, by=None, now=LATER)
    assert "\r\nRRULE:FREQ=WEEKLY;BYDAY=SA;COUNT=4\r\n" in SeriesText.objects.get().vevent
    assert exceptions(action) == [
        "EXDATE;TZID=America/Chicago:20260321T140000",
        "EXDATE;TZID=America/Chicago:20260328T140000",
    ]
    assert stored_texts() == fresh_texts()


def test_36_of_a_series_without_a_time_the_exception_is_a_day() -> None:
    action = make_draft(start_time=None)
    skip(action, SATURDAYS[3])
    publish_action(action.pk, by=None, now=LATER)
    assert exceptions(action) == ["EXDATE;VALUE=DATE:20260404"]


def test_33_the_first_date_may_be_skipped_and_the_series_begins_where_its_rule_does() -> None:
    action = make_draft()
    skip(action, FIRST)
    publish_action(action.pk, by=None, now=LATER)
    zoned = ";TZID=America/Chicago:20260314T140000"
    assert told(action) == (action.uid, "0", zoned, [f"EXDATE{zoned}"])
    assert action.uid not in {row.uid for row in rows(action)}


def test_where_dates_go_out_one_by_one_a_skipped_one_is_absent() -> None:
    action = make_draft(recurrence_rule=f"{APART};COUNT=3")
    skip(action, SATURDAYS[1])
    publish_action(action.pk, by=None, now=LATER)
    assert [event["DTSTART"][-15:] for event in single(action)] == ["20260314T140000", "20260328T140000"]


def test_16_taken_up_again_it_is_a_new_version_of_the_series() -> None:
    action = make_draft()
    skip(action, FIRST, SATURDAYS[1])
    publish_action(action.pk, by=None, now=LATER)
    kept = {row.start_date: row.uid for row in rows(action)}
    take_up_date(action.pk, day=FIRST, by=None, now=LATER + timedelta(minutes=1))
    zoned = ";TZID=America/Chicago:20260321T140000"
    assert told(action) == (action.uid, "1", ";TZID=America/Chicago:20260314T140000", [f"EXDATE{zoned}"])
    assert {row.start_date: row.uid for row in rows(action)} == {FIRST: action.uid, **kept}
    face = {"date": "2026-03-14", "time": "14:00:00", "zone": "America/Chicago"}
    assert last_line(action) == ("date-added", {"after": face}, "")
    take_up_date(action.pk, day=SATURDAYS[1], by=None, now=LATER + timedelta(minutes=2))
    assert (told(action)[1], told(action)[3], days_of(action)) == ("2", [], SATURDAYS)
    assert stored_texts() == fresh_texts()


def test_where_dates_go_out_one_by_one_it_comes_with_a_uid_that_nobody_had() -> None:
    action = make_draft(recurrence_rule=f"{APART};COUNT=3")
    skip(action, FIRST, SATURDAYS[1])
    publish_action(action.pk, by=None, now=LATER)
    before = {event["UID"] for event in single(action)}
    take_up_date(action.pk, day=FIRST, by=None, now=LATER)
    take_up_date(action.pk, day=SATURDAYS[1], by=None, now=LATER)
    after = [event["UID"] for event in single(action)]
    assert (after[0], len(set(after)), {after[2]}) == (action.uid, 3, before)


def test_in_a_draft_it_is_taken_up_without_a_word_to_the_public() -> None:
    action = make_draft()
    skip(action, SATURDAYS[1])
    take_up_date(action.pk, day=SATURDAYS[1], by=None, now=LATER)
    assert (days_of(action), skipped(action), Change.objects.count()) == (SATURDAYS, [], 0)
    with pytest.raises(TransitionNotAllowed, match="takes place already"):
        take_up_date(action.pk, day=SATURDAYS[1], by=None, now=LATER)


def test_a_date_that_calendars_have_had_is_cancelled_and_not_skipped() -> None:
    action = make_series()
    with pytest.raises(TransitionNotAllowed, match="cancel it instead"):
        skip(action, SATURDAYS[1])
    withdraw_action(action.pk, by=None, now=LATER)
    with pytest.raises(TransitionNotAllowed, match="cancel it instead"):
        skip(action, SATURDAYS[1])
    assert days_of(action) == SATURDAYS


def test_the_only_date_left_is_not_skipped() -> None:
    action = make_draft(recurrence_rule="FREQ=WEEKLY;COUNT=2")
    skip(action, FIRST)
    with pytest.raises(TransitionNotAllowed, match="No other date would be left"):
        skip(action, SATURDAYS[1])
    once = make_draft(recurrence_rule="")
    with pytest.raises(TransitionNotAllowed, match="has one date"):
        skip(once, FIRST)


def test_37_hidden_cancellations_and_skips_that_leave_nothing_leave_the_series_out() -> None:
    action = make_draft(recurrence_rule="FREQ=WEEKLY;COUNT=3")
    skip(action, FIRST)
    publish_action(action.pk, by=None, now=LATER)
    one, other = rows(action)
    cancel_date(one.pk, by=None, now=LATER)
    left = told_as(SeriesText.objects.get().vevent, Cancelled.HIDE)
    assert [line[-15:] for line in left.split("\r\n") if line.startswith("EXDATE")] == [
        "20260321T140000",
        "20260314T140000",
    ]
    cancel_date(other.pk, by=None, now=LATER)
    assert told_as(SeriesText.objects.get().vevent, Cancelled.HIDE) == ""


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_series_that_moves_to_another_weekday_takes_along_what_it_skips(number: int) -> None:
    action = make_draft()
    skip(action, SATURDAYS[number])
    kept = {row.start_date + timedelta(days=1): row.uid for row in rows(action)}
    edit_action(action.pk, {"start_date": FIRST + timedelta(days=1)}, by=None, now=LATER)
    expected = [day + timedelta(days=1) for day in SATURDAYS]
    if number == 0:
        # Somebody said that it begins on this day.
        assert (days_of(action), skipped(action)) == (expected, [])
    else:
        assert skipped(action) == [expected.pop(number)]
    assert {row.start_date: row.uid for row in rows(action)} == {day: kept.get(day, action.uid) for day in expected}


def test_a_series_with_two_dates_takes_along_the_one_that_it_skips() -> None:
    action = make_draft(recurrence_rule="FREQ=WEEKLY;COUNT=2")
    skip(action, SATURDAYS[1])
    edit_action(action.pk, {"start_date": FIRST + timedelta(days=2)}, by=None, now=LATER)
    assert (days_of(action), skipped(action)) == ([FIRST + timedelta(days=2)], [SATURDAYS[1] + timedelta(days=2)])


def test_where_days_stay_what_is_skipped_stays_on_its_day() -> None:
    action = make_draft()
    skip(action, SATURDAYS[2])
    edit_action(action.pk, {"start_date": SATURDAYS[1], "start_time": time(16)}, by=None, now=LATER)
    assert (days_of(action), skipped(action)) == (
        [SATURDAYS[1], SATURDAYS[3], SATURDAYS[3] + WEEK],
        [SATURDAYS[2]],
    )
    edit_action(action.pk, {"recurrence_rule": "FREQ=WEEKLY;INTERVAL=2;COUNT=3"}, by=None, now=LATER)
    assert (days_of(action), skipped(action)) == ([SATURDAYS[1] + 2 * number * WEEK for number in range(3)], [])


def test_a_series_that_is_made_to_begin_on_a_skipped_day_takes_place_then() -> None:
    action = make_draft()
    skip(action, SATURDAYS[1], SATURDAYS[2])
    edit_action(action.pk, {"start_date": SATURDAYS[1]}, by=None, now=LATER)
    assert skipped(action) == [SATURDAYS[2]]


def test_a_rule_that_would_leave_nothing_skips_nothing() -> None:
    action = make_draft()
    skip(action, FIRST, SATURDAYS[1])
    edit_action(action.pk, {"recurrence_rule": "FREQ=WEEKLY;COUNT=2"}, by=None, now=LATER)
    assert (days_of(action), skipped(action)) == (SATURDAYS[:2], [])


def test_what_is_no_series_any_more_skips_nothing() -> None:
    action = make_draft()
    skip(action, FIRST)
    publish_action(action.pk, by=None, now=LATER)
    edit_action(action.pk, {"recurrence_rule": ""}, by=None, now=LATER)
    assert ([(row.start_date, row.uid) for row in rows(action)], skipped(action)) == ([(FIRST, action.uid)], [])
    assert [(event["UID"], event["SEQUENCE"]) for event in single(action)] == [(action.uid, "1")]


def test_a_published_series_that_moves_takes_its_exceptions_along() -> None:
    action = make_draft()
    skip(action, SATURDAYS[2])
    publish_action(action.pk, by=None, now=LATER)
    move_action_in_time(
        action.pk, start_date=FIRST + timedelta(days=1), start_time=time(16), by=None, now=LATER + timedelta(minutes=1)
    )
    assert told(action)[1:] == (
        "1",
        ";TZID=America/Chicago:20260315T160000",
        ["EXDATE;TZID=America/Chicago:20260329T160000"],
    )
    assert stored_texts() == fresh_texts()


def test_as_days_go_by_what_was_skipped_stays_so() -> None:
    action = make_draft(recurrence_rule="FREQ=WEEKLY")
    skip(action, SATURDAYS[1])
    publish_action(action.pk, by=None, now=LATER)
    for years in (1, 2):
        extend_series(action.pk, now=LATER + timedelta(days=366 * years))
    assert (skipped(action), SATURDAYS[1] in days_of(action)) == ([SATURDAYS[1]], False)
    assert exceptions(action) == ["EXDATE;TZID=America/Chicago:20260321T140000"]


def test_a_copy_has_all_its_dates() -> None:
    action = make_draft()
    skip(action, SATURDAYS[1])
    copy = duplicate_action(action.pk, start_date=FIRST, by=None, now=LATER)
    assert (days_of(copy), skipped(copy)) == (SATURDAYS, [])


def test_the_log_says_who_skipped_which_date() -> None:
    action, ada = make_draft(), make_person(is_superuser=True)
    skip_date(rows(action)[1].pk, by=ada, now=NOW)
    take_up_date(action.pk, day=SATURDAYS[1], by=ada, now=NOW)
    assert list(AuditEntry.objects.order_by("pk").values_list("deed", "detail")) == [
        ("skip-date", "2026-03-21"),
        ("take-up-date", "2026-03-21"),
    ]
