"""Error pages: what was wrong, where, and what to do, in the look of the site."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, loader
from django.utils.translation import gettext as _

from rallies.http.pages import public_page

# When even the page of the failure cannot be drawn.
LAST_WORDS = (
    "<!doctype html><title>Error</title><h1>The page could not be made</h1><p>Please try again in a minute.</p>"
)


def bad_request(request: HttpRequest, exception: Exception | None = None, sentence: str = "") -> HttpResponse:
    """400. `sentence` says what could not be read; texts of Django's own exceptions stay inside."""
    return _page(
        request,
        status=400,
        title=_("This address cannot be read"),
        sentence=sentence or _("A part of the address or of the request has no meaning here."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        status=403,
        title=_("This page is not for everyone"),
        sentence=_("You may not see this page, or the form that you sent was open for too long."),
    )


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose token is another's: somebody signed in or out since it was opened."""
    return _page(
        request,
        status=403,
        title=_("This form was open for too long"),
        sentence=_(
            "Somebody signed in or out since it was opened, so nothing was saved. Go back in your browser, where your text"
            " still is: copy it, open the page again, and save it there."
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None, sentence: str = "") -> HttpResponse:
    return _page(
        request,
        status=404,
        title=_("Nothing is listed here"),
        sentence=sentence or _said(exception) or _("No page has this address. It may have been mistyped."),
    )


def gone(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """410: it was public, and was taken back."""
    return _page(
        request,
        status=410,
        title=_("This was withdrawn"),
        sentence=_("It was listed here, and those who entered it have taken it back. Its details are no longer shown."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without the database and without anything else that may have failed."""
    try:
        return _page(
            request,
            status=500,
            title=_("Something went wrong on our side"),
            sentence=_("The page could not be made. Please try again in a minute."),
        )
    except (TemplateDoesNotExist, ValueError, AttributeError):
        return HttpResponse(LAST_WORDS, status=500)


def _page(request: HttpRequest, *, status: int, title: str, sentence: str) -> HttpResponse:
    body = loader.render_to_string(
        "pages/error.html",
        {"status": status, "title": title, "sentence": sentence, "has_home": status != 500, "languages": ()},
        request=request,
    )
    response = HttpResponse(body, status=status)
    if status in {404, 410} and request.method != "POST":
        return public_page(response)
    response["Cache-Control"] = "no-store"
    return response


def _said(exception: Exception | None) -> str:
    """What our own views say; Django's resolver says lists of patterns, which are not for visitors."""
    said = exception.args[0] if isinstance(exception, Http404) and exception.args else ""
    return said if isinstance(said, str) else ""
