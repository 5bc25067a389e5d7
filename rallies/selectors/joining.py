"""Links that lead people in, and the people of groups and campaigns."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from rallies.models import Campaign, CampaignRole, Invitation, Membership, Organizer, RecoveryLink
from rallies.rules.access import Right, may
from rallies.rules.joining import check_link
from rallies.tokens import token_hash

from .access import actor_of, subject_of
from .errors import NothingThere

Whole = Organizer | Campaign
"""What people belong to."""


class LinkNotFound(NothingThere):
    """No link has this token. What was asked for is not repeated: it could be a part of one."""

    def __init__(self) -> None:
        super().__init__("")


def _stands() -> Q:
    """Whoever made the invitation could still make it: who was removed does not come back by a link that they kept."""
    owners = Membership.objects.filter(user=OuterRef("made_by"), organizer=OuterRef("organizer"), is_owner=True)
    coordinators = CampaignRole.objects.filter(user=OuterRef("made_by"), campaign=OuterRef("campaign"))
    may_admit = (Q(Exists(owners)) & Q(is_owner=False)) | Q(Exists(coordinators)) | Q(made_by__is_superuser=True)
    return Q(made_by__is_active=True) & may_admit


def find_invitation(token: str, *, now: datetime) -> Invitation:
    """The invitation of that token, with its group or campaign. Raises `LinkNotFound`, `LinkGone`."""
    rows = Invitation.objects.select_related("organizer", "campaign").filter(token_hash=token_hash(token))
    link = rows.annotate(stands=Exists(Invitation.objects.filter(_stands(), pk=OuterRef("pk")))).first()
    if link is None:
        raise LinkNotFound
    check_link(
        used_at=link.used_at, revoked_at=link.revoked_at, expires_at=link.expires_at, stands=link.stands, now=now
    )
    return link


def find_recovery_link(token: str, *, now: datetime) -> RecoveryLink:
    """The recovery link of that token, with its account.

    Whoever made it must still be one who may: the person may have joined another group since, or become an
    administrator. Raises `LinkNotFound`, `LinkGone`.
    """
    rows = RecoveryLink.objects.select_related("user", "made_by").filter(token_hash=token_hash(token))
    link = rows.first()
    if link is None:
        raise LinkNotFound
    stands = link.user.is_active and may(actor_of(link.made_by), Right.RECOVER, subject_of(link.user))
    check_link(used_at=link.used_at, revoked_at=link.revoked_at, expires_at=link.expires_at, stands=stands, now=now)
    return link


def open_invitations(into: Whole, *, now: datetime) -> "QuerySet[Invitation]":
    """Those that somebody could still use, the ones that end first before the others."""
    rows = into.invitations.filter(_stands(), used_at=None, revoked_at=None, expires_at__gt=now)
    return rows.select_related("made_by").order_by("expires_at", "pk")


def members_of(group: Organizer) -> "QuerySet[Membership]":
    """Owners first, then organizers, then the others; in each, who came first."""
    return group.memberships.select_related("user").order_by("-is_owner", "-role", "created_at", "pk")


def coordinators_of(campaign: Campaign) -> "QuerySet[CampaignRole]":
    return campaign.roles.select_related("user").order_by("created_at", "pk")


def belongings_of(user_id: int) -> list[Membership | CampaignRole]:
    """The groups, then the campaigns that somebody acts for, by name."""
    memberships = Membership.objects.filter(user=user_id).select_related("organizer").order_by("organizer__name", "pk")
    roles = CampaignRole.objects.filter(user=user_id).select_related("campaign").order_by("-campaign__first_day", "pk")
    return [*memberships, *roles]
