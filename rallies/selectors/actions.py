"""Which actions, in which order: the one answer behind every page, feed and list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.db.models import Expression, F, Q, QuerySet

from rallies.enums import Publication
from rallies.formats.public import PublicAction
from rallies.models import Action, Listing, Occurrence, OccurrenceQuerySet, OldSlug, Participation
from rallies.places.distance import RADII_KM, Point, kilometres

from .boxes import dates_inside, undated_inside
from .errors import ActionNotFound, Renamed, Withdrawn
from .filters import BY_DISTANCE, ActionFilter
from .gate import public_action, with_public_parts
from .keys import AHEAD, among, by_indexes, keys_on_counted_page, keys_on_page, keys_on_ranked_page
from .near import (
    count_dates_near,
    dates_within,
    first_dates_near,
    metres_from,
    nearest_cells,
    nearest_of,
    undated_within,
)
from .places import inside, near_point
from .search import facets_fit, level_of, levels_fit, words_fit
from .windows import instants_of, on_days_of, window_of

DATES_ON_A_PAGE = 60
DAYS_OF_DATES = {"first": "start_date", "last": "last_day", "zone": "action__timezone"}
UNDATED_ORDER = (F("window_first").asc(nulls_last=True), "title", "id")
CHUNK = 500


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One page of an answer: dated actions by start, then the undated ones. `pages` is at least 1."""

    actions: tuple[PublicAction, ...]
    page: int
    pages: int
    total: int
    dated_total: int
    undated_total: int


@by_indexes
def list_actions(question: ActionFilter, *, now: datetime, page: int = 1, size: int = 50) -> ActionPage:
    """One page of the answer to a question, at most `size` entries; a page past the end is empty.

    What is upcoming, unless the question names days or is a whole campaign; what is past, newest first, if
    it asks for that; the nearest first, or what fits the words best, if it asks for that.
    """
    dated = dated_at(question, now=now)
    undated = undated_answer(question, now=now)
    keys, dated_total = _dates_on_page(question, dated, now=now, first=max(page - 1, 0) * size, size=size)
    return page_of(keys, undated, dated_total=dated_total, page=page, size=size)


def page_of(
    keys: Sequence[int], undated: "QuerySet[Action, Action]", *, dated_total: int, page: int, size: int
) -> ActionPage:
    """Page `page` of so many dates and the undated actions; `keys` are those of its dates."""
    undated_total = undated.count()
    total = dated_total + undated_total
    first = max(page - 1, 0) * size
    entries = [public_action(row.action, row) for row in dates_of_keys(keys)] if keys else []
    start = max(first - dated_total, 0)
    if len(entries) < size and first + size > dated_total and start < undated_total:
        more = undated.order_by(*UNDATED_ORDER)[start : start + size - len(entries)]
        entries += [public_action(row, None) for row in with_parts(more)]
    return ActionPage(
        actions=tuple(entries),
        page=page,
        pages=max(-(-total // size), 1),
        total=total,
        dated_total=dated_total,
        undated_total=undated_total,
    )


def _dates_on_page(
    question: ActionFilter, dated: OccurrenceQuerySet, *, now: datetime, first: int, size: int
) -> tuple[list[int], int]:
    """The keys of the dates on a page, and how many dates there are."""
    if replace(question, sort="").is_only_near:
        # Near and nothing else: by an index of their own.
        total = count_dates_near(question, now=now)
        if not question.is_by_distance:
            return first_dates_near(question, now=now, limit=first + size)[first:], total
    elif question.is_by_distance:
        total = dated.count()
    elif question.is_by_relevance:
        return _best_on_page(question, dated, now=now, first=first, size=size)
    else:
        ordered = dated.order_by("-starts_at", "-id") if question.is_past else dated.in_order()
        # What lies in a place is scattered over all dates. With words it was not measured.
        pages = keys_on_counted_page if question.city and not question.words else keys_on_page
        return pages(ordered, first=first, size=size)
    nearest = in_asked_order(nearest_of(dated, question, limit=first + size), question)
    return list(nearest.values_list("pk", flat=True)[first : first + size]), total


def _best_on_page(
    question: ActionFilter, dated: OccurrenceQuerySet, *, now: datetime, first: int, size: int
) -> tuple[list[int], int]:
    """As `_dates_on_page`, in the order of how well dates fit the words."""
    ahead = AHEAD[connection.vendor]
    keys, total = keys_on_page(dated.in_order(), first=0, size=ahead)
    if total <= ahead:
        anyhow = rest = Occurrence.objects.filter(pk__in=keys)
    else:
        # What is as good as a level fits the words anyhow: asked for both, either database would look for them twice.
        anyhow, rest = dated_at(replace(question, words=""), now=now), dated
    levels = levels_fit(question.words, prefix="action__")
    ranked = [anyhow.filter(fits) for fits in levels] + [rest]
    for place, better in enumerate(levels, start=1):
        ranked[place] = ranked[place].exclude(better)
    return keys_on_ranked_page([rows.in_order() for rows in ranked], first=first, size=size) if keys else [], total


@by_indexes
def first_to_come(question: ActionFilter, *, now: datetime, limit: int) -> tuple[PublicAction, ...]:
    """The first dates of an answer by start, whatever comes before the start in its order."""
    by_start = replace(question, sort="")
    if by_start.is_only_near:
        keys = first_dates_near(by_start, now=now, limit=limit)
    else:
        keys = list(dated_at(by_start, now=now).in_order().values_list("pk", flat=True)[:limit])
    return tuple(public_action(row.action, row) for row in dates_of_keys(keys))


@by_indexes
def nearest_beyond(question: ActionFilter, *, now: datetime, limit: int = 5) -> tuple[PublicAction, ...]:
    """The nearest dates outside the radius of a question that fit all the rest of it, the nearest first."""
    widest = replace(question, within=RADII_KM[-1], sort=BY_DISTANCE)
    rows = in_asked_order(nearest_of(dated_at(widest, now=now), widest, limit=limit), widest)
    found = list(with_actions(rows.without_text()[:limit]))
    if not found:
        # Hours of travel away: cell by cell, until none can hold what is nearer than what was found.
        anywhere = dated_at(replace(question, near="", within=0, sort=""), now=now)
        if question.is_upcoming:
            # Without a place it may be a whole campaign, what is over too.
            anywhere = anywhere.filter(over_at__gt=now)
        for least, cells in nearest_cells(question.near):
            if len(found) == limit and _km_away(found[-1], question) < least - 0.001:
                break
            more = in_asked_order(anywhere.filter(cell__in=cells), widest).values_list("pk", flat=True)[:limit]
            merged = Occurrence.objects.filter(pk__in=[*(row.pk for row in found), *more])
            found = dates_of_keys(list(in_asked_order(merged, widest).values_list("pk", flat=True)[:limit]))
    return tuple(public_action(row.action, row) for row in found)


def _km_away(row: Occurrence, question: ActionFilter) -> float:
    """Of a date that has a point."""
    return kilometres(near_point(question.near).point, to=Point(row.latitude or 0.0, row.longitude or 0.0))


def in_asked_order(dated: OccurrenceQuerySet, question: ActionFilter) -> OccurrenceQuerySet:
    """By start, or what is nearest or fits the words best first; what is equally far or good by start."""
    rank = rank_of(question, prefix="action__")
    return dated.order_by(rank, "starts_at", "id") if rank is not None else dated.in_order()


def rank_of(question: ActionFilter, *, prefix: str) -> Expression | None:
    """By what an answer is ordered before the start, as an expression of whole numbers: how far a date is in metres, how
    well an action fits the words; None if nothing comes before. `prefix` leads to the action."""
    if question.is_by_distance:
        return metres_from(question.near)
    return level_of(question.words, prefix=prefix) if question.is_by_relevance else None


def dates_of_keys(keys: Sequence[int]) -> list[Occurrence]:
    """The dates of these keys with what the gate needs, in their order; one that is no longer public is left out."""
    rows = with_actions(Occurrence.objects.filter(pk__in=keys).without_text())
    # Not by the query: asked for both, SQLite begins with all that was ever published.
    found = {row.pk: row for row in rows if row.action.publication == Publication.PUBLISHED}
    return [found[key] for key in keys if key in found]


def all_actions(question: ActionFilter, *, now: datetime) -> Iterator[PublicAction]:
    """The whole answer: dated actions by start, or the nearest first if it asks for that, then the undated ones.

    Rows are read in chunks, so that memory does not grow with the answer; which rows there are is
    decided at once, so that none comes twice or is lost when something changes meanwhile. An action that
    is taken back while the answer is being written is left out from then on.
    """
    yield from dates_in_chunks(_all_dates(question, now=now))
    for keys in _chunks(_all_undated(question, now=now)):
        actions = {row.pk: row for row in with_parts(Action.objects.published().filter(pk__in=keys))}
        yield from (public_action(actions[key], None) for key in keys if key in actions)


@by_indexes
def _all_dates(question: ActionFilter, *, now: datetime) -> list[int]:
    return list(in_asked_order(dated_at(question, now=now), question).values_list("pk", flat=True))


@by_indexes
def _all_undated(question: ActionFilter, *, now: datetime) -> list[int]:
    return list(undated_answer(question, now=now).order_by(*UNDATED_ORDER).values_list("pk", flat=True))


def dates_in_chunks(keys: Sequence[int]) -> Iterator[PublicAction]:
    """The dates of these keys, in their order, read a few hundred at a time."""
    for chunk in _chunks(keys):
        yield from (public_action(row.action, row) for row in dates_of_keys(chunk))


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[first : first + CHUNK] for first in range(0, len(keys), CHUNK))


def get_action(slug: str, *, now: datetime) -> tuple[PublicAction, ...]:
    """An action on each of its dates, at least one value: upcoming dates by start, then past ones,
    newest first; the one value of an undated action has no date.

    Raises `Renamed`, `Withdrawn`, `ActionNotFound`; a draft is not found.
    """
    return _on_each_date(published_row(slug), now=now)


def dates_of_draft(action_id: int, *, now: datetime) -> tuple[PublicAction, ...]:
    """As `get_action`, of an action that the world does not see yet: what it would see. Who may read that is asked before.
    Raises `ActionNotFound`."""
    action = with_parts(Action.objects.filter(pk=action_id)).first()
    if action is None:
        raise ActionNotFound(str(action_id))
    return _on_each_date(action, now=now)


def _on_each_date(action: Action, *, now: datetime) -> tuple[PublicAction, ...]:
    dates = Occurrence.objects.filter(action=action).without_text()
    upcoming = list(dates.filter(over_at__gt=now).in_order()[:DATES_ON_A_PAGE])
    past = list(dates.filter(over_at__lte=now).order_by("-starts_at", "-id")[:DATES_ON_A_PAGE])
    rows: list[Occurrence | None] = [*upcoming, *past]
    return tuple(public_action(action, row) for row in rows or [None])


def published_row(slug: str) -> Action:
    """A published action with its parts. Raises `Renamed`, `Withdrawn`, `ActionNotFound`."""
    action = (
        Action.objects.filter(slug=slug)
        .select_related("location__place")
        .prefetch_related(*with_public_parts())
        .first()
    )
    if action is None:
        raise _renamed(slug) or ActionNotFound(slug)
    if action.publication == Publication.WITHDRAWN:
        raise Withdrawn(slug)
    if action.publication != Publication.PUBLISHED:
        raise ActionNotFound(slug)
    return action


def _renamed(slug: str) -> Renamed | None:
    old = OldSlug.objects.filter(slug=slug, action__isnull=False).select_related("action").first()
    if (
        old is None
        or old.action is None
        or old.action.publication
        not in {
            Publication.PUBLISHED,
            Publication.WITHDRAWN,
        }
    ):
        return None
    return Renamed(old.action.slug)


def dated_at(question: ActionFilter, *, now: datetime) -> OccurrenceQuerySet:
    """The dates that answer a question at a moment: upcoming, past, or both, as it asks; unordered."""
    rows = dated_answer(question)
    if question.is_past:
        return rows.filter(over_at__lte=now)
    if question.is_window:
        latest = window_of(question.when, today=now.astimezone(UTC).date() + timedelta(days=1))[1]
        rows = rows.filter(instants_of(last=latest), on_days_of(question.when, now=now, **DAYS_OF_DATES))
    return rows.filter(over_at__gt=now) if question.is_upcoming or question.is_window else rows


def dated_answer(question: ActionFilter) -> OccurrenceQuerySet:
    """Occurrences of published actions that fit everything but "upcoming" and "past"; unordered."""
    rows = Occurrence.objects.shown().filter(_fits(question, prefix="action__", facets=""))
    # An action that began before the first day and still goes on fits too.
    if question.from_day is not None:
        rows = rows.filter(instants_of(first=question.from_day), last_day__gte=question.from_day)
    if question.to_day is not None:
        rows = rows.filter(instants_of(last=question.to_day), start_date__lte=question.to_day)
    if question.bbox is not None:
        rows = dates_inside(rows, question.bbox)
    return dates_within(rows, question) if question.near else rows


def undated_answer(question: ActionFilter, *, now: datetime) -> "QuerySet[Action, Action]":
    """Published actions without a date that fit; unordered.

    A window of possible days is looked at only to leave out what cannot fit: a window that is past, or
    that lies outside the days asked for. Without a window an action fits no question about days.
    """
    rows: QuerySet[Action, Action] = (
        Action.objects.published().undated().filter(_fits(question, prefix="", facets="search_entry__"))
    )
    if question.is_whole_campaign:
        return rows
    if question.is_past:
        rows = rows.filter(window_last__lt=_yesterday(now))
    if question.is_window:
        columns = {"first": "window_first", "last": "window_last", "zone": "timezone"}
        rows = rows.filter(on_days_of(question.when, now=now, **columns))
    if question.has_days:
        rows = rows.filter(window_first__isnull=False)
        if question.from_day is not None:
            rows = rows.filter(window_last__gte=question.from_day)
        if question.to_day is not None:
            rows = rows.filter(window_first__lte=question.to_day)
    elif question.is_upcoming:
        rows = rows.filter(undated_to_come(now=now))
    # Last, since they look at each that is left.
    if question.bbox is not None:
        rows = undated_inside(rows, question.bbox)
    return undated_within(rows, question) if question.near else rows


def undated_to_come(*, now: datetime) -> Q:
    """The condition that an undated action may still take place."""
    return Q(window_last__isnull=True) | Q(window_last__gte=_yesterday(now))


def _yesterday(now: datetime) -> date:
    """Somewhere on earth it still is: a window ends when its last day is over everywhere."""
    return now.astimezone(UTC).date() - timedelta(days=1)


def _fits(question: ActionFilter, *, prefix: str, facets: str) -> Q:
    """Of dates, if `prefix` leads from them to the action, or else of undated actions; `facets` leads to what stands on
    dates and in entries."""
    fits = Q()
    if question.campaign:
        listed = Listing.objects.public().filter(campaign__slug=question.campaign)
        fits &= among(listed.values("action"), prefix=prefix)
    if question.organizer:
        taking_part = Participation.objects.public().filter(organizer__slug=question.organizer)
        fits &= among(taking_part.values("action"), prefix=prefix)
    if question.city:
        fits &= inside(question.city, prefix=prefix)
    fits &= facets_fit(question, prefix=facets)
    if question.words:
        fits &= words_fit(question.words, prefix=prefix, undated=not prefix)
    return fits


def with_actions(rows: "QuerySet[Occurrence, Occurrence]") -> "QuerySet[Occurrence, Occurrence]":
    return rows.select_related("action__location__place").prefetch_related(*with_public_parts("action__"))


def with_parts(rows: "QuerySet[Action, Action]") -> "QuerySet[Action, Action]":
    return rows.select_related("location__place").prefetch_related(*with_public_parts())
