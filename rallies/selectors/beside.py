"""What stands beside the page of one action: the next ones near it, and others on its day elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.fields import BooleanField
from django.db.models.lookups import LessThanOrEqual

from rallies.enums import ActionStatus, OccurrenceStatus
from rallies.formats.public import PublicAction
from rallies.models import Action, Listing, Occurrence, OccurrenceQuerySet
from rallies.places.distance import USUAL_RADIUS_KM, Point, chord_squared

from .actions import dates_of_keys
from .gate import public_action
from .near import chord_from, first_dates_around

AT_MOST = 4
"""In each of the two."""
LOOKED_AT = 40
"""Dates near it, of which a series that repeats each day may have most."""
EARLIEST, LATEST = timedelta(hours=-14), timedelta(hours=36)
"""When a local day may begin, and end, from its midnight in UTC on: zones go from UTC+14 to UTC−12."""


@dataclass(frozen=True, slots=True)
class Beside:
    """`near` by start, `elsewhere` those of the same campaign first, then by distance; none of them is cancelled."""

    near: tuple[PublicAction, ...] = ()
    elsewhere: tuple[PublicAction, ...] = ()


def beside(action: PublicAction, *, now: datetime) -> Beside:
    """The next actions within the usual radius of where the world may know this one to be, and others on the same day
    farther away; both without itself. Always as many queries where there is something to show."""
    own = Action.objects.values_list("pk", flat=True).get(uid=action.action_uid)
    centre = None if action.is_online else point_of_place(action)
    near = _next_near(centre, but_of=own, now=now) if centre else []
    elsewhere = _same_day(action, centre, but_of=own)
    found = {row.pk: public_action(row.action, row) for row in dates_of_keys([*near, *elsewhere])}
    return Beside(near=_those(near, found), elsewhere=_those(elsewhere, found))


def point_of_place(action: PublicAction) -> Point | None:
    """The public point of an action's place: of one that is withheld that of its city."""
    place = action.place
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return Point(place.latitude, place.longitude)


def _those(keys: Iterable[int], found: dict[int, PublicAction]) -> tuple[PublicAction, ...]:
    return tuple(found[key] for key in keys if key in found)


def _next_near(centre: Point, *, but_of: int, now: datetime) -> list[int]:
    """Of each action its next date."""
    keys = first_dates_around(centre, radius_km=USUAL_RADIUS_KM, now=now, limit=LOOKED_AT, but_of=but_of)
    rows = _on(Occurrence.objects.filter(pk__in=keys)).in_order().values_list("action_id", "pk")
    first: dict[int, int] = {}
    for action_id, key in rows:
        first.setdefault(action_id, key)
    return list(first.values())[:AT_MOST]


def _same_day(action: PublicAction, centre: Point | None, *, but_of: int) -> Sequence[int]:
    day = action.when.start_date
    if day is None:
        return ()
    midnight = datetime.combine(day, time(0), UTC)
    # Of local days there is no index, of starts there is.
    around = {"starts_at__gte": midnight + EARLIEST, "starts_at__lt": midnight + LATEST}
    rows = _on(Occurrence.objects.filter(start_date=day, **around)).exclude(action=but_of)
    order: list[Any] = ["starts_at", "id"]
    if centre is not None:
        away = chord_from(centre)
        near = LessThanOrEqual(away, Value(chord_squared(USUAL_RADIUS_KM)))
        rows = rows.filter(Q(unit_x__isnull=True) | ~Q(near)).annotate(away=away)
        order.insert(0, F("away").asc(nulls_last=True))
    campaigns = [listing.slug for listing in action.listings]
    if campaigns:
        listed = Listing.objects.public().filter(action=OuterRef("action"), campaign__slug__in=campaigns)
        rows = rows.annotate(is_together=ExpressionWrapper(Exists(listed), output_field=BooleanField()))
        order.insert(0, "-is_together")
    return list(rows.order_by(*order).values_list("pk", flat=True)[:AT_MOST])


def _on(rows: OccurrenceQuerySet) -> OccurrenceQuerySet:
    """Those of published actions that are not cancelled. Asked of each date by itself: joined, SQLite begins with all that was ever
    published."""
    actions = Action.objects.published().filter(pk=OuterRef("action")).exclude(status=ActionStatus.CANCELLED)
    return rows.filter(Exists(actions)).exclude(status=OccurrenceStatus.CANCELLED)
