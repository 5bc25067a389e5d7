"""The desk of a campaign: what waits for its coordinators, and what they may ask."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from rallies import links
from rallies.models import Campaign
from rallies.rules.access import Right
from rallies.selectors.campaign_numbers import reported_totals
from rallies.selectors.requests import RequestKind, asked_by, request_keys

from .access import actor, allows
from .campaign_ask import ask_page
from .campaign_exports import export_actions, export_numbers
from .campaign_numbers import kept_numbers, shown_numbers
from .requests import lines_of
from .safe import is_key

QUEUE = (RequestKind.JOINING, RequestKind.SUBMITTED)
ROWS_A_PAGE = 20
MOST_ASKED = 20


def desks_of(request: HttpRequest) -> "QuerySet[Campaign]":
    """The campaigns that the person coordinates, for the first page of the desk; the one that ends last first."""
    return Campaign.objects.filter(pk__in=actor(request).coordinates).order_by("-last_day", "name")


def desk_urls(desk: Any) -> list[Any]:
    """The addresses below that of a campaign."""

    def page(route: str, view: Callable[..., HttpResponse], name: str) -> Any:
        def answer(request: HttpRequest, object_id: int, **asked: str) -> HttpResponse:
            campaign = Campaign.objects.filter(pk=object_id).first() if is_key(object_id) else None
            # Whoever may not is told no more than that nothing is there.
            if campaign is None or not allows(request, Right.CHANGE, campaign):
                raise Http404
            return view(request, campaign, **asked)

        return path(f"<int:object_id>/desk/{route}", desk.admin_site.admin_view(answer), name=name)

    return [
        page("", desk_page, "rallies_campaign_desk"),
        page("ask/", ask_page, "rallies_campaign_desk_ask"),
        page("actions.<slug:ending>", export_actions, "rallies_campaign_desk_actions"),
        page("numbers.<slug:ending>", export_numbers, "rallies_campaign_desk_numbers"),
    ]


def desk_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    keys = request_keys(actor(request), QUEUE, now=timezone.now(), campaign=campaign.pk)
    page = Paginator(keys, ROWS_A_PAGE).get_page(request.GET.get("p"))
    asked = asked_by(campaign.pk)
    numbers, who = kept_numbers(campaign, now=timezone.now()), actor(request)
    today = timezone.now().date()
    context = {
        **admin.site.each_context(request),
        "title": _("Campaign desk"),
        "opts": Campaign._meta,
        "campaign": campaign,
        "public_page": links.campaign_path(campaign.slug) if campaign.is_public else "",
        "map_address": links.geojson_path(links.campaign_path(campaign.slug)) if campaign.is_public else "",
        "page": page,
        "lines": lines_of(page.object_list, request),
        "asked": asked[:MOST_ASKED],
        "asked_count": asked.count(),
        "numbers": numbers,
        "shown": shown_numbers(numbers, campaign, is_administrator=who.is_administrator, today=today),
        "totals": reported_totals(campaign.pk),
    }
    return TemplateResponse(request, "admin/rallies/campaign/desk.html", context)
