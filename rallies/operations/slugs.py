"""Names in addresses: free ones for new things, and the memory of old ones."""

from typing import Any

from django.db.models import Model

from rallies.models import Action, Campaign, OldSlug, Organizer

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


def _is_taken(model: type[Named], slug: str, *, keep: Model | None) -> bool:
    noun = model._meta.model_name or ""
    now_used = model._default_manager.filter(slug=slug)
    once_used = OldSlug.objects.filter(slug=slug, **{f"{noun}__isnull": False})
    if keep is not None:
        now_used = now_used.exclude(pk=keep.pk)
        once_used = once_used.exclude(**{noun: keep})
    return now_used.exists() or once_used.exists()


def remember_slug(row: Named, *, old: str) -> None:
    """Note that a thing was called `old`; its address of then leads to its address of now, for ever."""
    noun = row._meta.model_name or ""
    # A thing that goes back to an earlier name is not an old name of itself.
    OldSlug.objects.filter(slug=row.slug, **{noun: row}).delete()
    owner: dict[str, Any] = {noun: row}
    OldSlug.objects.get_or_create(slug=old, **owner)
