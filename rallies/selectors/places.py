"""Places of the gazetteer."""

from rallies.models import Location, Place


def has_place(key: str) -> bool:
    return Place.objects.filter(key=key).exists()


def place_name(key: str) -> str:
    """The name of a place as people say it, "" for an unknown key."""
    return Place.objects.filter(key=key).values_list("name", flat=True).first() or ""


def has_country(code: str) -> bool:
    """Whether any location or place lies in a country (ISO 3166-1 alpha-2)."""
    return Place.objects.filter(country=code).exists() or Location.objects.filter(country=code).exists()
