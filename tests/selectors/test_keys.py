"""Pages of keys: whether a few or many, each key once, in its order, with the number of all."""

from datetime import date, timedelta

import pytest

from rallies.models import Occurrence
from rallies.selectors import keys
from rallies.selectors.actions import list_actions
from rallies.selectors.filters import ActionFilter
from tests.factories import NOW, make_action

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [0, 1, 5, 6, 7, 9])
@pytest.mark.parametrize("pages", [keys.keys_on_page, keys.keys_on_ranked_page])
def test_pages_hold_each_key_once_and_know_the_number_of_all(monkeypatch, pages, rows):
    monkeypatch.setattr(keys, "AHEAD", 6)
    for number in range(rows):
        make_action(start_date=date(2026, 3, 10) + timedelta(days=number))
    ordered = Occurrence.objects.in_order()
    told = [pages(ordered, first=first, size=2) for first in range(0, 12, 2)]
    assert [key for found, _ in told for key in found] == list(ordered.values_list("pk", flat=True))
    assert {number for _, number in told} == {rows}


@pytest.mark.parametrize("sort", ["", "relevance"])
def test_a_list_longer_than_what_is_looked_at_together_is_whole(monkeypatch, sort):
    monkeypatch.setattr(keys, "AHEAD", 4)
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
