"""Places of the gazetteer."""

from rallies.models import Place


def has_place(key: str) -> bool:
    return Place.objects.filter(key=key).exists()


def place_name(key: str) -> str:
    """The name of a place as people say it, "" for an unknown key."""
    return Place.objects.filter(key=key).values_list("name", flat=True).first() or ""
