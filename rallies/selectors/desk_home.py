"""What stands on the first page of the desk: the actions of a person that come next, and what somebody should look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from rallies.enums import (
    SHOWN_LISTINGS,
    ActionStatus,
    Missing,
    OccurrenceStatus,
    ParticipationRole,
    ParticipationState,
    Publication,
    ReportState,
)
from rallies.models import Action, ErrorReport, Listing, Membership, Occurrence, Participation
from rallies.models.occurrences import OccurrenceQuerySet
from rallies.rules.access import Actor, Right

from .access import rows_for
from .gate import place_of, public_place
from .missing import lacking, missing_of, soon_dates, with_missing

NEXT = 6
ATTENTION = 5
BEGUN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ComingAction:
    """An action with its next date; `is_own`: the person sees it at the desk, and else as the public does.

    `day` and `clock` are on the clock of the place; `missing` is what its own people could still add.
    """

    action: int
    title: str
    slug: str
    day: date
    clock: time | None
    place: str
    publication: str
    status: str
    missing: tuple[Missing, ...]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Some:
    """The first of what needs attention, and how much of it there is in all."""

    rows: Sequence[Any]
    count: int


def coming_actions(actor: Actor, *, now: datetime) -> list[ComingAction]:
    """The first `NEXT` actions of the person that are neither over, called off nor on for longer than `BEGUN`, each once, by
    their next date.

    Those of their groups, and what the campaigns that they coordinate show; of administrators those of their own groups,
    and of all if they are in none. A fixed number of queries.
    """
    rows = list({row.action_id: row for row in reversed(_next_dates(actor, now=now))}.values())[::-1]
    keys = [row.action_id for row in rows]
    own = rows_for(actor, Right.VIEW, Action).filter(pk__in=keys).select_related("location__place")
    seen = {action.pk: action for action in own}
    with_missing(list(seen.values()), now=now)
    return [_coming(seen.get(row.action_id, row.action), row, is_own=row.action_id in seen) for row in rows]


def _next_dates(actor: Actor, *, now: datetime) -> list[Occurrence]:
    """The next date of each action, by start; of two at one moment both."""
    # Bounded by the start, so that what is over need not be read in the order of starts.
    ahead = Occurrence.objects.filter(starts_at__gt=now - BEGUN, over_at__gt=now)
    ahead = ahead.exclude(status=OccurrenceStatus.CANCELLED)
    shown = ~Q(action__publication=Publication.WITHDRAWN) & ~Q(action__status=ActionStatus.CANCELLED)
    rows = _first_of_each(ahead).filter(shown)
    mine = _mine(actor)
    if mine is not None:
        rows = rows.filter(action__in=mine)
    return list(rows.without_text().select_related("action__location__place").in_order()[:NEXT])


def _first_of_each(dates: OccurrenceQuerySet) -> OccurrenceQuerySet:
    """Of the dates of each action the one that begins first."""
    return dates.filter(~Exists(dates.filter(action=OuterRef("action"), starts_at__lt=OuterRef("starts_at"))))


def _mine(actor: Actor) -> "QuerySet[Any] | None":
    """Keys of the actions that are somebody's; None for all."""
    if not actor.is_administrator:
        own = rows_for(actor, Right.VIEW, Action).order_by().values("pk")
        if not actor.coordinates:
            return own
        listed = rows_for(actor, Right.VIEW, Listing).filter(
            state__in=SHOWN_LISTINGS, action__publication=Publication.PUBLISHED
        )
        return own.union(listed.order_by().values("action"))
    groups = list(rows_for(actor, Right.VIEW, Membership).filter(user=actor.user).values_list("organizer", flat=True))
    if not groups:
        return None
    stands = Participation.objects.filter(
        organizer__in=groups,
        role__in=[ParticipationRole.HOST, ParticipationRole.CO_HOST],
        state=ParticipationState.ACCEPTED,
    )
    return stands.values("action")


def _coming(action: Action, row: Occurrence, *, is_own: bool) -> ComingAction:
    return ComingAction(
        action=action.pk,
        title=action.title,
        slug=action.slug,
        day=row.start_date,
        clock=row.start_time,
        place=_place(action, is_own=is_own),
        publication=action.publication,
        status=action.status,
        missing=missing_of(action) if is_own else (),
        is_own=is_own,
    )


def _place(action: Action, *, is_own: bool) -> str:
    if action.location is None:
        return ""
    if is_own:
        return public_place(action.location, withheld=False).label
    seen = place_of(action)
    return seen.label if seen else ""


def unconfirmed(actor: Actor, *, now: datetime) -> Some:
    """Dates of what starts within three days, or goes on, and which nobody confirmed, of actions that the person may
    confirm: the next of each."""
    actions = rows_for(actor, Right.PUBLISH, Action).filter(lacking(Missing.CONFIRMATION, now=now))
    rows = _first_of_each(soon_dates(now)).filter(action__in=actions.values("pk")).without_text()
    return _some(rows.select_related("action__location__place").in_order(), of=actions)


def returned(actor: Actor) -> Some:
    """Drafts that were given back with a message, for who entered them and for contributors of their hosts: who gave them back
    waits for those. The last changed first."""
    hosted = Participation.objects.filter(
        action=OuterRef("pk"),
        organizer__in=actor.contributes,
        role=ParticipationRole.HOST,
        state=ParticipationState.ACCEPTED,
    )
    theirs = Q(created_by=actor.user) | Exists(hosted)
    rows = (
        rows_for(actor, Right.SUBMIT, Action).filter(theirs, publication=Publication.DRAFT).exclude(return_message="")
    )
    return _some(rows.order_by("-updated_at", "pk"), of=rows)


def open_reports(actor: Actor) -> Some:
    """Errors that visitors reported and nobody dealt with, the oldest first."""
    rows = rows_for(actor, Right.VIEW, ErrorReport).filter(state=ReportState.OPEN)
    return _some(rows.select_related("action").order_by("created_at", "pk"), of=rows)


def _some(rows: "QuerySet[Any]", *, of: "QuerySet[Any]") -> Some:
    first = list(rows[: ATTENTION + 1])
    return Some(first[:ATTENTION], of.count() if len(first) > ATTENTION else len(first))
