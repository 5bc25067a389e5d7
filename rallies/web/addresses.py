"""Addresses that pages show or link: feeds, and pages of a list.

Google and Microsoft document none of the addresses by which their calendars take a feed. Google wants webcal://, and refuses
https:// (https://github.com/calagator/calagator/issues/556, https://github.com/add2cal/add-to-calendar-button/issues/252); on
Android its app opens the link and then fails (issue 666 there, https://github.com/hebcal/hebcal/issues/257), so that pages say
to open it on a computer. Outlook wants https://.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from rallies import conf, links
from rallies.formats.calendar_links import CalendarLink
from rallies.formats.ics import REFRESH_HOURS
from rallies.http.asked_words import list_title
from rallies.selectors.feeds import feed_is_cut
from rallies.selectors.filters import ActionFilter
from rallies.web.feed_words import feed_words

GOOGLE = "https://calendar.google.com/calendar/r"
OUTLOOK = "https://outlook.live.com/calendar/0/addfromweb"
MICROSOFT_365 = "https://outlook.office.com/calendar/0/addfromweb"


LONGEST_FOR_GOOGLE = 256
"""Characters of an address that Google Calendar takes (FEED_CONTRACT 56)."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar feed: the path on this site, and the absolute addresses that people copy or open; the same with
    cancellations in the title alone, and without them. `ways` open calendars on the web, which ask nobody before.
    `holds` says what is in it. `is_cut`: it holds the nearest only, and `whole` is the address of everything.
    `hours`: how often it tells apps to ask."""

    path: str
    address: str
    webcal: str
    in_title: str
    hidden: str
    whole: str
    ways: tuple[CalendarLink, ...] = ()
    holds: str = ""
    is_cut: bool = False
    hours: int = REFRESH_HOURS


def feed_beside(page: str, *, name: str = "", holds: str = "", is_cut: bool = False) -> Feed:
    """The calendar feed beside a page's path; a query string is kept. `name` is what subscribers see among their
    calendars, the site's name unless there is another."""
    path = links.calendar_path(page)
    address = links.absolute(path)
    more = "&" if "?" in address else "?"
    in_title = f"{address}{more}cancelled=title"
    return Feed(
        path=path,
        address=address,
        webcal=links.webcal(address),
        in_title=in_title,
        hidden=f"{address}{more}cancelled=hide",
        whole=f"{address}{more}all=1",
        ways=_ways(address, in_title=in_title, name=name or conf.site_name()),
        holds=holds,
        is_cut=is_cut,
    )


def _ways(address: str, *, in_title: str, name: str) -> tuple[CalendarLink, ...]:
    """Google leaves out what is marked as cancelled, so it gets the words alone; and it takes no address that is longer."""
    asked = urlencode({"url": address, "name": name}, quote_via=quote)
    ways = [CalendarLink("Google Calendar", f"{GOOGLE}?cid={quote(links.webcal(in_title), safe='')}")]
    return (
        *(ways if len(in_title) <= LONGEST_FOR_GOOGLE else ()),
        CalendarLink("Outlook.com", f"{OUTLOOK}?{asked}"),
        CalendarLink("Microsoft 365", f"{MICROSOFT_365}?{asked}"),
    )


def feed_of(question: ActionFilter, page: str, *, now: datetime, name: str = "") -> Feed:
    """The same for a page that shows the answer to a question, with what it holds and whether apps carry all of it."""
    feed = feed_beside(page, name=name or list_title(question), holds=feed_words(question))
    return replace(feed, is_cut=feed_is_cut(question, today=now.astimezone(UTC).date()))


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
