from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import Dated, new_uid, remembered


class Campaign(Dated):
    """A week of action, a day of action, a standing series."""

    uid = models.CharField(max_length=255, unique=True, default=new_uid, editable=False)
    name = models.CharField(_("name"), max_length=300)
    slug = models.SlugField(_("address name"), max_length=120, unique=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    summary = models.CharField(_("summary"), max_length=300, blank=True, help_text=_("One sentence for lists."))
    call_text = models.TextField(_("call"), blank=True, help_text=_("What is called for, in Markdown."))
    callers_note = models.TextField(_("note on the callers"), blank=True)
    totals_note = models.TextField(_("note on the reported totals"), blank=True)
    follow_up_note = models.TextField(_("note on what follows"), blank=True)
    countries = models.JSONField(
        _("countries reported"), default=list, blank=True, help_text=_("ISO 3166-1 alpha-2 codes that sources name.")
    )
    is_public = models.BooleanField(_("shown to the public"), default=True)

    history = remembered()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-first_day", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="campaign_days_ordered"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="campaign_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignName(models.Model):
    """A name that a source gives to the campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=300)
    note = models.CharField(_("note"), max_length=300, blank=True)
    source = models.ForeignKey("rallies.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("name of a campaign")
        verbose_name_plural = _("names of campaigns")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="campaign_name_once")]

    def __str__(self) -> str:
        return self.name


class CampaignOrganizer(models.Model):
    """What a source says a group is to a campaign: its caller, or the publisher of reports on it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="parts")
    organizer = models.ForeignKey("rallies.Organizer", on_delete=models.PROTECT, related_name="campaign_parts")
    part = models.CharField(_("part"), max_length=20, choices=enums.campaign_parts)
    wording = models.CharField(_("in words"), max_length=200, blank=True)
    source = models.ForeignKey("rallies.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("group of a campaign")
        verbose_name_plural = _("groups of campaigns")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organizer", "part"], name="campaign_organizer_once")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} · {self.organizer_id}"


class ReportedTotal(models.Model):
    """A number that a source reports of a campaign, in its words. Totals of sources are never added up."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="totals")
    statement = models.CharField(_("statement"), max_length=300)
    source = models.ForeignKey("rallies.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("reported total")
        verbose_name_plural = _("reported totals")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.statement
