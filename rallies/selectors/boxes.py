"""What lies in a rectangle that a map shows, by what the world sees of where it is: a withheld place counts as its city."""

from django.db.models import Q, QuerySet

from rallies.models import Action, OccurrenceQuerySet, SearchEntry
from rallies.places.boxes import Box
from rallies.places.cells import cells_within
from rallies.places.distance import RADII_KM


def dates_inside(rows: OccurrenceQuerySet, box: Box) -> OccurrenceQuerySet:
    """Those of the dates that lie in a rectangle."""
    rows = rows.filter(_between(box), latitude__range=(box.south, box.north))
    if box.width < 180 and box.reach_km <= RADII_KM[-1]:
        # Few cells, which an index finds; of a larger part of the earth it is no use.
        rows = rows.filter(cell__in=cells_within(box.middle, radius_km=box.reach_km))
    return rows


def undated_inside(rows: "QuerySet[Action, Action]", box: Box) -> "QuerySet[Action, Action]":
    """Those of the undated actions that lie in a rectangle, by the points in their entries."""
    points = SearchEntry.objects.filter(_between(box), latitude__range=(box.south, box.north))
    return rows.filter(pk__in=points.values("pk"))


def _between(box: Box) -> Q:
    if box.is_over_the_date_line:
        return Q(longitude__gte=box.west) | Q(longitude__lte=box.east)
    # The date line itself has two names, of which either may have been entered.
    names = ([180.0] if box.west == -180 else []) + ([-180.0] if box.east == 180 else [])
    return Q(longitude__range=(box.west, box.east)) | Q(longitude__in=names)
