"""What the log of administrators says of signing in. Never from where: no address, and no name that is nobody's."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from rallies.deeds import Deed
from rallies.operations.audit import note_deed, note_refused_sign_in

Answer = Callable[..., HttpResponseBase]

# Whoever knows the name of an account can fail to sign in to it without end: each reason is said once in that time.
ONCE_IN = timedelta(hours=1)

WRONG_PASSWORD, TOO_MANY = "wrong password", "too many attempts"
# Whoever comes so far has given the right password.
BAD_CODE, TOO_MANY_CODES = "wrong code", "too many codes"
CLOSED_CODE = "secret of another key"
# Of one alone, without the password, anybody can say whose it is.
BAD_PASSKEY, TOO_MANY_PASSKEYS = "wrong passkey", "too many passkeys"

# Not the name that somebody gave a passkey: it may say more of them than others need.
_FACTORS = {
    Authenticator.Type.TOTP: "app with codes",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery code",
}
_LATER = "rallies_log_later"


# --- what somebody did, who is known


def note_own(deed: Deed, user: User, *, detail: str = "") -> None:
    """A deed of somebody about the own account."""
    note_deed(deed, who=user, now=timezone.now(), row=user, detail=detail)


def ways_in(request: HttpRequest, user: User) -> str:
    """What a sign-in that just came to its end was proved with. Ask before it gives the session another key."""
    records = get_authentication_records(request, user)
    last = records[-1] if records else {}
    if last.get("method") != "mfa":
        return "password"
    factor = _FACTORS.get(last.get("type", ""), "")
    return factor if last.get("passwordless") else f"password, {factor}"


def _signed_out(user: User | None, **_: Any) -> None:
    # Not from allauth, since the desk has an address of its own for it.
    if user is not None:
        note_own(Deed.SIGNED_OUT, user)


def _added(user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        note_own(Deed.RECOVERY_CODES_MADE, user)
    else:
        note_own(Deed.SECOND_FACTOR_ADDED, user, detail=_FACTORS[authenticator.type])


def _removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    # Recovery codes go by themselves with the last factor.
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        note_own(Deed.SECOND_FACTOR_REMOVED, user, detail=_FACTORS[authenticator.type])


def _used(user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        note_own(Deed.RECOVERY_CODE_USED, user)


# Signals of others: allauth tells of these in no other way. Each function lives as long as its module.
user_logged_out.connect(_signed_out, dispatch_uid="log of signing out")
authenticator_added.connect(_added, dispatch_uid="log of factors added")
authenticator_reset.connect(_added, dispatch_uid="log of codes made anew")
authenticator_removed.connect(_removed, dispatch_uid="log of factors removed")
authenticator_used.connect(_used, dispatch_uid="log of recovery codes")


# --- what was refused


def note_refused(request: HttpRequest, account: str | int, *, why: str) -> None:
    """Say that somebody failed to sign in to the account of that name or number; nothing of those that are nobody's.

    Only after the answer went out: the moment that it takes would tell whether there is such an account. What comes next on
    the same connection waits for it, but for all names alike, except once an hour, when a line is written.
    """
    request.__dict__.setdefault(_LATER, []).append((account, why))


def noting_later(view: Answer) -> Answer:
    """Views in which something may be refused: writes it down when the server closes the answer that it has sent."""

    @wraps(view)
    def noting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if refused := request.__dict__.pop(_LATER, None):
            _before_closing(response, lambda: _write_refused(refused))
        return response

    return noting


def _before_closing(response: Any, step: Callable[[], None]) -> None:
    close = response.close

    def closing() -> None:
        try:
            step()
        finally:
            # With it Django gives back the connection to the database.
            close()

    response.close = closing


def _write_refused(refused: list[tuple[str | int, str]]) -> None:
    for account, why in refused:
        note_refused_sign_in(account, why=why, once_in=ONCE_IN, now=timezone.now())
