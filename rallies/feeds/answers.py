"""How a calendar is sent: from memory if this version was made before, and the last good one when it cannot be made."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.http import http_date, parse_http_date

from rallies import conf
from rallies.http.conditional import Version, answer_conditionally, client_has
from rallies.http.query import is_noise
from rallies.selectors.stamps import Stamp, stamp_row

from .bodies import Body, Files, Memory, NoFiles, accepts_gzip, body_of
from .known import remember

CACHE_CONTROL = "public, max-age=900, s-maxage=300, stale-while-revalidate=3600, stale-if-error=86400"
HEADERS = {"Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding"}
# What one person put together is for their calendar, and not for what stands between (FEED_CONTRACT 53).
OF_ONE_PERSON = {"Cache-Control": "private, max-age=900", "Vary": "Accept-Encoding"}


MEMORY = Memory[Body](64 * 1024 * 1024, size=lambda body: len(body.compressed))
"""Bodies by their address and ETag, which another version does not have."""
FILES = Files(conf.feeds_directory)
UNKEPT = NoFiles(conf.feeds_directory)


def answer_calendar(
    request: HttpRequest,
    version: Version,
    *,
    now: datetime,
    filename: str,
    make: Callable[[], bytes],
    stamp: Stamp,
    is_current: Callable[[], bool],
    is_of_one_person: bool = False,
) -> HttpResponseBase:
    """304, or the calendar of this version: from memory, or as `make` makes it.

    What was made is kept only if `is_current` then says that `stamp` did not move while it was read; what is of one person
    is never kept in a file.
    """
    files = UNKEPT if is_of_one_person else FILES
    address = _address(request)

    def respond() -> HttpResponse:
        body, content = MEMORY.get((address, version.etag)), None
        row = stamp_row(stamp.key)
        is_sure = body is not None
        if body is None:
            content = make()
            body = body_of(
                content,
                etag=version.etag,
                last_modified=http_date(min(version.last_modified, now).timestamp()),
                filename=filename,
            )
            is_sure = is_current()
            if is_sure:
                MEMORY.put((address, body.etag), body)
                files.put(address, body)
        response = _response(request, body, content=content)
        if is_sure and row is not None:
            remember(
                request,
                response,
                body,
                version=version,
                row=row,
                key=stamp.key,
                now=now,
                renew=partial(files.renew, address, body, etag=version.etag),
            )
        return response

    answer = answer_conditionally(
        request, version, now=now, headers=OF_ONE_PERSON if is_of_one_person else HEADERS, body=respond
    )
    answer["ETag"] = _etag(request, version.etag)
    files.renew(address, MEMORY.get((address, version.etag)), etag=version.etag, now=now)
    return answer


def answer_last_good(request: HttpRequest, *, now: datetime) -> HttpResponseBase | None:
    """What was last sent from this address, under the ETag that it had; None if nothing is there."""
    body = FILES.get(_address(request), now=now)
    if body is None:
        return None
    # Its date was compared with care when it was made; by now its second is over.
    has_it = client_has(request, etag=body.etag, last_modified=parse_http_date(body.last_modified))
    answer: HttpResponseBase = HttpResponseNotModified() if has_it else _response(request, body)
    answer["ETag"], answer["Last-Modified"] = _etag(request, body.etag), body.last_modified
    for name, value in HEADERS.items():
        answer[name] = value
    return answer


def _response(request: HttpRequest, body: Body, *, content: bytes | None = None) -> HttpResponse:
    is_compressed = accepts_gzip(request.headers.get("Accept-Encoding", ""))
    content = body.compressed if is_compressed else content or body.content
    made = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    made["Content-Disposition"] = f'inline; filename="{body.filename}"'
    made["Content-Length"] = str(len(content))
    if is_compressed:
        made["Content-Encoding"] = "gzip"
    return made


def _etag(request: HttpRequest, strong: str) -> str:
    """The same bytes compressed are not the same bytes: theirs is weak (RFC 9110 §8.8.3)."""
    return f"W/{strong}" if accepts_gzip(request.headers.get("Accept-Encoding", "")) else strong


def _address(request: HttpRequest) -> str:
    """Path and question of a feed, without what caches and trackers added and whatever its order."""
    asked = sorted((name, value) for name, values in request.GET.lists() if not is_noise(name) for value in values)
    return f"{request.path}?{urlencode(asked)}" if asked else request.path
