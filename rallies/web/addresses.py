"""Addresses that pages show or link: feeds, and pages of a list."""

from dataclasses import dataclass
from urllib.parse import urlencode

from rallies import links


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar feed: the path on this site, and the absolute addresses that people copy or open."""

    path: str
    address: str
    webcal: str


def feed_beside(page: str) -> Feed:
    """The calendar feed beside a page's path; a query string is kept."""
    path = links.calendar_path(page)
    address = links.absolute(path)
    return Feed(path=path, address=address, webcal=links.webcal(address))


@dataclass(frozen=True, slots=True)
class Pager:
    """Links of a list in pages. `previous` and `next` are "" at the ends."""

    page: int
    pages: int
    previous: str
    next: str


def pager(path: str, asked: dict[str, str], *, page: int, pages: int) -> Pager:
    def to(number: int) -> str:
        query = urlencode({**asked, **({"page": number} if number > 1 else {})})
        return f"{path}?{query}" if query else path

    return Pager(
        page=page,
        pages=pages,
        previous=to(page - 1) if page > 1 else "",
        next=to(page + 1) if page < pages else "",
    )
