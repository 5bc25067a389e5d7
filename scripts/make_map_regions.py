"""Makes the borders between states and provinces outside the United States: scripts/make_map_regions.py FOLDER, which holds
r-cran-rnaturalearthdata_0.1.0-2_all.deb, a package of Debian, unpacked (dpkg-deb -x).

It holds Natural Earth's states of Australia, Brazil, Canada and the United States at 1:50m, as R keeps objects. What is kept of them are
the lines that two states of a country share, thinned as the other shapes are, as TopoJSON. The same input gives the same bytes.
"""

import bz2
import gzip
import hashlib
import json
import lzma
import struct
import sys
import zlib
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from make_map_shapes import VENDOR, _thinned

PACKAGE = "rnaturalearthdata-0.1.0"
# Of the United States there are finer ones.
LEFT_OUT = "United States of America"
STEPS = 1000  # to a degree, eight times finer than what is thinned
LICENSE = """\
regions.json is made by scripts/make_map_regions.py from states50 of the R package rnaturalearthdata 0.1.0,
as Debian packs it (r-cran-rnaturalearthdata 0.1.0-2). The package is CC0; what it holds is from Natural Earth
(https://www.naturalearthdata.com/), which is in the public domain.
"""


def main(folder: str) -> None:
    data = Path(folder) / "usr/lib/R/site-library/rnaturalearthdata/data"
    index = _Reader(gzip.decompress((data / "Rdata.rdx").read_bytes())).whole()["variables"]
    first, length = index["states50"]
    body = (data / "Rdata.rdb").read_bytes()[first : first + length]
    size, kind = struct.unpack(">I", body[:4])[0], body[4:5]
    unpack = {b"Z": lzma_raw, b"2": bz2.decompress}.get(kind)
    unpacked = unpack(body[5:]) if unpack else zlib.decompress(body[4:])
    assert len(unpacked) == size
    states = _Reader(unpacked).whole()
    _write(_shared(states))


def lzma_raw(body: bytes) -> bytes:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6}]
    return lzma.decompress(body, format=lzma.FORMAT_RAW, filters=filters)


class _Reader:
    """What R's serialize() wrote, in its XDR form: lists and objects as dicts by name, vectors as lists."""

    def __init__(self, body: bytes) -> None:
        self.body, self.at, self.known = body, 0, []

    def whole(self):
        assert self.body[:2] == b"X\n"
        self.at = 2
        version, _, _ = (self.number() for _ in range(3))
        if version == 3:
            self.take(self.number())
        return self.item()

    def take(self, count: int) -> bytes:
        self.at += count
        return self.body[self.at - count : self.at]

    def number(self) -> int:
        return struct.unpack(">i", self.take(4))[0]

    def item(self):
        flags = self.number()
        kind, has_attributes = flags & 255, flags & 512
        if kind in (254, 253, 242, 251):
            return None
        if kind == 255:
            return self.known[(flags >> 8 or self.number()) - 1]
        if kind == 1:
            self.known.append(self.item())
            return self.known[-1]
        if kind == 2:
            return self.pairs(flags)
        if kind == 9:
            length = self.number()
            return None if length < 0 else self.take(length).decode("utf-8", "replace")
        if kind == 25:
            return self.item()
        count = self.number()
        if kind in (10, 13):
            value = list(struct.unpack(f">{count}i", self.take(4 * count)))
        elif kind == 14:
            value = list(struct.unpack(f">{count}d", self.take(8 * count)))
        elif kind in (16, 19):
            value = [self.item() for _ in range(count)]
        else:
            raise ValueError(f"kind {kind} at {self.at}")
        attributes = self.item() if has_attributes else {}
        if kind == 13 and "levels" in attributes:
            return [attributes["levels"][n - 1] if n > 0 else None for n in value]
        names = attributes.get("names")
        return dict(zip(names, value, strict=True)) if kind == 19 and names else value

    def pairs(self, flags: int) -> dict:
        found = {}
        while flags & 255 == 2:
            if flags & 512:
                self.item()
            tag = self.item() if flags & 1024 else None
            found[tag] = self.item()
            flags = self.number()
        assert flags & 255 == 254
        return found


def _shared(states: dict) -> list[list[tuple[int, int]]]:
    """Lines whose pieces belong to two states of one country, on a grid of STEPS."""
    owners = defaultdict(set)
    countries = states["data"]["admin"]
    for number, (country, state) in enumerate(zip(countries, states["polygons"], strict=True)):
        if country == LEFT_OUT:
            continue
        for ring in state["Polygons"]:
            flat = ring["coords"]
            half = len(flat) // 2
            # First all longitudes, then all latitudes.
            points = [(round(x * STEPS), round(y * STEPS)) for x, y in zip(flat[:half], flat[half:], strict=True)]
            for one, other in pairwise(points):
                if one != other:
                    owners[min(one, other), max(one, other)].add((country, number))
    pieces = [piece for piece, who in owners.items() if len(who) > 1 and len({country for country, _ in who}) == 1]
    return _chained(sorted(pieces))


def _chained(pieces: list) -> list[list[tuple[int, int]]]:
    """Pieces put end to end, from one fork to the next."""
    ends = defaultdict(list)
    for piece in pieces:
        for point in piece:
            ends[point].append(piece)
    used, lines = set(), []

    def walk(point, piece):
        line = [point]
        while piece is not None:
            used.add(piece)
            point = piece[1] if piece[0] == point else piece[0]
            line.append(point)
            rest = [p for p in ends[point] if p not in used]
            piece = rest[0] if len(ends[point]) == 2 and rest else None
        return line

    forks = [point for point in sorted(ends) if len(ends[point]) != 2]
    for point in [*forks, *sorted(ends)]:
        for piece in ends[point]:
            if piece not in used:
                lines.append(walk(point, piece))
    return lines


def _write(lines: list[list[tuple[int, int]]]) -> None:
    scale = [1 / STEPS, 1 / STEPS]
    arcs = []
    for line in lines:
        steps = [line[0], *((bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(line))]
        arcs.append(_thinned([list(step) for step in steps], scale))
    made = {
        "type": "Topology",
        "transform": {"scale": [round(value, 9) for value in scale], "translate": [0, 0]},
        "objects": {"regions": {"type": "MultiLineString", "arcs": [[n] for n in range(len(arcs))]}},
        "arcs": arcs,
    }
    folder = VENDOR / PACKAGE
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "regions.json").write_text(json.dumps(made, separators=(",", ":")), encoding="ascii")
    (folder / "LICENSE").write_text(LICENSE, encoding="ascii")
    sums = (
        f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in sorted(("LICENSE", "regions.json"))
    )
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
