"""A draft as the public will see it: through the same gate and on the same page, for those alone who see it at the desk."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from rallies import links
from rallies.enums import Publication
from rallies.selectors.actions import dates_of_draft


def preview_url(desk: Any) -> Any:
    page = desk.admin_site.admin_view(lambda request, object_id: _page(desk, request, object_id))
    return path("<int:object_id>/as-public/", page, name="rallies_action_as_public")


def is_offered(publication: str) -> bool:
    """Whether there is such a page: the public has its own of what is published, and none of what was withdrawn."""
    return publication in {Publication.DRAFT, Publication.SUBMITTED}


def _page(desk: admin.ModelAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    action: Any = desk.get_object(request, str(object_id))
    if action is None:
        raise Http404
    if action.publication == Publication.PUBLISHED:
        return HttpResponseRedirect(links.action_path(action.slug))
    if not is_offered(action.publication):
        raise Http404
    now = timezone.now()
    dates = dates_of_draft(action.pk, now=now)
    context = {
        "action": dates[0],
        "dates": dates,
        "now": now,
        "is_submitted": action.publication == Publication.SUBMITTED,
        "back": reverse("admin:rallies_action_change", args=[action.pk]),
    }
    return TemplateResponse(request, "admin/rallies/action/as_public.html", context)
