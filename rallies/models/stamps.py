from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums


class FeedStamp(models.Model):
    """A number that rises with every public change in a scope, and its moment.

    The ETag and every cache key hold it, so nothing is ever purged.
    """

    scope = models.CharField(_("scope"), max_length=10, choices=enums.stamp_scopes)
    campaign = models.OneToOneField(
        "rallies.Campaign", null=True, blank=True, on_delete=models.CASCADE, related_name="stamp"
    )
    organizer = models.OneToOneField(
        "rallies.Organizer", null=True, blank=True, on_delete=models.CASCADE, related_name="stamp"
    )
    number = models.PositiveBigIntegerField(_("number"), default=0)
    moved_at = models.DateTimeField(_("moved"))
    made_of = models.CharField(max_length=64, blank=True, help_text=_("What all stored calendar text was made of."))

    class Meta:
        verbose_name = _("feed stamp")
        verbose_name_plural = _("feed stamps")
        constraints = [
            models.UniqueConstraint(fields=["scope"], condition=models.Q(scope="site"), name="stamp_site_once"),
            models.CheckConstraint(
                condition=models.Q(scope="site", campaign__isnull=True, organizer__isnull=True)
                | models.Q(scope="campaign", campaign__isnull=False, organizer__isnull=True)
                | models.Q(scope="organizer", campaign__isnull=True, organizer__isnull=False),
                name="stamp_scope_agrees",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.number}"
