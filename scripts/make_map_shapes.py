"""Makes the shapes of the map: scripts/make_map_shapes.py FOLDER, which holds world-atlas-2.0.2 and us-atlas-3.0.1, unpacked.

Both are packages of the npm registry; what is kept of them are coasts and borders, without names and properties, as TopoJSON
whose objects are lines and rings of arcs: `land` (polygons), `borders` (between countries) and, of the United States,
`states` (between states). Points that the map cannot show apart are dropped. The same input gives the same bytes.
"""

import hashlib
import json
import sys
from itertools import pairwise
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "rallies" / "static" / "rallies" / "vendor"
# Degrees. At the deepest zoom without streets a pixel is 0.0055 degrees of longitude, and a line some pixels wide.
LEAST = 0.008


def main(folder: str) -> None:
    world = json.loads((Path(folder) / "world-atlas-2.0.2" / "countries-50m.json").read_text())
    land = world["objects"]["land"]["geometries"][0]["arcs"]
    coast = set(_numbers(land))
    inner = [n for n in sorted(set(_numbers(world["objects"]["countries"]["geometries"]))) if n not in coast]
    objects = {
        "land": {"type": "MultiPolygon", "arcs": land},
        "borders": {"type": "MultiLineString", "arcs": [[number] for number in inner]},
    }
    _write("world-atlas-2.0.2", "world.json", world, objects, source=Path(folder))

    states = json.loads((Path(folder) / "us-atlas-3.0.1" / "states-10m.json").read_text())
    uses: dict[int, int] = {}
    for state in states["objects"]["states"]["geometries"]:
        for number in set(_numbers(state)):
            uses[number] = uses.get(number, 0) + 1
    shared = sorted(number for number, count in uses.items() if count > 1)
    objects = {"states": {"type": "MultiLineString", "arcs": [[number] for number in shared]}}
    _write("us-atlas-3.0.1", "states.json", states, objects, source=Path(folder))


def _numbers(arcs: object) -> list[int]:
    """The numbers of all arcs in nested lists or geometries; a reversed arc counts as itself."""
    if isinstance(arcs, int):
        return [arcs if arcs >= 0 else ~arcs]
    if isinstance(arcs, dict):
        return _numbers(arcs.get("arcs", []))
    return [number for part in arcs for number in _numbers(part)]


def _write(package: str, name: str, topology: dict, objects: dict, *, source: Path) -> None:
    used = sorted(set(_numbers(list(objects.values()))))
    place = {number: at for at, number in enumerate(used)}
    scale = topology["transform"]["scale"]
    made = {
        "type": "Topology",
        "transform": {
            "scale": [round(value, 9) for value in scale],
            "translate": [round(value, 6) for value in topology["transform"]["translate"]],
        },
        "objects": {key: {**value, "arcs": _renumbered(value["arcs"], place)} for key, value in objects.items()},
        "arcs": [_thinned(topology["arcs"][number], scale) for number in used],
    }
    folder = VENDOR / package
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(made, separators=(",", ":")), encoding="ascii")
    (folder / "LICENSE").write_bytes((source / package / "LICENSE").read_bytes())
    sums = (f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in sorted(("LICENSE", name)))
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="ascii")


def _renumbered(arcs: list | int, place: dict[int, int]) -> list | int:
    if isinstance(arcs, int):
        return place[arcs] if arcs >= 0 else ~place[~arcs]
    return [_renumbered(part, place) for part in arcs]


def _thinned(arc: list[list[int]], scale: list[float]) -> list[list[int]]:
    """An arc without the points that are closer than LEAST to the line of the others (Douglas-Peucker)."""
    points, x, y = [], 0, 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x, y))
    # A ring has no line from its first to its last point, and small islands stay islands.
    if len(points) <= 8:
        return arc
    kept = {0, len(points) // 2, len(points) - 1}
    spans = [(0, len(points) // 2), (len(points) // 2, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        far, at = max(
            ((_away(points[n], points[first], points[last], scale), n) for n in range(first + 1, last)),
            default=(0.0, 0),
        )
        if far > LEAST:
            kept.add(at)
            spans += [(first, at), (at, last)]
    line = [points[n] for n in sorted(kept)]
    steps = [(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(line)]
    return [list(line[0]), *([dx, dy] for dx, dy in steps)]


def _away(point: tuple[int, int], first: tuple[int, int], last: tuple[int, int], scale: list[float]) -> float:
    """Degrees from `point` to the line between `first` and `last`."""
    ax, ay = (point[0] - first[0]) * scale[0], (point[1] - first[1]) * scale[1]
    bx, by = (last[0] - first[0]) * scale[0], (last[1] - first[1]) * scale[1]
    length = bx * bx + by * by
    along = min(1.0, max(0.0, (ax * bx + ay * by) / length)) if length else 0.0
    return ((ax - along * bx) ** 2 + (ay - along * by) ** 2) ** 0.5


if __name__ == "__main__":
    main(*sys.argv[1:])
