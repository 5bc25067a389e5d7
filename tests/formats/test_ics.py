"""One date as a VEVENT, and VEVENTs joined to a calendar: FEED_CONTRACT Part 1, by statement.

The golden files are compared byte for byte. `REWRITE_GOLDEN=1 pytest tests/formats/test_ics.py` writes
them anew and fails, so that someone reads the difference.
"""

import os
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from rallies.formats.ics import (
    LONGEST_DESCRIPTION,
    LONGEST_MESSAGE,
    CalendarHead,
    calendar,
    description,
    significant,
    summary,
    vevent,
)
from rallies.formats.public import PublicChange, PublicListing, PublicWhen
from rallies.rules.times import derive_span
from rallies.text import clean_line
from tests import public_values
from tests.public_values import make_public_action

GOLDEN = Path(__file__).parent.parent / "data" / "golden" / "ics"
CREATED = datetime(2025, 10, 1, 9, 0, 0, tzinfo=UTC)
UPDATED = datetime(2025, 11, 2, 10, 30, 5, 999_999, tzinfo=UTC)

PLACE = replace(
    public_values.PLACE,
    label="City Hall, 1400 John F Kennedy Blvd, Philadelphia, Pennsylvania, United States",
    latitude=39.9523789,
    precision="venue",
)
WITHHELD = replace(
    PLACE,
    label="Philadelphia, Pennsylvania, United States",
    venue="",
    street_address="",
    precision="city",
    is_withheld=True,
)


def make_when(
    start_date, start_time=None, end_date=None, end_time=None, *, timezone="America/New_York", kind="march", **more
):
    clock = {
        "start_date": date.fromisoformat(start_date),
        "start_time": time.fromisoformat(start_time) if start_time else None,
        "end_date": date.fromisoformat(end_date) if end_date else None,
        "end_time": time.fromisoformat(end_time) if end_time else None,
    }
    span = derive_span(**clock, timezone=timezone, kind=kind)
    derived = {name: getattr(span, name) for name in ("starts_at", "ends_at", "over_at", "end_date", "last_day")}
    return PublicWhen(timezone=timezone, **clock | derived | more)


UNDATED = PublicWhen(
    timezone="America/New_York", start_date=None, start_time=None, end_date=None, end_time=None,
    starts_at=None, ends_at=None, over_at=None, last_day=None,
    window_first=date(2025, 11, 15), window_last=date(2025, 11, 23),
)  # fmt: skip


def make_public(**changes):
    told = {
        "uid": "0b6c1a52-7c1b-4e0e-9d3c-3a5f2f6b9a11",
        "slug": "march-to-city-hall",
        "url": "https://rallies.example/actions/march-to-city-hall/",
        "when": make_when("2025-11-15", "14:00", None, "16:30"),
        "place": PLACE,
        "description": "We march **together**.\n\n- Bring water\n- [Route](https://e.org/route)",
        "description_html": "<p>never here</p>",
        "contact": "organizer@private.example",
        "listings": (PublicListing(name="Week of action; 2025, part 1", slug="week", basis=""),),
        "created_at": CREATED,
        "updated_at": UPDATED,
        "sequence": 3,
    }
    return make_public_action(**told | changes)


def change(kind, before, after):
    return PublicChange(number=7, at=UPDATED, kind=kind, before=before, after=after, message="")


PASTED = "Rally\x00 \x0bfor\x0c peace\x1b\x7f\x85 and\u2028bread\u2029 \ufffd\r\nnow\ud83d \tA\u0308"
LINK = "https://meet.example/j/1?pwd=a,b;c"

CASES = {
    "timed": make_public(),
    "end-not-stated": make_public(when=make_when("2025-11-15", "18:00", kind="vigil"), kind="vigil"),
    "all-day": make_public(when=make_when("2025-11-16"), description=""),
    "several-days": make_public(when=make_when("2025-11-15", None, "2025-11-23", timezone="Europe/Berlin"), kind="camp"),
    "several-days-timed": make_public(when=make_when("2025-10-31", "17:00", "2025-11-03", "11:00"), kind="occupation"),
    "last-day-without-end-time": make_public(when=make_when("2025-11-15", "10:00", "2025-11-16")),
    "hour-that-comes-twice": make_public(when=make_when("2025-11-02", "01:30", None, "03:30")),
    "end-in-the-hour-that-comes-twice": make_public(when=make_when("2025-11-01", "22:00", None, "01:30")),
    "zone-without-a-yearly-rule": make_public(when=make_when("2025-11-15", "14:00", timezone="Asia/Jerusalem")),
    "before-the-rule-of-its-zone": make_public(when=make_when("2025-11-15", "14:00", timezone="Africa/Casablanca")),
    "zone-without-clock-changes": make_public(when=make_when("2025-11-15", "14:00", timezone="America/Santo_Domingo")),
    "cancelled": make_public(status="cancelled", status_message="Storm warning; stay home, please."),
    "postponed": make_public(status="postponed"),
    "tentative": make_public(status="tentative"),
    "moved-online": make_public(status="moved-online", online_url=LINK),
    "moved-online-without-a-link": make_public(status="moved-online"),
    "online": make_public(attendance_mode="online", online_url=LINK, place=None),
    "hybrid": make_public(attendance_mode="hybrid", online_url=LINK),
    "place-withheld": make_public(place=WITHHELD),
    "place-withheld-until": make_public(
        place=replace(WITHHELD, revealed_from=datetime(2025, 11, 14, 23, 30, tzinfo=UTC))
    ),
    "no-place": make_public(place=None),
    "city-only": make_public(place=replace(PLACE, label="Philadelphia", venue="", precision="city")),
    "moved": make_public(
        changes=(
            change("moved-in-time", "Saturday, 13:00", "Saturday, 14:00"),
            change("moved-in-place", "Love Park", "City Hall"),
            change("moved-in-time", "Friday, 13:00", "Saturday, 13:00"),
        )
    ),
    "long-title": make_public(title="Ünïted “für” Frieden – " + "行動する市民の集い " * 25 + "Ende der Liste"),
    "emoji": make_public(title="🕊️ Peace " + "👩🏽‍🤝‍👩🏻" * 12, description="🔥" * 40),
    "right-to-left": make_public(title="وقفة تضامنية مع غزة، الساعة ٦ مساءً", description="עצרת ‏(שקט)‏ ברחבה"),
    "cjk": make_public(title="平和のための行進", place=replace(PLACE, label="日比谷公園、千代田区、東京都、日本"),
                       when=make_when("2025-11-15", "14:00", timezone="Asia/Tokyo")),
    "pasted": make_public(title=PASTED, description=PASTED, status_message=PASTED, place=replace(PLACE, label=PASTED)),
    "punctuation": make_public(
        title='C:\\new; "one", two: 100% ^ \\n \\, \\;',
        place=replace(PLACE, label='"The ^ Hall"; room 1, 2: C:\\new'),
        description="a\\\\b;c,d:e\n\nBEGIN:VEVENT\n\nEND:VCALENDAR",
    ),
}  # fmt: skip

HEAD = CalendarHead(
    name="Week of action; 2025",
    description="Public actions, from Rallies.",
    address="https://rallies.example/campaigns/week.ics",
    page="https://rallies.example/campaigns/week/",
)


def feed(*actions, head=HEAD, empty_zone="UTC"):
    made = [vevent(action) for action in actions]
    return calendar(
        head, texts=[m.text for m in made], tzids=[m.tzid for m in made if m.tzid], empty_zone=empty_zone
    ).decode()


def lines(text):
    """Unfolded content lines."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def values(text, name):
    return [line for line in lines(text) if re.match(rf"{name}[;:]", line)]


def unescape(value):
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def text_of(text, name):
    (line,) = values(text, name)
    return unescape(line.partition(":")[2])


every_case = pytest.mark.parametrize("name", CASES)


@every_case
def test_bytes_are_those_of_the_golden_file(name):
    made, path = feed(CASES[name]).encode(), GOLDEN / f"{name}.ics"
    if os.environ.get("REWRITE_GOLDEN"):
        path.write_bytes(made)
        pytest.fail(f"{path.name} was written: read the difference")
    assert made.decode() == path.read_bytes().decode()


def test_no_golden_file_is_without_its_case():
    assert {path.stem for path in GOLDEN.iterdir()} == set(CASES)


def bytes_hold(body):
    """Statements 1 to 3 of one body."""
    raw = body.encode("utf-8")
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\r\n")
    physical = raw.split(b"\r\n")[:-1]
    assert all(physical)
    for line in physical:
        assert len(line) <= 75
        assert b"\n" not in line and b"\r" not in line
        line.decode("utf-8")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffd]", body)


@every_case
def test_statements_1_to_3_bytes(name):
    bytes_hold(feed(CASES[name]))


def test_statement_2_octets_are_counted_not_characters():
    # 48 characters of 88 octets.
    text = feed(make_public(title="é" * 40))
    bytes_hold(text)
    assert values(text, "SUMMARY") == [f"SUMMARY:{'é' * 40}"]


@every_case
def test_statement_4_text_is_escaped_once_and_only_so(name):
    for line in lines(feed(CASES[name])):
        name_and_parameters, _, value = line.partition(":")
        if name_and_parameters in {"SUMMARY", "DESCRIPTION", "LOCATION", "X-WR-CALNAME", "NAME", "X-WR-CALDESC", "UID"}:
            assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,n])*", value), line


def test_statement_4_a_backslash_before_a_capital_n_is_no_line_break():
    text = feed(make_public(title="C:\\New \\Nights"))
    assert values(text, "SUMMARY") == [r"SUMMARY:C:\\New \\Nights"]


def test_statement_4_each_special_character_and_its_escape():
    text = feed(CASES["punctuation"])
    assert values(text, "SUMMARY") == [r'SUMMARY:C:\\new\; "one"\, two: 100% ^ \\n \\\, \\\;']
    assert values(text, "LOCATION") == [r'LOCATION:"The ^ Hall"\; room 1\, 2: C:\\new']
    assert values(text, "X-APPLE-STRUCTURED-LOCATION") == [
        r"""X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="^'The ^^ Hall^'; room 1, 2: C:\new":geo:39.952379,-75.163620"""
    ]
    assert [line for line in lines(text) if line in {"BEGIN:VEVENT", "END:VCALENDAR"}] == [
        "BEGIN:VEVENT",
        "END:VCALENDAR",
    ]


def test_statement_5_no_markup_and_no_python():
    text = feed(make_public(description="**A** <https://e.org> &amp; [b](https://e.org/b) `c`\n\n# D", place=None))
    assert text_of(text, "DESCRIPTION") == (
        "A https://e.org & b <https://e.org/b> c\n\nD\n\nhttps://rallies.example/actions/march-to-city-hall/"
    )
    pasted = "<b>Peace</b> &amp; bread&nbsp;now"
    text = feed(
        make_public(title=pasted, place=replace(PLACE, label=pasted), status="cancelled", status_message=pasted)
    )
    assert text_of(text, "SUMMARY") == "CANCELLED: Peace & bread now"
    assert text_of(text, "LOCATION") == "Peace & bread now"
    assert text_of(text, "DESCRIPTION").startswith("This action is cancelled.\n\nPeace & bread\u00a0now\n\nWe march")
    for action in CASES.values():
        assert not re.search(r"None|null|undefined|datetime|PublicPlace|<p>|&\w+;", feed(action))


@every_case
def test_statement_6_one_calendar_with_its_head_first(name):
    found = lines(feed(CASES[name]))
    assert found[:4] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Rallies//Calendar of public actions//EN",
        "CALSCALE:GREGORIAN",
    ]
    assert found[-1] == "END:VCALENDAR"
    for once in ("BEGIN:VCALENDAR", "END:VCALENDAR", "VERSION:2.0", "CALSCALE:GREGORIAN"):
        assert found.count(once) == 1
    properties = found[1 : found.index(next(x for x in found[1:] if x.startswith("BEGIN:")))]
    assert len({re.split("[;:]", line)[0] for line in properties}) == len(properties)


@pytest.mark.parametrize(
    ("empty_zone", "tzid"),
    [("Europe/Berlin", "Europe/Berlin"), ("UTC", "UTC"), ("Asia/Jerusalem", "UTC")],
)
def test_statement_6_an_empty_feed_holds_a_zone(empty_zone, tzid):
    text = feed(empty_zone=empty_zone)
    bytes_hold(text)
    assert [line for line in lines(text) if line.startswith(("BEGIN:", "TZID:"))][:3] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VTIMEZONE",
        f"TZID:{tzid}",
    ]
    assert "BEGIN:VEVENT" not in lines(text)


def test_statement_8_9_and_10_the_head_of_a_feed():
    assert lines(feed(CASES["all-day"]))[4:12] == [
        r"X-WR-CALNAME:Week of action\; 2025",
        r"NAME:Week of action\; 2025",
        r"X-WR-CALDESC:Public actions\, from Rallies.",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
        "SOURCE;VALUE=URI:https://rallies.example/campaigns/week.ics",
        "URL:https://rallies.example/campaigns/week/",
        "BEGIN:VEVENT",
    ]


def test_statement_8_the_file_of_one_action_is_anonymous():
    assert lines(feed(CASES["all-day"], head=CalendarHead()))[:5] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Rallies//Calendar of public actions//EN",
        "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT",
    ]


@every_case
def test_statement_7_12_14_16_17_22_41_42_and_43_what_every_event_holds(name):
    action, text = CASES[name], vevent(CASES[name]).text
    assert not values(text, "METHOD|ATTENDEE|ORGANIZER|BEGIN:VALARM|COMMENT|RRULE|RECURRENCE-ID|DURATION")
    assert "BEGIN:VALARM" not in text and "private.example" not in text
    assert values(text, "UID") == [f"UID:{action.uid}"]
    assert values(text, "DTSTAMP|LAST-MODIFIED") == ["DTSTAMP:20251102T103005Z", "LAST-MODIFIED:20251102T103005Z"]
    assert values(text, "CREATED") == ["CREATED:20251001T090000Z"]
    assert values(text, "SEQUENCE") == ["SEQUENCE:3"]
    expected = {"cancelled": "CANCELLED", "postponed": "TENTATIVE", "tentative": "TENTATIVE"}.get(
        action.status, "CONFIRMED"
    )
    assert values(text, "STATUS") == [f"STATUS:{expected}"]
    assert values(text, "TRANSP|CLASS") == ["TRANSP:TRANSPARENT", "CLASS:PUBLIC"]


def test_statement_12_a_foreign_uid_stays_as_it_is():
    uid = "20251115T140000Z-12,3;4\\5@foreign.example"
    assert text_of(vevent(make_public(uid=uid)).text, "UID") == uid


def test_statement_13_and_15_the_same_data_are_the_same_bytes_in_the_order_given():
    first, second = (
        make_public(uid="other", when=make_when("2025-11-14", "12:00", timezone="Asia/Tokyo")),
        CASES["timed"],
    )
    text = feed(first, second)
    assert feed(replace(first), replace(second)) == text
    assert values(text, "UID") == ["UID:other", f"UID:{second.uid}"]
    assert values(text, "TZID") == ["TZID:America/New_York", "TZID:Asia/Tokyo"]


def test_statement_17_created_is_never_later_than_last_modified():
    text = vevent(make_public(created_at=UPDATED + timedelta(days=1))).text
    assert values(text, "CREATED") == ["CREATED:20251102T103005Z"]


def test_statement_16_what_raises_sequence_and_what_does_not():
    timed = make_public()
    kept = significant(vevent(timed).text)
    assert kept == (
        "STATUS:CONFIRMED",
        "DTSTART;TZID=America/New_York:20251115T140000",
        "DTEND;TZID=America/New_York:20251115T163000",
        r"LOCATION:City Hall\, 1400 John F Kennedy Blvd\, Philadelphia\, Pennsylvania\, United States",
    )
    for changes in ({"title": "Other"}, {"description": "STATUS:x\nDTSTART:y"}, {"listings": ()}, {"sequence": 9}):
        assert significant(vevent(replace(timed, **changes)).text) == kept
    for changes in (
        {"status": "tentative"},
        {"when": make_when("2025-11-15", "14:01", None, "16:30")},
        {"when": make_when("2025-11-15", "14:00", None, "16:31")},
        {"when": make_when("2025-11-15")},
        {"place": None},
    ):
        assert significant(vevent(replace(timed, **changes)).text) != kept


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("cancelled", "CANCELLED: March to City Hall"),
        ("postponed", "POSTPONED: March to City Hall"),
        ("tentative", "March to City Hall"),
        ("moved-online", "March to City Hall"),
    ],
)
def test_statement_18_the_summary_begins_with_the_word(status, expected):
    assert summary(make_public(status=status)) == expected


TIMES = {
    "timed": ["DTSTART;TZID=America/New_York:20251115T140000", "DTEND;TZID=America/New_York:20251115T163000"],
    "end-not-stated": ["DTSTART;TZID=America/New_York:20251115T180000", "DTEND;TZID=America/New_York:20251115T190000"],
    "all-day": ["DTSTART;VALUE=DATE:20251116", "DTEND;VALUE=DATE:20251117"],
    "several-days": ["DTSTART;VALUE=DATE:20251115", "DTEND;VALUE=DATE:20251124"],
    "several-days-timed": [
        "DTSTART;TZID=America/New_York:20251031T170000",
        "DTEND;TZID=America/New_York:20251103T110000",
    ],
    "last-day-without-end-time": [
        "DTSTART;TZID=America/New_York:20251115T100000",
        "DTEND;TZID=America/New_York:20251117T000000",
    ],
    # 30: the first of the two, told in UTC.
    "hour-that-comes-twice": ["DTSTART:20251102T053000Z", "DTEND:20251102T083000Z"],
    "end-in-the-hour-that-comes-twice": ["DTSTART:20251102T020000Z", "DTEND:20251102T053000Z"],
    "zone-without-a-yearly-rule": ["DTSTART:20251115T120000Z", "DTEND:20251115T140000Z"],
    "before-the-rule-of-its-zone": ["DTSTART:20251115T130000Z", "DTEND:20251115T150000Z"],
    "cjk": ["DTSTART;TZID=Asia/Tokyo:20251115T140000", "DTEND;TZID=Asia/Tokyo:20251115T160000"],
}


@pytest.mark.parametrize("name", TIMES)
def test_statement_24_25_26_and_30_times(name):
    assert values(vevent(CASES[name]).text, "DTSTART|DTEND") == TIMES[name]


@every_case
def test_statement_24_and_25_no_time_floats_and_the_end_is_later_and_of_the_same_type(name):
    start, end = values(vevent(CASES[name]).text, "DTSTART|DTEND")
    form = r"(?:;TZID=[A-Za-z_/-]+:\d{8}T\d{6}|:\d{8}T\d{6}Z|;VALUE=DATE:\d{8})"
    assert re.fullmatch("DTSTART" + form, start) and re.fullmatch("DTEND" + form, end)
    assert start[7:].partition(":")[0] == end[5:].partition(":")[0]
    assert start.rpartition(":")[2] < end.rpartition(":")[2]


@every_case
def test_statement_27_each_zone_used_stands_once_and_none_unused(name):
    text = feed(CASES[name], CASES[name])
    used = sorted(set(re.findall(r"TZID=([^:;]+)", text)))
    assert [line[5:] for line in values(text, "TZID")] == used
    assert (vevent(CASES[name]).tzid,) == tuple(used or [""])


@dataclass
class Read:
    summary: str
    description: str
    location: str
    start: object
    end: object


def instant(value):
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def read_by_icalendar(body):
    (event,) = Calendar.from_ical(body.encode()).walk("VEVENT")
    return Read(
        str(event["SUMMARY"]),
        str(event["DESCRIPTION"]),
        str(event["LOCATION"]),
        instant(event.start),
        instant(event.end),
    )


def read_by_vobject(body):
    event = vobject.readOne(body).vevent
    return Read(
        event.summary.value, event.description.value, event.location.value,
        instant(event.dtstart.value), instant(event.dtend.value),
    )  # fmt: skip


@every_case
@pytest.mark.parametrize("reader", [read_by_icalendar, read_by_vobject])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_statement_32_readers_find_the_instants_and_texts(name, reader):
    action = CASES[name]
    when = action.when
    if when.is_all_day:
        start, end = when.start_date, when.last_day + timedelta(days=1)
    else:
        start, end = when.starts_at, when.over_at
    text = vevent(action).text
    assert reader(feed(action)) == Read(
        summary=summary(action),
        description=description(action),
        location=text_of(text, "LOCATION"),
        start=start,
        end=end,
    )


@every_case
def test_statement_38_summary_description_and_url(name):
    action, text = CASES[name], vevent(CASES[name]).text
    assert text_of(text, "SUMMARY").strip()
    assert values(text, "URL") == [f"URL:{action.url}"]
    assert text_of(text, "DESCRIPTION").endswith(action.url)


@pytest.mark.parametrize("title", ["<b></b>", "\u200b \u200b", "<i> \u2060</i>"])
def test_statement_38_a_title_of_which_nothing_is_left_is_the_kind(title):
    action = make_public(title=title, kind="vigil")
    assert [summary(action), summary(replace(action, status="cancelled"))] == ["Vigil", "CANCELLED: Vigil"]


def test_statement_38_an_address_is_not_escaped():
    odd = "https://rallies.example/actions/a,b;c/"
    assert values(vevent(make_public(url=odd)).text, "URL") == [f"URL:{odd}"]


ADDRESS = "https://rallies.example/actions/march-to-city-hall/"
BODY = "We march together.\n\n- Bring water\n- Route <https://e.org/route>"
DESCRIPTIONS = {
    "timed": [BODY, ADDRESS],
    "end-not-stated": [BODY, "The end is not announced; calendars show 60 minutes.", ADDRESS],
    "all-day": ["Time to be announced.", ADDRESS],
    "last-day-without-end-time": [BODY, "The end time is not announced.", ADDRESS],
    "cancelled": ["This action is cancelled.", "Storm warning; stay home, please.", BODY, ADDRESS],
    "postponed": ["This action is postponed; the new date is not announced yet.", BODY, ADDRESS],
    "tentative": ["It is not yet certain that this action takes place.", BODY, ADDRESS],
    "moved-online": ["This action takes place online only.", f"Take part online: {LINK}", BODY, ADDRESS],
    "hybrid": [f"Take part online: {LINK}", BODY, ADDRESS],
    "place-withheld": ["The exact place is not published here.", BODY, ADDRESS],
    "place-withheld-until": [
        "The exact place will be announced here: Friday, 14 November 2025, 18:30.",
        BODY,
        ADDRESS,
    ],
    # The latest move of each kind.
    "moved": ["Moved from Saturday, 13:00 to Saturday, 14:00.", "Moved from Love Park to City Hall.", BODY, ADDRESS],
}


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_statement_38_40_and_63_the_description_in_its_order(name):
    assert description(CASES[name]) == "\n\n".join(DESCRIPTIONS[name])


def test_what_was_said_of_a_move_stands_after_it_unless_the_action_is_off():
    said = [
        replace(change("moved-in-time", "13:00", "14:00"), message="The hall\r\nis closed <b>before</b>."),
        replace(change("moved-in-place", "Love Park", "City Hall"), message="Use the north door. " * 100),
        replace(change("moved-in-time", "12:00", "13:00"), message="Old."),
    ]
    shown, off = (description(make_public(changes=tuple(said), status=each)) for each in ("scheduled", "cancelled"))
    parts = shown.split("\n\n")
    assert [*parts[:3], LONGEST_MESSAGE - 20 < len(parts[3]) <= LONGEST_MESSAGE, parts[3][:19]] == [
        "Moved from 13:00 to 14:00.",
        "The hall\nis closed before.",
        "Moved from Love Park to City Hall.",
        True,
        "Use the north door.",
    ]
    assert off.split("\n\n")[1:4] == [
        "Moved from 13:00 to 14:00.",
        "Moved from Love Park to City Hall.",
        "We march together.",
    ]


def test_what_no_longer_holds_of_a_move_is_not_said():
    """While it is postponed it has no time, once it is online no place; what was postponed and kept its time was not moved."""
    time, place = change("moved-in-time", "13:00", "14:00"), change("moved-in-place", "Love Park", "City Hall")
    on_again = change("moved-in-time", "14:00", "14:00")
    said = {
        status: [
            part
            for part in description(make_public(changes=changes, status=status)).split("\n\n")
            if part.endswith("0.") or "Park" in part
        ]
        for status, changes in {
            "postponed": (time, place),
            "moved-online": (time, place),
            "scheduled": (on_again, time),
        }.items()
    }
    assert said == {
        "postponed": ["Moved from Love Park to City Hall."],
        "moved-online": ["Moved from 13:00 to 14:00."],
        "scheduled": ["Takes place after all: 14:00."],
    }


def test_a_long_description_is_cut_and_what_matters_stays():
    action = make_public(status="cancelled", description="word " * 4_000)
    made = description(action)
    assert made.startswith("This action is cancelled.\n\nword word")
    assert made.endswith(f"word…\n\n{ADDRESS}")
    assert len(made) <= LONGEST_DESCRIPTION
    bytes_hold(feed(action))


CONFERENCE = f"CONFERENCE;FEATURE=VIDEO;LABEL=Take part online;VALUE=URI:{LINK}"
POINT = [
    "GEO:39.952379;-75.163620",
    'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="City Hall, 1400 John F Kennedy Blvd, Philadelphia, Pennsylvania, '
    'United States":geo:39.952379,-75.163620',
]
VENUE = r"LOCATION:City Hall\, 1400 John F Kennedy Blvd\, Philadelphia\, Pennsylvania\, United States"
CITY = r"LOCATION:Philadelphia\, Pennsylvania\, United States"
ONLINE = r"LOCATION:https://meet.example/j/1?pwd=a\,b\;c"
PLACES = {
    "timed": [VENUE, *POINT],
    "cancelled": [VENUE, *POINT],
    "hybrid": [VENUE, *POINT, CONFERENCE],
    "online": [ONLINE, CONFERENCE],
    "moved-online": [ONLINE, CONFERENCE],
    # Not the old place: people would go there.
    "moved-online-without-a-link": ["LOCATION:Online"],
    "place-withheld": [CITY],
    "place-withheld-until": [CITY],
    "city-only": ["LOCATION:Philadelphia"],
    "no-place": ["LOCATION:Place to be announced"],
}


@pytest.mark.parametrize("name", PLACES)
def test_statement_39_and_40_where(name):
    found = values(vevent(CASES[name]).text, "LOCATION|GEO|X-APPLE-STRUCTURED-LOCATION|CONFERENCE")
    assert found == PLACES[name]


@pytest.mark.parametrize("status", ["scheduled", "cancelled", "postponed", "tentative", "moved-online"])
@pytest.mark.parametrize("mode", ["in-person", "hybrid", "online"])
@pytest.mark.parametrize("precision", ["venue", "street", "city"])
def test_statement_39_a_withheld_place_has_no_point_whatever_else(status, mode, precision):
    action = make_public(place=replace(WITHHELD, precision=precision), status=status, attendance_mode=mode)
    text = feed(action)
    assert "39.95" not in text and "75.16" not in text and "City Hall," not in text and "Kennedy" not in text


def test_statement_44_categories_are_escaped_one_by_one():
    assert values(vevent(CASES["timed"]).text, "CATEGORIES") == [r"CATEGORIES:March,Week of action\; 2025\, part 1"]
    (event,) = Calendar.from_ical(feed(CASES["timed"]).encode()).walk("VEVENT")
    assert [str(name) for name in event["CATEGORIES"].cats] == ["March", "Week of action; 2025, part 1"]


@every_case
def test_statement_44_no_property_is_empty(name):
    for body in (
        feed(CASES[name]),
        feed(CASES[name], head=CalendarHead()),
        feed(CASES[name], head=CalendarHead(name="x")),
    ):
        assert [line for line in lines(body) if line.endswith(":")] == []
    nameless = (PublicListing(name="\x00", slug="x", basis=""),)
    assert values(vevent(make_public(listings=nameless)).text, "CATEGORIES") == ["CATEGORIES:March"]


def test_statement_45_no_picture_is_sent_inline():
    text = vevent(make_public(picture_url="https://rallies.example/media/a.jpg", picture_alt="A banner")).text
    assert not values(text, "ATTACH|IMAGE")


def test_statement_63_an_action_without_a_date_is_in_no_feed():
    with pytest.raises(ValueError, match="march-to-city-hall has no date"):
        vevent(make_public(when=UNDATED))


TEXT = st.text(
    st.characters() | st.sampled_from('\\;,:"^\r\n\t\x00\x85\u2028\ufffd\ud800\u0301n👩\u200d '), max_size=200
)


@settings(deadline=None, max_examples=150)
@given(title=TEXT, place=TEXT, name=TEXT)
def test_any_text_comes_back_as_it_was_cleaned(title, place, name):
    title, place = f"T {title}", f"P {place}"
    action = make_public(title=title, place=replace(PLACE, label=place), listings=(PublicListing(name, "x", ""),))
    body = feed(action, head=replace(HEAD, name=f"N {name}"))
    bytes_hold(body)
    (event,) = Calendar.from_ical(body.encode()).walk("VEVENT")
    assert str(event["SUMMARY"]) == clean_line(title)
    assert str(event["LOCATION"]) == clean_line(place)
    assert text_of(body, "X-WR-CALNAME") == text_of(body, "NAME") == clean_line(f"N {name}")
    assert [str(each) for each in event["CATEGORIES"].cats] == [each for each in ("March", clean_line(name)) if each]
    (apple,) = [line for line in lines(body) if line.startswith("X-APPLE")]
    title_there = re.search(r'X-TITLE=(?:"([^"]*)"|([^:;,"]*)):geo', apple)
    decoded = re.sub(
        r"\^(.)", lambda found: {"n": "\n", "'": '"', "^": "^"}[found[1]], title_there[1] or title_there[2]
    )
    assert decoded == clean_line(place)


@settings(deadline=None, max_examples=100)
@given(text=TEXT, message=TEXT)
def test_any_description_comes_back_as_it_was_told(text, message):
    action = make_public(description=text, status="cancelled", status_message=message)
    body = feed(action)
    bytes_hold(body)
    (event,) = Calendar.from_ical(body.encode()).walk("VEVENT")
    assert str(event["DESCRIPTION"]) == description(action)
    assert text_of(body, "DESCRIPTION") == description(action)


@settings(deadline=None, max_examples=150)
@given(
    zone=st.sampled_from(
        ["America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Gaza", "Asia/Tokyo", "America/Vancouver"]
    ),
    moment=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2036, 12, 31)),
    minutes=st.integers(min_value=1, max_value=4_000),
)
def test_statement_32_any_instant_comes_back(zone, moment, minutes):
    starts_at = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    local = starts_at.astimezone(ZoneInfo(zone))
    when = replace(
        make_when("2025-11-15", "14:00", timezone=zone),
        start_date=local.date(),
        start_time=local.time(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        over_at=starts_at + timedelta(minutes=minutes),
    )
    found = read_by_icalendar(feed(make_public(when=when)))
    assert (found.start, found.end) == (starts_at, when.over_at)
