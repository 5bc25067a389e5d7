"""What every page knows. Settings alone: the 500 page is drawn with it, when no database may be there."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from rallies import conf, links
from rallies.web.languages import languages_of
from rallies.web.map_archive import archive_address
from rallies.web.mark import mark_address, mark_type


@dataclass(frozen=True, slots=True)
class Site:
    """`mark` is the path of the site's picture, `mark_type` what it is; `contact` an e-mail or web address, or "".
    `tiles` is the template of addresses of a map with streets, or "", `archive` that of one in a PMTiles
    file, or "", and `tiles_credit` whose they are."""

    name: str
    url: str
    mark: str
    mark_type: str
    contact: str
    contact_url: str
    tiles: str
    archive: str
    tiles_credit: str


def site(request: HttpRequest) -> dict[str, object]:
    here = Site(
        name=settings.SITE_NAME,
        url=settings.SITE_URL,
        mark=mark_address(),
        mark_type=mark_type(),
        contact=conf.site_contact(),
        contact_url=conf.contact_url(),
        tiles=settings.MAP_TILES_URL,
        archive=archive_address(),
        tiles_credit=settings.MAP_TILES_ATTRIBUTION,
    )
    # Twice, since Django's view for logging in puts a "site" of its own in the way: the name of the host.
    return {
        "site": here,
        "this_site": here,
        "canonical": links.absolute(request.path),
        "languages": languages_of(request),
    }
