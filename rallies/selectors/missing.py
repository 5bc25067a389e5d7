"""What actions still lack, as rows and of each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from rallies.enums import (
    ActionStatus,
    AttendanceMode,
    Missing,
    OccurrenceStatus,
    ParticipationRole,
    Publication,
)
from rallies.models import Action, Occurrence, Participation
from rallies.models.occurrences import OccurrenceQuerySet

SOON = timedelta(days=3)
"""So long before it starts, people want to know that it is still on."""
_OFF = (ActionStatus.CANCELLED, ActionStatus.POSTPONED)


def _hosts() -> "QuerySet[Participation, Participation]":
    return Participation.objects.public().filter(role=ParticipationRole.HOST)


def soon_dates(now: datetime) -> OccurrenceQuerySet:
    """Dates that begin within `SOON` or go on; one that is called off needs no confirmation."""
    rows = Occurrence.objects.filter(over_at__gt=now, starts_at__lt=now + SOON)
    return rows.exclude(status=OccurrenceStatus.CANCELLED)


def lacking(what: str, *, now: datetime) -> Q:
    """What is true of an action that lacks it, of past ones too. Raises `ValueError` for what is no `Missing`."""
    match Missing(what):
        case Missing.DATE:
            return Q(start_date__isnull=True)
        case Missing.TIME:
            return Q(start_date__isnull=False, start_time__isnull=True)
        case Missing.PLACE:
            return Q(location__isnull=True) & ~Q(attendance_mode=AttendanceMode.ONLINE)
        case Missing.HOST:
            return ~Q(Exists(_hosts().filter(action=OuterRef("pk"))))
        case Missing.DESCRIPTION:
            return Q(description="")
        case Missing.CONFIRMATION:
            open_ones = Q(publication=Publication.PUBLISHED, confirmed_at__isnull=True) & ~Q(status__in=_OFF)
            return open_ones & Q(pk__in=soon_dates(now).order_by().values("action"))


def with_missing(actions: Sequence[Action], *, now: datetime) -> None:
    """Give some actions that were read what `missing_of` reads. One query: they are a page of a list, and databases would
    ask it of all rows before they sort."""
    ahead = Occurrence.objects.filter(action=OuterRef("pk"), over_at__gt=now)
    told: dict[int, Any] = (
        Action.objects.filter(pk__in=[action.pk for action in actions])
        .only("pk")
        .annotate(
            is_hosted=Exists(_hosts().filter(action=OuterRef("pk"))),
            is_ahead=Exists(ahead) | Q(start_date__isnull=True),
            is_soon=Exists(soon_dates(now).filter(action=OuterRef("pk"))),
        )
        .in_bulk()
    )
    for action in actions:
        # One that is gone meanwhile lacks nothing.
        found: Any = told.get(action.pk)
        for name in ("is_hosted", "is_ahead", "is_soon"):
            setattr(action, name, getattr(found, name, False))


def missing_of(action: Action) -> tuple[Missing, ...]:
    """What an action of `with_missing` lacks; nothing of one that is over, called off or withdrawn, which nobody completes."""
    told: Any = action
    if not told.is_ahead or action.status in _OFF or action.publication == Publication.WITHDRAWN:
        return ()
    is_open = action.publication == Publication.PUBLISHED and told.is_soon
    lacks = {
        Missing.DATE: action.start_date is None,
        Missing.TIME: action.start_date is not None and action.start_time is None,
        Missing.PLACE: action.location_id is None and action.attendance_mode != AttendanceMode.ONLINE,
        Missing.HOST: not told.is_hosted,
        Missing.DESCRIPTION: not action.description,
        Missing.CONFIRMATION: is_open and action.confirmed_at is None,
    }
    return tuple(what for what, is_lacking in lacks.items() if is_lacking)
