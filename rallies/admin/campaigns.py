from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from rallies import links
from rallies.models import Campaign, CampaignName, CampaignOrganizer, ReportedTotal
from rallies.operations import campaigns as operations
from rallies.operations.parts import save_campaign_parts

from . import campaign_desk, duplicates
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
    words_to_add = _("Add a campaign")
    words_when_empty = _(
        "No campaign is here yet. One ties actions of many groups together, on a page and in a feed of its own."
    )
    form = CampaignForm
    rules = staticmethod(operations.broken_values)
    editable = operations.EDITABLE
    save_parts = staticmethod(save_campaign_parts)
    list_display = ["name", "first_day", "last_day", "is_public", "desk"]
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

    @admin.display(description=_("desk"))
    def desk(self, campaign: Campaign) -> str:
        # Whoever sees a campaign here may change it.
        address = reverse("admin:rallies_campaign_desk", args=[campaign.pk])
        words = _("Campaign desk")
        return format_html('<a href="{}">{}<span class="unseen"> {}</span></a>', address, words, campaign.name)

    def get_urls(self) -> list[Any]:
        return [duplicates.campaign_url(self), *campaign_desk.desk_urls(self), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        row = self.get_object(request, unquote(object_id))
        may_change = row is not None and self.has_change_permission(request, row)
        more = {"may_duplicate": may_change, "has_desk": may_change}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def view_on_site(self, obj: Campaign) -> str | None:
        return links.campaign_path(obj.slug) if obj.is_public else None

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        fields = {name: value for name, value in values.items() if name != "slug"}
        return operations.create_campaign(fields, slug=values["slug"], by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_campaign(pk, values, by=person(request), now=timezone.now())
