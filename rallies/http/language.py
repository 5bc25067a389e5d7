"""The language of an answer: the one that its address names, and nothing else of the request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils import translation
from django.utils.http import escape_leading_slashes

from rallies import conf

Answer = Callable[[HttpRequest], HttpResponseBase]


def language_of_the_address(get_response: Answer) -> Answer:
    """Answers /es/… in Spanish, and what names no language in the site's own.

    Which addresses there are in other languages is the matter of the URL patterns. The site's own language has one
    address a page, without its code: with it, a page leads there.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        named = request.path_info[1:].partition("/")[0]
        own = conf.default_language()
        if named == own:
            return _without_code(request, code=own)
        with translation.override(named if named in dict(settings.LANGUAGES) else own):
            return get_response(request)

    return answer


def _without_code(request: HttpRequest, *, code: str) -> HttpResponseBase:
    path, mark, query = request.get_full_path().partition("?")
    # What follows may begin with a slash too: that would be another host.
    address = escape_leading_slashes(path.removeprefix(f"/{code}") or "/") + mark + query
    response = HttpResponsePermanentRedirect(address, preserve_request=request.method not in {"GET", "HEAD"})
    response["Cache-Control"] = "public, max-age=3600"
    return response
