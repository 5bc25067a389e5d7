"""What every public page goes through."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from rallies.http.pages import public_page
from rallies.http.query import BadQuestion, RenamedValue
from rallies.selectors.errors import Withdrawn
from rallies.web import errors

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A public page: GET and HEAD, the headers of public pages, and what the quiet rooms say as a page."""

    # Nothing secret is in these pages, so that compressing them tells nobody anything (BREACH); nothing is
    # written, and without the exemption CSRF answers a POST before require_safe says 405.
    @csrf_exempt
    @gzip_page
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return public_page(view(request, *args, **kwargs))
        except BadQuestion as error:
            return errors.bad_request(request, sentence=error.sentence)
        except RenamedValue as error:
            return public_page(permanently(f"{request.path}?{error.query_string}"))
        except Withdrawn as error:
            return errors.gone(request, error)

    return answer


def permanently(address: str) -> HttpResponse:
    return HttpResponsePermanentRedirect(address)
