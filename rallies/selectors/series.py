"""The dates of one series, as the desk looks at them."""

from datetime import datetime

from rallies.models import Action, Occurrence

DATES_AT_THE_DESK = 60


def dates_to_come(action: Action, *, now: datetime) -> list[Occurrence]:
    """Its dates that are not over, by start, at most `DATES_AT_THE_DESK`, without their text."""
    rows = Occurrence.objects.filter(action=action, over_at__gt=now).without_text().in_order()
    return list(rows[:DATES_AT_THE_DESK])
