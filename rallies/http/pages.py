"""Headers of public pages: the same answer for everybody, kept for a minute by what stands in front."""

from typing import TypeVar

from django.http import HttpResponseBase

SHARED_SECONDS = 60

Response = TypeVar("Response", bound=HttpResponseBase)


def public_page(response: Response, *, shared: int = SHARED_SECONDS) -> Response:
    """The response with the headers of a public page.

    Browsers ask again each time; caches in front of the site keep it for `shared` seconds.
    """
    response["Cache-Control"] = f"public, max-age=0, s-maxage={shared}"
    return response
