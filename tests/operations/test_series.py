"""Series as calendars get them: whole where every reader understands it, date by date elsewhere."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
from dateutil.rrule import rrulestr
from django.db import transaction
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from rallies.models import Action, Occurrence, SeriesText
from rallies.operations.actions import (
    cancel_action,
    edit_action,
    move_action_in_time,
    publish_action,
    touch_action,
    undo_cancellation,
    withdraw_action,
)
from rallies.operations.series_dates import move_date
from rallies.operations.transaction import operation
from rallies.rules.errors import RuleBroken
from rallies.rules.times import derive_span
from tests.factories import NOW, make_action
from tests.operations.series import FIRST, WEEK, call_off, make_series
from tests.operations.state import LATER, fresh_texts, stored_texts, unfolded

pytestmark = pytest.mark.django_db


def events(action: Action) -> list[dict[str, str]]:
    """The VEVENTs of a series that goes out whole; [] for one that does not."""
    text = SeriesText.objects.get(action=action).vevent
    return [unfolded(f"BEGIN:VEVENT{part}") for part in text.split("BEGIN:VEVENT")[1:]]


def single(action: Action) -> list[dict[str, str]]:
    return [unfolded(row.vevent) for row in action.occurrences.exclude(vevent="").in_order()]


@operation
def move_alone(action: Action, day: date, *, to: date, clock: time, now: datetime) -> None:
    span = derive_span(
        start_date=to, start_time=clock, end_date=None, end_time=None, timezone=action.timezone, kind=action.kind
    )
    Occurrence.objects.filter(action=action, start_date=day).update(
        start_date=to,
        start_time=clock,
        is_moved=True,
        starts_at=span.starts_at,
        over_at=span.over_at,
        last_day=span.last_day,
    )
    touch_action(action.pk, by=None, now=now)


def test_33_a_series_is_one_event_with_its_rule_and_the_uid_of_its_action() -> None:
    action = make_series()
    [master] = events(action)
    shown = {name: master[name] for name in ("UID", "SEQUENCE", "DTSTART", "DTEND", "RRULE", "STATUS")}
    assert shown == {
        "UID": action.uid,
        "SEQUENCE": "0",
        "DTSTART": ";TZID=America/Chicago:20260314T140000",
        "DTEND": ";TZID=America/Chicago:20260314T150000",
        "RRULE": "FREQ=WEEKLY;BYDAY=SA;COUNT=4",
        "STATUS": "CONFIRMED",
    }
    assert single(action) == []
    assert SeriesText.objects.get().vevent_tzid == "America/Chicago"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        # 14:00 in Chicago, on 25 April: daylight time.
        ({"recurrence_rule": "FREQ=WEEKLY;UNTIL=20260425"}, "FREQ=WEEKLY;BYDAY=SA;UNTIL=20260425T190000Z"),
        ({"recurrence_rule": "FREQ=WEEKLY;UNTIL=20260425T150000"}, "FREQ=WEEKLY;BYDAY=SA;UNTIL=20260425T190000Z"),
        ({"recurrence_rule": "FREQ=WEEKLY;UNTIL=20260425T130000"}, "FREQ=WEEKLY;BYDAY=SA;UNTIL=20260424T190000Z"),
        ({"recurrence_rule": "FREQ=WEEKLY;UNTIL=20260425", "start_time": None}, "FREQ=WEEKLY;BYDAY=SA;UNTIL=20260425"),
        ({"recurrence_rule": "FREQ=MONTHLY;BYDAY=2SA"}, "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=2"),
    ],
)
def test_34_the_end_of_a_rule_has_the_type_of_its_start(changes: dict[str, Any], rule: str) -> None:
    [master] = events(make_series(**changes))
    assert master["RRULE"] == rule


@pytest.mark.parametrize(
    "changes",
    [
        {"recurrence_rule": "FREQ=MONTHLY;BYDAY=SA;COUNT=4"},
        {"recurrence_rule": "FREQ=WEEKLY;BYDAY=SU;COUNT=4"},
        # Outlook puts the 31st on the last day of a month that has none.
        {"recurrence_rule": "FREQ=MONTHLY;COUNT=4", "start_date": date(2026, 3, 31)},
        # Clocks go back on 1 November: 01:30 comes twice.
        {"start_date": date(2026, 10, 25), "start_time": time(1, 30)},
        {"start_date": date(2026, 10, 24), "start_time": time(23), "end_date": date(2026, 10, 25), "end_time": time(1)},
        # 02:30 on 8 March does not come, be it between others or the last.
        {"start_date": date(2026, 3, 1), "start_time": time(2, 30)},
        {"start_date": date(2026, 3, 5), "start_time": time(2, 30), "recurrence_rule": "FREQ=DAILY;COUNT=4"},
        # Clocks change during the first date.
        {"start_date": date(2026, 3, 7), "start_time": time(23, 30), "end_time": time(8, 30)},
        # Midnight did not come on the Sunday before, with which its first week begins.
        {
            "timezone": "Asia/Beirut",
            "location": None,
            "start_date": date(2026, 4, 4),
            "start_time": time(0),
            "recurrence_rule": "FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=4",
        },
        # A zone of which no yearly rule tells the clock.
        {"timezone": "Africa/Casablanca", "location": None},
        # In 2006 clocks changed on other days.
        {"start_date": date(2006, 3, 14), "recurrence_rule": "FREQ=WEEKLY"},
    ],
)
def test_33_and_35_what_not_all_readers_understand_goes_out_date_by_date(changes: dict[str, Any]) -> None:
    action = make_series(**changes)
    told = single(action)
    assert [event["UID"] for event in told] == [row.uid for row in action.occurrences.in_order()]
    assert len(told) >= 3 and {name for event in told for name in event} & {"RRULE", "RECURRENCE-ID"} == set()
    assert not SeriesText.objects.exclude(vevent="").exists()
    assert stored_texts() == fresh_texts()


def test_21_one_date_called_off_is_an_override_that_says_so() -> None:
    action = make_series()
    call_off(action, FIRST + WEEK, message="Storm warning.", now=LATER)
    master, off = events(action)
    assert (master["STATUS"], master["SEQUENCE"], master["RRULE"]) == ("CONFIRMED", "1", "FREQ=WEEKLY;BYDAY=SA;COUNT=4")
    assert (off["UID"], off["SEQUENCE"], off["LAST-MODIFIED"]) == (action.uid, "1", master["LAST-MODIFIED"])
    assert off["RECURRENCE-ID"] == off["DTSTART"] == ";TZID=America/Chicago:20260321T140000"
    assert (off["STATUS"], off["SUMMARY"]) == ("CANCELLED", f"CANCELLED: {master['SUMMARY']}")
    assert off["DESCRIPTION"].startswith("This action is cancelled.\\n\\nStorm warning.")
    assert stored_texts() == fresh_texts()


def test_36_a_moved_date_names_the_time_that_the_rule_gives_it() -> None:
    action = make_series()
    move_alone(action, FIRST + WEEK, to=FIRST + WEEK + timedelta(days=1), clock=time(16), now=LATER)
    master, moved = events(action)
    assert moved["RECURRENCE-ID"] == ";TZID=America/Chicago:20260321T140000"
    assert (moved["DTSTART"], moved["DTEND"]) == (
        ";TZID=America/Chicago:20260322T160000",
        ";TZID=America/Chicago:20260322T170000",
    )
    assert (moved["SUMMARY"], "RRULE" in moved, moved["SEQUENCE"]) == (master["SUMMARY"], False, "1")
    words = "Moved from Saturday 21 March 2026 14:00 to Sunday 22 March 2026 16:00."
    assert (moved["DESCRIPTION"].split("\\n")[0].replace("\\,", ""), words in master["DESCRIPTION"]) == (words, False)


def test_36_a_date_is_not_named_by_a_time_that_comes_twice() -> None:
    action = make_series(start_date=date(2026, 10, 18), start_time=time(1, 30))
    move_alone(action, date(2026, 11, 1), to=date(2026, 10, 31), clock=time(16), now=LATER)
    assert [event["DTSTART"][-15:] for event in single(action)] == [
        "20261018T013000",
        "20261025T013000",
        "20261031T160000",
        "20261108T013000",
    ]


def test_36_a_date_whose_end_is_open_says_so_in_a_series_that_states_it() -> None:
    action = make_series(end_time=time(15))
    second = action.occurrences.get(start_date=FIRST + WEEK)
    move_date(second.pk, start_date=FIRST + WEEK, start_time=time(14), by=None, now=LATER)
    _, open_end = events(action)
    assert open_end["DESCRIPTION"].startswith("The end is not announced\\; calendars show 60 minutes.")


def test_36_the_night_on_which_clocks_change_keeps_its_wall_clock() -> None:
    action = make_series(
        recurrence_rule="FREQ=WEEKLY;COUNT=3", start_date=date(2026, 3, 7) - WEEK, start_time=time(22), end_time=time(5)
    )
    master, night = events(action)
    assert master["DTEND"] == ";TZID=America/Chicago:20260301T050000"
    # Seven hours on the clock, six in the night of 8 March.
    assert (night["RECURRENCE-ID"], night["DTEND"]) == (
        ";TZID=America/Chicago:20260307T220000",
        ";TZID=America/Chicago:20260308T050000",
    )


def test_36_a_date_during_which_clocks_change_states_its_end() -> None:
    action = make_series(
        start_date=date(2026, 3, 1), start_time=time(0, 30), kind="rally", recurrence_rule="FREQ=WEEKLY;COUNT=3"
    )
    master, night = events(action)
    assert master["DTEND"] == ";TZID=America/Chicago:20260301T023000"
    # Two hours later, where clocks leave out one.
    assert (night["RECURRENCE-ID"], night["DTEND"]) == (
        ";TZID=America/Chicago:20260308T003000",
        ";TZID=America/Chicago:20260308T033000",
    )


def test_16_a_series_with_another_time_or_rule_raises_its_sequence_and_one_that_is_renamed_does_not() -> None:
    action = make_series()
    edit_action(action.pk, {"title": "Vigil of the town"}, by=None, now=LATER)
    [renamed] = events(action)
    assert (renamed["SEQUENCE"], renamed["LAST-MODIFIED"]) == ("0", f"{LATER:%Y%m%dT%H%M%SZ}")
    move_action_in_time(action.pk, start_date=FIRST, start_time=time(18), by=None, now=LATER)
    [moved] = events(action)
    later = LATER + timedelta(seconds=1)
    assert (moved["SEQUENCE"], moved["LAST-MODIFIED"]) == ("1", f"{later:%Y%m%dT%H%M%SZ}")
    edit_action(action.pk, {"recurrence_rule": "FREQ=WEEKLY;COUNT=5"}, by=None, now=LATER)
    [longer] = events(action)
    assert (longer["SEQUENCE"], longer["RRULE"]) == ("2", "FREQ=WEEKLY;BYDAY=SA;COUNT=5")


def test_18_a_series_called_off_says_so_and_comes_back() -> None:
    action = make_series()
    cancel_action(action.pk, message="No permit.", by=None, now=LATER)
    [off] = events(action)
    assert (off["STATUS"], off["SUMMARY"][:11], off["SEQUENCE"]) == ("CANCELLED", "CANCELLED: ", "1")
    assert SeriesText.objects.get().stays_until == FIRST + 3 * WEEK + timedelta(days=14)
    undo_cancellation(action.pk, by=None, now=LATER + timedelta(hours=1))
    [on] = events(action)
    assert (on["STATUS"], on["SEQUENCE"], SeriesText.objects.get().stays_until) == ("CONFIRMED", "2", None)


def test_an_endless_series_called_off_goes_14_days_later() -> None:
    action = make_series(recurrence_rule="FREQ=WEEKLY")
    cancel_action(action.pk, by=None, now=LATER)
    assert SeriesText.objects.get().stays_until == LATER.date() + timedelta(days=14)


def test_12_the_uid_of_the_action_goes_on_in_every_form_with_a_newer_version() -> None:
    action = make_action(slug="vigil", kind="vigil")
    versions = []

    def told() -> dict[str, str]:
        [found] = [event for event in [*single(action), *_whole(action)] if event["UID"] == action.uid]
        return found

    rules = ["", "FREQ=WEEKLY;COUNT=4", "FREQ=MONTHLY;BYDAY=SA;COUNT=4", "FREQ=WEEKLY;COUNT=3", ""]
    for rule in rules:
        edit_action(action.pk, {"recurrence_rule": rule}, by=None, now=LATER)
        event = told()
        versions.append((int(event["SEQUENCE"]), event["LAST-MODIFIED"], "RRULE" in event))
    assert [is_whole for *_, is_whole in versions] == [False, True, False, True, False]
    assert versions == sorted(set(versions), key=lambda version: version[:2])
    assert len({sequence for sequence, *_ in versions}) == len(rules)


def test_13_no_uid_stands_twice_in_whatever_form_a_series_goes_out() -> None:
    action = make_action(kind="vigil")
    for rule in ("FREQ=WEEKLY;COUNT=4", "FREQ=MONTHLY;BYDAY=SA;COUNT=4", "FREQ=WEEKLY;COUNT=3", ""):
        edit_action(action.pk, {"recurrence_rule": rule}, by=None, now=LATER)
        told = [(event["UID"], event.get("RECURRENCE-ID")) for event in [*single(action), *_whole(action)]]
        assert sorted(set(told), key=told.index) == told


def _whole(action: Action) -> list[dict[str, str]]:
    row = SeriesText.objects.filter(action=action).exclude(vevent="").first()
    return events(action) if row else []


def test_dates_get_their_own_uid_on_the_day_they_are_made_and_keep_it_in_every_form() -> None:
    action = make_series()
    before = dict(action.occurrences.values_list("start_date", "uid"))
    edit_action(action.pk, {"recurrence_rule": "FREQ=MONTHLY;BYDAY=SA;COUNT=4"}, by=None, now=LATER)
    assert {event["DTSTART"][-15:-7]: event["UID"] for event in single(action)} == {
        f"{day:%Y%m%d}": uid for day, uid in before.items()
    }


def test_a_withdrawn_series_keeps_its_version() -> None:
    action = make_series()
    move_action_in_time(action.pk, start_date=FIRST, start_time=time(18), by=None, now=LATER)
    before = SeriesText.objects.values().get()
    edit_action(action.pk, {"internal_note": "x"}, by=None, now=LATER)
    assert SeriesText.objects.values().get() == before


def instants(action: Action) -> list[tuple[datetime, datetime, str]]:
    """Start, end and status of each date as a reader finds them that knows the rule and the overrides."""
    text = SeriesText.objects.get(action=action).vevent
    calendar = icalendar.Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")
    master, *others = calendar.walk("VEVENT")
    start, length = master.decoded("DTSTART"), _utc(master.decoded("DTEND")) - _utc(master.decoded("DTSTART"))
    rule = master["RRULE"].to_ical().decode()
    by_id = {_utc(other.decoded("RECURRENCE-ID")): other for other in others}
    found = []
    last = max(row.starts_at for row in action.occurrences.all()) + WEEK
    for moment in rrulestr(rule, dtstart=start):
        own = _utc(moment)
        if own > last:
            break
        other = by_id.pop(own, None)
        if other is None:
            found.append((own, own + length, str(master["STATUS"])))
        else:
            found.append((_utc(other.decoded("DTSTART")), _utc(other.decoded("DTEND")), str(other["STATUS"])))
    assert by_id == {}
    return sorted(found)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.dates(date(2025, 9, 1), date(2026, 11, 15)),
    hour=st.integers(0, 23),
    hours=st.integers(1, 30),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Europe/Dublin"]),
    rule=st.sampled_from(
        ["FREQ=DAILY;INTERVAL=3;COUNT=60", "FREQ=WEEKLY;COUNT=40", "FREQ=MONTHLY;COUNT=9", "FREQ=WEEKLY"]
    ),
    off=st.sets(st.integers(0, 8), max_size=2),
)
# Clocks change in the second night, which is an hour shorter than the others.
@example(start=date(2026, 2, 28), hour=22, hours=7, zone="America/New_York", rule="FREQ=WEEKLY;COUNT=40", off=set())
def test_32_readers_find_the_instants_of_the_database_across_both_changes_of_clocks(
    start: date, hour: int, hours: int, zone: str, rule: str, off: set[int]
) -> None:
    end = datetime.combine(start, time(hour)) + timedelta(hours=hours)
    clock = {"start_date": start, "start_time": time(hour), "end_date": end.date(), "end_time": end.time()}
    with transaction.atomic():
        try:
            derive_span(**clock, timezone=zone, kind="vigil")
        except RuleBroken:
            reject()
        action = make_series(recurrence_rule=rule, location=None, timezone=zone, now=NOW - timedelta(days=200), **clock)
        rows = list(action.occurrences.in_order())
        for n in off & set(range(len(rows))):
            call_off(action, rows[n].start_date, now=NOW)
        rows = list(action.occurrences.in_order())
        status = {"cancelled": "CANCELLED", "scheduled": "CONFIRMED"}
        if SeriesText.objects.exclude(vevent="").exists():
            found = [each for each in instants(action) if each[0] <= rows[-1].starts_at]
            assert found == [(row.starts_at, row.over_at, status[row.status]) for row in rows]
        else:
            assert len(single(action)) == len(rows)
        assert stored_texts() == fresh_texts()
        transaction.set_rollback(True)


@pytest.mark.parametrize("is_apart_again", [False, True])
def test_a_series_that_is_published_again_is_newer_than_what_was_withdrawn(is_apart_again: bool) -> None:
    action = make_series()
    [before] = events(action)
    withdraw_action(action.pk, by=None, now=LATER)
    if is_apart_again:
        edit_action(action.pk, {"recurrence_rule": "FREQ=MONTHLY;BYDAY=SA;COUNT=4"}, by=None, now=LATER)
    publish_action(action.pk, by=None, now=LATER)
    after = single(action)[0] if is_apart_again else events(action)[0]
    assert SeriesText.objects.exclude(vevent="").exists() != is_apart_again
    assert (before["SEQUENCE"], after["UID"]) == ("0", before["UID"])
    assert (after["SEQUENCE"], after["LAST-MODIFIED"]) == ("1", "20260302T130000Z")
    assert stored_texts() == fresh_texts()
