"""What every page knows. Settings alone: the 500 page is drawn with it, when no database may be there."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static

from rallies import links


@dataclass(frozen=True, slots=True)
class Site:
    """`mark` is the address of the site's picture, `contact` an e-mail or web address, or ""."""

    name: str
    url: str
    mark: str
    contact: str
    contact_url: str


def site(request: HttpRequest) -> dict[str, object]:
    contact = str(getattr(settings, "SITE_CONTACT", "") or "")
    is_mail = "@" in contact and "://" not in contact
    return {
        "site": Site(
            name=settings.SITE_NAME,
            url=settings.SITE_URL,
            # An operator's own mark: a path under MEDIA_URL or STATIC_URL, since other hosts are not asked.
            mark=str(getattr(settings, "SITE_MARK", "") or "") or static("rallies/img/mark.svg"),
            contact=contact,
            contact_url=f"mailto:{contact}" if is_mail else contact,
        ),
        "canonical": links.absolute(request.path),
    }
