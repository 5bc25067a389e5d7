"""Browsers in which somebody is signed in, as the login leaves them: with a password, and with a second factor."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.write_guard import watching

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(user: User) -> None:
    """An app with codes, of which the secret is known here."""
    with watching(False):
        Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {"secret": SECRET}})


def code_at(moment: float, *, secret: str = SECRET) -> str:
    """What the app shows then."""
    return str(format_hotp_value(hotp_value(secret, int(moment) // 30)))


def sign_in(
    client: Client, user: User, *, methods: tuple[str, ...] = ("password", "mfa"), ago: float = 0, seen: bool = True
) -> None:
    """Without the pages of the login, which have tests of their own. With "mfa" the account has an app. If the session was
    `seen`, the first request does not write that down."""
    if "mfa" in methods:
        give_app(user)
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": time.time() - ago} for method in methods]
    session["account_authentication_methods_user"] = str(user.pk)
    if seen:
        session["session_seen"] = timezone.now().replace(minute=0, second=0, microsecond=0).isoformat()
    session.save()
