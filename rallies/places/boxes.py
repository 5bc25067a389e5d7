"""Rectangles of the earth's surface: what a map shows, rounded to a grid."""

from dataclasses import dataclass
from math import ceil, floor

from .distance import Point, kilometres

STEPS = (0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Degrees of the grids on which corners lie. Each goes into 180 and 90."""
STEPS_ACROSS = 8
"""A box is at least so many steps of its grid high or wide, unless its grid is the finest."""


class NoBox(ValueError):
    """What stands there is no rectangle; `snapped` is the one on the grid that holds it, if it is merely rounded otherwise."""

    def __init__(self, snapped: "Box | None" = None) -> None:
        super().__init__(snapped)
        self.snapped = snapped


@dataclass(frozen=True, slots=True)
class Box:
    """WGS 84 degrees. West of a box over the date line is more than east, as in RFC 7946 §5.2; -180 in the west and 180 in
    the east are the whole way round. The edges belong to it."""

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        return ",".join(f"{value:g}" for value in (self.west, self.south, self.east, self.north))

    @property
    def is_over_the_date_line(self) -> bool:
        return self.west > self.east

    @property
    def width(self) -> float:
        return self.east - self.west + (360 if self.is_over_the_date_line else 0)

    @property
    def middle(self) -> Point:
        east = self.west + self.width / 2
        return Point((self.south + self.north) / 2, east - 360 if east > 180 else east)

    @property
    def reach_km(self) -> float:
        """How far a point of it is from its middle at most; of no use for boxes wider than half the earth."""
        corners = ((self.south, self.west), (self.north, self.west))
        return max(kilometres(self.middle, to=Point(*corner)) for corner in corners)

    def holds(self, point: Point) -> bool:
        return self.south <= point.latitude <= self.north and self._spans(point.longitude)

    def _spans(self, longitude: float) -> bool:
        if self.is_over_the_date_line:
            return self.west <= longitude or longitude <= self.east
        # The date line itself has two names.
        names = (longitude, -longitude) if abs(longitude) == 180 else (longitude,)
        return any(self.west <= name <= self.east for name in names)


def box_of(text: str) -> Box:
    """West, south, east and north in degrees, with commas between. Raises `NoBox`, also for corners that lie on no grid: few
    boxes have few addresses, and none tells where in it somebody looks."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise NoBox from error
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south < north <= 90 and west != east):
        raise NoBox
    box = Box(west, south, east, north)
    snapped = snap(box)
    if str(snapped) != text:
        raise NoBox(snapped)
    return snapped


def snap(box: Box) -> Box:
    """The smallest box on the grid for its size that holds a box."""
    step = STEPS[0]
    while True:
        found = _snapped(box, step)
        coarser = _step_for(found)
        if coarser <= step:
            return found
        step = coarser


def _step_for(box: Box) -> float:
    size = max(box.width, box.north - box.south)
    return max((step for step in STEPS if step * STEPS_ACROSS <= size), default=STEPS[0])


def _snapped(box: Box, step: float) -> Box:
    south, north = floor(box.south / step) * step, ceil(box.north / step) * step
    west = floor(box.west / step) * step
    east = ceil((box.west + box.width) / step) * step
    if east - west >= 360:
        return Box(-180.0, south, 180.0, north)
    west = west - 360 if west >= 180 else west
    east = east - 360 if east > 180 else east
    # No "-0" in an address.
    return Box(west + 0.0, south + 0.0, east + 0.0, north + 0.0)
