"""Nouns that the desk reads: operations make them, nobody types them."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rallies import names
from rallies.models import (
    Action,
    Change,
    FeedStamp,
    Occurrence,
    OldSlug,
    Place,
    PostalCode,
    Source,
)
from rallies.places.completion import MOST, complete
from rallies.places.postal_codes import fold_code
from rallies.selectors.postal_codes import codes_from
from rallies.text import clean_line

from .base import ReadingAdmin
from .by_day import ByDay
from .filters import CountryFilter, PostalCountryFilter, found_by


@admin.register(Place)
class PlaceAdmin(ReadingAdmin):
    list_display = ["name", "region", "country", "kind", "key", "population"]
    list_filter = ["kind", CountryFilter]
    search_fields = ["name", "key"]
    ordering = ["-population", "key"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By any name that completion knows, the likeliest first; else by a part of the name or key."""
        likeliest = [place.key for place in complete(search_term, limit=MOST)]
        found = queryset.filter(key__in=likeliest)
        if not likeliest or not found.exists():
            return super().get_search_results(request, queryset, search_term)
        ranks = Case(*(When(key=key, then=rank) for rank, key in enumerate(likeliest)), default=MOST)
        return found.order_by(ranks, "-population", "key"), False


@admin.register(PostalCode)
class PostalCodeAdmin(ReadingAdmin):
    """`manage.py import_postal_codes` fills it."""

    list_display = ["code", "place_name", "region", "country", "latitude", "longitude", "accuracy"]
    list_filter = [PostalCountryFilter]
    search_fields = ["code"]
    search_help_text = _("The beginning of a code, such as 857 or SW1A, also after a country, as in “GB SW1A”.")
    ordering = ["code_folded", "country"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        country, _space, rest = search_term.strip().partition(" ")
        if rest and names.is_country(country.upper()):
            queryset, search_term = queryset.filter(country=country.upper()), rest
        prefix = fold_code(search_term)
        if not prefix:
            return (queryset.none() if search_term.strip() else queryset), False
        return codes_from(prefix, queryset), False


@admin.register(Occurrence)
class OccurrenceAdmin(ByDay, ReadingAdmin):
    words_when_empty = _("No date is here yet. Each action brings its own.")
    list_display = ["action", "start_date", "start_time", "status", "sequence", "changed_at"]
    list_filter = ["status"]
    list_select_related = ["action"]
    search_fields = ["uid"]
    search_help_text = _("Words of the title, place or group of its action, or a whole UID.")
    date_hierarchy = "start_date"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = clean_line(search_term)
        if not words:
            return queryset, False
        itself = queryset.filter(uid=words)
        if itself.exists():
            return itself, False
        # Words are looked for once in each action, not in each of its dates.
        actions = found_by(Action.objects.all(), words=words).order_by()
        return queryset.filter(action__in=actions.values("pk")), False


@admin.register(Change)
class ChangeAdmin(ReadingAdmin):
    words_when_empty = _("No change is here yet: nothing was published.")
    list_display = ["number", "at", "action", "kind", "message"]
    list_select_related = ["action"]
    list_filter = ["kind"]
    search_fields = ["action__title", "message"]


@admin.register(Source)
class SourceAdmin(ReadingAdmin):
    list_display = ["outlet", "url", "published_on", "action", "campaign", "milestone"]
    list_filter = ["confidence"]
    list_select_related = ["action", "campaign", "milestone"]
    search_fields = ["outlet", "url", "note"]


@admin.register(OldSlug)
class OldSlugAdmin(ReadingAdmin):
    list_display = ["slug", "action", "campaign", "organizer"]
    list_select_related = ["action", "campaign", "organizer"]
    search_fields = ["slug"]


@admin.register(FeedStamp)
class FeedStampAdmin(ReadingAdmin):
    list_display = ["scope", "campaign", "organizer", "number", "moved_at"]
    list_filter = ["scope"]
    list_select_related = ["campaign", "organizer"]
