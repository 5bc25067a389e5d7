"""Filling the table of postal codes: read into a table of this connection alone, then put in at once.

While a file is read nobody waits, and nothing is seen of it; what has not changed is not written again.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from rallies.models import PostalCode
from rallies.places.postal_codes import PostalLine

from .transaction import operation

_KEY = ("country", "code_folded")
_GIVEN = ("code", "place_name", "region", "latitude", "longitude", "accuracy")
_COLUMNS = (*_KEY, *_GIVEN)
_NAMES = ", ".join(_COLUMNS)
_TABLE = PostalCode._meta.db_table
_TYPES = (
    "country text NOT NULL, code_folded text NOT NULL, code text NOT NULL, place_name text NOT NULL, "
    "region text NOT NULL, latitude double precision NOT NULL, longitude double precision NOT NULL, accuracy smallint"
)
_NULL = r"\N"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an import did: `codes` of `countries` were read, of which `written` were new or had changed; `removed` were
    there before and are no longer."""

    codes: int
    countries: int
    written: int
    removed: int


class StagedPostalCodes:
    """Codes that were read and are not yet anybody's; memory holds one batch of them."""

    def __init__(self) -> None:
        self._is_postgresql = connection.vendor == "postgresql"

    @operation
    def create(self) -> None:
        # By its key SQLite finds it again; PostgreSQL sorts out what comes twice at the end, as COPY cannot.
        extra = "line serial" if self._is_postgresql else f"PRIMARY KEY ({', '.join(_KEY)})"
        rest = "" if self._is_postgresql else " WITHOUT ROWID"
        _run(f"CREATE TEMP TABLE postal_code_staged ({_TYPES}, {extra}){rest}")

    @operation
    def add(self, lines: Sequence[PostalLine]) -> None:
        """Add lines of the file in its order; the first line of a code is the one that holds."""
        rows = (_row(line) for line in lines)
        with connection.cursor() as cursor:
            if self._is_postgresql:
                # Past Django's cursor, which knows no COPY and would have named its errors.
                copying = f"COPY postal_code_staged ({_NAMES}) FROM STDIN"
                with connection.wrap_database_errors, cursor.copy(copying) as copy:
                    copy.write("".join(map(_as_copied, rows)))
            else:
                marks = ", ".join(["%s"] * len(_COLUMNS))
                cursor.executemany(
                    # Not OR IGNORE, which would pass over what is missing too.
                    f"INSERT INTO postal_code_staged ({_NAMES}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
                    list(rows),
                )

    @operation
    def put(self, *, keep: Collection[str] | None) -> Loaded:
        """Make the table say of each country in the file what the file says. Of the countries in `keep`, or of all if it
        is None, nothing is removed."""
        source = self._sorted()
        codes, countries = _one(f"SELECT count(*), count(DISTINCT country) FROM {source}")  # noqa: S608
        removed = 0 if keep is None else self._remove(source, keep)
        return Loaded(codes, countries, self._write(source), removed)

    @operation
    def drop(self) -> None:
        for table in ("postal_code_staged", "postal_code_first"):
            _run(f"DROP TABLE IF EXISTS {table}")

    def _sorted(self) -> str:
        """The name of a table that has each code once."""
        if not self._is_postgresql:
            return "postal_code_staged"
        key = 'country COLLATE "C", code_folded COLLATE "C"'
        _run(
            f"CREATE TEMP TABLE postal_code_first AS SELECT DISTINCT ON ({key}) {_NAMES} "  # noqa: S608
            f"FROM postal_code_staged ORDER BY {key}, line"
        )
        # Nothing else tells the planner how many they are.
        _run("ANALYZE postal_code_first")
        return "postal_code_first"

    def _write(self, source: str) -> int:
        differs = "IS DISTINCT FROM" if self._is_postgresql else "IS NOT"
        here, there = (", ".join(f"{table}.{name}" for name in _GIVEN) for table in ("here", "there"))
        # What is equal is left out before it conflicts: PostgreSQL would lock, and so write, each such row.
        return _run(
            f"INSERT INTO {_TABLE} ({_NAMES}) SELECT {', '.join(f'there.{name}' for name in _COLUMNS)} "  # noqa: S608
            f"FROM {source} there LEFT JOIN {_TABLE} here "
            "ON here.country = there.country AND here.code_folded = there.code_folded "
            f"WHERE here.id IS NULL OR ({here}) {differs} ({there}) "
            f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _GIVEN)}"
        )

    def _remove(self, source: str, keep: Collection[str]) -> int:
        but = f"AND country NOT IN ({', '.join(['%s'] * len(keep))})" if keep else ""
        return _run(
            f"DELETE FROM {_TABLE} WHERE country IN (SELECT DISTINCT country FROM {source}) {but} "  # noqa: S608
            f"AND NOT EXISTS (SELECT 1 FROM {source} there WHERE there.country = {_TABLE}.country "
            f"AND there.code_folded = {_TABLE}.code_folded)",
            tuple(keep),
        )


@contextmanager
def staged_postal_codes() -> Iterator[StagedPostalCodes]:
    """Where an import puts what it reads; what it has not put at the end is forgotten."""
    staged = StagedPostalCodes()
    staged.create()
    try:
        yield staged
    finally:
        staged.drop()


def _row(line: PostalLine) -> tuple[Any, ...]:
    return (
        line.country,
        line.folded,
        line.code,
        line.place_name,
        line.region,
        line.latitude,
        line.longitude,
        line.accuracy,
    )


def _as_copied(row: tuple[Any, ...]) -> str:
    """A line as COPY reads it; words that were read from a line have no tabs and ends of lines."""
    *words, latitude, longitude, accuracy = row
    told = "\t".join(words).replace("\\", r"\\")
    return f"{told}\t{latitude!r}\t{longitude!r}\t{_NULL if accuracy is None else accuracy}\n"


def _run(sql: str, values: tuple[Any, ...] = ()) -> int:
    """How many rows it made, changed or removed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _one(sql: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return tuple(map(int, cursor.fetchone() or ()))
