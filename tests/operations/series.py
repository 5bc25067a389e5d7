"""Series for tests: a vigil on Saturdays, at 14:00 in Chicago."""

from datetime import date, timedelta
from typing import Any

from rallies.models import Action, Occurrence
from rallies.operations.series_dates import cancel_date
from tests.factories import make_action

FIRST = date(2026, 3, 14)
WEEK = timedelta(weeks=1)
APART = "FREQ=MONTHLY;BYDAY=SA"
"""Every Saturday, in words that Outlook does not know: its dates go out one by one."""


def make_series(**changes: Any) -> Action:
    return make_action(**{"recurrence_rule": "FREQ=WEEKLY;COUNT=4", "kind": "vigil"} | changes)


def rows(action: Action) -> list[Occurrence]:
    return list(Occurrence.objects.filter(action=action).in_order())


def call_off(action: Action, day: date, **said: Any) -> Occurrence:
    """Cancel the date of a day alone."""
    return cancel_date(Occurrence.objects.get(action=action, start_date=day).pk, by=None, **said)
