"""The stored calendar text that answers a question."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from rallies.enums import Publication
from rallies.models import Action, Occurrence, OldSlug

from .actions import dated_answer
from .errors import ActionNotFound, Renamed, Withdrawn
from .filters import ActionFilter

DAYS_BACK = timedelta(days=60)
"""Calendar apps drop what a feed drops, so past actions stay this long (FEED_CONTRACT 23)."""


@dataclass(frozen=True, slots=True)
class FeedText:
    """VEVENTs as stored, in the order of their starts, and the zones that they name."""

    texts: tuple[str, ...]
    tzids: frozenset[str]


def has_window(question: ActionFilter) -> bool:
    """Whether the answer moves with the day."""
    return question.is_past or question.is_upcoming


def feed_text(question: ActionFilter, *, today: date) -> FeedText:
    """The text of every dated action that answers the question: one query, no objects.

    Upcoming and the last 60 days, unless the question names days or is a whole campaign; what was over when
    `today` began, if it asks for the past. `today` is a UTC day, so that the bytes change once a day at most.
    """
    rows = dated_answer(question)
    if question.is_past:
        rows = rows.filter(over_at__lte=datetime.combine(today, time.min, UTC))
    elif has_window(question):
        rows = rows.filter(last_day__gte=today - DAYS_BACK)
    return _joined(rows.exclude(vevent="").in_order().values_list("vevent", "vevent_tzid"))


def published_action(slug: str) -> int:
    """The key of a published action with a date. Raises `Renamed`, `Withdrawn`, and `ActionNotFound`, also for
    one without a date: it is in no calendar."""
    row = Action.objects.filter(slug=slug).values("pk", "publication", "start_date").first()
    if row is None:
        was_public = [Publication.PUBLISHED, Publication.WITHDRAWN]
        old = OldSlug.objects.filter(slug=slug, action__publication__in=was_public).values("action__slug").first()
        raise Renamed(old["action__slug"]) if old else ActionNotFound(slug)
    if row["publication"] == Publication.WITHDRAWN:
        raise Withdrawn(slug)
    if row["publication"] != Publication.PUBLISHED or row["start_date"] is None:
        raise ActionNotFound(slug)
    return int(row["pk"])


def action_text(action_id: int) -> FeedText:
    """The text of one action."""
    dates = Occurrence.objects.filter(action=action_id).exclude(vevent="")
    return _joined(dates.in_order().values_list("vevent", "vevent_tzid"))


def _joined(rows: "QuerySet[Occurrence, tuple[str, str]]") -> FeedText:
    pairs = list(rows)
    return FeedText(texts=tuple(text for text, _ in pairs), tzids=frozenset(tzid for _, tzid in pairs if tzid))
