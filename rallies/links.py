"""Absolute and relative addresses of public things, from one place.

Paths are written here, not reversed, because quiet rooms make addresses too and may not know the
doors; a test holds them against the url patterns.
"""

from urllib.parse import quote

from django.conf import settings


def absolute(path: str) -> str:
    """The absolute address of a path on this site, as `SITE_URL` says; percent-encoded ASCII."""
    return f"{settings.SITE_URL}{quote(path, safe='/?=&%.,:~+-_')}"


def action_path(slug: str) -> str:
    return f"/actions/{slug}/"


def report_path(slug: str) -> str:
    """Where an error in an action is reported."""
    return f"/actions/{slug}/report/"


def campaign_path(slug: str) -> str:
    return f"/campaigns/{slug}/"


def organizer_path(slug: str) -> str:
    return f"/organizers/{slug}/"


def place_path(key: str) -> str:
    return f"/places/{key}/"


def country_path(code: str) -> str:
    """The page of a country: its ISO 3166-1 alpha-2 code, in small letters."""
    return f"/countries/{code.lower()}/"


def site_page_path(key: str) -> str:
    return f"/{key}/"


def calendar_path(page: str) -> str:
    """The feed beside a page: `/campaigns/x/` → `/campaigns/x.ics`; a query string is kept."""
    path, mark, query = page.partition("?")
    return f"{path.rstrip('/')}.ics{mark}{query}"


def geojson_path(page: str) -> str:
    """The GeoJSON beside a page, as `calendar_path`."""
    path, mark, query = page.partition("?")
    return f"{path.rstrip('/')}.geojson{mark}{query}"


def webcal(address: str) -> str:
    """The address with the scheme that calendar apps subscribe to."""
    return "webcal://" + address.split("://", 1)[1]
