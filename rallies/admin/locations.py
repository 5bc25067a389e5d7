from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies.models import Location
from rallies.operations import locations as operations
from rallies.rules.errors import RuleBroken

from .base import OperationAdmin, OperationForm, person
from .fields import access_features_field


class LocationForm(OperationForm):
    access_features = access_features_field(label=_("access"))

    class Meta:
        model = Location
        fields = sorted(operations.EDITABLE)

    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        return operations.broken_values({n: v for n, v in cleaned.items() if n in operations.EDITABLE})


@admin.register(Location)
class LocationAdmin(OperationAdmin):
    form = LocationForm
    list_display = ["venue", "street_address", "locality", "region", "country", "precision"]
    list_display_links = ["venue", "street_address", "locality"]
    list_filter = ["country", "precision"]
    search_fields = ["venue", "street_address", "locality", "postal_code"]
    autocomplete_fields = ["place"]
    fieldsets = [
        (None, {"fields": ["venue", "street_address", "district", "locality", "region", "postal_code", "country"]}),
        (_("On the map"), {"fields": ["place", ("latitude", "longitude"), "precision", "timezone", "region_code"]}),
        (_("Access"), {"classes": ["collapse"], "fields": ["access_features", "access_note"]}),
    ]

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.create_location(values, by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_location(pk, values, by=person(request), now=timezone.now())
