"""What allauth asks us: who may sign in, how often, and how fresh a sign-in must be."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import conf
from rallies.deeds import Deed
from rallies.http.devices import device_of
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
# What allauth tells when something is done, under the names of its texts; of the rest the next page speaks for itself.
_DONE = {
    "mfa/messages/totp_activated.txt": _("The app is set up: from now on you are asked for a code of it."),
    "mfa/messages/totp_deactivated.txt": _("The app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("Ten recovery codes are made."),
}
_OTHER_WAYS = {
    "reauthenticate": _("With your password"),
    "mfa_reauthenticate": _("With a code of your app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("With a passkey"),
}

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

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        # Its own texts are on no path of templates.
        done = _DONE.get(message_template or "")
        super().add_message(request, level, message=str(done or kwargs.get("message") or ""))

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
            {**method, "description": _OTHER_WAYS.get(method["id"], method["description"])}
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

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """That of the device on which a passkey is made: it is mostly kept there."""
        name = device_of(context.request.headers.get("User-Agent", "")) or _("Passkey")
        taken = {found.wrap().name for found in Authenticator.objects.filter(user=user, type=type)}
        names = (name, *(f"{name} ({number})" for number in range(2, len(taken) + 2)))
        return next(str(each) for each in names if each not in taken)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # Not the host of the request: a passkey belongs to the site, by whatever name a browser came.
        return {"id": urlsplit(conf.site_url()).hostname or "", "name": conf.site_name()}
