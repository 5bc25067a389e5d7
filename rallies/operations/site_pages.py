"""The pages that every site has: changing their text, and going back to the shipped one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rallies.enums import SitePageKey
from rallies.models import SitePage
from rallies.rules.access import Right
from rallies.rules.errors import RuleBroken
from rallies.rules.site_pages import broken_page
from rallies.selectors.site_pages import shipped_page
from rallies.text import clean_line, clean_text

from .access import needs
from .errors import raise_if_any
from .saving import Person, assign, insert, update
from .transaction import operation

EDITABLE = frozenset({"title", "text"})


@operation
@needs(Right.CHANGE, None)
def edit_site_page(key: SitePageKey, values: Mapping[str, Any], *, by: Person, now: datetime) -> SitePage:
    """Give a page another title or text. Raises `RulesBroken`.

    A page that says what the shipped one says keeps no row, so that it goes on following the settings
    and newer versions; the value then returned is not stored. No stamp moves: no feed tells of it.
    """
    row = SitePage.objects.select_for_update().filter(pk=key).first()
    page = row or as_shipped(key)
    changed = assign(page, _cleaned(values))
    raise_if_any(broken_page(title=page.title, text=page.text))
    shipped = shipped_page(key)
    if (page.title, page.text) == (shipped.title, shipped.text):
        return restore_site_page(key, by=by, now=now)
    if row is None:
        insert(page, by=by, now=now)
    elif changed:
        update(page, changed, by=by, now=now)
    return page


@operation
@needs(Right.CHANGE, None)
def restore_site_page(key: SitePageKey, *, by: Person, now: datetime) -> SitePage:
    """Go back to the shipped title and text. The history of the page keeps what stood there."""
    row: Any = SitePage.objects.select_for_update().filter(pk=key).first()
    if row is not None:
        row._history_user, row._history_date = by, now
        row.delete()
    return as_shipped(key)


def as_shipped(key: SitePageKey) -> SitePage:
    """A page that nobody has changed, as a row that is not stored."""
    shipped = shipped_page(key)
    return SitePage(key=key.value, title=shipped.title, text=shipped.text)


def broken_values(values: Mapping[str, Any]) -> list[RuleBroken]:
    """What the rules say of these fields, which are all of a page's; nothing is written."""
    return broken_page(**{"title": "", "text": ""} | _cleaned(values))


def _cleaned(values: Mapping[str, Any]) -> dict[str, str]:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields of a page: {', '.join(sorted(unknown))}")
    cleaned = dict(values)
    if "title" in cleaned:
        cleaned["title"] = clean_line(cleaned["title"] or "")
    if "text" in cleaned:
        cleaned["text"] = clean_text(cleaned["text"] or "")
    return cleaned
