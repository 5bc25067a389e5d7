"""A new draft of an action, or of all actions of a campaign, from one that there was.

Kept is what describes it: words, place, hours, route, picture, notes. Not kept is what was so of that day alone: its
UID, status, history and confirmations, and what sources said of it. Nobody stands at the copy unasked: groups are
invited and campaigns asked again, except those for which the person may say yes.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects

from rallies import recurrence
from rallies.enums import (
    SHOWN_PARTICIPATIONS,
    ListingState,
    ParticipationRole,
    ParticipationState,
    PlaceVisibility,
    Precision,
    Publication,
)
from rallies.models import Action, Campaign, CampaignRole, Listing, Location, Membership, Participation
from rallies.rules.access import ActionSubject, Actor, NotAllowed, Right, check, may_add, may_stand
from rallies.rules.actions import broken_rules
from rallies.rules.errors import NoSuchTime
from rallies.rules.places import is_withheld
from rallies.rules.times import zone
from rallies.selectors.access import actor_of, rows_for, subject_of
from rallies.selectors.duplicates import actions_to_copy

from .access import acting, needs
from .action_change import EDITABLE, WHEN, revealed_at, slug_from, values_of
from .actions import create_action
from .audit_lines import about
from .campaigns import create_campaign
from .dates import plan_dates, write_dates
from .errors import raise_if_any
from .participations import ListingEntry, ParticipationEntry
from .saving import Person, insert, insert_all
from .slugs import free_slugs
from .transaction import operation

OF_SOURCES = frozenset({"title_basis", "reported_status", "confidence", "confidence_note"})
KEPT = EDITABLE - WHEN - OF_SOURCES - {"place_revealed_from"}
ASKING = (ParticipationState.INVITED, ParticipationState.ASKED)
CAMPAIGN_KEPT = ("summary", "call_text")


@operation
@needs(Right.VIEW, Action)
def duplicate_action(action_id: int, *, start_date: date | None, by: Person, now: datetime) -> Action:
    """A draft like that action on another day, at the same hours; without a day it has no hours either.

    Groups for which `by` may accept stand there, one of them as its host; others that stood there or were invited
    are invited, and its campaigns are asked. Raises `RulesBroken`, and `NotAllowed` where the copy would not be theirs.
    """
    actor = acting(by)
    action = Action.objects.select_related("location__place").get(pk=action_id)
    if not may_add(actor, ActionSubject):
        raise NotAllowed.plainly()
    copy = create_action(
        _values(action, start_date, now=now),
        participations=_groups(action, _Side.of(by)),
        listings=[
            ListingEntry(row.campaign, _asked(row.campaign_id, actor))
            for row in action.listings.select_related("campaign")
            if row.state not in (ListingState.DECLINED, ListingState.REQUESTED_BY_CAMPAIGN)
        ],
        by=by,
        now=now,
    )
    if not actor.is_administrator:
        check(actor, Right.CHANGE, subject_of(copy))
    about(copy)
    return copy


@operation
@needs(Right.CHANGE, Campaign)
def duplicate_campaign(campaign_id: int, *, name: str, first_day: date, by: Person, now: datetime) -> Campaign:
    """A campaign like that one, from another first day, not shown to the public yet, with a draft of each of its
    actions; `by` coordinates it. Raises `RulesBroken`.

    Every day moves by as many days as the first one. Of actions that the person may not see at the desk the draft has
    what the public sees. A repetition that does not give its new day is left out, and so are hours that clocks jump over.
    """
    actor = acting(by)
    old = Campaign.objects.get(pk=campaign_id)
    moved = first_day - old.first_day
    values = {field: getattr(old, field) for field in CAMPAIGN_KEPT}
    days = {"first_day": first_day, "last_day": _later(old.last_day, moved)}
    campaign = create_campaign(values | days | {"name": name, "is_public": False}, by=by, now=now)
    if by is not None and not actor.is_administrator:
        insert(CampaignRole(user=by, campaign=campaign), by=by, now=now)
    originals = list(actions_to_copy(old))
    seen = set(
        rows_for(actor, Right.VIEW, Action).filter(pk__in=[row.pk for row in originals]).values_list("pk", flat=True)
    )
    cities: dict[Any, Location] = {}
    copies = []
    for action in originals:
        copy = Action(created_by=by)
        day = action.start_date and _later(action.start_date, moved)
        fields = _values(action, day, moved=moved, now=now)
        if action.pk not in seen:
            fields |= _without_secrets(action, cities, by=by, now=now)
        for field, value in fields.items():
            setattr(copy, field, value)
        _check(copy)
        copy.place_revealed_at = revealed_at(copy, now=now)
        copies.append(copy)
    _write(copies, originals, campaign, seen=seen, by=by, now=now)
    about(campaign, detail=str(len(copies)))
    return campaign


def _write(
    copies: Sequence[Action],
    originals: Sequence[Action],
    campaign: Campaign,
    *,
    seen: Container[int],
    by: Person,
    now: datetime,
) -> None:
    for copy, slug in zip(copies, free_slugs(Action, [slug_from(copy) for copy in copies]), strict=True):
        copy.slug = slug
    insert_all(copies, by=by, now=now)
    prefetch_related_objects(copies, "occurrences")
    write_dates([plan_dates(copy, now=now) for copy in copies], now=now)
    side = _Side.of(by)
    parts = [
        Participation(action=copy, organizer=entry.organizer, role=entry.role, state=entry.state, position=position)
        for copy, original in zip(copies, originals, strict=True)
        for position, entry in enumerate(_groups(original, side, is_seen=original.pk in seen))
    ]
    insert_all(parts, by=by, now=now)
    listings = [Listing(action=copy, campaign=campaign, state=ListingState.ACCEPTED) for copy in copies]
    insert_all(listings, by=by, now=now)


def _values(action: Action, day: date | None, *, now: datetime, moved: timedelta | None = None) -> dict[str, Any]:
    """The fields of a copy on that day; `moved` shifts a window of days where there is no day."""
    values = {field: getattr(action, field) for field in KEPT}
    values |= {"picture": action.picture.name or "", "timezone": action.timezone}
    if action.start_date is not None and day is not None:
        moved = day - action.start_date
    if day is not None:
        values |= {"start_date": day, "start_time": action.start_time, "end_time": action.end_time}
        values["end_date"] = action.end_date and moved and _later(action.end_date, moved)
        values["recurrence_rule"] = _rule(action.recurrence_rule, day, moved)
    elif moved is not None and action.window_first is not None and action.window_last is not None:
        values |= {"window_first": _later(action.window_first, moved), "window_last": _later(action.window_last, moved)}
    if action.place_visibility == PlaceVisibility.CITY_UNTIL:
        moment = None if moved is None else _moment_later(action, moved)
        if moment is None or moment <= now:
            # Nobody said when it shall be shown now.
            values["place_visibility"] = PlaceVisibility.CITY
        else:
            values["place_revealed_from"] = moment
    return values


def _moment_later(action: Action, moved: timedelta) -> datetime | None:
    """The moment of the reveal on the clock of the place, so many days later; where clocks jump over it, after that."""
    if action.place_revealed_from is None:
        return None
    clock = zone(action.timezone)
    wall = action.place_revealed_from.astimezone(clock).replace(tzinfo=None)
    day = _later(wall.date(), moved)
    if day in (date.min, date.max):
        return None
    return datetime.combine(day, wall.time(), clock).astimezone(UTC)


def _rule(rule: str, day: date, moved: timedelta | None) -> str:
    """How it repeats from that day on; "" for a rule of other days."""
    if not rule or moved is None or not recurrence.gives(rule, day):
        return ""
    return recurrence.moved(rule, by=moved)


def _later(day: date, moved: timedelta) -> date:
    try:
        return day + moved
    except OverflowError:
        # Refused by the rules, as a year that no calendar carries.
        return date.max if moved > timedelta(0) else date.min


def _check(copy: Action) -> None:
    """Takes off hours that the zone skips on that day. Raises `RulesBroken` for anything else."""
    broken = broken_rules(values_of(copy))
    if any(isinstance(rule, NoSuchTime) for rule in broken):
        copy.start_time = copy.end_time = None
        broken = broken_rules(values_of(copy))
    raise_if_any(broken)


def _asked(campaign_id: int, actor: Actor) -> str:
    return ListingState.ACCEPTED if campaign_id in actor.coordinates else ListingState.REQUESTED_BY_HOST


@dataclass(frozen=True, slots=True)
class _Side:
    """Who makes copies: what they may, and the groups that they belong to."""

    actor: Actor
    groups: frozenset[int]

    @classmethod
    def of(cls, by: Person) -> "_Side":
        groups = Membership.objects.filter(user=by).values_list("organizer_id", flat=True) if by else ()
        return cls(actor_of(by), frozenset(groups))


def _groups(action: Action, side: _Side, *, is_seen: bool = True) -> list[ParticipationEntry]:
    """Who stands at a copy: the person's own groups if they stood there, the others invited. Somebody of the person's
    hosts it, if anybody of theirs stood there. Of an action that the person does not see at the desk, those that the
    public sees: who else is invited there, or asks, is not told."""
    kept = (*SHOWN_PARTICIPATIONS, *(ASKING if is_seen else ()))
    parts = [part for part in action.participations.all() if part.state in kept]
    theirs = [part for part in parts if part.organizer_id in side.groups and part.state == ParticipationState.ACCEPTED]
    is_hosted = any(part.role == ParticipationRole.HOST for part in theirs)
    hosts: set[int] = set()
    entries = []
    for part in parts:
        is_first = not is_hosted and part in theirs[:1]
        role = str(ParticipationRole.HOST) if is_first else part.role
        state = ParticipationState.INVITED
        subject = ActionSubject(Publication.DRAFT, hosts=frozenset(hosts))
        accepted = (role, str(ParticipationState.ACCEPTED))
        if part in theirs and may_stand(side.actor, subject, group=part.organizer_id, now=accepted, before=None):
            state = ParticipationState.ACCEPTED
            hosts |= {part.organizer_id} if role == ParticipationRole.HOST else set()
        entries.append(ParticipationEntry(part.organizer, role, state))
    return entries


def _without_secrets(action: Action, cities: dict[Any, Location], *, by: Person, now: datetime) -> dict[str, Any]:
    """What takes the place of that which the public does not see: notes, a private contact, a withheld place."""
    values: dict[str, Any] = {"internal_note": ""}
    if not action.contact_is_public:
        values["contact"] = ""
    if action.location is not None and is_withheld(action.place_visibility, revealed_at=action.place_revealed_at):
        values |= {"route_start": "", "route_stops": [], "route_end": "", "access_note": ""}
        values["location"] = _city_of(action.location, cities, by=by, now=now)
    return values


def _city_of(location: Location, cities: dict[Any, Location], *, by: Person, now: datetime) -> Location:
    """A location that is the city alone, made once."""
    words = {name: getattr(location, name) for name in ("locality", "region", "region_code", "country", "timezone")}
    key = (location.place_id, *words.values())
    if key not in cities:
        city, place = Location(created_by=by, place=location.place, precision=Precision.CITY, **words), location.place
        if place is not None:
            city.latitude, city.longitude = place.latitude, place.longitude
        insert(city, by=by, now=now)
        cities[key] = city
    return cities[key]
