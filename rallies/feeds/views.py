"""Calendar feeds: the same bytes for everybody, until something changes.

No authentication, no content negotiation, no language but that of the address: calendar apps send odd headers
(Outlook a Bearer, Google no Accept at all) and none of them may change the answer.
"""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import wraps
from importlib.metadata import version as version_of
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from rallies import __version__, conf, links
from rallies.catalogues import catalogue_digest
from rallies.formats.ics import CalendarHead, calendar
from rallies.formats.ics_cancelled import told_as
from rallies.http.conditional import Version
from rallies.http.picks import read_picks
from rallies.http.query import BadQuestion, RenamedValue
from rallies.http.reach import picks_title
from rallies.selectors.errors import NothingThere, Renamed, Withdrawn
from rallies.selectors.feeds import FeedText, action_text, feed_text, picks_text, published_action
from rallies.selectors.stamps import Stamp, site_stamp, stamp_of

from .answers import answer_calendar, answer_last_good
from .asked import Ask, nothing_but_noise
from .languages import in_language
from .looks import LOOKS, Look, read_look

PLAIN = "text/plain; charset=utf-8"
TZDATA = version_of("tzdata")

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]


def feed(view: View) -> View:
    """GET and HEAD only; what the quiet rooms say becomes a status and a sentence."""

    def said(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except SuspiciousOperation:
            sentence = _("A part of the address or of the request has no meaning here.")
            return HttpResponse(sentence + "\n", status=400, content_type=PLAIN)
        except BadQuestion as error:
            return HttpResponse(error.sentence + "\n", status=400, content_type=PLAIN)
        except RenamedValue as error:
            return _moved(f"{request.path}?{error.query_string}")
        except Renamed as error:
            parent = request.path.rpartition("/")[0]
            query = request.META.get("QUERY_STRING", "")
            ending = request.path.rpartition(".")[2]
            return _moved(f"{parent}/{error.slug}.{ending}" + (f"?{query}" if query else ""))
        except Withdrawn:
            return HttpResponse(_("This action was taken off the calendar.") + "\n", status=410, content_type=PLAIN)
        except NothingThere:
            return HttpResponse(_("There is no calendar at this address.") + "\n", status=404, content_type=PLAIN)
        except Exception as error:
            # Of what is no calendar only the database is expected to fail.
            if not (request.path.endswith(".ics") or isinstance(error, DatabaseError)):
                raise
            logger.exception("A feed cannot be made")
            return _for_now(request)

    # Or CSRF answers a POST with a page of HTML before require_safe says 405 (FEED_CONTRACT 54).
    @csrf_exempt
    @require_safe
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = said(request, *args, **kwargs)
        # Pages of other sites may read it, the sentences of errors too: it is public, and knows no cookie.
        answer["Access-Control-Allow-Origin"] = "*"
        return answer

    return answered


def _for_now(request: HttpRequest) -> HttpResponseBase:
    """The last good calendar, or when to come back; any other failure makes apps drop or disable it (FEED_CONTRACT 57)."""
    last = answer_last_good(request, now=timezone.now()) if request.path.endswith(".ics") else None
    if last is not None:
        return last
    answer = HttpResponse(_("The calendar cannot be read just now.") + "\n", status=503, content_type=PLAIN)
    answer["Retry-After"] = "300"
    return answer


def as_calendar(ask: Ask) -> View:
    """The view of the calendar that answers what `ask` reads from an address."""

    @feed
    @wraps(ask)
    def view(request: HttpRequest, **path: str) -> HttpResponseBase:
        asked = ask(request, also=LOOKS, **path)
        question = asked.question
        return _calendar_of(
            request,
            read=lambda today, is_whole: feed_text(question, today=today, is_whole=is_whole),
            stamp_now=lambda: stamp_of(question),
            title=asked.title,
            page=asked.page,
            filename=f"{asked.name}.ics",
        )

    return view


@feed
def action(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The file of one action: no calendar name, no refresh properties."""
    nothing_but_noise(request, also=frozenset({"cancelled"}))
    look = read_look(request)
    now = timezone.now()
    # Before the text: old text under a new stamp would be confirmed by 304s; the other way round heals.
    stamp = site_stamp()
    action_id = published_action(slug)
    version = _version(stamp, made_of=("action", slug, str(look)), day=None)
    return answer_calendar(
        request,
        version,
        now=now,
        filename=f"{slug}.ics",
        make=lambda: _calendar(CalendarHead(), action_text(action_id), look=look),
        stamp=stamp,
        is_current=lambda: site_stamp() == stamp,
    )


@feed
def picks(request: HttpRequest, token: str) -> HttpResponseBase:
    """What somebody picked: the address is the set. What was taken off the calendar is absent, as in every feed, and so is
    what never was on it."""
    nothing_but_noise(request, also=LOOKS)
    codes = read_picks(token)
    return _calendar_of(
        request,
        read=lambda today, is_whole: picks_text(codes, today=today, is_whole=is_whole),
        stamp_now=site_stamp,
        title=picks_title(),
        page=links.picks_path(token),
        filename="picks.ics",
        is_of_one_person=True,
    )


def _calendar_of(
    request: HttpRequest,
    *,
    read: Callable[[date, bool], FeedText],
    stamp_now: Callable[[], Stamp],
    title: str,
    page: str,
    filename: str,
    is_of_one_person: bool = False,
) -> HttpResponseBase:
    now = timezone.now()
    today = now.astimezone(UTC).date()
    look = read_look(request)
    address = links.absolute(links.calendar_path(page))
    if look != Look():
        address += ("&" if "?" in address else "?") + look.query_string
    day = datetime.combine(today, time.min, UTC)
    stamp = stamp_now()
    version = _version(stamp, made_of=("feed", title, address), day=day)

    def make() -> bytes:
        text = read(today, look.is_whole)
        words = look.words(is_cut=text.is_cut)
        head = CalendarHead(name=title, description=words, address=address, page=links.absolute(page))
        return _calendar(head, text, look=look)

    return answer_calendar(
        request,
        version,
        now=now,
        filename=filename,
        make=make,
        stamp=stamp,
        is_current=lambda: stamp_now() == stamp,
        is_of_one_person=is_of_one_person,
    )


def _calendar(head: CalendarHead, text: FeedText, *, look: Look) -> bytes:
    told = [(told_as(each.text, look.cancelled), each.tzid) for each in in_language(text).told]
    return calendar(
        head,
        texts=[each for each, _ in told],
        tzids={tzid for each, tzid in told if each and tzid},
        empty_zone=conf.default_timezone(),
    )


def _version(stamp: Stamp, *, made_of: tuple[str, ...], day: datetime | None) -> Version:
    site = (__version__, TZDATA, conf.site_url(), conf.site_name(), conf.language(), conf.default_timezone())
    return Version(
        stamp=stamp.number,
        day=f"{day:%Y%m%d}" if day else "",
        # The moment tells apart two databases whose numbers agree, such as one that was restored.
        made_of=(*site, catalogue_digest(conf.language()), *made_of, stamp.moved_at.isoformat()),
        last_modified=max(stamp.moved_at, day) if day else stamp.moved_at,
    )


def _moved(address: str) -> HttpResponse:
    response = HttpResponsePermanentRedirect(address)
    response["Cache-Control"] = "public, max-age=3600"
    return response
