"""Every public address, from the site's own URL patterns: tests that walk all of them learn of a new one by failing."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

DESK = "admin/"
# Where people sign in: nothing of the calendar stands there. It has tests of its own.
ACCOUNTS = "account/"


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Routes as the URL configuration writes them, such as "actions/<slug:slug>/", without those of the desk."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if not prefix and route.startswith((DESK, ACCOUNTS)):
            continue
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from patterns(entry, route)


def in_other_languages(addresses: dict[str, list[str]], *, code: str) -> list[str]:
    """Of each route that stands under every language, its first address in another one."""
    alone = {"outside", "favicon.ico", "robots.txt", "^media/(?P<path>.+)$"}
    return [f"/{code}{paths[0]}" for route, paths in addresses.items() if route not in alone and "api/" not in route]


def desk_patterns() -> Iterator[str]:
    desks = (entry for entry in get_resolver().url_patterns if str(entry.pattern) == DESK)
    [desk] = [entry for entry in desks if isinstance(entry, URLResolver)]
    yield from patterns(desk, "/admin/")
