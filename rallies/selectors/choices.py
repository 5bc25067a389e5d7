"""What a question can be narrowed to: countries, cities and groups that published actions have."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from rallies import names
from rallies.enums import Publication
from rallies.models import Action, Organizer, Participation, Place, SearchEntry
from rallies.text import fold

from .actions import dated_at, undated_answer, undated_to_come
from .filters import ActionFilter
from .keys import by_indexes

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
    languages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries a list would have with each kind and country in the place of the one that is asked for: dates, and
    actions without a date. What has none is not in it."""

    kinds: Mapping[str, int]
    countries: Mapping[str, int]


@by_indexes
def counts(question: ActionFilter, *, now: datetime) -> Counts:
    """At most four queries, however many actions there are."""
    if question.kind or question.country:
        kinds = _counts_by("kind", question=replace(question, kind=""), now=now)
        countries = _counts_by("country", question=replace(question, country=""), now=now)
    else:
        kinds = countries = _counts_by("kind", "country", question=question, now=now)
    return Counts(kinds=_summed(kinds, at=0), countries=_summed(countries, at=-1))


def _counts_by(*columns: str, question: ActionFilter, now: datetime) -> Counter[tuple[str, ...]]:
    asked = replace(question, sort="")
    found: Counter[tuple[str, ...]] = Counter()
    dated, undated = dated_at(asked, now=now), undated_answer(asked, now=now)
    if asked.is_whole_campaign:
        # Narrowed by one of these it is no longer a whole campaign, but what is to come of it.
        dated, undated = dated.filter(over_at__gt=now), undated.filter(undated_to_come(now=now))
    rows: QuerySet[Any, Any]
    for rows, facets in ((dated, ""), (undated, "search_entry__")):
        counted = rows.order_by().values_list(*(facets + column for column in columns)).annotate(count=Count("pk"))
        found += Counter({tuple(values): count for *values, count in counted})
    return found


def _summed(counted: Mapping[tuple[str, ...], int], *, at: int) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for values, count in counted.items():
        found[values[at]] += count
    return found


def choices() -> Choices:
    """Four queries, however many actions there are."""
    published = Action.objects.published()
    codes = SearchEntry.objects.exclude(country="").values_list("country", flat=True)
    places = Place.objects.filter(pk__in=published.values("location__place")).order_by("-population", "key")
    shown = Participation.objects.public().filter(action__publication=Publication.PUBLISHED)
    groups = Organizer.objects.filter(pk__in=shown.values("organizer")).order_by("name", "pk")
    return Choices(
        countries=_sorted((code, names.country_name(code)) for code in codes.order_by().distinct()),
        cities=_sorted((place.key, _city(place)) for place in places[:MOST_CITIES]),
        organizers=_sorted(groups.values_list("slug", "name")[:MOST_GROUPS]),
        languages=_sorted((code, names.language_name(code)) for code in _languages()),
    )


def _languages() -> set[str]:
    """Those that something is held in, without what a code says of a country."""
    held = SearchEntry.objects.exclude(languages="").values_list("languages", flat=True).distinct()
    return {code for codes in held for code in codes.split() if "-" not in code}


def _city(place: Place) -> str:
    country = names.country_name(place.country) if place.country else ""
    return ", ".join(word for word in (place.name, place.region, country) if word)


def _sorted(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs, key=lambda pair: (fold(pair[1]), pair[0])))
