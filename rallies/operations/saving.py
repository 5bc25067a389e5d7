"""Writing one row or many: named fields only, with who and when for their history."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models

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


def insert_all(rows: Sequence[models.Model], *, by: Person, now: datetime) -> None:
    """Write new rows of one model as `insert` does each, in a few queries; they get their keys."""
    if not rows:
        return
    for row in rows:
        if isinstance(row, Dated):
            row.created_at = row.updated_at = now
    model = type(rows[0])
    model._default_manager.bulk_create(rows)
    _remember(model, [row.pk for row in rows], kind="+", by=by, now=now)


def update_all(rows: Sequence[models.Model], fields: Iterable[str], *, by: Person, now: datetime) -> None:
    """Write the named fields of rows of one model as `update` does of each, in a few queries. The rows were read in
    this transaction."""
    if not rows:
        return
    names = set(fields)
    for row in rows:
        if isinstance(row, Dated):
            row.updated_at = now
            names.add("updated_at")
    write_fields(rows, names)
    _remember(type(rows[0]), [row.pk for row in rows], kind="~", by=by, now=now)


def write_fields(rows: Sequence[models.Model], fields: Iterable[str], *, key: str = "id") -> None:
    """Write the named fields of rows of one model, all of whose fields were read, and nothing else."""
    if rows:
        # As an upsert: bulk_update() writes a CASE for each field, which takes several times as long.
        type(rows[0])._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=[key], update_fields=sorted(fields)
        )


def _remember(model: type[models.Model], keys: Sequence[int], *, kind: str, by: Person, now: datetime) -> None:
    """Lines of history of rows as they are now, where their model keeps one. `kind` is "+" or "~"."""
    if not hasattr(model, "history"):
        return
    history: Any = model.history.model
    quote = connection.ops.quote_name
    # Copied inside the database: through simple_history it is a quarter of the time of the whole.
    columns = ", ".join(quote(column.column) for column in history.tracked_fields)
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            cursor.execute(
                f"INSERT INTO {quote(history._meta.db_table)}"  # noqa: S608
                f" ({columns}, history_date, history_type, history_user_id)"
                f" SELECT {columns}, %s, %s, %s FROM {quote(model._meta.db_table)}"
                f" WHERE {quote('id')} IN ({', '.join(['%s'] * len(some))}) ORDER BY {quote('id')}",
                [moment, kind, by.pk if by else None, *some],
            )


def _sign(row: Any, *, by: Person, now: datetime) -> None:
    # simple_history reads these two; without them it looks for a request and a clock.
    row._history_user = by
    row._history_date = now
