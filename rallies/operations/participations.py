"""Groups at actions, actions in campaigns, and the sources that report either."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rallies.enums import ListingState, ParticipationState
from rallies.models import Action, Campaign, Listing, Organizer, Participation, Source
from rallies.rules.parts import broken_listing, broken_participation, broken_source
from rallies.text import clean_line

from .errors import raise_if_any
from .saving import Person, insert


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A page that a fact comes from."""

    url: str
    outlet: str = ""
    published_on: date | None = None
    note: str = ""
    stated_date: date | None = None
    is_main: bool = False
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class ParticipationEntry:
    """A group at an action; `source` is the position of the reporting source among the entries, None for none."""

    organizer: Organizer
    role: str
    state: str = ParticipationState.INVITED
    source: int | None = None


@dataclass(frozen=True, slots=True)
class ListingEntry:
    campaign: Campaign
    state: str = ListingState.REQUESTED_BY_HOST
    basis: str = ""


def add_parts(
    action: Action,
    *,
    sources: Sequence[SourceEntry],
    participations: Sequence[ParticipationEntry],
    listings: Sequence[ListingEntry],
    by: Person,
    now: datetime,
) -> None:
    """Write what stands beside a new action, in the order given. Call it inside an operation.

    Raises `RulesBroken`.
    """
    raise_if_any(
        [
            rule
            for part in participations
            for rule in broken_participation(role=part.role, state=part.state, has_source=part.source is not None)
        ]
        + [rule for entry in listings for rule in broken_listing(state=entry.state, basis=entry.basis)]
    )
    source_rows = [source_row(entry, position=position, action=action) for position, entry in enumerate(sources)]
    for source in source_rows:
        insert(source, by=by, now=now)
    for position, part in enumerate(participations):
        row = Participation(
            action=action,
            organizer=part.organizer,
            role=part.role,
            state=part.state,
            source=None if part.source is None else source_rows[part.source],
            position=position,
        )
        insert(row, by=by, now=now)
    for entry in listings:
        insert(Listing(action=action, campaign=entry.campaign, state=entry.state, basis=entry.basis), by=by, now=now)


def source_row(entry: SourceEntry, *, position: int, **owner: object) -> Source:
    """An unsaved source of an action, a campaign or a milestone. Raises `RulesBroken`."""
    outlet, note = clean_line(entry.outlet), clean_line(entry.note)
    raise_if_any(broken_source(url=entry.url, outlet=outlet, note=note, confidence=entry.confidence))
    return Source(
        url=entry.url,
        outlet=outlet,
        published_on=entry.published_on,
        note=note,
        stated_date=entry.stated_date,
        is_main=entry.is_main,
        confidence=entry.confidence,
        position=position,
        **owner,
    )
