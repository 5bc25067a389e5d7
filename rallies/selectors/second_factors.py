"""What an account can prove itself with, beside its password."""

from allauth.mfa.models import Authenticator

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(user_id: int) -> frozenset[str]:
    """The kinds of second factors that an account has: "totp", "webauthn". Recovery codes alone are none."""
    found = Authenticator.objects.filter(user_id=user_id, type__in=FACTORS)
    return frozenset(found.values_list("type", flat=True))


def has_recovery_codes(user_id: int) -> bool:
    return bool(Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.RECOVERY_CODES).exists())
