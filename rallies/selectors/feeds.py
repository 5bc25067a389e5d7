"""The stored calendar text that answers a question, and the same in other languages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Func, IntegerField, Q, QuerySet, Sum

from rallies.enums import Publication
from rallies.formats.ics import CalendarText, vevent
from rallies.formats.vtimezone import vtimezone
from rallies.models import Action, Occurrence, OccurrenceQuerySet, OldSlug, SeriesText

from .actions import CHUNK, DAYS_OF_DATES, dated_answer
from .calendar_rows import dates_of_keys, series_of_keys
from .errors import ActionNotFound, Renamed, Withdrawn
from .filters import ActionFilter
from .gate import calendar_action
from .keys import by_indexes
from .picks import picked_keys
from .series_text import series_text
from .windows import on_days_of_a_day

DAYS_BACK = timedelta(days=60)
"""Calendar apps drop what a feed drops, so past actions stay this long (FEED_CONTRACT 23)."""


MOST_EVENTS = 1_000
MOST_BYTES = 1_000_000 - 10_000
"""What Google and Outlook carry (FEED_CONTRACT 11), with room for what a calendar says of itself."""
SHORTEST = 300
"""No VEVENT has fewer octets."""
MOST_OF_ZONES = 130_000
"""The VTIMEZONEs of all zones that have one are 126 kB."""


@dataclass(frozen=True, slots=True)
class Told:
    """A VEVENT, or those of a whole series, and the zone that it names, "" for none; `key` is that of its date, or of the
    action of the series."""

    text: str
    tzid: str
    key: int
    is_series: bool = False


@dataclass(frozen=True, slots=True)
class FeedText:
    """What a feed tells: whole series by their action, then single dates in the order of their starts. `is_cut`: there is
    more than calendar apps carry, and this is the nearest."""

    told: tuple[Told, ...]
    is_cut: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(each.text for each in self.told)


@by_indexes
def feed_text(question: ActionFilter, *, today: date, is_whole: bool = False) -> FeedText:
    """The text of every dated action that answers the question, without making objects.

    Upcoming and the last 60 days, unless the question names days or is a whole campaign; what was over when
    `today` began, if it asks for the past; what is on such a day at any hour of `today`, if it asks for days that move. A series stands whole in every feed that holds one of its dates. What is
    cancelled or postponed stays for its 14 days. Beyond what apps carry the oldest past dates are left out first, then
    the farthest; `is_whole` leaves out nothing. `today` is a UTC day, so that the bytes change once a day at most.
    """
    return _told(_dates(question, today=today), today=today, is_whole=is_whole)


def picks_text(codes: Sequence[int], *, today: date, is_whole: bool = False) -> FeedText:
    """The same of the actions with these codes, on all their dates."""
    return _told(_picked(codes), today=today, is_whole=is_whole)


def _told(dates: OccurrenceQuerySet, *, today: date, is_whole: bool) -> FeedText:
    series = _series_told(_series(dates, today=today))
    single = dates.filter(_still_told(today)).exclude(vevent="")
    if is_whole:
        return FeedText((*series, *_dates_told(single.in_order())))
    upcoming = _dates_told(single.filter(last_day__gte=today).in_order()[: MOST_EVENTS + 1])
    past = _dates_told(single.filter(last_day__lt=today).order_by("-starts_at", "-id")[: MOST_EVENTS + 1])
    room = _Room()
    kept, ahead = room.take(series), room.take(upcoming)
    return FeedText((*kept, *reversed(room.take(past)), *ahead), is_cut=room.is_full)


def in_reading_language(text: FeedText) -> FeedText:
    """The same text made of the rows in the active language, with the versions that are stored: words alone raise none.

    What was taken off the calendar meanwhile is left out.
    """
    dates = _made_of(dates_of_keys, _date_afresh, [each.key for each in text.told if not each.is_series])
    series = _made_of(series_of_keys, _series_afresh, [each.key for each in text.told if each.is_series])
    told = []
    for each in text.told:
        found = (series if each.is_series else dates).get(each.key)
        if found is not None:
            told.append(replace(each, text=found.text, tzid=found.tzid))
    return FeedText(tuple(told), is_cut=text.is_cut)


def _made_of(
    read: Callable[[Sequence[int]], list[Any]], make: Callable[[Any], CalendarText | None], keys: Sequence[int]
) -> dict[int, CalendarText | None]:
    """By key; a few hundred rows at a time, which are let go before the next ones are read."""
    made: dict[int, CalendarText | None] = {}
    for first in range(0, len(keys), CHUNK):
        made |= {row.pk: make(row) for row in read(keys[first : first + CHUNK])}
    return made


def _date_afresh(row: Any) -> CalendarText:
    return vevent(calendar_action(row.action, row))


def _series_afresh(row: Any) -> CalendarText | None:
    return series_text(row.action, row.dates, sequence=row.sequence, changed_at=row.changed_at)


@by_indexes
def feed_is_cut(question: ActionFilter, *, today: date) -> bool:
    """Whether calendar apps carry less than there is to tell; a page says so before anyone subscribes.

    Cheap where it is clear: texts are read only where their lengths, with the zones that they may name, do not decide.
    """
    return _is_cut(_dates(question, today=today), today=today)


def picks_are_cut(codes: Sequence[int], *, today: date) -> bool:
    """The same of the actions with these codes."""
    return _is_cut(_picked(codes), today=today)


def _is_cut(dates: OccurrenceQuerySet, *, today: date) -> bool:
    single = dates.filter(_still_told(today)).exclude(vevent="").order_by()[: MOST_EVENTS + 1]
    found = single.aggregate(count=Count("pk"), octets=Sum(_Octets("vevent")))
    if found["count"] > MOST_EVENTS:
        return True
    of_series = _series(dates, today=today).aggregate(octets=Sum(_Octets("vevent")))["octets"] or 0
    octets = (found["octets"] or 0) + of_series
    if octets > MOST_BYTES:
        return True
    if octets + MOST_OF_ZONES < MOST_BYTES and found["count"] + of_series // SHORTEST <= MOST_EVENTS:
        return False
    return _told(dates, today=today, is_whole=False).is_cut


class _Octets(Func):
    """The length of a text in UTF-8."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="LENGTH(CAST(%(expressions)s AS BLOB))", **context)


def _dates(question: ActionFilter, *, today: date) -> OccurrenceQuerySet:
    rows = dated_answer(question)
    begins = datetime.combine(today, time.min, UTC)
    if question.is_past:
        return rows.filter(over_at__lte=begins)
    if question.is_window:
        return rows.filter(on_days_of_a_day(question.when, today=today, **DAYS_OF_DATES), over_at__gt=begins)
    return rows.filter(last_day__gte=today - DAYS_BACK) if question.is_upcoming else rows


def _picked(codes: Sequence[int]) -> OccurrenceQuerySet:
    return Occurrence.objects.published().filter(action__in=picked_keys(codes))


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

    def take(self, found: Iterable[Told]) -> list[Told]:
        taken: list[Told] = []
        for each in found:
            is_new_zone = bool(each.tzid) and each.tzid not in self.zones
            needed = len(each.text.encode()) + (len(vtimezone(each.tzid)) if is_new_zone else 0)
            events = each.text.count("BEGIN:VEVENT")
            self.is_full = self.is_full or events > self.events or needed > self.octets
            if self.is_full:
                break
            self.events, self.octets = self.events - events, self.octets - needed
            self.zones.add(each.tzid)
            taken.append(each)
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
    series = SeriesText.objects.filter(action=action_id).exclude(vevent="")
    dates = Occurrence.objects.filter(action=action_id).exclude(vevent="").in_order()
    return FeedText((*_series_told(series), *_dates_told(dates)))


def _dates_told(rows: OccurrenceQuerySet) -> tuple[Told, ...]:
    return tuple(Told(*values) for values in rows.values_list("vevent", "vevent_tzid", "pk"))


def _series_told(rows: "QuerySet[SeriesText, SeriesText]") -> tuple[Told, ...]:
    return tuple(Told(*values, is_series=True) for values in rows.values_list("vevent", "vevent_tzid", "pk"))
