"""What makes a function an operation."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from django.contrib.auth.models import User
from django.db import connection, transaction

from .audit_lines import in_the_log

P = ParamSpec("P")
R = TypeVar("R")

# Any number that nothing else in the database locks.
_TURN = 7_255_417

_depth: ContextVar[int] = ContextVar("operation_depth", default=0)
_raised: ContextVar[frozenset[int]] = ContextVar("stamps_raised", default=frozenset())


def operation(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function in one transaction, after those that came before it, and mark the time in which
    writing is allowed.

    Operations take turns, on PostgreSQL as on SQLite: text and stamps are made from many rows (a location,
    its actions, their campaigns), and two that overlap would each miss what the other writes. Operations
    may call operations: the outermost is the transaction. The mark is what the write guard of the tests
    looks at.

    With a person in `by` it leaves a line in the log of administrators, in the same transaction: see
    `audit_lines`. Nothing needs to be remembered for that but `by` and `now`.
    """
    deed = function.__name__.replace("_", "-")

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        mark = _depth.set(_depth.get() + 1)
        if _depth.get() == 1:
            _raised.set(frozenset())
        try:
            with transaction.atomic():
                _take_turn()
                by, now = kwargs.get("by"), kwargs.get("now")
                if isinstance(by, User) and isinstance(now, datetime):
                    return in_the_log(lambda: function(*args, **kwargs), deed=deed, by=by, now=now)
                return function(*args, **kwargs)
        finally:
            _depth.reset(mark)

    wrapped.is_operation = True  # type: ignore[attr-defined]
    return wrapped


def _take_turn() -> None:
    # SQLite has one writer at a time from BEGIN IMMEDIATE on; PostgreSQL needs to be asked.
    if _depth.get() == 1 and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def first_time_raised(stamp_id: int) -> bool:
    """Whether the running transaction raises this stamp for the first time; asking makes it so."""
    before = _raised.get()
    _raised.set(before | {stamp_id})
    return stamp_id not in before


def is_outermost() -> bool:
    """Whether the running operation was called by a door, not by another operation; and whether none is running."""
    return _depth.get() <= 1


def in_operation() -> bool:
    """Whether an operation is running in this thread of work."""
    return _depth.get() > 0
