"""Which actions a question finds by what stands in their entries (models/search_entries.py)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Case, Expression, F, Func, IntegerField, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Exact

from rallies.enums import AccessFeature, AttendanceMode
from rallies.terms import Term, asked_terms

from .filters import ActionFilter
from .keys import among


@dataclass(frozen=True, slots=True)
class Level:
    """Fields in which words are looked for together: as the weights of a tsquery, and as the columns of FTS5."""

    weights: str
    columns: str


LEVELS = (
    Level("A", "{title} : "),
    Level("AB", "{title place} : "),
    Level("ABC", "{title place organizers} : "),
    Level("", ""),
)
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


def words_fit(words: str, *, prefix: str) -> Q:
    """The condition that all words of a question stand somewhere in an action, of the last one its beginning; without
    a word, such as in a question of punctuation alone, nothing fits. `prefix` leads to the action."""
    terms = asked_terms(words)
    return _found(terms, LEVELS[-1], prefix=prefix) if terms else Q(pk__in=[])


def level_of(words: str, *, prefix: str) -> Expression:
    """How well an action that fits does, as an expression, 0 being the best: all words stand in its title, or else in
    title and place, or with its groups, or with its description."""
    terms = asked_terms(words)
    if not terms:
        return Value(0)
    if connection.vendor == "postgresql":
        return _LevelInTsvector(terms, F(f"{prefix}pk"))
    levels = [When(_found(terms, level, prefix=prefix), then=Value(place)) for place, level in enumerate(LEVELS[:-1])]
    return Case(*levels, default=Value(len(LEVELS) - 1), output_field=IntegerField())


class _LevelInTsvector(Func):
    """The level of the action of a key. PostgreSQL reads its words once, and those of the actions alone that fit: given sets
    of keys, it makes each of them from all actions there are."""

    output_field = IntegerField()

    def __init__(self, terms: Sequence[Term], key: F) -> None:
        super().__init__(key)
        self.asked = [_tsquery(terms, level) for level in LEVELS[:-1]]

    def as_sql(self, compiler: Any, connection: Any, **options: Any) -> Any:  # type: ignore[override]
        key, params = compiler.compile(self.source_expressions[0])
        levels = " ".join(f"WHEN words @@ %s::tsquery THEN {place}" for place in range(len(self.asked)))
        found = f"CASE {levels} ELSE {len(self.asked)} END"
        sql = f"(SELECT {found} FROM rallies_searchwords WHERE action_id = {key})"  # noqa: S608 (names and numbers alone)
        return sql, (*self.asked, *params)


def _tsquery(terms: Sequence[Term], level: Level) -> str:
    marks = [("*" if term.is_prefix else "") + level.weights for term in terms]
    return " & ".join(f"'{term.text}':{mark}" for term, mark in zip(terms, marks, strict=True))


def _is_first_letter(terms: Sequence[Term]) -> bool:
    """Of a script of which the table has first letters (migrations/0030_first_letters.py)."""
    return len(terms) == 1 and terms[0].is_prefix and len(terms[0].text) == 1 and ord(terms[0].text) < ord("\u0700")


def _found(terms: Sequence[Term], level: Level, *, prefix: str) -> Q:
    if connection.vendor == "postgresql":
        if level == LEVELS[-1] and _is_first_letter(terms):
            sql, asked = "SELECT action_id FROM rallies_searchwords WHERE first_letters LIKE %s", f"%{terms[0].text}%"
        else:
            sql = "SELECT action_id FROM rallies_searchwords WHERE words @@ %s::tsquery"
            asked = _tsquery(terms, level)
    else:
        sql = "SELECT rowid FROM rallies_searchwords WHERE rallies_searchwords MATCH %s"
        # A list of columns stands before a phrase: its colon binds more tightly than AND.
        asked = " AND ".join(f'{level.columns}"{term.text}"{"*" if term.is_prefix else ""}' for term in terms)
    return among(RawSQL(sql, [asked]), prefix=prefix)  # noqa: S611 (nothing of it is typed)
