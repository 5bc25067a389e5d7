"""The file that a backup is: a zip, what it says of itself, and reading it without trusting it.

`templates/docs/backup.md` tells its format to self-hosters.
"""

import json
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from rallies import __version__

from .backup_tables import backed_up_models, columns_of, known_migrations

FORMAT = "rallies-backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
# Our own directories while a restore runs, and that of a file system's repair.
WORK_PREFIX = ".restore-"
NOT_MEDIA = "lost+found"

CHUNK = 1 << 18
LONGEST_ROW = 1 << 24
LARGEST_MANIFEST = 1 << 26


class BackupProblem(Exception):
    """One sentence on what is wrong and what to do. Nothing was changed."""


class BackupNotMade(BackupProblem):
    pass


class UnreadableBackup(BackupProblem):
    """The file is not a backup, or not a whole one, or not one of ours."""


class BackupDoesNotFit(BackupProblem):
    """A good backup, but of another version of Rallies."""


class RestoreRefused(BackupProblem):
    pass


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside the zip: its name, its bytes unpacked, their SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one model, as a member with one JSON array for each row.

    `last_id` is the highest key that the database ever gave, None if it gives none: the key of a row that
    was deleted is not given again, or the new row would inherit its history.
    """

    model: str
    columns: tuple[str, ...]
    rows: int
    last_id: int | None
    member: Member


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `migrations` are those that its database had, as "app.name"."""

    rallies: str
    made_at: str
    database: str
    migrations: tuple[str, ...]
    left_out: tuple[str, ...]
    tables: tuple[Table, ...]
    media: tuple[Member, ...]

    def to_json(self) -> bytes:
        said = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(self)}
        return json.dumps(said, ensure_ascii=False, indent=1).encode()

    @property
    def summary(self) -> str:
        """In a line, as in "27 actions (812 rows in 34 tables) and 3 media files"."""
        actions = next((table.rows for table in self.tables if table.model == "rallies.action"), 0)
        rows, files = sum(table.rows for table in self.tables), len(self.media)
        return (
            f"{actions} action{'s' * (actions != 1)} ({rows} row{'s' * (rows != 1)} in {len(self.tables)} tables) "
            f"and {files} media file{'s' * (files != 1)}"
        )


class Backup:
    """An open backup file whose members were all found whole, and whose version fits this code."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._archive = archive

    def bytes_of(self, member: Member) -> Iterator[bytes]:
        """Its bytes in chunks. Raises UnreadableBackup, at the latest at the end, if they are not the stated ones."""
        digest, size = sha256(), 0
        with _telling_damage(), self._archive.open(member.name) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                digest.update(chunk)
                yield chunk
        if (size, digest.hexdigest()) != (member.size, member.sha256):
            raise UnreadableBackup(f"The backup is damaged: {member.name} is not what was written.")

    def lines_of(self, table: Table) -> Iterator[bytes]:
        """Its rows as they stand there. Raises UnreadableBackup as bytes_of() does, and if the number is wrong."""
        rest, count = b"", 0
        for chunk in self.bytes_of(table.member):
            *whole, rest = (rest + chunk).split(b"\n")
            count += len(whole)
            if len(rest) > LONGEST_ROW or any(len(line) > LONGEST_ROW for line in whole):
                raise UnreadableBackup(f"The backup is damaged: a row of {table.model} is longer than any can be.")
            yield from whole
        if rest or count != table.rows:
            raise UnreadableBackup(
                f"The backup is damaged: {table.model} has not the {table.rows} rows that it states."
            )


@contextmanager
def open_backup(file: Path) -> Iterator[Backup]:
    """The backup in `file`, after a look at every byte of it.

    Raises UnreadableBackup and BackupDoesNotFit. What a file states of itself bounds what is unpacked.
    """
    try:
        stream = file.open("rb")
    except OSError as error:
        raise UnreadableBackup(f"{file} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    with stream:
        with _telling_damage(f"{file} is not a backup of Rallies, or only a part of one."):
            archive = zipfile.ZipFile(stream)
        with archive:
            manifest = _read_manifest(archive, size=os.fstat(stream.fileno()).st_size)
            _require_fit(manifest)
            backup = Backup(archive, manifest)
            for table in manifest.tables:
                for _line in backup.lines_of(table):
                    pass
            for member in manifest.media:
                for _chunk in backup.bytes_of(member):
                    pass
            yield backup


@contextmanager
def _telling_damage(sentence: str = "The backup is damaged, or only a part of one.") -> Iterator[None]:
    # What zipfile raises for bytes that are not as they should be; RuntimeError is for encrypted ones.
    damage = (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    )
    try:
        yield
    except damage as error:
        raise UnreadableBackup(sentence) from error


def _read_manifest(archive: zipfile.ZipFile, *, size: int) -> Manifest:
    members = {info.filename: info for info in archive.infolist()}
    if MANIFEST not in members or members[MANIFEST].file_size > LARGEST_MANIFEST:
        raise UnreadableBackup("The file is a zip, but not a backup of Rallies.")
    with _telling_damage():
        said = json.loads(archive.read(MANIFEST))
    try:
        if said["format"] != FORMAT or type(said["format_version"]) is not int:
            raise UnreadableBackup("The file is a zip, but not a backup of Rallies.")
        if said["format_version"] > FORMAT_VERSION:
            raise BackupDoesNotFit(
                f"The backup was made by Rallies {said['rallies']}, whose format is newer than this Rallies "
                f"({__version__}) can read. Install that version, and restore again."
            )
        manifest = _manifest_of(said)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableBackup("The backup is damaged: its manifest cannot be understood.") from error
    stated = [table.member for table in manifest.tables] + list(manifest.media)
    if {member.name: member.size for member in stated} != {
        name: info.file_size for name, info in members.items() if name != MANIFEST
    } or len(archive.infolist()) != len(stated) + 1:
        raise UnreadableBackup("The backup is damaged: it does not hold the files that its manifest names.")
    for info in members.values():
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise UnreadableBackup(
                f"The backup holds {info.filename!a}, which is a link or a device. Rallies makes none."
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableBackup(f"The backup holds {info.filename!a}, packed as Rallies packs none.")
    # Members that share their bytes unpack to more than any true file of this size can.
    if sum(info.compress_size for info in members.values()) > size:
        raise UnreadableBackup("The backup is damaged: it states to hold more than it does.")
    for member in manifest.media:
        if not member.name.startswith("media/") or not is_safe(member.name.removeprefix("media/")):
            raise UnreadableBackup(f"The backup holds {member.name!a}, which would be written outside the pictures.")
    return manifest


def _manifest_of(said: Any) -> Manifest:
    """Raises KeyError, TypeError, ValueError or AttributeError for what is not a manifest."""

    def number(value: Any) -> int:
        if type(value) is not int or not 0 <= value < 1 << 63:
            raise ValueError(value)
        return value

    def text(value: Any) -> str:
        if type(value) is not str:
            raise TypeError(value)
        return value

    def texts(values: Any) -> tuple[str, ...]:
        return tuple(text(value) for value in values)

    def member(value: Any) -> Member:
        return Member(name=text(value["name"]), size=number(value["size"]), sha256=text(value["sha256"]))

    def table(value: Any) -> Table:
        return Table(
            model=text(value["model"]),
            columns=texts(value["columns"]),
            rows=number(value["rows"]),
            last_id=None if value["last_id"] is None else number(value["last_id"]),
            member=member(value["member"]),
        )

    return Manifest(
        rallies=text(said["rallies"]),
        made_at=text(said["made_at"]),
        database=text(said["database"]),
        migrations=texts(said["migrations"]),
        left_out=texts(said["left_out"]),
        tables=tuple(table(value) for value in said["tables"]),
        media=tuple(member(value) for value in said["media"]),
    )


def _require_fit(manifest: Manifest) -> None:
    theirs, ours = set(manifest.migrations), set(known_migrations())
    if theirs - ours:
        raise BackupDoesNotFit(
            f"The backup was made by Rallies {manifest.rallies}, which knows changes of the database that this one "
            f"({__version__}) does not, such as {min(theirs - ours)}. Install that version, and restore again."
        )
    if ours - theirs:
        raise BackupDoesNotFit(
            f"The backup was made by Rallies {manifest.rallies}, which is older than this one ({__version__}). "
            f"Install Rallies {manifest.rallies} in an empty place, restore the backup there, then upgrade."
        )
    expected = {model._meta.label_lower: columns_of(model) for model in backed_up_models()}
    if {table.model: table.columns for table in manifest.tables} != expected or len(manifest.tables) != len(expected):
        raise BackupDoesNotFit(f"The backup, made by Rallies {manifest.rallies}, has other tables than this Rallies.")


def files_in(media: Path) -> Iterator[tuple[str, Path]]:
    """The files under `media` by their names there, in a fixed order. Links are followed, rings are not."""
    seen = set()

    def refuse(error: OSError) -> None:
        raise error

    for directory, below, files in os.walk(media, followlinks=True, onerror=refuse if media.exists() else None):
        here = Path(directory)
        if here == media:
            below[:] = [name for name in below if not name.startswith(WORK_PREFIX) and name != NOT_MEDIA]
        real = here.resolve()
        if real in seen:
            below.clear()
            continue
        seen.add(real)
        below.sort()
        for file in sorted(files):
            name = (here / file).relative_to(media).as_posix()
            if not is_safe(name):
                raise BackupNotMade(f"The name of {here / file!a} cannot stand in a backup. Rename the file.")
            if (here / file).is_file():
                yield name, here / file


def is_safe(name: str) -> bool:
    """Whether a file name with slashes stays below the directory that it is put in."""
    parts = name.split("/")
    return (
        name.isprintable()
        and "\\" not in name
        and all(part not in ("", ".", "..") for part in parts)
        and not parts[0].startswith(WORK_PREFIX)
        and parts[0] != NOT_MEDIA
    )


def its_words(error: Exception) -> str:
    """What the database says, in one line."""
    words = str(error).strip().split("\n")[0].rstrip(".")
    return f"It says: {words}." if words else ""
