"""How what somebody does comes into the log of administrators: by being an operation that has `by`.

The outermost operation with a person leaves a line for each row that it names, and none if it wrote nothing. It
names the rows that it hands to `about()`, or else the one that it returns. If it names none, the operations that it
called with a person leave theirs: so a step that is done to many rows at once can be found at each of them.
What the site does by itself (`by=None`: the seed, imports, the worker) leaves nothing.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import connection, models

from rallies.models import AuditEntry, Location
from rallies.text import clean_line, shorten

R = TypeVar("R")

# Whatever else is sent to the database writes, or locks what will be written.
_READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")
_LONGEST, _LONGEST_KEY = 200, 40


@dataclass(frozen=True, slots=True)
class _Row:
    noun: str = ""
    key: str = ""
    words: str = ""
    detail: str = ""


@dataclass(slots=True)
class _Running:
    """An operation with a person that is running: the rows that it names, and what those that it called left."""

    deed: str
    rows: list[_Row] = field(default_factory=list)
    called: list[tuple[str, _Row]] = field(default_factory=list)
    has_written: bool = False

    def watch(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not self.has_written:
            self.has_written = not str(sql).startswith(_READS)
        return execute(sql, params, many, context)

    def told(self, result: object) -> list[tuple[str, _Row]]:
        if not self.has_written:
            return []
        rows = self.rows or ([_row(result)] if isinstance(result, models.Model) else [])
        return [(self.deed, row) for row in rows] or self.called or [(self.deed, _Row())]


_running: ContextVar[_Running | None] = ContextVar("operation_of_a_person", default=None)


def in_the_log(call: Callable[[], R], *, deed: str, by: User, now: datetime) -> R:
    """Run an operation, and write what it leaves in the log; its result. Call it inside the transaction."""
    outer, running = _running.get(), _Running(deed)
    mark = _running.set(running)
    try:
        with connection.execute_wrapper(running.watch):
            result = call()
    finally:
        _running.reset(mark)
    told = running.told(result)
    if outer is not None:
        outer.called += told
    elif told:
        AuditEntry.objects.bulk_create([_entry(name, row, by=by, now=now) for name, row in told])
    return result


def about(row: models.Model, *, words: str = "", detail: str = "") -> None:
    """Name a row that the running operation is about, while it is still there.

    `words` are what it is recognised by, its own unless stated. `detail` says more of what was done; neither may
    hold contact details, secrets, or anything of visitors.
    """
    running = _running.get()
    if running is not None:
        running.rows.append(_row(row, words=words, detail=detail))


def write_line(deed: str, *, who: User | None, now: datetime, row: models.Model | None, detail: str = "") -> None:
    """Write a line about something that is no operation. Call it inside one."""
    said = _Row(detail=_short(detail)) if row is None else _row(row, detail=detail)
    entry = _entry(deed, said, by=who, now=now)
    entry.save(force_insert=True)


def noun_of(row: models.Model) -> str:
    """What the log calls the kind of a row: "rallies.action"."""
    return row._meta.label_lower


def _entry(deed: str, row: _Row, *, by: User | None, now: datetime) -> AuditEntry:
    return AuditEntry(
        at=now,
        user=by,
        who=by.get_username() if by else "",
        deed=deed,
        noun=row.noun,
        row_key=row.key,
        words=row.words,
        detail=row.detail,
    )


def _row(row: models.Model, *, words: str = "", detail: str = "") -> _Row:
    return _Row(noun_of(row), str(row.pk or "")[:_LONGEST_KEY], _short(words or _words_of(row)), _short(detail))


def _words_of(row: models.Model) -> str:
    if isinstance(row, Location):
        # Lines outlive rows, and a street may be somebody's home.
        return ", ".join(part for part in (row.venue or row.locality, row.country) if part)
    return str(row)


def _short(words: str) -> str:
    return shorten(clean_line(words), limit=_LONGEST)
