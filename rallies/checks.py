"""What `manage.py check --deploy` says: gaps of this installation in a self-hoster's words, each with what to do."""

import stat
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def installation(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return list(_gaps())


def _gaps() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Warning(
            "DEBUG is on: when something fails, visitors see code and settings, and pages are slow.",
            hint="Unset DEBUG.",
            id="rallies.W001",
        )
    if settings.SITE.loopback:
        yield Warning(
            f"SITE_URL is {settings.SITE_URL}: only this computer can open the site, "
            "and links in calendars that others subscribe to lead nowhere.",
            hint="Set SITE_URL to the address that visitors will use, such as https://rallies.example.",
            id="rallies.W002",
        )
    elif not settings.SITE.https:
        yield Warning(
            f"SITE_URL is {settings.SITE_URL}: everyone on the way can read what visitors look at and the passwords of staff.",
            hint="Put a proxy with a certificate (Caddy, nginx) in front, and begin SITE_URL with https://.",
            id="rallies.W003",
        )
    if not settings.REQUIRE_SECOND_FACTOR:
        yield Warning(
            "REQUIRE_SECOND_FACTOR is no: whoever guesses or overhears one password changes what the public sees.",
            hint="Unset REQUIRE_SECOND_FACTOR. Each account sets up a second factor at its next sign-in.",
            id="rallies.W008",
        )
    if not settings.SITE_CONTACT:
        yield Warning(
            "SITE_CONTACT is empty: visitors and organizers cannot tell you of a mistake.",
            hint="Set SITE_CONTACT to an e-mail address or a web address.",
            id="rallies.W004",
        )
    if not settings.SITE_OPERATOR:
        yield Warning(
            "SITE_OPERATOR is empty: the imprint says that nobody has stated yet who runs the site, "
            "and in some countries the law asks for it.",
            hint="Set SITE_OPERATOR, and SITE_OPERATOR_ADDRESS, or write an imprint of your own in the admin.",
            id="rallies.W006",
        )
    if settings.SITE.https and not settings.TRUSTED_PROXIES:
        yield Warning(
            "TRUSTED_PROXIES is 0, and https needs a proxy in front: all visitors count as one, so that who sends too many "
            "reports of errors shuts out everybody else.",
            hint="Set TRUSTED_PROXIES to the number of proxies that add to X-Forwarded-For, such as 1 for Caddy or nginx.",
            id="rallies.W007",
        )
    if settings.SMTP.host and not settings.SMTP.security and not _is_this_computer(settings.SMTP.host):
        yield Warning(
            f"SMTP_URL begins with smtp://: everyone on the way to {settings.SMTP.host} can read the password there, and use"
            " the links of invitations and of recovery.",
            hint="Begin it with smtp+tls:// (port 587) or smtp+ssl:// (port 465).",
            id="rallies.W009",
        )
    key_file = settings.DATA_DIR / "secret_key"
    if key_file.exists() and key_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Warning(
            f"Other users of this computer can read {key_file}, and with it sign in as anyone.",
            hint=f"Run: chmod 600 {key_file}",
            id="rallies.W005",
        )


def _is_this_computer(host: str) -> bool:
    return host == "localhost" or host.startswith("127.") or host == "::1"
