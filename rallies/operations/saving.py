"""Writing one row: named fields only, with who and when for its history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import models

from rallies.models.base import Dated

Person = User | None
"""Who does it; None is the site itself: the seed, an import, the worker."""


def insert(row: models.Model, *, by: Person, now: datetime) -> None:
    """Write a new row, with its first line of history where its model keeps one."""
    _sign(row, by=by, now=now)
    if isinstance(row, Dated):
        row.created_at = row.updated_at = now
    row.save(force_insert=True)


def update(row: models.Model, fields: Iterable[str], *, by: Person, now: datetime) -> None:
    """Write the named fields of a row, and its moment; two people who change different fields do not
    undo each other."""
    _sign(row, by=by, now=now)
    names = set(fields)
    if isinstance(row, Dated):
        row.updated_at = now
        names.add("updated_at")
    row.save(update_fields=names)


def remove(row: models.Model, *, by: Person, now: datetime) -> None:
    """Delete a row; the last line of its history says who and when."""
    _sign(row, by=by, now=now)
    row.delete()


def assign(row: models.Model, values: dict[str, Any]) -> list[str]:
    """Set the values on the row; the names of those that differ from what it had."""
    changed = []
    for name, value in values.items():
        # A row that is not written yet may lack what it must belong to.
        if getattr(row, name, None) != value:
            setattr(row, name, value)
            changed.append(name)
    return changed


def _sign(row: Any, *, by: Person, now: datetime) -> None:
    # simple_history reads these two; without them it looks for a request and a clock.
    row._history_user = by
    row._history_date = now
