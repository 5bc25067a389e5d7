"""The page on which a group asks the host of a published action to stand there as co-host."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import links, names
from rallies.models import Organizer
from rallies.operations.parts import ask_to_stand
from rallies.rules.errors import RuleBroken
from rallies.selectors.actions import published_row
from rallies.selectors.errors import NothingThere
from rallies.selectors.gate import public_action

from .access import actor
from .base import person
from .forms import DeskForm


class JoinForm(DeskForm, forms.Form):
    group = forms.ModelChoiceField(label=_("Group"), queryset=Organizer.objects.none(), empty_label=None)

    def __init__(self, *args: Any, groups: "QuerySet[Organizer]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["group"]
        field.queryset = groups


def join_page(desk: admin.ModelAdmin, request: HttpRequest, slug: str) -> HttpResponse:
    """Ask, then do. An action that the world does not see answers as one that never was."""
    who = actor(request)
    if not who.organizes:
        raise PermissionDenied
    try:
        row = published_row(slug)
    except NothingThere as error:
        raise Http404 from error
    form = JoinForm(request.POST or None, groups=Organizer.objects.filter(pk__in=who.organizes))
    if form.is_valid():
        try:
            ask_to_stand(form.cleaned_data["group"].pk, action_id=row.pk, by=person(request), now=timezone.now())
        except RuleBroken as error:
            form.add_error("group", error.sentence)
        else:
            desk.message_user(
                request, _("The host is asked. The group stands there once the host accepts."), messages.SUCCESS
            )
            return HttpResponseRedirect(reverse("admin:rallies_action_changelist"))
    action = public_action(row, None)
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Join as co-host"),
        "action": action,
        "when": names.when_words(action.when.start_date, action.when.start_time),
        "page": links.action_path(action.slug),
        "form": form,
        "opts": desk.model._meta,
    }
    return TemplateResponse(request, "admin/rallies/join.html", context)
