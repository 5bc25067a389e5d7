"""Carrying out what is due, once or for ever."""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from rallies.operations.jobs import finish_job, give_job_back, keep_job, take_job
from rallies.selectors.jobs import job_rows

from .jobs import JOBS, Job

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""After which the job of a worker that was killed is taken up. One piece of work must take less."""
LONGEST_SLEEP = timedelta(seconds=30)
# How soon a stop is noticed.
_NAP = 0.5

Clock = Callable[[], datetime]
IsStopping = Callable[[], bool]


def _never() -> bool:
    return False


def work(*, is_stopping: IsStopping) -> None:
    """Carry out what falls due until `is_stopping`; what it has in hand then is finished first."""
    owner = secrets.token_hex(8)
    while not is_stopping():
        wake_at = timezone.now() + LONGEST_SLEEP
        try:
            run_due(owner=owner, is_stopping=is_stopping)
            wake_at = _wake_at(now=timezone.now())
        except DatabaseError:
            # It may be away for a while, and come back.
            logger.exception("The worker cannot read what is due.")
        # A connection that broke is left behind, and one that nobody needs for half a minute is not held.
        close_old_connections()
        while not is_stopping() and timezone.now() < wake_at:
            time.sleep(_NAP)


def run_due(
    *, owner: str = "", jobs: Sequence[Job] | None = None, is_stopping: IsStopping = _never, clock: Clock = timezone.now
) -> dict[str, int]:
    """Carry out every job that is due and that no other worker has; the failures of each, by name."""
    owner = owner or secrets.token_hex(8)
    rows = job_rows()
    ran = {}
    for job in JOBS if jobs is None else jobs:
        row, now = rows.get(job.name), clock()
        if is_stopping() or not job.is_due(row, now=now):
            continue
        seen = row.finished_at if row else None
        if take_job(job.name, owner=owner, finished_at=seen, now=now, until=now + LEASE):
            failures = _carry_out(job, owner=owner, is_stopping=is_stopping, clock=clock)
            if failures is not None:
                ran[job.name] = failures
    return ran


def _carry_out(job: Job, *, owner: str, is_stopping: IsStopping, clock: Clock) -> int | None:
    """Do all pieces of a job; how many failed, None if it was left in the middle. A piece that fails does not keep the
    others from being done, and is still due afterwards."""
    failures = 0
    kept_at = clock()
    try:
        pieces = job.due(kept_at)
    except Exception:
        logger.exception("What is due of the job %s cannot be read.", job.name)
        pieces, failures = [], 1
    for key in pieces:
        now = clock()
        if is_stopping():
            give_job_back(job.name, owner=owner)
            return None
        if now - kept_at > LEASE / 5:
            if not keep_job(job.name, owner=owner, until=now + LEASE):
                return None
            kept_at = now
        try:
            job.carry_out(key, now=now)
        except Exception:
            logger.exception("The job %s failed at %s.", job.name, key)
            failures += 1
    finish_job(job.name, owner=owner, failures=failures, now=clock())
    return failures


def _wake_at(*, now: datetime) -> datetime:
    """When something falls due next, as far as is known, and half a minute from now at the latest."""
    moments = [moment for job in JOBS if (moment := job.next_moment()) is not None and moment > now]
    return min([now + LONGEST_SLEEP, *moments])
