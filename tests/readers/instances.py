"""What a reader finds in a calendar file, in a form that all readers can give."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True, order=True)
class Instance:
    """One date of one event. Moments are "2026-03-14T19:00:00Z", days "2026-03-14"; ends are exclusive.

    `own` is the start that the rule of a series gave it, so that a date moved alone is found; for everything else it is
    `start`.
    """

    uid: str
    own: str
    start: str
    end: str
    status: str
    summary: str
    location: str
    description: str


def form(moment: date) -> str:
    """The text of a day or of an aware moment."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    assert moment.tzinfo is not None, f"{moment} has no zone"
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_window(found: Iterable[Instance], window: tuple[date, date]) -> list[Instance]:
    """Those whose own start lies on a day (UTC, or of the date) from the first up to, and not on, the last; sorted."""
    first, last = (day.isoformat() for day in window)
    return sorted(each for each in found if first <= each.own[:10] < last)
