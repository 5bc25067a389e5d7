"""Asking, for a campaign, the host of a published action to join it."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rallies import names
from rallies.enums import Publication
from rallies.models import Action, Campaign, Listing
from rallies.operations.parts import ask_to_join
from rallies.rules.access import Right
from rallies.rules.errors import RuleBroken
from rallies.selectors.access import rows_for
from rallies.selectors.actions import published_row
from rallies.selectors.errors import ActionNotFound, Renamed, Withdrawn
from rallies.text import fold

from .access import actor
from .base import person
from .forms import DeskForm
from .safe import SafeAutocomplete

_SLUG = re.compile(r"(?:.*/actions/)?([-\w]+)/?(?:[?#].*)?")


def offered(rows: "QuerySet[Action]", *, words: str) -> "QuerySet[Action]":
    """Published actions with all of the words in their title or city: no more than the public could search in, since to
    search in what is withheld tells it. What comes last stands first."""
    found = Q(publication=Publication.PUBLISHED)
    for word in words.split():
        found &= Q(title_folded__contains=fold(word)) | Q(location__locality__icontains=word)
    return rows.filter(found).select_related("location").order_by("-start_date", "title", "pk")


def words_of_choice(action: Action) -> str:
    """What tells it from others of the same title, and the public sees."""
    day = names.day_words(action.start_date) if action.start_date else ""
    city = action.location.locality if action.location else ""
    return " · ".join(part for part in (action.title, day, city) if part)


class ActionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return words_of_choice(obj)


class AskForm(DeskForm, forms.Form):
    """An action that was chosen, or the address of its page: without scripts the list of choices is empty."""

    action = ActionField(
        label=gettext_lazy("Action"),
        queryset=Action.objects.none(),
        required=False,
        help_text=gettext_lazy("Words of its title or its city. What is published can be asked."),
    )
    address = forms.CharField(
        label=gettext_lazy("Or the address of its page"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("As it stands in the browser: paste it here."),
    )

    def __init__(self, *args: Any, actions: "QuerySet[Action]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["action"]
        field.widget = SafeAutocomplete(Listing._meta.get_field("action"), admin.site)
        field.widget.is_required = False
        self.actions = field.queryset = actions.filter(publication=Publication.PUBLISHED).select_related("location")

    def clean_address(self) -> Action | None:
        written = self.cleaned_data["address"]
        found = _SLUG.fullmatch(written)
        action = self._at(found[1]) if found else None
        if written and action is None:
            raise forms.ValidationError(_("No published action has this address."))
        return action

    def _at(self, slug: str) -> Action | None:
        try:
            return self.actions.filter(pk=published_row(slug).pk).first()
        except Renamed as error:
            return self.actions.filter(slug=error.slug).first()
        except (ActionNotFound, Withdrawn):
            return None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = {row.pk: row for row in (cleaned.get("action"), cleaned.get("address")) if row is not None}
        if len(given) > 1:
            self.add_error("address", _("It is the address of another action: empty one of the two."))
        elif not given and not self.errors:
            self.add_error("action", _("Choose an action, or give the address of its page."))
        return {**cleaned, "action": next(iter(given.values()), None)}


def ask_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """For who may change the campaign: that has been asked."""
    actions = rows_for(actor(request), Right.ASK, Action)
    form = AskForm(request.POST if request.method == "POST" else None, actions=actions)
    back = reverse("admin:rallies_campaign_desk", args=[campaign.pk])
    if form.is_valid():
        action = form.cleaned_data["action"]
        try:
            ask_to_join(campaign.pk, action_id=action.pk, by=person(request), now=timezone.now())
        except RuleBroken as error:
            form.add_error("action" if error.field == "action" else None, error.sentence)
        else:
            said = _("“%(title)s” is asked to join. Whoever publishes it answers; until then nobody else sees that.")
            messages.success(request, said % {"title": action.title})
            return HttpResponseRedirect(back)
    context = {
        **admin.site.each_context(request),
        "title": _("Ask an action to join"),
        "button": _("Ask"),
        "row": campaign,
        "foretold": [
            _("Whoever may publish the action finds the question among the requests, and accepts or declines it."),
            _("The public sees nothing of it before it is accepted."),
        ],
        "form": form,
        "media": form.media,
        "opts": Campaign._meta,
        "change_page": back,
    }
    return TemplateResponse(request, "admin/rallies/duplicate.html", context)
