"""Is a page of the site well said?"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .errors import BadValue, RuleBroken

LENGTHS = {"title": 100, "text": 50_000}


def broken_page(*, title: str, text: str) -> list[RuleBroken]:
    """Everything that is wrong with a page; it has a title and a text."""
    return list(_broken({"title": title, "text": text}))


def _broken(values: dict[str, str]) -> Iterator[RuleBroken]:
    if not values["title"]:
        yield BadValue(_("Give the page a title."), field="title")
    if not values["text"]:
        yield BadValue(_("Give the page a text, or go back to the shipped one."), field="text")
    for name, longest in LENGTHS.items():
        if len(values[name]) > longest:
            yield BadValue(_("This text is longer than %(count)d characters.") % {"count": longest}, field=name)
