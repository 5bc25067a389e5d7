"""What an account can prove itself with, beside its password."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(user_id: int) -> frozenset[str]:
    """The kinds of second factors that an account has: "totp", "webauthn". Recovery codes alone are none."""
    found = Authenticator.objects.filter(user_id=user_id, type__in=FACTORS)
    return frozenset(found.values_list("type", flat=True))


def has_recovery_codes(user_id: int) -> bool:
    return bool(Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.RECOVERY_CODES).exists())


def has_passkey(user_id: int, *, key: str) -> bool:
    """Whether an account has the passkey that browsers call `key`; False, after the same question, if there is no account.

    Of the number and the key, neither comes from us: Django knows which numbers no account can have, and PostgreSQL does not
    take every text.
    """
    keys = User.objects.filter(pk=user_id).values_list("authenticator__data__credential__rawId", flat=True)
    return key in list(keys)
