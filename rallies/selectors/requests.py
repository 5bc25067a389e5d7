"""What waits for an answer of somebody at the desk: groups that are invited, actions that ask, and campaigns that do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from django.db.models import CharField, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from rallies.enums import SHOWN_LISTINGS, ListingState, ParticipationRole, ParticipationState, Publication
from rallies.models import Action, Campaign, Listing, Occurrence, Participation
from rallies.rules.access import Actor, Right

from .access import LISTED, rows_for
from .gate import place_of, public_place


class RequestKind(StrEnum):
    """Who asks whom; each is answered by those who have its right to its row."""

    INVITED = "invited"
    """A group is invited to stand at an action."""
    JOINING = "joining"
    """An action asks to join a campaign."""
    ASKED = "asked"
    """A campaign asks an action to join it."""
    STANDING = "standing"
    """A group asks to stand at an action."""
    SUBMITTED = "submitted"
    """An action asks to be published."""
    NAMED = "named"
    """A source names a group as standing at an action. Nobody waits for that answer."""


WAITING = (RequestKind.INVITED, RequestKind.JOINING, RequestKind.ASKED, RequestKind.STANDING, RequestKind.SUBMITTED)
RIGHTS: dict[RequestKind, tuple[Any, Right]] = {
    RequestKind.INVITED: (Participation, Right.DECIDE),
    RequestKind.JOINING: (Listing, Right.DECIDE),
    RequestKind.ASKED: (Listing, Right.JOIN),
    RequestKind.STANDING: (Participation, Right.ADMIT),
    RequestKind.SUBMITTED: (Action, Right.PUBLISH),
    RequestKind.NAMED: (Participation, Right.DECIDE),
}
# What was withdrawn asks nothing. What a source says of a draft is nothing that the public sees.
_STANDS = ~Q(action__publication=Publication.WITHDRAWN)
_OPEN: dict[RequestKind, Q] = {
    RequestKind.INVITED: Q(state=ParticipationState.INVITED) & _STANDS,
    RequestKind.JOINING: Q(state=ListingState.REQUESTED_BY_HOST) & _STANDS,
    RequestKind.ASKED: Q(state=ListingState.REQUESTED_BY_CAMPAIGN) & _STANDS,
    RequestKind.STANDING: Q(state=ParticipationState.ASKED) & _STANDS,
    RequestKind.SUBMITTED: Q(publication=Publication.SUBMITTED),
    RequestKind.NAMED: Q(state=ParticipationState.REPORTED, action__publication=Publication.PUBLISHED),
}
# What is over, or has no date, comes after all that will be.
_LAST = datetime(9999, 1, 1, tzinfo=UTC)
# Whoever answers these sees the action at the desk.
_ASKED_OF_ACTIONS = (RequestKind.ASKED, RequestKind.STANDING, RequestKind.SUBMITTED)
Row = Participation | Listing | Action


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the desk's page of requests: what the person needs to decide, and no more than they may see.

    `group` or `campaign` is the one that is asked or asks, "" where it is none. `day` and `clock` are those of the next
    date, on the clock of the place; `clock` is None where it is not told either. `hosts` are groups that agreed to host; of
    an action that has none, `carers` are the public campaigns that it is listed with. `is_told_in_short`: the public does not
    see the action yet, and neither does the person: title, day, city and hosts are what came with the request.
    `is_on_other_days`: it lies before the campaign begins or after it ended, which no rule forbids.
    """

    kind: RequestKind
    key: int
    action: int
    title: str
    slug: str
    publication: str
    day: date | None
    clock: time | None
    place: str
    hosts: tuple[str, ...]
    carers: tuple[str, ...]
    group: str
    role: str
    campaign: str
    outlet: str
    entered_by: str
    since: datetime
    is_told_in_short: bool
    is_on_other_days: bool


Key = tuple[str, int, datetime, datetime]
"""Kind, key, since, and the next start or `_LAST`: a line of which nothing else was read yet."""


def answerable(actor: Actor, kind: RequestKind) -> "QuerySet[Any]":
    """The rows that the person may answer, whether or not they still wait for it."""
    model, right = RIGHTS[kind]
    return rows_for(actor, right, model)


def open_rows(actor: Actor, kind: RequestKind) -> "QuerySet[Any]":
    """Those that wait. What sources name is for the groups alone: it is hundreds, of groups that have nobody here, and
    administrators can write it at the action."""
    rows = answerable(actor, kind).filter(_OPEN[kind])
    return rows.none() if kind == RequestKind.NAMED and actor.is_administrator else rows


def request_keys(
    actor: Actor, kinds: Iterable[RequestKind], *, now: datetime, campaign: int | None = None
) -> "QuerySet[Any]":
    """All requests of these kinds that the person may answer, as `Key`: what takes place first before the rest, then in
    the order in which they were asked. With a `campaign`, those that are about it alone. One query, however it is sliced;
    count it with `.count()`."""
    first, *others = [_keys(_about(open_rows(actor, kind), kind, campaign), kind, now=now) for kind in kinds]
    return first.union(*others, all=True).order_by("asked_start", "asked_since", "asked_kind", "asked_key")


def _about(rows: "QuerySet[Any]", kind: RequestKind, campaign: int | None) -> "QuerySet[Any]":
    if campaign is None:
        return rows
    if RIGHTS[kind][0] is Listing:
        return rows.filter(campaign=campaign)
    listed = Listing.objects.filter(campaign=campaign, state__in=LISTED)
    return rows.filter(**{"pk__in" if RIGHTS[kind][0] is Action else "action__in": listed.values("action")})


def asked_by(campaign: int) -> "QuerySet[Listing]":
    """What the campaign asked and nobody answered yet, of what the world sees; the longest first."""
    rows = Listing.objects.filter(
        _OPEN[RequestKind.ASKED], campaign=campaign, action__publication=Publication.PUBLISHED
    )
    return rows.select_related("action").order_by("updated_at", "pk")


def was_returned(listing: Listing) -> bool:
    """Whether it is declined, and it was the campaign that said no: to a host that asked, or to what was listed."""
    if listing.state != ListingState.DECLINED:
        return False
    before = listing.history.exclude(state=ListingState.DECLINED).order_by("-history_date", "-history_id").first()
    return before is not None and before.state != ListingState.REQUESTED_BY_CAMPAIGN


def refused_at(part: Participation) -> datetime | None:
    """When the host said no to a group that asked; None where it did not, or where the group said no itself."""
    if part.state != ParticipationState.DECLINED:
        return None
    before = part.history.exclude(state=ParticipationState.DECLINED).order_by("-history_date", "-history_id").first()
    if before is None or before.state != ParticipationState.ASKED:
        return None
    later = part.history.filter(history_id__gt=before.history_id).order_by("history_id")
    moment: datetime | None = later.values_list("history_date", flat=True).first()
    return moment


def _keys(rows: "QuerySet[Any]", kind: RequestKind, *, now: datetime) -> "QuerySet[Any]":
    is_action = kind == RequestKind.SUBMITTED
    action, since = ("pk", "submitted_at") if is_action else ("action", "updated_at")
    coming = Occurrence.objects.filter(action=OuterRef(action), over_at__gt=now).order_by("starts_at")
    found: QuerySet[Any] = (
        rows.order_by()
        .annotate(
            asked_kind=Value(kind.value, output_field=CharField()),
            asked_key=F("pk"),
            # As long as it is not known when it was submitted, since it was changed last.
            asked_since=Coalesce(since, "updated_at"),
            asked_start=Coalesce(Subquery(coming.values("starts_at")[:1]), Value(_LAST), output_field=DateTimeField()),
        )
        .values_list("asked_kind", "asked_key", "asked_since", "asked_start")
    )
    return found


def count_requests(actor: Actor) -> int:
    """How many wait for an answer of the person: one query; none for somebody who acts for nothing."""
    if not actor.has_part:
        return 0
    first, *others = [open_rows(actor, kind).order_by().values_list("pk") for kind in WAITING]
    return int(first.union(*others, all=True).count())


def requests_of(keys: Iterable[Key], *, actor: Actor, now: datetime) -> list[Request]:
    """The lines of these keys, in their order. At most eight queries, for any number of them."""
    found = [(RequestKind(kind), key, since) for kind, key, since, _start in keys]
    rows: dict[RequestKind, dict[int, Row]] = {}
    for model, related in ((Participation, ("organizer", "source")), (Listing, ("campaign",))):
        kinds = [kind for kind in RequestKind if RIGHTS[kind][0] is model]
        own: dict[int, Any] = model._default_manager.select_related(*related).in_bulk(
            [key for kind, key, _since in found if kind in kinds]
        )
        rows |= dict.fromkeys(kinds, own)
    submitted = {key for kind, key, _since in found if kind == RequestKind.SUBMITTED}
    others = {row.action_id for own in rows.values() for row in own.values() if not isinstance(row, Action)}
    actions = _actions(submitted | others, now=now)
    rows[RequestKind.SUBMITTED] = dict(actions)
    return [
        _request(kind, rows[kind][key], actions, since=since, actor=actor)
        for kind, key, since in found
        # Another person may have taken it away between two queries.
        if key in rows[kind]
    ]


def _actions(keys: Iterable[int], *, now: datetime) -> dict[int, Any]:
    """With the day and hour of their next date, and what stands beside them."""
    coming = Occurrence.objects.filter(action=OuterRef("pk"), over_at__gt=now).order_by("starts_at")
    return (
        Action.objects.select_related("location__place", "created_by")
        .prefetch_related("participations__organizer", "listings__campaign")
        .annotate(
            next_day=Subquery(coming.values("start_date")[:1]), next_clock=Subquery(coming.values("start_time")[:1])
        )
        .in_bulk(list(keys))
    )


def _request(kind: RequestKind, row: Row, actions: dict[int, Any], *, since: datetime, actor: Actor) -> Request:
    action: Any = row if isinstance(row, Action) else actions[row.action_id]
    is_public = action.publication == Publication.PUBLISHED
    is_own = actor.is_administrator or kind in _ASKED_OF_ACTIONS
    is_in_short = not is_public and not is_own
    day, clock = (action.next_day, action.next_clock) if action.next_day else (action.start_date, action.start_time)
    part = row if isinstance(row, Participation) else None
    return Request(
        kind=kind,
        key=row.pk,
        action=action.pk,
        title=action.title,
        slug=action.slug if is_public else "",
        publication=action.publication,
        day=day,
        clock=None if is_in_short else clock,
        place=_place(action, is_own=is_own),
        hosts=_hosts(action),
        carers=_carers(action),
        group=part.organizer.name if part else "",
        role=str(part.get_role_display()) if part else "",
        campaign=row.campaign.name if isinstance(row, Listing) else "",
        outlet=part.source.outlet if part and part.source else "",
        entered_by=_name(action.created_by) if kind == RequestKind.SUBMITTED else "",
        since=since,
        is_told_in_short=is_in_short,
        is_on_other_days=isinstance(row, Listing)
        and _is_on_other_days(action, row.campaign, knows_end=not is_in_short),
    )


def _is_on_other_days(action: Action, campaign: Campaign, *, knows_end: bool) -> bool:
    if action.recurrence_rule or action.start_date is None:
        return False
    last = action.end_date if knows_end and action.end_date else action.start_date
    return action.start_date > campaign.last_day or last < campaign.first_day


def _place(action: Action, *, is_own: bool) -> str:
    """In one line: all of it to its own people; to others what the public sees, and of what it does not see the city."""
    if action.location is None:
        return ""
    if is_own:
        return public_place(action.location, withheld=False).label
    if action.publication != Publication.PUBLISHED:
        return public_place(action.location, withheld=True).label
    seen = place_of(action)
    return seen.label if seen else ""


def _hosts(action: Action) -> tuple[str, ...]:
    return tuple(
        part.organizer.name
        for part in action.participations.all()
        if part.role == ParticipationRole.HOST and part.state == ParticipationState.ACCEPTED
    )


def _carers(action: Action) -> tuple[str, ...]:
    return tuple(
        listing.campaign.name
        for listing in action.listings.all()
        if listing.state in SHOWN_LISTINGS and listing.campaign.is_public
    )


def _name(person: Any) -> str:
    return "" if person is None else person.first_name or person.get_username()
