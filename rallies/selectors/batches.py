"""Answers in batches, each after a position: what a program walks through without missing or meeting anything
twice while other rows come and go (keyset, no offset)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Exists, Min, Model, OuterRef, Q, QuerySet, Subquery

from rallies.enums import PlaceVisibility, Publication
from rallies.formats.public import PublicAction, PublicActionDates, PublicCampaignCard, PublicOrganizer, PublicPlace
from rallies.models import Action, Campaign, Location, Occurrence, Organizer

from .actions import (
    dated_at,
    dates_of_keys,
    in_asked_order,
    published_row,
    rank_of,
    undated_answer,
    with_actions,
    with_parts,
)
from .campaigns import campaign_cards
from .errors import LocationNotFound, OccurrenceNotFound, Withdrawn
from .filters import ActionFilter
from .gate import public_action, public_place
from .keys import by_indexes
from .near import first_dates_near, metres_from
from .organizers import public_organizer

Value = TypeVar("Value")
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a batch ended: the start of its last entry (None for what has no date), and its key; what comes before
    the start in an order by distance or by words (`rank_of`)."""

    key: int
    start: datetime | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Batch(Generic[Value]):
    """Some entries, and where to go on; `following` is None at the end."""

    entries: tuple[Value, ...]
    following: Position | None


@by_indexes
def occurrences_after(
    question: ActionFilter, *, now: datetime, after: Position | None, size: int
) -> Batch[PublicAction]:
    """Dates by start, then in the order in which they were made; the nearest first, if the question asks for that."""
    if question.is_only_near:
        begun = (after.start, after.key) if after and after.start else None
        found = dates_of_keys(first_dates_near(question, now=now, limit=size + 1, after=begun))
    else:
        rows: QuerySet[Any, Any] = in_asked_order(dated_at(question, now=now), question)
        rank = rank_of(question, prefix="action__")
        if rank is not None:
            rows = rows.annotate(rank=rank)
        if after is not None:
            rows = rows.filter(_later("starts_at", after, question))
        if rank is None:
            found = dates_of_keys(list(rows.values_list("pk", flat=True)[: size + 1]))
        else:
            found = list(with_actions(rows.defer("vevent")[: size + 1]))
    entries = tuple(public_action(row.action, row) for row in found[:size])
    return Batch(entries, _position(found[size - 1], found[size - 1].starts_at) if len(found) > size else None)


@by_indexes
def actions_after(
    question: ActionFilter, *, now: datetime, after: Position | None, size: int
) -> Batch[PublicActionDates]:
    """Actions by the first of their dates that fits, or the nearest first if the question asks for that, then those
    without a date in the order of making."""
    found: list[tuple[Action, datetime | None]] = []
    if after is None or after.start is not None:
        rows: QuerySet[Any, Any] = _with_first_date(question, now=now)
        if after is not None:
            rows = rows.filter(_later("first_start", after, question))
        order = ("rank", "first_start", "pk") if question.has_rank else ("first_start", "pk")
        dated: Iterable[Any] = with_parts(rows.order_by(*order)[: size + 1])
        found += [(row, row.first_start) for row in dated]
    if len(found) <= size:
        undated = undated_answer(question, now=now)
        if after is not None and after.start is None:
            undated = undated.filter(pk__gt=after.key)
        found += [(row, None) for row in with_parts(undated.order_by("pk")[: size + 1 - len(found)])]
    shown = found[:size]
    dates = _dates_of([row for row, start in shown if start], question, now=now)
    entries = tuple(PublicActionDates(public_action(row, None), dates.get(row.pk, ())) for row, _ in shown)
    return Batch(entries, _position(*shown[-1]) if len(found) > size else None)


def get_action_dates(slug: str, *, limit: int = 200) -> PublicActionDates:
    """An action with all its dates, at most `limit`. Raises `Renamed`, `Withdrawn`, `ActionNotFound`."""
    action = published_row(slug)
    dates = Occurrence.objects.filter(action=action).without_text().in_order()[:limit]
    return PublicActionDates(public_action(action, None), tuple(public_action(action, row) for row in dates))


def get_occurrence(uid: str) -> PublicAction:
    """One date by its UID. Raises `Withdrawn`, and `OccurrenceNotFound`, also when the world may not see it."""
    rows = Occurrence.objects.filter(uid=uid)
    row = with_actions(rows.published().without_text()).first()
    if row is None and rows.filter(action__publication=Publication.WITHDRAWN).exists():
        raise Withdrawn(uid)
    if row is None:
        raise OccurrenceNotFound(uid)
    return public_action(row.action, row)


def organizers_after(*, after: Position | None, size: int) -> Batch[PublicOrganizer]:
    """Groups that the world has seen, in the order of making."""
    return _batch(Organizer.objects.known(), public_organizer, after=after, size=size)


def campaigns_after(*, after: Position | None, size: int) -> Batch[PublicCampaignCard]:
    """Public campaigns, in the order of making."""
    found = list(_after(Campaign.objects.filter(is_public=True), after)[: size + 1])
    following = Position(found[size - 1].pk) if len(found) > size else None
    return Batch(
        campaign_cards(Campaign.objects.filter(pk__in=[row.pk for row in found[:size]]).order_by("pk")), following
    )


def locations_after(*, after: Position | None, size: int) -> Batch[PublicPlace]:
    """Locations that the world may see exactly, in the order of making."""
    return _batch(public_locations().select_related("place"), _as_public_place, after=after, size=size)


def get_location(key: int) -> PublicPlace:
    """A location that the world may see exactly. Raises `LocationNotFound`."""
    row = public_locations().select_related("place").filter(pk=key).first()
    if row is None:
        raise LocationNotFound(str(key))
    return _as_public_place(row)


def public_locations() -> "QuerySet[Location, Location]":
    """Locations at which a published action stands whose place is not withheld. One that serves drafts or withheld
    actions only is nobody's business: that it exists would tell."""
    return Location.objects.filter(is_public_location())


def is_public_location() -> Exists:
    """The condition of `public_locations`, of the rows of a query of locations."""
    shown = Q(place_visibility=PlaceVisibility.EXACT) | Q(
        place_visibility=PlaceVisibility.CITY_UNTIL, place_revealed_at__isnull=False
    )
    return Exists(Action.objects.published().filter(shown, location=OuterRef("pk")))


def _as_public_place(row: Location) -> PublicPlace:
    return public_place(row, withheld=False)


def _later(start: str, after: Position, question: ActionFilter) -> Q:
    later = Q(**{f"{start}__gt": after.start}) | Q(**{start: after.start}, pk__gt=after.key)
    if not question.has_rank:
        return later
    return Q(rank__gt=after.rank or 0) | (Q(rank=after.rank or 0) & later)


def _position(row: Any, start: datetime | None) -> Position:
    rank = getattr(row, "rank", None)
    return Position(row.pk, start, int(rank) if rank is not None else None)


def _after(rows: "QuerySet[Row, Row]", after: Position | None) -> "QuerySet[Row, Row]":
    return (rows.filter(pk__gt=after.key) if after else rows).order_by("pk")


def _batch(
    rows: "QuerySet[Row, Row]", shown: Callable[[Row], Value], *, after: Position | None, size: int
) -> Batch[Value]:
    found = list(_after(rows, after)[: size + 1])
    following = Position(found[size - 1].pk) if len(found) > size else None
    return Batch(tuple(shown(row) for row in found[:size]), following)


def _with_first_date(question: ActionFilter, *, now: datetime) -> "QuerySet[Any, Any]":
    """Published actions with a date that answers, annotated with the first such date as `first_start`, and with how far
    or good it is as `rank` if that comes before."""
    dates = dated_at(question, now=now)
    firsts = dates.order_by().values("action").annotate(first=Min("starts_at"))
    first = Subquery(firsts.filter(action=OuterRef("pk")).values("first"))
    # The set first, so that only its rows ask for their first date.
    rows: QuerySet[Any, Any] = Action.objects.filter(pk__in=dates.order_by().values("action"))
    rows = rows.annotate(first_start=first)
    if question.is_by_distance:
        far = dates.order_by().values("action").annotate(far=Min(metres_from(question.near)))
        rows = rows.annotate(rank=Subquery(far.filter(action=OuterRef("pk")).values("far")))
    elif question.has_rank:
        rows = rows.annotate(rank=rank_of(question, prefix=""))
    return rows


def _dates_of(
    actions: Sequence[Action], question: ActionFilter, *, now: datetime
) -> dict[int, tuple[PublicAction, ...]]:
    """The dates that answer, for each action by its key; the actions have their parts already."""
    if not actions:
        return {}
    by_key = {row.pk: row for row in actions}
    rows: Iterable[Occurrence] = dated_at(question, now=now).filter(action__in=by_key).in_order().without_text()
    found: dict[int, list[PublicAction]] = {}
    for row in rows:
        found.setdefault(row.action_id, []).append(public_action(by_key[row.action_id], row))
    return {key: tuple(dates) for key, dates in found.items()}
