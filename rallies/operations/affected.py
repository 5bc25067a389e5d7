"""Actions that a change of something beside them touches."""

from collections.abc import Iterable
from datetime import datetime

from rallies.enums import Publication
from rallies.models import Action, Occurrence

from .dates import place_dates, store_whereabouts
from .search_entries import refresh_entries
from .stamps import Scopes, move_stamps, scopes_of
from .texts import refresh_texts, store_texts, with_parts

BATCH = 200


def refresh_affected(action_ids: Iterable[int], *, now: datetime) -> int:
    """Make the stored text, points and entries of published actions afresh, and write what differs; how many dates
    and series changed."""
    ids = sorted(set(action_ids))
    count = 0
    for start in range(0, len(ids), BATCH):
        batch = Action.objects.filter(pk__in=ids[start : start + BATCH], publication=Publication.PUBLISHED).order_by(
            "pk"
        )
        changed: list[Occurrence] = []
        placed: list[Occurrence] = []
        actions = with_parts(batch.select_related("location__place").prefetch_related("occurrences"))
        refresh_entries(actions)
        for action in actions:
            dates = list(action.occurrences.all())
            placed += place_dates(action, dates)
            refreshed = refresh_texts(action, dates, now=now)
            changed += refreshed.dates
            count += refreshed.is_series_new
        store_whereabouts(placed)
        store_texts(changed)
        count += len({*placed, *changed})
    return count


def settle_affected(action_ids: Iterable[int], *, scopes: Scopes, now: datetime) -> int:
    """Refresh the text of actions and move the stamps: those in `scopes` and those of the actions.

    Call it last, inside an operation. Returns the site's new number; 0 when nothing public was touched.
    """
    ids = list(action_ids)
    if not ids and not scopes.campaigns and not scopes.organizers:
        return 0
    refresh_affected(ids, now=now)
    return move_stamps(scopes.add(scopes_of(actions=ids)), now=now)
