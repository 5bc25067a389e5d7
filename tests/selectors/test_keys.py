"""Pages of keys: whether a few or many, each key once, in its order, with the number of all."""

from datetime import date, timedelta

import pytest
from django.db import connection

from rallies.models import Occurrence
from rallies.selectors import keys
from rallies.selectors.actions import list_actions
from rallies.selectors.errors import UnknownPlace
from rallies.selectors.filters import ActionFilter
from tests.factories import NOW, make_action

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [0, 1, 5, 6, 7, 9])
@pytest.mark.parametrize("pages", [keys.keys_on_page, keys.keys_on_counted_page])
def test_pages_hold_each_key_once_and_know_the_number_of_all(monkeypatch, pages, rows):
    monkeypatch.setitem(keys.AHEAD, connection.vendor, 6)
    for number in range(rows):
        make_action(start_date=date(2026, 3, 10) + timedelta(days=number))
    ordered = Occurrence.objects.in_order()
    told = [pages(ordered, first=first, size=2) for first in range(0, 12, 2)]
    assert [key for found, _ in told for key in found] == list(ordered.values_list("pk", flat=True))
    assert {number for _, number in told} == {rows}


@pytest.mark.parametrize("parts", [(7,), (0, 7), (1, 0, 5, 1), (2, 2, 3), (3, 4, 0), (0, 0, 0)])
def test_pages_of_ranks_hold_each_key_once_in_its_rank(parts):
    days = iter(range(1, 28))
    ranks = [[make_action(start_date=date(2026, 3, next(days))) for _ in range(size)] for size in parts]
    ranked = [Occurrence.objects.filter(action__in=actions).in_order() for actions in ranks]
    pages = [keys.keys_on_ranked_page(ranked, first=first, size=2) for first in range(0, 12, 2)]
    assert [key for page in pages for key in page] == [row.pk for rows in ranked for row in rows]


@pytest.mark.parametrize("sort", ["", "relevance"])
def test_a_list_longer_than_what_is_looked_at_together_is_whole(monkeypatch, sort):
    monkeypatch.setitem(keys.AHEAD, connection.vendor, 4)
    for number in range(7):
        make_action(
            slug=f"a{number}", title="March" if number % 2 else "Vigil and march", start_date=date(2026, 3, 10 + number)
        )
    make_action(slug="undated", title="March some day", start_date=None)
    question = ActionFilter(words="march", sort=sort)
    pages = [list_actions(question, now=NOW, page=page, size=3) for page in range(1, 5)]
    assert [action.slug for page in pages for action in page.actions] == [
        *(f"a{number}" for number in range(7)),
        "undated",
    ]
    assert {(page.total, page.pages, page.dated_total) for page in pages} == {(8, 3, 7)}


def plans(_question: ActionFilter) -> tuple[str, ...]:
    """Whether PostgreSQL may read whole tables where that looks cheap, and in how many processes more."""
    if connection.vendor == "sqlite":
        return ("on", "2")
    found = []
    for name in ("enable_seqscan", "max_parallel_workers_per_gather"):
        with connection.cursor() as cursor:
            cursor.execute(f"SHOW {name}")
            found.append(str(cursor.fetchone()[0]))
    return tuple(found)


def unknown(_question: ActionFilter) -> str:
    raise UnknownPlace("nowhere")


def test_postgresql_answers_questions_alone_and_words_by_indexes_and_all_else_as_usual():
    is_postgresql, usual = connection.vendor == "postgresql", plans(ActionFilter())
    assert keys.by_indexes(plans)(ActionFilter(words="march")) == (("off", "0") if is_postgresql else usual)
    assert plans(ActionFilter()) == usual
    assert keys.by_indexes(plans)(ActionFilter(kind="march")) == (("on", "0") if is_postgresql else usual)
    with pytest.raises(UnknownPlace):
        keys.by_indexes(unknown)(ActionFilter(words="march"))
    assert plans(ActionFilter()) == usual
