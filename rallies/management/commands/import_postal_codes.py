"""Postal codes from a file of GeoNames: a country's, or that of all."""

import io
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management import BaseCommand, CommandError, CommandParser

from rallies.names import is_country
from rallies.operations.postal_codes import load_postal_codes, next_import, remove_old_postal_codes
from rallies.places.postal_codes import BadLine, PostalLine, read_lines

BATCH = 2000
MOST_TOLD = 20


class Command(BaseCommand):
    help = (
        "Reads postal codes in the format of GeoNames, from a .txt or .zip file. Again, it updates them, and removes "
        "what a country's file no longer has. The first line of a code gives its place and point."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="Such as US.zip or allCountries.txt.")
        parser.add_argument("--country", default="", metavar="CODE", help="Of this country alone, such as US.")

    def handle(self, *args: Any, file: Path, country: str, **options: Any) -> None:
        country = country.upper()
        if country and not is_country(country):
            raise CommandError(f"No country has the code {country}. Codes have two letters, such as US.")
        began, number = time.monotonic(), next_import()
        self.again, self.bad = 0, list[BadLine]()
        self.seen: set[str] = set()
        self.countries: set[str] = set()
        try:
            with _lines_of(file) as lines:
                self._load(read_lines(lines, country=country), number=number)
        except (OSError, UnicodeDecodeError, zipfile.BadZipFile, zlib.error) as error:
            raise CommandError(
                f"{file} cannot be read to its end: {error}. {len(self.seen):,} codes were loaded, none removed."
            ) from error
        self._tell_bad_lines()
        if not self.seen:
            of = f" of {country}" if country else ""
            raise CommandError(f"{file} has no postal code{of}. Nothing was changed.")
        # A line that cannot be read may be that of a code: its country keeps what it has.
        doubtful = {bad.country for bad in self.bad}
        whole = set() if "" in doubtful else self.countries - doubtful
        removed = remove_old_postal_codes(whole, number=number)
        self.stdout.write(
            f"Loaded {len(self.seen):,} postal codes of {len(self.countries):,} countries in "
            f"{time.monotonic() - began:.1f} s. Removed: {removed:,}. Further lines of the same code: {self.again:,}. "
            f"Bad lines: {len(self.bad):,}."
        )
        if self.bad:
            self.stdout.write("Nothing was removed of countries with bad lines.")

    def _load(self, lines: Iterator[PostalLine | BadLine], *, number: int) -> None:
        batch: list[PostalLine] = []
        for line in lines:
            if isinstance(line, BadLine):
                self.bad.append(line)
            elif line.key in self.seen:
                self.again += 1
            else:
                self.seen.add(line.key)
                self.countries.add(line.country)
                batch.append(line)
            if len(batch) == BATCH:
                load_postal_codes(batch, number=number)
                batch = []
        if batch:
            load_postal_codes(batch, number=number)

    def _tell_bad_lines(self) -> None:
        for bad in self.bad[:MOST_TOLD]:
            self.stderr.write(f"Line {bad.number:,} was left out: {bad.reason}.")
        if len(self.bad) > MOST_TOLD:
            self.stderr.write(f"And {len(self.bad) - MOST_TOLD:,} more.")


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
