"""Pages that make drafts from what there was: of an action on another day, of a campaign with its actions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rallies import names
from rallies.models import Action, Campaign
from rallies.operations.duplicate import duplicate_action, duplicate_campaign
from rallies.operations.errors import RulesBroken
from rallies.rules.access import Right
from rallies.rules.errors import RuleBroken
from rallies.selectors.duplicates import actions_to_copy

from .access import allows
from .base import person
from .fields import DayInput
from .filters import CampaignFilter
from .forms import DeskForm


class DayForm(DeskForm, forms.Form):
    start_date = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Empty: not known yet. Then the draft has no time either."),
    )


class CampaignForm(DeskForm, forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=300)
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DayInput)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = _("It was %(day)s. All days move by as many; by whole weeks, the weekdays stay.")
        self.fields["first_day"].help_text = said % {"day": names.day_words(campaign.first_day)}
        self.fields["name"].initial = campaign.name


def action_url(desk: Any) -> Any:
    page = desk.admin_site.admin_view(lambda request, object_id: _action_page(desk, request, object_id))
    return path("<int:object_id>/duplicate/", page, name="rallies_action_duplicate")


def campaign_url(desk: Any) -> Any:
    page = desk.admin_site.admin_view(lambda request, object_id: _campaign_page(desk, request, object_id))
    return path("<int:object_id>/duplicate/", page, name="rallies_campaign_duplicate")


def _action_page(desk: Any, request: HttpRequest, object_id: int) -> HttpResponse:
    action: Action | None = desk.get_object(request, str(object_id))
    if action is None:
        raise Http404
    if not desk.has_add_permission(request):
        raise PermissionDenied
    form = DayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = duplicate_action(action.pk, **form.cleaned_data, by=person(request), now=timezone.now())
        except (RuleBroken, RulesBroken) as error:
            _refuse(form, error, all_but=("start_date",))
        else:
            desk.message_user(
                request, _("The draft is made. Look it through, and save or publish it."), messages.SUCCESS
            )
            return HttpResponseRedirect(reverse("admin:rallies_action_change", args=[made.pk]))
    foretold = [
        _("A draft is made with everything but the date. The public sees nothing of it until it is published."),
        _(
            "Your own groups stand there as they did. Other groups are invited again, and campaigns asked again. What was"
            " confirmed, changed or reported stays with this one."
        ),
    ]
    return _answer(desk, request, action, form, foretold, title=_("Duplicate the action"), button=_("Make a draft"))


def _campaign_page(desk: Any, request: HttpRequest, object_id: int) -> HttpResponse:
    campaign: Campaign | None = desk.get_object(request, str(object_id))
    if campaign is None:
        raise Http404
    if not allows(request, Right.CHANGE, campaign):
        raise PermissionDenied
    form = CampaignForm(request.POST if request.method == "POST" else None, campaign=campaign)
    if form.is_valid():
        try:
            made = duplicate_campaign(campaign.pk, **form.cleaned_data, by=person(request), now=timezone.now())
        except (RuleBroken, RulesBroken) as error:
            _refuse(form, error, all_but=("name", "first_day"))
        else:
            desk.message_user(request, _made_words(made), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:rallies_campaign_change", args=[made.pk]))
    count = actions_to_copy(campaign).count()
    foretold = [
        ngettext(
            "A new campaign is made, with a draft of %(count)d action that it shows; cancelled ones are left out.",
            "A new campaign is made, with drafts of %(count)d actions that it shows; cancelled ones are left out.",
            count,
        )
        % {"count": count},
        _(
            "Groups that hosted or stood beside are invited, and nobody is named before they accept. Where the public sees"
            " only the city, or no contact, the draft of another group's action has no more."
        ),
        _("The public sees nothing: the campaign is not shown, and its actions are drafts."),
        _("What does not repeat on its new day is entered once. Hours that clocks jump over that day are left open."),
    ]
    return _answer(
        desk, request, campaign, form, foretold, title=_("Duplicate the campaign"), button=_("Make the campaign")
    )


def _made_words(campaign: Campaign) -> SafeString:
    """That it is made, with the way to its drafts, which no page of the campaign shows before they are published."""
    count = campaign.listings.count()
    made = ngettext(
        "The campaign is made, with %(count)d draft:", "The campaign is made, with %(count)d drafts:", count
    )
    drafts = reverse("admin:rallies_action_changelist")
    question = f"{CampaignFilter.parameter_name}={campaign.pk}"
    return format_html(
        '{} <a href="{}?{}">{}</a>. {}',
        made % {"count": count},
        drafts,
        question,
        _("look them through and publish them"),
        _("Show the campaign to the public, by the box in this form, when it is ready."),
    )


def _refuse(form: forms.Form, error: RuleBroken | RulesBroken, *, all_but: tuple[str, ...]) -> None:
    """Beside its field if the form has it."""
    for rule in error.broken if isinstance(error, RulesBroken) else (error,):
        form.add_error(rule.field if rule.field in all_but else None, rule.sentence)


def _answer(
    desk: Any, request: HttpRequest, row: Any, form: forms.Form, foretold: list[str], *, title: str, button: str
) -> HttpResponse:
    context = {
        **desk.admin_site.each_context(request),
        "title": title,
        "button": button,
        "row": row,
        "foretold": foretold,
        "form": form,
        "media": desk.media + form.media,
        "opts": desk.model._meta,
        "change_page": reverse(f"admin:rallies_{desk.opts.model_name}_change", args=[row.pk]),
    }
    return TemplateResponse(request, "admin/rallies/duplicate.html", context)
