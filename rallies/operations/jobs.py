"""Who has a job of the worker in hand, and when it ran."""

from datetime import datetime

from django.db.models import Q

from rallies.models import Job

from .transaction import operation


@operation
def take_job(name: str, *, owner: str, finished_at: datetime | None, now: datetime, until: datetime) -> bool:
    """Take a job until a moment, if nobody has it; whether it was taken.

    `finished_at` is the end of its last run as the caller knows it: whoever comes second, when the first is done
    already, finds another one there and takes nothing.
    """
    Job.objects.get_or_create(name=name)
    free = Job.objects.filter(Q(leased_until=None) | Q(leased_until__lte=now), name=name, finished_at=finished_at)
    return free.update(owner=owner, leased_until=until, started_at=now) == 1


@operation
def keep_job(name: str, *, owner: str, until: datetime) -> bool:
    """Go on having a job; False if it was taken by another."""
    return Job.objects.filter(name=name, owner=owner).update(leased_until=until) == 1


@operation
def finish_job(name: str, *, owner: str, failures: int, now: datetime) -> None:
    """Write down the end of a run, and give the job back."""
    values = {"failed_at": now} if failures else {"finished_at": now}
    Job.objects.filter(name=name, owner=owner).update(**values, failures=failures, owner="", leased_until=None)


@operation
def give_job_back(name: str, *, owner: str) -> None:
    """Leave a job in the middle, for whoever comes next; it does not count as run."""
    Job.objects.filter(name=name, owner=owner).update(owner="", leased_until=None)
