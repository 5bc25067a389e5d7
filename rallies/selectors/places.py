"""Places of the gazetteer."""

from dataclasses import dataclass

from django.db.models import Q

from rallies.enums import PlaceKind
from rallies.models import Action, Location, Place
from rallies.places.distance import Point

from .errors import UnknownPlace
from .keys import among
from .postal_codes import postal_point


@dataclass(frozen=True, slots=True)
class NearPlace:
    """What people can be near to: the names of a place, its country (ISO 3166-1 alpha-2) and its point."""

    key: str
    name: str
    region: str
    country: str
    point: Point
    is_postal_code: bool = False


def near_point(key: str) -> NearPlace:
    """The place or postal code of a key with its point, as `near=` names it. Raises `UnknownPlace`, also for a country
    or a region: it has a middle, and nobody is near to that."""
    row = (
        Place.objects.filter(key=key, kind=PlaceKind.CITY, latitude__isnull=False)
        .values_list("key", "name", "region", "country", "latitude", "longitude")
        .first()
    )
    if row is None:
        return _postal(key)
    key, name, region, country, latitude, longitude = row
    return NearPlace(key, name, region, country, Point(latitude or 0.0, longitude or 0.0))


def _postal(key: str) -> NearPlace:
    code = postal_point(key)
    if code is None:
        raise UnknownPlace(key)
    point = Point(code.latitude, code.longitude)
    return NearPlace(code.key, code.name, code.region, code.country, point, is_postal_code=True)


def has_place(key: str) -> bool:
    return Place.objects.filter(key=key).exists()


def place_name(key: str) -> str:
    """The name of a place as people say it, "" for an unknown key."""
    return Place.objects.filter(key=key).values_list("name", flat=True).first() or ""


def inside(key: str, *, prefix: str) -> Q:
    """The condition that an action lies in a place: in the city itself, or anywhere in the region or country.

    `prefix` leads to the action, such as "action__"; "" from undated ones, which are few. What is asked are words and codes that
    are public of a withheld place too.
    """
    place = Place.objects.filter(key=key).first()
    if place is None:
        return Q(pk__in=[])
    if place.kind == PlaceKind.CITY:
        # Its locations by themselves: joined, SQLite begins with all that was ever published.
        return Q(**{f"{prefix}location__in": Location.objects.filter(place=place.pk).values("pk")})
    there = Q(country=place.country)
    if place.kind == PlaceKind.REGION:
        named = Q(place=place.pk) | Q(region=place.name)
        if place.region_code:
            # Its places by themselves: joined, PostgreSQL reads all places that there are.
            of_region = Place.objects.filter(country=place.country, region_code=place.region_code)
            named |= Q(region_code=place.region_code) | Q(place__in=of_region.values("pk"))
        there &= named
    locations = Location.objects.filter(there).values("pk")
    if not prefix:
        return Q(location__in=locations)
    return among(Action.objects.filter(location__in=locations).values("pk"), prefix=prefix)
