"""Readers written in Python: icalendar (with dateutil), vobject, and ical, which Home Assistant uses.

Each takes the bytes of a file and a window of UTC days, and gives every instance that it finds in it, or more.
"""

import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import vobject
from dateutil.rrule import rrulestr
from ical.calendar_stream import IcsCalendarStream

from .instances import Instance, form

Window = tuple[date, date]


def with_icalendar(body: bytes, window: Window) -> list[Instance]:
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    others = {(str(event["UID"]), form(event.decoded("RECURRENCE-ID"))) for event in events if "RECURRENCE-ID" in event}
    found = []
    for event in events:
        start, end = event.decoded("DTSTART"), event.decoded("DTEND")
        if "RRULE" not in event:
            own = event.decoded("RECURRENCE-ID") if "RECURRENCE-ID" in event else start
            found.append(_of_icalendar(event, own, start, end))
            continue
        left_out = {form(each.dt) for line in _lines(event, "EXDATE") for each in line.dts}
        left_out |= {own for uid, own in others if uid == event["UID"]}
        rule = event["RRULE"].to_ical().decode()
        for moment in _days_of_rule(rule, start, window):
            if form(moment) not in left_out:
                found.append(_of_icalendar(event, moment, moment, _plus(moment, _length(start, end))))
    return found


def _lines(event: icalendar.Component, name: str) -> list[Any]:
    there = event.get(name, [])
    return there if isinstance(there, list) else [there]


def _days_of_rule(rule: str, start: date, window: Window) -> Iterator[date]:
    first = start if isinstance(start, datetime) else datetime.combine(start, time())
    for moment in rrulestr(rule, dtstart=first):
        if moment.date() > window[1] + timedelta(days=1):
            return
        yield moment if isinstance(start, datetime) else moment.date()


def _length(start: Any, end: Any) -> timedelta:
    """Exact: a subtraction within one zone would tell what clocks show."""
    if isinstance(start, datetime):
        return end.astimezone(UTC) - start.astimezone(UTC)  # type: ignore[no-any-return]
    return end - start  # type: ignore[no-any-return]


def _plus(moment: Any, length: timedelta) -> Any:
    return moment.astimezone(UTC) + length if isinstance(moment, datetime) else moment + length


def _of_icalendar(event: icalendar.Component, own: date, start: date, end: date) -> Instance:
    texts = (str(event[name]) for name in ("STATUS", "SUMMARY", "LOCATION", "DESCRIPTION"))
    return Instance(str(event["UID"]), form(own), form(start), form(end), *texts)


def with_vobject(body: bytes, window: Window) -> list[Instance]:
    with warnings.catch_warnings():
        # Of its own, about Pythons to come.
        warnings.simplefilter("ignore", DeprecationWarning)
        events = vobject.readOne(body.decode()).contents.get("vevent", [])
        others = {(each.uid.value, form(each.recurrence_id.value)) for each in events if hasattr(each, "recurrence_id")}
        found = []
        for event in events:
            start, end = event.dtstart.value, event.dtend.value
            if not hasattr(event, "rrule"):
                own = event.recurrence_id.value if hasattr(event, "recurrence_id") else start
                found.append(_of_vobject(event, own, start, end))
                continue
            for moment in _own_starts_of_vobject(event, window):
                if (event.uid.value, form(moment)) not in others:
                    found.append(_of_vobject(event, moment, moment, _plus(moment, _length(start, end))))
    return found


def _own_starts_of_vobject(event: Any, window: Window) -> Iterator[date]:
    is_day = not isinstance(event.dtstart.value, datetime)
    for moment in event.getrruleset(addRDate=False):
        if moment.date() > window[1] + timedelta(days=1):
            return
        yield moment.date() if is_day else moment


def _of_vobject(event: Any, own: date, start: date, end: date) -> Instance:
    texts = (getattr(event, name).value for name in ("status", "summary", "location", "description"))
    return Instance(event.uid.value, form(own), form(start), form(end), *texts)


def with_ical(body: bytes, window: Window) -> list[Instance]:
    calendar = IcsCalendarStream.calendar_from_ics(body.decode())
    found = []
    first, last = (datetime.combine(day, time(), UTC) for day in window)
    for event in calendar.timeline_tz(UTC).overlapping(first - timedelta(days=400), last + timedelta(days=400)):
        own = event.start
        if event.recurrence_id:
            own = _of_recurrence_id(str(event.recurrence_id), event.dtstart)
        texts = (event.status.value, event.summary, event.location, event.description)
        found.append(Instance(event.uid, form(own), form(event.start), form(event.end), *texts))
    return found


def _of_recurrence_id(own: str, start: date) -> date:
    """This reader keeps the wall clock without its zone, which is that of the series."""
    if len(own) == 8:
        return datetime.strptime(own, "%Y%m%d").date()
    assert isinstance(start, datetime)
    return datetime.strptime(own.rstrip("Z"), "%Y%m%dT%H%M%S").replace(
        tzinfo=UTC if own.endswith("Z") else start.tzinfo
    )


READERS: dict[str, Callable[[bytes, Window], list[Instance]]] = {
    "icalendar": with_icalendar,
    "vobject": with_vobject,
    "ical": with_ical,
}
