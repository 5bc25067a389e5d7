"""Filters of lists at the desk, beside those that a column makes by itself."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import names
from rallies.enums import ParticipationRole, ParticipationState
from rallies.models import Action, Occurrence, Participation
from rallies.selectors.postal_codes import countries_with_codes
from rallies.text import fold

from .access import choices_for


class CountryFilter(admin.SimpleListFilter):
    """By name, of the countries that locations have. `field` leads from a row to the country's code."""

    title = _("country")
    parameter_name = "country"
    field = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = self.codes(model_admin.get_queryset(request))
        return sorted(((code, names.country_name(code)) for code in codes), key=lambda pair: fold(pair[1]))

    def codes(self, rows: "QuerySet[Any]") -> set[str]:
        return set(rows.order_by().values_list(self.field, flat=True).distinct()) - {"", None}

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class PostalCountryFilter(CountryFilter):
    def codes(self, rows: "QuerySet[Any]") -> set[str]:
        return set(countries_with_codes())


class ChosenFilter(admin.RelatedFieldListFilter):
    """By a row that the person may name: the others are nobody's business."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        return [(row.pk, str(row)) for row in choices_for(request, field.related_model)]


class ActionCountryFilter(CountryFilter):
    field = "location__country"


class WhenFilter(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("upcoming", _("Upcoming")), ("past", _("Past")), ("undated", _("Date not announced"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        ahead = Occurrence.objects.filter(over_at__gt=timezone.now()).values("action")
        match self.value():
            case "upcoming":
                return queryset.filter(pk__in=ahead)
            case "past":
                return queryset.filter(start_date__isnull=False).exclude(pk__in=ahead)
            case "undated":
                return queryset.filter(start_date__isnull=True)
        return queryset


class MissingFilter(admin.SimpleListFilter):
    """What an action still lacks for people to find it."""

    title = _("what is missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("date", _("Date")),
            ("time", _("Time")),
            ("clock", _("Time that exists")),
            ("place", _("Place")),
            ("host", _("Host")),
            ("description", _("Description")),
        ]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        hosted = Participation.objects.filter(
            role=ParticipationRole.HOST, state__in=[ParticipationState.ACCEPTED, ParticipationState.REPORTED]
        )
        match self.value():
            case "date":
                return queryset.filter(start_date__isnull=True)
            case "time":
                return queryset.filter(start_date__isnull=False, start_time__isnull=True)
            case "clock":
                return queryset.filter(pk__in=Occurrence.objects.filter(is_jumped_over=True).values("action"))
            case "place":
                return queryset.filter(location__isnull=True).exclude(attendance_mode="online")
            case "host":
                return queryset.exclude(pk__in=hosted.values("action"))
            case "description":
                return queryset.filter(description="")
        return queryset


def with_title(queryset: "QuerySet[Action]", *, words: str) -> "QuerySet[Action]":
    """Those whose title has all of the words, without regard to case and accents."""
    found = Q()
    for word in fold(words).split():
        found &= Q(title_folded__contains=word)
    return queryset.filter(found)
