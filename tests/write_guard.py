"""Fails a test on any SQL write outside an operation.

It looks at every statement of every connection, also those of a live server's threads. Sessions,
migrations, the cache table and what a login writes of its account are apart.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from rallies.operations.transaction import in_operation

WRITE = re.compile(
    r"\s*(?:WITH\b.*?\)\s*)?(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|MERGE|COPY)\b", re.IGNORECASE | re.DOTALL
)
APART = re.compile(
    r'(?:INTO|UPDATE|FROM)\s+"?(?:rallies_session|django_migrations|rallies_cache)"?\b'
    r'|UPDATE\s+"auth_user"\s+SET\s+"(?:last_login|password)"\s*=\s*\S+\s+WHERE',
    re.IGNORECASE,
)


class WriteOutsideOperation(AssertionError):
    pass


_is_watching = False


def watch(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    text = str(sql)
    if _is_watching and WRITE.match(text) and not APART.search(text) and not in_operation():
        raise WriteOutsideOperation(f"a write outside an operation: {text[:200]}")
    return execute(sql, params, many, context)


def _add_to(connection: BaseDatabaseWrapper) -> None:
    if watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)


def install() -> None:
    """Watch all connections of this process, those to come too."""
    connection_created.connect(lambda connection, **_: _add_to(connection), weak=False, dispatch_uid="write guard")
    for connection in connections.all():
        _add_to(connection)


@contextmanager
def watching(is_on: bool = True) -> Iterator[None]:
    global _is_watching
    before, _is_watching = _is_watching, is_on
    try:
        yield
    finally:
        _is_watching = before
