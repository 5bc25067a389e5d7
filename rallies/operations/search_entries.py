"""What published actions are found by: written together with whatever it is made of."""

from collections.abc import Sequence
from typing import Any

from rallies.enums import Publication
from rallies.models import Action, SearchEntry
from rallies.selectors.gate import point_of, with_public_parts

from .facets import FACET_FIELDS, FACETS, facets_of
from .saving import write_fields
from .search_words import Words, digest_of, forget_all_words, forget_words, store_words, words_of

ENTRIES = f"5-{FACETS}"
"""What an entry is made by; raise the number when `entry_of` makes something else."""
BATCH = 500
FIELDS = (*FACET_FIELDS, "latitude", "longitude", "words_digest")


def refresh_entries(actions: Sequence[Action]) -> int:
    """Make the entries of actions what the world sees of them, and take away those of what it does not see; how many
    changed. The actions were read by `texts.with_parts`, if they are published."""
    hidden = [row.pk for row in actions if row.publication != Publication.PUBLISHED]
    if hidden:
        SearchEntry.objects.filter(pk__in=hidden).delete()
        forget_words(hidden)
    words = {row.pk: words_of(row) for row in actions if row.publication == Publication.PUBLISHED}
    wanted = [entry_of(row, words[row.pk]) for row in actions if row.pk in words]
    there = SearchEntry.objects.in_bulk([row.pk for row in wanted])
    new = [row for row in wanted if row.pk not in there]
    changed = [row for row in wanted if row.pk in there and _values(row) != _values(there[row.pk])]
    SearchEntry.objects.bulk_create(new)
    write_fields(changed, FIELDS, key="action")
    store_words({row.pk: words[row.pk] for row in wanted if _has_other_words(row, there.get(row.pk))})
    return len(new) + len(changed)


def refresh_all_entries() -> None:
    """Make the entries of all published actions afresh, with all their words, a few hundred at a time."""
    forget_all_words()
    keys = list(Action.objects.published().order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), BATCH):
        rows = Action.objects.filter(pk__in=keys[first : first + BATCH])
        refresh_entries(list(rows.select_related("location__place").prefetch_related(*with_public_parts())))


def _has_other_words(entry: SearchEntry, before: SearchEntry | None) -> bool:
    return before is None or before.words_digest != entry.words_digest


def entry_of(action: Action, words: Words) -> SearchEntry:
    """The entry of a published action, not written."""
    entry = SearchEntry(action=action, **facets_of(action), words_digest=digest_of(words))
    point = point_of(action) if action.start_date is None else None
    if point is not None:
        entry.latitude, entry.longitude = point.latitude, point.longitude
    return entry


def _values(entry: SearchEntry) -> tuple[Any, ...]:
    return tuple(getattr(entry, name) for name in FIELDS)
