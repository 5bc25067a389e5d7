"""How far apart two points are, and which radii people choose from."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""The mean radius of the WGS 84 ellipsoid (IUGG): the earth as a ball, which is at most 0.6 % wrong."""
KM_PER_MILE = 1.609344
RADII_KM = (10, 25, 50, 100, 250)
"""The radii that a question may have: few, so that caches hold the answers, and nobody's door is in an address."""
USUAL_RADIUS_KM = 50
MILES_COUNTRIES = frozenset({"AS", "GB", "GG", "GU", "IM", "JE", "LR", "MM", "MP", "PR", "US", "VI"})
"""ISO 3166-1 alpha-2 codes of the countries whose road signs, or people, count in miles."""


@dataclass(frozen=True, slots=True)
class Point:
    """WGS 84 degrees: latitude from -90 to 90, longitude from -180 to 180."""

    latitude: float
    longitude: float


def kilometres(one: Point, *, to: Point) -> float:
    """The length of the shortest way over the ball, by the haversine formula: right for small distances too."""
    south, north = radians(one.latitude), radians(to.latitude)
    half_lat, half_lon = (north - south) / 2, radians(to.longitude - one.longitude) / 2
    share = sin(half_lat) ** 2 + cos(south) * cos(north) * sin(half_lon) ** 2
    # Opposite points may come out a hair above 1.
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(share, 1.0)))


def miles(distance_km: float) -> float:
    return distance_km / KM_PER_MILE


def counts_in_miles(country: str) -> bool:
    """Whether people of a country (ISO 3166-1 alpha-2, "" for none) expect miles beside kilometres."""
    return country in MILES_COUNTRIES


def unit_vector(point: Point) -> tuple[float, float, float]:
    """The point on a ball of radius 1: x to where equator and prime meridian meet, z to the north pole.

    The square of the straight line between two such points rises with their distance, and takes nothing but
    products and sums: every database can compare distances by it, at poles and the date line too.
    """
    lat, lon = radians(point.latitude), radians(point.longitude)
    return (cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat))


def chord_squared(distance_km: float) -> float:
    """The square of the straight line, on a ball of radius 1, between points that are so far apart."""
    return (2 * sin(min(distance_km / (2 * EARTH_RADIUS_KM), radians(90)))) ** 2
