"""Invitations: made, taken back, and used to come in."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from rallies.deeds import Deed
from rallies.enums import CampaignRoleKind, MembershipRole
from rallies.models import Campaign, CampaignRole, Invitation, Membership, Organizer
from rallies.rules.access import Right, SiteSubject, check
from rallies.rules.errors import RuleBroken
from rallies.rules.joining import AlreadyIn, broken_account, broken_role, invitation_ends
from rallies.selectors.joining import find_invitation
from rallies.text import clean_line
from rallies.tokens import new_token, token_hash

from .access import acting, needs
from .accounts import broken_password, save_account
from .audit_lines import about, write_line
from .errors import raise_if_any
from .links import take_back, use_up
from .saving import Person, assign, insert, update
from .transaction import operation


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody chooses who comes in. `name` is shown to others of their groups; "" is the user name."""

    username: str
    name: str
    password: str


@operation
@needs(Right.ADMIT, Organizer)
def invite_to_group(
    group_id: int, *, role: str, is_owner: bool = False, days: int = 7, by: Person, now: datetime
) -> tuple[Invitation, str]:
    """An invitation into a group and its token, which is stored nowhere. An owner is invited by administrators alone:
    it is how a group gets its first one. Raises `NotAllowed`, `RulesBroken`, `BadValue`."""
    group = Organizer.objects.get(pk=group_id)
    if is_owner:
        check(acting(by), Right.CHANGE, SiteSubject())
    raise_if_any(broken_role(role=role, is_owner=is_owner))
    return _make(Invitation(organizer=group, role=role, is_owner=is_owner), days=days, by=by, now=now)


@operation
@needs(Right.ADMIT, Campaign)
def invite_to_campaign(campaign_id: int, *, days: int = 7, by: Person, now: datetime) -> tuple[Invitation, str]:
    """An invitation to coordinate a campaign and its token, which is stored nowhere. Raises `NotAllowed`, `BadValue`."""
    campaign = Campaign.objects.get(pk=campaign_id)
    return _make(Invitation(campaign=campaign, role=CampaignRoleKind.COORDINATOR), days=days, by=by, now=now)


def _make(link: Invitation, *, days: int, by: Person, now: datetime) -> tuple[Invitation, str]:
    token = new_token()
    link.token_hash, link.made_by = token_hash(token), by
    link.expires_at = invitation_ends(days=days, now=now)
    insert(link, by=by, now=now)
    _tell(link)
    return link, token


@operation
@needs(Right.DELETE, Invitation)
def revoke_invitation(invitation_id: int, *, by: Person, now: datetime) -> None:
    """Take it back; one that was used stays used. Raises `NotAllowed`."""
    link = Invitation.objects.get(pk=invitation_id)
    take_back(link, now=now)
    _tell(link)


@operation
def accept_invitation(token: str, *, by: User, now: datetime) -> Invitation:
    """The person comes in, or gets the higher role that the invitation gives, and the link is used up. Who has the token
    may do that, whoever it is.

    Raises `LinkNotFound`, `LinkGone`, and `AlreadyIn`, after which the link is still good for somebody else.
    """
    link = find_invitation(token, now=now)
    use_up(link, now=now)
    _admit(by, link, now=now)
    _tell(link)
    return link


def join(token: str, account: NewAccount, *, now: datetime) -> User:
    """A new account that comes in by the invitation, which is used up. Raises `LinkNotFound`, `LinkGone`, `RulesBroken`."""
    find_invitation(token, now=now)
    username, name = clean_line(account.username), clean_line(account.name)
    user = User(username=User.normalize_username(username), first_name=name, is_staff=True, date_joined=now)
    raise_if_any([*_broken(user), *broken_password(account.password, user=user)])
    # It takes a good part of a second, on purpose, and all other operations would wait for it.
    user.password = make_password(account.password)
    return _join(token, user, now=now)


@operation
def _join(token: str, user: User, *, now: datetime) -> User:
    link = find_invitation(token, now=now)
    raise_if_any(_broken(user))
    use_up(link, now=now)
    save_account(user, by=None, now=now)
    _admit(user, link, now=now)
    write_line(Deed.JOINED, who=user, now=now, row=link.organizer or link.campaign, detail=_as_what(link))
    return user


def _tell(link: Invitation) -> None:
    """In the log: what it leads into, and as what."""
    into = link.organizer or link.campaign
    if into is not None:
        about(into, detail=_as_what(link))


def _as_what(link: Invitation) -> str:
    return "owner" if link.is_owner else link.role


def _broken(user: User) -> list[RuleBroken]:
    is_taken = User.objects.filter(username__iexact=user.username).exists()
    return list(broken_account(username=user.username, name=user.first_name, is_taken=is_taken))


def _admit(user: User, link: Invitation, *, now: datetime) -> None:
    if link.campaign is not None:
        if CampaignRole.objects.filter(user=user, campaign=link.campaign).exists():
            raise AlreadyIn(_("You coordinate this campaign already. The link stays good for somebody else."))
        insert(CampaignRole(user=user, campaign=link.campaign, role=link.role), by=user, now=now)
        return
    membership = Membership.objects.filter(user=user, organizer=link.organizer).first()
    if membership is None:
        membership = Membership(user=user, organizer=link.organizer, role=link.role, is_owner=link.is_owner)
        insert(membership, by=user, now=now)
        return
    role = link.role if link.role == MembershipRole.ORGANIZER else membership.role
    changed = assign(membership, {"role": role, "is_owner": membership.is_owner or link.is_owner})
    if not changed:
        raise AlreadyIn(_("You belong to this group already. The link stays good for somebody else."))
    update(membership, changed, by=user, now=now)
