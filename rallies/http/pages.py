"""Headers of public pages: the same answer for everybody, kept for a minute by what stands in front."""

from typing import TypeVar

from django.http import HttpResponseBase

SHARED_SECONDS = 60
# A cache in front may answer with what it has while it asks again, and for a day when the site is down.
STALE = "stale-while-revalidate=600, stale-if-error=86400"

Response = TypeVar("Response", bound=HttpResponseBase)


def public_page(response: Response, *, shared: int = SHARED_SECONDS) -> Response:
    """The response with the headers of a public page.

    Browsers ask again each time; caches in front of the site keep it for `shared` seconds, and help out with it
    for longer unless it says that there is nothing.
    """
    fresh = f"public, max-age=0, s-maxage={shared}"
    response["Cache-Control"] = f"{fresh}, {STALE}" if response.status_code < 400 else fresh
    return response
