"""Invented actions in bulk, for development and measuring.

They come out as `create_action`, `publish_action` and `cancel_action` would leave them, but rows are
written by the thousand, and each thousand has one number in the history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from rallies.enums import ActionStatus, ChangeKind, ListingState, ParticipationState, Publication
from rallies.models import (
    Action,
    Campaign,
    Change,
    Listing,
    Location,
    Occurrence,
    OldSlug,
    Organizer,
    Participation,
    Place,
    Source,
)
from rallies.places.gazetteer import GazetteerPlace
from rallies.rules.times import derive_span
from rallies.rules.workflow import next_status
from rallies.seed.inventing import CAMPAIGN_DAYS, GROUPS, InventedAction, invent, invented_uid
from rallies.text import clean_text, slug_of

from .campaigns import create_campaign
from .dates import CLOCK_FIELDS, whereabouts
from .organizers import create_organizer
from .places import load_places
from .saving import insert_all
from .search_entries import refresh_entries
from .settling import Line
from .stamps import Scopes, move_stamps
from .texts import refresh_texts
from .transaction import operation

BATCH = 1000
PUBLIC_LISTING = ListingState.ACCEPTED
FATES = {
    "cancel": (ChangeKind.CANCELLED, ActionStatus.CANCELLED),
    "postpone": (ChangeKind.POSTPONED, ActionStatus.POSTPONED),
}


@dataclass(frozen=True, slots=True)
class Generated:
    """How many actions were added, with how many dates, and how many of the numbers were there already."""

    actions: int
    dates: int
    there: int


@dataclass(slots=True)
class Stage:
    """Rows that the actions of all batches share."""

    organizers: list[Organizer]
    campaigns: list[Campaign]
    cities: dict[str, Location]


@dataclass(slots=True)
class Batch:
    """Rows made and not yet written."""

    locations: list[Location] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    dates: list[Occurrence] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    participations: list[Participation] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    lines: list[Change] = field(default_factory=list)


@operation
def generate_actions(
    numbers: Sequence[int], *, seed: int, among: tuple[GazetteerPlace, ...], now: datetime
) -> Generated:
    """Add the published actions of these numbers, with their dates, text, history, groups, campaigns.

    What a number is depends on `seed` and the day (UTC) of `now`; a number that is there already is left
    alone. `among` are the cities; those missing in the gazetteer are added. Moves the stamps once a
    thousand actions.
    """
    today = now.date()
    stage = _stage(seed=seed, today=today, among=among, now=now)
    there = dates = 0
    for start in range(0, len(numbers), BATCH):
        entries = [invent(number, seed=seed, today=today, among=among) for number in numbers[start : start + BATCH]]
        known = set(Action.objects.filter(uid__in=[entry.uid for entry in entries]).values_list("uid", flat=True))
        batch = _batch([entry for entry in entries if entry.uid not in known], stage, now=now)
        _write(batch, now=now)
        there += len(known)
        dates += len(batch.dates)
    return Generated(actions=len(numbers) - there, dates=dates, there=there)


def _stage(*, seed: int, today: date, among: tuple[GazetteerPlace, ...], now: datetime) -> Stage:
    load_places(asdict(city) for city in among)
    places = Place.objects.in_bulk([city.key for city in among], field_name="key")
    return Stage(
        organizers=[_organizer(number, seed=seed, now=now) for number in range(GROUPS)],
        campaigns=[_campaign(number, seed=seed, today=today, now=now) for number in range(len(CAMPAIGN_DAYS))],
        cities=_city_locations([places[city.key] for city in among], now=now),
    )


def _organizer(number: int, *, seed: int, now: datetime) -> Organizer:
    uid = invented_uid(seed, "group", number)
    known = Organizer.objects.filter(uid=uid).first()
    return known or create_organizer({"name": f"Group {number + 1}"}, by=None, now=now, uid=uid)


def _campaign(number: int, *, seed: int, today: date, now: datetime) -> Campaign:
    uid = invented_uid(seed, "campaign", number)
    first, last = (today + timedelta(days=days) for days in CAMPAIGN_DAYS[number])
    known = Campaign.objects.filter(uid=uid).first()
    values = {"name": f"Invented week {number + 1}", "first_day": first, "last_day": last}
    return known or create_campaign(values, by=None, now=now, uid=uid)


def _city_locations(places: list[Place], *, now: datetime) -> dict[str, Location]:
    """A location that is the city alone, for each place, by its key."""
    alone = Location.objects.filter(place__in=places, venue="", street_address="", district="", postal_code="")
    found = {row.place.key: row for row in alone.select_related("place").order_by("-pk") if row.place}
    new = [_location(place, now=now) for place in places if place.key not in found]
    insert_all(new, by=None, now=now)
    return found | {row.place.key: row for row in new if row.place}


def _location(place: Place, *, now: datetime, **changes: Any) -> Location:
    values: dict[str, Any] = {
        "locality": place.name,
        "region": place.region,
        "region_code": place.region_code,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "timezone": place.timezone,
    }
    return Location(place=place, created_at=now, updated_at=now, **(values | changes))


def _batch(entries: Sequence[InventedAction], stage: Stage, *, now: datetime) -> Batch:
    batch = Batch()
    slugs = _slugs(entries)
    for entry in entries:
        location = stage.cities[entry.city.key]
        if entry.venue is not None and location.place is not None:
            location = _location(location.place, now=now, precision="venue", **asdict(entry.venue))
            batch.locations.append(location)
        action = Action(
            **entry.values,
            uid=entry.uid,
            slug=slugs[entry.uid],
            location=location,
            publication=Publication.PUBLISHED,
            published_at=now,
            created_at=now,
            updated_at=now,
        )
        batch.actions.append(action)
        _add_parts(batch, action, entry, stage, now=now)
        dates = _dates(action, now=now)
        batch.dates += dates
        batch.lines += _publish(action, dates, entry, now=now)
    return batch


def _slugs(entries: Sequence[InventedAction]) -> dict[str, str]:
    """Names in addresses, by UID: the words of the title and the number, or the UID where that is taken."""
    words = {entry.uid: slug_of(entry.values["title"], fallback=str(entry.values["kind"])) for entry in entries}
    wanted = {entry.uid: f"{words[entry.uid]}-{entry.uid[:4]}-{entry.number}" for entry in entries}
    taken = set(Action.objects.filter(slug__in=wanted.values()).values_list("slug", flat=True))
    taken |= set(OldSlug.objects.filter(slug__in=wanted.values(), action__isnull=False).values_list("slug", flat=True))
    return {uid: f"{words[uid]}-{uid}" if slug in taken else slug for uid, slug in wanted.items()}


def _dates(action: Action, *, now: datetime) -> list[Occurrence]:
    """What `sync_dates` makes of an action that does not repeat, unsaved."""
    if action.start_date is None:
        return []
    clock = {name: getattr(action, name) for name in CLOCK_FIELDS}
    span = derive_span(**clock, timezone=action.timezone, kind=action.kind)
    return [
        Occurrence(
            **(clock | asdict(span)),
            **whereabouts(action, starts_at=span.starts_at, over_at=span.over_at),
            action=action,
            uid=action.uid,
            created_at=now,
            updated_at=now,
        )
    ]


def _add_parts(batch: Batch, action: Action, entry: InventedAction, stage: Stage, *, now: datetime) -> None:
    """Groups, campaign and source, also where the gate looks for them."""
    moments = {"created_at": now, "updated_at": now}
    groups = [
        Participation(action=action, organizer=stage.organizers[group], role=role, state=state, position=n, **moments)
        for n, (group, role, state) in enumerate(entry.groups)
    ]
    listings = []
    if entry.campaign is not None:
        campaign = stage.campaigns[entry.campaign]
        listings = [Listing(action=action, campaign=campaign, state=PUBLIC_LISTING, **moments)]
    sources = [Source(action=action, url=entry.source, outlet="Example", is_main=True)] if entry.source else []
    batch.participations += groups
    batch.listings += listings
    batch.sources += sources
    seen: Any = action
    seen.public_participations = [row for row in groups if row.state == ParticipationState.ACCEPTED]
    seen.public_listings = [row for row in listings if row.campaign.is_public]
    seen.public_sources = sources
    seen.public_changes = []


def _publish(action: Action, dates: list[Occurrence], entry: InventedAction, *, now: datetime) -> list[Change]:
    """Make the calendar text as it first was, and again after what then happened; the lines of history."""
    lines = [Line(ChangeKind.PUBLISHED).change(action, now=now)]
    refresh_texts(action, dates, now=now, pending=lines)
    if entry.fate:
        kind, status = FATES[entry.fate]
        before, action.status = action.status, next_status(action.status, entry.fate)
        action.status_before = before if status == ActionStatus.CANCELLED else ""
        action.status_message = clean_text(entry.message)
        action.status_changed_at = now
        lines.append(Line(kind, message=action.status_message).change(action, now=now))
        refresh_texts(action, dates, now=now, pending=lines[::-1])
    return lines


def _write(batch: Batch, *, now: datetime) -> None:
    if not batch.actions:
        return
    insert_all(batch.locations, by=None, now=now)
    insert_all(batch.actions, by=None, now=now)
    Occurrence.objects.bulk_create(batch.dates)
    refresh_entries(batch.actions)
    Source.objects.bulk_create(batch.sources)
    insert_all(batch.participations, by=None, now=now)
    insert_all(batch.listings, by=None, now=now)
    number = move_stamps(_scopes(batch), now=now)
    for line in batch.lines:
        line.number = number
    Change.objects.bulk_create(batch.lines)


def _scopes(batch: Batch) -> Scopes:
    public: Iterable[Participation] = (row for row in batch.participations if row.state == ParticipationState.ACCEPTED)
    return Scopes(
        campaigns={row.campaign.pk for row in batch.listings if row.campaign.is_public},
        organizers={row.organizer.pk for row in public},
    )
