"""Repeating actions, as the days go by."""

from datetime import datetime

from rallies.enums import Publication

from .action_change import locked_action
from .dates import newly_remembered, remembered_of, sync_dates
from .saving import update
from .stamps import move_stamps, scopes_of
from .texts import refresh_texts, store_texts, with_parts
from .transaction import operation


@operation
def extend_series(action_id: int, *, now: datetime) -> int:
    """Make the dates of a repeating action up to the horizon (rallies.recurrence); how many were made or taken away.

    Text and stamps of a published one follow, and stay as they are when no date is new.
    """
    action = locked_action(action_id)
    there = set(action.occurrences.values_list("pk", flat=True))
    remembered = remembered_of(action)
    dates = sync_dates(action, now=now)
    if changed := newly_remembered(action, remembered):
        update(action, changed, by=None, now=now)
    differing = there ^ {row.pk for row in dates}
    if action.publication == Publication.PUBLISHED and differing:
        with_parts([action])
        store_texts(refresh_texts(action, dates, now=now).dates)
        move_stamps(scopes_of(actions=[action.pk]), now=now)
    return len(differing)
