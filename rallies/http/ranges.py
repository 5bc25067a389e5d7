"""Files of which clients ask parts (RFC 9110 §14): one part with each request, read as it is sent."""

import os
import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

PIECE = 64 * 1024
_ONE_PART = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.ASCII | re.IGNORECASE)


class Part:
    """`length` bytes of a file from `first` on, in pieces; it is closed with the answer."""

    def __init__(self, file: BinaryIO, first: int, length: int) -> None:
        self.file, self.first, self.length = file, first, length

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.first)
        left = self.length
        while left and (piece := self.file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece

    def close(self) -> None:
        self.file.close()


def asked_part(header: str, size: int) -> tuple[int, int] | None:
    """The first byte and the length of what a Range header asks of `size` bytes; None to send all, as for several parts and
    for what cannot be read. Raises ValueError if nothing of it is there, which is answered 416."""
    found = _ONE_PART.fullmatch(header)
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if any(len(digits) > 18 for digits in (first, last)):
        return None
    if not first:
        length = min(int(last), size)
        start = size - length
    else:
        start = int(first)
        end = min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
        length = end - start + 1
    if length <= 0 or start >= size:
        raise ValueError(header)
    return start, length


def answer_with_file(request: HttpRequest, file: BinaryIO, *, content_type: str) -> HttpResponseBase:
    """All of `file` or the part that is asked for: 200, 206, 304, 412 or 416. Takes the file over, and closes it."""
    seen = os.fstat(file.fileno())
    size = seen.st_size
    headers = {
        "ETag": f'"{seen.st_mtime_ns:x}-{size:x}"',
        "Last-Modified": http_date(seen.st_mtime),
        "Accept-Ranges": "bytes",
    }
    early = get_conditional_response(request, etag=headers["ETag"], last_modified=int(seen.st_mtime))
    if early is not None:
        file.close()
        return _with(early, headers)

    start, length, status = 0, size, 200
    # Parts are defined for GET alone. A date is too coarse to tell that two parts are of one file.
    if request.method == "GET" and request.headers.get("If-Range", headers["ETag"]) == headers["ETag"]:
        try:
            part = asked_part(request.headers.get("Range", ""), size)
        except ValueError:
            file.close()
            return _with(
                HttpResponse(status=416, content_type=content_type), {**headers, "Content-Range": f"bytes */{size}"}
            )
        if part is not None:
            start, length = part
            status = 206
            headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    headers["Content-Length"] = str(length)
    return _with(
        StreamingHttpResponse(Part(file, start, length), status=status, content_type=content_type),
        headers,
    )


def _with(answer: HttpResponseBase, headers: dict[str, str]) -> HttpResponseBase:
    for name, value in headers.items():
        answer[name] = value
    return answer
