"""Filters of lists at the desk, beside those that a column makes by itself."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext_lazy as _

from rallies import names
from rallies.enums import Missing
from rallies.models import Action, Campaign, Listing, Location, Occurrence, Organizer, Participation, Place
from rallies.selectors.campaign_numbers import shown_actions
from rallies.selectors.missing import lacking
from rallies.selectors.postal_codes import countries_with_codes
from rallies.text import fold

from .access import actor, choices_for
from .safe import is_key


def _by_name(codes: set[str]) -> list[tuple[str, str]]:
    return sorted(((code, names.country_name(code)) for code in codes if code), key=lambda pair: fold(pair[1]))


class CountryFilter(admin.SimpleListFilter):
    """By name, of the countries that locations have. `field` leads from a row to the country's code."""

    title = _("country")
    parameter_name = "country"
    field = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return _by_name(self.codes(model_admin.get_queryset(request)))

    def codes(self, rows: "QuerySet[Any]") -> set[str]:
        return set(rows.order_by().values_list(self.field, flat=True).distinct())

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class PostalCountryFilter(CountryFilter):
    def codes(self, rows: "QuerySet[Any]") -> set[str]:
        return set(countries_with_codes())


class ChosenFilter(admin.RelatedFieldListFilter):
    """By a row that the person may name: the others are nobody's business."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        return [(row.pk, str(row)) for row in choices_for(request, field.related_model)]


class CampaignFilter(admin.SimpleListFilter):
    """By a campaign that the person may name. Django's own, which goes by its own join, looks at each action of the list."""

    title = _("campaign")
    parameter_name = "listings__campaign__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), str(row)) for row in choices_for(request, Campaign)]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        value = self.value()
        if value is None:
            return queryset
        if not is_key(value):
            raise IncorrectLookupParameters
        return queryset.filter(pk__in=Listing.objects.filter(campaign=int(value)).order_by().values("action"))


class ActionCountryFilter(CountryFilter):
    field = "location__country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if not actor(request).is_administrator:
            return super().lookups(request, model_admin)
        # They see every action: those of all locations are on an index.
        return _by_name(set(Location.objects.order_by().values_list("country", flat=True).distinct()))


class WhenFilter(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("upcoming", _("Upcoming")), ("past", _("Past")), ("undated", _("Date not announced"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        # Gathered once: looked for at each action, they take three times as long with 100,000.
        ahead = Q(pk__in=Occurrence.objects.filter(over_at__gt=timezone.now()).order_by().values("action"))
        match self.value():
            case "upcoming":
                return queryset.filter(ahead)
            case "past":
                return queryset.filter(~ahead, start_date__isnull=False)
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
            ("confirmation", _("Confirmation")),
        ]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        what = self.value() or ""
        if what == "clock":
            return queryset.filter(pk__in=Occurrence.objects.filter(is_jumped_over=True).values("action"))
        if what in Missing.values:
            return queryset.filter(lacking(what, now=timezone.now()))
        return queryset


class LedTo(admin.SimpleListFilter):
    """A filter that pages with counts lead to: it stands among the others only while it narrows the list."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        value = self.used_parameters.get(str(self.parameter_name))
        words = self.words(str(value), request) if value else ""
        return [(str(value), words)] if words else []

    def words(self, value: str, request: HttpRequest) -> str:
        """What is asked for; "" if it cannot be, and nothing is narrowed."""
        raise NotImplementedError


class ShownByFilter(LedTo):
    """By the campaign that shows them: see `selectors.campaign_numbers`."""

    title = _("shown by the campaign")
    parameter_name = "shown_by"

    def words(self, value: str, request: HttpRequest) -> str:
        rows = choices_for(request, Campaign).filter(pk=value) if is_key(value) else Campaign.objects.none()
        return str(rows.values_list("name", flat=True).first() or "")

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        value = str(self.value() or "")
        return queryset.filter(pk__in=shown_actions(int(value)).values("pk")) if is_key(value) else queryset


class DayFilter(LedTo):
    title = _("begins on")
    parameter_name = "on"

    def words(self, value: str, request: HttpRequest) -> str:
        day = parse_day(value)
        return names.day_words(day) if day else ""

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        day = parse_day(str(self.value() or ""))
        return queryset.filter(pk__in=Occurrence.objects.filter(start_date=day).values("action")) if day else queryset


class CityFilter(LedTo):
    title = _("city")
    parameter_name = "city"

    def words(self, value: str, request: HttpRequest) -> str:
        return str(Place.objects.filter(key=value).values_list("name", flat=True).first() or "")

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(location__place__key=self.value()) if self.value() else queryset


LED_TO = (ShownByFilter, DayFilter, CityFilter)


def parse_day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _search_words(words: str) -> list[str]:
    """As Django's own search has them: what stands in quotation marks is one."""
    parts = smart_split(words)
    return [unescape_string_literal(part) if part[0] in "\"'" and part[-1] == part[0] else part for part in parts]


def found_by(queryset: "QuerySet[Action]", *, words: str) -> "QuerySet[Action]":
    """Those of which each word stands in the title, the place or the name of a group, without regard to case; in the
    title without regard to accents either, which databases fold differently. Each action once."""
    for word in _search_words(words):
        groups = Organizer.objects.filter(name__icontains=word).order_by()
        parts = Participation.objects.filter(organizer__in=groups.values("pk")).order_by()
        places = Location.objects.filter(Q(venue__icontains=word) | Q(locality__icontains=word)).order_by()
        queryset = queryset.filter(
            Q(title_folded__contains=fold(word))
            | Q(title__icontains=word)
            | Q(slug__icontains=word)
            | Q(location__in=places.values("pk"))
            | Q(pk__in=parts.values("action"))
        )
    return queryset
