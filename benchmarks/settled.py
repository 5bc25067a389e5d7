"""A database as it is when a site has run for a while."""


def settle() -> None:
    """Its statistics, and on PostgreSQL which pages all readers see, without which no index answers alone: what autovacuum
    does by itself, where it is on."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
