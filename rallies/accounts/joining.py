"""Coming in by a link: an invitation, or one that gives another password.

A GET says what the link is for and writes nothing, since chat apps fetch links to preview them; a POST uses it up.
Tries of tokens are not limited: nobody guesses one, see rallies/tokens.py. Tries of user names with one link are, and with all
links of who made it, since each tells whether somebody has that name; who comes in is not counted.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from rallies.http.limits import Limit, TooOften
from rallies.models import Invitation
from rallies.operations.errors import RulesBroken
from rallies.operations.invitations import NewAccount, accept_invitation
from rallies.operations.invitations import join as join_with_account
from rallies.operations.recovery import use_recovery_link
from rallies.rules.errors import RuleBroken
from rallies.rules.joining import AlreadyIn, LinkGone
from rallies.rules.passwords import HOW_TO_CHOOSE
from rallies.selectors.joining import LinkNotFound, find_invitation, find_recovery_link

View = Callable[[HttpRequest, str], HttpResponse]
TRIES = Limit("names-of-a-link", most=12, seconds=3600)
TRIES_OF_MAKER = Limit("names-of-links-of-a-maker", most=40, seconds=3600)
"""Whoever owns a group makes as many links as they like."""
BACKEND = "django.contrib.auth.backends.ModelBackend"


class PasswordForm(forms.Form):
    """The rules say what is wrong with it: they know whose it is."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        max_length=4096,
        help_text=HOW_TO_CHOOSE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def refuse(self, broken: RuleBroken | RulesBroken) -> None:
        for rule in broken.broken if isinstance(broken, RulesBroken) else (broken,):
            self.add_error(rule.field if rule.field in self.fields else None, rule.sentence)


class AccountForm(PasswordForm):
    username = forms.CharField(
        label=gettext_lazy("Username"),
        required=False,
        help_text=gettext_lazy("You sign in with it. It need not be your name."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name to show"),
        required=False,
        help_text=gettext_lazy("What others at the desk see, and nobody else. Left empty, they see your username."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    field_order = ("username", "name", "password")


def by_link(view: View) -> View:
    """A page whose address holds a token: found by nobody, and named to no other page.

    The policy is not no-referrer: with that, browsers send forms of the page with “Origin: null”, which is refused as
    forged. This one names the site alone, to itself too, whose proxy may keep a log.
    """

    @sensitive_post_parameters()
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except LinkGone as error:
            response = _page(
                request, "link_gone", {"title": _("This link no longer works"), "why": error.sentence}, 410
            )
        except LinkNotFound:
            why = _("There is no such link. Part of it may be missing: open it whole, or copy it again.")
            response = _page(request, "link_gone", {"title": _("This link does not work"), "why": why}, 404)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


@by_link
@sensitive_variables()
def join(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    link = find_invitation(token, now=now)
    if isinstance(request.user, User):
        return _join_as(request.user, request, link, token)
    form = AccountForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        try:
            TRIES.take(token)
            slot = TRIES_OF_MAKER.take(str(link.made_by_id))
            user = join_with_account(token, NewAccount(**form.cleaned_data), now=now)
        except (RuleBroken, RulesBroken) as error:
            if isinstance(error, LinkGone):
                raise
            form.refuse(error)
        except TooOften:
            form.add_error(None, _("This link was tried too often. Wait an hour, and try it again."))
            status = 429
        else:
            TRIES_OF_MAKER.give_back(slot)
            return _signed_in(request, user, _("Welcome: your account is made."))
    sign_in = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    return _join_page(request, link, {"form": form, "sign_in": sign_in}, status=status)


def _join_as(user: User, request: HttpRequest, link: Invitation, token: str) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            accept_invitation(token, by=user, now=timezone.now())
        except AlreadyIn as error:
            problem = error.sentence
        else:
            messages.success(request, _("You are in."))
            return HttpResponseRedirect(reverse("admin:index"))
    return _join_page(request, link, {"member": user.get_short_name() or user.get_username(), "problem": problem})


def _join_page(request: HttpRequest, link: Invitation, more: dict[str, Any], *, status: int = 200) -> HttpResponse:
    into = link.organizer or link.campaign
    role = _("Owner") if link.is_owner else link.get_role_display()
    context = {"into": into, "link": link, "role": role}
    return _page(request, "join", context | more, status)


@by_link
@sensitive_variables()
def recover(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    link = find_recovery_link(token, now=now)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = use_recovery_link(token, password=form.cleaned_data["password"], now=now)
        except RulesBroken as error:
            form.refuse(error)
        else:
            return _signed_in(request, user, _("Your new password holds. Everywhere else you are signed out."))
    context = {"title": _("Choose a new password"), "username": link.user.get_username(), "form": form}
    return _page(request, "recover", context)


def _signed_in(request: HttpRequest, user: User, said: str) -> HttpResponse:
    login(request, user, backend=BACKEND)
    # It was typed a moment ago: else the page on which a second factor is set up would ask for it again.
    record_authentication(request, user, "password")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:index"))


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"account/{name}.html", context, status=status)
