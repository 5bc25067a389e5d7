"""Stored VEVENT text: made when something is written, so that reading a feed is joining."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from importlib.metadata import version

from django.db.models import prefetch_related_objects
from django.utils import translation

from rallies import conf
from rallies.catalogues import catalogue_digest
from rallies.enums import Publication
from rallies.formats.ics import FORMAT, significant, vevent
from rallies.formats.public import PublicAction
from rallies.models import Action, Change, Occurrence
from rallies.rules.calendars import OFF, stays_until
from rallies.selectors.gate import calendar_action, public_action, with_public_parts

from .dates import WHEREABOUTS
from .saving import assign, write_fields
from .search_entries import ENTRIES
from .series import Form, begin_new_series, next_moment, refresh_series

TEXT_FIELDS = ("vevent", "vevent_tzid", "sequence", "changed_at", "stays_until")


def text_is_made_of() -> str:
    """What stored text and points depend on beside the rows, as a hash of 64 characters."""
    made_by = (str(FORMAT), WHEREABOUTS, ENTRIES, version("tzdata"), version("babel"))
    own = conf.default_language()
    parts = (*made_by, conf.site_url(), own, catalogue_digest(own))
    return sha256("\0".join(parts).encode()).hexdigest()


def with_parts(actions: Iterable[Action]) -> list[Action]:
    """The actions with everything that the gate looks at and their text as series, read afresh."""
    rows = list(actions)
    for row in rows:
        for name in ("public_participations", "public_listings", "public_sources", "public_changes"):
            row.__dict__.pop(name, None)
        row._state.fields_cache.pop("series_text", None)
    prefetch_related_objects(rows, "location__place", "series_text", *with_public_parts())
    return rows


def faces_of(action: Action, dates: Sequence[Occurrence]) -> tuple[PublicAction, ...]:
    """What the world sees of an action on each of its dates, without the versions; () if it sees nothing. A published
    action must have been read by `with_parts`."""
    if action.publication != Publication.PUBLISHED:
        return ()
    rows: Sequence[Occurrence | None] = dates
    return tuple(
        replace(public_action(action, row), updated_at=action.created_at, sequence=0) for row in rows or [None]
    )


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The dates of an action whose text changed, not written yet; and whether that of its series did, which is."""

    dates: list[Occurrence] = field(default_factory=list)
    is_series_new: bool = False


def refresh_texts(
    action: Action, dates: Sequence[Occurrence], *, now: datetime, pending: Sequence[Change] = ()
) -> Refreshed:
    """Make the stored text of an action what the world may see now.

    Only published actions have one. SEQUENCE rises when a time, the status or the place in the text
    changes; LAST-MODIFIED when anything does (FEED_CONTRACT 14 and 16). Both follow from the text
    itself, so that no operation can forget them. The caller writes the dates; the text of a series that goes out
    whole is written here.
    """
    if action.publication != Publication.PUBLISHED:
        return Refreshed()
    with translation.override(conf.default_language()):
        series = refresh_series(action, dates, now=now, pending=pending)
        if series.is_whole:
            silent = {"vevent": "", "vevent_tzid": "", "stays_until": None}
            return Refreshed([row for row in dates if assign(row, silent)], is_series_new=series.is_new)
        return Refreshed([row for row in dates if _refresh(action, row, now=now, pending=pending, series=series)])


def begin_new_versions(action: Action, dates: Sequence[Occurrence]) -> None:
    """Let the text that is made next be newer than all that was told, also where its words are the same: readers that dropped
    what was withdrawn skip what is no newer than the copy that they remember.

    The action must have been read by `with_parts`. The caller makes and writes the dates' texts.
    """
    for row in dates:
        if row.vevent:
            row.vevent = ""
            row.sequence += 1
    begin_new_series(action)


def _refresh(action: Action, row: Occurrence, *, now: datetime, pending: Sequence[Change], series: Form) -> bool:
    """Make the text of one date; whether anything changed. `series`: how its action goes out, and did before."""
    public = calendar_action(action, row, pending=pending)
    stays = _stays_until(public, action, row, now=now)
    told = vevent(replace(public, sequence=row.sequence))
    if told.text == row.vevent:
        return bool(assign(row, {"stays_until": stays, "vevent_tzid": told.tzid}))
    row.stays_until = stays
    if row.vevent:
        row.sequence += significant(told.text) != significant(row.vevent)
    else:
        row.sequence = max(row.sequence, series.sequence)
    row.changed_at = max(
        next_moment(moment, now=now) for moment in (row.changed_at, series.told_at, action.last_told_at)
    )
    made = vevent(replace(public, sequence=row.sequence, updated_at=row.changed_at))
    row.vevent, row.vevent_tzid = made.text, made.tzid
    return True


def _stays_until(public: PublicAction, action: Action, row: Occurrence, *, now: datetime) -> date | None:
    """Until when feeds tell of a date that does not take place. A date that was called off alone has no moment of its
    own: it is the one at which its text first said so."""
    if public.status not in OFF:
        return None
    if action.status in OFF:
        return stays_until(row.last_day, off_since=action.status_changed_at or now)
    return row.stays_until or stays_until(row.last_day, off_since=now)


def store_texts(dates: Sequence[Occurrence]) -> None:
    """Write the texts of dates that `refresh_texts` changed."""
    write_fields(dates, TEXT_FIELDS)
