"""libical, which GNOME, KDE and Cyrus read with, through its C library (Debian: libical3). It knows the clocks of a zone from the
file, and yet reads a few dates another way where the system knows the zone's name: 3.0.16 shifts 00:30 of two Sundays in Asunción.
"""

import ctypes
import ctypes.util
import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from .instances import Instance, form

Window = tuple[date, date]


class Time(ctypes.Structure):
    """icaltimetype of the series 3."""

    _numbers = ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")
    _fields_ = [*((name, ctypes.c_int) for name in _numbers), ("zone", ctypes.c_void_p)]


class Span(ctypes.Structure):
    """icaltime_span: seconds since 1970."""

    _fields_ = [("start", ctypes.c_long), ("end", ctypes.c_long), ("is_busy", ctypes.c_int)]


CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Span), ctypes.c_void_p)
# Names of its functions: what they take and what they give.
FUNCTIONS: dict[str, tuple[list[Any], Any]] = {
    "icalparser_parse_string": ([ctypes.c_char_p], ctypes.c_void_p),
    "icalcomponent_free": ([ctypes.c_void_p], None),
    "icalcomponent_string_to_kind": ([ctypes.c_char_p], ctypes.c_int),
    "icalcomponent_get_first_component": ([ctypes.c_void_p, ctypes.c_int], ctypes.c_void_p),
    "icalcomponent_get_next_component": ([ctypes.c_void_p, ctypes.c_int], ctypes.c_void_p),
    "icalcomponent_get_dtstart": ([ctypes.c_void_p], Time),
    "icalcomponent_get_dtend": ([ctypes.c_void_p], Time),
    "icalproperty_string_to_kind": ([ctypes.c_char_p], ctypes.c_int),
    "icalcomponent_get_first_property": ([ctypes.c_void_p, ctypes.c_int], ctypes.c_void_p),
    "icalproperty_get_datetime_with_component": ([ctypes.c_void_p, ctypes.c_void_p], Time),
    "icalcomponent_foreach_recurrence": ([ctypes.c_void_p, Time, Time, CALLBACK, ctypes.c_void_p], None),
    "icalcomponent_get_uid": ([ctypes.c_void_p], ctypes.c_char_p),
    "icalcomponent_get_summary": ([ctypes.c_void_p], ctypes.c_char_p),
    "icalcomponent_get_location": ([ctypes.c_void_p], ctypes.c_char_p),
    "icalcomponent_get_description": ([ctypes.c_void_p], ctypes.c_char_p),
    "icalcomponent_get_status": ([ctypes.c_void_p], ctypes.c_int),
    "icalproperty_status_to_string": ([ctypes.c_int], ctypes.c_char_p),
    "icaltime_as_timet_with_zone": ([Time, ctypes.c_void_p], ctypes.c_long),
    "icaltime_from_timet_with_zone": ([ctypes.c_long, ctypes.c_int, ctypes.c_void_p], Time),
    "icaltimezone_get_utc_timezone": ([], ctypes.c_void_p),
}


def library_name() -> str:
    """Where the library is; "" if it is not there."""
    return os.environ.get("LIBICAL", "") or ctypes.util.find_library("ical") or ""


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(library_name())
    for name, (takes, gives) in FUNCTIONS.items():
        function = getattr(library, name)
        function.argtypes, function.restype = takes, gives
    return library


def read(body: bytes, window: Window) -> list[Instance]:
    """Every instance that begins in the window of UTC days, and all single ones."""
    calendar = _library().icalparser_parse_string(body)
    assert calendar, "libical cannot parse it"
    try:
        events = list(_events(calendar))
        others = {(_text(event, "uid"), _own(event)) for event in events if _own(event)}
        return [
            found
            for event in events
            for found in _instances(event, window)
            if _own(event) or (found.uid, found.own) not in others
        ]
    finally:
        _library().icalcomponent_free(calendar)


def renamed(body: bytes) -> bytes:
    """The same file with names of zones that no system knows."""
    return re.sub(rb"(?m)^((?:DTSTART|DTEND|RECURRENCE-ID|EXDATE);TZID=|TZID:)", rb"\1X-", body)


def _events(calendar: int) -> Iterator[int]:
    kind = _library().icalcomponent_string_to_kind(b"VEVENT")
    event = _library().icalcomponent_get_first_component(calendar, kind)
    while event:
        yield event
        event = _library().icalcomponent_get_next_component(calendar, kind)


def _instances(event: int, window: Window) -> Iterator[Instance]:
    start = _library().icalcomponent_get_dtstart(event)
    length = _seconds(_library().icalcomponent_get_dtend(event)) - _seconds(start)
    status = _library().icalproperty_status_to_string(_library().icalcomponent_get_status(event)).decode()
    texts = (status, *(_text(event, name) for name in ("summary", "location", "description")))
    for begins in _starts(event, window):
        moments = (_form(each, is_day=bool(start.is_date)) for each in (begins, begins + length))
        told = Instance(_text(event, "uid"), "", *moments, *texts)
        yield Instance(told.uid, _own(event) or told.start, told.start, told.end, *texts)


def _starts(event: int, window: Window) -> list[int]:
    found: list[int] = []
    utc = _library().icaltimezone_get_utc_timezone()
    ends = [int(datetime.combine(day, time(), UTC).timestamp()) for day in window]
    if _own(event):
        # Moved here from far, it counts by the day on which it was.
        ends = [0, 2**40]
    first, last = (_library().icaltime_from_timet_with_zone(seconds, 0, utc) for seconds in ends)
    callback = CALLBACK(lambda _event, span, _data: found.append(span.contents.start))
    _library().icalcomponent_foreach_recurrence(event, first, last, callback, None)
    return found


def _own(event: int) -> str:
    kind = _library().icalproperty_string_to_kind(b"RECURRENCE-ID")
    line = _library().icalcomponent_get_first_property(event, kind)
    if not line:
        return ""
    # icalcomponent_get_recurrenceid() does not look for the zone.
    moment = _library().icalproperty_get_datetime_with_component(line, event)
    return _form(_seconds(moment), is_day=bool(moment.is_date))


def _seconds(moment: Time) -> int:
    return int(_library().icaltime_as_timet_with_zone(moment, moment.zone))


def _form(seconds: int, *, is_day: bool) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return form(moment.date() if is_day else moment)


def _text(event: int, name: str) -> str:
    value = getattr(_library(), f"icalcomponent_get_{name}")(event)
    return (value or b"").decode()
