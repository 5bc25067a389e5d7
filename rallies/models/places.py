from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import in_choices, point_constraint


class Place(models.Model):
    """A city, region or country of the gazetteer, under one key that never changes."""

    key = models.SlugField(_("key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=enums.place_kinds)
    name = models.CharField(_("name"), max_length=200)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 alpha-2."))
    region = models.CharField(_("region"), max_length=200, blank=True)
    region_code = models.CharField(_("region code"), max_length=6, blank=True, help_text=_("ISO 3166-2."))
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), default=0)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True)
    geonameid = models.PositiveIntegerField(_("GeoNames id"), null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name", "key"]
        indexes = [
            models.Index(fields=["country", "name"], name="place_country_name"),
            models.Index(fields=["-population", "key"], name="place_biggest_first"),
            models.Index(fields=["name", "key"], name="place_by_name"),
            models.Index(fields=["country", "region_code"], name="place_in_region"),
        ]
        constraints = [
            in_choices("kind", enums.PlaceKind.values, name="place_kind_known"),
            point_constraint("place_point_whole"),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.region, self.country) if part)
