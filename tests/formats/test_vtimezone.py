"""What a VTIMEZONE says is read here by other means than it was written by: dateutil.rrule, three
calendar libraries, and zoneinfo as the judge. The POSIX footer is read nowhere in this file.
"""

import calendar
import functools
import importlib.resources
import io
import os
import struct
import subprocess
import sys
import zoneinfo
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import dateutil.rrule
import dateutil.tz
import icalendar
import pytest
import vobject

from rallies.formats import vtimezone as module
from rallies.formats.vtimezone import (
    NoYearlyRule,
    UnknownZone,
    current_rule,
    current_rule_since,
    follows_current_rule,
    vtimezone,
)

END = datetime(2051, 1, 1, tzinfo=UTC)
SECOND, HOUR, DAY, WEEK = (timedelta(seconds=n) for n in (1, 3600, 86400, 604800))
BIG_BANG = -(2**59)  # seconds
WEEKS = [datetime(1969, 1, 1, tzinfo=UTC) + n * WEEK for n in range(82 * 53)]
ODD = {"Factory", "localtime", "posixrules"}
READERS_READ = """
    Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Nairobi America/Argentina/Buenos_Aires
    America/Bogota America/Chicago America/Denver America/Halifax America/Havana
    America/Los_Angeles America/Mexico_City America/New_York America/Phoenix America/Sao_Paulo
    America/St_Johns America/Toronto America/Vancouver Antarctica/Troll Asia/Beirut Asia/Dhaka
    Asia/Kathmandu Asia/Kolkata Asia/Manila Asia/Seoul Asia/Shanghai Asia/Tehran Asia/Tokyo
    Atlantic/Azores Australia/Adelaide Australia/Brisbane Australia/Lord_Howe Australia/Sydney
    Europe/Berlin Europe/Dublin Europe/Istanbul Europe/Kyiv Europe/Lisbon Europe/London
    Europe/Madrid Pacific/Auckland Pacific/Chatham Pacific/Easter Pacific/Norfolk UTC
""".split()


def names() -> list[str]:
    found = zoneinfo.available_timezones() - ODD
    return sorted(name for name in found if not name.startswith(("posix/", "right/")))


@functools.cache
def tzif(name: str) -> bytes:
    return (importlib.resources.files("tzdata") / "zoneinfo").joinpath(*name.split("/")).read_bytes()


@functools.cache
def zone(data: bytes) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo.from_file(io.BytesIO(data))


def true_offset(data: bytes, at: datetime) -> timedelta:
    offset = at.astimezone(zone(data)).utcoffset()
    assert offset is not None
    return offset


@functools.cache
def true_changes(data: bytes) -> list[tuple[datetime, timedelta, timedelta]]:
    """(instant, offset before, offset after) from 1969 to 2050, found by probing each week."""
    found = []
    here = zone(data)
    offsets = [at.astimezone(here).utcoffset() for at in WEEKS]
    for low, before, after in zip(WEEKS, offsets, offsets[1:], strict=False):
        if before != after:
            high = low + WEEK
            while high - low > SECOND:
                middle = low + timedelta(seconds=(high - low) // SECOND // 2)
                low, high = (middle, high) if true_offset(data, middle) == before else (low, middle)
            # A second change in the same week would come out here as a wrong offset.
            assert true_offset(data, high) == after
            found.append((high, before, after))
    return found


def lines_of(text: str) -> list[tuple[str, str]]:
    return [(line.partition(":")[0], line.partition(":")[2]) for line in text.split("\r\n")[:-1]]


def observances(text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    kind = ""
    for name, value in lines_of(text):
        if name == "BEGIN":
            kind = value
            assert kind not in found
            found[kind] = {}
        elif name != "END":
            found[kind][name] = value
    return found


def as_offset(text: str) -> timedelta:
    length = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]), seconds=int(text[5:] or 0))
    return {"+": length, "-": -length}[text[0]]


def stated_changes(text: str, *, earlier: timedelta = timedelta()) -> list[tuple[datetime, timedelta, timedelta]]:
    """(instant, offset before, offset after) as the text states them, up to 2050."""
    found = []
    for kind, fields in observances(text).items():
        if kind == "VTIMEZONE":
            continue
        before, after = as_offset(fields["TZOFFSETFROM"]), as_offset(fields["TZOFFSETTO"])
        start = datetime.strptime(fields["DTSTART"], "%Y%m%dT%H%M%S")
        onsets = [start]
        if "RRULE" in fields:
            rule = dateutil.rrule.rrulestr(fields["RRULE"], dtstart=start - earlier)
            onsets = rule.between(start - earlier, datetime(2051, 1, 1), inc=True)
            assert earlier or onsets[0] == start, "DTSTART is no instance of its RRULE"
        found += [((onset - before).replace(tzinfo=UTC), before, after) for onset in onsets]
    return sorted(found)


class Stated:
    """A reader of VTIMEZONE: what holds at an instant is the last onset before it."""

    def __init__(self, text: str, *, earlier: timedelta = timedelta()) -> None:
        self.changes = stated_changes(text, earlier=earlier)
        self.onsets = [change[0] for change in self.changes]

    def offset(self, at: datetime) -> timedelta:
        place = bisect_right(self.onsets, at)
        assert place, f"nothing is stated at {at}"
        return self.changes[place - 1][2]


def probes(data: bytes, since: datetime) -> list[datetime]:
    """Each month's first and the middle, and one second around each change, from `since` on."""
    instants = [
        datetime(year, month, day, tzinfo=UTC)
        for year in range(since.year, END.year)
        for month in range(1, 13)
        for day in (1, 15)
    ]
    for at, _, _ in true_changes(data):
        instants += [at - SECOND, at, at + SECOND]
    return [since, *(at for at in instants if since <= at < END)]


@functools.cache
def expressible() -> dict[str, datetime]:
    found = {name: current_rule_since(name) for name in names()}
    return {name: since for name, since in found.items() if since is not None}


def nths(day: datetime) -> set[int]:
    last = calendar.monthrange(day.year, day.month)[1]
    nth = (day.day - 1) // 7 + 1
    return ({nth} if nth < 5 else set()) | ({-1} if day.day + 7 > last else set())


def brute_force_finds_rule(data: bytes, first_year: int) -> bool:
    """Whether one yearly pair of nth weekdays, or no change at all, gives each year to 2050."""
    years: dict[int, list[tuple[object, ...]]] = {year: [] for year in range(first_year, 2051)}
    days: dict[tuple[object, ...], set[int]] = {}
    for at, before, after in true_changes(data):
        wall = (at + before).replace(tzinfo=None)
        if wall.year in years:
            change = (wall.month, wall.weekday(), wall.time(), before, after)
            years[wall.year].append(change)
            days[change] = days.get(change, nths(wall)) & nths(wall)
    kinds = {frozenset(changes) for changes in years.values()}
    return (
        len(kinds) == 1
        and len(days) in (0, 2)
        and all(len(changes) == len(days) for changes in years.values())
        and all(days.values())
    )


def posix_tzif(footer: str, *transitions: tuple[datetime | None, timedelta], version: bytes = b"2") -> bytes:
    """TZif data whose first type is +00:00; a transition at None is at the Big Bang."""
    offsets = [timedelta(), *dict.fromkeys(offset for _, offset in transitions)]
    seconds = [int(at.timestamp()) if at else BIG_BANG for at, _ in transitions]
    header = struct.pack(">4sc15x6L", b"TZif", version, 0, 0, 0, 0, 1, 4)
    block = header + struct.pack(">lBB", 0, 0, 0) + b"-00\0"
    counts = (0, 0, 0, len(seconds), len(offsets), 4)
    return b"".join(
        [
            block,
            struct.pack(">4sc15x6L", b"TZif", version, *counts),
            struct.pack(f">{len(seconds)}q", *seconds),
            bytes(offsets.index(offset) for _, offset in transitions),
            *(struct.pack(">lBB", int(offset.total_seconds()), 0, 0) for offset in offsets),
            b"-00\0",
            f"\n{footer}\n".encode(),
        ]
    )


# All zones against zoneinfo


def test_28_offsets_are_iana_s_from_since_to_2050() -> None:
    """Statement 28: IANA's offset at every instant, in all zones."""
    wrong = []
    # Names with equal data differ in TZID alone; the next test looks at each of them.
    for data, name in {tzif(name): name for name in expressible()}.items():
        since, stated = expressible()[name], Stated(vtimezone(name))
        wrong += [(name, at) for at in probes(data, since) if stated.offset(at) != true_offset(data, at)]
    assert wrong == []


def test_28_stated_changes_are_iana_s_one_for_one() -> None:
    """Statement 28: the same onsets, none more, none less, each by the wall clock before it."""
    wrong = []
    for name, since in expressible().items():
        real = [change for change in true_changes(tzif(name)) if since <= change[0] < END]
        stated = [change for change in stated_changes(vtimezone(name)) if change[0] < END]
        if stated[0][1] == stated[0][2]:  # a fixed offset that held before 1970 states no change
            stated = stated[1:]
        if stated != real:
            wrong.append((name, stated[:3], real[:3]))
    assert wrong == []


def test_first_observance_begins_at_since() -> None:
    """Statement 28: it begins before its first use."""
    begins = {name: stated_changes(vtimezone(name))[0][0] for name in expressible()}
    assert begins == expressible()


def test_since_is_the_earliest_instant_at_which_the_rule_holds() -> None:
    too_late = []
    for name, since in expressible().items():
        data, text = tzif(name), vtimezone(name)
        if "DAYLIGHT" in text:
            # The same rule begun two years earlier must be wrong in the last of them.
            stated = Stated(text, earlier=2 * 366 * DAY)
            before = [since - hours * HOUR for hours in range(1, 366 * 24, 12)]
            before += [at + step for at, _, _ in stated.changes for step in (-SECOND, timedelta())]
            before = [at for at in before if since - 366 * DAY <= at < since]
            if all(stated.offset(at) == true_offset(data, at) for at in before):
                too_late.append(name)
        elif since.year > 1970 and true_offset(data, since - SECOND) == true_offset(data, since):
            too_late.append(name)
    assert too_late == []


def test_zones_without_yearly_rule_are_those_for_which_brute_force_finds_none() -> None:
    first_year = {name: max(2027, since.year + 1) for name, since in expressible().items()}
    none_found = [n for n in names() if not brute_force_finds_rule(tzif(n), first_year.get(n, 2027))]
    assert none_found == [name for name in names() if name not in expressible()]
    print(f"{len(expressible())} zones have a yearly rule, {len(none_found)} none: {none_found}")


def test_known_zones() -> None:
    """Some whose laws have been as they are for years; the list itself is computed, not kept."""
    assert current_rule_since("America/New_York") == datetime(2007, 3, 11, 7, tzinfo=UTC)
    assert current_rule_since("Europe/Berlin") == datetime(1996, 3, 31, 1, tzinfo=UTC)
    assert current_rule_since("America/Phoenix") == datetime(1970, 1, 1, 7, tzinfo=UTC)
    assert current_rule_since("America/Santiago") is None  # the Sunday after the first Saturday
    assert current_rule_since("Asia/Jerusalem") is None  # the Friday before the last Sunday


def test_29_ramadan_zones_follow_no_rule_while_they_suspend_it() -> None:
    """Casablanca went back an hour for Ramadan each year; no pair can say so."""
    for name in ("Africa/Casablanca", "Africa/El_Aaiun"):
        month = {
            "starts_at": datetime(2025, 2, 1, tzinfo=UTC),
            "ends_at": datetime(2025, 3, 1, tzinfo=UTC),
        }
        assert follows_current_rule(name, **month) is False


# Shape


def test_29_shape_is_what_outlook_reads() -> None:
    """Statement 29: one STANDARD, at most one DAYLIGHT, yearly rules, no RDATE, no COMMENT."""
    with_pair = ["DTSTART", "RRULE", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"]
    fixed = ["DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"]
    for name in expressible():
        found = observances(vtimezone(name))
        assert found.pop("VTIMEZONE") == {"TZID": name}
        shape = {kind: list(fields) for kind, fields in found.items()}
        assert shape in ({"STANDARD": fixed}, {"STANDARD": with_pair, "DAYLIGHT": with_pair}), name
        for fields in found.values():
            if "RRULE" in fields:
                freq, bymonth, byday = fields["RRULE"].split(";")
                assert freq == "FREQ=YEARLY"
                assert bymonth in {f"BYMONTH={month}" for month in range(1, 13)}
                assert byday.startswith("BYDAY=")
                assert byday[6:-2] in {"1", "2", "3", "4", "-1"}
                assert byday[-2:] in {"MO", "TU", "WE", "TH", "FR", "SA", "SU"}


def test_daylight_is_the_larger_offset() -> None:
    for name in expressible():
        found = observances(vtimezone(name))
        if "DAYLIGHT" in found:
            standard, daylight = found["STANDARD"], found["DAYLIGHT"]
            assert as_offset(standard["TZOFFSETTO"]) < as_offset(daylight["TZOFFSETTO"])
            assert standard["TZOFFSETFROM"] == daylight["TZOFFSETTO"]
            assert standard["TZOFFSETTO"] == daylight["TZOFFSETFROM"]


def test_lines_are_short_ascii_and_end_in_crlf() -> None:
    """Statements 1 and 2."""
    for name in expressible():
        text = vtimezone(name)
        assert text.isascii()
        assert text.endswith("END:VTIMEZONE\r\n")
        lines = text.split("\r\n")[:-1]
        assert [line for line in lines if not line.strip() or len(line) > 75] == []
        assert "\n" not in "".join(lines)
        assert "-0000" not in text  # RFC 5545 §3.3.14


def test_names_are_those_zoneinfo_gives() -> None:
    middle_of = [datetime(2049, month, 15, tzinfo=UTC) for month in (1, 7)]
    for name in expressible():
        found = observances(vtimezone(name))
        del found["VTIMEZONE"]
        stated = {(fields["TZNAME"], as_offset(fields["TZOFFSETTO"])) for fields in found.values()}
        local = [at.astimezone(zone(tzif(name))) for at in middle_of]
        assert stated == {(at.tzname(), at.utcoffset()) for at in local}


def test_text_is_the_same_on_all_workers() -> None:
    """Statement 15: neither hash order nor the machine's own zone is in it."""
    code = """
import sys
from rallies.formats.vtimezone import vtimezone
sys.stdout.buffer.write("".join(map(vtimezone, sys.stdin.read().split())).encode())
"""
    for seed, own_zone in (("1", "Asia/Kathmandu"), ("2", "America/New_York")):
        worker = subprocess.run(
            [sys.executable, "-c", code],
            input="\n".join(expressible()).encode(),
            stdout=subprocess.PIPE,
            check=True,
            cwd=Path(module.__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": own_zone},
        )
        assert worker.stdout.decode() == "".join(vtimezone(name) for name in expressible())


GOLDEN = {
    "America/New_York": """\
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
END:DAYLIGHT
END:VTIMEZONE
""",
    "Europe/Berlin": """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
END:VTIMEZONE
""",
    "America/Phoenix": """\
BEGIN:VTIMEZONE
TZID:America/Phoenix
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:-0700
TZOFFSETTO:-0700
TZNAME:MST
END:STANDARD
END:VTIMEZONE
""",
    "Europe/Dublin": """\
BEGIN:VTIMEZONE
TZID:Europe/Dublin
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
TZNAME:GMT
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
TZNAME:IST
END:DAYLIGHT
END:VTIMEZONE
""",
    "Asia/Kolkata": """\
BEGIN:VTIMEZONE
TZID:Asia/Kolkata
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
TZNAME:IST
END:STANDARD
END:VTIMEZONE
""",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_text_equals_golden(name: str) -> None:
    assert vtimezone(name) == GOLDEN[name].replace("\n", "\r\n")


# Other readers. The zone is renamed, so that none can answer from its own data.


def read_by_icalendar(text: str) -> tzinfo:
    component = icalendar.Timezone.from_ical(text)
    assert isinstance(component, icalendar.Timezone)
    return component.to_tz(lookup_tzid=False)


def read_by_dateutil(text: str) -> tzinfo:
    found = dateutil.tz.tzical(io.StringIO(text)).get()
    assert found is not None
    return found


def read_by_vobject(text: str) -> tzinfo:
    tzid = observances(text)["VTIMEZONE"]["TZID"]
    event = f"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID={tzid}:20300102T120000\r\nEND:VEVENT\r\n"
    body = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{text}{event}END:VCALENDAR\r\n"
    found = vobject.readOne(body)
    # A zone that vobject finds equal to UTC it does not keep for events.
    tz = found.vevent.dtstart.value.tzinfo or found.vtimezone.tzinfo
    assert isinstance(tz, tzinfo)
    return tz


@pytest.mark.parametrize("read", [read_by_icalendar, read_by_dateutil, read_by_vobject])
def test_libraries_read_iana_s_offsets(read: Callable[[str], tzinfo]) -> None:
    wrong = []
    sample = [name for name in READERS_READ if name in expressible()]
    assert len(sample) >= 40
    for name in sample:
        data, since = tzif(name), expressible()[name]
        reader = read(vtimezone(name).replace(f"TZID:{name}", f"TZID:Renamed/{name}"))
        first = max(since + DAY, datetime(2020, 1, 1, tzinfo=UTC))
        instants = [first + 30 * n * DAY for n in range(1, 150)]
        for at, _, _ in true_changes(data):
            # A clock hour that comes twice or never is published in UTC (statement 30).
            instants += [at - 3 * HOUR, at + 3 * HOUR] if at.year in (2027, 2028, 2040) else []
        for at in instants:
            wall = at.astimezone(zone(data)).replace(tzinfo=None)
            if at >= first and wall.replace(tzinfo=reader).utcoffset() != true_offset(data, at):
                wrong.append((name, at))
    assert wrong == []


# Rules that no zone has today


@pytest.mark.parametrize(
    ("rule", "byday", "clock"),
    [
        ("M9.1.6/22", "BYMONTH=9;BYDAY=1SA", "220000"),
        ("M9.4.6/22:30:15", "BYMONTH=9;BYDAY=4SA", "223015"),
        ("M4.5.0/168", "BYMONTH=5;BYDAY=1SU", "000000"),  # a week after the last is the first
        ("M3.1.0/-167", "BYMONTH=2;BYDAY=-1SU", "010000"),
        ("M1.1.0/-167", "BYMONTH=12;BYDAY=-1SU", "010000"),
        ("M9.2.0/-167", "BYMONTH=9;BYDAY=1SU", "010000"),
        ("M3.5.0/-72", "BYMONTH=3;BYDAY=4TH", "000000"),  # 31 days: the 22nd to the 28th
        ("M3.4.4/72", "BYMONTH=3;BYDAY=-1SU", "000000"),
        ("M4.5.0/-48", "BYMONTH=4;BYDAY=4FR", "000000"),  # 30 days
    ],
)
def test_shifted_day_is_normalised(rule: str, byday: str, clock: str) -> None:
    found = current_rule(posix_tzif(f"AAA0BBB,{rule},M6.1.0"))
    assert found is not None
    assert found.daylight is not None
    assert found.daylight.yearly is not None
    lines = module._observance_lines("DAYLIGHT", found.daylight)
    assert lines[1][-6:] == clock
    assert lines[2] == f"RRULE:FREQ=YEARLY;{byday}"


@pytest.mark.parametrize(
    "footer",
    [
        "AAA0BBB,M9.1.6/24,M4.1.0",  # the 2nd to the 8th
        "AAA0BBB,M3.5.0/-1,M10.5.0",  # the 24th to the 30th
        "AAA0BBB,M3.4.4/26,M10.5.0",  # the 23rd to the 29th
        "AAA0BBB,M4.1.0,M10.5.4/24",
        "AAA0BBB,M2.4.0/168,M10.5.0",  # 29 February in one leap year of seven
        "AAA0BBB,M2.5.0/-72,M10.5.0",
        "AAA0BBB,J60,J300",
        "AAA0BBB,0/0,J365/25",
        "AAA0BBB",
        "",
    ],
)
def test_day_that_no_byday_names_has_no_rule(footer: str) -> None:
    assert current_rule(posix_tzif(footer)) is None


def test_data_of_version_1_have_no_rule() -> None:
    assert current_rule(posix_tzif("AAA0", version=b"\0")) is None
    assert current_rule(posix_tzif("AAA0", version=b"2")) is not None


def test_listed_transitions_that_repeat_the_rule_do_not_move_since() -> None:
    """zic -b fat lists the rule's own transitions up to 2037, and begins at the Big Bang."""
    changes = [(at, after) for at, _, after in true_changes(tzif("Europe/Berlin")) if at.year < 2038]
    footer = tzif("Europe/Berlin").split(b"\n")[-2].decode()
    listed = posix_tzif(footer, (None, timedelta()), *changes)
    assert current_rule(listed) == module._zone_rule("Europe/Berlin")


def test_listed_transition_that_breaks_the_rule_moves_since() -> None:
    changes = [
        (at, after)
        for at, _, after in true_changes(tzif("Europe/Berlin"))
        if at.year < 2038 and at != datetime(2030, 3, 31, 1, tzinfo=UTC)
    ]
    footer = tzif("Europe/Berlin").split(b"\n")[-2].decode()
    found = current_rule(posix_tzif(footer, *changes))
    assert found is not None
    assert found.since == datetime(2031, 3, 30, 1, tzinfo=UTC)


def test_changes_listed_beyond_2037_are_no_yearly_rule() -> None:
    """Morocco's data of 2018 to 2026: an hour back for each Ramadan up to 2087, then +01."""
    out, back = timedelta(), HOUR
    changes = []
    for year in range(2020, 2088):
        start = datetime(2020, 4, 19, 2, tzinfo=UTC) + (year - 2020) * timedelta(days=354.367)
        changes += [(start, out), (start + 5 * WEEK, back)]
    assert current_rule(posix_tzif("<+01>-1", *changes)) is None
    assert current_rule(posix_tzif("<+01>-1", *changes[:12])) is not None


@pytest.mark.parametrize(
    ("changed", "since", "offset_from"),
    [
        (datetime(1969, 12, 31, 16, tzinfo=UTC), datetime(1969, 12, 31, 18, tzinfo=UTC), 6),
        (datetime(1969, 12, 31, 20, tzinfo=UTC), datetime(1969, 12, 31, 20, tzinfo=UTC), 0),
    ],
)
def test_fixed_offset_begins_in_1970_local_time_or_when_it_changed(
    changed: datetime, since: datetime, offset_from: int
) -> None:
    found = current_rule(posix_tzif("<+06>-6", (changed, 6 * HOUR)))
    assert found is not None
    assert found.since == since
    assert found.standard.first.at == since
    assert found.standard.first.offset_from == offset_from * HOUR


def test_offset_with_seconds_is_written_with_seconds() -> None:
    found = current_rule(posix_tzif("<LMT>0:25:21"))
    assert found is not None
    assert module._observance_lines("STANDARD", found.standard) == [
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:-002521",
        "TZOFFSETTO:-002521",
        "TZNAME:LMT",
        "END:STANDARD",
    ]


# Names and spans


@pytest.mark.parametrize("tzid", ["", "Mars/Base", "europe/berlin", "Europe", "../zones", "/Europe/Berlin", "zone.tab"])
def test_unknown_zone_is_refused(tzid: str) -> None:
    at = datetime(2030, 1, 1, tzinfo=UTC)
    for call in (vtimezone, current_rule_since):
        with pytest.raises(UnknownZone, match="IANA name"):
            call(tzid)
    with pytest.raises(UnknownZone, match="IANA name"):
        follows_current_rule(tzid, starts_at=at, ends_at=at + HOUR)


def test_zone_without_rule_is_refused() -> None:
    with pytest.raises(NoYearlyRule, match=r"Asia/Jerusalem .* UTC"):
        vtimezone("Asia/Jerusalem")


def test_event_follows_rule_only_if_all_of_it_does() -> None:
    since = datetime(2007, 3, 11, 7, tzinfo=UTC)

    def follows(starts_at: datetime, ends_at: datetime) -> bool:
        return follows_current_rule("America/New_York", starts_at=starts_at, ends_at=ends_at)

    assert follows(since, since + HOUR) is True
    assert follows(since - SECOND, since + HOUR) is False
    assert follows(since - HOUR, since - SECOND) is False
    assert follows(since + HOUR, since - SECOND) is False
    at = datetime(2030, 1, 1, tzinfo=UTC)
    assert follows_current_rule("Asia/Jerusalem", starts_at=at, ends_at=at + HOUR) is False
