"""Calendars that were answered before, answered again before anything else of a request is looked at.

Most of what a server of calendars does is to say that nothing changed. So an answer that went through everything - names of
hosts, https, the question, its headers - is kept with the stamp and the day on which it stood; while both stand, who asks
in the same words gets the same answer for the price of one small row.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils import timezone

from rallies.http.conditional import DATE_GRAIN, Version, client_has
from rallies.http.query import is_noise
from rallies.selectors.stamps import stamp_row

from .bodies import Body, Memory, accepts_gzip

OF_BODIES = frozenset({"Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition"})

Key = tuple[str, ...]
Answer = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Known:
    """An answer, and what it stands on: the row of its stamp, and the day of its window, "" for none. `renew` is told when it
    was found to be current."""

    body: Body
    stamp: int
    row: tuple[Any, ...]
    day: str
    last_modified: int
    is_compressed: bool
    renew: Callable[..., None]
    headers: tuple[tuple[str, str], ...] = ()

    def is_still_so(self, *, now: datetime) -> bool:
        return self.day in {"", f"{now.astimezone(UTC):%Y%m%d}"} and stamp_row(self.stamp) == self.row

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        if client_has(request, etag=self.body.etag, last_modified=self.last_modified):
            made: HttpResponse = HttpResponseNotModified()
            # CommonMiddleware says this length of every answer without a body.
            told = [(name, value) for name, value in self.headers if name not in OF_BODIES] + [("Content-Length", "0")]
        else:
            content = self.body.compressed if self.is_compressed else self.body.content
            made = HttpResponse(b"" if request.method == "HEAD" else content)
            told = list(self.headers)
        for name, value in told:
            made.headers[name] = value
        return made


KNOWN = Memory[Known](32 * 1024 * 1024, size=lambda known: 2_000 + len(known.body.compressed))


def known_feeds(get_response: Answer) -> Answer:
    """The middleware, outermost: what it hands out has gone through all others once."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.endswith(".ics") or request.method not in {"GET", "HEAD"}:
            return get_response(request)
        key = _key(request)
        known = KNOWN.get(key)
        try:
            now = timezone.now()
            if known is not None and known.is_still_so(now=now):
                known.renew(now=now)
                return known.answer(request)
        except DatabaseError:
            # The view knows what to do without it.
            pass
        response = get_response(request)
        made: Known | None = getattr(response, "known", None)
        if made is not None and response.status_code == 200 and not any(map(is_noise, request.GET)):
            headers = tuple((name, value) for name, value in response.items())
            KNOWN.put(key, replace(made, headers=headers))
        return response

    return answer


def remember(
    request: HttpRequest,
    response: HttpResponse,
    body: Body,
    *,
    version: Version,
    row: tuple[Any, ...],
    key: int,
    now: datetime,
    renew: Callable[..., None],
) -> None:
    """Hand an answer to the middleware, with the row of its stamp as it was read before the body."""
    # Of a change in this second nobody may be told by its date alone; a moment later it is kept.
    if now - version.last_modified < DATE_GRAIN:
        return
    response.known = Known(  # type: ignore[attr-defined]
        body=body,
        stamp=key,
        row=row,
        day=version.day,
        last_modified=int(version.last_modified.timestamp()),
        is_compressed=accepts_gzip(request.headers.get("Accept-Encoding", "")),
        renew=renew,
    )


def _key(request: HttpRequest) -> Key:
    """All of a request that may change its answer, but the conditions."""
    meta = request.META
    encoding = "gzip" if accepts_gzip(meta.get("HTTP_ACCEPT_ENCODING", "")) else ""
    names = ("wsgi.url_scheme", "HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "SERVER_NAME", "SERVER_PORT", "QUERY_STRING")
    return (request.path_info, encoding, *(str(meta.get(name, "")) for name in names))
