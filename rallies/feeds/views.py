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
from rallies.http.asked_words import list_title
from rallies.http.conditional import Version
from rallies.http.picks import read_picks
from rallies.http.query import BadQuestion, RenamedValue, query_string, read_question, refuse_filters
from rallies.http.reach import country_title, near_title, picks_title
from rallies.names import is_country
from rallies.selectors.campaigns import campaign_name
from rallies.selectors.errors import NothingThere, Renamed, UnknownPlace, Withdrawn
from rallies.selectors.feeds import FeedText, action_text, feed_text, picks_text, published_action
from rallies.selectors.filters import ActionFilter
from rallies.selectors.organizers import organizer_name
from rallies.selectors.places import near_point
from rallies.selectors.stamps import Stamp, site_stamp, stamp_of

from .answers import answer_calendar, answer_last_good
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


@feed
def actions(request: HttpRequest) -> HttpResponseBase:
    question = read_question(request.GET, also=LOOKS)
    query = query_string(question)
    page = f"{links.actions_path()}?{query}" if query else links.actions_path()
    return _feed_of(request, question, title=list_title(question), page=page, filename="actions.ics")


@feed
def campaign(request: HttpRequest, slug: str) -> HttpResponseBase:
    nothing_but_noise(request, also=LOOKS)
    question = ActionFilter(campaign=slug)
    return _feed_of(
        request, question, title=campaign_name(slug), page=links.campaign_path(slug), filename=f"{slug}.ics"
    )


@feed
def organizer(request: HttpRequest, slug: str) -> HttpResponseBase:
    nothing_but_noise(request, also=LOOKS)
    question = ActionFilter(organizer=slug)
    return _feed_of(
        request, question, title=organizer_name(slug), page=links.organizer_path(slug), filename=f"{slug}.ics"
    )


@feed
def place(request: HttpRequest, key: str) -> HttpResponseBase:
    question = around(request, key, also=LOOKS)
    page = links.place_path(key)
    return _feed_of(request, question, title=near_title(question), page=page, filename=f"{key}.ics")


@feed
def country(request: HttpRequest, code: str) -> HttpResponseBase:
    nothing_but_noise(request, also=LOOKS)
    question = inside(code)
    title = country_title(question.country)
    return _feed_of(request, question, title=title, page=links.country_path(code), filename=f"{code}.ics")


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


def _feed_of(request: HttpRequest, question: ActionFilter, *, title: str, page: str, filename: str) -> HttpResponseBase:
    return _calendar_of(
        request,
        read=lambda today, is_whole: feed_text(question, today=today, is_whole=is_whole),
        stamp_now=lambda: stamp_of(question),
        title=title,
        page=page,
        filename=filename,
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


def nothing_but_noise(request: HttpRequest, *, also: frozenset[str] = frozenset()) -> None:
    """These addresses ask no further question, as yet; a name that would narrow it must not be ignored."""
    sentence = _(
        "This address takes no filters. Use /actions.ics, /actions.csv or /actions.geojson for a narrower question."
    )
    refuse_filters(request.GET, also=also, sentence=sentence)


def around(request: HttpRequest, key: str, *, also: frozenset[str] = frozenset()) -> ActionFilter:
    """The question of the address of a place: within 50 km, or within another radius that it names. Raises
    `UnknownPlace`, `BadQuestion`."""
    near_point(key)
    asked = request.GET.copy()
    if asked.keys() & {"near", "sort"}:
        raise BadQuestion(_("This address takes no filter but “within”."))
    asked["near"] = key
    question = read_question(asked, also=also)
    if question != ActionFilter(near=key, within=question.within):
        raise BadQuestion(_("This address takes no filter but “within”."))
    return question


def inside(code: str) -> ActionFilter:
    """The question of the address of a country, in small letters as all addresses are. Raises `Renamed`, `UnknownPlace`."""
    if not is_country(code.upper()):
        raise UnknownPlace(code)
    if code != code.lower():
        raise Renamed(code.lower())
    return ActionFilter(country=code.upper())


def _moved(address: str) -> HttpResponse:
    response = HttpResponsePermanentRedirect(address)
    response["Cache-Control"] = "public, max-age=3600"
    return response
