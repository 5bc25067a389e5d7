"""The stored calendar text that answers a question."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from rallies.enums import Publication
from rallies.formats.vtimezone import vtimezone
from rallies.models import Action, Occurrence, OccurrenceQuerySet, OldSlug, SeriesText

from .actions import dated_answer
from .errors import ActionNotFound, Renamed, Withdrawn
from .filters import ActionFilter

DAYS_BACK = timedelta(days=60)
"""Calendar apps drop what a feed drops, so past actions stay this long (FEED_CONTRACT 23)."""


MOST_EVENTS = 1_000
MOST_BYTES = 1_000_000 - 10_000
"""What Google and Outlook carry (FEED_CONTRACT 11), with room for what a calendar says of itself."""


@dataclass(frozen=True, slots=True)
class FeedText:
    """VEVENTs as stored, each with the zone that it names, "" for none: whole series by their action, then single dates in
    the order of their starts. `is_cut`: there are more than calendar apps carry, and these are the nearest."""

    pairs: tuple[tuple[str, str], ...]
    is_cut: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for text, _ in self.pairs)


def has_window(question: ActionFilter) -> bool:
    """Whether the answer moves with the day."""
    return question.is_past or question.is_upcoming


def feed_text(question: ActionFilter, *, today: date, is_whole: bool = False) -> FeedText:
    """The text of every dated action that answers the question, without making objects.

    Upcoming and the last 60 days, unless the question names days or is a whole campaign; what was over when
    `today` began, if it asks for the past. A series stands whole in every feed that holds one of its dates. What is
    cancelled or postponed stays for its 14 days. Beyond what apps carry the oldest past dates are left out first, then
    the farthest; `is_whole` leaves out nothing. `today` is a UTC day, so that the bytes change once a day at most.
    """
    dates = _dates(question, today=today)
    series = list(_series(dates, today=today).values_list("vevent", "vevent_tzid"))
    single = dates.filter(_still_told(today)).exclude(vevent="")
    if is_whole:
        return FeedText((*series, *single.in_order().values_list("vevent", "vevent_tzid")))
    upcoming = single.filter(last_day__gte=today).in_order()
    past = single.filter(last_day__lt=today).order_by("-starts_at", "-id")
    nearest, farther = (list(rows.values_list("vevent", "vevent_tzid")[: MOST_EVENTS + 1]) for rows in (upcoming, past))
    room = _Room()
    kept = room.take(series)
    ahead = room.take(nearest)
    return FeedText((*kept, *reversed(room.take(farther)), *ahead), is_cut=room.is_full)


def feed_is_cut(question: ActionFilter, *, today: date) -> bool:
    """Whether calendar apps carry less than there is to tell; a page says so before anyone subscribes."""
    few = 80  # of the longest
    if len(_dates(question, today=today).values_list("pk")[: few + 1]) <= few:
        return False
    return feed_text(question, today=today).is_cut


def _dates(question: ActionFilter, *, today: date) -> OccurrenceQuerySet:
    rows = dated_answer(question)
    if question.is_past:
        return rows.filter(over_at__lte=datetime.combine(today, time.min, UTC))
    return rows.filter(last_day__gte=today - DAYS_BACK) if has_window(question) else rows


def _series(dates: OccurrenceQuerySet, *, today: date) -> "QuerySet[SeriesText, SeriesText]":
    found = SeriesText.objects.exclude(vevent="").filter(_still_told(today), action__in=dates.values("action"))
    return found.order_by("action")


def _still_told(today: date) -> Q:
    return Q(stays_until=None) | Q(stays_until__gte=today)


class _Room:
    """What is left of what calendar apps carry. Once something found no room nothing does: what is left out is the end."""

    def __init__(self) -> None:
        self.events, self.octets, self.is_full = MOST_EVENTS, MOST_BYTES, False
        self.zones: set[str] = set()

    def take(self, rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        taken: list[tuple[str, str]] = []
        for text, tzid in rows:
            needed = len(text.encode()) + (len(vtimezone(tzid)) if tzid and tzid not in self.zones else 0)
            events = text.count("BEGIN:VEVENT")
            self.is_full = self.is_full or events > self.events or needed > self.octets
            if self.is_full:
                break
            self.events, self.octets = self.events - events, self.octets - needed
            self.zones.add(tzid)
            taken.append((text, tzid))
        return taken


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
    """The text of one action, whatever became of it."""
    series = SeriesText.objects.filter(action=action_id).exclude(vevent="").values_list("vevent", "vevent_tzid")
    dates = Occurrence.objects.filter(action=action_id).exclude(vevent="").in_order()
    return FeedText((*series, *dates.values_list("vevent", "vevent_tzid")))
