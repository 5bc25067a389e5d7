"""Actions as a table for those who may see them at the desk: all that they need to go on working with it elsewhere."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, time

from rallies import links
from rallies.enums import (
    SHOWN_LISTINGS,
    SHOWN_PARTICIPATIONS,
    ParticipationRole,
    Publication,
)
from rallies.formats.public import PublicAction
from rallies.models import Action
from rallies.rules.times import zone

from .actions import with_parts
from .gate import public_action

Cell = str | int | float | bool | date | time | None

NAMES = (
    *("title", "kind", "publication", "status", "status_message"),
    *("start_date", "start_time", "end_date", "end_time", "timezone", "time_note", "repeats"),
    *("venue", "street_address", "locality", "region", "postal_code", "country", "latitude", "longitude"),
    *("place_visibility", "attendance_mode", "online_url"),
    *("hosts", "other_groups", "not_accepted_groups", "campaigns", "asked_campaigns"),
    *("languages", "access", "what_to_bring", "contact", "contact_is_public", "confirmed_on", "description"),
    *("internal_note", "url", "uid"),
)
WIDE = (
    "title",
    "status_message",
    "venue",
    "hosts",
    "campaigns",
    "what_to_bring",
    "description",
    "internal_note",
    "url",
)
_AT_ONCE = 500
_CELLS = (str, int, float, date, time)


def desk_rows(keys: Sequence[int], *, public: Collection[int] = frozenset()) -> Iterator[tuple[Cell, ...]]:
    """A row of NAMES for each action, in the order of `keys`. Days and times are the wall clock of its time zone,
    `confirmed_on` too.

    The caller has asked who may see them: places that are withheld, notes and contacts stand here. Of those in `public`
    stands what the public sees, and of one that it does not see nothing.
    """
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        own = Action.objects.filter(pk__in=[key for key in some if key not in public]).select_related("location")
        records = {
            row.pk: _record(row) for row in own.prefetch_related("participations__organizer", "listings__campaign")
        }
        others = Action.objects.published().filter(pk__in=[key for key in some if key in public])
        records |= {row.pk: _public_record(public_action(row, None)) for row in with_parts(others)}
        for key in some:
            if key in records:
                yield tuple(records[key][name] for name in NAMES)


def _public_record(action: PublicAction) -> dict[str, Cell]:
    """From the answer of the privacy gate alone."""
    place, when, hosts = action.place, action.when, action.hosts
    values: dict[str, Cell] = dict.fromkeys(NAMES)
    for source in (place, when, action):
        values |= {name: getattr(source, name) for name in NAMES if isinstance(getattr(source, name, None), _CELLS)}
    return values | {
        "publication": str(Publication.PUBLISHED),
        "repeats": action.recurrence_rule,
        "hosts": _joined(group.name for group in hosts),
        "other_groups": _joined(group.name for group in action.participations if group not in hosts),
        "campaigns": _joined(listing.name for listing in action.listings),
        "languages": _joined(action.languages),
        "access": _joined(action.access_features),
        "contact_is_public": True if action.contact else None,
        "confirmed_on": action.confirmed_at.astimezone(zone(when.timezone)).date() if action.confirmed_at else None,
        "uid": str(action.action_uid),
    }


def _record(action: Action) -> dict[str, Cell]:
    values: dict[str, Cell] = {name: getattr(action, name) for name in NAMES if hasattr(action, name)}
    location = action.location
    for name in ("venue", "street_address", "locality", "region", "postal_code", "country", "latitude", "longitude"):
        values[name] = getattr(location, name) if location else None
    confirmed = action.confirmed_at
    return values | {
        "repeats": action.recurrence_rule,
        **_groups(action),
        "campaigns": _joined(row.campaign.name for row in action.listings.all() if row.state in SHOWN_LISTINGS),
        "asked_campaigns": _joined(
            row.campaign.name for row in action.listings.all() if row.state not in SHOWN_LISTINGS
        ),
        "languages": _joined(action.languages),
        "access": _joined(action.access_features),
        "confirmed_on": confirmed.astimezone(zone(action.timezone)).date() if confirmed else None,
        "url": links.absolute(links.action_path(action.slug)),
    }


def _groups(action: Action) -> dict[str, Cell]:
    parts = list(action.participations.all())
    shown = [part for part in parts if part.state in SHOWN_PARTICIPATIONS]
    return {
        "hosts": _joined(part.organizer.name for part in shown if part.role == ParticipationRole.HOST),
        "other_groups": _joined(part.organizer.name for part in shown if part.role != ParticipationRole.HOST),
        "not_accepted_groups": _joined(part.organizer.name for part in parts if part.state not in SHOWN_PARTICIPATIONS),
    }


def _joined(words: Iterator[str] | Sequence[str]) -> str:
    return "; ".join(words)
