"""Changing what stands beside an action, a campaign or a milestone: groups, listings, names, totals, sources."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _

from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.models import (
    Action,
    Campaign,
    CampaignName,
    CampaignOrganizer,
    Listing,
    Milestone,
    Organizer,
    Participation,
    ReportedTotal,
    Source,
)
from rallies.rules.access import NotAllowed, Right, may, may_list, may_stand, may_take_off
from rallies.rules.parts import check_may_ask, check_may_ask_again
from rallies.rules.workflow import check_public
from rallies.selectors.access import action_subject, subject_of
from rallies.selectors.requests import refused_at, was_returned
from rallies.text import clean_line, clean_text

from .access import acting, needs, require
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
    _check_sides(action_id, saved, removed, by=by)
    for row in saved:
        if isinstance(row, Listing) and row.state != ListingState.DECLINED:
            # What the campaign said when it returned the action was of that.
            row.message = ""
    _write(saved=saved, removed=removed, by=by, now=now)
    about(touch_action(action_id, by=by, now=now, scopes=scopes))
    if removed and not may(acting(by), Right.CHANGE, subject_of(Action.objects.get(pk=action_id))):
        raise NotAllowed(_("You would lose the action: leave a group of yours as its host, or its campaign."))


def _check_sides(action_id: int, saved: Sequence[Part], removed: Sequence[Part], *, by: Person) -> None:
    """Raises `NotAllowed` for what another has to say: that a group stands there or hosts it no longer, that a campaign
    shows it."""
    actor = acting(by)
    if actor.is_administrator:
        return
    subject = action_subject(Action.objects.get(pk=action_id))
    parts = {each.pk: each for each in Participation.objects.filter(action=action_id)}
    listings = {listing.pk: listing for listing in Listing.objects.filter(action=action_id)}
    groups = {row.pk: row.organizer_id for row in saved if isinstance(row, Participation)}
    gone = {row.pk for row in removed if isinstance(row, Participation)}
    for part in parts.values():
        is_off = part.pk in gone or groups.get(part.pk, part.organizer_id) != part.organizer_id
        if is_off and not may_take_off(actor, subject, stood=(part.role, part.state)):
            raise NotAllowed(_("Who hosts it is for the organizers of its host to say."))
    for row in saved:
        if isinstance(row, Participation):
            was = parts.get(row.pk)
            is_same = was is not None and was.organizer_id == row.organizer_id
            before = (was.role, was.state) if was is not None and is_same else None
            if not may_stand(actor, subject, group=row.organizer_id, now=(row.role, row.state), before=before):
                is_host = ParticipationRole.HOST in (row.role, before and before[0])
                if is_host and not may(actor, Right.PUBLISH, subject):
                    raise NotAllowed(_("Who hosts it is for the organizers of its host to say."))
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
    _answer_participation(row, is_accepted=is_accepted, by=by, now=now)
    return row


@operation
@needs(Right.CHANGE, Organizer)
def ask_to_stand(organizer_id: int, *, action_id: int, by: Person, now: datetime) -> Participation:
    """Ask the host of a published action whether a group may stand there as co-host. The public sees nothing of it.
    A group that said no itself may ask at once, and one to which the host said no after a week. Raises `NotAllowed` for an
    action that the world does not see, and where the group stands, was invited, asks already or must wait.
    """
    action = Action.objects.published().filter(pk=action_id).first()
    if action is None:
        raise NotAllowed.plainly()
    asks = {"role": ParticipationRole.CO_HOST, "state": ParticipationState.ASKED}
    row = Participation.objects.select_for_update().filter(action=action, organizer=organizer_id).first()
    if row is None:
        row = Participation(action=action, organizer_id=organizer_id, position=action.participations.count(), **asks)
        insert(row, by=by, now=now)
    else:
        check_may_ask_again(row.state, refused_at=refused_at(row), now=now)
        update(row, assign(row, asks), by=by, now=now)
    about(action)
    return row


@operation
@needs(Right.ADMIT, Participation)
def answer_request(participation_id: int, *, is_accepted: bool, by: Person, now: datetime) -> Participation:
    """Answer for the host a group that asks to stand at its action. The public text follows. Raises `NotAllowed` where
    the group does not ask."""
    row = Participation.objects.select_for_update().get(pk=participation_id)
    if row.state != ParticipationState.ASKED:
        raise NotAllowed(_("The group does not ask: invite it."))
    _answer_participation(row, is_accepted=is_accepted, by=by, now=now)
    return row


def _answer_participation(row: Participation, *, is_accepted: bool, by: Person, now: datetime) -> None:
    scopes = scopes_of(actions=[row.action_id])
    state = ParticipationState.ACCEPTED if is_accepted else ParticipationState.DECLINED
    update(row, assign(row, {"state": state}), by=by, now=now)
    about(touch_action(row.action_id, by=by, now=now, scopes=scopes))


@operation
@needs(Right.DECIDE, Listing)
def decide_listing(listing_id: int, *, is_accepted: bool, message: str = "", by: Person, now: datetime) -> Listing:
    """Answer for a campaign whether it shows an action that asks to join; and take back what it accepted. A no keeps its
    `message`, for those at the action alone, until the action asks again. Raises `NotAllowed` where the host does not ask:
    what the campaign asked, the host answers, and a no of the host stays one."""
    row = Listing.objects.select_for_update().get(pk=listing_id)
    if is_accepted and row.state not in (ListingState.REQUESTED_BY_HOST, ListingState.REPORTED):
        raise NotAllowed(_("The host of the action does not ask: ask the host, who answers."))
    _answer_listing(row, is_accepted=is_accepted, message=message, by=by, now=now)
    return row


@operation
@needs(Right.CHANGE, Campaign)
def ask_to_join(campaign_id: int, *, action_id: int, by: Person, now: datetime) -> Listing:
    """Ask, for a campaign, a published action to join it: whoever may publish the action answers, with `answer_campaign`.
    The public sees nothing of it before.

    Raises `NotAllowed` for an action that `by` does not see in public, `BadValue` where there is nothing to ask: it is in
    the campaign, one side asks already, or the campaign was declined. What the campaign itself returned may be asked.
    """
    action = Action.objects.filter(pk=action_id).first()
    if action is None:
        raise NotAllowed.plainly()
    require(by, Right.ASK, action)
    check_public(action.publication)
    campaign = Campaign.objects.get(pk=campaign_id)
    row = Listing.objects.select_for_update().filter(action=action, campaign=campaign).first()
    if row is None:
        row = Listing(action=action, campaign=campaign, state=ListingState.REQUESTED_BY_CAMPAIGN)
        insert(row, by=by, now=now)
    else:
        check_may_ask(row.state, is_own_no=was_returned(row))
        values = {"state": ListingState.REQUESTED_BY_CAMPAIGN, "message": ""}
        update(row, assign(row, values), by=by, now=now)
    about(action, detail=campaign.name)
    return row


@operation
@needs(Right.JOIN, Listing)
def answer_campaign(listing_id: int, *, is_accepted: bool, by: Person, now: datetime) -> Listing:
    """Answer for an action whether it joins a campaign that asks it. Raises `NotAllowed` where the campaign does not ask."""
    row = Listing.objects.select_for_update().get(pk=listing_id)
    if row.state != ListingState.REQUESTED_BY_CAMPAIGN:
        raise NotAllowed(_("The campaign does not ask: ask the campaign, which answers."))
    _answer_listing(row, is_accepted=is_accepted, message="", by=by, now=now)
    return row


def _answer_listing(row: Listing, *, is_accepted: bool, message: str, by: Person, now: datetime) -> None:
    scopes = scopes_of(actions=[row.action_id])
    state = ListingState.ACCEPTED if is_accepted else ListingState.DECLINED
    values = {"state": state, "basis": "", "message": "" if is_accepted else clean_text(message)}
    update(row, assign(row, values), by=by, now=now)
    about(touch_action(row.action_id, by=by, now=now, scopes=scopes))


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
    exchanged = [row for row in saved if row.pk and _is_taken(row, saved)]
    for row in removed:
        remove(row, by=by, now=now)
    for row in exchanged:
        # Neither database lets two rows change places: they leave, and come back as new ones when the others have moved.
        remove(type(row)._default_manager.get(pk=row.pk), by=by, now=now)
        row.pk = None
    for row in sorted(saved, key=lambda row: row in exchanged):
        names = [f.attname for f in row._meta.concrete_fields if f.editable and not f.primary_key]
        for field in row._meta.concrete_fields:
            if isinstance(field, models.CharField) and not field.choices:
                setattr(row, field.attname, clean_line(getattr(row, field.attname)))
        if row.pk is None:
            insert(row, by=by, now=now)
        else:
            update(row, names, by=by, now=now)


def _is_taken(row: models.Model, saved: Sequence[models.Model]) -> bool:
    """Whether the row comes to where another of those that are saved stands as yet."""
    others = [each.pk for each in saved if type(each) is type(row) and each.pk and each.pk != row.pk]
    return any(
        type(row)._default_manager.filter(pk__in=others, **{name: getattr(row, name) for name in fields}).exists()
        for fields in (unique.fields for unique in row._meta.constraints if isinstance(unique, models.UniqueConstraint))
        if others
    )


def _groups_of(campaign_id: int) -> set[int]:
    parts = CampaignOrganizer.objects.filter(campaign=campaign_id, campaign__is_public=True)
    return set(parts.values_list("organizer_id", flat=True))
