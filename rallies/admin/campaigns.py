from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies.models import Campaign
from rallies.operations import campaigns as operations
from rallies.rules.errors import RuleBroken

from .base import OperationAdmin, OperationForm, person
from .fields import CodesField


class CampaignForm(OperationForm):
    countries = CodesField(label=_("countries reported"), required=False, help_text=_("Codes: US, DO, AU."))

    class Meta:
        model = Campaign
        fields = [*sorted(operations.EDITABLE), "slug"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        return operations.broken_values({n: v for n, v in cleaned.items() if n in operations.EDITABLE})


@admin.register(Campaign)
class CampaignAdmin(OperationAdmin):
    form = CampaignForm
    list_display = ["name", "first_day", "last_day", "is_public"]
    list_filter = ["is_public"]
    search_fields = ["name", "slug"]
    fieldsets = [
        (None, {"fields": ["name", ("first_day", "last_day"), "summary", "call_text", "is_public"]}),
        (
            _("What sources say"),
            {"classes": ["collapse"], "fields": ["callers_note", "countries", "totals_note", "follow_up_note"]},
        ),
        (_("Desk"), {"classes": ["collapse"], "fields": ["slug"]}),
    ]

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        fields = {name: value for name, value in values.items() if name != "slug"}
        return operations.create_campaign(fields, slug=values["slug"], by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_campaign(pk, values, by=person(request), now=timezone.now())
