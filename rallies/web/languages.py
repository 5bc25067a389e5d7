"""The same page in other languages."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info

from rallies import conf, links
from rallies.http.query import asked_address

# Of URL patterns that stand under each language; the desk and the API have one address each.
IN_ALL_LANGUAGES = frozenset({"rallies", "feeds"})


@dataclass(frozen=True, slots=True)
class Language:
    """A language under its own name, and the path of this page in it."""

    code: str
    name: str
    path: str
    is_right_to_left: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Alternate:
    """For search engines: a code of hreflang, and the absolute address of the page for it."""

    code: str
    address: str


def languages_of(request: HttpRequest) -> tuple[Language, ...]:
    """The page that is asked for, with its question, in each language; () for one that stands in a single language."""
    match = request.resolver_match
    if match is None or match.app_name not in IN_ALL_LANGUAGES:
        return ()
    path = links.without_language(asked_address(request))
    return tuple(
        Language(
            code=code,
            name=name,
            path=links.in_language(path, language=code),
            is_right_to_left=bool(get_language_info(code)["bidi"]),
            is_shown=code == conf.language(),
        )
        for code, name in settings.LANGUAGES
    )


def in_all_languages(canonical: str) -> tuple[Alternate, ...]:
    """The canonical address of a page in each language, and the one for readers of none of them."""
    path = links.without_language(canonical.removeprefix(conf.site_url()))
    named = [(code, code) for code, _ in settings.LANGUAGES] + [("x-default", conf.default_language())]
    return tuple(
        Alternate(code, f"{conf.site_url()}{links.in_language(path, language=language)}") for code, language in named
    )
