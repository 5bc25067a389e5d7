"""What a question can be narrowed to: countries, cities and groups that published actions have."""

from collections.abc import Iterable
from dataclasses import dataclass

from rallies import names
from rallies.enums import Publication
from rallies.models import Action, Organizer, Participation, Place
from rallies.text import fold

# Each is some 16 bytes of every list, compressed: a first visit costs at most 60 kB in all.
MOST_CITIES = 200
MOST_GROUPS = 100


@dataclass(frozen=True, slots=True)
class Choices:
    """Values with their words, sorted by the words. Long lists hold the places with most people and the groups first
    by name: a value that is not in them can still be asked for by its address."""

    countries: tuple[tuple[str, str], ...]
    cities: tuple[tuple[str, str], ...]
    organizers: tuple[tuple[str, str], ...]


def choices() -> Choices:
    """Three queries, however many actions there are."""
    published = Action.objects.published()
    codes = published.exclude(location=None).exclude(location__country="").values_list("location__country", flat=True)
    places = Place.objects.filter(pk__in=published.values("location__place")).order_by("-population", "key")
    shown = Participation.objects.public().filter(action__publication=Publication.PUBLISHED)
    groups = Organizer.objects.filter(pk__in=shown.values("organizer")).order_by("name", "pk")
    return Choices(
        countries=_sorted((code, names.country_name(code)) for code in codes.order_by().distinct()),
        cities=_sorted((place.key, _city(place)) for place in places[:MOST_CITIES]),
        organizers=_sorted(groups.values_list("slug", "name")[:MOST_GROUPS]),
    )


def _city(place: Place) -> str:
    country = names.country_name(place.country) if place.country else ""
    return ", ".join(word for word in (place.name, place.region, country) if word)


def _sorted(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs, key=lambda pair: (fold(pair[1]), pair[0])))
