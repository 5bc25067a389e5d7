"""Stored VEVENT text: made when something is written, so that reading a feed is joining."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.metadata import version

from django.db.models import prefetch_related_objects
from django.utils import translation

from rallies import conf
from rallies.enums import Publication
from rallies.formats.ics import FORMAT, CalendarText, significant, vevent
from rallies.formats.public import PublicAction
from rallies.models import Action, Change, Occurrence
from rallies.selectors.gate import public_action, with_public_parts

from .dates import WHEREABOUTS

TEXT_FIELDS = ("vevent", "vevent_tzid", "sequence", "changed_at")


def text_is_made_of() -> str:
    """What stored text and points depend on beside the rows, as a hash of 64 characters."""
    made_by = (str(FORMAT), WHEREABOUTS, version("tzdata"), version("babel"))
    parts = (*made_by, conf.site_url(), conf.default_language())
    return sha256("\0".join(parts).encode()).hexdigest()


def with_parts(actions: Iterable[Action]) -> list[Action]:
    """The actions with everything that the gate looks at, read afresh."""
    rows = list(actions)
    for row in rows:
        for name in ("public_participations", "public_listings", "public_sources", "public_changes"):
            row.__dict__.pop(name, None)
    prefetch_related_objects(rows, "location__place", *with_public_parts())
    return rows


def faces_of(action: Action) -> tuple[PublicAction, ...]:
    """What the world sees of an action on each of its dates, without the versions; () if it sees nothing."""
    if action.publication != Publication.PUBLISHED:
        return ()
    with_parts([action])
    rows: list[Occurrence | None] = list(action.occurrences.without_text().in_order())
    return tuple(
        replace(public_action(action, row), updated_at=action.created_at, sequence=0) for row in rows or [None]
    )


def refresh_texts(
    action: Action, dates: Sequence[Occurrence], *, now: datetime, pending: Sequence[Change] = ()
) -> list[Occurrence]:
    """Make the stored text of an action's dates what the world may see now; the dates whose text changed.

    Only published actions have one. SEQUENCE rises when a time, the status or the place in the text
    changes; LAST-MODIFIED when anything does (FEED_CONTRACT 14 and 16). Both follow from the text
    itself, so that no operation can forget them. The caller writes the rows.
    """
    if action.publication != Publication.PUBLISHED:
        return []
    moment = now.replace(microsecond=0)
    changed: list[Occurrence] = []
    with translation.override(conf.default_language()):
        for row in dates:
            if row.vevent and _text(action, row, pending).text == row.vevent:
                continue
            if row.vevent:
                if significant(_text(action, row, pending).text) != significant(row.vevent):
                    row.sequence += 1
                # Readers skip an event whose LAST-MODIFIED, in whole seconds, is not newer than theirs.
                row.changed_at = max(moment, (row.changed_at or moment) + timedelta(seconds=1))
            else:
                row.changed_at = moment
            made = _text(action, row, pending)
            row.vevent, row.vevent_tzid = made.text, made.tzid
            changed.append(row)
    return changed


def _text(action: Action, row: Occurrence, pending: Sequence[Change]) -> CalendarText:
    public = public_action(action, row, pending=pending)
    return vevent(replace(public, sequence=row.sequence))


def store_texts(dates: Sequence[Occurrence]) -> None:
    """Write the texts of dates that `refresh_texts` changed."""
    if dates:
        Occurrence.objects.bulk_update(dates, TEXT_FIELDS, batch_size=200)
