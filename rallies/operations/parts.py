"""Changing what stands beside an action, a campaign or a milestone: groups, listings, names, totals, sources."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models

from rallies.models import (
    CampaignName,
    CampaignOrganizer,
    Listing,
    Milestone,
    Participation,
    ReportedTotal,
    Source,
)
from rallies.text import clean_line

from .actions import touch_action
from .saving import Person, insert, remove, update
from .stamps import Scopes, move_stamps, scopes_of
from .transaction import operation

Part = Participation | Listing | Source
CampaignPart = CampaignName | CampaignOrganizer | ReportedTotal | Source


@operation
def save_parts(
    action_id: int, *, saved: Sequence[Part], removed: Sequence[Part] = (), by: Person, now: datetime
) -> None:
    """Write and remove rows beside an action; its text, and the stamps before and after, follow.

    `saved` are unsaved or changed rows of this action, with all their fields as they shall be. The
    database refuses a group or a campaign that stands twice.
    """
    if not saved and not removed:
        return
    scopes = scopes_of(actions=[action_id])
    _write(saved=saved, removed=removed, by=by, now=now)
    touch_action(action_id, by=by, now=now, scopes=scopes)


@operation
def save_campaign_parts(
    campaign_id: int, *, saved: Sequence[CampaignPart], removed: Sequence[CampaignPart] = (), by: Person, now: datetime
) -> None:
    """Write and remove names, groups, reported totals and sources of a campaign; moves its stamp, and those of the
    groups that it named or names to the world. `saved` as in `save_parts`."""
    if not saved and not removed:
        return
    before = _groups_of(campaign_id)
    _write(saved=saved, removed=removed, by=by, now=now)
    move_stamps(Scopes(campaigns={campaign_id}, organizers=before | _groups_of(campaign_id)), now=now)


@operation
def save_milestone_sources(
    milestone_id: int, *, saved: Sequence[Source], removed: Sequence[Source] = (), by: Person, now: datetime
) -> None:
    """Write and remove sources of a milestone; moves the stamp of its campaign. `saved` as in `save_parts`."""
    if not saved and not removed:
        return
    _write(saved=saved, removed=removed, by=by, now=now)
    milestone = Milestone.objects.get(pk=milestone_id)
    move_stamps(Scopes(campaigns={milestone.campaign_id}), now=now)


def _write(*, saved: Sequence[models.Model], removed: Sequence[models.Model], by: Person, now: datetime) -> None:
    for row in removed:
        remove(row, by=by, now=now)
    for row in saved:
        names = [f.attname for f in row._meta.concrete_fields if f.editable and not f.primary_key]
        for field in row._meta.concrete_fields:
            if isinstance(field, models.CharField) and not field.choices:
                setattr(row, field.attname, clean_line(getattr(row, field.attname)))
        if row.pk is None:
            insert(row, by=by, now=now)
        else:
            update(row, names, by=by, now=now)


def _groups_of(campaign_id: int) -> set[int]:
    parts = CampaignOrganizer.objects.filter(campaign=campaign_id, campaign__is_public=True)
    return set(parts.values_list("organizer_id", flat=True))
