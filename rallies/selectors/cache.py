"""What has expired in the table that is the cache of a site without Redis."""

from datetime import datetime

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connection


def cache_table() -> str:
    """Its name, quoted for SQL; "" where the cache is no table."""
    if not isinstance(caches["default"], BaseDatabaseCache):
        return ""
    return connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])


def expired_entries(*, now: datetime) -> list[int]:
    """One piece of work if something has expired, else none."""
    table = cache_table()
    if not table:
        return []
    with connection.cursor() as cursor:
        # The index on `expires` comes with the table.
        cursor.execute(
            f"SELECT 1 FROM {table} WHERE expires < %s LIMIT 1",  # noqa: S608 (the name is of the settings)
            [connection.ops.adapt_datetimefield_value(now)],
        )
        return [1] if cursor.fetchone() else []
