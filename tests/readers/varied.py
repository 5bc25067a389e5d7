"""Actions as nobody would think of them, described by hypothesis."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import zip_longest
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from rallies.enums import ActionKind
from tests.factories import NOW

YEAR = (NOW.date(), NOW.date() + timedelta(days=365))
"""The first day, and the first after the last."""
LATER = NOW + timedelta(hours=1)
"""After everything was done to the actions."""
GROUP = 20

# Half an hour of summer time, no whole hour, winter as the exception, Ramadan, other hours of change, new rules.
ODD_ZONES = (
    "Australia/Lord_Howe America/St_Johns Asia/Kathmandu Pacific/Chatham Europe/Dublin Africa/Casablanca Africa/Cairo "
    "Asia/Gaza Asia/Jerusalem America/Nuuk America/Vancouver America/Asuncion America/Santiago Pacific/Easter Antarctica/Troll "
    "Asia/Beirut America/Scoresbysund Asia/Kolkata UTC Etc/GMT+5 EST5EDT America/Argentina/Buenos_Aires Pacific/Apia"
).split()
BIG_ZONES = "America/New_York America/Los_Angeles Europe/Berlin Europe/London Australia/Sydney Asia/Tokyo".split()
RULES = (
    "FREQ=DAILY;COUNT=8",
    "FREQ=DAILY;INTERVAL=3;COUNT=30",
    "FREQ=WEEKLY;COUNT=5",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SA,SU;WKST=SU;COUNT=20",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=16",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=-1SU;COUNT=8",
    "FREQ=MONTHLY;BYDAY=2SA,4SA;COUNT=7",
    "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=6",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=9",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYMONTH=10,11;BYDAY=1SU",
    "nth",
    "until",
    "until a time",
)
PIECES = (
    "Rally for peace",
    "Marcha por la paz; «ya»",
    "Großdemo, Straße des 17. Juni",
    "مسيرة من أجل السلام",
    "עצרת בעד שלום",
    "शांति मार्च",
    "平和行進、集合は正午",
    "평화 행진",
    "Марш мира",
    "Ειρήνη τώρα",
    "เดินเพื่อสันติภาพ",
    "🪧🕊️👩🏽‍🤝‍👩🏿",
    "C:\\new\\table",
    "C:\\New",
    "a;b,c:d\\,e",
    "“quoted” and 'so' \"on\"",
    "Q & A",
    "1 < 2 > 0",
    "e\u0301 n\u0303 \u1100\u1161",
    "\u200fשלום\u200e",
    "=SUM(A1)",
    "^n ^' ^^",
    "END:VEVENT",
    "x" * 90,
    "ü" * 60,
)
# As Word, PDF and terminals leave them.
JUNK = ("\x00", "\x07", "\x0b", "\x0c", "\x1b[0m", "\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\ufeff", "\ufffd", "\r", "\r\n", "\t", "\xa0", "\u200b", "\u202e", "\ud800")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alone:
    """What becomes of one date of a series: called off with a message, or moved by days to another time."""

    number: int
    message: str
    days: int = 0
    clock: time | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """An action, before it is made."""

    title: str
    description: str
    venue: str
    city: str
    timezone: str
    kind: str
    start_date: date
    start_time: time | None
    length: timedelta | None
    rule: str
    alone: tuple[Alone, ...]
    steps: tuple[str, ...]
    message: str
    is_withheld: bool
    online: str
    has_place: bool
    skipped: tuple[int, ...] = ()
    """Numbers of dates that are skipped before the action is published."""


@cache
def changes_of_clocks(zone: str) -> tuple[date, ...]:
    """The local days of the year on which the clocks of a zone change."""
    tz = ZoneInfo(zone)
    days = [YEAR[0] + timedelta(days=n) for n in range(366)]
    offsets = [datetime.combine(day, time(), tz).utcoffset() for day in days]
    return tuple(day for day, now, then in zip(days, offsets, offsets[1:], strict=False) if now != then)


def texts(*, lines: bool) -> st.SearchStrategy[str]:
    # Tags and entities are taken out of what is shown; the tests of the formats know how.
    anything = st.text(max_size=12).map(lambda text: text.replace("<", "‹").replace("&", "+"))
    piece = st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), st.sampled_from(JUNK), anything)
    return st.lists(piece, min_size=1, max_size=8 if lines else 3).map(("\n\n" if lines else " ").join)


def zones() -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"}))


@st.composite
def described(draw: st.DrawFn, zone_strategy: st.SearchStrategy[str]) -> Described:
    zone = draw(zone_strategy)
    day = YEAR[0] + timedelta(days=draw(st.integers(0, 330)))
    changes = changes_of_clocks(zone)
    if changes and draw(st.booleans()):
        # Around a change of clocks, or weeks before it, so that a series goes over it.
        day = draw(st.sampled_from(changes)) + timedelta(days=draw(st.integers(-1, 1)) - 7 * draw(st.integers(0, 2)))
    nights = st.sampled_from([time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(23, 30)])
    clock = draw(st.one_of(st.none(), nights, st.times().map(lambda each: each.replace(second=0, microsecond=0))))
    lengths = [timedelta(minutes=15), timedelta(hours=2), timedelta(hours=9), timedelta(hours=26), timedelta(days=4)]
    rule = draw(st.one_of(st.just(""), st.sampled_from(RULES)))
    messages = st.sampled_from(["", "Storm; stay home, please."])
    clocks = st.sampled_from([None, time(1, 30), time(16), time(12, 45)])
    off = st.builds(Alone, number=st.integers(0, 6), message=messages)
    moved = st.builds(Alone, number=st.integers(0, 6), message=st.just(""), days=st.integers(-2, 2), clock=clocks)
    steps = st.sampled_from("cancel undo postpone tentative online time place reveal edit".split())
    return Described(
        title=draw(texts(lines=False)),
        description=draw(st.one_of(st.just(""), texts(lines=True))),
        venue=draw(texts(lines=False)),
        city=draw(texts(lines=False)),
        timezone=zone,
        kind=draw(st.sampled_from(ActionKind.values)),
        start_date=max(day, YEAR[0] - timedelta(days=20)),
        start_time=clock,
        length=draw(st.one_of(st.none(), st.sampled_from(lengths))),
        rule=rule,
        alone=tuple(draw(st.lists(off | moved, max_size=3, unique_by=lambda each: each.number))) if rule else (),
        steps=tuple(draw(st.one_of(st.just([]), st.lists(steps, max_size=3)))),
        message=draw(st.one_of(st.just(""), texts(lines=True))),
        is_withheld=draw(st.booleans()),
        online=draw(st.sampled_from(["", "", "https://meet.example/a;b,c?d=ü"])),
        has_place=draw(st.sampled_from([True, True, True, False])),
        skipped=tuple(draw(st.lists(st.integers(0, 5), max_size=2, unique=True))) if rule else (),
    )


def describe(number: int, *, with_seed: int) -> list[Described]:
    """So many different actions, or a few less; always the same for one seed.

    In small groups, since hypothesis goes on from what it made, and half of them in the zones that are hard.
    """
    groups = [_group(zone, with_seed * 1000 + n) for n, zone in enumerate(_zones_of_groups(number // GROUP))]
    return [each for row in zip_longest(*groups) for each in row if each]


def _zones_of_groups(groups: int) -> list[str | None]:
    named: list[str | None] = [*ODD_ZONES, *BIG_ZONES][:groups]
    return named + [None] * (groups - len(named))


def _group(zone: str | None, with_seed: int) -> list[Described]:
    found: dict[Described, None] = {}

    @seed(with_seed)
    @settings(
        max_examples=GROUP,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(described(st.just(zone) if zone else zones()))
    def collect(each: Described) -> None:
        found[each] = None

    collect()
    return list(found)
