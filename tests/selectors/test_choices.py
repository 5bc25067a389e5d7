"""What stands beside a choice is what choosing it gives."""

from dataclasses import replace
from datetime import date

import pytest

from rallies.selectors.actions import list_actions
from rallies.selectors.choices import counts
from rallies.selectors.filters import ActionFilter
from tests.factories import NOW, make_action, make_campaign, make_location

pytestmark = pytest.mark.django_db

QUESTIONS = (
    ActionFilter(),
    ActionFilter(campaign="week"),
    ActionFilter(campaign="week", when="past"),
    ActionFilter(campaign="week", kind="march"),
    ActionFilter(campaign="week", country="DE"),
    ActionFilter(words="water"),
    ActionFilter(words="water", sort="relevance", country="US"),
    ActionFilter(from_day=date(2026, 2, 1)),
)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_beside_each_choice_stands_how_many_there_are_with_it(question: ActionFilter) -> None:
    week = make_campaign()
    if question.campaign:
        question = replace(question, campaign=week.slug)
    berlin = make_location(locality="Berlin", region="", region_code="", country="DE")
    for day in (date(2026, 2, 20), date(2026, 3, 10), None):
        for kind, location in (("march", berlin), ("march", None), ("vigil", berlin)):
            place = {"location": location} if location else {}
            make_action(title="Water", kind=kind, start_date=day, campaigns=[week], **place)
    make_action(start_date=None, window_first=date(2026, 2, 1), window_last=date(2026, 2, 3), campaigns=[week])
    found = counts(question, now=NOW)
    for name, counted in (("kind", found.kinds), ("country", found.countries)):
        values = {"kind": ("march", "vigil", "rally"), "country": ("DE", "US", "FR")}[name]
        given = {value: list_actions(replace(question, **{name: value}), now=NOW).total for value in values}
        assert sum(given.values()) > 0
        assert {value: counted.get(value, 0) for value in values} == given
