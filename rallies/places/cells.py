"""Cells of the earth's surface, by which an index finds what is near (H3, hexagons and twelve pentagons)."""

from functools import lru_cache

from h3.api import basic_int as h3

from .distance import Point, kilometres

RESOLUTION = 4
"""A cell is some 45 km across. The usual radius of 50 km then meets about a dozen cells and the largest fewer than 200,
each of which costs one look into the index; larger cells would make a search in one town read all of the next."""
# Edges of cells are straight on the map that H3 projects from, which is a hair beside the shortest way on the ball.
MARGIN = 1.02


def cell_of(point: Point) -> int:
    """The cell in which a point lies, as a signed integer of 64 bits (the highest bit of H3 is always 0)."""
    return int(h3.latlng_to_cell(point.latitude, point.longitude, RESOLUTION))


@lru_cache(maxsize=2048)
def cells_within(point: Point, *, radius_km: float) -> tuple[int, ...]:
    """Every cell that holds a point at most `radius_km` away, in ascending order; a few at the rim hold none.

    The cells that a disc meets hang together, so that going from neighbour to neighbour finds them all.
    """
    start = cell_of(point)
    found, waiting = {start}, [start]
    while waiting:
        for cell in h3.grid_disk(waiting.pop(), 1):
            if cell not in found and _may_reach(cell, point, radius_km=radius_km):
                found.add(cell)
                waiting.append(cell)
    return tuple(sorted(found))


def least_km(cell: int, *, to: Point) -> float:
    """How far what lies in a cell is at least; never more than it really is, and 0 around the point itself."""
    middle, size_km = _ball_around(cell)
    return max(kilometres(to, to=middle) - size_km * MARGIN, 0.0)


def _may_reach(cell: int, point: Point, *, radius_km: float) -> bool:
    middle, size_km = _ball_around(cell)
    return kilometres(point, to=middle) <= radius_km + size_km * MARGIN


@lru_cache(maxsize=65536)
def _ball_around(cell: int) -> tuple[Point, float]:
    """The middle of a cell, and how far its farthest corner is from it (kilometres)."""
    middle = Point(*h3.cell_to_latlng(cell))
    return middle, max(kilometres(middle, to=Point(*corner)) for corner in h3.cell_to_boundary(cell))
