"""Public values by hand, for tests of words and pages that need no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from rallies.formats.public import PublicAction, PublicPlace, PublicWhen

NOW = datetime(2025, 11, 1, 12, 0, tzinfo=UTC)

PLACE = PublicPlace(
    label="City Hall, Philadelphia, Pennsylvania, United States",
    venue="City Hall",
    street_address="1400 John F Kennedy Blvd",
    district="",
    locality="Philadelphia",
    region="Pennsylvania",
    region_code="US-PA",
    postal_code="",
    country="US",
    country_name="United States",
    latitude=39.95238,
    longitude=-75.16362,
    precision="city",
    place_key="philadelphia-us",
    is_withheld=False,
    revealed_from=None,
    access_features=(),
    access_note="",
)


def make_when(
    day: date | None = date(2025, 11, 15),
    at: time | None = time(14, 0),
    zone: str = "America/New_York",
    **changes: Any,
) -> PublicWhen:
    """A date as the gate would derive it: `day` None is not announced, `at` None has no time yet."""
    starts_at = None
    if day:
        starts_at = datetime.combine(day, at or time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    over_at = starts_at + timedelta(hours=2 if at else 24) if starts_at else None
    when = PublicWhen(
        timezone=zone,
        start_date=day,
        start_time=at if day else None,
        end_date=None,
        end_time=None,
        starts_at=starts_at,
        ends_at=None,
        over_at=over_at,
        last_day=day,
    )
    return replace(when, **changes)


def make_public_action(**changes: Any) -> PublicAction:
    """A scheduled march with one date; `changes` are fields of PublicAction."""
    number = changes.pop("number", 1)
    values: dict[str, Any] = {
        "uid": f"00000000-0000-4000-8000-{number:012d}",
        "action_uid": UUID(int=number),
        "recurrence_id": "",
        "slug": f"march-{number}",
        "url": f"http://localhost:8000/actions/march-{number}/",
        "title": "March to City Hall",
        "title_basis": "as-listed",
        "kind": "march",
        "kind_detail": "",
        "status": "scheduled",
        "status_message": "",
        "status_changed_at": None,
        "when": make_when(),
        "recurrence_rule": "",
        "attendance_mode": "in-person",
        "online_url": "",
        "place": PLACE,
        "description": "",
        "description_html": "",
        "route_start": "",
        "route_stops": (),
        "route_end": "",
        "gathering_time": None,
        "step_off_time": None,
        "what_to_bring": "",
        "languages": (),
        "access_features": (),
        "access_note": "",
        "contact": "",
        "picture_url": "",
        "picture_alt": "",
        "confirmed_at": None,
        "reported_status": "",
        "confidence": "",
        "confidence_note": "",
        "participations": (),
        "listings": (),
        "sources": (),
        "changes": (),
        "created_at": NOW,
        "updated_at": NOW,
        "sequence": 0,
    }
    return PublicAction(**{**values, **changes})
