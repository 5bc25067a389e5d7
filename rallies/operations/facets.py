"""What lists are narrowed by, in the form in which it stands on each date and in the entry of an action."""

from collections.abc import Iterable
from typing import Any

from rallies.enums import AccessFeature, AttendanceMode, Publication
from rallies.models import Action
from rallies.selectors.gate import access_of, place_of
from rallies.selectors.search import access_bits

FACETS = "-".join(("1", *AccessFeature.values))
"""What facets are made by; raise the number when `facets_of` makes something else."""
FACET_FIELDS = ("kind", "country", "is_in_person", "is_online", "access", "languages")
_NOTHING = {"kind": "", "country": "", "is_in_person": False, "is_online": False, "access": 0, "languages": ""}


def facets_of(action: Action) -> dict[str, Any]:
    """By FACET_FIELDS, exactly what the world sees of an action; nothing of one that it does not see."""
    if action.publication != Publication.PUBLISHED:
        return dict(_NOTHING)
    place = place_of(action)
    mode = action.attendance_mode
    return {
        "kind": action.kind,
        "country": place.country if place else "",
        "is_in_person": mode != AttendanceMode.ONLINE,
        "is_online": mode != AttendanceMode.IN_PERSON,
        "access": access_bits(access_of(action)),
        "languages": _languages(action.languages or ()),
    }


def _languages(codes: Iterable[str]) -> str:
    """Of es-MX both es and es-mx, between spaces."""
    found: dict[str, None] = {}
    for code in codes:
        parts = code.lower().split("-")
        found |= dict.fromkeys("-".join(parts[: count + 1]) for count in range(len(parts)))
    return f" {' '.join(sorted(found))} " if found else ""
