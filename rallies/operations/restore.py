"""Bringing back what a backup holds: from SQLite or PostgreSQL, into either."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, models

from rallies.models import AuditEntry
from rallies.selectors.migrations import unapplied_migrations

from .backup_file import NOT_MEDIA, WORK_PREFIX, Backup, RestoreRefused, files_in, its_words
from .backup_tables import IMPORTED, LEFT_OUT, AnyField, backed_up_models, columns_of, fields_of, set_last_id
from .search_entries import refresh_all_entries
from .transaction import operation

# What an installation has before anybody used it: made by migrations, or read from the gazetteer's file.
NOT_MADE_BY_PEOPLE = frozenset({"contenttypes.contenttype", "auth.permission", "rallies.place", "rallies.feedstamp"})
BATCH = 500


def restore_backup(backup: Backup, *, media: Path, replace: bool = False) -> None:
    """Bring rows and media back as they were, in one transaction; with `replace`, instead of what is there.

    Everybody is signed out. Raises RestoreRefused and UnreadableBackup; rows and media are then as before.
    """
    try:
        if unapplied_migrations():
            raise RestoreRefused("The database is older than this code. Run: manage.py migrate")
        if not replace:
            _require_empty(media)
        with _Media(media, backup) as pictures:
            _put_rows(backup, pictures=pictures, replace=replace)
    except OSError as error:
        about = f" ({error.filename})" if error.filename else ""
        reason = (error.strerror or str(error)).lower()
        raise RestoreRefused(f"The pictures cannot be written: {reason}{about}. Nothing was changed.") from error
    except DatabaseError as error:
        raise RestoreRefused(f"The database refused. {its_words(error)} Nothing was changed.") from error
    finally:
        ContentType.objects.clear_cache()


@operation
def _put_rows(backup: Backup, *, pictures: "_Media", replace: bool) -> None:
    tables = {table.model: table for table in backup.manifest.tables}
    ordered = backed_up_models()
    with connection.cursor() as cursor:
        quoted = [
            connection.ops.quote_name(model._meta.db_table) for model in (*(LEFT_OUT - IMPORTED), *reversed(ordered))
        ]
        if connection.vendor == "postgresql":
            # Nobody writes between the look and the end; readers, and a backup that runs, are not disturbed.
            cursor.execute(f"LOCK TABLE {', '.join(sorted(quoted))} IN EXCLUSIVE MODE")
        if not replace:
            _require_empty(pictures.directory)
        for name in quoted:
            # Not TRUNCATE: a snapshot that began earlier would see an empty table.
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608
    for model in ordered:
        table = tables[model._meta.label_lower]
        try:
            _insert(model, backup.lines_of(table))
        except (DatabaseError, RecursionError, OverflowError, TypeError, ValueError) as error:
            raise RestoreRefused(
                f"The rows of {model._meta.verbose_name_plural} cannot be restored. {its_words(error)} Nothing was changed."
            ) from error
    connection.check_constraints()
    for model in ordered:
        set_last_id(model, last_id=tables[model._meta.label_lower].last_id)
    refresh_all_entries()
    pictures.swap()


def _insert(model: type[models.Model], lines: Iterator[bytes]) -> None:
    into = ", ".join(map(connection.ops.quote_name, columns_of(model)))
    table = f"{connection.ops.quote_name(model._meta.db_table)} ({into})"
    decoders = [_decoder(field) for field in fields_of(model)]

    def row(line: bytes) -> list[Any]:
        found = json.loads(line.decode())
        if type(found) is not list or len(found) != len(decoders):
            raise ValueError("A row has not the columns of its table.")
        return [None if value is None else decode(value) for decode, value in zip(decoders, found, strict=True)]

    rows = map(row, lines)
    # Not bulk_create(): an instance for each row costs more than its writing.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for values in rows:
                    copy.write_row(values)
            return
        sql = f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(decoders))})"  # noqa: S608
        while batch := list(islice(rows, BATCH)):
            cursor.executemany(sql, batch)


def _decoder(field: AnyField) -> Callable[[Any], Any]:
    """What makes a value of the file, other than null, one of the database. Raises TypeError and ValueError."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    ops = connection.ops

    def of(*types: type) -> Callable[[Any], Any]:
        # SQLite would take any type in any column, and every page would fail later.
        def same(value: Any) -> Any:
            if type(value) not in types:
                raise TypeError(f"{field.column} does not hold {value!r:.80}.")
            return value

        return same

    match field:
        case models.CharField() | models.TextField() | models.FileField() | models.JSONField():
            return of(str)
        case models.IntegerField():
            return of(int)
        case models.BooleanField():
            return of(bool)
        case models.FloatField():
            return of(float, int)
        # Parsed here: PostgreSQL would take "yesterday" for a moment.
        case models.DateTimeField():
            return lambda value: ops.adapt_datetimefield_value(datetime.fromisoformat(value))
        case models.DateField():
            return lambda value: ops.adapt_datefield_value(date.fromisoformat(value))
        case models.TimeField():
            return lambda value: ops.adapt_timefield_value(time.fromisoformat(value))
    return lambda value: field.get_db_prep_save(field.to_python(value), connection)


def _require_empty(media: Path) -> None:
    found = []
    for model in backed_up_models():
        label = model._meta.label_lower
        if label not in NOT_MADE_BY_PEOPLE and (count := model._base_manager.count()):
            name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            # First what people come for; history and the log say nothing that the things themselves do not, unless they are gone.
            is_minor = hasattr(model, "instance_type") or model is AuditEntry or bool(model._meta.auto_created)
            found.append((is_minor, model._meta.app_label != "rallies", f"{count} {name}"))
    words = [text for *_, text in sorted(found, key=lambda entry: entry[:2])]
    if files := sum(1 for _ in files_in(media)):
        words.append("1 media file" if files == 1 else f"{files} media files")
    if words:
        said = ", ".join([*words[:6], "and more"] if len(words) > 6 else words)
        raise RestoreRefused(
            f"This installation is not empty: it holds {said}. Restore into an empty one, "
            "or lose what is here and put the backup in its place with --replace."
        )


class _Media:
    """The media of a backup, unpacked beside those that are there; swap() exchanges them, a failure exchanges back."""

    def __init__(self, directory: Path, backup: Backup) -> None:
        self.directory = directory
        self._backup = backup
        self._moved: list[tuple[Path, Path]] = []

    def __enter__(self) -> "_Media":
        members = self._backup.manifest.media
        self.directory.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.directory).free < sum(member.size for member in members):
            raise RestoreRefused(f"There is not enough room for the pictures of the backup in {self.directory}.")
        # Inside, so that each move is one step on one file system.
        self._work = Path(tempfile.mkdtemp(prefix=WORK_PREFIX, dir=self.directory))
        try:
            for part in ("new", "old"):
                (self._work / part).mkdir()
            for member in members:
                path = self._work / "new" / member.name.removeprefix("media/")
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as stream:
                    for chunk in self._backup.bytes_of(member):
                        stream.write(chunk)
                path.chmod(0o644)
            if members:
                os.sync()
        except BaseException:
            shutil.rmtree(self._work, ignore_errors=True)
            raise
        return self

    def swap(self) -> None:
        kept = {NOT_MEDIA, *(path.name for path in self.directory.glob(f"{WORK_PREFIX}*"))}
        for path in [path for path in self.directory.iterdir() if path.name not in kept]:
            self._move(path, self._work / "old" / path.name)
        for path in list((self._work / "new").iterdir()):
            self._move(path, self.directory / path.name)

    def _move(self, source: Path, target: Path) -> None:
        source.rename(target)
        self._moved.append((source, target))

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure:
            while self._moved:
                source, target = self._moved.pop()
                target.rename(source)
        shutil.rmtree(self._work, ignore_errors=True)
