"""What waits for an answer of the person at the desk: a page of rows, each answered with one button."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from rallies import names
from rallies.enums import Publication
from rallies.http.desk import waiting
from rallies.models import Listing, Participation
from rallies.operations.actions import publish_action, return_action
from rallies.operations.errors import RulesBroken
from rallies.operations.parts import answer_campaign, answer_request, decide_listing, decide_participation
from rallies.rules.errors import RuleBroken
from rallies.selectors.requests import (
    WAITING,
    Request,
    RequestKind,
    answerable,
    open_rows,
    request_keys,
    requests_of,
)

from .access import actor
from .base import person
from .forms import DeskForm
from .safe import LONGEST_KEY, is_key
from .steps import LONGEST_MESSAGE

ROWS_A_PAGE = 50
ROWS_OF_THE_FIRST_PAGE = 3
NAMED_A_PAGE = 20


class AnswerForm(DeskForm, forms.Form):
    """`is_home`: it was answered on the first page of the desk. `campaign`: on the desk of that one."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    message = forms.CharField(required=False, max_length=LONGEST_MESSAGE)
    is_home = forms.BooleanField(required=False)
    campaign = forms.IntegerField(required=False, min_value=1, max_value=10**LONGEST_KEY)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)


def _decide_participation(key: int, *, is_yes: bool, message: str, by: Any, now: datetime) -> None:
    decide_participation(key, is_accepted=is_yes, by=by, now=now)


def _decide_listing(key: int, *, is_yes: bool, message: str, by: Any, now: datetime) -> None:
    decide_listing(key, is_accepted=is_yes, message="" if is_yes else message, by=by, now=now)


def _answer_campaign(key: int, *, is_yes: bool, message: str, by: Any, now: datetime) -> None:
    answer_campaign(key, is_accepted=is_yes, by=by, now=now)


def _answer_request(key: int, *, is_yes: bool, message: str, by: Any, now: datetime) -> None:
    answer_request(key, is_accepted=is_yes, by=by, now=now)


def _publish(key: int, *, is_yes: bool, message: str, by: Any, now: datetime) -> None:
    if is_yes:
        publish_action(key, by=by, now=now)
    else:
        return_action(key, message=message, by=by, now=now)


@dataclass(frozen=True, slots=True)
class Answers:
    """What can be said to a kind of request. `message` says to whom a message with a no is, "" if none goes with it."""

    yes: Any
    no: Any
    run: Callable[..., None]
    message: Any = ""


ANSWERS = {
    RequestKind.INVITED: Answers(gettext_lazy("Accept"), gettext_lazy("Decline"), _decide_participation),
    RequestKind.JOINING: Answers(
        gettext_lazy("Accept"), gettext_lazy("Return"), _decide_listing, gettext_lazy("Message to the host")
    ),
    RequestKind.ASKED: Answers(gettext_lazy("Accept"), gettext_lazy("Decline"), _answer_campaign),
    RequestKind.STANDING: Answers(gettext_lazy("Accept"), gettext_lazy("Decline"), _answer_request),
    RequestKind.SUBMITTED: Answers(
        gettext_lazy("Publish"), gettext_lazy("Return"), _publish, gettext_lazy("Message to its authors")
    ),
    RequestKind.NAMED: Answers(gettext_lazy("Confirm"), gettext_lazy("Remove"), _decide_participation),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A request as the page shows it; `when` is "" where nothing is told of it."""

    asked: Request
    answers: Answers
    when: str
    address: str


def lines_of(keys: Any, request: HttpRequest) -> list[Line]:
    return [_line(asked) for asked in requests_of(keys, actor=actor(request), now=timezone.now())]


def first_requests(request: HttpRequest) -> list[Line]:
    """Those that come first, for the first page of the desk."""
    if not waiting(request):
        return []
    return lines_of(request_keys(actor(request), WAITING, now=timezone.now())[:ROWS_OF_THE_FIRST_PAGE], request)


def _line(asked: Request) -> Line:
    when = names.when_words(asked.day, asked.clock)
    if asked.is_told_in_short and asked.day:
        when = names.day_words(asked.day)
    address = reverse("admin:requests_answer", args=[asked.kind.value, asked.key])
    return Line(asked, ANSWERS[asked.kind], when, address)


def requests_page(request: HttpRequest) -> HttpResponse:
    """What waits, what comes first before the rest; and apart, since nobody waits for that, what sources name."""
    who, now = actor(request), timezone.now()
    page = Paginator(request_keys(who, WAITING, now=now), ROWS_A_PAGE).get_page(request.GET.get("p"))
    named = Paginator(request_keys(who, [RequestKind.NAMED], now=now), NAMED_A_PAGE).get_page(request.GET.get("named"))
    context = {
        **admin.site.each_context(request),
        "title": _("Requests"),
        "page": page,
        "lines": lines_of(page.object_list, request),
        "named_page": named,
        "named": lines_of(named.object_list, request),
    }
    return TemplateResponse(request, "admin/rallies/requests.html", context)


@require_POST
def answer(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Answer one request, and say what the public sees of it now."""
    if kind not in list(RequestKind) or not is_key(key):
        raise Http404
    asked, who = RequestKind(kind), actor(request)
    row = answerable(who, asked).filter(pk=key).first()
    if row is None:
        raise Http404
    form = AnswerForm(request.POST)
    back = _back(form)
    if not form.is_valid():
        for problem in (text for texts in form.errors.values() for text in texts):
            messages.error(request, str(problem))
        return back
    if not open_rows(who, asked).filter(pk=key).exists():
        messages.warning(request, _("It was answered meanwhile, and waits no longer."))
        return back
    is_yes, message = form.cleaned_data["answer"] == "yes", form.cleaned_data["message"]
    try:
        ANSWERS[asked].run(key, is_yes=is_yes, message=message, by=person(request), now=timezone.now())
    except (RuleBroken, RulesBroken) as error:
        messages.error(request, str(error))
    else:
        said = f"{_said(asked, row, is_yes=is_yes)} {_said_of_message(asked, message, is_yes=is_yes)}"
        messages.success(request, said.strip())
    return back


def _back(form: AnswerForm) -> HttpResponse:
    form.is_valid()
    if form.cleaned_data.get("is_home"):
        return HttpResponseRedirect(reverse("admin:index"))
    page, campaign = form.cleaned_data.get("page"), form.cleaned_data.get("campaign")
    path = reverse("admin:rallies_campaign_desk", args=[campaign]) if campaign else reverse("admin:requests")
    return HttpResponseRedirect(path + (f"?p={page}" if page else ""))


def _said(kind: RequestKind, row: Any, *, is_yes: bool) -> str:
    """What the public sees, now that it was answered."""
    if isinstance(row, Participation):
        return _said_of_group(kind, row, is_yes=is_yes)
    if isinstance(row, Listing):
        return _said_of_campaign(kind, row, is_yes=is_yes)
    said = _("“%(title)s” is published: it is on the site, in feeds and in the API.")
    if not is_yes:
        said = _("“%(title)s” is returned to its authors. The public sees nothing of it.")
    return said % {"title": row.title}


def _said_of_group(kind: RequestKind, row: Participation, *, is_yes: bool) -> str:
    if kind == RequestKind.NAMED:
        said = _("“%(title)s” names %(name)s as one that agreed, no longer as named by a source.")
        if not is_yes:
            said = _("“%(title)s” no longer names %(name)s.")
    elif not is_yes:
        said = _("%(name)s does not stand at “%(title)s”. The public sees nothing of it.")
    elif row.action.publication == Publication.PUBLISHED:
        said = _("The page of “%(title)s” names %(name)s now. Role: %(role)s.")
    else:
        said = _("%(name)s stands at “%(title)s”. The public sees it once the action is published. Role: %(role)s.")
    return said % {"title": row.action.title, "name": row.organizer.name, "role": row.get_role_display()}


def _said_of_campaign(kind: RequestKind, row: Listing, *, is_yes: bool) -> str:
    is_shown = row.action.publication == Publication.PUBLISHED and row.campaign.is_public
    if not is_yes:
        said = _("“%(title)s” is not part of “%(name)s”, and the public sees it there no more than before.")
    elif is_shown:
        said = _("“%(title)s” is now shown on the page and in the feeds of “%(name)s”.")
    else:
        said = _("“%(title)s” is part of “%(name)s”. The public sees it there once both are public.")
    return said % {"title": row.action.title, "name": row.campaign.name}


def _said_of_message(kind: RequestKind, message: str, *, is_yes: bool) -> str:
    if is_yes or not message or not ANSWERS[kind].message:
        return ""
    return _("Your message stands on its page at the desk.")


admin.site.pages += [  # type: ignore[attr-defined]
    path("requests/", admin.site.admin_view(requests_page), name="requests"),
    path("requests/<slug:kind>/<int:key>/", admin.site.admin_view(answer), name="requests_answer"),
]
