"""The dates of a repeating action, and what rules from outside may not do."""

from datetime import date, time, timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rallies.recurrence import (
    MAX_DATES,
    UnusableRule,
    expand,
    gives,
    in_templates,
    last_day_of,
    nearest_days,
    parse,
)

THURSDAY = date(2026, 3, 5)


def dates(rule, start=THURSDAY, *, at=time(18), since=date.min, until=date(2027, 3, 5), limit=MAX_DATES):
    return expand(rule, start_date=start, start_time=at, since=since, until=until, limit=limit)


def test_parse_gives_the_parts_in_capitals():
    assert parse("freq=weekly;Interval=2;byday=th,-fr".replace("-fr", "fr")) == {
        "FREQ": "WEEKLY",
        "INTERVAL": "2",
        "BYDAY": "TH,FR",
    }


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;COUNT=3", ["2026-03-05", "2026-03-12", "2026-03-19"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=3", ["2026-03-05", "2026-03-19", "2026-04-02"]),
        ("FREQ=WEEKLY;BYDAY=TH,SA;COUNT=4", ["2026-03-05", "2026-03-07", "2026-03-12", "2026-03-14"]),
        ("FREQ=DAILY;INTERVAL=10;COUNT=3", ["2026-03-05", "2026-03-15", "2026-03-25"]),
        ("FREQ=MONTHLY;COUNT=3", ["2026-03-05", "2026-04-05", "2026-05-05"]),
        ("FREQ=MONTHLY;BYDAY=1TH;COUNT=3", ["2026-03-05", "2026-04-02", "2026-05-07"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=4", ["2026-03-05", "2026-03-27", "2026-04-24", "2026-05-29"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", ["2026-03-05", "2026-03-31", "2026-04-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", ["2026-03-05", "2026-03-31", "2026-05-31"]),
        ("FREQ=YEARLY;COUNT=2", ["2026-03-05", "2027-03-05"]),
        ("FREQ=DAILY;COUNT=1", ["2026-03-05"]),
    ],
)
def test_expand_gives_the_days_of_the_rule_and_the_first_counts(rule, expected):
    assert [str(day) for day in dates(rule)] == expected


@pytest.mark.parametrize(
    ("until", "last"),
    [
        # RFC 5545 §3.3.10: UNTIL is inclusive. A day is whole, whatever the time of the action.
        ("20260319", date(2026, 3, 19)),
        ("20260319T180000", date(2026, 3, 19)),
        ("20260319T175959", date(2026, 3, 12)),
        ("20260318", date(2026, 3, 12)),
        ("20260305", date(2026, 3, 5)),
        ("20200101", date(2026, 3, 5)),
    ],
)
def test_until_is_inclusive_for_a_day_and_for_a_time(until, last):
    assert dates(f"FREQ=WEEKLY;UNTIL={until}")[-1] == last


def test_the_start_comes_first_where_the_rule_would_not_give_it_and_counts():
    monday = date(2026, 3, 2)
    assert dates("FREQ=WEEKLY;BYDAY=TH;COUNT=3", monday) == (monday, THURSDAY, date(2026, 3, 12))
    assert dates("FREQ=WEEKLY;BYDAY=TH", monday, until=date(2026, 3, 12)) == (monday, THURSDAY, date(2026, 3, 12))


def test_expand_stops_at_the_window_and_at_the_limit():
    assert dates("FREQ=DAILY", until=date(2026, 3, 7)) == (THURSDAY, date(2026, 3, 6), date(2026, 3, 7))
    assert dates("FREQ=DAILY", limit=2) == (THURSDAY, date(2026, 3, 6))
    assert dates("FREQ=DAILY", limit=1) == (THURSDAY,)
    assert len(dates("FREQ=DAILY", until=date.max)) == MAX_DATES


def test_the_window_moves_on_and_the_count_is_of_the_whole_series():
    assert dates("FREQ=WEEKLY;COUNT=3", since=date(2026, 3, 6)) == (date(2026, 3, 12), date(2026, 3, 19))
    assert dates("FREQ=WEEKLY", since=date(2026, 3, 12), until=date(2026, 3, 19)) == (
        date(2026, 3, 12),
        date(2026, 3, 19),
    )
    assert dates("FREQ=WEEKLY", since=date(2026, 3, 13), limit=1) == (date(2026, 3, 19),)
    assert dates("FREQ=WEEKLY", until=date(2026, 3, 4)) == ()
    assert dates("FREQ=WEEKLY;COUNT=2", since=date(2026, 4, 1)) == ()


def test_a_day_that_is_rare_comes_when_it_comes():
    start = date(2028, 2, 29)
    assert dates("FREQ=YEARLY", start, until=date(2040, 1, 1)) == (start, date(2032, 2, 29), date(2036, 2, 29))
    # 2100 has no leap day, and the calendar repeats only after 400 years.
    start = date(2096, 2, 29)
    assert dates("FREQ=YEARLY", start, until=date(2110, 1, 1)) == (start, date(2104, 2, 29), date(2108, 2, 29))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=31",
        "FREQ=YEARLY;BYDAY=MO;BYSETPOS=-60",
    ],
)
def test_a_day_that_never_comes_is_given_up_soon(rule):
    begun = process_time()
    assert dates(rule, date(2026, 2, 5)) == (date(2026, 2, 5),)
    assert process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL must be a number from 1 to 1000."),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL must be a number from 1 to 1000."),
        ("FREQ=DAILY;INTERVAL=²", "INTERVAL must be a number from 1 to 1000."),
        ("FREQ=DAILY;INTERVAL=1001", "INTERVAL must be a number from 1 to 1000."),
        ("FREQ=DAILY;COUNT=0", "COUNT must be a number from 1 to 1000."),
        ("FREQ=DAILY;COUNT=99999999999999999999", "COUNT must be a number from 1 to 1000."),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260401", "A rule ends after a count or on a day, not both."),
        ("FREQ=DAILY;UNTIL=20260401T000000Z", "The last day of a rule is a local day."),
        ("FREQ=DAILY;UNTIL=20260401T000000+0200", "“20260401T000000+0200” is not a value of UNTIL."),
        ("FREQ=HOURLY", "A rule repeats daily, weekly, monthly or yearly."),
        ("FREQ=MINUTELY", "A rule repeats daily, weekly, monthly or yearly."),
        ("FREQ=SECONDLY;COUNT=5", "A rule repeats daily, weekly, monthly or yearly."),
        ("BYDAY=TH", "A rule repeats daily, weekly, monthly or yearly."),
        ("FREQ=DAILY;BYHOUR=1,2,3", "“BYHOUR=1,2,3” is not a part of a repetition rule."),
        ("FREQ=DAILY;FREQ=WEEKLY", "“FREQ=WEEKLY” is not a part of a repetition rule."),
        ("RRULE:FREQ=DAILY", "“RRULE:FREQ=DAILY” is not a part of a repetition rule."),
        ("", "“” is not a part of a repetition rule."),
        ("FREQ=DAILY;", "“” is not a part of a repetition rule."),
        ("FREQ=DAILY;BYMONTHDAY=1", "BYMONTHDAY does not go with DAILY."),
        ("FREQ=WEEKLY;BYSETPOS=1", "BYSETPOS does not go with WEEKLY."),
        ("FREQ=MONTHLY;BYMONTH=1", "BYMONTH does not go with MONTHLY."),
        ("FREQ=WEEKLY;BYDAY=1TH", "A numbered weekday goes with MONTHLY and YEARLY only."),
        ("FREQ=WEEKLY;BYDAY=XX", "“XX” is not a value of BYDAY."),
        ("FREQ=WEEKLY;BYDAY=TH,", "“TH,” is not a value of BYDAY."),
        ("FREQ=MONTHLY;BYDAY=6MO", "“6MO” is not a value of BYDAY."),
        ("FREQ=YEARLY;BYDAY=60MO", "“60MO” is not a value of BYDAY."),
        ("FREQ=YEARLY;BYMONTH=13", "“13” is not a value of BYMONTH."),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "“32” is not a value of BYMONTHDAY."),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "“0” is not a value of BYMONTHDAY."),
        ("FREQ=MONTHLY;BYSETPOS=0", "“0” is not a value of BYSETPOS."),
        # dateutil reads both by the clock of the machine.
        ("FREQ=DAILY;UNTIL=MONDAY", "“MONDAY” is not a value of UNTIL."),
        ("FREQ=DAILY;UNTIL=1", "“1” is not a value of UNTIL."),
        ("FREQ=WEEKLY;WKST=1MO", "“1MO” is not a value of WKST."),
        # dateutil would take the start from the second line, and give days before the first.
        ("FREQ=WEEKLY;BYDAY=MO\nDTSTART:20200101T000000", "“MO\nDTSTART:20200101T000000” is not a value of BYDAY."),
        ("FREQ=DAILY;UNTIL=20260401\n", "“20260401\n” is not a value of UNTIL."),
        ("FREQ=DAILY;" + "X" * 250, "The rule is longer than 255 characters."),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_with_a_sentence(rule, sentence):
    with pytest.raises(UnusableRule) as refused:
        parse(rule)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("until", ["20261301", "20260230", "20260101T250000", "00000101"])
def test_until_that_is_no_day_is_refused(until):
    with pytest.raises(UnusableRule) as refused:
        dates(f"FREQ=DAILY;UNTIL={until}")
    assert str(refused.value) == f"UNTIL names no day: {until}"


def check_bounded(rule, start, at):
    begun = process_time()
    until = start + timedelta(days=366)
    try:
        found = expand(rule, start_date=start, start_time=at, since=start, until=until, limit=MAX_DATES)
    except UnusableRule:
        pass
    else:
        assert found[0] == start
        assert list(found) == sorted(set(found))
        assert found[-1] <= until
        assert len(found) <= MAX_DATES
    assert process_time() - begun < 1


STARTS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
CLOCKS = st.none() | st.times()


NAMES = st.sampled_from(["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"])
VALUES = st.text(max_size=9) | st.text("0123456789TZ+-,MOSU\n:;=", max_size=9)
HALF_RULES = st.lists(st.tuples(NAMES, VALUES), max_size=4).map(
    lambda parts: ";".join(["FREQ=MONTHLY", *(f"{name}={value}" for name, value in parts)])
)


@settings(max_examples=200, deadline=None)
@given(rule=st.text() | HALF_RULES, start=STARTS, at=CLOCKS)
def test_garbage_is_refused_by_name_and_soon(rule, start, at):
    check_bounded(rule, start, at)


PARTS = {
    "INTERVAL": st.sampled_from(["1", "2", "7", "53", "1000"]),
    "COUNT": st.sampled_from(["1", "3", "1000"]),
    "UNTIL": st.sampled_from(["19000101", "20260401", "21991231T235959", "99991231"]),
    "BYDAY": st.sampled_from(["MO", "SA,SU", "-1FR", "5MO,1TU", "-5SU"]),
    "BYMONTHDAY": st.sampled_from(["1", "31", "-31", "29,30", "-1"]),
    "BYMONTH": st.sampled_from(["2", "2,4,6", "12"]),
    "BYSETPOS": st.sampled_from(["1", "-1", "5", "1,2,-1"]),
    "WKST": st.sampled_from(["MO", "SU"]),
}


@settings(max_examples=100, deadline=None)
@given(
    frequency=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    parts=st.fixed_dictionaries({}, optional=PARTS),
    start=STARTS,
    at=CLOCKS,
)
def test_any_rule_gives_days_in_order_within_bounds_and_soon(frequency, parts, start, at):
    check_bounded(";".join([f"FREQ={frequency}", *(f"{name}={value}" for name, value in parts.items())]), start, at)


# --- what Outlook maps ------------------------------------------------------------------------------

SATURDAY = date(2026, 3, 14)
TEMPLATES = {
    (THURSDAY, "FREQ=DAILY;COUNT=3"): "FREQ=DAILY",
    (THURSDAY, "FREQ=DAILY;INTERVAL=1"): "FREQ=DAILY",
    (THURSDAY, "FREQ=DAILY;INTERVAL=10"): "FREQ=DAILY;INTERVAL=10",
    (THURSDAY, "FREQ=DAILY;BYDAY=TH,FR"): None,
    (THURSDAY, "FREQ=WEEKLY;UNTIL=20260401"): "FREQ=WEEKLY;BYDAY=TH",
    (THURSDAY, "FREQ=WEEKLY;WKST=SU;BYDAY=SA,TH"): "FREQ=WEEKLY;BYDAY=TH,SA",
    (THURSDAY, "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TH"): "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU;WKST=SU",
    (THURSDAY, "FREQ=WEEKLY;BYDAY=FR"): None,
    (THURSDAY, "FREQ=MONTHLY"): "FREQ=MONTHLY;BYMONTHDAY=5",
    (THURSDAY, "FREQ=MONTHLY;BYMONTHDAY=5"): "FREQ=MONTHLY;BYMONTHDAY=5",
    (THURSDAY, "FREQ=MONTHLY;BYMONTHDAY=6"): None,
    (THURSDAY, "FREQ=MONTHLY;BYMONTHDAY=5,20"): None,
    (date(2026, 3, 29), "FREQ=MONTHLY"): None,
    (date(2026, 3, 31), "FREQ=MONTHLY;BYMONTHDAY=-1"): None,
    (THURSDAY, "FREQ=MONTHLY;BYDAY=1TH"): "FREQ=MONTHLY;BYDAY=TH;BYSETPOS=1",
    (THURSDAY, "FREQ=MONTHLY;BYDAY=TH;BYSETPOS=1"): "FREQ=MONTHLY;BYDAY=TH;BYSETPOS=1",
    (THURSDAY, "FREQ=MONTHLY;BYDAY=2TH"): None,
    (THURSDAY, "FREQ=MONTHLY;BYDAY=TH"): None,
    (THURSDAY, "FREQ=MONTHLY;BYDAY=1TH;BYSETPOS=1"): None,
    (THURSDAY, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=4"): None,
    (SATURDAY, "FREQ=MONTHLY;INTERVAL=2;BYDAY=2SA"): "FREQ=MONTHLY;INTERVAL=2;BYDAY=SA;BYSETPOS=2",
    (date(2026, 3, 31), "FREQ=MONTHLY;BYDAY=-1TU"): "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-1",
    (date(2026, 3, 31), "FREQ=MONTHLY;BYDAY=5TU"): None,
    (THURSDAY, "FREQ=MONTHLY;BYDAY=-1TH"): None,
    (THURSDAY, "FREQ=YEARLY"): "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5",
    (THURSDAY, "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5"): "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5",
    (THURSDAY, "FREQ=YEARLY;BYMONTHDAY=5"): None,
    (THURSDAY, "FREQ=YEARLY;BYMONTH=4"): None,
    (THURSDAY, "FREQ=YEARLY;BYMONTH=3,4"): None,
    (date(2024, 2, 29), "FREQ=YEARLY"): None,
    (THURSDAY, "FREQ=YEARLY;BYMONTH=3;BYDAY=1TH"): "FREQ=YEARLY;BYMONTH=3;BYDAY=TH;BYSETPOS=1",
    (THURSDAY, "FREQ=YEARLY;BYDAY=1TH"): None,
}


@pytest.mark.parametrize(("start", "rule"), TEMPLATES)
def test_a_rule_as_outlook_maps_it_gives_the_same_days(start, rule):
    found = in_templates(rule, start_date=start)
    assert found == TEMPLATES[start, rule]
    if found is not None:
        ends = [part for part in rule.split(";") if part.startswith(("COUNT", "UNTIL"))]
        until = date(2032, 1, 1)
        assert dates(";".join([found, *ends]), start, until=until) == dates(rule, start, until=until)


def test_the_last_day_of_a_rule():
    days = {"": None, ";COUNT=3": None, ";UNTIL=20260401": date(2026, 4, 1), ";UNTIL=20260401T090000": date(2026, 4, 1)}
    assert {end: last_day_of(f"FREQ=DAILY{end}", start_time=time(9)) for end in days} == days
    assert last_day_of("FREQ=DAILY;UNTIL=20260401T090000", start_time=time(9, 1)) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("rule", "fits", "before", "after"),
    [
        ("FREQ=WEEKLY", True, "2026-02-26", "2026-03-12"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR;COUNT=2", False, "2026-03-02", "2026-03-06"),
        ("FREQ=MONTHLY;BYDAY=1TH", True, "2026-02-05", "2026-04-02"),
        ("FREQ=MONTHLY;BYDAY=2TH;UNTIL=20260101", False, "2026-02-12", "2026-03-12"),
        ("FREQ=MONTHLY;BYDAY=-1FR", False, "2026-02-27", "2026-03-27"),
        ("FREQ=MONTHLY", True, "2026-02-05", "2026-04-05"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", False, "2026-01-31", "2026-03-31"),
        ("FREQ=YEARLY", True, "2025-03-05", "2027-03-05"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", False, "2024-02-29", "2028-02-29"),
        ("FREQ=DAILY;INTERVAL=9", True, "2026-03-04", "2026-03-06"),
    ],
)
def test_a_rule_gives_its_first_day_or_names_the_nearest_that_it_would(rule, fits, before, after):
    assert (gives(rule, THURSDAY), [str(day) for day in nearest_days(rule, THURSDAY)]) == (fits, [before, after])


def test_days_that_never_come_are_not_looked_for_long():
    began = process_time()
    assert (gives("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", THURSDAY), process_time() - began < 1) == (False, True)
    assert nearest_days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", THURSDAY) == ()
