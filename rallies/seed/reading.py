"""From shipped JSON to entries. What a file leaves open stays open: null is None, or "" for words.

A week is a directory of four files. An address among `campaign.json`'s sources stands for the source
wherever a fact names one; groups are named by their slug, places by their key.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from django.db.models import TextChoices

from rallies import enums
from rallies.places.gazetteer import GazetteerPlace

WEEK = Path(__file__).parent / "week_of_action_2025"
WORLD_CITIES = Path(__file__).parent / "world_cities.json"


class UnreadableSeed(Exception):
    """A seed that cannot be loaded: the sentence says which file, where in it, and what is wrong."""


@dataclass(frozen=True, slots=True)
class SeedLocation:
    """Where an action is; equal entries are one location. `place` is a key of the gazetteer."""

    venue: str
    street_address: str
    district: str
    locality: str
    region: str
    region_code: str
    country: str
    place: str
    latitude: float | None
    longitude: float | None
    precision: str
    timezone: str


@dataclass(frozen=True, slots=True)
class SeedOrganizer:
    uid: str
    slug: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    kind_note: str
    website: str


@dataclass(frozen=True, slots=True)
class SeedSource:
    url: str
    outlet: str
    published_on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class SeedName:
    name: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class SeedPart:
    organizer: str
    part: str
    wording: str
    source: str


@dataclass(frozen=True, slots=True)
class SeedTotal:
    statement: str
    source: str


@dataclass(frozen=True, slots=True)
class SeedCite:
    """A source of a milestone, with the day that it states where sources differ."""

    url: str
    stated_date: date | None


@dataclass(frozen=True, slots=True)
class SeedMilestone:
    """`sources`: the main one first. `date_note` says why they differ on the day."""

    uid: str
    slug: str
    title: str
    kind: str
    start_date: date
    venue: str
    locality: str
    country: str
    reported_status: str
    confidence: str
    confidence_note: str
    date_note: str
    sources: tuple[SeedCite, ...]


@dataclass(frozen=True, slots=True)
class SeedCampaign:
    uid: str
    slug: str
    name: str
    first_day: date
    last_day: date
    callers_note: str
    totals_note: str
    follow_up_note: str
    countries: tuple[str, ...]
    names: tuple[SeedName, ...]
    parts: tuple[SeedPart, ...]
    totals: tuple[SeedTotal, ...]
    milestones: tuple[SeedMilestone, ...]
    sources: tuple[SeedSource, ...]


@dataclass(frozen=True, slots=True)
class SeedAction:
    """`sources`: addresses, the main one first; it is the one that names the groups."""

    uid: str
    slug: str
    title: str
    title_basis: str
    kind: str
    kind_detail: str
    start_date: date | None
    start_time: time | None
    time_note: str
    end_time: time | None
    window_first: date | None
    window_last: date | None
    window_note: str
    timezone: str
    location: SeedLocation
    hosts: tuple[str, ...]
    endorsers: tuple[str, ...]
    participants: tuple[str, ...]
    reported_status: str
    listing_basis: str
    confidence: str
    confidence_note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A campaign with all that belongs to it; every name that one entry has for another leads somewhere."""

    campaign: SeedCampaign
    actions: tuple[SeedAction, ...]
    organizers: tuple[SeedOrganizer, ...]
    places: tuple[GazetteerPlace, ...]

    def source(self, url: str) -> SeedSource:
        return next(source for source in self.campaign.sources if source.url == url)


Entry = TypeVar("Entry")

_NEVER_EMPTY = {"uid", "slug", "key", "url"}
_CHOICES: dict[tuple[type, str], type[TextChoices]] = {
    (GazetteerPlace, "kind"): enums.PlaceKind,
    (SeedLocation, "precision"): enums.Precision,
    (SeedOrganizer, "kind"): enums.OrganizerKind,
    (SeedPart, "part"): enums.CampaignPart,
    (SeedMilestone, "reported_status"): enums.ReportedStatus,
    (SeedMilestone, "confidence"): enums.Confidence,
    (SeedAction, "title_basis"): enums.TitleBasis,
    (SeedAction, "kind"): enums.ActionKind,
    (SeedAction, "reported_status"): enums.ReportedStatus,
    (SeedAction, "listing_basis"): enums.ListingBasis,
    (SeedAction, "confidence"): enums.Confidence,
}
_WORDS: dict[type, str] = {str: "a text", int: "a whole number", float: "a number", date: "a day", time: "a time"}
_PARSERS: dict[type, Callable[[str], Any]] = {date: date.fromisoformat, time: time.fromisoformat}


def read_week(directory: Path = WEEK) -> Week:
    """The week in a directory. Raises `UnreadableSeed`."""
    week = Week(
        campaign=_entry(SeedCampaign, _json(directory / "campaign.json"), where="campaign.json"),
        actions=_entries(SeedAction, directory / "actions.json"),
        organizers=_entries(SeedOrganizer, directory / "organizers.json"),
        places=read_places(directory / "places.json"),
    )
    _check_names(week)
    return week


def read_places(file: Path) -> tuple[GazetteerPlace, ...]:
    """Places of the gazetteer, in the order of the file. Raises `UnreadableSeed`."""
    return _entries(GazetteerPlace, file)


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableSeed(f"{file} cannot be opened: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableSeed(f"{file} is not UTF-8 text: byte {error.start} is no part of a character.") from error
    except json.JSONDecodeError as error:
        raise UnreadableSeed(f"{file} is not JSON: {error.msg} in line {error.lineno}.") from error


def _entries(kind: type[Entry], file: Path) -> tuple[Entry, ...]:
    raw = _json(file)
    if not isinstance(raw, list):
        raise UnreadableSeed(f"{file.name} is not a list.")
    return tuple(_entry(kind, one, where=f"{file.name}, entry {n}") for n, one in enumerate(raw, start=1))


def _entry(kind: type[Entry], raw: Any, *, where: str) -> Entry:
    if not isinstance(raw, dict):
        raise UnreadableSeed(f"{where} is not an object.")
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    for name in [*names, *raw]:
        if (name in raw) != (name in names):
            raise UnreadableSeed(f"{where}: “{name}” {'is not known' if name in raw else 'is missing'}.")
    hints = get_type_hints(kind)
    values = {name: _value(hints[name], raw[name], where=f"{where}, {name}") for name in names}
    for name, value in values.items():
        if name in _NEVER_EMPTY and not value:
            raise UnreadableSeed(f"{where}: “{name}” is empty.")
        choices = _CHOICES.get((kind, name))
        if choices and value and value not in choices.values:
            raise UnreadableSeed(f"{where}: “{value}” is not a {name.replace('_', ' ')} of the list.")
    return kind(**values)


def _value(hint: Any, raw: Any, *, where: str) -> Any:
    """`raw` as the type that a field declares."""
    if get_origin(hint) is tuple:
        if not isinstance(raw, list):
            raise UnreadableSeed(f"{where} is not a list.")
        return tuple(_value(get_args(hint)[0], one, where=where) for one in raw)
    if hasattr(hint, "__dataclass_fields__"):
        return _entry(hint, raw, where=where)
    kinds = [kind for kind in (get_args(hint) or (hint,)) if kind is not type(None)]
    kind = kinds[0]
    if raw is None:
        if hint is str:
            return ""
        if hint is kind:
            raise UnreadableSeed(f"{where} is empty.")
        return None
    if kind in _PARSERS and isinstance(raw, str):
        try:
            return _PARSERS[kind](raw)
        except ValueError as error:
            raise UnreadableSeed(f"{where}: “{raw}” is not {_WORDS[kind]}.") from error
    if isinstance(raw, bool) or not isinstance(raw, (int, float) if kind is float else kind):
        raise UnreadableSeed(f"{where}: {json.dumps(raw, ensure_ascii=False)} is not {_WORDS[kind]}.")
    return raw


def _check_names(week: Week) -> None:
    campaign = week.campaign
    sources = {source.url for source in campaign.sources}
    groups = {organizer.slug for organizer in week.organizers}
    places = {place.key for place in week.places}
    for uids in ([a.uid for a in week.actions], [o.uid for o in week.organizers], [m.uid for m in campaign.milestones]):
        _once(uids, what="uid")
    _once([o.slug for o in week.organizers], what="slug")
    facts: list[SeedName | SeedTotal | SeedPart] = [*campaign.names, *campaign.totals, *campaign.parts]
    _known([fact.source for fact in facts if fact.source], sources, where="campaign.json", what="source")
    _known([part.organizer for part in campaign.parts], groups, where="campaign.json", what="group")
    for milestone in campaign.milestones:
        _known([cite.url for cite in milestone.sources], sources, where=milestone.slug, what="source")
    for action in week.actions:
        named = [*action.hosts, *action.endorsers, *action.participants]
        _known(named, groups, where=action.slug, what="group")
        _known(action.sources, sources, where=action.slug, what="source")
        _known([action.location.place] if action.location.place else [], places, where=action.slug, what="place")
        if named and not action.sources:
            raise UnreadableSeed(f"{action.slug} names groups and no source that names them.")
        _once(named, what="group", where=action.slug)


def _known(names: Iterable[str], known: set[str], *, where: str, what: str) -> None:
    for name in names:
        if name not in known:
            raise UnreadableSeed(f"{where} names the {what} “{name}”, which is not there.")


def _once(names: Sequence[str], *, what: str, where: str = "") -> None:
    for name in names:
        if names.count(name) > 1:
            raise UnreadableSeed(f"{where + ': t' if where else 'T'}he {what} “{name}” stands there twice.")
