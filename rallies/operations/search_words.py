"""The words by which actions are found, in the index of either database."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.db import connection

from rallies.formats.public import PublicPlace
from rallies.models import Action, SearchEntry
from rallies.names import country_name_in
from rallies.places.gazetteer import gazetteer
from rallies.selectors.gate import place_of
from rallies.selectors.search import FIRST, LAST_OF_LETTERS, MARKS, UNDATED
from rallies.terms import terms_of
from rallies.text import markdown_to_plain

Words = tuple[tuple[str, ...], ...]
"""Of title, place, organizers and description, the weightiest first."""


def words_of(action: Action) -> Words:
    """The words of a published action: what the world sees, and so nothing of a place that is withheld, or of a group that
    has not agreed. The country in each language of the site; other names of the city last, since nobody wrote them."""
    place = place_of(action)
    fields = ([action.title], _of_place(action, place), _of_groups(action), [markdown_to_plain(action.description)])
    *others, told = (terms_of("\n".join(str(part) for part in parts if part)) for parts in fields)
    elsewhere = _terms_elsewhere(place.place_key) if place and place.place_key else ()
    undated = (UNDATED,) if action.start_date is None else ()
    return (*others, tuple(dict.fromkeys((*told, *elsewhere, *undated))))


def digest_of(words: Words) -> str:
    return sha256("\n".join(" ".join(terms) for terms in words).encode()).hexdigest()[:32]


def store_words(words: Mapping[int, Words]) -> None:
    """Write the words of actions, by their keys."""
    if not words:
        return
    forget_words(words)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = "INSERT INTO rallies_searchwords (action_id, words) VALUES (%s, %s::tsvector)"
            cursor.executemany(sql, [(key, _vector(fields)) for key, fields in words.items()])
            return
        sql = (
            "INSERT INTO rallies_searchwords (rowid, title, place, organizers, description) VALUES (%s, %s, %s, %s, %s)"
        )
        cursor.executemany(sql, [(key, *map(" ".join, fields)) for key, fields in words.items()])


def forget_words(keys: Iterable[int]) -> None:
    """Take away the words of actions."""
    column = "action_id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM rallies_searchwords WHERE {column} = %s", [(key,) for key in keys])  # noqa: S608


def forget_all_words() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rallies_searchwords")
    SearchEntry.objects.update(words_digest="")


def _of_place(action: Action, place: PublicPlace | None) -> list[str]:
    if place is None:
        return []
    countries = [country_name_in(code, place.country) for code, _name in settings.LANGUAGES] if place.country else []
    route = [] if place.is_withheld else [action.route_start, *(action.route_stops or ()), action.route_end]
    exact = [place.venue, place.street_address, place.district, place.postal_code]
    return [*exact, place.locality, place.region, *countries, *route]


@lru_cache(maxsize=2048)
def _terms_elsewhere(key: str) -> tuple[str, ...]:
    """Of what a place is called elsewhere, as the gazetteer has it: München, Monaco di Baviera, ミュンヘン. Codes of one or two
    Latin letters are left out, as they would answer to the beginning of almost any word. Kept, since they are many and in
    many scripts, and the same for every action there."""
    number = gazetteer().find(key)
    names = gazetteer().names_of(number) if number is not None else ()
    return terms_of("\n".join(name for name in names if len(name) > 2 or not name.isascii()))


def _of_groups(action: Action) -> list[str]:
    parts: Sequence[object] = getattr(action, "public_participations", ())
    return [row.organizer.name for row in parts]  # type: ignore[attr-defined]


def _vector(words: Words) -> str:
    """As PostgreSQL reads a tsvector: each word as it is, and once more with the mark of the weightiest of its fields; and the
    first letters of words. Words hold no quote and no backslash."""
    marks: dict[str, str] = {}
    for mark, terms in zip((*MARKS, ""), words, strict=True):
        for term in terms:
            marks.setdefault(term, mark)
    lexemes = dict.fromkeys(lexeme for term, mark in marks.items() for lexeme in (term, mark + term))
    letters = dict.fromkeys(f"{FIRST}{term[0]}" for term in marks if term[0] <= LAST_OF_LETTERS)
    return " ".join(f"'{lexeme}'" for lexeme in (*lexemes, *letters))
