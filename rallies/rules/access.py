"""Who may do what: decided on values alone, so that it can be proved.

An `Actor` is what a person is to groups and campaigns; a subject is what decides about a row: whose it is, and whether the
world sees it. `rallies/selectors/access.py` makes both from rows and has the queryset that matches each rule; a test holds
the two against each other.

| role | may |
|---|---|
| administrator | everything |
| coordinator of a campaign | its profile and milestones; its listings; actions of nobody's that are listed with it |
| organizer of a group | its actions, its profile, its locations; of actions that it co-hosts, see all |
| contributor of a group | see its actions and profile, add drafts and change them |
| owner of a group | an organizer who also says who belongs to it, and lets those in again who belong to nothing else |
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from rallies.enums import ListingState, ParticipationRole, ParticipationState, Publication

from .errors import RuleBroken

Ids = frozenset[int]
NONE: Ids = frozenset()


class NotAllowed(RuleBroken):
    """The person may not do this to that."""

    @classmethod
    def plainly(cls) -> "NotAllowed":
        """In words that tell nothing about what it was."""
        return cls(_("Your account may not do this here."))


class Right(StrEnum):
    """What can be done to a row. Adding is apart: see `may_add`."""

    VIEW = "view"
    """See all of it at the desk, its history and its notes too."""
    CHOOSE = "choose"
    """Name it in something of one's own: a place of an action, a group that is invited."""
    CHANGE = "change"
    SUBMIT = "submit"
    PUBLISH = "publish"
    """Decide what the world sees: publish, return, withdraw, cancel, move, confirm."""
    DELETE = "delete"
    ADMIT = "admit"
    """Say who belongs to it."""
    DECIDE = "decide"
    """Accept or decline for it what the other side asks."""
    ASK = "ask"
    """Ask it, for a campaign, to join that."""
    JOIN = "join"
    """Accept or decline for an action what a campaign asks of it."""
    RECOVER = "recover"
    """Make a link with which its person chooses another password."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, as the groups and campaigns that they may act for; keys of rows.

    Who owns a group is among its organizers. `user` is None for nobody.
    """

    user: int | None = None
    is_administrator: bool = False
    owns: Ids = NONE
    organizes: Ids = NONE
    contributes: Ids = NONE
    coordinates: Ids = NONE

    @property
    def groups(self) -> Ids:
        return self.organizes | self.contributes

    @property
    def has_part(self) -> bool:
        """Whether there is anything at all that the person may act for."""
        return self.is_administrator or bool(self.groups | self.coordinates)


NOBODY = Actor()


@dataclass(frozen=True, slots=True)
class ActionSubject:
    """`hosts` and `guests` are groups that accepted to host, or to stand there otherwise. `listed` are campaigns that the
    action's own side or a source puts it in: one that only the campaign asks for is not."""

    publication: str
    hosts: Ids = NONE
    guests: Ids = NONE
    listed: Ids = NONE


@dataclass(frozen=True, slots=True)
class LocationSubject:
    """`actions` are held there. `is_shown`: the world sees the exact place of a published one of them."""

    created_by: int | None
    actions: tuple[ActionSubject, ...] = ()
    is_shown: bool = False


@dataclass(frozen=True, slots=True)
class GroupSubject:
    group: int
    is_known: bool


@dataclass(frozen=True, slots=True)
class CampaignSubject:
    campaign: int
    is_public: bool


@dataclass(frozen=True, slots=True)
class MilestoneSubject:
    campaign: int


@dataclass(frozen=True, slots=True)
class ReportSubject:
    action: ActionSubject


@dataclass(frozen=True, slots=True)
class DateSubject:
    """One date of an action."""

    action: ActionSubject


@dataclass(frozen=True, slots=True)
class MembershipSubject:
    user: int
    group: int


@dataclass(frozen=True, slots=True)
class CampaignRoleSubject:
    user: int
    campaign: int


@dataclass(frozen=True, slots=True)
class InvitationSubject:
    """Into a group or a campaign; the other is None."""

    group: int | None
    campaign: int | None


@dataclass(frozen=True, slots=True)
class AccountSubject:
    """Somebody's account, as what it lets one do; `is_closed`: nothing, since nobody can sign in with it."""

    user: int | None
    groups: Ids = NONE
    coordinates: Ids = NONE
    is_administrator: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class ParticipationSubject:
    group: int
    action: ActionSubject


@dataclass(frozen=True, slots=True)
class ListingSubject:
    campaign: int
    action: ActionSubject


@dataclass(frozen=True, slots=True)
class PublicSubject:
    """What the whole world may read, and administrators alone write: places of the gazetteer."""


@dataclass(frozen=True, slots=True)
class SiteSubject:
    """The administrators' own: pages of the site, accounts, the log."""


Subject = (
    ActionSubject | LocationSubject | GroupSubject | CampaignSubject | MilestoneSubject | ReportSubject | DateSubject
    | MembershipSubject | CampaignRoleSubject | InvitationSubject | AccountSubject | ParticipationSubject
    | ListingSubject | PublicSubject | SiteSubject
)  # fmt: skip


def may(actor: Actor, right: Right, subject: Subject) -> bool:
    """Whether the rules let the actor do that. What no rule speaks of is the administrators' alone."""
    if actor.is_administrator:
        return True
    rule = RULES.get((type(subject), right))
    return rule is not None and rule(actor, subject)


def check(actor: Actor, right: Right, subject: Subject) -> None:
    """Raises `NotAllowed`. The sentence tells nothing about the subject."""
    if not may(actor, right, subject):
        raise NotAllowed.plainly()


def may_add(actor: Actor, noun: type) -> bool:
    """Whether the actor may add something of that sort of subject, before it is known whose it will be."""
    if actor.is_administrator:
        return True
    grounds = {
        ActionSubject: actor.groups | actor.coordinates,
        LocationSubject: actor.groups | actor.coordinates,
        MilestoneSubject: actor.coordinates,
        InvitationSubject: actor.owns | actor.coordinates,
    }
    return bool(grounds.get(noun))


# --- actions --------------------------------------------------------------------------------------------


def is_unclaimed_of(actor: Actor, action: ActionSubject) -> bool:
    """No group hosts it, and it is listed with a campaign of the actor's: who else should care for it?"""
    return not action.hosts and bool(action.listed & actor.coordinates)


def _sees_action(actor: Actor, action: ActionSubject) -> bool:
    return bool((action.hosts | action.guests) & actor.groups) or is_unclaimed_of(actor, action)


def _decides_on_action(actor: Actor, action: ActionSubject) -> bool:
    return bool(action.hosts & actor.organizes) or is_unclaimed_of(actor, action)


def _changes_action(actor: Actor, action: ActionSubject) -> bool:
    is_own_draft = action.publication == Publication.DRAFT and bool(action.hosts & actor.contributes)
    return is_own_draft or _decides_on_action(actor, action)


HOSTING = (ParticipationRole.HOST, ParticipationState.ACCEPTED)
_ANSWERS = (ParticipationState.ACCEPTED, ParticipationState.DECLINED)


def _is_asked(actor: Actor, action: ActionSubject) -> bool:
    """Of what the world does not see yet, no campaign knows. For which campaign, is asked of that."""
    return action.publication == Publication.PUBLISHED and bool(actor.coordinates)


def may_stand(
    actor: Actor, action: ActionSubject, *, group: int, now: tuple[str, str], before: tuple[str, str] | None
) -> bool:
    """Whether somebody who changes the action may write a group there with this role and state; `before` are those that
    it has, None for a group that is added. Nobody stands anywhere unasked: others are invited, and accept themselves,
    or ask, and are accepted. Who hosts it decides on it: so nobody brings in another host who does not decide, or a
    contributor of one group who organizes a second would publish for both."""
    role, state = now
    if actor.is_administrator or now == before:
        return True
    is_host, decides = role == ParticipationRole.HOST, _decides_on_action(actor, action)
    if before == HOSTING and not decides:
        return False
    if state == ParticipationState.INVITED:
        return decides or not is_host
    if state == ParticipationState.REPORTED:
        return is_unclaimed_of(actor, action)
    if before == (role, ParticipationState.ASKED) and state in _ANSWERS and decides:
        return True
    is_alone = action.hosts <= {group}
    if group in actor.organizes:
        return decides or is_alone or not is_host
    is_first = action.publication == Publication.DRAFT and is_alone
    return is_first and group in actor.contributes and now == HOSTING


def may_take_off(actor: Actor, action: ActionSubject, *, stood: tuple[str, str]) -> bool:
    """Whether somebody who changes the action may take a group off it that stood there with this role and state."""
    return actor.is_administrator or stood != HOSTING or _decides_on_action(actor, action)


def may_list(actor: Actor, action: ActionSubject, *, campaign: int, state: str, before: str | None) -> bool:
    """Whether somebody who changes the action may write it into a campaign in this state; `before` is that which it has,
    None for a campaign that is added. One side asks, the other accepts: for the action, whoever may publish it."""
    if actor.is_administrator or state == before:
        return True
    if campaign in actor.coordinates:
        return state != ListingState.REPORTED or not action.hosts
    if state == ListingState.REQUESTED_BY_HOST:
        return True
    is_answer = before == ListingState.REQUESTED_BY_CAMPAIGN and state in (ListingState.ACCEPTED, ListingState.DECLINED)
    return is_answer and _decides_on_action(actor, action)


# --- what stands beside and around them --------------------------------------------------------------------


def _is_unused_own(actor: Actor, location: LocationSubject) -> bool:
    """Entered by the person, for an action that is not there yet. As soon as one is, the location is what the action is:
    who leaves the group does not keep it."""
    return actor.has_part and location.created_by == actor.user and not location.actions


def _sees_location(actor: Actor, location: LocationSubject) -> bool:
    return _is_unused_own(actor, location) or any(_sees_action(actor, action) for action in location.actions)


def _chooses_location(actor: Actor, location: LocationSubject) -> bool:
    return location.is_shown or _sees_location(actor, location)


def _changes_location(actor: Actor, location: LocationSubject) -> bool:
    """Where others hold actions too, the change is theirs alone: see `operations.locations.edit_location`."""
    return _is_unused_own(actor, location) or any(_changes_action(actor, action) for action in location.actions)


def _deletes_location(actor: Actor, location: LocationSubject) -> bool:
    """Where another group's action is, it is not even said that it cannot be deleted."""
    return _changes_location(actor, location) and all(_changes_action(actor, action) for action in location.actions)


def _belongs(actor: Actor, membership: MembershipSubject) -> bool:
    return membership.user == actor.user or membership.group in actor.owns


def _invites(actor: Actor, invitation: InvitationSubject) -> bool:
    return invitation.group in actor.owns or invitation.campaign in actor.coordinates


def _recovers(actor: Actor, account: AccountSubject) -> bool:
    """Whoever has such a link can act as the person: so it is for those only who gain nothing by that, because the account
    is good for nothing but groups that they own. Their own is not theirs to recover: a session that somebody left open
    would be enough to take the account over."""
    is_own_people = bool(account.groups) and account.groups <= actor.owns and not account.coordinates
    return is_own_people and not account.is_administrator and not account.is_closed and account.user != actor.user


RULES: dict[tuple[type, Right], Callable[[Actor, Any], bool]] = {
    (ActionSubject, Right.VIEW): _sees_action,
    (ActionSubject, Right.CHANGE): _changes_action,
    (ActionSubject, Right.SUBMIT): _changes_action,
    (ActionSubject, Right.PUBLISH): _decides_on_action,
    (ActionSubject, Right.DELETE): _decides_on_action,
    (ActionSubject, Right.ASK): _is_asked,
    (LocationSubject, Right.VIEW): _sees_location,
    (LocationSubject, Right.CHOOSE): _chooses_location,
    (LocationSubject, Right.CHANGE): _changes_location,
    (LocationSubject, Right.DELETE): _deletes_location,
    (GroupSubject, Right.VIEW): lambda actor, group: group.group in actor.groups,
    (GroupSubject, Right.CHOOSE): lambda actor, group: group.is_known or group.group in actor.groups,
    (GroupSubject, Right.CHANGE): lambda actor, group: group.group in actor.organizes,
    (GroupSubject, Right.ADMIT): lambda actor, group: group.group in actor.owns,
    (CampaignSubject, Right.VIEW): lambda actor, campaign: campaign.campaign in actor.coordinates,
    (CampaignSubject, Right.CHOOSE): lambda actor, c: c.is_public or c.campaign in actor.coordinates,
    (CampaignSubject, Right.CHANGE): lambda actor, campaign: campaign.campaign in actor.coordinates,
    (CampaignSubject, Right.ADMIT): lambda actor, campaign: campaign.campaign in actor.coordinates,
    (MilestoneSubject, Right.VIEW): lambda actor, milestone: milestone.campaign in actor.coordinates,
    (MilestoneSubject, Right.CHANGE): lambda actor, milestone: milestone.campaign in actor.coordinates,
    (MilestoneSubject, Right.DELETE): lambda actor, milestone: milestone.campaign in actor.coordinates,
    (DateSubject, Right.VIEW): lambda actor, date: _sees_action(actor, date.action),
    (DateSubject, Right.CHANGE): lambda actor, date: _changes_action(actor, date.action),
    (ReportSubject, Right.VIEW): lambda actor, report: _decides_on_action(actor, report.action),
    (ReportSubject, Right.CHANGE): lambda actor, report: _decides_on_action(actor, report.action),
    (MembershipSubject, Right.VIEW): _belongs,
    (MembershipSubject, Right.CHANGE): lambda actor, membership: membership.group in actor.owns,
    (MembershipSubject, Right.DELETE): _belongs,
    (CampaignRoleSubject, Right.VIEW): lambda actor, role: (
        role.user == actor.user or role.campaign in actor.coordinates
    ),
    (CampaignRoleSubject, Right.DELETE): lambda actor, role: role.user == actor.user,
    (InvitationSubject, Right.VIEW): _invites,
    (InvitationSubject, Right.DELETE): _invites,
    (AccountSubject, Right.RECOVER): _recovers,
    (ParticipationSubject, Right.DECIDE): lambda actor, part: part.group in actor.organizes,
    (ParticipationSubject, Right.ADMIT): lambda actor, part: _decides_on_action(actor, part.action),
    (ListingSubject, Right.VIEW): lambda actor, listing: listing.campaign in actor.coordinates,
    (ListingSubject, Right.DECIDE): lambda actor, listing: listing.campaign in actor.coordinates,
    (ListingSubject, Right.JOIN): lambda actor, listing: _decides_on_action(actor, listing.action),
    (PublicSubject, Right.VIEW): lambda actor, _subject: actor.has_part,
    (PublicSubject, Right.CHOOSE): lambda actor, _subject: actor.has_part,
}
"""What is not here is the administrators' alone."""
