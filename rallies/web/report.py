"""Reporting an error in an action: a form without a cookie, an account or an address."""

import math
from dataclasses import dataclass, field
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rallies import links
from rallies.enums import ReportKind
from rallies.formats.public import PublicAction
from rallies.http.limits import Limit, TooOften
from rallies.http.query import BadQuestion, refuse_filters
from rallies.http.visitors import visitor_network
from rallies.operations.errors import RulesBroken
from rallies.operations.reports import report_error
from rallies.rules.reports import LONGEST_TEXT, TooManyReports
from rallies.selectors.actions import get_action
from rallies.selectors.errors import NothingThere, Renamed, Withdrawn
from rallies.text import clean_text
from rallies.web.door import permanently, public_form, see_other

SENT = "sent"
# A text of 2,000 characters, percent-encoded, has 24,000 bytes at most; more than this is no report.
MOST_BYTES = 64_000
# People do not see this field; programs that fill in every field do.
TRAP = "subject"
# So that one network does not use up what rules/reports.py grants to all; enough for whoever goes through a page and
# reports one error after the other, and for a few people who share an address.
LIMIT = Limit("report", most=6, seconds=600)


@dataclass(frozen=True, slots=True)
class ReportForm:
    """What the form shows: what was typed, and what is wrong with it by field; `refusal` concerns the whole."""

    path: str
    kind: str = ""
    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    is_full: bool = False

    longest = LONGEST_TEXT
    trap = TRAP
    kinds = tuple(ReportKind)


@public_form
def report(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    # Of its own it has “sent”, with one value.
    refuse_filters(request.GET, also=frozenset({SENT} if request.GET.get(SENT) == "1" else ()))
    try:
        action = get_action(slug, now=now)[0]
        if request.method == "POST":
            return _take(request, action, now=now)
    except Renamed as renamed:
        return permanently(links.report_path(renamed.slug), with_method=request.method == "POST")
    except Withdrawn:
        raise
    except NothingThere as error:
        raise Http404(_("No action has this address. It may have been mistyped.")) from error
    return _page(request, action, ReportForm(path=links.report_path(action.slug)), is_sent=SENT in request.GET)


def _take(request: HttpRequest, action: PublicAction, *, now: datetime) -> HttpResponse:
    """The answer to a form that was sent."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    # Asked before the form is read: files of any size could stand in it.
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise BadQuestion(_("That is more than a report can hold."))
    path = links.report_path(action.slug)
    kind, text = request.POST.get("kind", ""), clean_text(request.POST.get("text", ""))
    if request.POST.get(TRAP):
        refusal = _("A field that people leave empty was filled in, so nothing was sent. Send it again if you are one.")
        return _page(request, action, ReportForm(path, kind, text, refusal=refusal), status=422)
    try:
        _report(request, action, kind=kind, text=text, now=now)
    except RulesBroken as error:
        errors = {rule.field: rule.sentence for rule in reversed(error.broken)}
        return _page(request, action, ReportForm(path, kind, text, errors=errors), status=422)
    except TooManyReports as error:
        full = ReportForm(path, kind, text, refusal=error.sentence, is_full=True)
        return _page(request, action, full, status=429)
    except TooOften as error:
        full = ReportForm(path, kind, text, refusal=_wait_words(error.wait), is_full=True)
        answer = _page(request, action, full, status=429)
        answer["Retry-After"] = str(error.wait)
        return answer
    # Then the page can be loaded again without sending the form again.
    return see_other(f"{path}?{SENT}=1")


def _report(request: HttpRequest, action: PublicAction, *, kind: str, text: str, now: datetime) -> None:
    slot = LIMIT.take(visitor_network(request))
    try:
        report_error(action.action_uid, kind=kind, text=text, now=now)
    except (RulesBroken, TooManyReports, NothingThere):
        # Nothing was taken, so it does not count.
        LIMIT.give_back(slot)
        raise


def _wait_words(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "So many reports came from your network that no other is taken just now. Please send yours again in"
        " %(minutes)d minute.",
        "So many reports came from your network that no other is taken just now. Please send yours again in"
        " %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def _page(
    request: HttpRequest, action: PublicAction, form: ReportForm, *, is_sent: bool = False, status: int = 200
) -> HttpResponse:
    return render(request, "pages/report.html", {"action": action, "form": form, "is_sent": is_sent}, status=status)
