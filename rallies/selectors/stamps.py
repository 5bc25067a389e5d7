"""The stamp in scope of a question: what ETags and cache keys are made of."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.db import connection

from rallies.enums import StampScope
from rallies.models import FeedStamp, Occurrence

from .filters import ActionFilter
from .windows import turn_of_days


@dataclass(frozen=True, slots=True)
class Stamp:
    """`key` is that of its row, 0 when nothing was ever published in its scope."""

    number: int
    moved_at: datetime
    key: int = 0


_ROW = f"SELECT number, moved_at FROM {FeedStamp._meta.db_table} WHERE id = %s"  # noqa: S608

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
    values = rows.values_list("number", "moved_at", "pk").first()
    return Stamp(*values) if values else NEVER


def site_stamp() -> Stamp:
    return stamp_of(ActionFilter())


def stamp_row(key: int) -> tuple[Any, ...] | None:
    """Number and moment of the stamp of that key as the database hands them over, to be compared and no more; None if it
    is gone. Without the ORM, whose objects would be a third of the cost of a 304."""
    pool = getattr(connection, "pool", None)
    if connection.connection is None and pool is not None:
        return _row_by_the_pool(pool, key)
    with connection.cursor() as cursor:
        cursor.execute(_ROW, [key])
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _row_by_the_pool(pool: Any, key: int) -> tuple[Any, ...] | None:
    """The same, with a connection borrowed for this alone: to set up Django's own around it costs more than the row."""
    with connection.wrap_database_errors:
        lent = pool.getconn()
        try:
            row: tuple[Any, ...] | None = lent.execute(_ROW, [key]).fetchone()
            return row
        finally:
            pool.putconn(lent)


def answer_moment(question: ActionFilter, *, now: datetime) -> datetime:
    """The moment on which an answer about "upcoming" or "past" stands at `now`: the last at which a published date
    was over, or at which the UTC day began; about days that move, at which a day began anywhere.

    Nothing is over between it and `now`, so it gives the same answer and is the same for everybody who asks
    meanwhile: what ETags and cursors are made of.
    """
    over = (
        Occurrence.objects.published().filter(over_at__lte=now).order_by("-over_at").values_list("over_at", flat=True)
    )
    last = over.first()
    day = datetime.combine(now.astimezone(UTC).date(), time.min, UTC)
    if question.is_window:
        day = turn_of_days(now=now.astimezone(UTC))
    return max(last, day) if last else day
