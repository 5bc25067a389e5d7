"""The table that is the cache of a site without Redis: Django itself leaves there what has expired, until it is full."""

from datetime import datetime

from django.db import connection

from rallies.selectors.cache import cache_table

from .transaction import operation


@operation
def forget_expired(_piece: int, *, now: datetime) -> int:
    """Delete what has expired; how many entries. What is kept of a visitor for ten minutes must not lie there for years."""
    table = cache_table()
    if not table:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608 (the name is of the settings)
            [connection.ops.adapt_datetimefield_value(now)],
        )
        return int(cursor.rowcount)
