"""The pages that every site has: about, privacy, imprint, accessibility."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rallies import links
from rallies.enums import SitePageKey
from rallies.http.query import refuse_filters
from rallies.selectors.site_pages import get_site_page
from rallies.web.door import public


@dataclass(frozen=True, slots=True)
class Way:
    """One of the pages, as a link beside the one that is shown."""

    words: str
    path: str
    is_shown: bool


@public
def site_page(request: HttpRequest, key: SitePageKey) -> HttpResponse:
    refuse_filters(request.GET)
    ways = tuple(Way(str(one.label), links.site_page_path(one.value), one == key) for one in SitePageKey)
    return render(request, "pages/site_page.html", {"page": get_site_page(key), "pages": ways})
