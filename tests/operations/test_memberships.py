from typing import Any

import pytest
from django.contrib.auth.models import User

from rallies.models import CampaignRole, Membership, Organizer
from rallies.operations.accounts import edit_account
from rallies.operations.errors import RulesBroken
from rallies.operations.memberships import (
    add_member,
    change_role,
    hand_over_group,
    remove_coordinator,
    remove_member,
)
from rallies.rules.access import NotAllowed
from rallies.rules.errors import BadValue
from rallies.rules.joining import AlreadyIn, OwnerNeeded
from tests.factories import NOW, make_campaign, make_organizer
from tests.people import (
    make_administrator,
    make_coordinator,
    make_owner,
    make_person,
    people_of,
    put_into,
)

pytestmark = pytest.mark.django_db

ALONE = "The group would have nobody who says who belongs to it. Hand it over to another organizer first."


@pytest.fixture
def group(db: None) -> Organizer:
    """An owner, an organizer and a contributor."""
    group = make_organizer()
    make_owner(group)
    for role in ("organizer", "contributor"):
        put_into(group, make_person(role), role)
    return group


def who(username: str) -> User:
    return User.objects.get(username=username)


def row(username: str) -> int:
    return int(Membership.objects.get(user__username=username).pk)


def test_an_owner_says_who_is_what(group: Organizer) -> None:
    by: dict[str, Any] = {"by": who("owner"), "now": NOW}
    change_role(row("contributor"), role="organizer", is_owner=False, **by)
    change_role(row("organizer"), role="organizer", is_owner=True, **by)
    assert people_of(group) == [
        ("contributor", "organizer", False),
        ("organizer", "organizer", True),
        ("owner", "organizer", True),
    ]
    change_role(row("owner"), role="contributor", is_owner=False, **by)
    assert people_of(group)[2] == ("owner", "contributor", False)


@pytest.mark.parametrize(("role", "is_owner"), [("king", False), ("contributor", True)])
def test_other_roles_are_refused(group: Organizer, role: str, is_owner: bool) -> None:
    before = people_of(group)
    with pytest.raises(RulesBroken):
        change_role(row("organizer"), role=role, is_owner=is_owner, by=who("owner"), now=NOW)
    assert people_of(group) == before


def test_nobody_else_says_who_is_what_or_takes_others_out(group: Organizer) -> None:
    before = people_of(group)
    for by in (who("organizer"), who("contributor"), make_owner(make_organizer(), "stranger")):
        for refused in (
            lambda by: change_role(row("contributor"), role="organizer", is_owner=False, by=by, now=NOW),
            lambda by: hand_over_group(row("organizer"), by=by, now=NOW),
            lambda by: remove_member(row("owner"), by=by, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                refused(by)
    assert people_of(group) == before


def test_the_last_owner_stays_as_long_as_others_do(group: Organizer) -> None:
    before = people_of(group)
    for refused in (
        lambda: change_role(row("owner"), role="organizer", is_owner=False, by=who("owner"), now=NOW),
        lambda: remove_member(row("owner"), by=who("owner"), now=NOW),
        lambda: remove_member(row("owner"), by=make_administrator(), now=NOW),
    ):
        with pytest.raises(OwnerNeeded, match=ALONE):
            refused()
    assert people_of(group) == before
    for name in ("organizer", "contributor", "owner"):
        remove_member(row(name), by=who(name), now=NOW)
    assert people_of(group) == []


def test_an_owner_whose_account_is_closed_does_not_count(group: Organizer) -> None:
    change_role(row("organizer"), role="organizer", is_owner=True, by=who("owner"), now=NOW)
    edit_account(who("organizer"), is_active=False, is_administrator=False, by=make_administrator(), now=NOW)
    with pytest.raises(OwnerNeeded):
        remove_member(row("owner"), by=who("owner"), now=NOW)


def test_a_group_that_is_handed_over_has_another_owner(group: Organizer) -> None:
    with pytest.raises(BadValue):
        hand_over_group(row("contributor"), by=who("owner"), now=NOW)
    hand_over_group(row("organizer"), by=who("owner"), now=NOW)
    assert people_of(group) == [
        ("contributor", "contributor", False),
        ("organizer", "organizer", True),
        ("owner", "organizer", False),
    ]
    remove_member(row("owner"), by=who("owner"), now=NOW)
    assert len(people_of(group)) == 2


def test_administrators_hand_over_a_group_without_having_it(group: Organizer) -> None:
    hand_over_group(row("organizer"), by=make_administrator(), now=NOW)
    assert people_of(group)[1:] == [("organizer", "organizer", True), ("owner", "organizer", True)]


def test_to_hand_over_to_oneself_changes_nothing(group: Organizer) -> None:
    before = people_of(group)
    hand_over_group(row("owner"), by=who("owner"), now=NOW)
    assert people_of(group) == before


def test_administrators_alone_put_somebody_into_a_group_unasked(group: Organizer) -> None:
    person, admin = make_person("person"), make_administrator()
    values: dict[str, Any] = {"user": person, "role": "organizer", "is_owner": True, "now": NOW}
    with pytest.raises(NotAllowed):
        add_member(group.pk, **values, by=who("owner"))
    add_member(group.pk, **values, by=admin)
    assert people_of(group)[-1] == ("person", "organizer", True)
    with pytest.raises(AlreadyIn):
        add_member(group.pk, **values, by=admin)


def test_coordinators_leave_and_administrators_take_them_out() -> None:
    week, admin = make_campaign(), make_administrator()
    first, second = make_coordinator(week), make_coordinator(week, "second")
    roles = {role.user.username: role.pk for role in CampaignRole.objects.select_related("user")}
    with pytest.raises(NotAllowed):
        remove_coordinator(roles["second"], by=first, now=NOW)
    remove_coordinator(roles["second"], by=admin, now=NOW)
    remove_coordinator(roles["coordinator"], by=first, now=NOW)
    assert (CampaignRole.objects.count(), second.is_active) == (0, True)
