"""Codes that are good once, of an app and for recovery, and the secrets that they are made of."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from rallies.sealed import WrongKey, sealed_anew, unseal

from .transaction import operation

# RFC 6238: a code stands for half a minute; the ones before and after it are good too, since clocks differ.
SECONDS = 30
AROUND = (-1, 0, 1)

# What allauth keeps sealed of an app, and of recovery codes.
SECRETS = frozenset({"secret", "seed"})


@operation
def use_code(user_id: int, *, code: str, now: datetime) -> Authenticator | None:
    """What the code belongs to, which is used up by it; None if it is not right, or was used before.

    The last used step is kept with the secret (RFC 6238 §5.2), not in the cache, which may forget. Two that come with the
    same code take turns, as all operations do. Raises `WrongKey` if the account has secrets and the site can read none.
    """
    typed, closed = "".join(code.split()), []
    rows = list(_with_secrets().filter(user_id=user_id).order_by("-type"))
    for row in rows:
        try:
            if _uses(row, code=typed, now=now):
                return row
        except WrongKey:
            closed.append(row)
    if closed and len(closed) == len(rows):
        raise WrongKey
    return None


@operation
def seal_secrets() -> list[str]:
    """Put all secrets under the secret key of today: those that lie open, and those of a key from before.

    The names of accounts of which some can no longer be read; these are left as they are, since their key may come back.
    """
    closed = set()
    for row in _with_secrets().select_related("user"):
        try:
            data = {name: _sealed(name, value) for name, value in row.data.items()}
        except WrongKey:
            closed.add(row.user.get_username())
            continue
        if data != row.data:
            row.data = data
            row.save(update_fields=["data"])
    return sorted(closed)


def _with_secrets() -> QuerySet[Authenticator]:
    # Of passkeys the site knows what anybody may know.
    rows: QuerySet[Authenticator] = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    return rows


def _sealed(name: str, value: Any) -> Any:
    return sealed_anew(value) if name in SECRETS else value


def _uses(row: Authenticator, *, code: str, now: datetime) -> bool:
    """Whether it is a code of that row, and good; it is used up then."""
    if row.type == Authenticator.Type.RECOVERY_CODES:
        return bool(row.wrap().validate_code(code))
    step = _step_of(code, secret=unseal(row.data["secret"]), now=now)
    if step <= row.data.get("last_step", -1):
        return False
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    return True


def _step_of(code: str, *, secret: str, now: datetime) -> int:
    """The half minute since 1970 for which this is the code; -1 if it is none of those around now."""
    current = int(now.timestamp()) // SECONDS
    fit = [
        current + offset
        for offset in AROUND
        if constant_time_compare(code, format_hotp_value(hotp_value(secret, current + offset)))
    ]
    return max(fit, default=-1)
