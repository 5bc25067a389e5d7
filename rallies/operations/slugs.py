"""Names in addresses: free ones for new things, and the memory of old ones."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from django.db.models import Model

from rallies.models import Action, Campaign, OldSlug, Organizer
from rallies.text import slug_of

from .saving import assign

# Words that stand, or will stand, in the place of a slug in an address.
RESERVED = frozenset(
    {"add", "all", "archive", "calendar", "day", "days", "embed", "feed", "in", "list", "map", "month", "near", "new"}
    | {"next", "past", "search", "submit", "this-week", "today", "tomorrow", "week", "weekend", "year"}
)

Named = Action | Campaign | Organizer


def free_slug(model: type[Named], wanted: str, *, keep: Model | None = None) -> str:
    """`wanted`, or `wanted-2` and so on: not a name that anything of this kind has or had, except `keep`."""
    candidate, number = wanted, 1
    while candidate in RESERVED or _is_taken(model, candidate, keep=keep):
        number += 1
        suffix = f"-{number}"
        candidate = wanted[: 120 - len(suffix)] + suffix
    return candidate


def free_slugs(model: type[Named], wanted: Sequence[str]) -> list[str]:
    """What `free_slug` gives for each of many new things, one after the other, in a few queries."""
    tried = {name for base in wanted for name in _numbered(base)}
    noun = model._meta.model_name or ""
    taken = set(RESERVED)
    for some in _batches(sorted(tried)):
        taken |= set(model._default_manager.filter(slug__in=some).values_list("slug", flat=True))
        old = OldSlug.objects.filter(slug__in=some, **{f"{noun}__isnull": False})
        taken |= set(old.values_list("slug", flat=True))
    free = []
    for base in wanted:
        found = next((name for name in _numbered(base) if name not in taken), None)
        # Many of one name: whoever makes hundreds of them does not read their numbers.
        free.append(found or f"{base[:100]}-{uuid4().hex[:12]}")
        taken.add(free[-1])
    return free


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + 500] for start in range(0, len(names), 500))


def _numbered(base: str) -> list[str]:
    return [base, *(f"{base[:117]}-{number}" for number in range(2, 10))]


def _is_taken(model: type[Named], slug: str, *, keep: Model | None) -> bool:
    noun = model._meta.model_name or ""
    now_used = model._default_manager.filter(slug=slug)
    once_used = OldSlug.objects.filter(slug=slug, **{f"{noun}__isnull": False})
    if keep is not None:
        now_used = now_used.exclude(pk=keep.pk)
        once_used = once_used.exclude(**{noun: keep})
    return now_used.exists() or once_used.exists()


def rename(row: Named, wanted: str) -> list[str]:
    """Give a thing the free name nearest to `wanted`, if it wants one; the columns that changed. `remember_slug` notes the old
    one once the row is written."""
    if wanted in ("", row.slug):
        return []
    return assign(row, {"slug": free_slug(type(row), slug_of(wanted, fallback=row.slug), keep=row)})


def remember_slug(row: Named, *, old: str) -> None:
    """Note that a thing was called `old`; its address of then leads to its address of now, for ever."""
    noun = row._meta.model_name or ""
    # A thing that goes back to an earlier name is not an old name of itself.
    OldSlug.objects.filter(slug=row.slug, **{noun: row}).delete()
    owner: dict[str, Any] = {noun: row}
    OldSlug.objects.get_or_create(slug=old, **owner)
