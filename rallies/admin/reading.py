"""Nouns that the desk reads: made by operations, never typed."""

from django.contrib import admin

from rallies.models import Change, Milestone, Occurrence, OldSlug, Place, ReportedTotal

from .base import ReadingAdmin


@admin.register(Place)
class PlaceAdmin(ReadingAdmin):
    list_display = ["name", "region", "country", "kind", "key", "population"]
    list_filter = ["kind"]
    search_fields = ["name", "key"]


@admin.register(Occurrence)
class OccurrenceAdmin(ReadingAdmin):
    list_display = ["action", "start_date", "start_time", "status", "sequence", "changed_at"]
    list_select_related = ["action"]
    date_hierarchy = "start_date"


@admin.register(Change)
class ChangeAdmin(ReadingAdmin):
    list_display = ["number", "at", "action", "kind", "message"]
    list_select_related = ["action"]
    list_filter = ["kind"]


@admin.register(Milestone)
class MilestoneAdmin(ReadingAdmin):
    list_display = ["title", "start_date", "campaign"]
    list_select_related = ["campaign"]


@admin.register(ReportedTotal)
class ReportedTotalAdmin(ReadingAdmin):
    list_display = ["statement", "campaign", "source"]
    list_select_related = ["campaign", "source"]


@admin.register(OldSlug)
class OldSlugAdmin(ReadingAdmin):
    list_display = ["slug", "action", "campaign", "organizer"]
    list_select_related = ["action", "campaign", "organizer"]
    search_fields = ["slug"]
