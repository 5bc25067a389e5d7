"""How long calendars go on telling of what does not take place."""

from datetime import UTC, date, datetime, timedelta

from rallies.enums import ActionStatus

OFF = frozenset({ActionStatus.CANCELLED, ActionStatus.POSTPONED})
STAYS = timedelta(days=14)


def stays_until(last_day: date | None, *, off_since: datetime) -> date:
    """The last UTC day on which a cancelled or postponed date stands in feeds: 14 days after its planned end or after it
    was called off, whichever is later (FEED_CONTRACT 19). `last_day` is local, None for a series without an end."""
    off_day = off_since.astimezone(UTC).date()
    return max(last_day or off_day, off_day) + STAYS
