"""What the database lacks of the gazetteer that ships."""

from rallies.models import Place
from rallies.places.gazetteer import GazetteerPlace, gazetteer


def missing_places() -> list[GazetteerPlace]:
    """Places whose key is not there yet, the weightiest first; without those that are there under another key."""
    keys = set(Place.objects.values_list("key", flat=True))
    places = gazetteer()
    missing = [places.place(number) for number in range(len(places)) if places.key(number) not in keys]
    if not missing:
        return []
    ids = set(Place.objects.exclude(geonameid=None).values_list("geonameid", flat=True))
    return [place for place in missing if place.geonameid not in ids]
