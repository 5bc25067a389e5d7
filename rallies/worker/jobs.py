"""The jobs of the worker. Whoever adds one writes a selector that finds what is due, an operation that does one
piece of it, and a line in JOBS.

What is due is read from the data. A queue could lose a piece, or hold it twice; a row that says it is due cannot.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from rallies.models import Job as JobRow
from rallies.operations.actions import reveal_place
from rallies.operations.audit import forget_deeds
from rallies.operations.cache import forget_expired
from rallies.operations.horizon import extend_series
from rallies.operations.postponed import leave_date_open
from rallies.selectors.cache import expired_entries
from rallies.selectors.jobs import deeds_to_forget, next_reveal, places_to_reveal, postponed_for_good, series_to_extend

Pieces = Callable[[datetime], list[int]]
Next = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Job:
    """`due` gives the keys of what is to be done, and `carry_out` does one of them, in one transaction, and nothing
    when it was done already. `again` says when to look next, after a run that ended at a moment; after a failure it
    is `retry`. A job that ran later than `grace` after that is late. `next_moment` is when something falls due, if that
    is known beforehand."""

    name: str
    due: Pieces
    carry_out: Callable[..., Any]
    again: Next
    retry: timedelta
    grace: timedelta
    next_moment: Callable[[], datetime | None] = lambda: None

    def is_due(self, row: JobRow | None, *, now: datetime) -> bool:
        """Whether to look for work now; `row` is how the job stands, None if it never ran."""
        if row is None:
            return True
        if row.failed_at is not None and (row.finished_at is None or row.finished_at < row.failed_at):
            return row.failed_at + self.retry <= now
        if row.finished_at is None or self.again(row.finished_at) <= now:
            return True
        moment = self.next_moment()
        return moment is not None and moment <= now

    def is_late(self, row: JobRow | None, *, now: datetime) -> bool:
        """Whether it has not been carried out for longer than it may take."""
        return row is None or row.finished_at is None or self.again(row.finished_at) + self.grace < now


def _a_minute_later(moment: datetime) -> datetime:
    return moment + timedelta(minutes=1)


def _five_minutes_later(moment: datetime) -> datetime:
    return moment + timedelta(minutes=5)


def _next_day(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date() + timedelta(days=1), time.min, UTC)


def _daily(name: str, *, due: Pieces, carry_out: Callable[..., Any]) -> Job:
    """Once each UTC day; no hour of it matters."""
    return Job(name, due, carry_out, again=_next_day, retry=timedelta(minutes=15), grace=timedelta(hours=6))


JOBS: tuple[Job, ...] = (
    Job(
        name="reveal",
        due=lambda now: places_to_reveal(now=now),
        carry_out=reveal_place,
        # Also when nothing is due, so that its age tells whether there is a worker.
        again=_a_minute_later,
        retry=timedelta(minutes=1),
        grace=timedelta(minutes=5),
        next_moment=next_reveal,
    ),
    _daily("horizon", due=lambda now: series_to_extend(), carry_out=extend_series),
    _daily("postponed", due=lambda now: postponed_for_good(now=now), carry_out=leave_date_open),
    Job(
        name="expired",
        due=lambda now: expired_entries(now=now),
        carry_out=forget_expired,
        # The page on privacy says how long what limits count stays at most: raise it there too.
        again=_five_minutes_later,
        retry=timedelta(minutes=1),
        grace=timedelta(minutes=15),
    ),
    _daily("log", due=lambda now: deeds_to_forget(now=now), carry_out=forget_deeds),
)
