"""What every address of the API shares: no accounts, one format, cursors, ETags."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from rallies import __version__, conf
from rallies.http.conditional import Version, answer_conditionally
from rallies.http.pages import SHARED_SECONDS, STALE
from rallies.http.query import BadQuestion, RenamedValue, query_string, read_question, refuse_filters
from rallies.selectors.batches import Batch, Position
from rallies.selectors.errors import Renamed
from rallies.selectors.filters import ActionFilter
from rallies.selectors.stamps import NEVER, Stamp, answer_moment, site_stamp, stamp_of

from .cursors import cursor_of, read_cursor

SIZE, LARGEST_SIZE = 50, 100
WALK = frozenset({"cursor", "size"})
HEADERS = {
    "Cache-Control": f"public, max-age=0, s-maxage={SHARED_SECONDS}, {STALE}",
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
}
Value = TypeVar("Value")
Find = Callable[[datetime, Position | None, int], Batch[Any]]


class JsonForAll(BaseContentNegotiation):
    """There is one format; what programs and browsers say they accept changes nothing."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class PublicView(APIView):
    """Anyone may read, nobody is known: what a program sends of itself is not looked at."""

    authentication_classes: Sequence[Any] = ()
    permission_classes: Sequence[Any] = ()
    renderer_classes: Sequence[Any] = (JSONRenderer,)
    content_negotiation_class = JsonForAll
    http_method_names: Sequence[str] = ("get", "head", "options")

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """For browsers that ask before they send If-None-Match."""
        allow = {
            "Allow": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": "If-None-Match",
            "Access-Control-Max-Age": "86400",
        }
        return HttpResponse(status=204, headers={**HEADERS, **allow})

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, Renamed):
            return self.moved(f"{self.request.path.rstrip('/').rpartition('/')[0]}/{exc.slug}/")
        if isinstance(exc, RenamedValue):
            return self.moved(f"{self.request.path}?{exc.query_string}")
        return super().handle_exception(exc)

    def moved(self, address: str) -> HttpResponse:
        return HttpResponsePermanentRedirect(address, headers=HEADERS)

    def answer(
        self,
        request: HttpRequest,
        stamp: Stamp | None,
        body: Callable[[], Any],
        *,
        now: datetime,
        moment: datetime | None = None,
    ) -> HttpResponseBase:
        """The body as JSON, or 304. `stamp` is read before any row of the body: an old body under a new stamp would
        be confirmed by 304s, the other way round heals. It is None for what follows from the code alone. `moment` is
        what the answer stands on if the clock moves it."""
        kept = stamp or NEVER
        site = (__version__, conf.site_url(), conf.default_language())
        version = Version(
            stamp=kept.number,
            day="",
            made_of=(*site, request.get_full_path(), str(moment), kept.moved_at.isoformat()),
            # No date says when code changed: one of this moment is not compared.
            last_modified=max(kept.moved_at, moment or kept.moved_at) if stamp else now,
        )
        answer = answer_conditionally(
            getattr(request, "_request", request), version, now=now, headers=HEADERS, body=lambda: Response(body())
        )
        if stamp is None:
            del answer["Last-Modified"]
        return answer

    def answer_one(
        self, request: HttpRequest, find: Callable[[], Value], shown: type[serializers.Serializer[Any]]
    ) -> HttpResponseBase:
        """What `find` finds, or 304. It is looked for either way: what is gone or renamed is never confirmed."""
        now, stamp = timezone.now(), site_stamp()
        found: Any = find()
        return self.answer(request, stamp, lambda: shown(found).data, now=now)

    def nothing_but_noise(self, request: Request) -> None:
        refuse_filters(request.GET)


class WalkView(PublicView):
    """A list that is walked with cursors."""

    serializer_class: type[serializers.Serializer[Any]]
    takes_filters = True

    def walk(self, request: Request, find: Find, *, question: ActionFilter) -> HttpResponseBase:
        """The batch that the request asks for. The whole walk stands on the moment of its first batch."""
        now = timezone.now()
        size = _size(request)
        asked = query_string(question)
        text = _one(request, "cursor")
        cursor = read_cursor(text, path=request.path, question=question) if text else None
        moment = cursor.now if cursor else answer_moment(question, now=now)

        def body() -> dict[str, Any]:
            batch = find(moment, cursor.position if cursor else None, size)
            shown = self.serializer_class(batch.entries, many=True)
            following = ""
            if batch.following:
                following = str(cursor_of(request.path, question, now=moment, position=batch.following))
            return {"results": shown.data, "next": _address(request, asked, following, size) if following else None}

        return self.answer(request, stamp_of(question), body, now=now, moment=moment if question.moves else None)

    def question(self, request: Request) -> ActionFilter:
        if not self.takes_filters:
            sentence = _("This list takes no filters, only “cursor” and “size”.")
            refuse_filters(request.GET, also=WALK, sentence=sentence)
        return read_question(request.GET, also=WALK)


def _address(request: Request, asked: str, cursor: str, size: int) -> str:
    walk = urlencode({"cursor": cursor, **({"size": size} if size != SIZE else {})})
    return f"{conf.site_url()}{request.path}?{asked}{'&' if asked else ''}{walk}"


def _one(request: Request, name: str) -> str:
    values = request.GET.getlist(name)
    if len(values) > 1:
        raise BadQuestion(_("“%(name)s” is given twice. Give it once.") % {"name": name})
    return values[0] if values else ""


def _size(request: Request) -> int:
    text = _one(request, "size")
    if not text:
        return SIZE
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= LARGEST_SIZE):
        raise BadQuestion(_("“size” must be a number from 1 to %(largest)d.") % {"largest": LARGEST_SIZE})
    return int(text)
