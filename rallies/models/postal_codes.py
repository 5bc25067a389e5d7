from django.db import models
from django.utils.translation import gettext_lazy as _


class PostalCode(models.Model):
    """A postal code with its place and point (WGS 84 degrees), as a file of GeoNames has it.

    `code_folded` is the code without spaces, hyphens and capitals.
    """

    country = models.CharField(_("country"), max_length=2)
    code = models.CharField(_("code"), max_length=20)
    code_folded = models.CharField(max_length=20)
    place_name = models.CharField(_("place"), max_length=180, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    accuracy = models.PositiveSmallIntegerField(_("accuracy"), null=True, blank=True)

    class Meta:
        verbose_name = _("postal code")
        verbose_name_plural = _("postal codes")
        ordering = ["country", "code_folded"]
        indexes = [models.Index(fields=["code_folded", "country"], name="postal_code_folded")]
        constraints = [
            models.UniqueConstraint(fields=["country", "code_folded"], name="postal_code_once"),
            models.CheckConstraint(condition=~models.Q(code_folded=""), name="postal_code_says_something"),
            models.CheckConstraint(
                condition=models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="postal_code_point_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.place_name} ({self.country})"
