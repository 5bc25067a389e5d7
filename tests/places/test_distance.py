"""Distances on the ball, and the radii that people choose from."""

from math import dist, pi

import pytest

from rallies.places.distance import (
    EARTH_RADIUS_KM,
    RADII_KM,
    USUAL_RADIUS_KM,
    Point,
    chord_squared,
    counts_in_miles,
    kilometres,
    miles,
    unit_vector,
)

TUCSON, PHOENIX = Point(32.2217, -110.9265), Point(33.4484, -112.0740)
DEGREE_KM = EARTH_RADIUS_KM * pi / 180


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (TUCSON, TUCSON, 0),
        (TUCSON, PHOENIX, 173.5),
        (Point(0, 0), Point(0, 1), DEGREE_KM),
        (Point(10, 179.5), Point(10, -179.5), 109.5),
        (Point(0, 180), Point(0, -180), 0),
        (Point(90, 0), Point(90, 137), 0),
        (Point(89.5, 0), Point(89.5, 180), DEGREE_KM),
        (Point(-90, 12), Point(-89, -80), DEGREE_KM),
        (Point(0, 0), Point(0, 180), DEGREE_KM * 180),
        (Point(31, 40), Point(-31, -140), DEGREE_KM * 180),
    ],
)
def test_kilometres(one: Point, other: Point, expected: float) -> None:
    assert kilometres(one, to=other) == pytest.approx(expected, abs=0.2 if expected in {173.5, 109.5} else 1e-6)
    assert kilometres(other, to=one) == pytest.approx(kilometres(one, to=other), abs=1e-9)
    chord = dist(unit_vector(one), unit_vector(other)) ** 2
    assert chord == pytest.approx(chord_squared(kilometres(one, to=other)), abs=1e-12)


def test_radii_rise_and_the_usual_one_is_among_them() -> None:
    assert (tuple(sorted(RADII_KM)), USUAL_RADIUS_KM in RADII_KM) == (RADII_KM, True)


def test_miles_where_people_count_in_them() -> None:
    assert [counts_in_miles(code) for code in ("US", "GB", "LR", "MM", "DE", "IE", "us", "")] == [True] * 4 + [
        False
    ] * 4
    assert round(miles(50), 2) == 31.07
