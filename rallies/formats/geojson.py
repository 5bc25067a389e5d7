"""Actions as GeoJSON (RFC 7946): one feature for each date, and one for each action without a date."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from .public import PublicAction
from .records import record

MEDIA_TYPE = "application/geo+json"


def geojson_chunks(actions: Iterable[PublicAction]) -> Iterator[str]:
    """A FeatureCollection piece by piece."""
    yield '{"type": "FeatureCollection", "features": ['
    separator = "\n"
    for action in actions:
        yield separator + json.dumps(feature(action), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def feature(action: PublicAction) -> dict[str, Any]:
    """One date as a Feature. The point is [longitude, latitude]; `geometry` is null when none is public.

    `properties.precision` says what the point stands for: a venue, a street, or only a city.
    """
    properties = record(action)
    latitude, longitude = properties.pop("latitude"), properties.pop("longitude")
    has_point = latitude is not None and longitude is not None
    return {
        "type": "Feature",
        "id": action.uid,
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]} if has_point else None,
        "properties": properties,
    }
