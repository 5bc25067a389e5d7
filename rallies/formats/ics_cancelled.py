"""How a feed tells of what is cancelled, as the subscriber chose: from the text that is stored.

Apps differ: most strike through what has STATUS:CANCELLED, Google Calendar mostly drops it, Outlook shows it like
any other. So the title begins with the word in every case (FEED_CONTRACT 62).
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from rallies import recurrence

_BEGIN, _END = "BEGIN:VEVENT\r\n", "END:VEVENT\r\n"
_CANCELLED = "\r\nSTATUS:CANCELLED\r\n"


class Cancelled(StrEnum):
    """What becomes of cancelled actions: status and title say so; the title alone; they are left out."""

    MARK = "mark"
    TITLE = "title"
    HIDE = "hide"


def told_as(text: str, look: Cancelled) -> str:
    """Stored text, one VEVENT or those of a series, with its cancellations as the subscriber wants them; "" if nothing is
    left of it."""
    if look == Cancelled.MARK or _CANCELLED not in text:
        return text
    if look == Cancelled.TITLE:
        return text.replace(_CANCELLED, "\r\nSTATUS:CONFIRMED\r\n")
    master, *others = [_BEGIN + part for part in text.split(_BEGIN)[1:]]
    if _CANCELLED in master:
        return ""
    off = [_line_of(each, "RECURRENCE-ID") for each in others if _CANCELLED in each]
    if _gives_nothing_but(master, len(off) + master.count("\r\nEXDATE")):
        return ""
    kept = [each for each in others if _CANCELLED not in each]
    # One line for each: several readers take only the first of a list.
    lines = "".join(f"EXDATE{line.removeprefix('RECURRENCE-ID')}\r\n" for line in off)
    rule = _line_of(master, "RRULE")
    return master.replace(f"{rule}\r\n", f"{rule}\r\n{lines}", 1) + "".join(kept)


def _gives_nothing_but(master: str, count: int) -> bool:
    """Whether a series has no more dates than so many; one without dates is refused by readers (FEED_CONTRACT 37)."""
    rule = _line_of(master, "RRULE").removeprefix("RRULE:")
    parts = dict(part.split("=") for part in rule.split(";"))
    if "COUNT" in parts:
        return int(parts["COUNT"]) <= count
    if "UNTIL" not in parts:
        return False
    start = _line_of(master, "DTSTART")
    first, until = _day(start.rpartition(":")[2]), _day(parts["UNTIL"])
    if parts["UNTIL"].endswith("Z"):
        zone = ZoneInfo(start.partition("TZID=")[2].partition(":")[0])
        until = datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone).date()
    endless = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    days = recurrence.expand(endless, start_date=first, start_time=None, since=first, until=until, limit=count + 1)
    return len(days) <= count


def _day(value: str) -> date:
    return datetime.strptime(value[:8], "%Y%m%d").date()


def _line_of(text: str, name: str) -> str:
    """A line of the first VEVENT; these are never folded."""
    return next(line for line in text.split("\r\n") if line.startswith((f"{name}:", f"{name};")))
