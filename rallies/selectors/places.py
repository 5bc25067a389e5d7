"""Places of the gazetteer."""

from dataclasses import dataclass

from rallies.enums import PlaceKind
from rallies.models import Place
from rallies.places.distance import Point

from .errors import UnknownPlace


@dataclass(frozen=True, slots=True)
class NearPlace:
    """What people can be near to: the names of a place, its country (ISO 3166-1 alpha-2) and its point."""

    key: str
    name: str
    region: str
    country: str
    point: Point


def near_point(key: str) -> NearPlace:
    """The place of a key with its point, as `near=` names it. Raises `UnknownPlace`, also for a country or a region:
    it has a middle, and nobody is near to that."""
    row = (
        Place.objects.filter(key=key, kind=PlaceKind.CITY, latitude__isnull=False)
        .values_list("key", "name", "region", "country", "latitude", "longitude")
        .first()
    )
    if row is None:
        raise UnknownPlace(key)
    key, name, region, country, latitude, longitude = row
    return NearPlace(key, name, region, country, Point(latitude or 0.0, longitude or 0.0))


def has_place(key: str) -> bool:
    return Place.objects.filter(key=key).exists()


def place_name(key: str) -> str:
    """The name of a place as people say it, "" for an unknown key."""
    return Place.objects.filter(key=key).values_list("name", flat=True).first() or ""
