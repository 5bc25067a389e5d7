"""Text as the words by which it is found, the same on every database: without case and accents, in any writing.

What has no spaces between its words (Chinese, Japanese, Thai and others, and Korean, whose endings stick to the word) is
found by pairs of neighbours; a single sign of it by the beginning of a pair. A symbol, such as an emoji, is a word.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from .text import clean_line, fold

LONGEST_TERM = 60
"""Characters of a word that count, on either side."""
MOST_WORDS = 12
LONGEST_QUESTION = 200
MOST_TERMS = 32
_ASCII = re.compile("[a-z0-9]+")
_TOO_LONG = re.compile(rf"([^\W_]{{{LONGEST_TERM}}})[^\W_]+")
_WORDS, _UNSPACED = "words", "unspaced"
# Thai, Lao, Burmese, Khmer; from hooks and kana to ideographs; Hangul; ideographs beyond the basic plane.
_RANGES: tuple[tuple[int, int], ...] = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x318F)),
    *((0x31A0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7FF), (0x20000, 0x3FFFF)),
)
_NO_JOINER = "\u200c"


@dataclass(frozen=True, slots=True)
class Term:
    """A word to look for; `is_prefix`: the beginning of one is enough."""

    text: str
    is_prefix: bool = False


def terms_of(text: str) -> tuple[str, ...]:
    """The words of a text, each once, in their order."""
    found: dict[str, None] = {}
    for kind, run in _runs(text):
        if kind == _UNSPACED:
            # The last one alone too, so that a single sign is found wherever it stands.
            found |= dict.fromkeys([*_pairs(run), run[-1]])
        else:
            found[run[:LONGEST_TERM]] = None
    return tuple(found)


def asked_terms(text: str) -> tuple[Term, ...]:
    """What somebody who types this looks for, at most `MOST_TERMS`: all of them, of the last word its beginning."""
    return tuple(_asked(text)[:MOST_TERMS])


def cut_question(text: str) -> tuple[str, bool]:
    """What is looked for of what somebody typed, on one line, and whether it was more.

    No more than that is kept: it stands in the address of every link of a page.
    """
    whole = clean_line(text[: 50 * LONGEST_QUESTION])
    kept = clean_line(" ".join(whole.split(" ")[:MOST_WORDS])[:LONGEST_QUESTION])
    kept = _TOO_LONG.sub(r"\1", kept)
    # Repeated ones count here: a row of one emoji is as long as a row of many.
    enough = bisect_right(range(len(kept) + 1), MOST_TERMS, key=lambda length: _how_many(kept[:length])) - 1
    kept = clean_line(kept[:enough])
    return kept, kept != whole


def _how_many(text: str) -> int:
    return sum(max(len(run) - 1, 1) if kind == _UNSPACED else 1 for kind, run in _runs(text))


def _asked(text: str) -> list[Term]:
    runs = list(_runs(text))
    found: dict[Term, None] = {}
    for place, (kind, run) in enumerate(runs):
        if kind == _UNSPACED:
            found |= dict.fromkeys(map(Term, _pairs(run)) if len(run) > 1 else [Term(run, is_prefix=True)])
        else:
            found[Term(run[:LONGEST_TERM], is_prefix=place == len(runs) - 1)] = None
    return list(found)


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))


def _runs(text: str) -> Iterator[tuple[str, str]]:
    folded = fold(text)
    if folded.isascii():
        yield from ((_WORDS, word) for word in _ASCII.findall(folded))
        return
    kind, run = "", ""
    # Hangul, which folding takes apart, in whole syllables again.
    for sign in unicodedata.normalize("NFC", folded):
        of = _kind(sign, is_within=bool(run))
        if of is None:
            continue
        if of != kind and run:
            yield kind, run
            run = ""
        kind = of
        if of == "symbol":
            yield _WORDS, sign
        elif of:
            run += sign
    if run:
        yield kind, run


def _kind(sign: str, *, is_within: bool) -> str | None:
    """What a sign is a part of, "" for what stands between words; None for what shows nothing or changes what it follows."""
    code, category = ord(sign), unicodedata.category(sign)
    if any(first <= code <= last for first, last in _RANGES) and category[0] in "LMN":
        return _UNSPACED
    if category == "Cf":
        return "" if sign == _NO_JOINER else None
    if category[0] == "M" and (not is_within or 0xFE00 <= code <= 0xFE0F):
        return None
    if category == "So":
        return "symbol"
    return _WORDS if category[0] in "LNM" else ""
