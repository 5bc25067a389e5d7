"""Cells cover a radius completely: what is near lies in none that is left out."""

from math import asin, atan2, cos, degrees, radians, sin
from random import Random

import pytest
from h3.api import basic_int as h3

from rallies.places.cells import RESOLUTION, cell_of, cells_within
from rallies.places.distance import EARTH_RADIUS_KM, RADII_KM, Point, kilometres

PENTAGONS = [Point(*h3.cell_to_latlng(cell)) for cell in h3.get_pentagons(RESOLUTION)]
CENTRES = [
    Point(32.2217, -110.9265),
    Point(90, 0),
    Point(-90, 0),
    Point(89.9, 44),
    Point(-89.7, -170),
    Point(0, 180),
    Point(0, -180),
    Point(-17.7, 179.99),
    Point(65.7, -179.98),
    Point(0, 0),
    *PENTAGONS[:4],
]


def away(start: Point, *, distance_km: float, bearing: float) -> Point:
    """The point that lies so far from another, in a direction in radians."""
    lat, lon, angle = radians(start.latitude), radians(start.longitude), distance_km / EARTH_RADIUS_KM
    sine = sin(lat) * cos(angle) + cos(lat) * sin(angle) * cos(bearing)
    there = asin(max(-1.0, min(1.0, sine)))
    over = lon + atan2(sin(bearing) * sin(angle) * cos(lat), cos(angle) - sin(lat) * sin(there))
    return Point(degrees(there), (degrees(over) + 540) % 360 - 180)


@pytest.mark.parametrize("radius", RADII_KM)
def test_no_point_within_a_radius_lies_in_a_cell_that_is_left_out(radius: int) -> None:
    random = Random(radius)
    centres = CENTRES + [Point(degrees(asin(random.uniform(-1, 1))), random.uniform(-180, 180)) for _ in range(60)]
    for centre in centres:
        cells = set(cells_within(centre, radius_km=radius))
        for number in range(300):
            # Most at the rim, where a cell could be missing.
            distance = radius * (0.999999 if number % 3 else random.random())
            found = away(centre, distance_km=distance, bearing=random.uniform(0, 6.2832))
            assert kilometres(centre, to=found) <= radius
            assert cell_of(found) in cells, (centre, found)


def test_cells_are_few_and_fit_into_a_signed_integer() -> None:
    counts = {radius: len(cells_within(Point(32.2217, -110.9265), radius_km=radius)) for radius in RADII_KM}
    assert (counts[10] <= 4, 8 <= counts[50] <= 20, counts[250] < 200) == (True, True, True), counts
    everywhere = {cell for centre in CENTRES for cell in cells_within(centre, radius_km=250)}
    assert all(0 < cell < 2**63 for cell in everywhere)


def test_the_date_line_has_one_cell_on_both_of_its_names() -> None:
    assert cell_of(Point(0, 180)) == cell_of(Point(0, -180))
