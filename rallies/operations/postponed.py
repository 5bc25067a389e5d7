"""What was postponed and got no new date."""

from datetime import UTC, datetime
from typing import Any

from rallies.enums import ActionStatus, Publication
from rallies.models import Action
from rallies.selectors.jobs import is_told_until

from .action_change import locked_action
from .saving import assign
from .settling import settle_action
from .stamps import scopes_of
from .transaction import operation

NO_DATE: dict[str, Any] = {
    "start_date": None,
    "start_time": None,
    "end_date": None,
    "end_time": None,
    "recurrence_rule": "",
}


@operation
def leave_date_open(action_id: int, *, now: datetime) -> Action:
    """Take the old date off an action that was postponed, once feeds no longer tell of it: from then on its date is not
    announced. Nothing happens before, or when it is on again.

    It stays postponed, and its history says what the date was. How a series repeats is kept for its new date; which of its
    dates were called off or moved alone is not.
    """
    action = locked_action(action_id)
    is_postponed = action.status == ActionStatus.POSTPONED and action.publication == Publication.PUBLISHED
    until = is_told_until(action)
    if not is_postponed or until is None or until >= now.astimezone(UTC).date():
        return action
    scopes = scopes_of(actions=[action.pk])
    changed = assign(action, NO_DATE | {"recurrence_rule_before": action.recurrence_rule})
    settle_action(action, changed, lines=[], scopes=scopes, by=None, now=now)
    return action
