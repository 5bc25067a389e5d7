"""iCalendar: one date of an action as a VEVENT, and VEVENTs joined to a calendar.

Which properties there are, their order and their bytes are decided here, so that the same data gives the same bytes for
ever; parameters are written by the icalendar library, and lines folded where it folds them. Times
are wall times with a zone wherever the zone's clock changes can be told in a VTIMEZONE that every
reader understands, and UTC elsewhere. Sources: RFC 5545, RFC 7986; FEED_CONTRACT in the comments.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from icalendar.parser import Parameters

from rallies.enums import ActionKind, ActionStatus, ChangeKind, Precision
from rallies.names import when_words
from rallies.rules.times import zone
from rallies.text import clean_line, clean_text, markdown_to_plain, shorten, without_html

from .public import PublicAction, PublicChange, PublicPlace, PublicWhen
from .vtimezone import current_rule_since, follows_current_rule, vtimezone

PRODID = "-//Rallies//Calendar of public actions//EN"
REFRESH_HOURS = 4
REFRESH = f"PT{REFRESH_HOURS}H"
# Raise it with every change of the text that vevent() makes: stored text is then made afresh at the next start.
FORMAT = 10
# Google documents 8,192 characters for a description and shows nothing beyond it.
LONGEST_DESCRIPTION = 7_500
LONGEST_MESSAGE = 1_000
"""Of what was said of a move: there may be three of them, and what is said of the status."""
OCTETS = 75
"""Of a line without its end, RFC 5545 §3.1."""

STATUS = {
    ActionStatus.SCHEDULED: "CONFIRMED",
    ActionStatus.MOVED_ONLINE: "CONFIRMED",
    ActionStatus.TENTATIVE: "TENTATIVE",
    ActionStatus.POSTPONED: "TENTATIVE",
    ActionStatus.CANCELLED: "CANCELLED",
}
_STATUS_NOTES = {
    ActionStatus.CANCELLED: gettext_lazy("This action is cancelled."),
    ActionStatus.POSTPONED: gettext_lazy("This action is postponed; the new date is not announced yet."),
    ActionStatus.TENTATIVE: gettext_lazy("It is not yet certain that this action takes place."),
    ActionStatus.MOVED_ONLINE: gettext_lazy("This action takes place online only."),
}
_KINDS = dict(ActionKind.choices)
# RFC 5546 §2.1.4, and LOCATION: what a subscriber must not miss.
_SIGNIFICANT = re.compile(r"^(?:RECURRENCE-ID|DTSTART|DTEND|RRULE|EXDATE|STATUS|LOCATION)[;:]")


@dataclass(frozen=True, slots=True)
class CalendarText:
    """A VEVENT as text (CRLF, folded) and the zone whose VTIMEZONE it needs, "" for none."""

    text: str
    tzid: str


@dataclass(frozen=True, slots=True)
class CalendarHead:
    """What a feed says of itself; `name` is "" for the file of one action, which stays anonymous
    (MS-OXCICAL 2.1.3.1.1.17: Outlook would open a new calendar)."""

    name: str = ""
    description: str = ""
    address: str = ""
    page: str = ""


def vevent(action: PublicAction) -> CalendarText:
    """The VEVENT of a dated action, in the active language, with its `sequence` and `updated_at`.

    Raises ValueError for an action without a date: it stands in no calendar.
    """
    if not action.when.is_dated:
        raise ValueError(f"{action.slug} has no date")
    start, end, tzid = event_times(action.when)
    return CalendarText(text=event(action, [start, end]), tzid=tzid)


def event(action: PublicAction, times: Iterable[str]) -> str:
    """A VEVENT with the UID of this value and the given lines of time."""
    changed = utc_form(action.updated_at)
    lines = [
        "BEGIN:VEVENT",
        _line("UID", _text(action.uid)),
        f"DTSTAMP:{changed}",
        f"CREATED:{utc_form(min(action.created_at, action.updated_at))}",
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{action.sequence}",
        f"STATUS:{STATUS[ActionStatus(action.status)]}",
        _line("SUMMARY", _text(summary(action))),
        *times,
        *_place_lines(action),
        _line("DESCRIPTION", _text(description(action))),
        _line("URL", _uri(action.url)),
        *_category_lines(action),
        "TRANSP:TRANSPARENT",
        "CLASS:PUBLIC",
        "END:VEVENT",
    ]
    return "\r\n".join(lines) + "\r\n"


def significant(text: str) -> tuple[str, ...]:
    """The lines of a VEVENT whose change raises SEQUENCE: times, status and place."""
    unfolded = text.replace("\r\n ", "")
    return tuple(line for line in unfolded.split("\r\n") if _SIGNIFICANT.match(line))


def calendar(head: CalendarHead, *, texts: Iterable[str], tzids: Iterable[str], empty_zone: str) -> bytes:
    """One VCALENDAR, UTF-8: the head, a VTIMEZONE for each zone in use, then the stored texts as they come.

    A calendar needs a component (RFC 5545 §3.6); an empty one carries the VTIMEZONE of `empty_zone`.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", "CALSCALE:GREGORIAN"]
    if head.name:
        name = _text(clean_line(head.name))
        lines += [
            _line("X-WR-CALNAME", name),
            _line("NAME", name),
            *([_line("X-WR-CALDESC", _text(clean_line(head.description)))] if head.description else []),
            f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
            f"X-PUBLISHED-TTL:{REFRESH}",
            *([_line("SOURCE", _uri(head.address), VALUE="URI")] if head.address else []),
            *([_line("URL", _uri(head.page))] if head.page else []),
        ]
    # Each by itself: one picture of four octets among a thousand texts would make a string of all four times as large.
    body = b"".join(text.encode() for text in texts)
    zones = "".join(vtimezone(tzid) for tzid in sorted(set(tzids)))
    if not body and not zones:
        # A zone without a yearly rule, such as Jerusalem's, has no VTIMEZONE of ours.
        zones = vtimezone(empty_zone if current_rule_since(empty_zone) else "UTC")
    return ("\r\n".join(lines) + "\r\n" + zones).encode() + body + b"END:VCALENDAR\r\n"


def summary(action: PublicAction) -> str:
    """The title; the word for cancelled or postponed stands first, since most apps ignore STATUS."""
    title = clean_line(without_html(action.title))
    if not title:
        # Nothing but tags, or what nobody sees: an app would show an empty line, or drop the event (statement 38).
        title = str(_KINDS.get(action.kind, action.kind))
    if action.status == ActionStatus.CANCELLED:
        return pgettext("title in a calendar", "CANCELLED: %(title)s") % {"title": title}
    if action.status == ActionStatus.POSTPONED:
        return pgettext("title in a calendar", "POSTPONED: %(title)s") % {"title": title}
    return title


def description(action: PublicAction) -> str:
    """Plain text in a fixed order: status, what moved, what is not announced, online link, text, note on
    the end, address of the page. The text in the middle is cut when it is long, never the rest."""
    first = [*_status_notes(action), *_moved_notes(action), *_unannounced_notes(action)]
    if action.online_url:
        first.append(_("Take part online: %(address)s") % {"address": action.online_url})
    last = [*_end_notes(action.when), action.url]
    room = LONGEST_DESCRIPTION - sum(len(part) + 2 for part in [*first, *last])
    text = shorten(without_html(markdown_to_plain(action.description)), limit=max(room, 200))
    return clean_text("\n\n".join(part for part in [*map(without_html, first), text, *last] if part))


def _status_notes(action: PublicAction) -> list[str]:
    note = _STATUS_NOTES.get(ActionStatus(action.status))
    return [part for part in (str(note or ""), clean_text(action.status_message)) if part]


_NO_LONGER = {
    ActionStatus.POSTPONED: ChangeKind.MOVED_IN_TIME,
    ActionStatus.MOVED_ONLINE: ChangeKind.MOVED_IN_PLACE,
}
"""The moves that do not hold while an action has a status: a time that it was moved to, a place that it had."""


def _moved_notes(action: PublicAction) -> list[str]:
    """The latest move in time and the latest in place; of one date of a series, that it moved alone; but none that no longer
    holds. Each with what was said to the public, as on the page, unless the action is off."""
    notes = []
    if action.original is not None and action.is_moved_alone:
        after = when_words(action.when.start_date, action.when.start_time)
        own = (change for change in action.changes if change.kind == ChangeKind.DATE_MOVED and change.after == after)
        notes.append(
            _("Moved from %(before)s to %(after)s.") % {"before": when_words(*action.original), "after": after}
        )
        notes += _said_of(next(own, None), action)
    for kind in (ChangeKind.MOVED_IN_TIME, ChangeKind.MOVED_IN_PLACE):
        if _NO_LONGER.get(ActionStatus(action.status)) == kind:
            continue
        last = next((change for change in action.changes if change.kind == kind and change.after), None)
        if last is not None:
            before, after = (last.before, last.after) if last.of_each is None else last.of_each
            if after and after == before:
                # It was postponed, and then not moved.
                notes.append(_("Takes place after all: %(after)s.") % {"after": after})
            elif after:
                notes.append(_("Moved from %(before)s to %(after)s.") % {"before": before, "after": after})
            notes += _said_of(last, action)
    return notes


def _said_of(change: PublicChange | None, action: PublicAction) -> list[str]:
    if change is None or not change.message or action.is_cancelled:
        return []
    return [shorten(clean_text(change.message), limit=LONGEST_MESSAGE)]


def _unannounced_notes(action: PublicAction) -> list[str]:
    notes = []
    if action.when.is_all_day:
        notes.append(_("Time to be announced."))
    if action.when.time_note:
        notes.append(_("Note on the time: %(note)s") % {"note": clean_line(action.when.time_note)})
    if action.place is not None and action.place.is_withheld:
        notes.append(_withheld_note(action.place, action.when.timezone))
    return notes


def _withheld_note(place: PublicPlace, timezone: str) -> str:
    if place.revealed_from is None:
        return _("The exact place is not published here.")
    local = place.revealed_from.astimezone(zone(timezone))
    return _("The exact place will be announced here: %(moment)s.") % {
        "moment": when_words(local.date(), local.time().replace(tzinfo=None))
    }


def _end_notes(when: PublicWhen) -> list[str]:
    if when.is_all_day or when.ends_at is not None or when.over_at is None or when.starts_at is None:
        return []
    if when.end_date is not None:
        return [_("The end time is not announced.")]
    minutes = round((when.over_at - when.starts_at).total_seconds() / 60)
    return [
        ngettext(
            "The end is not announced; calendars show %(count)d minute.",
            "The end is not announced; calendars show %(count)d minutes.",
            minutes,
        )
        % {"count": minutes}
    ]


def unannounced(action: PublicAction) -> list[str]:
    """Sentences on what is not announced: the time, the exact place, the end."""
    return [*_unannounced_notes(action), *_end_notes(action.when)]


def event_times(when: PublicWhen) -> tuple[str, str, str]:
    """DTSTART and DTEND as lines, and the zone they name."""
    # vevent() has asked is_dated.
    assert when.start_date is not None and when.starts_at is not None and when.over_at is not None
    if when.is_all_day:
        after = (when.end_date or when.start_date) + timedelta(days=1)
        return f"DTSTART;VALUE=DATE:{day_form(when.start_date)}", f"DTEND;VALUE=DATE:{day_form(after)}", ""
    tz = zone(when.timezone)
    start, end = when.starts_at.astimezone(tz), when.over_at.astimezone(tz)
    # Of a wall time that comes twice, readers take one or the other (statement 30).
    is_clear = not (comes_twice(start) or comes_twice(end))
    if is_clear and follows_current_rule(when.timezone, starts_at=when.starts_at, ends_at=when.over_at):
        return (
            f"DTSTART;TZID={when.timezone}:{wall_form(start)}",
            f"DTEND;TZID={when.timezone}:{wall_form(end)}",
            when.timezone,
        )
    return f"DTSTART:{utc_form(when.starts_at)}", f"DTEND:{utc_form(when.over_at)}", ""


def comes_twice(moment: datetime) -> bool:
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def _place_lines(action: PublicAction) -> list[str]:
    """LOCATION always; the point only where it is as exact as the words (a pin in the middle of a city
    sends people to an empty square), and never while the place is withheld (statement 39)."""
    place = action.place
    online = _conference_lines(action)
    if action.is_online or place is None:
        # Never the old place of what moved online, also while the link is not known: people would go there.
        words = action.online_url or (_("Online") if action.is_online else _("Place to be announced"))
        return [_line("LOCATION", _text(clean_line(without_html(words)))), *online]
    label = clean_line(without_html(place.label))
    lines = [_line("LOCATION", _text(label))]
    if place.latitude is not None and not place.is_withheld and place.precision != Precision.CITY:
        point = f"{place.latitude:.6f}", f"{place.longitude:.6f}"
        lines.append(f"GEO:{point[0]};{point[1]}")
        lines.append(
            _line("X-APPLE-STRUCTURED-LOCATION", _uri(f"geo:{point[0]},{point[1]}"), VALUE="URI", **{"X-TITLE": label})
        )
    return [*lines, *online]


def _conference_lines(action: PublicAction) -> list[str]:
    """RFC 7986 §5.11; few apps read it, so the link stands in the description too."""
    if not action.online_url:
        return []
    label = _("Take part online")
    return [_line("CONFERENCE", _uri(action.online_url), VALUE="URI", FEATURE="VIDEO", LABEL=label)]


def _category_lines(action: PublicAction) -> list[str]:
    names = [str(_KINDS.get(action.kind, action.kind))]
    names += [listing.name for listing in action.listings]
    # Each name is escaped by itself; the commas between them are not (RFC 5545 §3.8.1.2).
    value = ",".join(_text(name) for name in map(clean_line, names) if name)
    return [_folded(f"CATEGORIES:{value}")] if value else []


def _text(value: str) -> str:
    """Text as RFC 5545 §3.3.11 escapes it; the library's own takes a backslash before an N for a line break."""
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _uri(value: str) -> str:
    if "\r" in value or "\n" in value:
        raise ValueError(f"An address has no line breaks: {value!r}")
    return value


def _line(name: str, value: str, **params: str) -> str:
    """A property with its value as it is written. Parameters come in the order of their names, quoted where they must be,
    DQUOTE as RFC 6868 has it."""
    head = f"{name};{Parameters(params).to_ical().decode()}" if params else name
    line = f"{head}:{value}"
    return line if len(line) <= OCTETS and line.isascii() else _folded(line)


def _folded(line: str) -> str:
    """A line in pieces of at most 74 octets, as the library folds it, in a tenth of its time: within no character, and after no
    backslash or caret, which begin what some readers take apart before they unfold."""
    octets = line.encode()
    pieces, begin = [], 0
    while begin + OCTETS - 1 < len(octets):
        end = begin + OCTETS - 1
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        end -= octets[end - 1] in b"\\^"
        pieces.append(octets[begin:end])
        begin = end
    return b"\r\n ".join([*pieces, octets[begin:]]).decode()


def day_form(day: date) -> str:
    # Three times as fast as strftime, which is called four times for each date.
    return day.isoformat()[:10].replace("-", "")


def wall_form(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")[:19].replace("-", "").replace(":", "")


def utc_form(moment: datetime) -> str:
    return f"{wall_form(moment.astimezone(UTC))}Z"
