from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import Dated, in_choices, point_constraint, remembered

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from .places import Place


class Location(Dated):
    """Where an action can be: a venue, or a city alone."""

    venue = models.CharField(
        _("venue"), max_length=200, blank=True, help_text=_("Square, building or meeting point. Empty: the city only.")
    )
    street_address = models.CharField(_("street address"), max_length=200, blank=True)
    district = models.CharField(_("district"), max_length=120, blank=True)
    locality = models.CharField(_("city or town"), max_length=120)
    region = models.CharField(_("state or region"), max_length=120, blank=True)
    region_code = models.CharField(
        _("region code"), max_length=6, blank=True, help_text=_("ISO 3166-2, such as US-CA.")
    )
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, such as US or DO."))
    place: "models.ForeignKey[Place | None, Place | None]" = models.ForeignKey(
        "rallies.Place",
        verbose_name=_("place of the gazetteer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="locations",
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("WGS 84 degrees."))
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("WGS 84 degrees."))
    precision = models.CharField(
        _("the point is that of"), max_length=10, choices=enums.precisions, default=enums.Precision.CITY
    )
    timezone = models.CharField(_("time zone"), max_length=64, help_text=_("IANA name, such as America/New_York."))
    access_features = models.JSONField(_("access"), default=list, blank=True)
    access_note = models.TextField(_("note on access"), blank=True)
    created_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    history = remembered()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["country", "locality", "venue", "id"]
        indexes = [
            models.Index(fields=["country", "locality"], name="location_country_locality"),
            # With all that says whether a location lies in a region, so that the rows of a whole country are not read.
            models.Index(fields=["country", "region_code", "region", "place", "id"], name="location_in_region"),
        ]
        constraints = [
            in_choices("precision", enums.Precision.values, name="location_precision_known"),
            point_constraint("location_point_whole"),
            models.CheckConstraint(condition=~models.Q(locality=""), name="location_has_city"),
            models.CheckConstraint(condition=~models.Q(timezone=""), name="location_has_zone"),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.venue, self.street_address, self.locality, self.country) if part)
