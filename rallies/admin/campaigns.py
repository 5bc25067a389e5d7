from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import links
from rallies.models import Campaign, CampaignName, CampaignOrganizer, ReportedTotal
from rallies.operations import campaigns as operations
from rallies.operations.parts import save_campaign_parts

from .base import OperationAdmin, person
from .fields import CodesField
from .forms import SluggedForm
from .parts import PartInline, SourceInline
from .people import WithPeople


class CampaignForm(SluggedForm):
    countries = CodesField(label=_("countries reported"), required=False, help_text=_("Codes: US, DO, AU."))

    class Meta:
        model = Campaign
        fields = [*sorted(operations.EDITABLE), "slug"]
        help_texts = {
            "is_public": _("Off: its page answers that nothing is there, and its actions do not name it."),
            "call_text": _("What is called for, in the words of those who call. Markdown."),
            "slug": _("The end of the address of its page and feed. Earlier ones keep leading there."),
        }


class CampaignPartInline(PartInline):
    owner = "campaign"


class NameInline(CampaignPartInline):
    model = CampaignName
    fields = ["name", "note", "source", "position"]
    verbose_name = _("name")
    verbose_name_plural = _("other names that sources use")


class GroupInline(CampaignPartInline):
    model = CampaignOrganizer
    fields = ["organizer", "part", "wording", "source", "position"]
    autocomplete_fields = ["organizer"]
    verbose_name = _("group")
    verbose_name_plural = _("groups that sources name")


class TotalInline(CampaignPartInline):
    model = ReportedTotal
    fields = ["statement", "source", "position"]


class CampaignSourceInline(SourceInline):
    fk_name = "campaign"


@admin.register(Campaign)
class CampaignAdmin(WithPeople, OperationAdmin):
    form = CampaignForm
    rules = staticmethod(operations.broken_values)
    editable = operations.EDITABLE
    save_parts = staticmethod(save_campaign_parts)
    list_display = ["name", "first_day", "last_day", "is_public"]
    list_editable = ["is_public"]
    list_filter = ["is_public"]
    search_fields = ["name", "slug", "names__name"]
    date_hierarchy = "first_day"
    inlines = [NameInline, GroupInline, TotalInline, CampaignSourceInline]
    fieldsets = [
        (None, {"fields": ["name", ("first_day", "last_day"), "summary", "call_text", "is_public"]}),
        (
            _("What sources say"),
            {"classes": ["collapse"], "fields": ["callers_note", "countries", "totals_note", "follow_up_note"]},
        ),
        (_("Desk"), {"classes": ["collapse"], "fields": ["slug"]}),
    ]

    def view_on_site(self, obj: Campaign) -> str | None:
        return links.campaign_path(obj.slug) if obj.is_public else None

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        fields = {name: value for name, value in values.items() if name != "slug"}
        return operations.create_campaign(fields, slug=values["slug"], by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_campaign(pk, values, by=person(request), now=timezone.now())
