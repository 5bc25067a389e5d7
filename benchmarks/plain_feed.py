"""The plain way to a feed, as calendars in Django usually make one: rows of the ORM become objects of the icalendar library,
and these become text. With the properties of ours, and cheap where there is a choice: times in UTC, which needs no VTIMEZONE,
and descriptions as they were typed, without taking Markdown apart.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q
from icalendar import Calendar, Event, vUri

from rallies import links
from rallies.models import Action, Listing, Location, Occurrence
from rallies.selectors.feeds import DAYS_BACK

CODES = {"scheduled": "CONFIRMED", "tentative": "TENTATIVE", "postponed": "TENTATIVE", "cancelled": "CANCELLED"}
WORDS = {"cancelled": "This action is cancelled.", "postponed": "This action is postponed."}


def plain_feed(*, today: date) -> bytes:
    """Everything upcoming and of the last days, as /actions.ics?all=1 has it."""
    listings = Prefetch("action__listings", Listing.objects.public().select_related("campaign"), to_attr="told")
    rows = (
        Occurrence.objects.published()
        .filter(Q(stays_until=None) | Q(stays_until__gte=today), last_day__gte=today - DAYS_BACK)
        .select_related("action__location")
        .prefetch_related(listings)
        .order_by("starts_at", "id")
        .without_text()
    )
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Plain//EN")
    calendar.add("calscale", "GREGORIAN")
    for name in ("x-wr-calname", "name", "x-wr-caldesc"):
        calendar.add(name, "Public actions")
    for row in rows:
        calendar.add_component(_event(row, row.action))
    return bytes(calendar.to_ical())


def _event(row: Occurrence, action: Any) -> Event:
    changed = row.changed_at or action.updated_at
    url = links.absolute(links.action_path(action.slug))
    event = Event()
    event.add("uid", row.uid)
    event.add("dtstamp", changed)
    event.add("created", min(action.created_at, changed))
    event.add("last-modified", changed)
    event.add("sequence", row.sequence)
    event.add("status", CODES[action.status])
    is_off = action.status in WORDS
    event.add("summary", f"{action.status.upper()}: {action.title}" if is_off else action.title)
    if row.start_time is None:
        event.add("dtstart", row.start_date)
        event.add("dtend", (row.end_date or row.start_date) + timedelta(days=1))
    else:
        event.add("dtstart", row.starts_at)
        event.add("dtend", row.over_at)
    _add_place(event, action, action.location)
    if action.online_url:
        event.add(
            "conference",
            vUri(action.online_url),
            parameters={"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Take part online"},
        )
    parts = [WORDS.get(action.status, ""), action.status_message, action.online_url, action.description, url]
    event.add("description", "\n\n".join(part for part in parts if part))
    event.add("url", url)
    event.add("categories", [action.get_kind_display(), *(listing.campaign.name for listing in action.told)])
    event.add("transp", "TRANSPARENT")
    event.add("class", "PUBLIC")
    return event


def _add_place(event: Event, action: Action, location: Location | None) -> None:
    if location is None or action.attendance_mode == "online":
        event.add("location", action.online_url or "Online")
        return
    is_exact = action.place_visibility == "exact"
    parts = [location.venue, location.street_address] if is_exact else []
    label = ", ".join(part for part in [*parts, location.locality, location.region, location.country] if part)
    event.add("location", label)
    if is_exact and location.latitude is not None and location.precision != "city":
        event.add("geo", (location.latitude, location.longitude))
        point = vUri(f"geo:{location.latitude:.6f},{location.longitude:.6f}")
        event.add("x-apple-structured-location", point, parameters={"VALUE": "URI", "X-TITLE": label})


def utc_today() -> date:
    return datetime.now(UTC).date()
