"""How long ago the jobs of the worker ran, for whoever watches the site."""

from datetime import datetime
from typing import Any

from rallies.selectors.jobs import job_rows

from .jobs import JOBS


def ages(*, now: datetime) -> dict[str, dict[str, Any]]:
    """By the name of each job: `age` in whole seconds since it last ran through without a failure, None if it never
    did; `late`, whether that is too long ago; `failures` of its last run."""
    rows = job_rows()
    told = {}
    for job in JOBS:
        row = rows.get(job.name)
        age = None if row is None or row.finished_at is None else max(0, int((now - row.finished_at).total_seconds()))
        told[job.name] = {"age": age, "late": job.is_late(row, now=now), "failures": row.failures if row else 0}
    return told
