from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import Dated, in_choices, remembered


class ListingQuerySet(models.QuerySet["Listing"]):
    def public(self) -> "ListingQuerySet":
        """Accepted by both sides, or reported by a source, in a campaign that is shown."""
        return self.filter(state__in=enums.SHOWN_LISTINGS, campaign__is_public=True)


class Listing(Dated):
    """An action in a campaign: one side asks and the other accepts, or a source reports it.

    `message` is why the campaign returned it, for those at the action; never public.
    """

    action = models.ForeignKey("rallies.Action", on_delete=models.CASCADE, related_name="listings")
    campaign = models.ForeignKey("rallies.Campaign", on_delete=models.PROTECT, related_name="listings")
    state = models.CharField(_("state"), max_length=30, choices=enums.listing_states)
    basis = models.CharField(
        _("link to the campaign"), max_length=20, choices=enums.listing_bases, blank=True,
        help_text=_("How the source ties the action to the campaign; only for reported listings."),
    )  # fmt: skip

    message = models.TextField(_("message of the campaign"), blank=True)

    objects = ListingQuerySet.as_manager()
    history = remembered()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["campaign", "state", "action"], name="listing_of_campaign"),
            # The few that wait for an answer, which every page of the desk counts for administrators.
            models.Index(fields=["state", "action"], name="listing_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["action", "campaign"], name="listing_once"),
            in_choices("state", enums.ListingState.values, name="listing_state_known"),
            models.CheckConstraint(
                condition=(models.Q(state="reported") & ~models.Q(basis=""))
                | (~models.Q(state="reported") & models.Q(basis="")),
                name="listing_basis_if_reported",
            ),
            models.CheckConstraint(
                condition=models.Q(message="") | models.Q(state="declined"), name="listing_message_if_declined"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} · {self.campaign_id}"
