"""Cursors: where to go on in a walk, as text that a program hands back as it got it."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from rallies.http.query import BadQuestion, RenamedValue, query_string, read_question
from rallies.selectors.batches import Position
from rallies.selectors.filters import ActionFilter

# Two slugs of 120 characters, a digest, two moments and a key, in base64.
LONGEST = 600
# What both databases take for a key and for a moment; a cursor that someone wrote may hold anything.
LARGEST_KEY = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 2, 9998


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in the answer to a question, and the moment on which the whole walk stands.

    Of the question it holds the names that may change meanwhile; all else, and the path, are in `digest`, so that
    it is no longer for a long question.
    """

    digest: str
    campaign: str
    organizer: str
    now: datetime
    position: Position

    def __str__(self) -> str:
        start = self.position.start.isoformat() if self.position.start else None
        parts = [self.digest, self.campaign, self.organizer, self.now.isoformat(), self.position.key, start]
        if self.position.rank is not None:
            parts.append(self.position.rank)
        return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def cursor_of(path: str, question: ActionFilter, *, now: datetime, position: Position) -> Cursor:
    """Where to go on in the list at `path`."""
    return Cursor(_digest(path, question), question.campaign, question.organizer, now, position)


def read_cursor(text: str, *, path: str, question: ActionFilter) -> Cursor:
    """The cursor; `path` and `question` are what the request asks. Raises `BadQuestion`."""
    broken = BadQuestion(_("“cursor” is not one that this API gave. Begin again without it."))
    try:
        padded = text[:LONGEST] + "=" * (-len(text[:LONGEST]) % 4)
        digest, campaign, organizer, now, key, start, *far = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        [rank] = far or [None]
        begun = _moment(start) if start is not None else None
        position = Position(_key(key), begun, _key(rank) if far else None)
        cursor = Cursor(_ascii(digest), _ascii(campaign), _ascii(organizer), _moment(now), position)
    except (ValueError, TypeError, KeyError, binascii.Error, OverflowError, RecursionError) as error:
        raise broken from error
    if str(cursor) != text:
        raise broken
    asked = (question.campaign, question.organizer)
    is_same = (campaign, organizer) == asked or _today(campaign, organizer) == asked
    if digest != _digest(path, question) or not is_same:
        raise BadQuestion(_("“cursor” belongs to another question. Begin this one without it."))
    return cursor


def _digest(path: str, question: ActionFilter) -> str:
    rest = query_string(replace(question, campaign="", organizer=""))
    return sha256(f"{path}?{rest}".encode()).hexdigest()[:16]


def _today(campaign: str, organizer: str) -> tuple[str, str] | None:
    """Names of before as they are today: a campaign or a group may have been renamed meanwhile."""
    query = urlencode({"campaign": campaign, "organizer": organizer})
    try:
        question = read_question(QueryDict(query), also=frozenset())
    except RenamedValue as renamed:
        question = read_question(QueryDict(renamed.query_string), also=frozenset())
    except BadQuestion:
        return None
    return question.campaign, question.organizer


def _ascii(text: object) -> str:
    if not (isinstance(text, str) and text.isascii()):
        raise TypeError(text)
    return text


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
