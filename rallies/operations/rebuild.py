"""Stored calendar text and public points after something changed that is no row: the site's address, its language, the
format itself, the data of time zones and names, a version that is the first to keep points."""

from datetime import datetime

from django.db import transaction

from rallies.enums import StampScope
from rallies.models import Action, FeedStamp, Occurrence, SearchEntry, SeriesText

from .affected import BATCH, refresh_affected
from .dates import WHEREABOUTS_FIELDS
from .search_entries import FIELDS
from .search_words import forget_all_words
from .stamps import Scopes, move_stamps, scopes_of
from .texts import TEXT_FIELDS, text_is_made_of
from .transaction import operation


def texts_are_current() -> bool:
    """Whether the stored text was made of what is there now; an installation without text counts as current."""
    if Action.objects.published().filter(search_entry=None).exists():
        return False
    made_of = FeedStamp.objects.filter(scope=StampScope.SITE).values_list("made_of", flat=True).first()
    return made_of in {None, text_is_made_of()}


@operation
def rebuild_texts(*, now: datetime) -> int:
    """Make all stored text and all public points afresh; how many dates and series changed. The stamps move only if some did."""
    ids = list(Action.objects.published().values_list("pk", flat=True))
    # Whatever became of the words: their digest alone would be believed.
    forget_all_words()
    changed = refresh_affected(ids, now=now)
    if changed:
        move_stamps(_all_scopes(ids), now=now)
    FeedStamp.objects.filter(scope=StampScope.SITE).update(made_of=text_is_made_of())
    return changed


def stale_actions(*, now: datetime) -> list[str]:
    """The slugs of published actions whose stored text or public points are not what would be made afresh; [] when all
    is as it must be. Nothing is written."""
    ids = list(Action.objects.published().order_by("pk").values_list("pk", flat=True))
    found: list[str] = []
    for start in range(0, len(ids), BATCH):
        found += _stale(ids[start : start + BATCH], now=now)
    return found


@operation
def _stale(ids: list[int], *, now: datetime) -> list[str]:
    # Made afresh by what makes them, so that the proof cannot be about something else; then taken back.
    before = _stored(ids)
    with transaction.atomic():
        refresh_affected(ids, now=now)
        after = _stored(ids)
        transaction.set_rollback(True)
    stale = {action_id for action_id in ids if before.get(action_id) != after.get(action_id)}
    return list(Action.objects.filter(pk__in=stale).order_by("pk").values_list("slug", flat=True))


def _stored(ids: list[int]) -> dict[int, list[tuple[object, ...]]]:
    """What is stored of each action beside what people typed."""
    stored: dict[int, list[tuple[object, ...]]] = {}
    rows = Occurrence.objects.filter(action__in=ids).order_by("pk")
    for action_id, *values in rows.values_list("action", "pk", *TEXT_FIELDS, *WHEREABOUTS_FIELDS):
        stored.setdefault(action_id, []).append(tuple(values))
    entries = SearchEntry.objects.filter(action__in=ids)
    for action_id, *values in entries.values_list("action", *FIELDS):
        stored.setdefault(action_id, []).append(tuple(values))
    series = SeriesText.objects.filter(action__in=ids)
    for action_id, *values in series.values_list("action", *TEXT_FIELDS):
        stored.setdefault(action_id, []).append(tuple(values))
    return stored


def _all_scopes(ids: list[int]) -> Scopes:
    scopes = Scopes()
    for start in range(0, len(ids), 500):
        scopes.add(scopes_of(actions=ids[start : start + 500]))
    return scopes
