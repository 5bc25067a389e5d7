"""Who may do what by operations that the tables of tests/admin/test_matrix.py do not come to: single dates, people, answers.

The numbers of the rules go on from those tables. Nothing here asks the rules.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from rallies.models import CampaignRole, Invitation, Listing, Membership, Occurrence, Participation
from rallies.operations.invitations import invite_to_campaign, invite_to_group, revoke_invitation
from rallies.operations.memberships import change_role, remove_coordinator, remove_member
from rallies.operations.parts import (
    answer_campaign,
    answer_request,
    ask_to_stand,
    decide_listing,
    decide_participation,
    save_parts,
)
from rallies.operations.recovery import make_recovery_link
from rallies.operations.series_dates import cancel_date, skip_date, take_up_date
from rallies.rules.access import NotAllowed
from rallies.rules.errors import RuleBroken
from tests.factories import NOW
from tests.people import make_person
from tests.world import ROLES, make_world

pytestmark = pytest.mark.django_db

Call = Callable[[User], Any]


class World:
    def __init__(self) -> None:
        self.people, rows = make_world()
        self.rows: dict[str, Any] = dict(rows)

    def who(self, call: Call) -> list[str]:
        """The roles that the operation lets through; whatever it wrote is taken back."""
        return [role for role in ROLES if self._is_let_through(call, self.people[role])]

    def _is_let_through(self, call: Call, person: User) -> bool:
        with transaction.atomic():
            try:
                call(person)
            except NotAllowed:
                return False
            except RuleBroken:
                # Another rule: who it is was asked before.
                return True
            finally:
                transaction.set_rollback(True)
        return True

    def membership(self, person: str) -> int:
        return Membership.objects.get(user=self.people[person]).pk


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_rule_9_dates(world: World) -> None:
    def cancelling(name: str) -> Call:
        date = Occurrence.objects.get(action=world.rows[f"action {name}"]).pk
        return lambda person: cancel_date(date, by=person, now=NOW)

    assert world.who(cancelling("ours")) == ["administrator", "owner", "organizer"]
    assert world.who(cancelling("theirs, ours beside")) == ["administrator", "other"]
    assert world.who(cancelling("unclaimed")) == ["administrator", "coordinator"]

    def skipping(name: str) -> Call:
        date = Occurrence.objects.get(action=world.rows[f"action {name}"]).pk
        return lambda person: skip_date(date, by=person, now=NOW)

    def taking_up(name: str) -> Call:
        action = world.rows[f"action {name}"].pk
        return lambda person: take_up_date(action, day=NOW.date(), by=person, now=NOW)

    for doing in (skipping, taking_up):
        assert world.who(doing("ours")) == ["administrator", "owner", "organizer"]
        assert world.who(doing("ours, draft")) == ["administrator", "owner", "organizer", "contributor"]
        assert world.who(doing("theirs, ours beside")) == ["administrator", "other"]


def test_rule_10_memberships(world: World) -> None:
    def changing(name: str) -> Call:
        pk, role = world.membership(name), "contributor"
        return lambda person: change_role(pk, role=role, is_owner=False, by=person, now=NOW)

    def removing(name: str) -> Call:
        return lambda person: remove_member(world.membership(name), by=person, now=NOW)

    assert world.who(changing("contributor")) == ["administrator", "owner"]
    assert world.who(changing("other")) == ["administrator"]
    assert world.who(removing("contributor")) == ["administrator", "owner", "contributor"]
    assert world.who(removing("organizer")) == ["administrator", "owner", "organizer"]
    assert world.who(removing("other")) == ["administrator", "other"]


def test_rule_11_coordinators(world: World) -> None:
    own = CampaignRole.objects.get(user=world.people["coordinator"]).pk
    assert world.who(lambda person: remove_coordinator(own, by=person, now=NOW)) == ["administrator", "coordinator"]


def test_rule_12_invitations(world: World) -> None:
    ours, own = world.rows["group ours"].pk, world.rows["campaign own"].pk
    into_group = lambda person: invite_to_group(ours, role="contributor", by=person, now=NOW)  # noqa: E731
    into_campaign = lambda person: invite_to_campaign(own, by=person, now=NOW)  # noqa: E731
    assert world.who(into_group) == ["administrator", "owner"]
    assert world.who(into_campaign) == ["administrator", "coordinator"]
    into_group(world.people["owner"])
    made = Invitation.objects.get().pk
    assert world.who(lambda person: revoke_invitation(made, by=person, now=NOW)) == ["administrator", "owner"]


def test_rule_13_recovery(world: World) -> None:
    """An owner helps those back in who belong to nothing else: a link into an account that may act elsewhere would be a
    way to act there."""

    def recovering(person: User) -> Call:
        return lambda maker: make_recovery_link(person.pk, by=maker, now=NOW)

    ours, theirs, own = (world.rows[name] for name in ("group ours", "group theirs", "campaign own"))
    assert world.who(recovering(make_person(contributes=(ours,)))) == ["administrator", "owner"]
    for person in (
        make_person(contributes=(ours,), organizes=(theirs,)),
        make_person(contributes=(ours,), coordinates=(own,)),
        make_person(contributes=(ours,), is_superuser=True),
        make_person(),
    ):
        assert world.who(recovering(person)) == ["administrator"]


def test_rule_14_answers(world: World) -> None:
    invited = Participation.objects.get(action=world.rows["action theirs, ours invited"], state="invited").pk
    listed = Listing.objects.get(action=world.rows["action theirs, in the campaign"]).pk

    def answering(person: User) -> Any:
        return decide_participation(invited, is_accepted=True, by=person, now=NOW)

    assert world.who(answering) == ["administrator", "owner", "organizer"]
    declining = lambda person: decide_listing(listed, is_accepted=False, by=person, now=NOW)  # noqa: E731
    assert world.who(declining) == ["administrator", "coordinator"]


def test_rule_15_answers_for_an_action(world: World) -> None:
    """What a campaign asks is answered by whoever may publish the action, and not by the campaign itself."""

    def answering(name: str, campaign: str) -> Call:
        row = Listing(action=world.rows[f"action {name}"], campaign=world.rows[campaign], state="requested-by-campaign")
        save_parts(row.action_id, saved=[row], by=None, now=NOW)
        return lambda person: answer_campaign(row.pk, is_accepted=True, by=person, now=NOW)

    assert world.who(answering("ours, draft", "campaign own")) == ["administrator", "owner", "organizer"]
    assert world.who(answering("theirs, ours beside", "campaign own")) == ["administrator", "other"]
    assert world.who(answering("unclaimed", "campaign other")) == ["administrator", "coordinator"]


def test_rule_15_answers_for_an_action_in_its_form(world: World) -> None:
    draft, own = world.rows["action ours, draft"], world.rows["campaign own"]
    row = Listing(action=draft, campaign=own, state="requested-by-campaign")
    save_parts(draft.pk, saved=[row], by=None, now=NOW)
    row.state = "accepted"
    accepting = lambda person: save_parts(draft.pk, saved=[row], by=person, now=NOW)  # noqa: E731
    assert world.who(accepting) == ["administrator", "owner", "organizer"]


def test_rule_15_answers_to_groups_that_ask(world: World) -> None:
    """Whoever may publish the action answers, with a button and in its form; a contributor in the form of a draft does not."""

    def asking(name: str) -> Participation:
        action, group = world.rows[f"action {name}"], world.rows["group unseen"]
        row = Participation(action=action, organizer=group, role="co-host", state="asked", position=9)
        save_parts(row.action_id, saved=[row], by=None, now=NOW)
        return row

    row = asking("theirs, ours beside")
    assert world.who(lambda person: answer_request(row.pk, is_accepted=True, by=person, now=NOW)) == [
        "administrator",
        "other",
    ]
    drafted = asking("ours, draft")
    drafted.state = "accepted"
    accepting = lambda person: save_parts(drafted.action_id, saved=[drafted], by=person, now=NOW)  # noqa: E731
    assert world.who(accepting) == ["administrator", "owner", "organizer"]
    published = world.rows["action theirs"].pk
    ours = world.rows["group ours"].pk
    asks = lambda person: ask_to_stand(ours, action_id=published, by=person, now=NOW)  # noqa: E731
    assert world.who(asks) == ["administrator", "owner", "organizer"]
