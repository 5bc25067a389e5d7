"""Who belongs to a group or a campaign, and as what."""

from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from rallies.enums import MembershipRole
from rallies.models import CampaignRole, Membership
from rallies.rules.access import Right
from rallies.rules.errors import BadValue
from rallies.rules.joining import AlreadyIn, broken_role, check_owner_remains

from .access import needs
from .audit_lines import about
from .errors import raise_if_any
from .saving import Person, assign, insert, remove, update
from .transaction import operation


@operation
@needs(Right.CHANGE, None)
def add_member(group_id: int, *, user: User, role: str, is_owner: bool, by: Person, now: datetime) -> Membership:
    """Somebody comes in without being asked: administrators alone may do that. Raises `NotAllowed`, `RulesBroken`,
    `AlreadyIn`."""
    raise_if_any(broken_role(role=role, is_owner=is_owner))
    if Membership.objects.filter(user=user, organizer=group_id).exists():
        raise AlreadyIn(_("This person belongs to the group already."))
    membership = Membership(user=user, organizer_id=group_id, role=role, is_owner=is_owner)
    insert(membership, by=by, now=now)
    _tell(membership)
    return membership


@operation
@needs(Right.CHANGE, Membership)
def change_role(membership_id: int, *, role: str, is_owner: bool, by: Person, now: datetime) -> Membership:
    """Make somebody an owner, an organizer or a contributor. Raises `NotAllowed`, `RulesBroken`, and `OwnerNeeded` if
    the group would have none."""
    membership = Membership.objects.select_for_update().get(pk=membership_id)
    raise_if_any(broken_role(role=role, is_owner=is_owner))
    if membership.is_owner and not is_owner:
        check_owner_remains(owners=_other_owners(membership), members=_others(membership) + 1)
    changed = assign(membership, {"role": role, "is_owner": is_owner})
    if changed:
        update(membership, changed, by=by, now=now)
        _tell(membership)
    return membership


@operation
@needs(Right.CHANGE, Membership)
def hand_over_group(membership_id: int, *, by: Person, now: datetime) -> Membership:
    """The member, who must be an organizer, becomes an owner, and whoever hands the group over no longer is one.

    Raises `NotAllowed`, `BadValue`.
    """
    membership = Membership.objects.select_for_update().get(pk=membership_id)
    if membership.role != MembershipRole.ORGANIZER:
        raise BadValue(_("Only an organizer can take a group over: change the role first."))
    if assign(membership, {"is_owner": True}):
        update(membership, ["is_owner"], by=by, now=now)
    owners = Membership.objects.select_for_update().filter(organizer=membership.organizer_id, user=by, is_owner=True)
    for own in owners.exclude(pk=membership.pk):
        own.is_owner = False
        update(own, ["is_owner"], by=by, now=now)
    return membership


@operation
@needs(Right.DELETE, Membership)
def remove_member(membership_id: int, *, by: Person, now: datetime) -> None:
    """Somebody leaves a group, or is taken out of it. What they entered stays.

    Their invitations into it, and recovery links for its people, are good for nothing from then on. Raises
    `NotAllowed`, and `OwnerNeeded` if others would stay without an owner.
    """
    membership = Membership.objects.select_for_update().get(pk=membership_id)
    if membership.is_owner:
        check_owner_remains(owners=_other_owners(membership), members=_others(membership))
    about(membership)
    remove(membership, by=by, now=now)


@operation
@needs(Right.DELETE, CampaignRole)
def remove_coordinator(role_id: int, *, by: Person, now: datetime) -> None:
    """Somebody no longer coordinates a campaign. Raises `NotAllowed`."""
    role = CampaignRole.objects.select_for_update().get(pk=role_id)
    about(role)
    remove(role, by=by, now=now)


def _tell(membership: Membership) -> None:
    about(membership, detail="owner" if membership.is_owner else membership.role)


def _others(membership: Membership) -> int:
    return Membership.objects.filter(organizer=membership.organizer_id).exclude(pk=membership.pk).count()


def _other_owners(membership: Membership) -> int:
    """Those whose account is closed cannot act as one."""
    owners = Membership.objects.filter(organizer=membership.organizer_id, is_owner=True, user__is_active=True)
    return owners.exclude(pk=membership.pk).count()
