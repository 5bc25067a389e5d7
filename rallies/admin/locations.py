from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import names
from rallies.models import Location
from rallies.operations import locations as operations

from .access import actor
from .base import OperationAdmin, person
from .fields import access_features_field
from .filters import CountryFilter
from .forms import OperationForm
from .place_words import place_remarks
from .zone_words import zone_help, zone_now, zone_remark


class LocationForm(OperationForm):
    access_features = access_features_field(label=_("access"))
    # Chosen by name: of "Germany" a box for codes would keep GE, which is Georgia.
    country = forms.ChoiceField(label=_("country"), required=False)

    class Meta:
        model = Location
        fields = sorted(operations.EDITABLE)
        help_texts = {
            "place": _("The city in the list of places: it is what “in this city” finds."),
            "precision": _("What the point stands for. That of a city is never shown as a pin."),
            "timezone": _(
                "Empty: that of the point, or else of the place, or of most people of the region or country. Otherwise "
                "a name such as America/New_York. "
                "Actions begin with it."
            ),
            "access_note": _("Ways in, lifts, kerbs, toilets: what people need to know before they come."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "country" in self.fields:
            choices = [("", "—"), *names.countries()]
            code = self.instance.country or ""
            # What was imported may be no country of ours, and stays until somebody changes it.
            field: Any = self.fields["country"]
            field.choices = choices if code in dict(choices) else [*choices, (code, code)]
        if "timezone" in self.fields:
            zone = self.fields["timezone"]
            zone.required = False
            if self.instance.pk:
                zone.help_text = zone_help(self.instance, help_text=zone.help_text, now=timezone.now())


@admin.register(Location)
class LocationAdmin(OperationAdmin):
    words_to_add = _("Add a location")
    words_when_empty = _("No location is here yet. Those that are typed in the form of an action stand here, too.")
    form = LocationForm
    rules = staticmethod(operations.broken_values)
    editable = operations.EDITABLE
    list_display = ["named", "street_address", "locality", "region", "country", "precision"]
    list_filter = [CountryFilter, "precision"]
    search_fields = ["venue", "street_address", "locality", "postal_code"]
    autocomplete_fields = ["place"]
    fieldsets = [
        (None, {"fields": ["venue", "street_address", "district", "locality", "region", "postal_code", "country"]}),
        (_("In the list of places"), {"fields": ["place", "timezone"]}),
        (
            _("Point and codes"),
            {"classes": ["collapse"], "fields": [("latitude", "longitude"), "precision", "region_code"]},
        ),
        (_("Access"), {"classes": ["collapse"], "fields": ["access_features", "access_note"]}),
    ]

    @admin.display(description=_("venue"), ordering="venue")
    def named(self, location: Location) -> str:
        """A city alone has no venue, and would be a dash."""
        return location.venue or location.locality

    def shows_history(self, request: HttpRequest) -> bool:
        """To administrators: what a location was may be what another group still withholds, or did."""
        return actor(request).is_administrator

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        more = {} if self.shows_history(request) else {"is_without_history": True}
        return super().render_change_form(request, {**context, **more}, *args, **kwargs)

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.create_location(values, by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_location(pk, values, by=person(request), now=timezone.now())

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        now = timezone.now()
        if obj.timezone != form.cleaned_data.get("timezone"):
            # It was left empty, or what was found before followed the place.
            self.message_user(request, zone_now(obj.timezone, now=now), messages.INFO)
        changed = set(form.changed_data)
        if changed & {*operations.NAMING, "place"}:
            for remark in place_remarks(obj):
                self.message_user(request, remark, messages.WARNING)
        if changed & {*operations.NAMING, "place", "timezone"} and (remark := zone_remark(obj, now=now)):
            self.message_user(request, remark, messages.WARNING)
