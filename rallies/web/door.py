"""What every public page goes through."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from rallies.http.middleware import PERMISSIONS
from rallies.http.pages import public_page
from rallies.http.query import BadQuestion, RenamedValue
from rallies.selectors.errors import Withdrawn
from rallies.web import errors

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A public page: GET and HEAD, the headers of public pages, and what the quiet rooms say as a page."""
    # Nothing secret is in these pages, so that compressing them tells nobody anything (BREACH); nothing is
    # written, and without the exemption CSRF answers a POST before require_safe says 405.
    return csrf_exempt(gzip_page(require_safe(_answering(view))))


def personal(view: View) -> View:
    """A public page at an address that one person put together: no cache on the way keeps it."""
    answered = public(view)

    @wraps(answered)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = answered(request, *args, **kwargs)
        response["Cache-Control"] = "private, max-age=0"
        return response

    return answer


def public_form(view: View) -> View:
    """A public page with a form that is sent back to it. What answers a POST is kept nowhere.

    No token guards it against forms of other sites, since that takes a cookie: what is sent must be worth
    nothing to whoever makes others send it.
    """
    return csrf_exempt(gzip_page(require_http_methods(["GET", "HEAD", "POST"])(_answering(view))))


def _answering(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = _answer(request, *args, **kwargs)
        if request.method == "POST":
            response["Cache-Control"] = "no-store"
        return response

    def _answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return public_page(view(request, *args, **kwargs))
        except BadQuestion as error:
            return errors.bad_request(request, sentence=error.sentence)
        except RenamedValue as error:
            return public_page(permanently(f"{request.path}?{error.query_string}"))
        except Withdrawn as error:
            return errors.gone(request, error)

    return answer


def asks_where(view: View) -> View:
    """A page that has the box for places: it may ask the device where it is, which the browser asks its owner."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response[PERMISSIONS] = "camera=(), geolocation=(self), microphone=()"
        return response

    return answer


def permanently(address: str, *, with_method: bool = False) -> HttpResponse:
    """301, or 308 where what was sent must be sent there again."""
    return HttpResponsePermanentRedirect(address, preserve_request=with_method)


def see_other(address: str) -> HttpResponse:
    """303: what was sent was taken, and this page says so."""
    return HttpResponseRedirect(address, status=303)
