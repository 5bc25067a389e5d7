from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies.models import Milestone
from rallies.operations import milestones as operations
from rallies.operations.parts import save_milestone_sources

from .base import OperationAdmin, person
from .filters import ChosenFilter
from .forms import OperationForm
from .parts import SourceInline


class MilestoneForm(OperationForm):
    class Meta:
        model = Milestone
        fields = sorted(operations.EDITABLE)


class MilestoneSourceInline(SourceInline):
    fk_name = "milestone"


@admin.register(Milestone)
class MilestoneAdmin(OperationAdmin):
    words_to_add = _("Add a milestone")
    words_when_empty = _(
        "No milestone is here yet. One is a dated fact that stands on the page of a campaign beside its actions."
    )
    form = MilestoneForm
    rules = staticmethod(operations.broken_values)
    editable = operations.EDITABLE
    save_parts = staticmethod(save_milestone_sources)
    list_display = ["title", "start_date", "kind", "locality", "campaign"]
    list_filter = [("campaign", ChosenFilter)]
    date_hierarchy = "start_date"
    list_select_related = ["campaign"]
    search_fields = ["title", "venue", "locality"]
    autocomplete_fields = ["campaign"]
    inlines = [MilestoneSourceInline]
    fieldsets = [
        (
            None,
            {
                "description": _("A dated fact beside a campaign’s actions. It is on its page and in no calendar."),
                "fields": ["campaign", "title", "kind", "start_date"],
            },
        ),
        (_("Where"), {"fields": ["venue", "locality", "country"]}),
        (
            _("What sources say"),
            {"classes": ["collapse"], "fields": ["reported_status", "confidence", "confidence_note"]},
        ),
    ]

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.add_milestone(values, by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_milestone(pk, values, by=person(request), now=timezone.now())
