"""From the wall clock to instants."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rallies.enums import ActionKind
from rallies.rules.errors import BadInterval, NoSuchTime, RuleBroken, UnknownTimezone
from rallies.rules.times import (
    Span,
    check_day,
    check_window,
    day_begins,
    default_length,
    derive_span,
    exists,
    happens_twice,
    instant,
    local_day,
    nearest_times,
    zone,
)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(start_date, start_time=None, end_date=None, end_time=None, *, timezone="Europe/Berlin", kind="rally"):
    return derive_span(
        start_date=date.fromisoformat(start_date),
        start_time=time.fromisoformat(start_time) if start_time else None,
        end_date=date.fromisoformat(end_date) if end_date else None,
        end_time=time.fromisoformat(end_time) if end_time else None,
        timezone=timezone,
        kind=kind,
    )


def refused(error, call, *args, **kwargs):
    with pytest.raises(error) as caught:
        call(*args, **kwargs)
    return caught.value.field, caught.value.sentence


# Zone, day, a skipped time, and the two nearest that exist.
GAPS = [
    ("America/New_York", "2026-03-08", "02:30", "2026-03-08T01:59", "2026-03-08T03:00"),
    ("America/New_York", "2026-03-08", "02:00", "2026-03-08T01:59", "2026-03-08T03:00"),
    ("Europe/Berlin", "2026-03-29", "02:59", "2026-03-29T01:59", "2026-03-29T03:00"),
    ("Asia/Beirut", "2026-03-29", "00:00", "2026-03-28T23:59", "2026-03-29T01:00"),
    ("Africa/Cairo", "2026-04-24", "00:30", "2026-04-23T23:59", "2026-04-24T01:00"),
    ("America/Santiago", "2026-09-06", "00:15", "2026-09-05T23:59", "2026-09-06T01:00"),
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-04T01:59", "2026-10-04T02:30"),
    ("Pacific/Apia", "2011-12-30", "14:00", "2011-12-29T23:59", "2011-12-31T00:00"),
    ("Pacific/Kwajalein", "1993-08-21", "12:00", "1993-08-20T23:59", "1993-08-22T00:00"),
    ("Asia/Pyongyang", "2018-05-04", "23:45", "2018-05-04T23:29", "2018-05-05T00:00"),
    ("America/St_Johns", "2006-04-02", "00:30", "2006-04-02T00:00", "2006-04-02T01:01"),
    ("Africa/Casablanca", "2026-03-22", "02:30", "2026-03-22T01:59", "2026-03-22T03:00"),
]


@pytest.mark.parametrize(("timezone", "day", "clock", "before", "after"), GAPS)
def test_30_a_skipped_time_is_refused_with_the_two_nearest(timezone, day, clock, before, after):
    tz, when, at = ZoneInfo(timezone), date.fromisoformat(day), time.fromisoformat(clock)
    assert not exists(when, at, tz)
    assert not happens_twice(when, at, tz)
    earlier, later = datetime.fromisoformat(before), datetime.fromisoformat(after)
    assert nearest_times(when, at, tz) == (earlier, later)

    def words(moment):
        return f"{moment:%H:%M}" if moment.date() == when else f"{day_words(moment)}, {moment:%H:%M}"

    def day_words(moment):
        return f"{moment:%A}, {moment.day} {moment:%B %Y}"

    field, sentence = refused(NoSuchTime, instant, when, at, tz, field="start_time")
    assert field == "start_time"
    assert sentence == (
        f"On {day_words(when)} clocks in {timezone} jump over {clock}. "
        f"The nearest times that exist are {words(earlier)} and {words(later)}."
    )


# Zone, day, a time that comes twice, and the first of its two instants.
TWICE = [
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
    ("America/New_York", "2026-11-01", "01:00", "2026-11-01T05:00"),
    ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),
    ("Asia/Beirut", "2026-10-24", "23:30", "2026-10-24T20:30"),
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
    ("Pacific/Kwajalein", "1969-09-30", "12:00", "1969-09-30T01:00"),
    ("Asia/Pyongyang", "2015-08-14", "23:45", "2015-08-14T14:45"),
]


@pytest.mark.parametrize(("timezone", "day", "clock", "first"), TWICE)
def test_a_time_that_comes_twice_is_the_first(timezone, day, clock, first):
    tz, when, at = ZoneInfo(timezone), date.fromisoformat(day), time.fromisoformat(clock)
    assert happens_twice(when, at, tz)
    assert exists(when, at, tz)
    assert instant(when, at, tz, field="start_time") == utc(first)


@pytest.mark.parametrize("clock", ["00:59", "02:00", "14:00"])
def test_a_time_beside_the_change_comes_once(clock):
    assert not happens_twice(date(2026, 11, 1), time.fromisoformat(clock), ZoneInfo("America/New_York"))


ZONES = st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"}))
DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2060, 12, 31))
MINUTES = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@settings(deadline=None, max_examples=300)
@given(name=ZONES, day=DAYS, clock=MINUTES)
def test_any_time_is_on_the_clock_at_its_instant_or_refused(name, day, clock):
    check_time(name, day, clock)


def transitions(name):
    """The days of the years 1990 to 2030 on which the offset changes."""
    tz, day = ZoneInfo(name), datetime(1990, 1, 1, tzinfo=UTC)
    while day.year < 2030:
        following = day + timedelta(days=1)
        if day.astimezone(tz).utcoffset() != following.astimezone(tz).utcoffset():
            yield day.astimezone(tz).date()
        day = following


CHANGING = (
    "Asia/Gaza",
    "Africa/Casablanca",
    "Asia/Tehran",
    "America/Havana",
    "Pacific/Apia",
    "Antarctica/Troll",
    "Europe/Dublin",
)


@pytest.mark.parametrize("name", CHANGING)
def test_every_quarter_of_an_hour_around_the_changes_is_on_the_clock_or_refused(name):
    days = list(transitions(name))
    assert days
    for day in days[-12:]:
        for quarter in range(-4, 40):
            moment = datetime.combine(day, time()) + timedelta(minutes=15 * quarter)
            check_time(name, moment.date(), moment.time())


def check_time(name, day, clock):
    tz, wall = ZoneInfo(name), datetime.combine(day, clock)
    try:
        found = instant(day, clock, tz, field="start_time")
    except NoSuchTime:
        before, after = nearest_times(day, clock, tz)
        assert before < wall < after or before < wall == after
        assert exists(before.date(), before.time(), tz)
        assert exists(after.date(), after.time(), tz)
        assert not exists((before + timedelta(minutes=1)).date(), (before + timedelta(minutes=1)).time(), tz)
        # Nothing lies between them but the gap.
        gap = after.replace(tzinfo=tz).astimezone(UTC) - before.replace(tzinfo=tz, fold=1).astimezone(UTC)
        assert timedelta() < gap <= timedelta(minutes=1)
    else:
        assert found.tzinfo is UTC
        assert found.astimezone(tz).replace(tzinfo=None) == wall
        assert found.astimezone(tz).fold == 0


@settings(deadline=None)
@given(name=ZONES, day=DAYS)
def test_a_day_begins_after_the_day_before_and_on_itself_or_later(name, day):
    tz = ZoneInfo(name)
    begins = day_begins(day, tz)
    assert local_day(begins, tz) >= day
    assert local_day(begins - timedelta(seconds=1), tz) < day


@pytest.mark.parametrize(
    ("timezone", "day", "begins"),
    [
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00"),
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00"),
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00"),
        # Midnight comes twice: the day begins with the first.
        ("America/Havana", "2026-11-01", "2026-11-01T04:00"),
        ("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00"),
        ("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15"),
    ],
)
def test_day_begins_at_the_first_instant_of_the_day(timezone, day, begins):
    assert day_begins(date.fromisoformat(day), ZoneInfo(timezone)) == utc(begins)


def test_local_day_is_that_of_the_zone():
    moment = utc("2025-11-15T10:30")
    assert local_day(moment, ZoneInfo("Pacific/Kiritimati")) == date(2025, 11, 16)
    assert local_day(moment, ZoneInfo("Pacific/Pago_Pago")) == date(2025, 11, 14)


@pytest.mark.parametrize("name", ["UTC", "America/New_York", "Asia/Kathmandu", "US/Eastern", "Etc/GMT+5"])
def test_zone_of_an_iana_name(name):
    assert zone(name) == ZoneInfo(name)


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Phobos", "EST5EDT4", "europe/berlin", "Europe/Berlin ", "../../etc/passwd", "/etc/localtime", "Factory",
     "localtime", "+02:00", "Europe/Berlin\x00", "Europe", "tzdata.zi"],
)  # fmt: skip
def test_any_other_name_is_no_zone(name):
    assert refused(UnknownTimezone, zone, name) == (
        "timezone",
        f"“{name}” is not a time zone. Use a name such as Europe/Berlin or America/New_York.",
    )


def test_a_stated_end():
    assert span("2026-06-01", "14:00", None, "16:30") == Span(
        starts_at=utc("2026-06-01T12:00"),
        ends_at=utc("2026-06-01T14:30"),
        over_at=utc("2026-06-01T14:30"),
        end_date=date(2026, 6, 1),
        last_day=date(2026, 6, 1),
    )


def test_an_end_before_the_start_is_the_next_day():
    assert span("2026-06-01", "22:00", None, "02:00") == Span(
        starts_at=utc("2026-06-01T20:00"),
        ends_at=utc("2026-06-02T00:00"),
        over_at=utc("2026-06-02T00:00"),
        end_date=date(2026, 6, 2),
        last_day=date(2026, 6, 2),
    )


def test_an_end_at_midnight_does_not_touch_the_next_day():
    assert span("2026-06-01", "22:00", None, "00:00") == Span(
        starts_at=utc("2026-06-01T20:00"),
        ends_at=utc("2026-06-01T22:00"),
        over_at=utc("2026-06-01T22:00"),
        end_date=date(2026, 6, 2),
        last_day=date(2026, 6, 1),
    )


def test_an_end_on_another_day_across_a_clock_change():
    assert span("2026-03-28", "10:00", "2026-03-30", "09:00") == Span(
        starts_at=utc("2026-03-28T09:00"),
        ends_at=utc("2026-03-30T07:00"),
        over_at=utc("2026-03-30T07:00"),
        end_date=date(2026, 3, 30),
        last_day=date(2026, 3, 30),
    )


def test_an_unstated_end_stays_null_and_the_kind_says_until_when_it_is_upcoming():
    assert span("2026-06-01", "14:00", kind="vigil") == Span(
        starts_at=utc("2026-06-01T12:00"),
        ends_at=None,
        over_at=utc("2026-06-01T13:00"),
        end_date=None,
        last_day=date(2026, 6, 1),
    )


def test_a_last_day_without_an_end_time_is_whole():
    assert span("2026-06-01", "14:00", "2026-06-03") == Span(
        starts_at=utc("2026-06-01T12:00"),
        ends_at=None,
        over_at=utc("2026-06-03T22:00"),
        end_date=date(2026, 6, 3),
        last_day=date(2026, 6, 3),
    )


def test_no_start_time_is_the_whole_local_day():
    assert span("2026-03-29") == Span(
        starts_at=utc("2026-03-28T23:00"),
        ends_at=None,
        over_at=utc("2026-03-29T22:00"),
        end_date=None,
        last_day=date(2026, 3, 29),
    )


def test_no_start_time_with_a_last_day_is_all_of_the_days():
    assert span("2026-03-28", None, "2026-03-30", timezone="Asia/Beirut") == Span(
        starts_at=utc("2026-03-27T22:00"),
        ends_at=utc("2026-03-30T21:00"),
        over_at=utc("2026-03-30T21:00"),
        end_date=date(2026, 3, 30),
        last_day=date(2026, 3, 30),
    )


def test_a_start_that_comes_twice_is_the_first_and_its_end_too():
    found = span("2026-11-01", "01:30", None, "01:45", timezone="America/New_York")
    assert (found.starts_at, found.ends_at) == (utc("2026-11-01T05:30"), utc("2026-11-01T05:45"))


LENGTHS = {
    60: ["vigil", "press-conference", "die-in", "banner-drop", "flash-mob", "prayer", "petition"],
    150: ["screening"],
    180: ["concert"],
    240: ["blockade", "exhibition"],
    480: ["strike", "camp", "occupation", "fast", "conference"],
}


def test_every_kind_has_its_default_length_and_an_unknown_one_two_hours():
    expected = dict.fromkeys(ActionKind.values, 120) | {kind: m for m, kinds in LENGTHS.items() for kind in kinds}
    assert {kind: default_length(kind) // timedelta(minutes=1) for kind in ActionKind.values} == expected
    assert default_length("no such kind") == timedelta(hours=2)


@pytest.mark.parametrize(
    ("error", "values", "field", "sentence"),
    [
        (BadInterval, {"end_date": "2026-05-31"}, "end_date", "The last day lies before the first."),
        (
            BadInterval,
            {"end_date": "2027-06-03"},
            "end_date",
            "An action lasts a year at most. Repeat it, or enter several.",
        ),
        (
            BadInterval,
            {"start_time": None, "end_time": "16:00"},
            "start_time",
            "There is an end time but no start time. Give both or neither.",
        ),
        (
            BadInterval,
            {"end_time": "14:00"},
            "end_time",
            "The end is not later than the start. Leave the end empty if it is not known.",
        ),
        (
            BadInterval,
            {"end_date": "2026-06-01", "end_time": "13:59"},
            "end_time",
            "The end is not later than the start. Leave the end empty if it is not known.",
        ),
        (BadInterval, {"start_date": "1899-12-31"}, "start_date", "The year must lie between 1900 and 2199."),
        (BadInterval, {"start_date": "2200-01-01"}, "start_date", "The year must lie between 1900 and 2199."),
        (BadInterval, {"end_date": "2200-01-01"}, "end_date", "The year must lie between 1900 and 2199."),
        (BadInterval, {"start_date": "0001-01-01"}, "start_date", "The year must lie between 1900 and 2199."),
        (BadInterval, {"end_date": "9999-12-31"}, "end_date", "The year must lie between 1900 and 2199."),
        (
            NoSuchTime,
            {"start_date": "2026-03-28", "start_time": "20:00", "end_time": "02:30"},
            "end_time",
            "On Sunday, 29 March 2026 clocks in Europe/Berlin jump over 02:30. The nearest times that exist are 01:59 and 03:00.",
        ),
        (
            UnknownTimezone,
            {"timezone": "Berlin"},
            "timezone",
            "“Berlin” is not a time zone. Use a name such as Europe/Berlin or America/New_York.",
        ),
    ],
)
def test_what_cannot_be_names_its_field_and_says_why(error, values, field, sentence):
    given_values = {"start_date": "2026-06-01", "start_time": "14:00"} | values
    assert refused(error, span, **given_values) == (field, sentence)


def test_a_year_to_the_day_is_not_too_long():
    assert span("2026-06-01", None, "2027-06-02").last_day == date(2027, 6, 2)
    assert span("2199-12-31").over_at == utc("2199-12-31T23:00")
    assert span("1900-01-01").last_day == date(1900, 1, 1)


@settings(deadline=None)
@given(
    start_date=st.dates(),
    start_time=st.none() | st.times(),
    end_date=st.none() | st.dates(),
    end_time=st.none() | st.times(),
    timezone=ZONES | st.text(max_size=10),
    kind=st.sampled_from(ActionKind.values),
)
def test_any_values_give_a_span_in_order_or_a_named_refusal(start_date, start_time, end_date, end_time, timezone, kind):
    try:
        found = derive_span(
            start_date=start_date,
            start_time=start_time,
            end_date=end_date,
            end_time=end_time,
            timezone=timezone,
            kind=kind,
        )
    except RuleBroken as error:
        refusal = error
    else:
        refusal = None
        assert found.starts_at < found.over_at
        assert found.ends_at is None or found.ends_at == found.over_at
        assert found.last_day >= start_date
    if refusal:
        assert refusal.field in {"start_date", "start_time", "end_date", "end_time", "timezone"}
        assert refusal.sentence.endswith(".")


DAY = date(2026, 6, 1)


@pytest.mark.parametrize(("first", "last", "start"), [(None, None, None), (None, None, DAY), (DAY, DAY, None)])
def test_a_whole_window_without_a_date_is_fine(first, last, start):
    check_window(first, last, start_date=start)


@pytest.mark.parametrize(
    ("first", "last", "start", "field", "sentence"),
    [
        (DAY, DAY, DAY, "window_first", "Give a date or a window of days, not both."),
        (None, DAY, DAY, "window_first", "Give a date or a window of days, not both."),
        (DAY, None, None, "window_last", "A window needs its first and its last day."),
        (None, DAY, None, "window_first", "A window needs its first and its last day."),
        (DAY, date(2026, 5, 31), None, "window_last", "The last day of the window lies before the first."),
        (date(1, 1, 1), DAY, None, "window_first", "The year must lie between 1900 and 2199."),
        (DAY, date(9999, 1, 1), None, "window_last", "The year must lie between 1900 and 2199."),
    ],
)
def test_a_window_that_cannot_be_names_its_field(first, last, start, field, sentence):
    assert refused(BadInterval, check_window, first, last, start_date=start) == (field, sentence)


@pytest.mark.parametrize("year", [1900, 2199])
def test_the_years_at_the_bounds_are_fine(year):
    check_day(date(year, 12, 31), field="x")
