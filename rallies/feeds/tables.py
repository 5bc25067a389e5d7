"""CSV and GeoJSON: the answer to a question for programs and spreadsheets, undated actions too."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.views.decorators.gzip import gzip_page

from rallies import __version__, conf
from rallies.catalogues import catalogue_digest
from rallies.formats.csv import csv_chunks
from rallies.formats.geojson import MEDIA_TYPE, geojson_chunks
from rallies.formats.public import PublicAction
from rallies.http.conditional import Version, answer_conditionally
from rallies.http.pages import SHARED_SECONDS, STALE
from rallies.http.query import query_string
from rallies.selectors.actions import all_actions
from rallies.selectors.filters import ActionFilter
from rallies.selectors.stamps import answer_moment, stamp_of

from .asked import Ask
from .bodies import Memory
from .views import View, feed

CACHE_CONTROL = f"public, max-age=0, s-maxage={SHARED_SECONDS}, {STALE}"
# Rows in one piece of the stream: a piece for each row would cost more than the row.
ROWS_A_PIECE = 100

TABLES = Memory[bytes](32 * 1024 * 1024, size=len)
"""Answers, as gzip, by their ETag, which another version does not have: the map of a campaign is asked for again and again."""
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Table:
    """How an answer is written: the ending of its address, what makes the text, and what a browser is told of it."""

    ending: str
    chunks: Callable[[Iterable[PublicAction]], Iterator[str]]
    content_type: str
    disposition: str


CSV = Table("csv", csv_chunks, "text/csv; charset=utf-8", "attachment")
GEOJSON = Table("geojson", geojson_chunks, MEDIA_TYPE, "inline")


def as_table(ask: Ask, table: Table) -> View:
    """The view of the table that answers what `ask` reads from an address."""

    @gzip_page
    @feed
    @wraps(ask)
    def view(request: HttpRequest, **path: str) -> HttpResponseBase:
        asked = ask(request, **path)
        return _answer(request, asked.question, table=table, filename=f"{asked.name}.{table.ending}")

    return view


def _answer(request: HttpRequest, question: ActionFilter, *, table: Table, filename: str) -> HttpResponseBase:
    now = timezone.now()
    # Before the rows: old rows under a new stamp would be confirmed by 304s; the other way round heals.
    stamp = stamp_of(question)
    moment = answer_moment(question, now=now)
    clock = moment if question.moves else None
    site = (__version__, conf.site_url(), conf.language(), catalogue_digest(conf.language()))
    version = Version(
        stamp=stamp.number,
        day="",
        made_of=(*site, table.content_type, query_string(question), str(clock), stamp.moved_at.isoformat()),
        last_modified=max(stamp.moved_at, clock) if clock else stamp.moved_at,
    )

    def body() -> HttpResponse | StreamingHttpResponse:
        disposition = {"Content-Disposition": f'{table.disposition}; filename="{filename}"'}
        whole: Any = {"content_type": table.content_type, "headers": disposition}
        kept = TABLES.get(version.etag)
        if kept is not None:
            return HttpResponse(gzip.decompress(kept), **whole)
        pieces = _in_language(_in_pieces(table.chunks(all_actions(question, now=moment))), conf.language())
        # The first piece is made here, where a failure still becomes a status and a sentence.
        pieces = chain([next(pieces)], pieces)
        return StreamingHttpResponse(
            _kept(pieces, version.etag, is_current=lambda: stamp_of(question) == stamp), **whole
        )

    headers = {"Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding", "Access-Control-Expose-Headers": "ETag"}
    return answer_conditionally(request, version, now=now, headers=headers, body=body)


def _kept(pieces: Iterable[bytes], etag: str, *, is_current: Callable[[], bool]) -> Iterator[bytes]:
    """The pieces, of which the whole is kept once the last was sent, unless something changed while they were made."""
    packer, packed = zlib.compressobj(wbits=_GZIP), bytearray()
    for piece in pieces:
        yield piece
        if len(packed) <= TABLES.most:
            packed += packer.compress(piece)
    if is_current():
        TABLES.put(etag, bytes(packed + packer.flush()))


def _in_language(pieces: Iterator[bytes], language: str) -> Iterator[bytes]:
    """The pieces, each made in the language: they are asked for when that of the request is forgotten."""
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _in_pieces(lines: Iterator[str]) -> Iterator[bytes]:
    piece: list[str] = []
    for line in lines:
        piece.append(line)
        if len(piece) >= ROWS_A_PIECE:
            yield "".join(piece).encode()
            piece = []
    yield "".join(piece).encode()
