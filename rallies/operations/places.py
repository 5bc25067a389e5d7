"""Filling the gazetteer."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import connection

from rallies.models import Location, Place
from rallies.places.gazetteer import GazetteerPlace
from rallies.selectors.gazetteer import missing_places

from .locations import edit_location
from .transaction import operation

COLUMNS = tuple(field.name for field in fields(GazetteerPlace))


@operation
def load_places(entries: Iterable[Mapping[str, Any]]) -> int:
    """Add the places whose keys are not there yet; how many were added. Keys never change, so nothing
    that is there is touched."""
    known = set(Place.objects.values_list("key", flat=True))
    new = [Place(**entry) for entry in entries if entry["key"] not in known]
    Place.objects.bulk_create(new, batch_size=1000)
    return len(new)


@operation
def load_gazetteer(*, now: datetime) -> int:
    """Add what is missing of the gazetteer that ships; how many places were added. What is there is not touched.

    If some were added, locations without a place are linked with theirs, which counts as an edit of each.
    """
    new = missing_places()
    if not new:
        return 0
    _insert(tuple(getattr(place, name) for name in COLUMNS) for place in new)
    for location_id in Location.objects.filter(place=None).order_by("pk").values_list("pk", flat=True):
        edit_location(location_id, {}, by=None, now=now)
    return len(new)


def _insert(rows: Iterable[tuple[Any, ...]]) -> None:
    """Not bulk_create(), which took nearly twice as long on SQLite: an instance for each row costs more than its writing."""
    quote = connection.ops.quote_name
    table = f"{quote(Place._meta.db_table)} ({', '.join(map(quote, COLUMNS))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(COLUMNS))})", list(rows))  # noqa: S608
