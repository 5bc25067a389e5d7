"""The stamp in scope of a question: what ETags and cache keys are made of."""

from dataclasses import dataclass
from datetime import UTC, datetime

from rallies.enums import StampScope
from rallies.models import FeedStamp

from .filters import ActionFilter


@dataclass(frozen=True, slots=True)
class Stamp:
    number: int
    moved_at: datetime


_NEVER = Stamp(number=0, moved_at=datetime(1970, 1, 1, tzinfo=UTC))


def stamp_of(question: ActionFilter) -> Stamp:
    """The narrowest stamp that moves whenever the answer to the question may change."""
    rows = FeedStamp.objects.all()
    if question.campaign:
        rows = rows.filter(campaign__slug=question.campaign)
    elif question.organizer:
        rows = rows.filter(organizer__slug=question.organizer)
    else:
        rows = rows.filter(scope=StampScope.SITE)
    values = rows.values_list("number", "moved_at").first()
    return Stamp(*values) if values else _NEVER


def site_stamp() -> Stamp:
    return stamp_of(ActionFilter())
