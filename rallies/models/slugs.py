from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import exactly_one_of


class OldSlug(models.Model):
    """A name that a thing had in addresses; it leads to the thing's name of today in one hop, for ever."""

    slug = models.SlugField(_("address name"), max_length=120)
    action = models.ForeignKey(
        "rallies.Action", null=True, blank=True, on_delete=models.CASCADE, related_name="old_slugs"
    )
    campaign = models.ForeignKey(
        "rallies.Campaign", null=True, blank=True, on_delete=models.CASCADE, related_name="old_slugs"
    )
    organizer = models.ForeignKey(
        "rallies.Organizer", null=True, blank=True, on_delete=models.CASCADE, related_name="old_slugs"
    )

    class Meta:
        verbose_name = _("old address name")
        verbose_name_plural = _("old address names")
        constraints = [
            exactly_one_of("action", "campaign", "organizer", name="old_slug_of_one"),
            *(
                models.UniqueConstraint(
                    fields=["slug"], condition=models.Q(**{f"{noun}__isnull": False}), name=f"old_slug_{noun}_once"
                )
                for noun in ("action", "campaign", "organizer")
            ),
        ]

    def __str__(self) -> str:
        return self.slug
