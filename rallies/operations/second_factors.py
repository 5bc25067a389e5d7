"""Codes that are good once: of an app, and for recovery."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.utils.crypto import constant_time_compare

from .transaction import operation

# RFC 6238: a code stands for half a minute; the ones before and after it are good too, since clocks differ.
SECONDS = 30
AROUND = (-1, 0, 1)


@operation
def use_code(user_id: int, *, code: str, now: datetime) -> Authenticator | None:
    """What the code belongs to, which is used up by it; None if it is not right, or was used before.

    The last used step is kept with the secret (RFC 6238 §5.2), not in the cache, which may forget. Two that come with the
    same code take turns, as all operations do.
    """
    typed = "".join(code.split())
    for row in (
        Authenticator.objects.filter(user_id=user_id).exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type")
    ):
        if row.type == Authenticator.Type.RECOVERY_CODES:
            if row.wrap().validate_code(typed):
                return row
        elif (step := _step_of(typed, secret=decrypt(row.data["secret"]), now=now)) > row.data.get("last_step", -1):
            row.data["last_step"] = step
            row.save(update_fields=["data"])
            return row
    return None


def _step_of(code: str, *, secret: str, now: datetime) -> int:
    """The half minute since 1970 for which this is the code; -1 if it is none of those around now."""
    current = int(now.timestamp()) // SECONDS
    fit = [
        current + offset
        for offset in AROUND
        if constant_time_compare(code, format_hotp_value(hotp_value(secret, current + offset)))
    ]
    return max(fit, default=-1)
