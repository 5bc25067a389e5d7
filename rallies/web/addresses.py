"""Addresses that pages show or link: feeds, and pages of a list."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from rallies import links
from rallies.selectors.feeds import feed_is_cut
from rallies.selectors.filters import ActionFilter


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar feed: the path on this site, and the absolute addresses that people copy or open; the same with
    cancellations in the title alone, and without them. `is_cut`: it holds the nearest only, and `whole` is the address
    of everything."""

    path: str
    address: str
    webcal: str
    in_title: str
    hidden: str
    whole: str
    is_cut: bool = False


def feed_beside(page: str) -> Feed:
    """The calendar feed beside a page's path; a query string is kept."""
    path = links.calendar_path(page)
    address = links.absolute(path)
    more = "&" if "?" in address else "?"
    return Feed(
        path=path,
        address=address,
        webcal=links.webcal(address),
        in_title=f"{address}{more}cancelled=title",
        hidden=f"{address}{more}cancelled=hide",
        whole=f"{address}{more}all=1",
    )


def feed_of(question: ActionFilter, page: str, *, now: datetime) -> Feed:
    """The same for a page that shows the answer to a question, with whether apps carry all of it."""
    return replace(feed_beside(page), is_cut=feed_is_cut(question, today=now.astimezone(UTC).date()))


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
