"""allauth's pages where they differ: what was just set up has been proved, too, and each leads on to the desk."""

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import PasswordChangeView, PasswordSetView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rallies.deeds import Deed
from rallies.http.sign_in import Answer, lacks_second_factor, leading_back, name_of_proof
from rallies.operations.accounts import save_account
from rallies.operations.second_factors import use_code
from rallies.operations.sessions import end_session, end_sessions
from rallies.sealed import WrongKey
from rallies.selectors.second_factors import factors_of, has_recovery_codes
from rallies.selectors.sessions import session_key_of, sessions_of

from .forms import NameToShow
from .limits import riddle_attempt
from .log import note_own

# Where somebody wanted to go who first had to set up a second factor.
ONWARD = "account_onward"


def fully_signed_in(view: Answer) -> Answer:
    """Of an account that has a second factor, also with that."""

    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user: Any = request.user
        factors = factors_of(user.pk)
        if factors and lacks_second_factor(request):
            return leading_back(name_of_proof(factors), request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


# --- the account


@fully_signed_in
def home(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    typed = NameToShow(request.POST) if request.method == "POST" else NameToShow(initial={"name": user.first_name})
    if request.method == "POST" and typed.is_valid():
        user.first_name = typed.cleaned_data["name"]
        save_account(user, by=user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("account_home")
    context = {
        "form": typed,
        "title": _("Your account"),
        "factors": sorted(factors_of(user.pk)),
        "sessions": sessions_of(user.pk, current=request.session.session_key, now=timezone.now()),
    }
    return render(request, "account/home.html", context)


@require_POST
@fully_signed_in
def end_one_session(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    key = session_key_of(user.pk, code=request.POST.get("session", ""))
    if key and key != request.session.session_key:
        end_session(key)
        note_own(Deed.SESSIONS_ENDED, user, detail="1")
        messages.success(request, _("That device is signed out."))
    return redirect("account_home")


@require_POST
@fully_signed_in
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    count = end_sessions(user.pk, but=request.session.session_key)
    if count:
        note_own(Deed.SESSIONS_ENDED, user, detail=str(count))
    messages.success(request, _("All other devices are signed out."))
    return redirect("account_home")


class ChangePassword(PasswordChangeView):
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Your password is changed, and all other devices are signed out."))
        return response


class SetPassword(PasswordSetView):
    """For an account that was made without one, and comes with a passkey: it proves itself with that."""

    template_name = "account/password_change.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Your password is changed, and all other devices are signed out."))
        return response


# --- signing in


class SignInWithPasskey(LoginWebAuthnView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Each makes a session, for the riddle that the passkey has to solve.
        if not riddle_attempt(request).is_allowed:
            return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        wanted = self.request.POST.get("next", "")
        if self.request.user.is_authenticated and _is_ours(self.request, wanted):
            return HttpResponseRedirect(wanted)
        return response


class PasskeyAgain(ReauthenticateWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        for sentence in form.errors.get("credential", []):
            messages.error(self.request, sentence)
        return HttpResponseRedirect(self.request.get_full_path())


# --- the second factor


@login_required
def set_up(request: HttpRequest) -> HttpResponse:
    """The way in for accounts that have no second factor yet."""
    user: Any = request.user
    wanted = request.GET.get("next", "")
    if _is_ours(request, wanted):
        request.session[ONWARD] = wanted
    if factors_of(user.pk):
        return redirect("mfa_index")
    return render(request, "account/set_up.html", {"title": _("Set up a second factor")})


class Proved:
    """A factor that somebody just set up was in their hand: asking for it at once would only confuse."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.request.user
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        newest = Authenticator.objects.filter(user=user, type=self.kind).order_by("-pk")[0]  # type: ignore[attr-defined]
        record_authentication(self.request, user, "mfa", id=newest.pk, type=newest.type)
        return response

    def get_success_url(self) -> str:
        user: Any = self.request.user
        return reverse("mfa_view_recovery_codes" if has_recovery_codes(user.pk) else "mfa_index")


class SetUpApp(Proved, ActivateTOTPView):
    kind = Authenticator.Type.TOTP

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        user: Any = self.request.user
        # The code that proved it signs nobody in any more.
        use_code(user.pk, code=form.cleaned_data["code"], now=timezone.now())
        return response


class AddPasskey(Proved, AddWebAuthnView):
    kind = Authenticator.Type.WEBAUTHN


class RecoveryCodes(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        onward = self.request.session.get(ONWARD, "") or reverse("admin:index")
        try:
            return super().get_context_data(**kwargs) | {"onward": onward}
        except WrongKey:
            return kwargs | {"onward": onward, "is_closed": True}


class NewRecoveryCodes(GenerateRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # allauth's own reads the codes of before, which the page does not show and the site perhaps cannot read.
        return super(GenerateRecoveryCodesView, self).get_context_data(**kwargs)


class FileOfRecoveryCodes(DownloadRecoveryCodesView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except WrongKey:
            return redirect("mfa_view_recovery_codes")


def _is_ours(request: HttpRequest, path: str) -> bool:
    hosts = {request.get_host()}
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, hosts, require_https=request.is_secure())
