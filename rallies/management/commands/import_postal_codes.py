"""Postal codes from a file of GeoNames: a country's, or that of all."""

import io
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from rallies.names import is_country
from rallies.operations.postal_codes import StagedPostalCodes, staged_postal_codes
from rallies.places.postal_codes import BadLine, PostalLine, read_lines

BATCH = 10_000
PROGRESS = 250_000
MOST_TOLD = 20


class Command(BaseCommand):
    help = (
        "Reads postal codes in the format of GeoNames, from a .txt or .zip file, all or none of it. Again, it updates "
        "them, and removes what a country's file no longer has. The first line of a code gives its place and point."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="Such as US.zip or allCountries.txt.")
        parser.add_argument("--country", default="", metavar="CODE", help="Of this country alone, such as US.")

    def handle(self, *args: Any, file: Path, country: str, **options: Any) -> None:
        country = country.upper()
        if country and not is_country(country):
            raise CommandError(f"No country has the code {country}. Codes have two letters, such as US.")
        began = time.monotonic()
        self.lines, self.bad, self.verbosity = 0, 0, options["verbosity"]
        self.doubtful: set[str] = set()
        try:
            with staged_postal_codes() as staged:
                self._stage(staged, file, country=country)
                loaded = staged.put(keep=None if "" in self.doubtful else self.doubtful) if self.lines else None
        except (OSError, UnicodeDecodeError, zipfile.BadZipFile, zlib.error) as error:
            raise CommandError(f"{file} cannot be read to its end: {error}. Nothing was changed.") from error
        except DatabaseError as error:
            raise CommandError(f"The database did not take {file}: {error}. Nothing was changed.") from error
        if self.bad > MOST_TOLD:
            self.stderr.write(f"And {self.bad - MOST_TOLD:,} more.")
        if loaded is None:
            of = f" of {country}" if country else ""
            raise CommandError(f"{file} has no postal code{of}. Nothing was changed.")
        self.stdout.write(
            f"Loaded {loaded.codes:,} postal codes of {loaded.countries:,} countries in "
            f"{time.monotonic() - began:.1f} s. New or changed: {loaded.written:,}. Removed: {loaded.removed:,}. "
            f"Further lines of the same code: {self.lines - loaded.codes:,}. Bad lines: {self.bad:,}."
        )
        if self.bad:
            self.stdout.write("Nothing was removed of countries with bad lines.")

    def _stage(self, staged: StagedPostalCodes, file: Path, *, country: str) -> None:
        with _lines_of(file) as lines:
            good = self._good(read_lines(lines, country=country))
            while batch := list(islice(good, BATCH)):
                staged.add(batch)
                self.lines += len(batch)
                if self.verbosity and self.lines % PROGRESS == 0:
                    self.stdout.write(f"{self.lines:,} lines read.")
                    self.stdout.flush()

    def _good(self, lines: Iterable[PostalLine | BadLine]) -> Iterator[PostalLine]:
        for line in lines:
            if isinstance(line, PostalLine):
                yield line
                continue
            # A line that cannot be read may be that of a code: its country keeps what it has.
            self.doubtful.add(line.country)
            self.bad += 1
            if self.bad <= MOST_TOLD:
                self.stderr.write(f"Line {line.number:,} was left out: {line.reason}.")


@contextmanager
def _lines_of(file: Path) -> Iterator[IO[str]]:
    """The lines of a text file, or of the largest one in a zip: GeoNames puts a readme beside it."""
    if not zipfile.is_zipfile(file):
        with file.open(encoding="utf-8", newline="\n") as lines:
            yield lines
        return
    with zipfile.ZipFile(file) as archive:
        texts = [member for member in archive.infolist() if member.filename.endswith(".txt")]
        if not texts:
            raise CommandError(f"{file} holds no .txt file.")
        largest = max(texts, key=lambda member: member.file_size)
        with archive.open(largest) as stream:
            yield io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
