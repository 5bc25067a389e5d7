"""What allauth asks us: who may sign in, how often, and how fresh a sign-in must be."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import conf
from rallies.deeds import Deed
from rallies.http.sign_in import is_fresh
from rallies.operations.accounts import save_account
from rallies.operations.audit import DEACTIVATED
from rallies.operations.sessions import forget_sessions
from rallies.sealed import seal, unseal
from rallies.selectors.second_factors import factors_of

from .limits import password_attempt
from .log import TOO_MANY, WRONG_PASSWORD, note_own, note_refused, ways_in

# One sentence for whatever was the matter: each other one would say which names there are, or which password was right.
NOT_SIGNED_IN = _(
    "That did not let you in. Check the username and the password; after many attempts, wait a quarter of an hour."
)
NOT_PROVED = _("That was not right. After many attempts, wait a quarter of an hour.")
WRONG_CODE = _(
    "That code is not right, or was used already: wait for the next one. After many attempts, wait a quarter of an hour."
)

NO_PASSKEY = _("That passkey did not let you in. After many attempts, wait a quarter of an hour.")
OTHER_KEY = _(
    "The site has another secret key than when your app and your recovery codes were made, and cannot check their codes any"
    " more. Use a passkey if you have one, or ask an administrator for a recovery link."
)


class Accounts(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": NOT_SIGNED_IN,
        "too_many_login_attempts": NOT_SIGNED_IN,
        "incorrect_password": NOT_PROVED,
        "enter_current_password": NOT_PROVED,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Always asks for the password, and so takes its time, also when nobody may come in any more. A deactivated
        account is to the eye one that does not exist; allauth would tell of it."""
        attempt = password_attempt(request, name=credentials["username"])
        user = authenticate(request, **credentials)
        if user is None or not attempt.is_allowed:
            why = WRONG_PASSWORD if attempt.is_allowed else TOO_MANY
            note_refused(request, credentials["username"], why=why)
            return None
        attempt.give_back()
        # The session waits for the second factor under another key: whoever planted its cookie would wait there, too, and
        # need the code alone.
        request.session.cycle_key()
        return user

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        note_refused(request, user.get_username(), why=DEACTIVATED)
        messages.error(request, str(NOT_SIGNED_IN))
        return HttpResponseRedirect(reverse("account_login"))

    def login(self, request: HttpRequest, user: Any) -> None:
        # Somebody deactivated between the password and the code.
        if not user.is_active:
            clear_login(request)
            note_refused(request, user.get_username(), why=DEACTIVATED)
            return
        ways = ways_in(request, user)
        super().login(request, user)
        forget_sessions(now=timezone.now())
        note_own(Deed.SIGNED_IN, user, detail=ways)

    def set_password(self, user: Any, password: str) -> None:
        user.set_password(password)
        save_account(user, by=user, now=timezone.now())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index" if getattr(request.user, "is_staff", False) else "account_home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """allauth's own rule takes any proof, also the password of an account that has a second factor."""
        return not is_fresh(context.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        factors = factors_of(user.pk) if user.is_authenticated else frozenset()
        methods = [
            method
            for method in super().get_reauthentication_methods(user)
            if not factors or method["id"] != "reauthenticate"
        ]
        if factors and "totp" not in factors:
            methods.sort(key=lambda method: method["id"] != "mfa_reauthenticate:webauthn")
        return methods


class SecondFactors(DefaultMFAAdapter):
    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return conf.site_name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # Not the host of the request: a passkey belongs to the site, by whatever name a browser came.
        return {"id": urlsplit(conf.site_url()).hostname or "", "name": conf.site_name()}
