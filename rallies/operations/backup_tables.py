"""What of the database a backup holds: the tables, their columns, and the keys that were given."""

from typing import Any, TypeAlias

from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from rallies.models import Job, PostalCode, SearchEntry, Session

# Read from a file that anybody can fetch again, and larger than all the rest: a restore leaves what is there.
IMPORTED: frozenset[type[models.Model]] = frozenset({PostalCode})
# Who signs in again has lost nothing, the worker reads from the data what is due, and entries are made of them. The table of the cache is no
# model, and is left out too.
LEFT_OUT: frozenset[type[models.Model]] = frozenset({Session, Job, SearchEntry}) | IMPORTED

AnyField: TypeAlias = "models.Field[Any, Any]"


def backed_up_models() -> list[type[models.Model]]:
    """Every table of every app, the ones that others point to first."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped and model not in LEFT_OUT
    ]
    ordered: dict[type[models.Model], None] = {}
    seen = set()

    def visit(model: type[models.Model]) -> None:
        # A ring ends where it was entered: foreign keys are checked when all rows are there.
        if model in seen or model not in found:
            return
        seen.add(model)
        for field in model._meta.local_concrete_fields:
            if isinstance(field.related_model, type):
                visit(field.related_model)
        ordered[model] = None

    for model in sorted(found, key=lambda model: model._meta.label_lower):
        visit(model)
    return list(ordered)


def fields_of(model: type[models.Model]) -> list[AnyField]:
    """The fields that a row of its table is written with."""
    return [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]


def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """Their names in the database, in the same order."""
    return tuple(str(field.column) for field in fields_of(model))


def known_migrations() -> tuple[str, ...]:
    """Those of this code, which are those of the database once none is unapplied."""
    return tuple(sorted(".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations))


def _counted_key(model: type[models.Model]) -> str | None:
    """The column whose values the database counts up."""
    return next((field.column for field in fields_of(model) if isinstance(field, models.AutoField)), None)


def last_id_of(model: type[models.Model]) -> int | None:
    """The highest key that the database ever gave in a table; None if it gives none there."""
    if not (column := _counted_key(model)):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT last_value - (NOT is_called)::int FROM {_sequence(model, column)}")  # noqa: S608
        else:
            cursor.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        return int(cursor.fetchone()[0] or 0)


def set_last_id(model: type[models.Model], *, last_id: int | None) -> None:
    """Make the next key of a table the one after `last_id`, and after all that it holds."""
    if not (column := _counted_key(model)):
        return
    table = model._meta.db_table
    highest = model._base_manager.aggregate(highest=models.Max("pk"))["highest"]
    last_id = max(last_id or 0, highest or 0)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Not setval(), which a rollback leaves as it is.
            cursor.execute(f"ALTER SEQUENCE {_sequence(model, column)} RESTART WITH {last_id + 1:d}")
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last_id])


def _sequence(model: type[models.Model], column: str) -> str:
    """The name of the PostgreSQL sequence of a column, quoted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{model._meta.db_table}"', column])
        return str(cursor.fetchone()[0])
