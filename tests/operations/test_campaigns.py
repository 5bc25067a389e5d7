from datetime import date, timedelta
from typing import Any

import pytest

from rallies.models import Campaign, Occurrence
from rallies.operations.campaigns import (
    NameEntry,
    PartEntry,
    TotalEntry,
    create_campaign,
    edit_campaign,
)
from rallies.operations.errors import RulesBroken
from rallies.operations.participations import ListingEntry, SourceEntry
from tests.factories import NOW, make_action, make_campaign, make_organizer
from tests.operations.state import LATER, dump, event, fresh_texts, moved, stamps, stored_texts

pytestmark = pytest.mark.django_db
DAYS = {"first_day": date(2026, 3, 16), "last_day": date(2026, 3, 22)}


def test_create_writes_what_stands_beside_it_in_order() -> None:
    caller, publisher = make_organizer(), make_organizer()
    before = stamps()
    made = create_campaign(
        {"name": " Week\x0bof action ", **DAYS, "call_text": "Rise.\r\n", "countries": ["US", "DO"]},
        by=None,
        now=NOW,
        sources=[SourceEntry(url="https://a.example/", outlet="A"), SourceEntry(url="https://b.example/")],
        names=[NameEntry("Week", source="https://b.example/"), NameEntry("Semana", note="Spanish")],
        parts=[PartEntry(publisher, "publisher"), PartEntry(caller, "caller", "called by", "https://a.example/")],
        totals=[TotalEntry("Forty actions", "https://a.example/")],
    )
    row = Campaign.objects.get(pk=made.pk)
    assert (row.name, row.slug, row.call_text, row.countries, row.is_public) == (
        "Week of action",
        "week-of-action",
        "Rise.",
        ["US", "DO"],
        True,
    )
    assert list(row.sources.values_list("url", "outlet", "position")) == [
        ("https://a.example/", "A", 0),
        ("https://b.example/", "", 1),
    ]
    assert list(row.names.values_list("name", "note", "source__url")) == [
        ("Week", "", "https://b.example/"),
        ("Semana", "Spanish", None),
    ]
    assert list(row.parts.values_list("organizer", "part", "wording", "source__url")) == [
        (publisher.pk, "publisher", "", None),
        (caller.pk, "caller", "called by", "https://a.example/"),
    ]
    assert list(row.totals.values_list("statement", "source__url")) == [("Forty actions", "https://a.example/")]
    assert moved(before) == {
        ("site", None): 1,
        ("campaign", row.pk): 1,
        ("organizer", caller.pk): 1,
        ("organizer", publisher.pk): 1,
    }


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"summary": "x" * 301}, "summary"),
        ({"call_text": "x" * 20_001}, "call_text"),
        ({"first_day": None}, "first_day"),
        ({"last_day": date(2026, 3, 15)}, "last_day"),
        ({"last_day": date(2200, 1, 1)}, "last_day"),
    ],
)
def test_bad_input_changes_nothing(values: dict[str, Any], field: str) -> None:
    week = make_campaign()
    before = dump()
    for refused in (
        lambda: create_campaign({"name": "New", **DAYS} | values, by=None, now=LATER),
        lambda: edit_campaign(week.pk, values, by=None, now=LATER),
    ):
        with pytest.raises(RulesBroken) as caught:
            refused()
        assert [rule.field for rule in caught.value.broken] == [field]
    assert dump() == before


def test_renaming_refreshes_exactly_the_events_that_name_it() -> None:
    week, other = make_campaign(name="Week"), make_campaign(name="Other")
    host, stranger = make_organizer(), make_organizer()
    both = make_action(campaigns=[week, other], hosts=[host])
    only_other = make_action(campaigns=[other], hosts=[stranger])
    asked = make_action(listings=[ListingEntry(week, "requested-by-host"), ListingEntry(other, "declined")])
    draft = make_action(campaigns=[week], publish=False)
    rows_before = {row["action_id"]: row for row in Occurrence.objects.values()}
    stamps_before, lines = stamps(), dump()["Change"]
    edit_campaign(week.pk, {"name": "Week, of action; all"}, by=None, now=LATER)
    rows_after = {row["action_id"]: row for row in Occurrence.objects.values()}
    assert [pk for pk, row in rows_after.items() if row != rows_before[pk]] == [both.pk]
    assert (rows_after[both.pk]["changed_at"], rows_after[both.pk]["sequence"]) == (LATER, 0)
    assert event(both)["CATEGORIES"] == "Rally,Week\\, of action\\; all,Other"
    assert event(only_other)["CATEGORIES"] == "Rally,Other" and event(asked)["CATEGORIES"] == "Rally"
    assert rows_after[draft.pk]["vevent"] == ""
    assert moved(stamps_before) == {
        ("site", None): 1,
        ("campaign", week.pk): 1,
        ("campaign", other.pk): 1,
        ("organizer", host.pk): 1,
    }
    assert dump()["Change"] == lines
    assert stored_texts() == fresh_texts()


def test_edit_raises_no_stamp_for_drafts_and_requests() -> None:
    week, other, host = make_campaign(), make_campaign(), make_organizer()
    make_action(campaigns=[week, other], hosts=[host], publish=False)
    before = stamps()
    edit_campaign(week.pk, {"summary": "New"}, by=None, now=LATER)
    assert moved(before) == {("site", None): 1, ("campaign", week.pk): 1}


def test_hiding_takes_the_name_out_of_every_text_and_showing_puts_it_back() -> None:
    week, host = make_campaign(name="Week"), make_organizer()
    action = make_action(campaigns=[week], hosts=[host])
    before = stamps()
    edit_campaign(week.pk, {"is_public": False}, by=None, now=LATER)
    assert event(action)["CATEGORIES"] == "Rally"
    assert moved(before) == {("site", None): 1, ("campaign", week.pk): 1, ("organizer", host.pk): 1}
    edit_campaign(week.pk, {"is_public": True}, by=None, now=LATER)
    assert event(action)["CATEGORIES"] == "Rally,Week"
    assert event(action)["LAST-MODIFIED"] == "20260302T130001Z"
    assert stored_texts() == fresh_texts()


def test_edit_that_no_event_shows_changes_no_event() -> None:
    week = make_campaign()
    make_action(campaigns=[week])
    rows = list(Occurrence.objects.values())
    edit_campaign(week.pk, {"summary": "New", "call_text": "New"}, by=None, now=LATER)
    assert list(Occurrence.objects.values()) == rows


def test_edit_with_nothing_different_changes_no_table() -> None:
    week = make_campaign(name="Week", countries=["US"])
    make_action(campaigns=[week])
    before = dump()
    edit_campaign(week.pk, {"name": "Week ", "countries": ["US"], "slug": week.slug}, by=None, now=LATER)
    assert dump() == before


def test_more_actions_than_a_batch_are_all_refreshed(monkeypatch: pytest.MonkeyPatch) -> None:
    from rallies.operations import affected

    monkeypatch.setattr(affected, "BATCH", 2)
    week = make_campaign(name="Week")
    actions = [make_action(campaigns=[week]) for _ in range(5)]
    edit_campaign(week.pk, {"name": "New"}, by=None, now=LATER + timedelta(days=1))
    assert [event(action)["CATEGORIES"] for action in actions] == ["Rally,New"] * 5
    assert stored_texts() == fresh_texts()
