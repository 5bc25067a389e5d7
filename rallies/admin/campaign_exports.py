"""A campaign as files: its actions as far as the person may see them, and its numbers."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rallies.deeds import Deed
from rallies.models import Campaign
from rallies.operations.audit import note_deed
from rallies.selectors.campaign_numbers import actions_for, reported_totals
from rallies.selectors.desk_table import NAMES, desk_rows

from .access import actor
from .base import person
from .campaign_numbers import kept_numbers
from .exports import ENDINGS, MOST, table_file

NAMES_OF_NUMBERS = ("what", "which", "day", "count", "source", "source_date")


@require_POST
def export_actions(request: HttpRequest, campaign: Campaign, ending: str) -> HttpResponse:
    """What the person sees at the desk as it stands there, what others published as the public sees it."""
    _check(ending)
    keys, others = actions_for(actor(request), campaign.pk, limit=MOST + 1)
    if len(keys) > MOST:
        messages.warning(
            request, _("These are more than %(most)d actions: export them from the list.") % {"most": MOST}
        )
        return HttpResponseRedirect(reverse("admin:rallies_campaign_desk", args=[campaign.pk]))
    note_deed(Deed.EXPORT_ACTIONS, who=person(request), now=timezone.now(), row=campaign, detail=str(len(keys)))
    return table_file(NAMES, desk_rows(keys, public=others), ending=ending, what=campaign.slug)


@require_safe
def export_numbers(request: HttpRequest, campaign: Campaign, ending: str) -> HttpResponse:
    _check(ending)
    return table_file(NAMES_OF_NUMBERS, _rows(campaign), ending=ending, what=f"{campaign.slug}-numbers")


def _check(ending: str) -> None:
    if ending not in ENDINGS:
        raise Http404


def _rows(campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    """A number a row. What a source reports has none: its words stand under `which`."""
    numbers = kept_numbers(campaign, now=timezone.now())
    for name in ("actions", "reported", "dates", "outside", "cancelled_dates"):
        yield _number(name, getattr(numbers, name))
    for day, count in numbers.by_day.items():
        yield _number("dates_on_day", count, day=day)
    for name in ("statuses", "missing", "kinds", "countries"):
        for which, count in getattr(numbers, name).items():
            yield _number(name, count, which=which)
    for city in numbers.cities:
        which = ", ".join(part for part in (city.name, city.region, city.country) if part)
        for day, count in sorted(city.days.items()):
            yield _number("dates_in_city_on_day", count, which=which, day=day)
    for row in numbers.growth:
        yield _number("joined_on_day", row.added, day=row.day)
    for total in reported_totals(campaign.pk):
        source = total.source
        yield (
            "reported_total",
            total.statement,
            None,
            None,
            (source.outlet or source.url) if source else None,
            source.published_on if source else None,
        )


def _number(what: str, count: int, *, which: str = "", day: Any = None) -> tuple[Any, ...]:
    return what, which, day, count, None, None
