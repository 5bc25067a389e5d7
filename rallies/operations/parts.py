"""Changing what stands beside an action, a campaign or a milestone: groups, listings, names, totals, sources."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _

from rallies.enums import ListingState, ParticipationState
from rallies.models import (
    Action,
    Campaign,
    CampaignName,
    CampaignOrganizer,
    Listing,
    Milestone,
    Participation,
    ReportedTotal,
    Source,
)
from rallies.rules.access import NotAllowed, Right, may, may_list, may_stand
from rallies.selectors.access import action_subject, subject_of
from rallies.text import clean_line

from .access import acting, needs
from .actions import touch_action
from .audit_lines import about
from .saving import Person, assign, insert, remove, update
from .stamps import Scopes, move_stamps, scopes_of
from .transaction import operation

Part = Participation | Listing | Source
CampaignPart = CampaignName | CampaignOrganizer | ReportedTotal | Source


@operation
@needs(Right.CHANGE, Action)
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
    _check_sides(action_id, saved, by=by)
    _write(saved=saved, removed=removed, by=by, now=now)
    about(touch_action(action_id, by=by, now=now, scopes=scopes))
    if removed and not may(acting(by), Right.CHANGE, subject_of(Action.objects.get(pk=action_id))):
        raise NotAllowed(_("You would lose the action: leave a group of yours as its host, or its campaign."))


def _check_sides(action_id: int, saved: Sequence[Part], *, by: Person) -> None:
    """Raises `NotAllowed` for what the other side has to say: that a group stands there, that a campaign shows it."""
    actor = acting(by)
    if actor.is_administrator:
        return
    subject = action_subject(Action.objects.get(pk=action_id))
    parts = {part.pk: part for part in Participation.objects.filter(action=action_id)}
    listings = {listing.pk: listing for listing in Listing.objects.filter(action=action_id)}
    for row in saved:
        if isinstance(row, Participation):
            was = parts.get(row.pk)
            is_same = was is not None and was.organizer_id == row.organizer_id
            before = (was.role, was.state) if was is not None and is_same else None
            if not may_stand(actor, subject, group=row.organizer_id, now=(row.role, row.state), before=before):
                raise NotAllowed(_("Another group is invited, and accepts itself: choose “Invited”."))
        if isinstance(row, Listing):
            had = listings.get(row.pk)
            known = had.state if had is not None and had.campaign_id == row.campaign_id else None
            if not may_list(actor, subject, campaign=row.campaign_id, state=row.state, before=known):
                raise NotAllowed(_("A campaign is asked, and accepts itself: choose “Asked for by the host”."))


@operation
@needs(Right.DECIDE, Participation)
def decide_participation(participation_id: int, *, is_accepted: bool, by: Person, now: datetime) -> Participation:
    """Answer for a group whether it stands at an action: one that was invited, or that a source names; and take back
    what it accepted. The public text of the action follows. Raises `NotAllowed` where nobody asks."""
    row = Participation.objects.select_for_update().get(pk=participation_id)
    if is_accepted and row.state not in (ParticipationState.INVITED, ParticipationState.REPORTED):
        raise NotAllowed(_("The group is not invited: the host of the action asks first."))
    scopes = scopes_of(actions=[row.action_id])
    state = ParticipationState.ACCEPTED if is_accepted else ParticipationState.DECLINED
    update(row, assign(row, {"state": state}), by=by, now=now)
    about(touch_action(row.action_id, by=by, now=now, scopes=scopes))
    return row


@operation
@needs(Right.DECIDE, Listing)
def decide_listing(listing_id: int, *, is_accepted: bool, by: Person, now: datetime) -> Listing:
    """Answer for a campaign whether it shows an action that asks to join; and take back what it accepted. Raises
    `NotAllowed` where the host does not ask: what the campaign asked, the host answers, and a no of the host stays one."""
    row = Listing.objects.select_for_update().get(pk=listing_id)
    if is_accepted and row.state not in (ListingState.REQUESTED_BY_HOST, ListingState.REPORTED):
        raise NotAllowed(_("The host of the action does not ask: ask the host, who answers."))
    scopes = scopes_of(actions=[row.action_id])
    state = ListingState.ACCEPTED if is_accepted else ListingState.DECLINED
    update(row, assign(row, {"state": state, "basis": ""}), by=by, now=now)
    about(touch_action(row.action_id, by=by, now=now, scopes=scopes))
    return row


@operation
@needs(Right.CHANGE, Campaign)
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
    about(Campaign.objects.get(pk=campaign_id))


@operation
@needs(Right.CHANGE, Milestone)
def save_milestone_sources(
    milestone_id: int, *, saved: Sequence[Source], removed: Sequence[Source] = (), by: Person, now: datetime
) -> None:
    """Write and remove sources of a milestone; moves the stamp of its campaign. `saved` as in `save_parts`."""
    if not saved and not removed:
        return
    _write(saved=saved, removed=removed, by=by, now=now)
    milestone = Milestone.objects.get(pk=milestone_id)
    move_stamps(Scopes(campaigns={milestone.campaign_id}), now=now)
    about(milestone)


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
