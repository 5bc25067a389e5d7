"""Cursors: where to go on in a walk, as text that a program hands back as it got it."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from rallies.http.query import BadQuestion, RenamedValue, query_string, read_question
from rallies.selectors.batches import Position

LONGEST = 400
# What both databases take for a key and for a moment; a cursor that someone wrote may hold anything.
LARGEST_KEY = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 2, 9998


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in the answer to `question`, and the moment on which the whole walk stands."""

    question: str
    now: datetime
    position: Position

    def __str__(self) -> str:
        start = self.position.start
        parts = [self.question, self.now.isoformat(), self.position.key, start.isoformat() if start else None]
        return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(text: str, *, question: str) -> Cursor:
    """The cursor; `question` is what the request asks. Raises `BadQuestion`."""
    broken = BadQuestion(_("“cursor” is not one that this API gave. Begin again without it."))
    try:
        padded = text[:LONGEST] + "=" * (-len(text[:LONGEST]) % 4)
        asked, now, key, start = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        cursor = Cursor(asked, _moment(now), Position(_key(key), _moment(start) if start is not None else None))
    except (ValueError, TypeError, KeyError, binascii.Error, OverflowError, RecursionError) as error:
        raise broken from error
    if not isinstance(asked, str) or str(cursor) != text:
        raise broken
    if asked != question and _today(asked) != question:
        raise BadQuestion(_("“cursor” belongs to another question. Begin this one without it."))
    return cursor


def _today(asked: str) -> str:
    """A question of before as it is asked today: a campaign or a group in it may have been renamed meanwhile."""
    path, _mark, query = asked.partition("?")
    try:
        return f"{path}?{query_string(read_question(QueryDict(query), also=frozenset()))}"
    except RenamedValue as renamed:
        return f"{path}?{query_string(read_question(QueryDict(renamed.query_string), also=frozenset()))}"
    except BadQuestion:
        return ""


def _moment(text: object) -> datetime:
    if not isinstance(text, str):
        raise TypeError(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not UTC or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(text)
    return moment


def _key(key: object) -> int:
    if type(key) is not int or not 0 <= key <= LARGEST_KEY:
        raise ValueError(key)
    return key
