"""The stamp in scope of a question: what ETags and cache keys are made of."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from rallies.enums import StampScope
from rallies.models import FeedStamp, Occurrence

from .filters import ActionFilter


@dataclass(frozen=True, slots=True)
class Stamp:
    number: int
    moved_at: datetime


NEVER = Stamp(number=0, moved_at=datetime(1970, 1, 1, tzinfo=UTC))


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
    return Stamp(*values) if values else NEVER


def site_stamp() -> Stamp:
    return stamp_of(ActionFilter())


def answer_moment(*, now: datetime) -> datetime:
    """The moment on which an answer about "upcoming" or "past" stands at `now`: the last at which a published date
    was over, or at which the UTC day began.

    Nothing is over between it and `now`, so it gives the same answer and is the same for everybody who asks
    meanwhile: what ETags and cursors are made of.
    """
    over = (
        Occurrence.objects.published().filter(over_at__lte=now).order_by("-over_at").values_list("over_at", flat=True)
    )
    last = over.first()
    day = datetime.combine(now.astimezone(UTC).date(), time.min, UTC)
    return max(last, day) if last else day
