"""Absolute and relative addresses of public things, from one place.

Paths are written here, not reversed, because quiet rooms make addresses too and may not know the
doors; a test holds them against the url patterns. They lead to the language that is active, whose code stands first
in the path unless it is the site's own.
"""

from datetime import date, timedelta
from urllib.parse import quote

from django.conf import settings

from rallies import conf

# What stands at one address for all languages.
WITHOUT_LANGUAGES = ("/api/", "/admin/", "/account/", "/media/", "/static/", "/healthz", "/favicon.ico", "/robots.txt")


def join_path(token: str) -> str:
    """Where an invitation is accepted."""
    return f"/account/join/{token}/"


def recover_path(token: str) -> str:
    """Where another password is chosen."""
    return f"/account/recover/{token}/"


def absolute(path: str) -> str:
    """The absolute address of a path on this site, as `SITE_URL` says; percent-encoded ASCII."""
    return f"{settings.SITE_URL}{quote(path, safe='/?=&%.,:~+-_')}"


def in_language(path: str, *, language: str | None = None) -> str:
    """A path in the site's own language, such as "/actions/?kind=march", as that of another: of the active one, unless one
    is named."""
    code = language or conf.language()
    return path if code == conf.default_language() else f"/{code}{path}"


def without_language(path: str) -> str:
    """The path of the same page in the site's own language, from that in the active one."""
    prefix = in_language("/")
    return "/" + path.removeprefix(prefix) if path.startswith(prefix) else path


def in_same_language(path: str) -> str:
    """A path that a text links to, as that of the language it is read in; what has no languages stays as it is."""
    return path if path.startswith(("//", *WITHOUT_LANGUAGES)) else in_language(path)


def actions_path() -> str:
    return in_language("/actions/")


def month_path(month: str) -> str:
    """The table of a month, which is written like 2025-11."""
    return in_language(f"/actions/month/{month}/")


def monday_of(day: date) -> date:
    """The first day of a week as ISO 8601 and iCalendar (RFC 5545 §3.3.10, WKST) count it, in every language: the address
    of a week means the same seven days to all who are sent it, and cuts no weekend, be it Friday and Saturday or Saturday
    and Sunday."""
    return day - timedelta(days=day.weekday())


def week_path(day: date) -> str:
    """The table of the week in which a day lies."""
    return in_language(f"/actions/week/{monday_of(day).isoformat()}/")


def day_path(day: date) -> str:
    return in_language(f"/{day:%Y/%m/%d}/")


def map_path() -> str:
    return in_language("/actions/map/")


def countries_path() -> str:
    return in_language("/countries/")


def action_path(slug: str) -> str:
    return in_language(f"/actions/{slug}/")


def report_path(slug: str) -> str:
    """Where an error in an action is reported."""
    return in_language(f"/actions/{slug}/report/")


def campaign_path(slug: str) -> str:
    return in_language(f"/campaigns/{slug}/")


def organizer_path(slug: str) -> str:
    return in_language(f"/organizers/{slug}/")


def place_path(key: str) -> str:
    return in_language(f"/places/{key}/")


def country_path(code: str) -> str:
    """The page of a country: its ISO 3166-1 alpha-2 code, in small letters."""
    return in_language(f"/countries/{code.lower()}/")


def picks_path(token: str = "") -> str:
    """The page of a set of picked actions, whose text `token` is; without one, where picks begin."""
    return in_language(f"/picks/{token}/" if token else "/picks/")


def site_page_path(key: str) -> str:
    return in_language(f"/{key}/")


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
