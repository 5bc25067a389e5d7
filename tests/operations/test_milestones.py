from datetime import date

import pytest

from rallies.models import Action, Milestone, Occurrence
from rallies.operations.errors import RulesBroken
from rallies.operations.milestones import add_milestone, broken_values, edit_milestone
from rallies.operations.participations import SourceEntry
from rallies.operations.parts import save_milestone_sources
from tests.factories import NOW, make_campaign
from tests.operations.state import LATER, dump, moved, stamps

pytestmark = pytest.mark.django_db
VOTE = {"title": "Vote", "kind": "vote", "start_date": date(2026, 3, 16)}


def test_milestone_is_beside_the_actions_and_moves_the_stamp() -> None:
    week = make_campaign()
    before, actions = stamps(), Action.objects.count()
    made = add_milestone(
        {
            "campaign": week,
            "title": "National\x00 vote",
            "kind": "vote",
            "start_date": date(2026, 5, 16),
            "country": "DO",
        },
        slug="The vote!",
        sources=[SourceEntry(url="https://a.example/", stated_date=date(2026, 5, 15))],
        by=None,
        now=LATER,
    )
    row = Milestone.objects.get(pk=made.pk)
    assert (row.slug, row.title, row.created_at) == ("the-vote", "National vote", LATER)
    assert list(row.sources.values_list("url", "stated_date")) == [("https://a.example/", date(2026, 5, 15))]
    assert moved(before) == {("site", None): 1, ("campaign", week.pk): 1}
    assert (Action.objects.count(), Occurrence.objects.count()) == (actions, 0)


def test_milestone_in_an_impossible_year_is_refused() -> None:
    week = make_campaign()
    before = dump()
    with pytest.raises(RulesBroken) as refused:
        add_milestone({"campaign": week, "title": "x", "kind": "x", "start_date": date(2300, 1, 1)}, by=None, now=LATER)
    assert [rule.field for rule in refused.value.broken] == ["start_date"]
    assert dump() == before


def test_names_of_a_campaign_are_told_apart() -> None:
    week, other = make_campaign(), make_campaign()
    made = [add_milestone({**VOTE, "campaign": campaign}, by=None, now=NOW) for campaign in (week, week, other)]
    assert [row.slug for row in made] == ["vote", "vote-2", "vote"]


def test_edit_moves_the_stamps_of_both_campaigns() -> None:
    week, other = make_campaign(), make_campaign()
    add_milestone({**VOTE, "campaign": other}, by=None, now=NOW)
    row = add_milestone({**VOTE, "campaign": week}, by=None, now=NOW)
    before = stamps()
    edit_milestone(row.pk, {"campaign": other, "locality": " Santo  Domingo "}, by=None, now=LATER)
    row.refresh_from_db()
    assert (row.campaign, row.slug, row.locality, row.updated_at) == (other, "vote-2", "Santo Domingo", LATER)
    assert moved(before) == {("site", None): 1, ("campaign", week.pk): 1, ("campaign", other.pk): 1}


def test_edit_with_nothing_different_changes_no_table() -> None:
    row = add_milestone({**VOTE, "campaign": make_campaign()}, by=None, now=NOW)
    before = dump()
    edit_milestone(row.pk, {"title": "Vote "}, by=None, now=LATER)
    assert dump() == before


def test_sources_move_the_stamp_of_the_campaign() -> None:
    week = make_campaign()
    row = add_milestone({**VOTE, "campaign": week}, sources=[SourceEntry(url="https://a.example/")], by=None, now=NOW)
    before = stamps()
    source = row.sources.get()
    source.outlet = "A\x00 paper"
    save_milestone_sources(row.pk, saved=[source], by=None, now=LATER)
    assert row.sources.get().outlet == "A paper"
    save_milestone_sources(row.pk, saved=[], removed=[source], by=None, now=LATER)
    assert (row.sources.count(), moved(before)) == (0, {("site", None): 2, ("campaign", week.pk): 2})


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, ["title", "kind", "campaign", "start_date"]),
        ({"title": "x" * 301, "kind": "x" * 41}, ["campaign", "title", "kind", "start_date"]),
        ({**VOTE, "country": "ZZ"}, ["campaign", "country"]),
        ({**VOTE, "confidence": "utter", "reported_status": "rumoured"}, ["campaign", "reported_status", "confidence"]),
    ],
)
def test_each_thing_that_is_wrong_names_its_field(values, fields) -> None:
    assert [rule.field for rule in broken_values(values)] == fields
