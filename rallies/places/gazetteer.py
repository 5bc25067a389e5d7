"""The gazetteer that ships with the application, held so that a place costs bytes and not objects.

`data/gazetteer.gz` is one gzip stream: a line of JSON that says how long each part is, then the parts.

    zones    names of time zones, one in a line
    places   one in a line, ordered so that neighbours are alike, with tabs between: key, kind, name, country, line of
             its region, region code, latitude, longitude, population, line of its zone, GeoNames id
    shared   one byte for each name: how many bytes it begins with that the name before it begins with too
    lengths  one byte for each name: how many bytes follow those
    names    these bytes of folded names (`names.fold_name`), which are in the order of their bytes
    refs     for each name the line of its place, times two, plus one if it is the name that the place goes by and not
             one that it has beside: the lowest bytes of all, then the middle ones, then the highest

`scripts/make_gazetteer.py` makes it.
"""

import gzip
import json
import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path

from rallies.enums import PlaceKind

DATA = Path(__file__).parent / "data"
FILE = DATA / "gazetteer.gz"
PARTS = ("zones", "places", "shared", "lengths", "names", "refs")
# Of regions and countries people ask less often than of the city that has the same name.
WEIGHT_OF_KIND: dict[str, float] = {PlaceKind.CITY: 1.0, PlaceKind.REGION: 0.1, PlaceKind.COUNTRY: 0.1}
NONE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class GazetteerPlace:
    """A place. The point is in degrees (WGS 84): of a region that of its biggest city, of a country that of its
    capital, none where no city of it is in the gazetteer. `population` of a region is that of its cities together."""

    key: str
    kind: str
    name: str
    country: str
    region: str
    region_code: str
    latitude: float | None
    longitude: float | None
    population: int
    timezone: str
    geonameid: int | None


def weight_of(*, kind: str, population: int) -> float:
    """How much a place counts among others: the power of ten of its inhabitants, one less for what is no city."""
    return math.log10(population * WEIGHT_OF_KIND[kind] + 10)


class Gazetteer:
    """All places by number: 0 is the weightiest. `names` are all names without anything between, in the order of
    their bytes; name `i` begins at `name_starts[i]`, and `refs[i]` is the number of its place, times two, plus one
    if the place goes by that name."""

    def __init__(self, file: Path) -> None:
        with gzip.open(file) as stream:
            sizes = json.loads(stream.readline())
            parts = {name: stream.read(sizes[name]) for name in PARTS}
        self.zones = parts["zones"].decode().split("\n")
        self._lines = parts["places"]
        self._starts = array("I")
        self.weights = array("f")
        self.latitudes = array("f")
        self.longitudes = array("f")
        self.regions = array("I")
        self.countries = array("I")
        number_of_line = self._read_places()
        self.names, self.name_starts = _names(parts["shared"], parts["lengths"], parts["names"])
        planes = len(parts["refs"]) // 3
        raw = (parts["refs"][planes * plane : planes * (plane + 1)] for plane in range(3))
        refs = (low | middle << 8 | high << 16 for low, middle, high in zip(*raw, strict=True))
        self.refs = array("I", (number_of_line[ref >> 1] << 1 | ref & 1 for ref in refs))

    def _read_places(self) -> "array[int]":
        """The number of each line. Numbers go by weight, and by line where that is the same."""
        lines = [line.split(b"\t") for line in self._lines.split(b"\n")]
        starts = array("I", accumulate((sum(map(len, line)) + 11 for line in lines), initial=0))
        weights = [weight_of(kind=line[1].decode(), population=int(line[8])) for line in lines]
        order = sorted(range(len(lines)), key=lambda line: -weights[line])
        number_of_line = array("I", bytes(4 * len(lines)))
        for number, line in enumerate(order):
            number_of_line[line] = number
        countries = {line[3]: number_of_line[at] for at, line in enumerate(lines) if line[1] == b"country"}
        for at in order:
            _, _, _, country, region, _, latitude, longitude, _, _, _ = lines[at]
            self._starts.append(starts[at])
            self.weights.append(weights[at])
            self.latitudes.append(float(latitude or "nan"))
            self.longitudes.append(float(longitude or "nan"))
            self.regions.append(number_of_line[int(region)] if region else NONE)
            self.countries.append(countries[country])
        return number_of_line

    def __len__(self) -> int:
        return len(self.weights)

    def __iter__(self) -> Iterator[GazetteerPlace]:
        return (self.place(number) for number in range(len(self)))

    def place(self, number: int) -> GazetteerPlace:
        key, kind, name, country, _, code, latitude, longitude, population, zone, geonameid = self._fields(number)
        region = self.regions[number]
        return GazetteerPlace(
            key=key,
            kind=kind,
            name=name,
            country=country,
            region=self._fields(region)[2] if region != NONE else "",
            region_code=code,
            latitude=float(latitude) if latitude else None,
            longitude=float(longitude) if longitude else None,
            population=int(population),
            timezone=self.zones[int(zone)] if zone else "",
            geonameid=int(geonameid) if geonameid else None,
        )

    def names_of(self, number: int) -> tuple[str, ...]:
        """All folded names of a place, those that it has beside its own too, in the order of their bytes."""
        first, end = (
            bisect_left(self._by_place, ref, key=self.refs.__getitem__) for ref in (number * 2, number * 2 + 2)
        )
        return tuple(self.name(at).decode() for at in sorted(self._by_place[first:end]))

    @cached_property
    def _by_place(self) -> "array[int]":
        return array("I", sorted(range(len(self.refs)), key=self.refs.__getitem__))

    def kind(self, number: int) -> str:
        return self._fields(number)[1]

    def name(self, at: int) -> bytes:
        """The folded name at this place in the order of all."""
        return self.names[self.name_starts[at] : self.name_starts[at + 1]]

    def find(self, key: str) -> int | None:
        """The number of the place that has a key, or None."""
        wanted = key.encode(errors="replace")
        at = bisect_left(self._by_key, wanted, key=self._key)
        if at < len(self._by_key) and self._key(self._by_key[at]) == wanted:
            return self._by_key[at]
        return None

    @cached_property
    def _by_key(self) -> "array[int]":
        return array("I", sorted(range(len(self)), key=self._key))

    def key(self, number: int) -> str:
        return self._key(number).decode()

    def _key(self, number: int) -> bytes:
        start = self._starts[number]
        return self._lines[start : self._lines.index(b"\t", start)]

    def _fields(self, number: int) -> list[str]:
        start = self._starts[number]
        end = self._lines.find(b"\n", start)
        return self._lines[start : end if end >= 0 else None].decode().split("\t")


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer that ships, read when it is first asked for."""
    return Gazetteer(FILE)


def _names(shared: bytes, lengths: bytes, tails: bytes) -> "tuple[bytes, array[int]]":
    names = bytearray()
    starts = array("I", [0])
    before = b""
    at = 0
    for same, more in zip(shared, lengths, strict=True):
        before = before[:same] + tails[at : at + more]
        at += more
        names += before
        starts.append(len(names))
    return bytes(names), starts
