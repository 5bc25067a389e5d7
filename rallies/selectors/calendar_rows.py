"""What calendars tell of dates, read as plain values: an object of the ORM takes ten times as long to make, of columns that
no calendar tells."""

from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet

from rallies.enums import Publication
from rallies.models import Change, Listing, Location, Occurrence, SeriesText

from .gate import TOLD_CHANGES

OF_ACTION = (
    *("pk", "uid", "slug", "title", "kind", "description", "publication", "status", "status_message", "location"),
    *("start_date", "start_time", "end_date", "end_time", "timezone", "time_note"),
    *("recurrence_rule", "skipped_days"),
    *("window_first", "window_last", "window_note", "attendance_mode", "online_url", "created_at", "updated_at"),
    *("place_visibility", "place_revealed_from", "place_revealed_at"),
)
OF_DATE = (
    *("pk", "action", "uid", "recurrence_id", "start_date", "start_time", "end_date", "end_time"),
    *("starts_at", "ends_at", "over_at", "last_day", "status", "message", "sequence", "changed_at"),
)
OF_LOCATION = (
    *("pk", "venue", "street_address", "district", "locality", "region", "region_code", "postal_code", "country"),
    *("latitude", "longitude", "precision", "timezone", "access_features", "access_note", "place"),
)
OF_PLACE = ("key", "latitude", "longitude")
OF_LISTING = ("action", "basis")
OF_CAMPAIGN = ("name", "slug")
OF_CHANGE = ("action", "number", "at", "kind", "details", "message")


class Row(SimpleNamespace):
    """Columns of a row, and rows that belong to it, under the names that the model gives them."""


def dates_of_keys(keys: Sequence[int]) -> list[Any]:
    """The dates of these keys with their actions, as `calendar_action` takes them; in no order, and without those that are
    no longer public."""
    rows = _read(Occurrence.objects.filter(pk__in=keys), OF_DATE, action=OF_ACTION)
    # Not by the query: asked for both, SQLite begins with all that was ever published.
    found = [row for row in rows if row.action.publication == Publication.PUBLISHED]
    _add_parts([row.action for row in found])
    return found


def series_of_keys(keys: Sequence[int]) -> list[Any]:
    """The texts of the series of these actions, with the actions and all their `dates`; in no order, and without those that
    are no longer public."""
    rows = SeriesText.objects.filter(action__in=keys, action__publication=Publication.PUBLISHED)
    found = list(_read(rows, ("pk", "sequence", "changed_at"), action=OF_ACTION))
    dates: dict[int, list[Row]] = {row.pk: [] for row in found}
    for date in _read(Occurrence.objects.filter(action__in=list(dates)), OF_DATE):
        dates[date.action].append(date)
    for row in found:
        row.dates = dates[row.pk]
    _add_parts([row.action for row in found])
    return found


def _add_parts(actions: Iterable[Row]) -> None:
    """Places, campaigns and changes, a fixed number of queries; many actions share a place, which is one row for them all."""
    of_key: dict[int, list[Row]] = {}
    for action in actions:
        action.public_listings, action.public_changes = [], []
        of_key.setdefault(action.pk, []).append(action)
    keys = list(of_key)
    of_places = {action.location for same in of_key.values() for action in same} - {None}
    locations = {row.pk: row for row in _read(Location.objects.filter(pk__in=of_places), OF_LOCATION, place=OF_PLACE)}
    for same in of_key.values():
        for action in same:
            action.location = locations.get(action.location)
    for row in _read(Listing.objects.public().filter(action__in=keys).order_by("id"), OF_LISTING, campaign=OF_CAMPAIGN):
        for action in of_key[row.action]:
            action.public_listings.append(row)
    changes = Change.objects.filter(action__in=keys, kind__in=TOLD_CHANGES).order_by("-number", "-id")
    for row in _read(changes, OF_CHANGE):
        for action in of_key[row.action]:
            action.public_changes.append(row)


def _read(rows: "QuerySet[Any, Any]", names: Sequence[str], **joined: Sequence[str]) -> Iterator[Row]:
    """The named columns, and those of one row that each belongs to; None where it belongs to none."""
    ((other, others),) = joined.items() or [("", ())]
    columns = [*names, *(f"{other}__{name}" for name in others)]
    count = len(names)
    for values in rows.values_list(*columns):
        row = Row(**dict(zip(names, values, strict=False)))
        if other:
            is_there = getattr(row, other, True) is not None
            setattr(row, other, Row(**dict(zip(others, values[count:], strict=True))) if is_there else None)
        yield row
