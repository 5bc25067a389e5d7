from typing import Any

import pytest

from rallies.enums import CampaignPart
from rallies.models import Organizer, Participation
from rallies.operations.actions import publish_action, submit_action, withdraw_action
from rallies.operations.campaigns import PartEntry, edit_campaign
from rallies.operations.deleting import delete_rows
from rallies.operations.errors import RulesBroken
from rallies.operations.organizers import create_organizer, edit_organizer
from rallies.operations.participations import ParticipationEntry
from rallies.operations.parts import save_parts
from tests.factories import NOW, make_action, make_campaign, make_organizer
from tests.operations.state import LATER, dump, fresh_texts, moved, stamps, stored_texts

pytestmark = pytest.mark.django_db


def test_create_cleans_what_was_typed_and_moves_no_stamp() -> None:
    row = create_organizer(
        {"name": " Tenants\u2028United ", "aliases": [" TU ", ""], "description": "a\r\nb", "kind": "tenants-union"},
        by=None,
        now=NOW,
    )
    row = Organizer.objects.get(pk=row.pk)
    assert (row.name, row.slug, row.aliases, row.description, row.created_at) == (
        "Tenants United",
        "tenants-united",
        ["TU"],
        "a\nb",
        NOW,
    )
    assert stamps() == {}
    assert [(h.history_type, h.history_date) for h in row.history.all()] == [("+", NOW)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "\x00"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"kind": "sect"}, "kind"),
        ({"website": "javascript:x"}, "website"),
        ({"website": "https://" + "x" * 500}, "website"),
        ({"contact": "x" * 201}, "contact"),
        ({"kind_note": "x" * 201}, "kind_note"),
        ({"description": "x" * 20_001}, "description"),
    ],
)
def test_bad_input_changes_nothing(values: dict[str, Any], field: str) -> None:
    group = make_organizer()
    before = dump()
    for refused in (
        lambda: create_organizer({"name": "New"} | values, by=None, now=LATER),
        lambda: edit_organizer(group.pk, values, by=None, now=LATER),
    ):
        with pytest.raises(RulesBroken) as caught:
            refused()
        assert [rule.field for rule in caught.value.broken] == [field]
    assert dump() == before


def test_unknown_names_are_refused() -> None:
    with pytest.raises(TypeError, match="slug_of"):
        make_organizer(slug_of="x")


def test_edit_moves_the_stamps_of_every_scope_that_names_it() -> None:
    host, co_host, stranger, invited = (make_organizer() for _ in range(4))
    week, other = make_campaign(), make_campaign()
    make_action(hosts=[host, co_host], campaigns=[week])
    make_action(hosts=[stranger], campaigns=[other], participations=[ParticipationEntry(host, "endorser", "invited")])
    texts, before = stored_texts(), stamps()
    edit_organizer(host.pk, {"name": "New name"}, by=None, now=LATER)
    assert moved(before) == {
        ("site", None): 1,
        ("campaign", week.pk): 1,
        ("organizer", host.pk): 1,
        ("organizer", co_host.pk): 1,
    }
    assert stored_texts() == fresh_texts() == texts
    before = stamps()
    edit_organizer(invited.pk, {"name": "Alone"}, by=None, now=LATER)
    assert moved(before) == {("site", None): 1, ("organizer", invited.pk): 1}


def test_edit_with_nothing_different_changes_no_table() -> None:
    group = make_organizer(name="Group", aliases=["G"], website="https://g.example/")
    before = dump()
    edit_organizer(
        group.pk,
        {"name": " Group", "aliases": ["G", " "], "website": "https://g.example/", "slug": group.slug},
        by=None,
        now=LATER,
    )
    assert dump() == before


def test_edit_keeps_its_history() -> None:
    group = make_organizer(name="Old")
    edit_organizer(group.pk, {"name": "New"}, by=None, now=LATER)
    assert [(h.name, h.history_type, h.history_date) for h in group.history.order_by("history_id")] == [
        ("Old", "+", NOW),
        ("New", "~", LATER),
    ]
    row = Organizer.objects.get(pk=group.pk)
    assert (row.created_at, row.updated_at) == (NOW, LATER)


# --- what the world knows of groups ---------------------------------------------------------------


def known() -> list[str]:
    return list(Organizer.objects.known().values_list("slug", flat=True))


def test_a_group_is_known_from_its_first_published_action_on_and_stays_known() -> None:
    group = make_organizer(slug="river", is_known=False)
    action = make_action(hosts=[group], publish=False)
    submit_action(action.pk, by=None, now=NOW)
    edit_organizer(group.pk, {"name": "River", "slug": "brook"}, by=None, now=NOW)
    assert (known(), stamps()) == ([], {})
    publish_action(action.pk, by=None, now=NOW)
    assert known() == ["brook"]
    # Its feed tells those who subscribed that the action is gone; a 404 would leave it in their calendars.
    withdraw_action(action.pk, by=None, now=NOW)
    assert known() == ["brook"]


@pytest.mark.parametrize(("state", "is_known"), [("invited", False), ("declined", False), ("accepted", True)])
def test_a_group_that_did_not_agree_is_not_known(state: str, is_known: bool) -> None:
    group = make_organizer(slug="river", is_known=False)
    make_action(participations=[ParticipationEntry(group, "co-host", state)])
    assert known() == (["river"] if is_known else [])


def test_a_group_added_to_a_withdrawn_action_is_not_known() -> None:
    group, action = make_organizer(is_known=False), make_action(publication="withdrawn")
    save_parts(action.pk, saved=[Participation(action=action, organizer=group, state="accepted")], by=None, now=LATER)
    assert known() == []


def test_the_caller_of_a_campaign_is_known_once_the_campaign_is_shown() -> None:
    group = make_organizer(slug="river", is_known=False)
    campaign = make_campaign(is_public=False, parts={"parts": [PartEntry(group, CampaignPart.CALLER)]})
    edit_campaign(campaign.pk, {"summary": "New."}, by=None, now=LATER)
    assert known() == []
    edit_campaign(campaign.pk, {"is_public": True}, by=None, now=LATER)
    assert known() == ["river"]


def test_deleting_a_group_moves_the_stamp_only_if_it_was_known() -> None:
    unknown, seen = make_organizer(is_known=False), make_organizer()
    before = stamps()
    delete_rows([unknown], by=None, now=LATER)
    assert stamps() == before
    delete_rows([seen], by=None, now=LATER)
    assert stamps()["site", None] == before["site", None] + 1
