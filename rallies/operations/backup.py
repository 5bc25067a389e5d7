"""Everything that an installation keeps, in one file. The file is described in backup_file.py.

Rows stream, so memory does not grow with their number.
"""

import base64
import errno
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, models, transaction
from django.db.models.functions import Cast
from django.utils.duration import duration_string

from rallies import __version__
from rallies.selectors.migrations import unapplied_migrations

from .backup_file import (
    CHUNK,
    MANIFEST,
    BackupDoesNotFit,
    BackupNotMade,
    Manifest,
    Member,
    Table,
    UnreadableBackup,
    files_in,
    its_words,
    open_backup,
)
from .backup_tables import LEFT_OUT, AnyField, backed_up_models, columns_of, fields_of, known_migrations, last_id_of

BATCH = 500


def make_backup(file: Path, *, media: Path, now: datetime, overwrite: bool = False) -> Manifest:
    """Write the database as it is at one moment, and the files under `media`, to `file`; what was written.

    Writers are not kept waiting. Media are read after the rows: every file that a row names is in it,
    unless it was deleted meanwhile. `file` appears whole, checked and readable by its owner alone, or
    not at all. Raises BackupNotMade.
    """
    _require_target(file, media=media, overwrite=overwrite)
    try:
        if unapplied_migrations():
            raise BackupNotMade("The database is older than this code. Run: manage.py migrate")
        with _draft_of(file, overwrite=overwrite) as draft:
            with draft.open("wb") as stream:
                # Level 1: a third of the time of the usual one.
                with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                    manifest = _write(archive, media=media, now=now)
                stream.flush()
                os.fsync(stream.fileno())
            with open_backup(draft) as written:
                if written.manifest != manifest:
                    raise UnreadableBackup("it says something else than was written")
    except OSError as error:
        raise BackupNotMade(_reason_not_written(file, error)) from error
    except DatabaseError as error:
        raise BackupNotMade(f"The database cannot be read. {its_words(error)}") from error
    except (UnreadableBackup, BackupDoesNotFit) as error:
        raise BackupNotMade(f"The backup was not kept, since it could not be read again: {error}") from error
    return manifest


def _require_target(file: Path, *, media: Path, overwrite: bool) -> None:
    if file.resolve().is_relative_to(media.resolve()):
        raise BackupNotMade(f"{file} lies among the pictures, which everybody can download. Choose another directory.")
    if file.exists() and not file.is_file():
        raise BackupNotMade(f"{file} is not a file. Name the file to write, such as rallies.zip.")
    if file.exists() and not overwrite:
        raise BackupNotMade(f"{file} is already there. Choose another name, or overwrite it with --force.")


@contextmanager
def _draft_of(file: Path, *, overwrite: bool) -> Iterator[Path]:
    """A file beside `file`, for its owner alone, that takes its name at the end; on failure it is gone."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name[:100]}.", suffix=".part", dir=file.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        # Somebody may have taken the name since we looked.
        if not overwrite and file.exists():
            raise BackupNotMade(f"{file} appeared meanwhile. Choose another name, or overwrite it with --force.")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    # The new name is on disk only when its directory is.
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _reason_not_written(file: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"There is not enough room for the backup in {file.parent}."
    if isinstance(error, FileNotFoundError) and not file.parent.exists():
        return f"There is no directory {file.parent}."
    if isinstance(error, PermissionError) and Path(error.filename or "").parent == file.parent:
        return f"This user may not write to {file.parent}."
    about = f" ({error.filename})" if error.filename else ""
    return f"The backup {file} cannot be written: {(error.strerror or str(error)).lower()}{about}."


def _write(archive: zipfile.ZipFile, *, media: Path, now: datetime) -> Manifest:
    now = now.astimezone(UTC)

    def add(name: str, chunks: Iterable[bytes], *, packed: bool = True) -> Member:
        digest, size = sha256(), 0
        # By name, it takes the archive's method.
        entry = name if packed else zipfile.ZipInfo(name)
        with archive.open(entry, "w", force_zip64=True) as stream:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
        return Member(name=name, size=size, sha256=digest.hexdigest())

    tables = []
    with _snapshot():
        for model in backed_up_models():
            count = _Counter(_lines(model))
            label = model._meta.label_lower
            member = add(f"tables/{label}.jsonl", count)
            columns = columns_of(model)
            tables.append(Table(label, columns, count.lines, last_id_of(model), member))
    # Pictures are packed already.
    pictures = [add(f"media/{name}", _bytes_of(path), packed=False) for name, path in files_in(media)]
    manifest = Manifest(
        rallies=__version__,
        made_at=now.isoformat(),
        database=connection.vendor,
        migrations=known_migrations(),
        left_out=tuple(sorted(model._meta.label_lower for model in LEFT_OUT)),
        tables=tuple(tables),
        media=tuple(pictures),
    )
    add(MANIFEST, [manifest.to_json()])
    return manifest


@contextmanager
def _snapshot() -> Iterator[None]:
    """Every query inside sees the database of one moment, and no writer waits for it."""
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    # The settings ask for BEGIN IMMEDIATE, which takes the one lock of the writers.
    sqlite: Any = connection
    usual, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                # The moment is that of the first read, not of BEGIN.
                cursor.execute("SELECT count(*) FROM sqlite_master")
            sqlite.transaction_mode = usual
            yield
    finally:
        sqlite.transaction_mode = usual


class _Counter:
    """Lines joined to chunks, and how many there were."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._source = lines
        self.lines = 0

    def __iter__(self) -> Iterator[bytes]:
        while batch := list(islice(self._source, BATCH)):
            self.lines += len(batch)
            yield ("\n".join(batch) + "\n").encode()


def _lines(model: type[models.Model]) -> Iterator[str]:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
    rows = model._base_manager.order_by("pk").values_list(*(_as_stored(field) for field in fields_of(model)))
    return map(encode, rows.iterator(chunk_size=BATCH))


def _as_stored(field: AnyField) -> Any:
    # As text, since Python has one None for both SQL's NULL and JSON's null.
    return Cast(field.attname, models.TextField()) if isinstance(field, models.JSONField) else field.attname


def _plain(value: Any) -> str:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return duration_string(value)
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
    return str(value)


def _bytes_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk
