from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import Dated, new_uid, remembered


class Milestone(Dated):
    """A dated fact beside a campaign's actions. It is no action and stands in no calendar.

    `start_date` orders it; what each source says of the date stands on its sources.
    """

    uid = models.CharField(max_length=255, unique=True, default=new_uid, editable=False)
    campaign = models.ForeignKey("rallies.Campaign", on_delete=models.CASCADE, related_name="milestones")
    slug = models.SlugField(_("short name"), max_length=120)
    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=40, help_text=_("March, vote, … in a word."))
    start_date = models.DateField(_("date"))
    venue = models.CharField(_("where exactly"), max_length=300, blank=True)
    locality = models.CharField(_("city or town"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    reported_status = models.CharField(_("as reported"), max_length=20, choices=enums.reported_statuses, blank=True)
    confidence = models.CharField(_("confidence"), max_length=10, choices=enums.confidences, blank=True)
    confidence_note = models.TextField(_("note on the confidence"), blank=True)

    history = remembered()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["start_date", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "slug"], name="milestone_slug_once")]

    def __str__(self) -> str:
        return self.title
