"""The privacy gate: from rows to what the world may see.

What is decided here holds at every door, because doors and formats get nothing else: drafts do not
pass, a withheld place is its city, a contact passes only if its group wants it, and groups and
campaigns stand with an action only once they agreed or a source reports it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch

from rallies import links, names, recurrence
from rallies.enums import (
    ActionStatus,
    AttendanceMode,
    ChangeKind,
    OccurrenceStatus,
    ParticipationState,
    Precision,
    Publication,
)
from rallies.formats.public import (
    PublicAction,
    PublicChange,
    PublicListing,
    PublicParticipation,
    PublicPlace,
    PublicSource,
    PublicWhen,
)
from rallies.models import Action, Change, Listing, Location, Occurrence, Participation, Source
from rallies.places.distance import Point
from rallies.rules.places import is_withheld
from rallies.text import markdown_to_html

from .history import words_of_change, words_of_series_move

TOLD_CHANGES = (ChangeKind.MOVED_IN_TIME, ChangeKind.MOVED_IN_PLACE)
"""What calendars tell of the history."""
UNTOLD: dict[str, Any] = {
    **dict.fromkeys(
        ("title_basis", "kind_detail", "description_html", "route_start", "route_end", "what_to_bring"), ""
    ),
    **dict.fromkeys(("access_note", "contact", "picture_url", "picture_alt"), ""),
    **dict.fromkeys(("reported_status", "confidence", "confidence_note"), ""),
    **dict.fromkeys(("route_stops", "languages", "access_features", "participations", "sources"), ()),
    **dict.fromkeys(("status_changed_at", "gathering_time", "step_off_time", "confirmed_at"), None),
}
"""The fields of which no calendar tells."""


def with_public_parts(prefix: str = "") -> list[Any]:
    """What `public_action` needs beside the action's own row, for `prefetch_related`: a fixed number of queries."""
    return [
        Prefetch(
            f"{prefix}participations",
            queryset=Participation.objects.public().select_related("organizer", "source").order_by("position", "id"),
            to_attr="public_participations",
        ),
        Prefetch(
            f"{prefix}listings",
            queryset=Listing.objects.public().select_related("campaign").order_by("id"),
            to_attr="public_listings",
        ),
        Prefetch(
            f"{prefix}sources",
            queryset=Source.objects.order_by("-is_main", "position", "id"),
            to_attr="public_sources",
        ),
        Prefetch(f"{prefix}changes", queryset=Change.objects.order_by("-number", "-id"), to_attr="public_changes"),
    ]


def public_action(action: Action, occurrence: Occurrence | None, *, pending: Sequence[Change] = ()) -> PublicAction:
    """What the world may see of an action on one of its dates; None for an action without a date.

    The action must have been read with `with_public_parts()` and its location. `pending` are changes that
    the running operation has not written yet, newest first. The caller has asked for published actions.
    """
    parts: Any = action
    location = action.location
    place = _place(action, location)
    is_withheld_place = place is not None and place.is_withheld
    return PublicAction(
        **_told_in_calendars(action, occurrence, place=place, pending=pending),
        title_basis=action.title_basis,
        kind_detail=action.kind_detail,
        status_changed_at=action.status_changed_at,
        description_html=markdown_to_html(action.description),
        route_start="" if is_withheld_place else action.route_start,
        route_stops=() if is_withheld_place else tuple(action.route_stops),
        route_end="" if is_withheld_place else action.route_end,
        gathering_time=action.gathering_time,
        step_off_time=action.step_off_time,
        what_to_bring=action.what_to_bring,
        languages=tuple(action.languages),
        access_features=access_of(action),
        # It tells the way in, and so the place.
        access_note="" if is_withheld_place else action.access_note or (location.access_note if location else ""),
        contact=action.contact if action.contact_is_public else "",
        picture_url=links.absolute(action.picture.url) if action.picture else "",
        picture_alt=action.picture_alt,
        confirmed_at=action.confirmed_at,
        reported_status=action.reported_status,
        confidence=action.confidence,
        confidence_note=action.confidence_note,
        participations=tuple(_participation(p) for p in parts.public_participations),
        sources=public_sources(parts.public_sources),
    )


def calendar_action(action: Action, occurrence: Occurrence, *, pending: Sequence[Change] = ()) -> PublicAction:
    """What the world may see of an action in a calendar: as `public_action`, but empty where no calendar tells of it.

    It is enough to read the columns and parts of `calendar_rows`. `pending` as in `public_action`.
    """
    place = _place(action, action.location)
    return PublicAction(**_told_in_calendars(action, occurrence, place=place, pending=pending), **UNTOLD)


def _told_in_calendars(
    action: Action, occurrence: Occurrence | None, *, place: PublicPlace | None, pending: Sequence[Change] = ()
) -> dict[str, Any]:
    parts: Any = action
    is_withheld_place = place is not None and place.is_withheld
    status, message = _status(action, occurrence)
    return {
        "uid": occurrence.uid if occurrence else action.uid,
        "action_uid": action.uid,
        "recurrence_id": occurrence.recurrence_id if occurrence else "",
        "slug": action.slug,
        "url": links.absolute(links.action_path(action.slug)),
        "title": action.title,
        "kind": action.kind,
        "status": status,
        "status_message": message,
        "when": _when(action, occurrence),
        "recurrence_rule": action.recurrence_rule,
        "skipped_days": recurrence.days_of(action.skipped_days),
        "attendance_mode": action.attendance_mode,
        "online_url": action.online_url,
        "place": place,
        "description": action.description,
        "listings": tuple(_listing(row) for row in parts.public_listings),
        "changes": tuple(
            _change(row, is_withheld=is_withheld_place, date=occurrence if action.recurrence_rule else None)
            for row in [*pending, *parts.public_changes]
        ),
        "created_at": action.created_at,
        "updated_at": occurrence.changed_at if occurrence and occurrence.changed_at else action.updated_at,
        "sequence": occurrence.sequence if occurrence else 0,
    }


def _status(action: Action, occurrence: Occurrence | None) -> tuple[str, str]:
    """The status of one date with its public message: its own cancellation, or that of the action."""
    is_cancelled_alone = occurrence is not None and occurrence.status == OccurrenceStatus.CANCELLED
    if occurrence is not None and is_cancelled_alone and action.status != ActionStatus.CANCELLED:
        return str(ActionStatus.CANCELLED), occurrence.message
    return action.status, action.status_message


def _when(action: Action, occurrence: Occurrence | None) -> PublicWhen:
    row = occurrence or action
    return PublicWhen(
        timezone=action.timezone,
        start_date=row.start_date,
        start_time=row.start_time,
        end_date=row.end_date,
        end_time=row.end_time,
        starts_at=occurrence.starts_at if occurrence else None,
        ends_at=occurrence.ends_at if occurrence else None,
        over_at=occurrence.over_at if occurrence else None,
        last_day=occurrence.last_day if occurrence else None,
        time_note=action.time_note,
        window_first=action.window_first,
        window_last=action.window_last,
        window_note=action.window_note,
    )


def _place(action: Action, location: Location | None) -> PublicPlace | None:
    if location is None:
        return None
    withheld = is_withheld(action.place_visibility, revealed_at=action.place_revealed_at)
    return public_place(location, withheld=withheld, revealed_from=action.place_revealed_from if withheld else None)


def public_place(location: Location, *, withheld: bool, revealed_from: Any = None) -> PublicPlace:
    """A location as the world may see it; withheld, it is its city: words, and the point of the gazetteer's place."""
    country_name = names.country_name(location.country) if location.country else ""
    exact = () if withheld else (location.venue, location.street_address, location.district)
    point = public_point(location, withheld=withheld)
    is_of_city = withheld or (point is not None and location.latitude is None)
    return PublicPlace(
        label=names.place_label(exact, locality=location.locality, region=location.region, country=location.country),
        venue="" if withheld else location.venue,
        street_address="" if withheld else location.street_address,
        district="" if withheld else location.district,
        locality=location.locality,
        region=location.region,
        region_code=location.region_code,
        postal_code="" if withheld else location.postal_code,
        country=location.country,
        country_name=country_name,
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        precision=str(Precision.CITY) if is_of_city else location.precision,
        place_key=location.place.key if location.place else "",
        is_withheld=withheld,
        revealed_from=revealed_from,
        access_features=() if withheld else tuple(location.access_features),
        access_note="" if withheld else location.access_note,
        location_id=None if withheld else location.pk,
        timezone=location.timezone,
    )


def public_point(location: Location, *, withheld: bool) -> Point | None:
    """The point of a location as the world may see it: that of its city when the exact one is withheld or not known."""
    if not withheld and location.latitude is not None and location.longitude is not None:
        return Point(location.latitude, location.longitude)
    city = location.place
    if city is None or city.latitude is None or city.longitude is None:
        return None
    return Point(city.latitude, city.longitude)


def point_of(action: Action) -> Point | None:
    """Where an action counts as being when people ask what is near: its public point. None for one that the world
    may not see, that takes place online only, or whose place is not known."""
    if action.publication != Publication.PUBLISHED or action.attendance_mode == AttendanceMode.ONLINE:
        return None
    if action.location is None:
        return None
    withheld = is_withheld(action.place_visibility, revealed_at=action.place_revealed_at)
    return public_point(action.location, withheld=withheld)


def place_of(action: Action) -> PublicPlace | None:
    """The place of an action as the world may see it."""
    return _place(action, action.location)


def access_of(action: Action) -> tuple[str, ...]:
    """What the world may know of its access: what is stated of the action, and of a place that is not withheld."""
    place = place_of(action)
    return tuple(dict.fromkeys([*(action.access_features or ()), *(place.access_features if place else ())]))


def _participation(row: Participation) -> PublicParticipation:
    return PublicParticipation(
        name=row.organizer.name,
        slug=row.organizer.slug,
        role=row.role,
        is_reported=row.state == ParticipationState.REPORTED,
        outlet=row.source.outlet if row.source else "",
    )


def _listing(row: Listing) -> PublicListing:
    return PublicListing(name=row.campaign.name, slug=row.campaign.slug, basis=row.basis)


def _change(row: Change, *, is_withheld: bool, date: Occurrence | None) -> PublicChange:
    """`date`: the one of a series that is told of."""
    before, after = words_of_change(kind=ChangeKind(row.kind), details=row.details, is_withheld=is_withheld)
    of_each = None
    if date is not None and row.kind == ChangeKind.MOVED_IN_TIME:
        is_moved_alone = date.recurrence_id[:8] not in {"", f"{date.start_date:%Y%m%d}"}
        of_each = ("", "")
        if not is_moved_alone:
            of_each = words_of_series_move(row.details, day=date.start_date, clock=date.start_time)
    return PublicChange(
        number=row.number,
        at=row.at,
        kind=row.kind,
        before=before,
        after=after,
        message=row.message,
        of_each=of_each,
    )


def public_source(row: Source) -> PublicSource:
    return PublicSource(
        url=row.url,
        outlet=row.outlet,
        published_on=row.published_on,
        note=row.note,
        is_main=row.is_main,
        stated_date=row.stated_date,
    )


def public_sources(rows: Iterable[Source]) -> tuple[PublicSource, ...]:
    return tuple(public_source(row) for row in rows)
