import threading
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections

from rallies.models import CampaignRole, Invitation, Membership
from rallies.operations.accounts import edit_account
from rallies.operations.errors import RulesBroken
from rallies.operations.invitations import (
    NewAccount,
    accept_invitation,
    invite_to_campaign,
    invite_to_group,
    join,
    revoke_invitation,
)
from rallies.operations.links import use_up
from rallies.operations.memberships import change_role
from rallies.operations.transaction import operation
from rallies.rules.access import NotAllowed
from rallies.rules.errors import BadValue
from rallies.rules.joining import AlreadyIn, LinkGone
from rallies.selectors.joining import LinkNotFound, find_invitation, open_invitations
from tests.factories import NOW, make_campaign, make_organizer
from tests.operations.state import dump
from tests.people import (
    make_administrator,
    make_coordinator,
    make_owner,
    make_person,
    people_of,
    put_into,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PASSWORD = "four words for a door"


def account(username: str = "newcomer", **changes: str) -> NewAccount:
    return NewAccount(**{"username": username, "name": "", "password": PASSWORD} | changes)


def test_an_invitation_keeps_a_hash_alone_and_ends_after_a_week() -> None:
    group = make_organizer()
    link, token = invite_to_group(group.pk, role="contributor", by=make_owner(group), now=NOW)
    [row] = Invitation.objects.values()
    assert (row["token_hash"], row["expires_at"]) == (sha256(token.encode()).hexdigest(), NOW + 7 * DAY)
    assert token not in repr(dump()) and len(token) == 32
    assert list(open_invitations(group, now=NOW)) == [link]


@pytest.mark.parametrize(("days", "ends"), [(1, NOW + DAY), (30, NOW + 30 * DAY)])
def test_it_may_be_good_for_a_day_or_a_month(days: int, ends: Any) -> None:
    group = make_organizer()
    link, _token = invite_to_group(group.pk, role="contributor", days=days, by=make_owner(group), now=NOW)
    assert link.expires_at == ends


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"days": 365}, BadValue), ({"role": "king"}, RulesBroken), ({"role": "coordinator"}, RulesBroken)],
)
def test_other_invitations_are_not_made(changes: dict[str, Any], error: type[Exception]) -> None:
    group = make_organizer()
    with pytest.raises(error):
        invite_to_group(group.pk, **{"role": "contributor"} | changes, by=make_owner(group), now=NOW)
    assert Invitation.objects.count() == 0


def test_who_invites_into_a_group() -> None:
    group, other, week = make_organizer(), make_organizer(), make_campaign()
    organizer, stranger = make_person("organizer"), make_owner(other, "stranger")
    put_into(group, organizer)
    for by in (organizer, stranger, make_coordinator(week)):
        with pytest.raises(NotAllowed):
            invite_to_group(group.pk, role="contributor", by=by, now=NOW)
    for by in (make_owner(group), make_administrator()):
        invite_to_group(group.pk, role="organizer", by=by, now=NOW)
    assert Invitation.objects.count() == 2


def test_the_first_owner_is_invited_by_administrators_alone() -> None:
    group = make_organizer()
    with pytest.raises(NotAllowed):
        invite_to_group(group.pk, role="organizer", is_owner=True, by=make_owner(group), now=NOW)
    with pytest.raises(RulesBroken):
        invite_to_group(group.pk, role="contributor", is_owner=True, by=make_administrator(), now=NOW)
    other = make_organizer()
    admin = User.objects.get(username="admin")
    _link, token = invite_to_group(other.pk, role="organizer", is_owner=True, by=admin, now=NOW)
    join(token, account(), now=NOW)
    assert people_of(other) == [("newcomer", "organizer", True)]


def test_coordinators_invite_to_their_campaign_alone() -> None:
    week, other = make_campaign(), make_campaign()
    coordinator = make_coordinator(week)
    with pytest.raises(NotAllowed):
        invite_to_campaign(other.pk, by=coordinator, now=NOW)
    _link, token = invite_to_campaign(week.pk, by=coordinator, now=NOW)
    person = join(token, account(), now=NOW)
    assert list(CampaignRole.objects.filter(user=person).values_list("campaign", "role")) == [(week.pk, "coordinator")]
    _link, again = invite_to_campaign(week.pk, by=coordinator, now=NOW)
    with pytest.raises(AlreadyIn):
        accept_invitation(again, by=person, now=NOW)


def test_who_joins_gets_an_account_that_holds_no_more_than_it_needs() -> None:
    group = make_organizer()
    _link, token = invite_to_group(group.pk, role="contributor", by=make_owner(group), now=NOW)
    person = join(token, account(" New.comer ", name=" Ana\u2028 "), now=NOW + DAY)
    row = User.objects.filter(pk=person.pk).values().get()
    assert person.check_password(PASSWORD) and row.pop("password")
    assert row == {
        "id": person.pk,
        "username": "New.comer",
        "first_name": "Ana",
        "last_name": "",
        "email": "",
        "is_staff": True,
        "is_active": True,
        "is_superuser": False,
        "last_login": None,
        "date_joined": NOW + DAY,
    }
    assert people_of(group) == [("New.comer", "contributor", False), ("owner", "organizer", True)]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"username": ""}, ["username"]),
        ({"username": "two words"}, ["username"]),
        ({"username": "x" * 151}, ["username"]),
        ({"username": "OWNER"}, ["username"]),
        ({"name": "x" * 151}, ["name"]),
        ({"password": ""}, ["password"]),
        ({"password": "short"}, ["password"]),
        ({"password": "newcomer-newcomer", "username": "newcomer-newcomer"}, ["password"]),
        ({"password": "123456789012", "username": "\x00"}, ["username", "password"]),
    ],
)
def test_what_is_typed_wrongly_leaves_the_link_as_it_was(changes: dict[str, str], fields: list[str]) -> None:
    group = make_organizer()
    _link, token = invite_to_group(group.pk, role="contributor", by=make_owner(group), now=NOW)
    before = dump()
    with pytest.raises(RulesBroken) as caught:
        join(token, account(**changes), now=NOW)
    assert [rule.field for rule in caught.value.broken] == fields
    assert (dump(), User.objects.count()) == (before, 1)


def test_who_is_signed_in_joins_with_the_same_account_and_never_loses_a_role() -> None:
    group = make_organizer()
    owner, person = make_owner(group), make_person("person")

    def accepts(role: str) -> list[tuple[str, str, bool]]:
        _link, token = invite_to_group(group.pk, role=role, by=owner, now=NOW)
        accept_invitation(token, by=person, now=NOW)
        return people_of(group)

    assert accepts("contributor") == [("owner", "organizer", True), ("person", "contributor", False)]
    assert accepts("organizer") == [("owner", "organizer", True), ("person", "organizer", False)]
    _link, token = invite_to_group(group.pk, role="contributor", by=owner, now=NOW)
    for who in (person, owner):
        with pytest.raises(AlreadyIn):
            accept_invitation(token, by=who, now=NOW)
    # It is still good for whom it was meant.
    accept_invitation(token, by=make_person("other"), now=NOW)
    assert people_of(group)[0] == ("other", "contributor", False)


def gone(token: str, *, now: Any = NOW) -> str:
    late = User.objects.filter(username="admin").first() or make_administrator()
    before = dump()
    sentences = []
    for use in (lambda: join(token, account("late"), now=now), lambda: accept_invitation(token, by=late, now=now)):
        with pytest.raises((LinkGone, LinkNotFound)) as caught:
            use()
        sentences.append(str(caught.value))
    assert (sentences[0], dump(), User.objects.filter(username="late").count()) == (sentences[1], before, 0)
    return sentences[0]


def test_a_link_that_was_used_has_expired_or_was_taken_back_is_good_for_nothing() -> None:
    group = make_organizer()
    owner = make_owner(group)
    link, token = invite_to_group(group.pk, role="organizer", days=1, by=owner, now=NOW)
    assert gone(token, now=NOW + DAY) == "This link has expired."
    revoke_invitation(link.pk, by=owner, now=NOW)
    assert gone(token) == "This link was taken back."
    _link, token = invite_to_group(group.pk, role="organizer", by=owner, now=NOW)
    join(token, account(), now=NOW)
    assert gone(token) == "This link was used. It is good only once."
    assert gone("x" * 32) == gone("") == ""
    assert list(open_invitations(group, now=NOW)) == []


def test_who_takes_an_invitation_back() -> None:
    group = make_organizer()
    owner, organizer = make_owner(group), make_person("organizer")
    put_into(group, organizer)
    link, token = invite_to_group(group.pk, role="contributor", by=owner, now=NOW)
    with pytest.raises(NotAllowed):
        revoke_invitation(link.pk, by=organizer, now=NOW)
    person = join(token, account(), now=NOW)
    revoke_invitation(link.pk, by=owner, now=NOW)
    link.refresh_from_db()
    assert (link.used_at, link.revoked_at, person.memberships.count()) == (NOW, None, 1)


def test_invitations_of_somebody_who_no_longer_says_who_belongs_to_it_are_good_for_nothing() -> None:
    group, admin = make_organizer(), make_administrator()
    first, second = make_owner(group), make_owner(group, "second")
    _link, token = invite_to_group(group.pk, role="organizer", by=first, now=NOW)
    change_role(Membership.objects.get(user=first).pk, role="organizer", is_owner=False, by=second, now=NOW)
    assert gone(token) == "This link was taken back."
    _link, token = invite_to_group(group.pk, role="organizer", by=second, now=NOW)
    edit_account(second, is_active=False, is_administrator=False, by=admin, now=NOW)
    assert gone(token) == "This link was taken back."
    other = make_administrator("other")
    _link, token = invite_to_group(group.pk, role="organizer", is_owner=True, by=other, now=NOW)
    edit_account(other, is_active=True, is_administrator=False, by=admin, now=NOW)
    put_into(group, other, is_owner=True)
    assert gone(token) == "This link was taken back."
    assert list(open_invitations(group, now=NOW)) == []


# --- several at once ------------------------------------------------------------------------------------


def at_once(*works: Callable[[], Any]) -> list[str]:
    """Runs each in a thread with a connection of its own, begun together; the names of what they raised, "" for nothing."""
    start = threading.Barrier(len(works))
    ends: list[str] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=20)
            work()
            ends.append("")
        except BaseException as error:
            ends.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(ends)


def test_one_statement_decides_who_is_first() -> None:
    """Even if two had found the link good before either used it."""
    group = make_organizer()
    _link, token = invite_to_group(group.pk, role="contributor", by=make_owner(group), now=NOW)
    first, second = find_invitation(token, now=NOW), find_invitation(token, now=NOW)
    operation(use_up)(first, now=NOW)
    with pytest.raises(LinkNotFound):
        operation(use_up)(second, now=NOW + DAY)
    assert Invitation.objects.get().used_at == NOW


@pytest.mark.django_db(transaction=True)
def test_one_of_several_who_use_a_link_at_once_comes_in() -> None:
    group = make_organizer()
    owner = make_owner(group)
    for index in range(3):
        member = make_person(f"member-{index}")
        _link, token = invite_to_group(group.pk, role="contributor", by=owner, now=NOW)
        works = [lambda t=token, name=f"n{index}-{n}": join(t, account(name), now=NOW) for n in range(3)]
        ends = at_once(*works, lambda t=token, by=member: accept_invitation(t, by=by, now=NOW))
        assert ends == ["", "LinkGone", "LinkGone", "LinkGone"]
    assert group.memberships.count() == 1 + 3
    assert Invitation.objects.filter(used_at=NOW).count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_of_one_name_at_once_do_not_both_come_in() -> None:
    group = make_organizer()
    owner = make_owner(group)
    tokens = [invite_to_group(group.pk, role="contributor", by=owner, now=NOW)[1] for _ in range(2)]
    assert at_once(*(lambda t=t: join(t, account("same"), now=NOW) for t in tokens)) == ["", "RulesBroken"]
    assert people_of(group) == [("owner", "organizer", True), ("same", "contributor", False)]
