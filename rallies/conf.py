"""Settings of the site, under the names that the rooms use."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language


def site_name() -> str:
    return str(settings.SITE_NAME)


def site_url() -> str:
    return str(settings.SITE_URL)


def site_contact() -> str:
    """An e-mail or web address, or ""."""
    return str(settings.SITE_CONTACT)


def contact_url() -> str:
    """The address that opens the contact of the site, or ""."""
    contact = site_contact()
    is_mail = "@" in contact and "://" not in contact
    return f"mailto:{contact}" if is_mail else contact


def site_operator() -> str:
    """Who runs the site, or ""."""
    return str(settings.SITE_OPERATOR)


def site_operator_address() -> str:
    """Their postal address in one line, or ""."""
    return str(settings.SITE_OPERATOR_ADDRESS)


def secret_keys() -> list[str]:
    """The secret key, then those from before, which still open what was sealed under them."""
    return [str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS)]


def session_lifetime() -> timedelta:
    """After how long a sign-in ends, however often it was used."""
    return timedelta(days=int(settings.SESSION_DAYS))


def trusted_proxies() -> int:
    """How many proxies in front of the site add to X-Forwarded-For."""
    return int(settings.TRUSTED_PROXIES)


def default_language() -> str:
    return str(settings.LANGUAGE_CODE)


def language() -> str:
    """The language of the answer that is being made: the one of its address."""
    return get_language() or default_language()


def default_timezone() -> str:
    return str(settings.DEFAULT_TIME_ZONE)


def feeds_directory() -> Path:
    """Where the last good body of each feed is kept."""
    return Path(settings.DATA_DIR) / "feeds"


def map_host() -> str:
    """Where maps with streets come from, if that is another host; or ""."""
    return str(settings.MAP_TILES.origin or settings.MAP_PMTILES.origin).partition("://")[2]
