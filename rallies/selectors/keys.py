"""Lists by their keys: an index has all that decides, and of the rows only those that are shown are read."""

from typing import Any

from django.db import connection
from django.db.models import Count, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value, Window
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In

AHEAD = 100
"""So many keys are looked at together: more would be more rows of words to read, where a list is long."""


def keys_on_page(ordered: QuerySet[Any, Any], *, first: int, size: int) -> tuple[list[int], int]:
    """The keys of at most `size` rows in their order, from number `first` on, and how many rows there are. If these
    are all, they are counted by having been looked for."""
    keys = ordered.values_list("pk", flat=True)
    if first + size > AHEAD:
        return list(keys[first : first + size]), ordered.count()
    found = list(keys[: AHEAD + 1])
    return found[first : first + size], len(found) if len(found) <= AHEAD else ordered.count()


def keys_on_ranked_page(ranked: QuerySet[Any, Any], *, first: int, size: int) -> tuple[list[int], int]:
    """The same of rows in an order that no index has: each is looked at once, to put it in its place and to count it."""
    counted = ranked.annotate(of=Window(Count("pk"))).values_list("pk", "of")
    rows = list(counted[first : first + size])
    return [key for key, _ in rows], rows[0][1] if rows else ranked.count()


def among(keys: RawSQL | QuerySet[Any, Any], *, prefix: str) -> Q:
    """The condition that an action has one of many keys, which are looked for once: joined, either database would ask
    for each row whether it is among them. `prefix` leads to the action."""
    if connection.vendor == "sqlite":
        # A sum, so that it reads the index in which all else stands as well, and not the rows of each key.
        return Q(In(ExpressionWrapper(F(f"{prefix}pk") + Value(0), IntegerField()), keys))
    return Q(**{f"{prefix}pk__in": keys})
