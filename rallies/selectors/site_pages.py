"""The pages that every site has: the text of its operator, or else the shipped one."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import pgettext

from rallies import __version__, conf, links
from rallies.enums import SitePageKey
from rallies.models import SitePage
from rallies.text import clean_text, markdown_escaped, markdown_to_html

SOURCE_LANGUAGE = "en"
# A path of this site as the target of a link in Markdown.
_LINK = re.compile(r"\]\((/[^)\s]*)\)")


@dataclass(frozen=True, slots=True)
class PublicSitePage:
    """A page as the world sees it, in `language`, which is not that of the reader where nobody translated it; `changed_at`
    is None for the shipped text."""

    key: str
    title: str
    html: str
    changed_at: datetime | None
    language: str


@dataclass(frozen=True, slots=True)
class ShippedPage:
    """What stands on a page that nobody has changed, in the language of the reader if it is translated; `text` is
    Markdown."""

    title: str
    text: str
    language: str


def get_site_page(key: SitePageKey) -> PublicSitePage:
    row = SitePage.objects.filter(pk=key).first()
    page = row or shipped_page(key)
    text = _LINK.sub(lambda link: f"]({links.in_same_language(link[1])})", page.text)
    return PublicSitePage(
        key=str(key.value),
        title=page.title,
        html=markdown_to_html(text, top=2),
        changed_at=row.updated_at if row else None,
        # Operators write one text, for all.
        language=page.language if isinstance(page, ShippedPage) else conf.default_language(),
    )


def shipped_page(key: SitePageKey) -> ShippedPage:
    """Filled from settings: who runs the site, and where to write."""
    values = {
        "site_name": markdown_escaped(conf.site_name()),
        "contact": _contact(),
        "operator": markdown_escaped(conf.site_operator()),
        "operator_address": markdown_escaped(conf.site_operator_address()),
        "map_host": markdown_escaped(conf.map_host()),
        "version": __version__,
    }
    text = _text(key, values)
    with translation.override(SOURCE_LANGUAGE):
        source = _text(key, values)
    return ShippedPage(title=_title(key), text=text, language=SOURCE_LANGUAGE if text == source else conf.language())


def _text(key: SitePageKey, values: dict[str, str]) -> str:
    return clean_text(render_to_string(f"texts/{key.value}.md", values))


def own_site_pages() -> dict[str, SitePage]:
    """Key → row of the pages whose text is the operator's own."""
    return {row.key: row for row in SitePage.objects.all()}


def _title(key: SitePageKey) -> str:
    return {
        SitePageKey.ABOUT: pgettext("title of a page", "About this calendar"),
        SitePageKey.PRIVACY: pgettext("title of a page", "Privacy"),
        SitePageKey.IMPRINT: pgettext("title of a page", "Imprint"),
        SitePageKey.ACCESSIBILITY: pgettext("title of a page", "Accessibility"),
    }[key]


def _contact() -> str:
    """The contact of the site as a link of Markdown, or ""."""
    address = conf.contact_url()
    if not address:
        return ""
    is_mail = address.startswith("mailto:")
    words = conf.site_contact() if is_mail else urlsplit(address).netloc + urlsplit(address).path.rstrip("/")
    return f"[{markdown_escaped(words)}]({quote(address, safe=':/?#@!$&*+,;=%~')})"
