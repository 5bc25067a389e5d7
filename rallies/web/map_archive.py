"""The map with streets in one file, which MAP_PMTILES names: browsers read parts of it."""

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from rallies.http.ranges import answer_with_file


def archive_address() -> str:
    """Where browsers find the archive, or ""."""
    found = settings.MAP_PMTILES
    return reverse("rallies:map-archive") if found.file else str(found.url)


@csrf_exempt
@require_safe
def map_archive(request: HttpRequest) -> HttpResponseBase:
    path = settings.MAP_PMTILES.file
    if path is None:
        raise Http404
    try:
        # Looked at with each request: a newer map may be put in its place while the site runs.
        file = path.open("rb")
    except OSError as error:
        raise Http404 from error
    answer = answer_with_file(request, file, content_type="application/vnd.pmtiles")
    answer["Cache-Control"] = "public, max-age=86400"
    return answer
