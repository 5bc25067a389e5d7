"""Filling the gazetteer."""

from collections.abc import Iterable, Mapping
from typing import Any

from rallies.models import Place

from .transaction import operation


@operation
def load_places(entries: Iterable[Mapping[str, Any]]) -> int:
    """Add the places whose keys are not there yet; how many were added. Keys never change, so nothing
    that is there is touched."""
    known = set(Place.objects.values_list("key", flat=True))
    new = [Place(**entry) for entry in entries if entry["key"] not in known]
    Place.objects.bulk_create(new, batch_size=1000)
    return len(new)
