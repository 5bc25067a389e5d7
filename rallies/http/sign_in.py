"""What a session has proved: the second factor, and that whoever sits there has just signed in.

Shared by the doors, which lead elsewhere by the names of addresses and never import the one that signs people in.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from rallies.selectors.second_factors import factors_of

Answer = Callable[..., HttpResponseBase]

# Before what is dangerous, in seconds. A form that was opened in time may be sent a while after that, or what was typed would
# be lost.
FRESH = 10 * 60
FRESH_TO_SEND = 20 * 60


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session gave a second factor, and its account still has one."""
    user: Any = request.user
    return user.is_authenticated and _gave(request, {"mfa"}) and bool(factors_of(user.pk))


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the session must give one before anything else. Who has one gives it, required or not."""
    user: Any = request.user
    if not user.is_authenticated:
        return False
    factors = factors_of(user.pk)
    return not _gave(request, {"mfa"}) if factors else bool(settings.REQUIRE_SECOND_FACTOR)


def is_fresh(request: HttpRequest, *, within: int = FRESH) -> bool:
    """Whether whoever sits there proved within so many seconds who they are: with the second factor, if the account has
    one, and otherwise with the password."""
    user: Any = request.user
    if not user.is_authenticated:
        return False
    needed = {"mfa"} if factors_of(user.pk) else {"mfa", "password"}
    return _gave(request, needed, within=within)


def fresh_sign_in(view: Answer) -> Answer:
    """For views of dangerous things, methods too: with method_decorator(). Whoever signed in too long ago does it again,
    and comes back to the page; nothing of a form is kept meanwhile, since it may hold a password."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request, within=FRESH if request.method in {"GET", "HEAD"} else FRESH_TO_SEND):
            return view(request, *args, **kwargs)
        return sign_in_again(request)

    return guarded


def sign_in_again(request: HttpRequest, *, back: str = "") -> HttpResponseRedirect:
    """To the page where one proves who one is, and from there back here; or to `back`, if nothing can be read here."""
    path = back or request.get_full_path()
    user: Any = request.user
    if not user.is_authenticated:
        return leading_back("account_login", path)
    if request.method not in {"GET", "HEAD"}:
        messages.warning(
            request, _("Nothing was done yet: it is a while since you signed in. Say who you are, then do it again.")
        )
    return leading_back(name_of_proof(factors_of(user.pk)), path)


def name_of_proof(factors: frozenset[str]) -> str:
    """The name of the address where an account with such factors proves itself."""
    if not factors:
        return "account_reauthenticate"
    return "mfa_reauthenticate" if "totp" in factors else "mfa_reauthenticate_webauthn"


def leading_back(name: str, path: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': path})}")


def asked_to_prove(get_response: Answer) -> Answer:
    """Answers what allauth raises. Its own middleware would keep the whole request in the session meanwhile: the
    visitor's address, the cookies and a typed password."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return sign_in_again(request) if isinstance(error, ReauthenticationRequired) else None

    answer.process_exception = process_exception  # type: ignore[attr-defined]
    return answer


def _gave(request: HttpRequest, methods: set[str], *, within: float = float("inf")) -> bool:
    user: Any = request.user
    records = get_authentication_records(request, user)
    return any(record["method"] in methods and time.time() - record["at"] < within for record in records)
