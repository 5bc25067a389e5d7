"""The picture of the site: the one that ships, or the operator's own, which SITE_MARK names."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from rallies import conf


def mark_address() -> str:
    own = settings.SITE_MARK
    if own is None:
        return static("rallies/img/mark.svg")
    # One address in all languages, so that it is fetched once.
    with translation.override(conf.default_language()):
        return reverse("rallies:mark", args=[own.name])


def mark_type() -> str:
    own = settings.SITE_MARK
    return own.content_type if own else "image/svg+xml"


@csrf_exempt
@require_safe
def mark(request: HttpRequest, name: str) -> HttpResponse:
    """The operator's file. As every answer it has the site's policy, so that a script in an SVG does nothing."""
    own = settings.SITE_MARK
    if own is None or own.name != name:
        raise Http404
    return HttpResponse(
        own.body,
        content_type=own.content_type,
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
