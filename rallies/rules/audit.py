"""How long the log of administrators is kept."""

from datetime import UTC, datetime, time, timedelta

KEPT = timedelta(days=180)


def kept_from(*, now: datetime) -> datetime:
    """The moment from which lines are kept: the beginning of the UTC day that is 180 days back."""
    return datetime.combine(now.astimezone(UTC).date() - KEPT, time.min, UTC)
