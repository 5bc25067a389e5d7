"""The words of a history line, made when it is read, in the reader's language."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from rallies import recurrence
from rallies.enums import AttendanceMode, ChangeKind
from rallies.formats.public import PublicPlace
from rallies.names import place_label, time_words, weekday_words, when_words

TIME_KINDS = {ChangeKind.MOVED_IN_TIME, ChangeKind.TIME_ANNOUNCED, ChangeKind.DATE_MOVED}
DATE_KINDS = {ChangeKind.DATE_CANCELLED, ChangeKind.DATE_RESTORED, ChangeKind.DATE_ADDED}
PLACE_KINDS = {ChangeKind.MOVED_IN_PLACE, ChangeKind.PLACE_ANNOUNCED, ChangeKind.PLACE_REVEALED}


def face_of_time(start_date: date | None, start_time: time | None, timezone: str) -> dict[str, str]:
    """A date and time as plain values for `Change.details`; empty when the date is not announced."""
    if start_date is None:
        return {}
    face = {"date": start_date.isoformat(), "zone": timezone}
    if start_time is not None:
        face["time"] = start_time.isoformat()
    return face


def face_of_place(place: PublicPlace | None) -> dict[str, Any]:
    """What the world sees of a place, as plain values for `Change.details`: what is withheld when the
    change is made is not there, and so is never told later either."""
    if place is None:
        return {}
    exact = [part for part in (place.venue, place.street_address, place.district) if part]
    return {"exact": exact, "locality": place.locality, "region": place.region, "country": place.country}


ONLINE_FACE = {"online": True}


def words_of_change(*, kind: ChangeKind, details: Mapping[str, Any], is_withheld: bool) -> tuple[str, str]:
    """What stood before and what stands after, ("", "") when the line says all by its kind.

    While the place of the action is withheld, lines from before say the city at most, too.
    """
    before, after = details.get("before") or {}, details.get("after") or {}
    if kind in TIME_KINDS:
        # The zone is said only where it changed too.
        with_zone = bool(before) and before.get("zone") != after.get("zone")
        return _time_words(before, with_zone=with_zone), _time_words(after, with_zone=with_zone)
    if kind in DATE_KINDS:
        # Which date it is about: the one that no longer is, or the one that is again.
        said = [_time_words(face, with_zone=False) if face else "" for face in (before, after)]
        return said[0], said[1]
    if kind in PLACE_KINDS:
        words = _place_words(before, is_withheld=is_withheld), _place_words(after, is_withheld=is_withheld)
        return words if words[0] != words[1] else ("", "")
    return "", ""


def words_of_series_move(details: Mapping[str, Any], *, day: date, clock: time | None) -> tuple[str, str]:
    """What a move of a whole series was for its date on `day` at `clock`: from what weekday and hour to what, which is right for
    every date, as the days of the first are not. ("", "") where neither changed, or where the date stands otherwise.
    """
    before, after = details.get("before") or {}, details.get("after") or {}
    if after.get("time", "") != (clock.isoformat() if clock else ""):
        return "", ""
    weekdays = _weekday_of(before), _weekday_of(after)
    if None not in weekdays and weekdays[0] != weekdays[1]:
        if weekdays[1] != day.weekday():
            return "", ""
    elif "time" not in before or "time" not in after:
        return "", ""
    else:
        weekdays = None, None
    with_zone = before.get("zone") != after.get("zone")
    words = [
        _on_clock(weekday, face, with_zone=with_zone) for weekday, face in zip(weekdays, (before, after), strict=True)
    ]
    return (words[0], words[1]) if words[0] != words[1] else ("", "")


def _weekday_of(face: Mapping[str, str]) -> int | None:
    """The one weekday of a series, 0 is Monday; None for a series of several, and for lines from before rules stood in
    them."""
    if not face.get("rule") or "date" not in face:
        return None
    return recurrence.weekday_of(face["rule"], start_date=date.fromisoformat(face["date"]))


def _on_clock(weekday: int | None, face: Mapping[str, str], *, with_zone: bool) -> str:
    clock = time.fromisoformat(face["time"]) if "time" in face else None
    said = [time_words(clock)] if clock else []
    words = "".join(said) if weekday is None else weekday_words(weekday, clock)
    return f"{words} ({face['zone']})" if with_zone and "zone" in face else words


def _time_words(face: Mapping[str, str], *, with_zone: bool) -> str:
    day, clock = face.get("date"), face.get("time")
    words = when_words(date.fromisoformat(day) if day else None, time.fromisoformat(clock) if clock else None)
    return f"{words} ({face['zone']})" if with_zone and "zone" in face else words


def _place_words(face: Mapping[str, Any], *, is_withheld: bool) -> str:
    if face.get("online"):
        return str(AttendanceMode.ONLINE.label)
    if not face:
        return ""
    exact = [] if is_withheld else face["exact"]
    return place_label(exact, locality=face["locality"], region=face["region"], country=face["country"])
