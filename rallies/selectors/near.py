"""What is near: found by cells on an index that ends in the start time, told apart by distance.

Distances are compared as straight lines through a ball of radius 1 (places/distance.py), which takes sums and products
alone and is as exact as haversine.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Expression, ExpressionWrapper, F, FloatField, Q, QuerySet, Value
from django.db.models.functions import ASin, Round, Sqrt
from django.db.models.lookups import LessThanOrEqual

from rallies.models import Action, Occurrence, OccurrenceQuerySet
from rallies.places.cells import cells_within
from rallies.places.distance import EARTH_RADIUS_KM, Point, chord_squared, kilometres, unit_vector

from .filters import ActionFilter
from .gate import point_of
from .places import near_point

# What began longer ago and goes on is marked as long (operations/dates.py).
RECENT = timedelta(days=1)
# Stands for the cell in a query that is asked once for each; no cell is negative.
SOME_CELL = -1
CELL_IS, CELL_IS_WANTED = '"cell" = %s', '"cell" = wanted.cell'


def dates_within(rows: OccurrenceQuerySet, question: ActionFilter) -> OccurrenceQuerySet:
    """Those of the dates that lie within the radius of the question."""
    centre = near_point(question.near).point
    cells = cells_within(centre, radius_km=question.within)
    return rows.filter(_is_within(centre, question.within), cell__in=cells)


def undated_within(rows: "QuerySet[Action, Action]", question: ActionFilter) -> "QuerySet[Action, Action]":
    """Those of the undated actions that lie within the radius. They are few, and their points are not stored."""
    centre = near_point(question.near).point
    parts = ("publication", "attendance_mode", "place_visibility", "place_revealed_at")
    points = [f"location__{name}" for name in ("latitude", "longitude", "place__latitude", "place__longitude")]
    looked_at = rows.select_related("location__place").only(*parts, *points)
    places = ((row.pk, point_of(row)) for row in looked_at)
    return rows.filter(pk__in=[pk for pk, point in places if point and kilometres(centre, to=point) <= question.within])


def metres_from(key: str) -> Expression:
    """The distance of a date from a place in whole metres, as an expression: what is at one place is equally far."""
    half = Sqrt(_chord(near_point(key).point)) / Value(2.0)
    return Round(ASin(half) * Value(2000 * EARTH_RADIUS_KM))


def first_dates_near(
    question: ActionFilter, *, now: datetime, limit: int, after: tuple[datetime, int] | None = None
) -> list[int]:
    """Keys of the first upcoming dates within the radius, by start and key; `after` is the start and key of the last
    one that the caller has.

    Each cell gives its first ones from the index, so that it does not matter how many a city has. Only published
    actions have a cell.
    """
    centre = near_point(question.near).point
    upcoming = Occurrence.objects.filter(_is_within(centre, question.within), cell=SOME_CELL, over_at__gt=now)
    recent = upcoming.filter(starts_at__gt=now - RECENT)
    going_on = upcoming.filter(starts_at__lte=now - RECENT, is_long=True)
    parts = []
    for rows in (recent, going_on):
        if after is not None:
            start, key = after
            # The first condition is what the index can use.
            rows = rows.filter(Q(starts_at__gt=start) | Q(starts_at=start, id__gt=key), starts_at__gte=start)
        parts.append(rows.in_order().values_list("pk", "starts_at")[:limit].query.sql_with_params())
    sql, params = _of_each_cell(parts, cells_within(centre, radius_km=question.within))
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY 2, 1 LIMIT {limit:d}", params)
        return [int(row[0]) for row in cursor.fetchall()]


def _of_each_cell(parts: list[tuple[str, Any]], cells: tuple[int, ...]) -> tuple[str, list[Any]]:
    """One statement that asks each part for each cell: a query with a LIMIT of its own, which no ORM can say."""
    if connection.vendor == "postgresql":
        # One plan for all cells: to plan a query for each would take longer than to answer it.
        told = " UNION ALL ".join(f"({sql.replace(CELL_IS, CELL_IS_WANTED)})" for sql, _ in parts)
        sql = f"SELECT found.* FROM unnest(%s::bigint[]) AS wanted(cell) CROSS JOIN LATERAL ({told}) AS found"  # noqa: S608
        return sql, [list(cells), *(value for _, params in parts for value in params if not _is_cell(value))]
    told = " UNION ALL ".join(f"SELECT * FROM ({sql})" for _ in cells for sql, _ in parts)  # noqa: S608
    params = [cell if _is_cell(value) else value for cell in cells for _, given in parts for value in given]
    return told, params


def _is_cell(value: object) -> bool:
    # A coordinate may be -1 too, but is a float.
    return isinstance(value, int) and value == SOME_CELL


def _is_within(centre: Point, radius_km: int) -> LessThanOrEqual:
    return LessThanOrEqual(_chord(centre), Value(chord_squared(radius_km)))


def _chord(centre: Point) -> Any:
    """The square of the straight line from a point to that of a date, on a ball of radius 1."""
    squares = [
        (F(name) - Value(value)) * (F(name) - Value(value))
        for name, value in zip(("unit_x", "unit_y", "unit_z"), unit_vector(centre), strict=True)
    ]
    return ExpressionWrapper(squares[0] + squares[1] + squares[2], output_field=FloatField())
