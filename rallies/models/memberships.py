from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import Dated, exactly_one_of, in_choices


class Membership(Dated):
    """A person may act for a group."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organizer = models.ForeignKey("rallies.Organizer", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=enums.membership_roles, default="contributor")
    is_owner = models.BooleanField(
        _("owner"), default=False, help_text=_("Says who belongs to the group, and helps its people back in.")
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "organizer"], name="membership_once"),
            in_choices("role", enums.MembershipRole.values, name="membership_role_known"),
            models.CheckConstraint(
                condition=models.Q(is_owner=False) | models.Q(role="organizer"), name="membership_owner_organizes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organizer}"


class CampaignRole(Dated):
    """A person may act for a campaign."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="campaign_roles")
    campaign = models.ForeignKey("rallies.Campaign", on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(_("role"), max_length=20, choices=enums.campaign_role_kinds, default="coordinator")

    class Meta:
        verbose_name = _("campaign role")
        verbose_name_plural = _("campaign roles")
        constraints = [
            models.UniqueConstraint(fields=["user", "campaign"], name="campaign_role_once"),
            in_choices("role", enums.CampaignRoleKind.values, name="campaign_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.campaign}"


class OneTimeLink(Dated):
    """A link that is good once and until a moment.

    Only a hash of the token is kept: who reads the database cannot use the link.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        abstract = True


def _link_constraints(name: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("created_at")), name=f"{name}_expires_later"),
        models.CheckConstraint(
            condition=models.Q(used_at__isnull=True) | models.Q(revoked_at__isnull=True), name=f"{name}_ends_one_way"
        ),
    ]


class Invitation(OneTimeLink):
    """A link that leads a person into a group or a campaign."""

    organizer = models.ForeignKey(
        "rallies.Organizer", null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    campaign = models.ForeignKey(
        "rallies.Campaign", null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    role = models.CharField(_("role"), max_length=20, choices=enums.invitation_roles)
    is_owner = models.BooleanField(_("owner"), default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            *_link_constraints("invitation"),
            exactly_one_of("organizer", "campaign", name="invitation_into_one"),
            models.CheckConstraint(
                condition=models.Q(organizer__isnull=False, role__in=enums.MembershipRole.values)
                | models.Q(campaign__isnull=False, role__in=enums.CampaignRoleKind.values),
                name="invitation_role_fits",
            ),
            models.CheckConstraint(
                condition=models.Q(is_owner=False) | models.Q(role="organizer"), name="invitation_owner_organizes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} · {self.expires_at:%Y-%m-%d}"


class RecoveryLink(OneTimeLink):
    """A link with which a person who cannot sign in chooses another password."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_links")
    # With its maker gone, nobody could say whether it may still be used.
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("recovery link")
        verbose_name_plural = _("recovery links")
        constraints = _link_constraints("recovery_link")

    def __str__(self) -> str:
        return f"{self.user} · {self.expires_at:%Y-%m-%d}"
