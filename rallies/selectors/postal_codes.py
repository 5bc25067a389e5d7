"""Postal codes: their points, and those that begin with what somebody types."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from rallies.models import PostalCode
from rallies.names import is_country
from rallies.places.postal_codes import LONGEST_CODE, fold_code, split_key

SHORTEST_PREFIX = 3
KIND = "postal-code"
_COUNTRIES = """
WITH RECURSIVE found(country) AS (
  SELECT min(country) FROM rallies_postalcode
  UNION ALL SELECT (SELECT min(country) FROM rallies_postalcode WHERE country > found.country)
  FROM found WHERE country IS NOT NULL
) SELECT country FROM found WHERE country IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class PostalPlace:
    """A postal code as places are told: `key` such as "us-85701", `name` such as "85701 Tucson", `country` ISO 3166-1
    alpha-2, the point in WGS 84 degrees."""

    key: str
    name: str
    region: str
    country: str
    latitude: float
    longitude: float
    kind: str = KIND


def postal_point(key: str) -> PostalPlace | None:
    """The postal code of a key such as "gb-sw1a1aa"; None if there is none, or it was not imported."""
    parts = split_key(key)
    if parts is None:
        return None
    row = PostalCode.objects.filter(country=parts[0], code_folded=parts[1]).first()
    return _place(row) if row else None


def complete_postal_codes(text: str, *, country: str = "", limit: int = 8) -> tuple[PostalPlace, ...]:
    """Codes that begin with what was typed, at least three letters or digits of which one is a digit; of the country that is
    typed beside it alone, else those of `country` (ISO 3166-1 alpha-2) first, then by code. At most two queries."""
    text, named = _without_country(text[:100])
    prefix = fold_code(text)
    if not SHORTEST_PREFIX <= len(prefix) <= LONGEST_CODE or not any(letter.isdigit() for letter in prefix):
        return ()
    ordered = codes_from(prefix, PostalCode.objects.all()).order_by("code_folded", "country")
    if named:
        return tuple(_place(row) for row in ordered.filter(country=named)[:limit])
    if not country:
        return tuple(_place(row) for row in ordered[:limit])
    rows = list(ordered.filter(country=country)[:limit])
    if len(rows) < limit:
        rows += ordered.exclude(country=country)[: limit - len(rows)]
    return tuple(_place(row) for row in rows)


def _without_country(text: str) -> tuple[str, str]:
    """A code and the country that stands before or after it: "10001, US" → "10001", "US"; the country "" if there is none."""
    words = text.replace(",", " ").split()
    for at in (0, -1):
        if len(words) > 1 and is_country(words[at].upper()):
            code = words.pop(at).upper()
            return " ".join(words), code
    return text, ""


def codes_from(prefix: str, rows: QuerySet[PostalCode]) -> QuerySet[PostalCode]:
    """Those that begin with a folded prefix. A range, since SQLite's LIKE uses no index; z comes last in every
    collation."""
    return rows.filter(code_folded__gte=prefix, code_folded__lte=prefix + "z" * LONGEST_CODE)


def countries_with_codes() -> list[str]:
    """The countries (ISO 3166-1 alpha-2) that have codes. One query, which steps from one to the next on the index."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTRIES)
        return [str(row[0]) for row in cursor.fetchall()]


def _place(row: PostalCode) -> PostalPlace:
    return PostalPlace(
        key=f"{row.country.lower()}-{row.code_folded}",
        name=f"{row.code} {row.place_name}".strip(),
        region=row.region,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
    )
