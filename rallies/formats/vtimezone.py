"""IANA zones as VTIMEZONE text, from the yearly rule that each zone follows now.

A TZif file ends in a POSIX TZ string, the footer: the rule for every instant after the last
listed transition (RFC 9636 §3.3). Where it is one yearly pair of changes, or none at all, it is
written as one STANDARD and at most one DAYLIGHT: of more, Outlook reads only one and may refuse
the file (MS-OXCICAL 2.1.3.1.1.19). The text depends on the zone data alone, so its bytes are
the same on every worker. What came before the rule is not told; such events go out in UTC.
"""

import calendar
import functools
import importlib.resources
import itertools
import re
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Rules are followed back to 1970-01-01T00:00 local time, which is in 1969 east of Greenwich.
_EARLIEST = _EPOCH - timedelta(days=1)
_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")

_NAME = r"(<[A-Za-z0-9+-]+>|[A-Za-z]+)"
_TIME = r"([+-]?\d{1,3}(?::\d\d){0,2})"
_DAY = rf"M(\d{{1,2}})\.([1-5])\.([0-6])(?:/{_TIME})?"
_FOOTER = re.compile(rf"{_NAME}{_TIME}(?:{_NAME}{_TIME}?,{_DAY},{_DAY})?")


class UnknownZone(LookupError):
    """The name is not one of the IANA names in the tzdata package, spelt exactly."""


class NoYearlyRule(ValueError):
    """The zone's clock changes cannot be put as one yearly pair."""


@dataclass(frozen=True, slots=True)
class YearlyDay:
    """A time of the year that one BYDAY can name: nth is 1 to 4, or -1 for the last.

    weekday counts from Sunday, 0, as POSIX does; clock is the time of day.
    """

    month: int
    nth: int
    weekday: int
    clock: timedelta

    def local(self, year: int) -> datetime:
        """That moment in a year, naive."""
        day = _nth_weekday(year, self.month, self.nth, self.weekday)
        return datetime.combine(day, time()) + self.clock


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One change of the clocks, at a UTC instant."""

    at: datetime
    offset_from: timedelta
    offset_to: timedelta


@dataclass(frozen=True, slots=True)
class Observance:
    """One STANDARD or DAYLIGHT: its first change, and when it comes again each year."""

    name: str
    first: Change
    yearly: YearlyDay | None


@dataclass(frozen=True, slots=True)
class CurrentRule:
    """The rule of a zone, exact from `since` (UTC) on; daylight is None without DST."""

    since: datetime
    standard: Observance
    daylight: Observance | None


def current_rule_since(tzid: str) -> datetime | None:
    """The UTC instant from which on vtimezone() is right, or None where no yearly rule can be.

    Never before 1970-01-01T00:00 local time. Raises UnknownZone.
    """
    rule = _zone_rule(tzid)
    return rule.since if rule else None


def follows_current_rule(tzid: str, *, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether an event may be written with this TZID, not in UTC. Raises UnknownZone."""
    since = current_rule_since(tzid)
    return since is not None and min(starts_at, ends_at) >= since


@functools.cache
def vtimezone(tzid: str) -> str:
    """The VTIMEZONE of a zone, every line ended by CRLF (RFC 5545 §3.6.5).

    No line needs folding: the longest has 39 of the 75 octets allowed.
    Raises UnknownZone, or NoYearlyRule where current_rule_since() is None.
    """
    rule = _zone_rule(tzid)
    if rule is None:
        raise NoYearlyRule(f"{tzid} has no single yearly pair of changes; write it in UTC.")
    lines = ["BEGIN:VTIMEZONE", f"TZID:{tzid}", *_observance_lines("STANDARD", rule.standard)]
    if rule.daylight:
        lines += _observance_lines("DAYLIGHT", rule.daylight)
    return "".join(f"{line}\r\n" for line in [*lines, "END:VTIMEZONE"])


def current_rule(tzif: bytes) -> CurrentRule | None:
    """The rule that TZif data (RFC 9636) follow in the end, or None if it is no yearly pair."""
    transitions, footer = _read_tzif(tzif)
    found = _FOOTER.fullmatch(footer)
    # No footer; or days of the year (Jn, n), which no BYDAY can name; or changes listed beyond
    # 2037, where zic ends every list that a rule could go on with: those of Ramadan.
    if found is None or transitions[-1][0].year > 2037:
        return None
    # POSIX counts hours behind Greenwich: EST5 is -05:00.
    name, offset = found[1].strip("<>"), -_duration(found[2])
    # What clocks show: transitions that change only the name or the DST flag fall away.
    changes = [
        Change(at, before, after)
        for (_, before), (at, after) in itertools.pairwise(transitions)
        if at > _EARLIEST and before != after
    ]
    if found[3] is None:
        new_year = Change(_EPOCH - offset, offset, offset)
        first = max([*changes[-1:], new_year], key=lambda change: change.at)
        return CurrentRule(first.at, Observance(name, first, None), None)
    other_name = found[3].strip("<>")
    other_offset = -_duration(found[4]) if found[4] else offset + timedelta(hours=1)
    leaving = _yearly_day(int(found[5]), int(found[6]), int(found[7]), found[8])
    back = _yearly_day(int(found[9]), int(found[10]), int(found[11]), found[12])
    if leaving is None or back is None:
        return None
    last = transitions[-1][0]
    onsets = sorted(
        Change((day.local(year) - before).replace(tzinfo=UTC), before, after)
        for year in range(_EARLIEST.year, last.year + 3)
        for day, before, after in ((leaving, offset, other_offset), (back, other_offset, offset))
    )
    # Back from the end, as long as what happened is what the rule says.
    expected = (onset for onset in reversed(onsets) if onset.at <= last)
    pairs = zip(reversed(changes), expected, strict=False)
    kept = itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)
    after_last = next(onset.at for onset in onsets if onset.at > last)
    since = min((change.at for change, _ in kept), default=after_last)
    first_to = {onset.offset_to: onset for onset in reversed(onsets) if onset.at >= since}
    main = Observance(name, first_to[offset], back)
    other = Observance(other_name, first_to[other_offset], leaving)
    # Dublin's law calls summer time standard and winter time the exception, and its footer says
    # so. Outlook and others take DAYLIGHT for the larger offset, so the offset decides.
    return CurrentRule(since, *sorted((main, other), key=lambda each: each.first.offset_to))


@functools.cache
def _zone_rule(tzid: str) -> CurrentRule | None:
    # The list is asked first: on some file systems europe/berlin would open Europe/Berlin.
    if tzid not in _zone_names():
        raise UnknownZone(f"{tzid!r} is no zone of tzdata; use an IANA name: Europe/Berlin.")
    path = importlib.resources.files("tzdata").joinpath("zoneinfo", *tzid.split("/"))
    return current_rule(path.read_bytes())


@functools.cache
def _zone_names() -> frozenset[str]:
    names = importlib.resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(names.split())


def _read_tzif(tzif: bytes) -> tuple[list[tuple[datetime, timedelta]], str]:
    """The UTC offset from each transition on, beginning at _EARLIEST, and the footer."""
    start = 0
    for width in (4, 8):  # the block of version 1 has 32-bit times, the second 64-bit ones
        header = struct.unpack_from(">4s c 15x 6L", tzif, start)
        magic, version, isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt = header
        if magic != b"TZif" or version < b"2":
            return [(_EARLIEST, timedelta())], ""
        body, types = start + 44, start + 44 + timecnt * (width + 1)
        start = types + typecnt * 6 + charcnt + leapcnt * (width + 4) + isstdcnt + isutcnt
    seconds = struct.unpack_from(f">{timecnt}q", tzif, body)
    kinds = struct.unpack_from(f">{timecnt}B", tzif, body + 8 * timecnt)
    entries = struct.iter_unpack(">lBB", tzif[types : types + 6 * typecnt])
    offsets = [timedelta(seconds=utoff) for utoff, _, _ in entries]
    # Not before _EARLIEST: some data begin at the Big Bang, which no datetime can hold.
    moments = [_EPOCH + timedelta(seconds=max(second, -86400)) for second in seconds]
    transitions = zip(moments, (offsets[kind] for kind in kinds), strict=True)
    return [(_EARLIEST, offsets[0]), *transitions], tzif[start:].decode("ascii").strip("\n")


@functools.cache
def _yearly_day(month: int, week: int, weekday: int, at: str | None) -> YearlyDay | None:
    """The day of a POSIX rule Mm.w.d/time as one BYDAY, or None if none names it every year.

    Times reach from -167 to 167 hours (RFC 9636 §3.3.1), so they may move the day: "first
    Saturday, 24:00" is a Sunday from the 2nd to the 8th, which no BYDAY names.
    """
    shift, clock = divmod(_duration(at or "2"), timedelta(days=1))
    nth = -1 if week == 5 else week
    # The Gregorian calendar repeats itself after 400 years.
    years, moved = range(2000, 2400), timedelta(days=shift)
    days = [_nth_weekday(year, month, nth, weekday) + moved for year in years]
    month, weekday = days[0].month, days[0].isoweekday() % 7
    for nth in (1, 2, 3, 4, -1):
        if all(day == _nth_weekday(day.year, month, nth, weekday) for day in days):
            return YearlyDay(month, nth, weekday, clock)
    return None


def _nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    if nth == -1:
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))


def _duration(posix: str) -> timedelta:
    """[+-]h[:mm[:ss]]; the sign is for the whole."""
    hours, minutes, seconds = [*posix.lstrip("+-").split(":"), "0", "0"][:3]
    length = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -length if posix.startswith("-") else length


def _observance_lines(kind: str, observance: Observance) -> list[str]:
    first, day = observance.first, observance.yearly
    # DTSTART is the wall clock before the change, not after it (RFC 5545 §3.6.5).
    lines = [f"BEGIN:{kind}", f"DTSTART:{first.at + first.offset_from:%Y%m%dT%H%M%S}"]
    if day:
        byday = f"{day.nth}{_WEEKDAYS[day.weekday]}"
        lines.append(f"RRULE:FREQ=YEARLY;BYMONTH={day.month};BYDAY={byday}")
    return [
        *lines,
        f"TZOFFSETFROM:{_utc_offset(first.offset_from)}",
        f"TZOFFSETTO:{_utc_offset(first.offset_to)}",
        f"TZNAME:{observance.name}",
        f"END:{kind}",
    ]


def _utc_offset(offset: timedelta) -> str:
    """RFC 5545 §3.3.14: seconds only if there are any, and never -0000."""
    minutes, seconds = divmod(abs(int(offset.total_seconds())), 60)
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}" + (f"{seconds:02}" if seconds else "")
