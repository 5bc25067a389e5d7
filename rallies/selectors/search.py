"""Which actions a question finds by what stands in their entries (models/search_entries.py)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Case, Expression, F, IntegerField, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Exact

from rallies.enums import AccessFeature, AttendanceMode
from rallies.terms import Term, asked_terms

from .filters import ActionFilter
from .keys import among


@dataclass(frozen=True, slots=True)
class Level:
    """Fields in which words are looked for together: as the marks that words have on PostgreSQL, and as the columns of FTS5."""

    marks: str
    columns: str


MARKS = "!+~"
"""What stands before a word of title, place or organizers on PostgreSQL, beside the word as it is. No word begins so."""
FIRST = "="
"""And before the first letters of words, each once: most entries have a word with some letter, and many such words."""
LAST_OF_LETTERS = "\u06ff"
"""Of scripts of letters. Of other writing, each sign begins pairs."""
LEVELS = (
    Level(MARKS[:1], "{title} : "),
    Level(MARKS[:2], "{title place} : "),
    Level(MARKS, "{title place organizers} : "),
    Level("", ""),
)
UNDATED = "∅"
"""Stands among the words of an action without a date. No question has it, since it is neither a letter nor a symbol."""
BITS = {feature: 1 << place for place, feature in enumerate(AccessFeature.values)}


def access_bits(features: Iterable[str]) -> int:
    """Access features as one number, a bit for each; an unknown one has none."""
    return reduce(or_, (BITS.get(feature, 0) for feature in features), 0)


def facets_fit(question: ActionFilter, *, prefix: str) -> Q:
    """What must stand on a date, or in the entry of an action, to which `prefix` leads."""
    fits = Q()
    if question.kind:
        fits &= Q(**{f"{prefix}kind": question.kind})
    if question.country:
        fits &= Q(**{f"{prefix}country": question.country})
    if question.attendance:
        column = "is_online" if question.attendance == AttendanceMode.ONLINE else "is_in_person"
        fits &= Q(**{f"{prefix}{column}": True})
    if question.access:
        wanted = access_bits(question.access)
        fits &= Q(Exact(F(f"{prefix}access").bitand(wanted), Value(wanted)))
    if question.language:
        fits &= Q(**{f"{prefix}languages__contains": f" {question.language} "})
    return fits


def words_fit(words: str, *, prefix: str, undated: bool = False) -> Q:
    """The condition that all words of a question stand somewhere in an action, of the last one its beginning; without
    a word, such as in a question of punctuation alone, nothing fits. `prefix` leads to the action; `undated`: the index
    leaves out those with a date at once."""
    terms = asked_terms(words)
    if not terms:
        return Q(pk__in=[])
    return _found((*terms, Term(UNDATED)) if undated else terms, LEVELS[-1], prefix=prefix)


def level_of(words: str, *, prefix: str) -> Expression:
    """How well an action that fits does, as an expression, 0 being the best: all words stand in its title, or else in
    title and place, or with its groups, or with its description."""
    fits = levels_fit(words, prefix=prefix)
    levels = [When(fit, then=Value(place)) for place, fit in enumerate(fits)]
    return Case(*levels, default=Value(len(fits)), output_field=IntegerField()) if levels else Value(0)


def levels_fit(words: str, *, prefix: str) -> tuple[Q, ...]:
    """The conditions that an action fits as well as each level but the last, or better: the first of them is the best."""
    terms = asked_terms(words)
    return tuple(_found(terms, level, prefix=prefix) for level in LEVELS[:-1]) if terms else ()


def _tsquery(terms: Sequence[Term], level: Level) -> str:
    return " & ".join(f"({' | '.join(_lexemes(term, level))})" for term in terms)


def _lexemes(term: Term, level: Level) -> list[str]:
    if term.is_prefix and not level.marks and len(term.text) == 1 and term.text <= LAST_OF_LETTERS:
        return [f"'{FIRST}{term.text}'"]
    return [f"'{mark}{term.text}'{':*' if term.is_prefix else ''}" for mark in level.marks or [""]]


def _found(terms: Sequence[Term], level: Level, *, prefix: str) -> Q:
    if connection.vendor == "postgresql":
        sql = "SELECT action_id FROM rallies_searchwords WHERE words @@ %s::tsquery"
        asked = _tsquery(terms, level)
    else:
        sql = "SELECT rowid FROM rallies_searchwords WHERE rallies_searchwords MATCH %s"
        # A list of columns stands before a phrase: its colon binds more tightly than AND.
        asked = " AND ".join(f'{level.columns}"{term.text}"{"*" if term.is_prefix else ""}' for term in terms)
    return among(RawSQL(sql, [asked]), prefix=prefix)  # noqa: S611 (nothing of it is typed)
