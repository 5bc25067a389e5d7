"""What is near: found by cells on an index that ends in the start time, told apart by distance.

Distances are compared as straight lines through a ball of radius 1 (places/distance.py), which takes sums and products
alone and is as exact as haversine.
"""

from datetime import datetime, timedelta
from functools import cache
from math import degrees
from typing import Any

from django.db import connection
from django.db.models import Expression, ExpressionWrapper, F, FloatField, Q, QuerySet, Value
from django.db.models.functions import ASin, Round, Sqrt
from django.db.models.lookups import LessThanOrEqual

from rallies.models import Action, Occurrence, OccurrenceQuerySet, SearchEntry
from rallies.places.cells import cells_within, least_km
from rallies.places.distance import EARTH_RADIUS_KM, Point, chord_squared, kilometres, unit_vector

from .filters import ActionFilter
from .places import near_point

# What began longer ago and goes on is marked as long (operations/dates.py).
RECENT = timedelta(days=1)
SHARES = (0.04, 0.2)
"""Of the radius: circles in which the nearest are looked for first."""


def dates_within(rows: OccurrenceQuerySet, question: ActionFilter) -> OccurrenceQuerySet:
    """Those of the dates that lie within the radius of the question."""
    return dates_around(rows, near_point(question.near).point, radius_km=question.within)


def dates_around(rows: OccurrenceQuerySet, centre: Point, *, radius_km: float) -> OccurrenceQuerySet:
    """Those of the dates that lie within a radius of a point, by what the world sees of where they are."""
    fits = _in_circle(centre, radius_km)
    if connection.vendor == "sqlite":
        # By keys: it thinks that each cell has as many as a city, and would rather look at all that is to come.
        return rows.filter(pk__in=Occurrence.objects.filter(fits).values("pk"))
    return rows.filter(fits)


def undated_within(rows: "QuerySet[Action, Action]", question: ActionFilter) -> "QuerySet[Action, Action]":
    """Those of the undated actions that lie within the radius, by the points in their entries."""
    centre = near_point(question.near).point
    # They are few, and in a band around the earth even fewer.
    band = degrees(question.within / EARTH_RADIUS_KM) + 0.001
    between = (centre.latitude - band, centre.latitude + band)
    points = SearchEntry.objects.filter(latitude__range=between)
    near = [
        key
        for key, latitude, longitude in points.values_list("pk", "latitude", "longitude")
        if kilometres(centre, to=Point(latitude or 0.0, longitude or 0.0)) <= question.within
    ]
    return rows.filter(pk__in=near)


def metres_from(key: str) -> Expression:
    """The distance of a date from a place in whole metres, as an expression: what is at one place is equally far."""
    half = Sqrt(chord_from(near_point(key).point)) / Value(2.0)
    return Round(ASin(half) * Value(2000 * EARTH_RADIUS_KM))


def count_dates_near(question: ActionFilter, *, now: datetime) -> int:
    """How many upcoming dates lie within the radius, whatever else the question asks: the index alone tells, past dates
    are not looked at, and neither are actions, since only published ones have a cell."""
    fits = _in_circle(near_point(question.near).point, question.within)
    rows = Occurrence.objects.filter(fits, over_at__gt=now)
    recent = now - RECENT
    return rows.filter(starts_at__gt=recent).count() + rows.filter(is_long=True, starts_at__lte=recent).count()


def nearest_of(rows: OccurrenceQuerySet, question: ActionFilter, *, limit: int) -> OccurrenceQuerySet:
    """Of dates that answer a question, the nearest ones in any order, among them at least the first `limit`: those in a
    smaller circle, if it holds so many, so that only the cells around the middle are read."""
    centre = near_point(question.near).point
    for share in SHARES:
        radius = question.within * share
        around = rows.filter(_in_circle(centre, radius))
        # Distances are compared in whole metres: who is just outside may be as far as who is just inside.
        surely = rows.filter(_is_within(centre, radius - 0.002), cell__in=cells_within(centre, radius_km=radius))
        if len(surely.order_by().values_list("pk", flat=True)[:limit]) == limit:
            return around
    return rows


def nearest_cells(key: str) -> list[tuple[float, list[int]]]:
    """Every cell in which something is or was, in groups of which each is larger than the one before, the nearest first;
    with each group how far what it holds is at least (kilometres). One query, which steps from cell to cell."""
    centre = near_point(key).point
    with connection.cursor() as cursor:
        cursor.execute(_CELLS)
        cells = sorted((least_km(int(row[0]), to=centre), int(row[0])) for row in cursor.fetchall())
    groups, size, first = [], 4, 0
    while first < len(cells):
        group = cells[first : first + size]
        groups.append((group[0][0], [cell for _, cell in group]))
        first, size = first + size, size * 5
    return groups


def first_dates_near(
    question: ActionFilter, *, now: datetime, limit: int, after: tuple[datetime, int] | None = None
) -> list[int]:
    """Keys of the first upcoming dates within the radius, by start and key; `after` is the start and key of the last
    one that the caller has."""
    centre = near_point(question.near).point
    return first_dates_around(centre, radius_km=question.within, now=now, limit=limit, after=after)


def first_dates_around(
    centre: Point,
    *,
    radius_km: float,
    now: datetime,
    limit: int,
    after: tuple[datetime, int] | None = None,
    but_of: int | None = None,
) -> list[int]:
    """The same around a point; `but_of` is the key of an action whose own dates are left out.

    Each cell gives its first ones from the index, so that it does not matter how many a city has. Only published
    actions have a cell.
    """
    cells = cells_within(centre, radius_km=radius_km)
    moment = connection.ops.adapt_datetimefield_value
    x, y, z = unit_vector(centre)
    values: dict[str, Any] = {"x": x, "y": y, "z": z, "reach": chord_squared(radius_km), "limit": limit}
    values |= {"now": moment(now), "recent": moment(now - RECENT)}
    more = ""
    if after is not None:
        values |= {"start": moment(after[0]), "key": after[1]}
        more += _GOES_ON
    if but_of is not None:
        values["but_of"] = but_of
        more += _OF_OTHERS
    if connection.vendor == "postgresql":
        values["cells"] = list(cells)
        sql = _sql_for_all_cells(more)
    else:
        values |= {f"cell{number}": cell for number, cell in enumerate(cells)}
        sql = _sql_for_each_cell(len(cells), more)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [int(row[0]) for row in cursor.fetchall()]


_CELLS = """
WITH RECURSIVE cells(cell) AS (
  SELECT min(cell) FROM rallies_occurrence WHERE cell IS NOT NULL
  UNION ALL SELECT (SELECT min(cell) FROM rallies_occurrence WHERE cell > cells.cell) FROM cells WHERE cell IS NOT NULL
) SELECT cell FROM cells WHERE cell IS NOT NULL"""
# By hand, since no ORM can say that each part has a LIMIT of its own, and since it takes longer to compile than to ask.
_PART = """
SELECT id, starts_at FROM rallies_occurrence{by_index}
WHERE cell = {cell} AND {when} AND over_at > %(now)s
AND (unit_x - %(x)s) * (unit_x - %(x)s) + (unit_y - %(y)s) * (unit_y - %(y)s)
  + (unit_z - %(z)s) * (unit_z - %(z)s) <= %(reach)s
ORDER BY starts_at, id LIMIT %(limit)s"""
# Index, and condition: what began lately or begins later, and what goes on since longer.
_BEGAN = {
    "occurrence_near": "starts_at > %(recent)s",
    "occurrence_near_long": "is_long AND starts_at <= %(recent)s",
}
# The first condition is what the index can use.
_GOES_ON = " AND starts_at >= %(start)s AND (starts_at > %(start)s OR id > %(key)s)"
_OF_OTHERS = " AND action_id <> %(but_of)s"


def _parts(cell: str, more: str, *, names_indexes: bool) -> list[str]:
    return [
        _PART.format(
            cell=cell,
            when=began + more,
            by_index=f" INDEXED BY {index}" if names_indexes else "",
        )
        for index, began in _BEGAN.items()
    ]


@cache
def _sql_for_all_cells(more: str) -> str:
    """PostgreSQL: one plan for all cells, since planning a query for each would take longer than answering it."""
    parts = " UNION ALL ".join(f"({part})" for part in _parts("wanted.cell", more, names_indexes=False))
    cells = "unnest(%(cells)s::bigint[]) AS wanted(cell)"
    return f"SELECT found.* FROM {cells} CROSS JOIN LATERAL ({parts}) AS found ORDER BY 2, 1 LIMIT %(limit)s"  # noqa: S608


@cache
def _sql_for_each_cell(count: int, more: str) -> str:
    """SQLite: two parts for each cell, of which it takes 500 in all; 250 km meet at most some 210 cells. Left alone, it
    would read all that is past to find what goes on in the order of its starts."""
    numbers = range(count)
    parts = [part for number in numbers for part in _parts(f"%(cell{number})s", more, names_indexes=True)]
    told = " UNION ALL ".join(f"SELECT * FROM ({part})" for part in parts)  # noqa: S608
    return f"{told} ORDER BY 2, 1 LIMIT %(limit)s"


def _in_circle(centre: Point, radius_km: float) -> Q:
    return Q(_is_within(centre, radius_km), cell__in=cells_within(centre, radius_km=radius_km))


def _is_within(centre: Point, radius_km: float) -> LessThanOrEqual:
    return LessThanOrEqual(chord_from(centre), Value(chord_squared(radius_km)))


def chord_from(centre: Point) -> Any:
    """The square of the straight line from a point to that of a date, on a ball of radius 1."""
    squares = [
        (F(name) - Value(value)) * (F(name) - Value(value))
        for name, value in zip(("unit_x", "unit_y", "unit_z"), unit_vector(centre), strict=True)
    ]
    return ExpressionWrapper(squares[0] + squares[1] + squares[2], output_field=FloatField())
