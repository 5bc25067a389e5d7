"""Changing what stands beside an action: its groups, campaigns and sources."""

from collections.abc import Sequence
from datetime import datetime

from rallies.models import Listing, Participation, Source

from .actions import touch_action
from .saving import Person, insert, update
from .stamps import scopes_of
from .transaction import operation

Part = Participation | Listing | Source


@operation
def save_parts(
    action_id: int, *, saved: Sequence[Part], removed: Sequence[Part] = (), by: Person, now: datetime
) -> None:
    """Write and remove rows beside an action; its text, and the stamps before and after, follow.

    `saved` are unsaved or changed rows of this action, with all their fields as they shall be. The
    database refuses a group or a campaign that stands twice.
    """
    if not saved and not removed:
        return
    scopes = scopes_of(actions=[action_id])
    for row in removed:
        row.delete()
    for row in saved:
        if row.pk is None:
            insert(row, by=by, now=now)
        else:
            names = [f.attname for f in row._meta.concrete_fields if f.editable and not f.primary_key]
            update(row, names, by=by, now=now)
    touch_action(action_id, by=by, now=now, scopes=scopes)
