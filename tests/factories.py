"""Things for tests, made through operations. `changes` are fields of the model and win over what stands here."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from rallies.enums import ListingState, ParticipationRole, ParticipationState, Publication
from rallies.models import Action, Campaign, ErrorReport, Location, Organizer, Place
from rallies.operations.actions import create_action, publish_action, submit_action, withdraw_action
from rallies.operations.campaigns import create_campaign
from rallies.operations.locations import create_location
from rallies.operations.organizers import create_organizer
from rallies.operations.participations import ListingEntry, ParticipationEntry, SourceEntry
from rallies.operations.places import load_places
from rallies.operations.reports import report_error
from rallies.operations.saving import Person
from rallies.operations.stamps import Scopes, move_stamps
from rallies.operations.transaction import operation

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday; what factories make by default takes place after it."""

_numbers = count(1)


def make_place(key: str = "springfield-us", **changes: Any) -> Place:
    """The place of that key; made if it is not there."""
    values: dict[str, Any] = {
        "key": key,
        "kind": "city",
        "name": key.rpartition("-")[0].replace("-", " ").title(),
        "country": key.rpartition("-")[2].upper(),
        "latitude": 39.8017,
        "longitude": -89.6437,
        "population": 114_000,
        "timezone": "America/Chicago",
    }
    load_places([values | changes])
    return Place.objects.get(key=key)


def make_location(*, by: Person = None, now: datetime = NOW, **changes: Any) -> Location:
    """A venue in Springfield, Illinois; `venue=""` is the city alone."""
    values: dict[str, Any] = {
        "venue": "Old State Capitol",
        "street_address": "1 Old State Capitol Plaza",
        "locality": "Springfield",
        "region": "Illinois",
        "region_code": "US-IL",
        "country": "US",
        "latitude": 39.8017,
        "longitude": -89.6489,
        "precision": "venue",
        "timezone": "America/Chicago",
    }
    if changes.get("venue") == "":
        values |= {"street_address": "", "precision": "city"}
    return create_location(values | changes, by=by, now=now)


def make_organizer(
    *, by: Person = None, now: datetime = NOW, slug: str = "", uid: str = "", is_known: bool = True, **changes: Any
) -> Organizer:
    """A group that the world has seen, as it has one that stood with a published action; or not yet."""
    values = {"name": f"Group {next(_numbers)}"}
    group = create_organizer(values | changes, by=by, now=now, slug=slug, uid=uid)
    if is_known:
        operation(move_stamps)(Scopes(organizers={group.pk}), now=now)
    return group


def make_campaign(
    *,
    by: Person = None,
    now: datetime = NOW,
    slug: str = "",
    uid: str = "",
    parts: dict[str, Any] | None = None,
    **changes: Any,
) -> Campaign:
    """A week, Monday to Sunday, a fortnight after NOW; `parts` are its sources, names, parts and totals."""
    values = {"name": f"Week of action {next(_numbers)}", "first_day": date(2026, 3, 16), "last_day": date(2026, 3, 22)}
    return create_campaign(values | changes, by=by, now=now, slug=slug, uid=uid, **(parts or {}))


def make_action(
    *,
    publish: bool = True,
    publication: str = "",
    by: Person = None,
    now: datetime = NOW,
    slug: str = "",
    uid: str = "",
    hosts: Sequence[Organizer] = (),
    campaigns: Sequence[Campaign] = (),
    sources: Sequence[SourceEntry] = (),
    participations: Sequence[ParticipationEntry] = (),
    listings: Sequence[ListingEntry] = (),
    **changes: Any,
) -> Action:
    """A published rally in Springfield on 14 March 2026 at 14:00, of nobody and in no campaign.

    `hosts` have accepted, and so have `campaigns`; other states go into `participations` and `listings`.
    `publish=False` leaves a draft; `publication` may be any of the four. `start_date=None` leaves the
    date open, `start_time=None` the time.
    """
    values: dict[str, Any] = {
        "title": f"Rally {next(_numbers)}",
        "kind": "rally",
        "start_date": date(2026, 3, 14),
        "start_time": time(14, 0),
    }
    if "location" not in changes:
        values["location"] = make_location(now=now)
    if changes.get("start_date", values["start_date"]) is None:
        values["start_time"] = None
    values |= changes
    if values["location"] is None:
        values.setdefault("timezone", "America/Chicago")
    action = create_action(
        values,
        by=by,
        now=now,
        slug=slug,
        uid=uid,
        sources=sources,
        participations=[
            *(ParticipationEntry(host, ParticipationRole.HOST, ParticipationState.ACCEPTED) for host in hosts),
            *participations,
        ],
        listings=[*(ListingEntry(campaign, ListingState.ACCEPTED) for campaign in campaigns), *listings],
    )
    wanted = publication or (Publication.PUBLISHED if publish else Publication.DRAFT)
    if wanted == Publication.SUBMITTED:
        return submit_action(action.pk, by=by, now=now)
    if wanted in (Publication.PUBLISHED, Publication.WITHDRAWN):
        action = publish_action(action.pk, by=by, now=now)
    if wanted == Publication.WITHDRAWN:
        action = withdraw_action(action.pk, by=by, now=now)
    return action


def make_report(action: Action | None = None, *, now: datetime = NOW, **changes: Any) -> ErrorReport:
    """An open report on an action, of which the text is another one each time."""
    values = {"kind": "time", "text": f"It begins {next(_numbers)} minutes later."}
    return report_error((action or make_action(now=now)).uid, **values | changes, now=now)
