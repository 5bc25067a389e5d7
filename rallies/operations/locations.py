"""Making and changing a location. A change reaches every action that is held there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from rallies import conf
from rallies.enums import AccessFeature, Publication
from rallies.models import Action, Location, Place
from rallies.places.completion import place_of_words
from rallies.places.fit import zone_of_most
from rallies.places.zones import zone_at, zone_of_location
from rallies.rules import places, times
from rallies.rules.access import LocationSubject, Right
from rallies.rules.errors import BadValue, RuleBroken
from rallies.selectors.access import rows_for
from rallies.text import clean_line, clean_text

from .access import acting, adds, needs
from .affected import settle_affected
from .errors import raise_if_any
from .saving import Person, assign, insert, update
from .stamps import scopes_of
from .transaction import operation

LINES = {"venue": 200, "street_address": 200, "district": 120, "locality": 120, "region": 120, "postal_code": 20}
EDITABLE = frozenset(
    {*LINES, "region_code", "country", "place", "latitude", "longitude", "precision", "timezone"}
    | {"access_features", "access_note"}
)

# What says in which place it is.
NAMING = frozenset({"locality", "region", "region_code", "country", "latitude", "longitude"})


@operation
@adds(LocationSubject)
def create_location(values: Mapping[str, Any], *, by: Person, now: datetime) -> Location:
    """A new location. Without a place it is linked with the one that its words name; without a zone it gets that of
    its point, of its place, of most people of its region or country, or of the site. Raises `RulesBroken`."""
    location = would_be(values)
    location.created_by = by
    raise_if_any(broken_rules(location))
    insert(location, by=by, now=now)
    return location


def would_be(values: Mapping[str, Any]) -> Location:
    """The location that `create_location` would make of these fields, with its place and zone; nothing is written."""
    location = Location()
    assign(location, _cleaned(values))
    if location.place is None:
        location.place = _place_of(location)
    location.timezone = location.timezone or _zone_of(location)
    return location


@operation
@needs(Right.CHANGE, Location)
def edit_location(location_id: int, values: Mapping[str, Any], *, by: Person, now: datetime) -> Location:
    """Change a location, and with it the text and the stamps of the published actions held there.

    Without a place it is linked with the one that its words name; with other words, one that the words named before
    gives way to the one that they name now. An empty zone is found anew, and so is one that is not among `values` if
    it was what could be found before; one that a person chose stays. That of the actions stays always: their wall
    clock was typed for it. Where others hold actions too, those of `by` get a location of their own that is so
    changed: theirs stay where they are, and nobody learns of the other. Raises `RulesBroken`.
    """
    location = Location.objects.select_for_update().get(pk=location_id)
    named_before, was_found = _place_of(location), _is_found_zone(location)
    changed = assign(location, _cleaned(values))
    is_stale = location.place == named_before and "place" not in changed and bool(NAMING & set(changed))
    if location.place is None or is_stale:
        changed += assign(location, {"place": _place_of(location)})
    is_moved = bool({*NAMING, "place"} & set(changed))
    if not location.timezone or (is_moved and was_found and "timezone" not in changed):
        changed += assign(location, {"timezone": _zone_of(location)})
    raise_if_any(broken_rules(location))
    if not changed:
        return location
    others = _actions_of_others(location, by=by)
    if others:
        location = _copy_without(others, location, by=by, now=now)
    else:
        # If no action stands there any longer, it is theirs who made it what it is, and not theirs who once entered it and
        # may have left since.
        changed += assign(location, {"created_by": by}) if by is not None else []
        update(location, changed, by=by, now=now)
    held = Action.objects.filter(location=location, publication=Publication.PUBLISHED)
    actions = list(held.values_list("pk", flat=True))
    settle_affected(actions, scopes=scopes_of(actions=actions), now=now)
    return location


def _actions_of_others(location: Location, *, by: Person) -> set[int]:
    actor = acting(by)
    if actor.is_administrator:
        return set()
    own = rows_for(actor, Right.CHANGE, Action).values("pk")
    return set(Action.objects.filter(location=location).exclude(pk__in=own).values_list("pk", flat=True))


def _copy_without(others: set[int], location: Location, *, by: Person, now: datetime) -> Location:
    """A new row with the values that `location` has in memory, for all actions held there but `others`."""
    own = Location(created_by=by, **{name: getattr(location, name) for name in EDITABLE})
    insert(own, by=by, now=now)
    for action in Action.objects.filter(location_id=location.pk).exclude(pk__in=others):
        update(action, assign(action, {"location": own}), by=by, now=now)
    return own


def _place_of(location: Location) -> Place | None:
    """The row of the place that the words name; None if there is none, or if they name none."""
    if not location.locality or not location.country:
        return None
    found = place_of_words(
        location.locality,
        country=location.country,
        region=location.region,
        region_code=location.region_code,
        latitude=location.latitude,
        longitude=location.longitude,
    )
    return Place.objects.filter(key=found.key).first() if found else None


def broken_values(values: Mapping[str, Any]) -> list[RuleBroken]:
    """What `broken_rules` would say of a new one with these fields; nothing is written."""
    row = Location()
    assign(row, _cleaned(values))
    row.timezone = row.timezone or _zone_of(row)
    return broken_rules(row)


def broken_rules(location: Location) -> list[RuleBroken]:
    """Everything that is wrong with a location, each naming its field."""
    broken: list[RuleBroken] = []
    for name, longest in LINES.items():
        if len(getattr(location, name)) > longest:
            broken.append(
                BadValue(_("This text is longer than %(count)d characters.") % {"count": longest}, field=name)
            )
    for feature in location.access_features:
        if feature not in AccessFeature.values:
            broken.append(
                BadValue(_("“%(value)s” is not one of the list.") % {"value": feature}, field="access_features")
            )
    checks = (
        lambda: places.check_point(location.latitude, location.longitude),
        lambda: places.check_country(location.country, region_code=location.region_code),
        lambda: places.check_words(
            venue=location.venue,
            locality=location.locality,
            precision=location.precision,
            latitude=location.latitude,
        ),
        lambda: times.zone(location.timezone),
    )
    for check in checks:
        try:
            check()
        except RuleBroken as rule:
            broken.append(rule)
    return broken


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a location: {', '.join(sorted(unknown))}")
    cleaned = dict(values)
    for name in cleaned.keys() & LINES.keys():
        cleaned[name] = clean_line(cleaned[name] or "")
    if "country" in cleaned:
        cleaned["country"] = clean_line(cleaned["country"] or "").upper()
    if "access_note" in cleaned:
        cleaned["access_note"] = clean_text(cleaned["access_note"] or "")
    return cleaned


def _zone_of(location: Location) -> str:
    """That of its point, of its place, of most people of its region or country, or of the site."""
    latitude, longitude = location.latitude, location.longitude
    try:
        places.check_point(latitude, longitude)
        point = zone_at(latitude, longitude) if latitude is not None and longitude is not None else None
    except RuleBroken:
        # It is refused beside its own field.
        point = None
    return (
        zone_of_location(point, place_zone=location.place.timezone if location.place else "")
        or zone_of_most(country=location.country, region=location.region, region_code=location.region_code)
        or conf.default_timezone()
    )


def _is_found_zone(location: Location) -> bool:
    """Whether the zone is what its point, place and words say, or nothing was known and the site's was taken."""
    is_unknown = location.place is None and location.latitude is None
    return location.timezone == _zone_of(location) or (is_unknown and location.timezone == conf.default_timezone())
