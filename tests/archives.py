"""Small PMTiles archives: the same tile everywhere, as pictures or as vectors."""

import gzip
from io import BytesIO
from pathlib import Path

from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from config.env import Archive

BLUE = (10, 120, 200)
CREDIT = (
    '<a href="https://osm.example/">© OpenStreetMap</a> <b>contributors</b> &amp; <img src="/no-such-picture">others'
)
EXTENT = 4096


def raster_archive(path: Path, *, deepest: int = 2) -> Archive:
    picture = BytesIO()
    Image.new("RGB", (256, 256), BLUE).save(picture, "PNG")
    return _archive(path, picture.getvalue(), deepest, TileType.PNG, {"attribution": CREDIT})


def vector_archive(path: Path, *, deepest: int = 2, schema: str = "protomaps") -> Archive:
    """In each tile: land on its left half and water on its right, a road across the land, and the name of a country. Layers are
    those of Protomaps, which has land, or of OpenMapTiles, which has water."""
    left, right = ([(x, 0), (x + EXTENT // 2, 0), (x + EXTENT // 2, EXTENT), (x, EXTENT)] for x in (0, EXTENT // 2))
    road, middle = [(0, EXTENT // 4), (EXTENT // 2, EXTENT // 4)], [(EXTENT // 4, EXTENT // 2)]
    if schema == "protomaps":
        names = ("earth", "roads", "places")
        tags = ({"kind": "earth"}, {"kind": "highway"}, {"kind": "country", "name": "Testland"})
    else:
        names = ("water", "transportation", "place")
        tags = ({"class": "ocean"}, {"class": "motorway"}, {"class": "country", "name": "Testland"})
    shapes = ([left if schema == "protomaps" else right], [road], [middle])
    tile = b"".join(layer(names[n], 3 - n, shapes[n], tags[n]) for n in range(3))
    told = {"attribution": "© Testland", "vector_layers": [{"id": name, "fields": {}} for name in names]}
    return _archive(path, gzip.compress(tile), deepest, TileType.MVT, told)


def layer(name: str, kind: int, shapes: list[list[tuple[int, int]]], tags: dict[str, str]) -> bytes:
    """A layer of the Mapbox Vector Tile format; `kind` is 1 for points, 2 for lines, 3 for polygons."""
    pairs = b"".join(_number(n) * 2 for n in range(len(tags)))
    features = b"".join(
        _field(2, _field(2, pairs) + _varint(3, kind) + _field(4, _commands(kind, shape))) for shape in shapes
    )
    keys = b"".join(_field(3, key.encode()) for key in tags)
    values = b"".join(_field(4, _field(1, value.encode())) for value in tags.values())
    return _field(3, _varint(15, 2) + _field(1, name.encode()) + features + keys + values + _varint(5, EXTENT))


def _archive(path: Path, tile: bytes, deepest: int, kind: TileType, metadata: dict) -> Archive:
    with path.open("wb") as file:
        writer = Writer(file)
        # Their numbers go on from zoom to zoom.
        for number in range(zxy_to_tileid(deepest + 1, 0, 0)):
            writer.write_tile(number, tile)
        writer.finalize(_header(kind), metadata)
        # The writer takes the first tile of a run for the last one.
        file.seek(101)
        file.write(bytes([deepest]))
    return Archive(file=path)


def _header(kind: TileType) -> dict:
    return {
        "tile_type": kind,
        "tile_compression": Compression.GZIP if kind == TileType.MVT else Compression.NONE,
        **{"min_lon_e7": -1800000000, "min_lat_e7": -850000000, "max_lon_e7": 1800000000, "max_lat_e7": 850000000},
        **{"center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0},
    }


def _commands(kind: int, shape: list[tuple[int, int]]) -> bytes:
    steps, at = [], (0, 0)
    for x, y in shape:
        steps.append(_number(_zigzag(x - at[0])) + _number(_zigzag(y - at[1])))
        at = (x, y)
    move, line, close = 1 | 1 << 3, 2 | len(steps) - 1 << 3, 7 | 1 << 3
    drawn = _number(move) + steps[0] + (_number(line) + b"".join(steps[1:]) if len(steps) > 1 else b"")
    return drawn + (_number(close) if kind == 3 else b"")


def _zigzag(value: int) -> int:
    return value << 1 ^ value >> 31


def _number(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def _field(number: int, body: bytes) -> bytes:
    return _number(number << 3 | 2) + _number(len(body)) + body


def _varint(number: int, value: int) -> bytes:
    return _number(number << 3) + _number(value)
