from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import Dated, new_uid, remembered


class OrganizerQuerySet(models.QuerySet["Organizer"]):
    def known(self) -> "OrganizerQuerySet":
        """Groups that the world has seen, with a published action or calling to a campaign that is shown.

        They have a stamp from then on, and stay known, so that who subscribed stays subscribed. A group of drafts
        and unanswered invitations is nobody's business.
        """
        return self.filter(stamp__isnull=False)


class Organizer(Dated):
    """A group."""

    uid = models.CharField(max_length=255, unique=True, default=new_uid, editable=False)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("address name"), max_length=120, unique=True)
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    kind = models.CharField(_("kind"), max_length=40, choices=enums.organizer_kinds, default="other-organisation")
    kind_note = models.CharField(_("note on the kind"), max_length=200, blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown."))
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    contact_is_public = models.BooleanField(_("show the contact to the public"), default=False)

    objects = OrganizerQuerySet.as_manager()
    history = remembered()

    class Meta:
        verbose_name = _("organizer")
        verbose_name_plural = _("organizers")
        ordering = ["name", "id"]
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="organizer_has_name")]

    def __str__(self) -> str:
        return self.name
