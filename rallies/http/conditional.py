"""ETags and 304s, decided before any row of an action is read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.http import http_date, parse_etags, parse_http_date_safe

# FEED_CONTRACT 49: a date with a grain of one second says nothing until its second is over.
DATE_GRAIN = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Version:
    """What a body is made of: the stamp, the day its window stands on ("" for none), and everything else
    that its bytes depend on."""

    stamp: int
    day: str
    made_of: tuple[str, ...]
    last_modified: datetime

    @property
    def etag(self) -> str:
        digest = sha256("\0".join(self.made_of).encode()).hexdigest()[:16]
        return f'"{self.stamp}-{self.day or "all"}-{digest}"'


def answer_conditionally(
    request: HttpRequest,
    version: Version,
    *,
    now: datetime,
    headers: dict[str, str],
    body: Callable[[], HttpResponseBase],
) -> HttpResponseBase:
    """304 when the client has this version, else the response that `body` makes; with `headers` either way.

    A Last-Modified younger than two seconds is not compared, so that a second change in its second is
    not missed.
    """
    # Stamps of changes in quick succession stand a second apart, and so some seconds ahead.
    last_modified = int(min(version.last_modified, now).timestamp())
    is_settled = now - version.last_modified >= DATE_GRAIN
    is_current = client_has(request, etag=version.etag, last_modified=last_modified if is_settled else None)
    response: HttpResponseBase = HttpResponseNotModified() if is_current else body()
    response["ETag"] = version.etag
    response["Last-Modified"] = http_date(last_modified)
    for name, value in headers.items():
        response[name] = value
    return response


def client_has(request: HttpRequest, *, etag: str, last_modified: int | None) -> bool:
    """Whether the client has it. If-None-Match decides alone when it is there, well formed or not
    (RFC 9110 §13.1.3); If-Match and If-Unmodified-Since guard writes, and here nothing is written."""
    wanted = request.headers.get("If-None-Match")
    if wanted is not None:
        return any(mark == "*" or mark.removeprefix("W/") == etag for mark in parse_etags(wanted))
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and last_modified is not None and last_modified <= since
