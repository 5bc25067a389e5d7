"""Steps for many actions at once: a page that says how many and what will be seen, then all of them or none.

The chosen rows go from page to page as keys in one field, so that what was said is what is done, however many they are
and whatever the list shows meanwhile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from rallies.enums import Publication
from rallies.models import Action, Campaign
from rallies.operations import bulk as operations
from rallies.rules.errors import RuleBroken

from .access import choices_for
from .base import person
from .bulk_forms import CampaignForm, FieldForm, LengthForm, NothingForm, ReasonForm
from .safe import is_key
from .step_words import ask_again_of_many

MOST = 2_000
"""More at once would keep others waiting for too long."""
NAMED = 10
"""So many of the chosen are named on the page, and so many of those refused are looked up in it at first."""


@dataclass(frozen=True, slots=True)
class BulkStep:
    """`words` stand in the list of steps, `title` above the page and on its button, with `%(count)d`; `foretold` says
    what the public and subscribers will see; `need` is what Django's list asks about who may try at all."""

    name: str
    words: Any
    title: Any
    foretold: Any
    done: Any
    operation: Callable[..., operations.Done]
    form: type[NothingForm] = NothingForm
    need: str = "publish"
    is_grave: bool = False
    tells_subscribers: bool = True


STEPS = (
    BulkStep(
        "publish", gettext_lazy("Publish…"),
        ngettext_lazy("Publish %(count)d action", "Publish %(count)d actions", "count"),
        gettext_lazy("They appear on the site, in feeds and in the API at once."),
        ngettext_lazy("%(count)d action is published.", "%(count)d actions are published.", "count"),
        operations.publish_actions,
    ),
    BulkStep(
        "confirm", gettext_lazy("Confirm that they are on…"),
        ngettext_lazy("Confirm %(count)d action", "Confirm %(count)d actions", "count"),
        gettext_lazy("Their pages say that the host confirmed them today. What was not yet certain is then scheduled."),
        ngettext_lazy("%(count)d action is confirmed.", "%(count)d actions are confirmed.", "count"),
        operations.confirm_actions, tells_subscribers=False,
    ),
    BulkStep(
        "move", gettext_lazy("Move by a length of time…"),
        ngettext_lazy("Move %(count)d action", "Move %(count)d actions", "count"),
        gettext_lazy(
            "Pages and calendars show the new time, and say what it was before. Each stays the same entry. Of one that"
            " repeats all dates move; those that were moved alone stay, and so do the moments from which places are shown."
        ),
        ngettext_lazy("%(count)d action is moved.", "%(count)d actions are moved.", "count"),
        operations.move_actions, LengthForm, need="change",
    ),
    BulkStep(
        "add-to-campaign", gettext_lazy("Add to a campaign…"),
        ngettext_lazy("Add %(count)d action to a campaign", "Add %(count)d actions to a campaign", "count"),
        gettext_lazy(
            "A campaign that you coordinate shows the published ones at once, on its page and in its feed. Any other one is"
            " asked, and shows nothing until it accepts."
        ),
        ngettext_lazy("%(count)d action is added, or asks to be.", "%(count)d actions are added, or ask to be.", "count"),
        operations.add_actions_to_campaign, CampaignForm, need="change",
    ),
    BulkStep(
        "set-field", gettext_lazy("Set a field…"),
        ngettext_lazy("Set a field of %(count)d action", "Set a field of %(count)d actions", "count"),
        gettext_lazy("It takes the place of what stands there now. Pages show it, and the history says that details changed."),
        ngettext_lazy("%(count)d action is changed.", "%(count)d actions are changed.", "count"),
        operations.set_field_of_actions, FieldForm, need="change", tells_subscribers=False,
    ),
    BulkStep(
        "cancel", gettext_lazy("Cancel…"),
        ngettext_lazy("Cancel %(count)d action", "Cancel %(count)d actions", "count"),
        gettext_lazy(
            "They stay on the site and in calendars, marked as cancelled, so that those who planned to come learn of it."
        ),
        ngettext_lazy("%(count)d action is cancelled.", "%(count)d actions are cancelled.", "count"),
        operations.cancel_actions, ReasonForm, is_grave=True,
    ),
    BulkStep(
        "withdraw", gettext_lazy("Withdraw…"),
        ngettext_lazy("Withdraw %(count)d action", "Withdraw %(count)d actions", "count"),
        gettext_lazy(
            "They leave every list and feed at once, and their pages answer that they were taken back. Subscribers are not"
            " told why: to call them off, cancel them instead."
        ),
        ngettext_lazy("%(count)d action is withdrawn.", "%(count)d actions are withdrawn.", "count"),
        operations.withdraw_actions, is_grave=True, tells_subscribers=False,
    ),
)  # fmt: skip


@dataclass(slots=True)
class _Page:
    """What the page of a step shows: the chosen, and of an attempt what was refused."""

    keys: Sequence[int]
    back: str = ""
    refused: Sequence[operations.Refused] = field(default_factory=tuple)
    chosen: int = 0


def chosen(step: BulkStep) -> Any:
    """The step as the list of actions offers it: its page."""

    @admin.action(permissions=[step.need], description=step.words)
    def begin(desk: Any, request: HttpRequest, queryset: "QuerySet[Action]") -> HttpResponse | None:
        keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        if len(keys) > MOST:
            said = _("Choose %(most)d actions at most, for example with the filters.") % {"most": MOST}
            desk.message_user(request, said, messages.WARNING)
            return None
        return _answer(desk, request, step, step.form(desk=_Asking(request)), _Page(keys, request.GET.urlencode()))

    begin.__name__ = step.name
    return begin


def bulk_urls(desk: Any) -> list[Any]:
    def page_of(step: BulkStep) -> Any:
        return desk.admin_site.admin_view(lambda request: bulk_page(desk, request, step))

    return [path(f"bulk/{step.name}/", page_of(step), name=f"rallies_action_bulk-{step.name}") for step in STEPS]


def bulk_page(desk: Any, request: HttpRequest, step: BulkStep) -> HttpResponse:
    """Do it to the chosen rows. What is refused leaves everything as it was, and is told with the way on."""
    listed = reverse("admin:rallies_action_changelist")
    if not getattr(desk, f"has_{step.need}_permission")(request):
        raise Http404
    if request.method != "POST":
        return HttpResponseRedirect(listed)
    sent = [int(key) for key in request.POST.get("keys", "").split(",") if is_key(key)][:MOST]
    # What somebody may not see is not there, and is not counted either.
    keys = list(desk.get_queryset(request).filter(pk__in=sent).order_by("pk").values_list("pk", flat=True))
    back = QueryDict(request.POST.get("back", "")).urlencode()
    if not keys:
        desk.message_user(request, _("None of these actions is there any longer."), messages.WARNING)
        return HttpResponseRedirect(listed)
    page, form = _Page(keys, back), step.form(request.POST, desk=_Asking(request))
    if form.is_valid():
        try:
            done = step.operation(keys, **form.wanted(), by=person(request), now=timezone.now())
        except operations.SomeRefused as error:
            page = _Page(error.others, back, refused=error.refused, chosen=len(keys))
        except RuleBroken as error:
            form.add_error(None, error.sentence)
        else:
            _say(desk, request, step, done)
            return HttpResponseRedirect(f"{listed}?{back}" if back else listed)
    return _answer(desk, request, step, form, page)


class _Asking:
    """What forms of steps ask of the desk."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def campaigns(self) -> "QuerySet[Campaign]":
        return choices_for(self.request, Campaign)


def _say(desk: Any, request: HttpRequest, step: BulkStep, done: operations.Done) -> None:
    if done.changed:
        desk.message_user(request, step.done % {"count": done.changed}, messages.SUCCESS)
    if done.same:
        said = ngettext("%(count)d action was so already.", "%(count)d actions were so already.", done.same)
        desk.message_user(request, said % {"count": done.same}, messages.INFO)


def _answer(desk: Any, request: HttpRequest, step: BulkStep, form: forms.Form, page: _Page) -> HttpResponse:
    rows = Action.objects.filter(pk__in=page.keys)
    count, public = len(page.keys), rows.filter(publication=Publication.PUBLISHED).count()
    context = {
        **desk.admin_site.each_context(request),
        "title": step.title % {"count": page.chosen or count},
        "button": step.title % {"count": count},
        "opts": desk.model._meta,
        "step": step,
        "form": form,
        "media": desk.media + form.media,
        "keys": ",".join(map(str, page.keys)),
        "back": page.back,
        "count": count,
        "counted": _counted(count, public),
        "refused": page.refused,
        "named": rows.order_by("start_date", "pk").values_list("pk", "title")[:NAMED] if not page.refused else (),
        "more": max(count - NAMED, 0),
        "tells_subscribers": ask_again_of_many() if step.tells_subscribers else "",
        "post_to": reverse(f"admin:rallies_action_bulk-{step.name}"),
    }
    return TemplateResponse(request, "admin/rallies/bulk.html", context)


def _counted(count: int, public: int) -> str:
    """How many of the chosen the world sees now."""
    if public == count:
        return ngettext("It is public now.", "All %(count)d are public now.", count) % {"count": count}
    if not public:
        return ngettext("It is not public now.", "None of the %(count)d is public now.", count) % {"count": count}
    said = _("%(public)d of the %(count)d are public now. Of the others nobody outside the desk learns anything.")
    return said % {"public": public, "count": count}
