"""Lists by their keys: an index has all that decides, and of the rows only those that are shown are read."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models import Count, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value, Window
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In

from .filters import ActionFilter

Answer = TypeVar("Answer")
Rest = ParamSpec("Rest")
AHEAD = {"sqlite": 1000, "postgresql": 100}
"""So many keys are looked at together: where there are no more, nothing has to be counted. PostgreSQL asks each row for its
words until it has so many."""


def by_indexes(
    answer: Callable[Concatenate[ActionFilter, Rest], Answer],
) -> Callable[Concatenate[ActionFilter, Rest], Answer]:
    """Let PostgreSQL answer a question in one process, since to start others takes longer than they save; and one with
    words by indexes alone: it believes that the words of all actions are read in no time, and would read them for a word
    that most have. Each question must have indexes for all that it asks."""

    @wraps(answer)
    def answered(question: ActionFilter, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Answer:
        if connection.vendor != "postgresql":
            return answer(question, *args, **kwargs)
        is_within = connection.in_atomic_block
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{_ALONE}; {_BY_INDEXES}" if question.words else _ALONE)
            found = answer(question, *args, **kwargs)
            if is_within:
                # What is set holds until the end of the whole transaction.
                cursor.execute(_AS_USUAL)
        return found

    return answered


_ALONE = "SET LOCAL max_parallel_workers_per_gather = 0"
_BY_INDEXES = "SET LOCAL enable_seqscan = off"
_AS_USUAL = "SET LOCAL max_parallel_workers_per_gather TO DEFAULT; SET LOCAL enable_seqscan TO DEFAULT"


def keys_on_page(ordered: QuerySet[Any, Any], *, first: int, size: int) -> tuple[list[int], int]:
    """The keys of at most `size` rows in their order, from number `first` on, and how many rows there are. If these
    are all, they are counted by having been looked for."""
    keys, ahead = ordered.values_list("pk", flat=True), AHEAD[connection.vendor]
    if first + size > ahead:
        return list(keys[first : first + size]), ordered.count()
    found = list(keys[: ahead + 1])
    return found[first : first + size], len(found) if len(found) <= ahead else ordered.count()


def keys_on_counted_page(ordered: QuerySet[Any, Any], *, first: int, size: int) -> tuple[list[int], int]:
    """The same, each row being counted as it is found: of rows that no index has in their order one after the other, so that
    all have to be looked at anyhow."""
    counted = ordered.annotate(of=Window(Count("pk"))).values_list("pk", "of")
    rows = list(counted[first : first + size])
    return [key for key, _ in rows], rows[0][1] if rows else ordered.count()


def keys_on_ranked_page(ranks: Iterable[QuerySet[Any, Any]], *, first: int, size: int) -> list[int]:
    """The same keys of rows of which some ranks come before others, each in its order. What ranks behind a page is not
    looked at."""
    found: list[int] = []
    for ordered in ranks:
        keys = list(ordered.values_list("pk", flat=True)[first : first + size - len(found)])
        found += keys
        if len(found) == size:
            break
        first = 0 if keys or not first else max(first - ordered.count(), 0)
    return found


def among(keys: RawSQL | QuerySet[Any, Any], *, prefix: str) -> Q:
    """The condition that an action has one of many keys, which are looked for once: joined, either database would ask
    for each row whether it is among them. `prefix` leads to the action."""
    if isinstance(keys, QuerySet):
        keys = keys.order_by()
    if connection.vendor == "sqlite":
        # A sum, so that it reads the index in which all else stands as well, and not the rows of each key.
        return Q(In(ExpressionWrapper(F(f"{prefix}pk") + Value(0), IntegerField()), keys))
    return Q(**{f"{prefix}pk__in": keys})
