from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import exactly_one_of


class Source(models.Model):
    """Where a fact about an action, a campaign or a milestone came from: a page, or an import."""

    action = models.ForeignKey(
        "rallies.Action", null=True, blank=True, on_delete=models.CASCADE, related_name="sources"
    )
    campaign = models.ForeignKey(
        "rallies.Campaign", null=True, blank=True, on_delete=models.CASCADE, related_name="sources"
    )
    milestone = models.ForeignKey(
        "rallies.Milestone", null=True, blank=True, on_delete=models.CASCADE, related_name="sources"
    )
    url = models.URLField(_("address"), max_length=1000, blank=True)
    outlet = models.CharField(_("outlet"), max_length=200, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    stated_date = models.DateField(
        _("date that it states"), null=True, blank=True, help_text=_("When sources differ on the day.")
    )
    is_main = models.BooleanField(_("main source"), default=False)
    confidence = models.CharField(_("confidence"), max_length=10, choices=enums.confidences, blank=True)
    import_name = models.CharField(_("import"), max_length=200, blank=True)
    foreign_uid = models.CharField(_("UID there"), max_length=255, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position", "id"]
        constraints = [
            exactly_one_of("action", "campaign", "milestone", name="source_of_one"),
            models.CheckConstraint(
                condition=~models.Q(url="") | ~models.Q(outlet="") | ~models.Q(import_name=""), name="source_says_where"
            ),
            models.UniqueConstraint(
                fields=["import_name", "foreign_uid"],
                condition=~models.Q(foreign_uid=""),
                name="source_foreign_uid_once",
            ),
        ]

    def __str__(self) -> str:
        return self.outlet or self.url or self.import_name
