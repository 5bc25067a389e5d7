"""The time zone of a point, from shapes that ship with tzfpy: nobody is asked."""

from dataclasses import dataclass
from functools import cache
from math import asin, atan2, cos, degrees, radians, sin
from zoneinfo import available_timezones

from tzfpy import get_tzs

EARTH_KM = 6371.0088
NEAR_KM = 5.0
"""The shapes are simplified by some hundred metres, and people place points by hand: a border within this
distance is worth a question."""
_AROUND = 8

# Names that zones had and have, oldest first: one of them is in whatever zone data there is.
_RENAMED = (
    ("America/Godthab", "America/Nuuk"),
    ("Asia/Calcutta", "Asia/Kolkata"),
    ("Asia/Katmandu", "Asia/Kathmandu"),
    ("Asia/Rangoon", "Asia/Yangon"),
    ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
    ("Atlantic/Faeroe", "Atlantic/Faroe"),
    ("Europe/Kiev", "Europe/Kyiv"),
    ("Pacific/Enderbury", "Pacific/Kanton"),
    ("Pacific/Ponape", "Pacific/Pohnpei"),
    ("Pacific/Truk", "Pacific/Chuuk"),
    ("Pacific/Yap", "Pacific/Chuuk"),
    ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("America/Indianapolis", "America/Indiana/Indianapolis"),
    ("America/Louisville", "America/Kentucky/Louisville"),
    ("Africa/Asmera", "Africa/Asmara"),
)


@dataclass(frozen=True, slots=True)
class PointZone:
    """The zone of a point.

    `timezone` is an IANA name that our zone data knows; at sea a nautical one such as Etc/GMT+5, or "". `here` has
    every zone that claims the point itself, `timezone` first: two where people of one city keep two clocks. `near`
    has further zones of land within `NEAR_KM`.
    """

    timezone: str
    here: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    @property
    def is_sea(self) -> bool:
        return is_nautical(self.timezone)

    @property
    def is_border(self) -> bool:
        """Another zone of land claims the point, or begins nearby; from the sea, a coast is no border."""
        return not self.is_sea and len(self.choices) > 1

    @property
    def choices(self) -> tuple[str, ...]:
        """Zones of land that somebody there may go by, the likeliest first."""
        return tuple(name for name in (*self.here, *self.near) if not is_nautical(name))


def zone_at(latitude: float, longitude: float) -> PointZone:
    """The zone of a point in WGS 84 degrees, and zones nearby. Raises ValueError beyond ±90 and ±180."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"not a point on earth: {latitude}, {longitude}")
    here = _zones(latitude, longitude)
    around = {
        name
        for number in range(_AROUND)
        for name in _zones(*_moved(latitude, longitude, bearing=360 * number / _AROUND))
        if not is_nautical(name)
    }
    return PointZone(timezone=here[0] if here else "", here=here, near=tuple(sorted(around - set(here))))


def zone_of_location(point: PointZone | None, *, place_zone: str) -> str:
    """The zone of a location that states none: that of its point. Its place decides where the point lies at sea,
    where two zones claim it, and where there is no point. "" if nothing is known."""
    if point is None:
        return place_zone
    if place_zone and (point.is_sea or place_zone in point.here):
        return place_zone
    return point.timezone


def is_nautical(timezone: str) -> bool:
    """Whether a zone is one of the open sea, or none."""
    return timezone in {"", "Etc/GMT", "Etc/UTC"} or timezone.startswith(("Etc/GMT+", "Etc/GMT-"))


def known_zone(timezone: str) -> str:
    """The present name of a zone; the other of its names where our zone data lacks it, "" where it has neither."""
    for old, new in _RENAMED:
        if timezone in (old, new):
            return next((name for name in (new, old) if name in _known()), "")
    return timezone if timezone in _known() else ""


def _zones(latitude: float, longitude: float) -> tuple[str, ...]:
    names = (known_zone(name) for name in get_tzs(longitude, latitude))
    # Shapes of the sea overlap those of coasts a little.
    return tuple(sorted(dict.fromkeys(name for name in names if name), key=is_nautical))


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def _moved(latitude: float, longitude: float, *, bearing: float) -> tuple[float, float]:
    """The point (latitude, longitude) that lies `NEAR_KM` away in a direction, degrees from north; over poles and
    the date line, too."""
    angle, way = NEAR_KM / EARTH_KM, radians(bearing)
    north, east = radians(latitude), radians(longitude)
    there = asin(max(-1.0, min(1.0, sin(north) * cos(angle) + cos(north) * sin(angle) * cos(way))))
    east += atan2(sin(way) * sin(angle) * cos(north), cos(angle) - sin(north) * sin(there))
    return degrees(there), (degrees(east) + 540) % 360 - 180
