"""One date of an action as a flat record: the words that tables and GeoJSON share, in one order.

Names are those of the field (RFC 5545, schema.org, OSDI; see Words in the conventions of the project).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time

from .public import PublicAction, PublicParticipation

Value = str | int | float | bool | None

NAMES = (
    "uid",
    "title",
    "kind",
    "status",
    "status_message",
    "start_date",
    "start_time",
    "end_date",
    "end_time",
    "timezone",
    "starts_at",
    "ends_at",
    "window_first",
    "window_last",
    "time_note",
    "attendance_mode",
    "online_url",
    "venue",
    "street_address",
    "locality",
    "region",
    "postal_code",
    "country",
    "latitude",
    "longitude",
    "precision",
    "place",
    "place_is_withheld",
    "hosts",
    "hosts_reported",
    "campaigns",
    "description",
    "url",
    "sequence",
    "updated_at",
)


def record(action: PublicAction) -> dict[str, Value]:
    """Name → value, in the order of `NAMES`; None for what is not stated.

    Days and times of day are the wall clock of `timezone` (ISO 8601); `starts_at`, `ends_at` and
    `updated_at` are UTC, the end exclusive; latitude and longitude are WGS 84 degrees. `hosts` agreed to be
    named, `hosts_reported` are named by a source; several are separated by "; ". A withheld
    place is its city.
    """
    when = action.when
    values: Mapping[str, Value] = {
        "uid": action.uid,
        "title": action.title,
        "kind": action.kind,
        "status": action.status,
        "status_message": action.status_message or None,
        "start_date": _day(when.start_date),
        "start_time": _clock(when.start_time),
        "end_date": _day(when.end_date),
        "end_time": _clock(when.end_time),
        "timezone": when.timezone,
        "starts_at": moment(when.starts_at),
        "ends_at": moment(when.ends_at),
        "window_first": _day(when.window_first),
        "window_last": _day(when.window_last),
        "time_note": when.time_note or when.window_note or None,
        "attendance_mode": action.attendance_mode,
        "online_url": action.online_url or None,
        **_where(action),
        "hosts": _joined(p for p in action.hosts if not p.is_reported),
        "hosts_reported": _joined(p for p in action.hosts if p.is_reported),
        "campaigns": "; ".join(listing.slug for listing in action.listings) or None,
        "description": action.description or None,
        "url": action.url,
        "sequence": action.sequence,
        "updated_at": moment(action.updated_at),
    }
    return {name: values[name] for name in NAMES}


def moment(at: datetime | None) -> str | None:
    """A moment in UTC, whole seconds: "2025-11-15T19:00:00Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _where(action: PublicAction) -> dict[str, Value]:
    place = action.place
    names = ("venue", "street_address", "locality", "region", "postal_code", "country", "precision")
    words: dict[str, Value] = {name: (getattr(place, name) or None) if place else None for name in names}
    return words | {
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "place": (place.place_key or None) if place else None,
        "place_is_withheld": place.is_withheld if place else False,
    }


def _joined(groups: Iterable[PublicParticipation]) -> str | None:
    return "; ".join(group.name for group in groups) or None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _clock(at: time | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None
