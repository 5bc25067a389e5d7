"""What no list leads everybody to, asked for by its address: memberships, and what was withdrawn."""

from typing import Any

import pytest
from django.utils import timezone

from rallies.models import Action, CampaignRole, Membership
from rallies.operations.actions import withdraw_action
from tests.people import at_the_desk
from tests.world import ROLES, make_world

from .test_matrix import taken_back

pytestmark = pytest.mark.django_db

PUT_BACK = {
    "action ours": {"administrator", "owner", "organizer"},
    "action theirs, ours beside": {"administrator", "other"},
    "action theirs, in the campaign": {"administrator", "other"},
    "action unclaimed": {"administrator", "coordinator"},
    "action of nobody": {"administrator"},
}
# By whose it is: who reads it, who gives it another role, who takes it off. Owners, for their group; others leave.
MEMBERSHIPS = {
    # The only one: a group keeps an owner.
    "owner": ({"administrator", "owner"}, set(), set()),
    "organizer": (
        {"administrator", "owner", "organizer"},
        {"administrator", "owner"},
        {"administrator", "owner", "organizer"},
    ),
    "contributor": (
        {"administrator", "owner", "contributor"},
        {"administrator", "owner"},
        {"administrator", "owner", "contributor"},
    ),
    "other": ({"administrator", "other"}, {"administrator"}, {"administrator", "other"}),
}


def test_rule_1_what_was_withdrawn_is_put_back_by_who_decides_on_it() -> None:
    people, rows = make_world()
    desks: dict[str, Any] = {role: at_the_desk(people[role]) for role in ROLES}
    went: dict[str, set[str]] = {}
    for name in PUT_BACK:
        row: Any = withdraw_action(rows[name].pk, by=None, now=timezone.now())
        went[name] = set()
        for role, desk in desks.items():
            with taken_back():
                desk.post(f"/admin/rallies/action/{row.pk}/put-back/")
                if Action.objects.get(pk=row.pk).publication == "published":
                    went[name].add(role)
    assert went == PUT_BACK


def test_rule_10_memberships_by_address() -> None:
    people, _rows = make_world()
    desks: dict[str, Any] = {role: at_the_desk(people[role]) for role in ROLES}
    found: dict[str, Any] = {}
    for whose in MEMBERSHIPS:
        row = Membership.objects.get(user=people[whose])
        path, read, changed, gone = f"/admin/rallies/membership/{row.pk}/", set(), set(), set()
        for role, desk in desks.items():
            answer = desk.get(f"{path}change/")
            read |= {role} if answer.status_code == 200 else set()
            assert (answer.status_code == 200) == (people[whose].username.encode() in answer.content), (whose, role)
            typed = {"role": "contributor" if row.role == "organizer" else "organizer"}
            with taken_back():
                desk.post(f"{path}change/", typed)
                now = Membership.objects.get(pk=row.pk)
                changed |= {role} if (now.role, now.is_owner) != (row.role, row.is_owner) else set()
            with taken_back():
                desk.post(f"{path}delete/", {"post": "yes"})
                gone |= {role} if not Membership.objects.filter(pk=row.pk).exists() else set()
        found[whose] = (read, changed, gone)
    assert found == MEMBERSHIPS


def test_rule_11_roles_of_campaigns_by_address() -> None:
    people, _rows = make_world()
    row = CampaignRole.objects.get(user=people["coordinator"])
    path, read, gone = f"/admin/rallies/campaignrole/{row.pk}/", set(), set()
    for role in ROLES:
        desk = at_the_desk(people[role])
        read |= {role} if desk.get(f"{path}change/").status_code == 200 else set()
        with taken_back():
            desk.post(f"{path}delete/", {"post": "yes"})
            gone |= {role} if not CampaignRole.objects.filter(pk=row.pk).exists() else set()
    assert (read, gone) == ({"administrator", "coordinator"}, {"administrator", "coordinator"})
