"""Postal codes as GeoNames ships them, and as people write them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rallies.names import is_country
from rallies.text import clean_line

COLUMNS = 12
LONGEST_CODE = 20
LONGEST_NAME = 180
LONGEST_REGION = 100
_NOT_FOLDED = re.compile(r"[^a-z0-9]")
# Of a million lines, most name a country, region and place that the one before names too.
_is_country = lru_cache(maxsize=1024)(is_country)
_clean = lru_cache(maxsize=16_384)(clean_line)


@dataclass(frozen=True, slots=True)
class PostalLine:
    """One line of a file: a code with the point of one of its places (WGS 84 degrees); `accuracy` is GeoNames' own,
    from 1, estimated, to 6, the centre of the area; None if not stated."""

    country: str
    code: str
    folded: str
    place_name: str
    region: str
    latitude: float
    longitude: float
    accuracy: int | None

    @property
    def key(self) -> str:
        """As addresses have it: "us-85701"."""
        return f"{self.country.lower()}-{self.folded}"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read: its number from 1 on, why, and its country, "" if that is what is wrong."""

    number: int
    reason: str
    country: str


def fold_code(code: str) -> str:
    """A code without spaces, hyphens and capitals: "SW1A 1AA" → "sw1a1aa"; "" if nothing is left."""
    if code.isascii():
        code = code.lower()
        return code if code.isalnum() else _NOT_FOLDED.sub("", code)
    return _NOT_FOLDED.sub("", unicodedata.normalize("NFKC", code).casefold())


def split_key(key: str) -> tuple[str, str] | None:
    """The country, in capitals, and the folded code of a key such as "us-85701"; None if it is no such key."""
    country, mark, folded = key.partition("-")
    is_key = mark and is_country(country.upper()) and country == country.lower() and folded == fold_code(folded)
    return (country.upper(), folded) if is_key and 0 < len(folded) <= LONGEST_CODE else None


def read_lines(lines: Iterable[str], *, country: str = "") -> Iterator[PostalLine | BadLine]:
    """The lines of a file in GeoNames' format, one by one; with `country` (ISO 3166-1 alpha-2) of that one alone.

    Empty lines are passed over. What does not fit is told and skipped: one bad line among a million is no reason
    to have none.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = line.rstrip("\r\n").split("\t")
        of = cells[0].strip().upper()
        known = of if _is_country(of) else ""
        if country and known and known != country:
            continue
        read = _read(cells, country=known)
        yield BadLine(number, read, known) if isinstance(read, str) else read


def _read(cells: list[str], *, country: str) -> PostalLine | str:
    """The line, or what is wrong with it."""
    if len(cells) != COLUMNS:
        return f"it has {len(cells)} columns instead of {COLUMNS}"
    if not country:
        return f"“{cells[0][:20]}” is no country"
    code, place_name, region = clean_line(cells[1]), _clean(cells[2]), _clean(cells[3])
    folded = fold_code(code)
    if not folded or len(code) > LONGEST_CODE:
        return f"“{code[:40]}” is no postal code"
    try:
        latitude, longitude = float(cells[9]), float(cells[10])
    except ValueError:
        return "its point is no pair of numbers"
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return "its point lies beyond 90 or 180 degrees"
    accuracy = cells[11].strip()
    return PostalLine(
        country=country,
        code=code,
        folded=folded,
        place_name=place_name[:LONGEST_NAME],
        region=region[:LONGEST_REGION],
        latitude=latitude,
        longitude=longitude,
        accuracy=int(accuracy) if accuracy.isascii() and accuracy.isdigit() and len(accuracy) == 1 else None,
    )
