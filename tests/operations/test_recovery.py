from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from rallies.models import Membership, Organizer, RecoveryLink
from rallies.operations.accounts import edit_account
from rallies.operations.errors import RulesBroken
from rallies.operations.memberships import remove_member
from rallies.operations.recovery import make_recovery_link, revoke_recovery_link, use_recovery_link
from rallies.rules.access import NotAllowed
from rallies.rules.joining import LinkGone
from rallies.selectors.joining import LinkNotFound
from tests.factories import NOW, make_campaign, make_organizer
from tests.operations.state import dump
from tests.operations.test_invitations import at_once
from tests.people import (
    make_administrator,
    make_coordinator,
    make_owner,
    make_person,
    put_into,
)

pytestmark = pytest.mark.django_db

NEW = "another four words here"
DAY = timedelta(hours=24)


@pytest.fixture
def group(db: None) -> Organizer:
    group = make_organizer()
    make_owner(group)
    put_into(group, make_person("member", password="old, long enough"))
    return group


def who(username: str) -> User:
    return User.objects.get(username=username)


def link_for(member: str, *, by: str = "owner") -> str:
    return make_recovery_link(who(member).pk, by=who(by), now=NOW)[1]


def gone(token: str, *, now: object = NOW) -> str:
    before, password = dump(), who("member").password
    with pytest.raises((LinkGone, LinkNotFound)) as caught:
        use_recovery_link(token, password=NEW, now=now)
    assert (dump(), who("member").password) == (before, password)
    return str(caught.value)


def test_a_link_gives_another_password_once_and_ends_all_sessions(group: Organizer) -> None:
    browser = Client()
    browser.force_login(who("member"))
    token = link_for("member")
    assert token not in repr(dump())
    assert RecoveryLink.objects.get().expires_at == NOW + DAY
    use_recovery_link(token, password=NEW, now=NOW)
    assert (who("member").check_password(NEW), browser.get("/admin/").status_code) == (True, 302)
    assert gone(token) == "This link was used. It is good only once."


def test_a_password_that_is_refused_leaves_the_link_good(group: Organizer) -> None:
    token = link_for("member")
    for password in ("", "short", "123412341234"):
        with pytest.raises(RulesBroken) as caught:
            use_recovery_link(token, password=password, now=NOW)
        assert {rule.field for rule in caught.value.broken} == {"password"}
    use_recovery_link(token, password=NEW, now=NOW)


def test_links_that_have_expired_were_taken_back_or_never_were(group: Organizer) -> None:
    token = link_for("member")
    assert gone(token, now=NOW + DAY) == "This link has expired."
    newer = link_for("member")
    assert gone(token) == "This link was taken back."
    with pytest.raises(NotAllowed):
        revoke_recovery_link(RecoveryLink.objects.latest("pk").pk, by=who("member"), now=NOW)
    revoke_recovery_link(RecoveryLink.objects.latest("pk").pk, by=who("owner"), now=NOW)
    assert gone(newer) == "This link was taken back."
    assert gone("x" * 32) == ""


def _joins_another_group(member: User) -> None:
    put_into(make_organizer(), member, "contributor")


def _coordinates(member: User) -> None:
    make_coordinator(make_campaign(), member.username)


def _administers(member: User) -> None:
    edit_account(member, is_active=True, is_administrator=True, by=make_administrator(), now=NOW)


def _is_closed(member: User) -> None:
    edit_account(member, is_active=False, is_administrator=False, by=make_administrator(), now=NOW)


def _leaves(member: User) -> None:
    remove_member(Membership.objects.get(user=member).pk, by=member, now=NOW)


@pytest.mark.parametrize("happens", [_joins_another_group, _coordinates, _administers, _is_closed, _leaves])
def test_owners_make_links_for_those_alone_who_belong_to_nothing_else(
    group: Organizer, happens: Callable[[User], None]
) -> None:
    """Before the link is made, and between its making and its use."""
    token = link_for("member")
    happens(who("member"))
    assert gone(token) == "This link was taken back."
    with pytest.raises(NotAllowed):
        link_for("member")


def test_nobody_else_makes_links_and_nobody_for_themselves(group: Organizer) -> None:
    make_owner(make_organizer(), "stranger")
    admin = make_administrator()
    for by in ("stranger", "member"):
        with pytest.raises(NotAllowed):
            link_for("member", by=by)
    with pytest.raises(NotAllowed):
        link_for("owner", by="owner")
    with pytest.raises(NotAllowed):
        link_for("admin", by="admin")
    with pytest.raises(NotAllowed):
        link_for("admin", by="owner")
    with pytest.raises(NotAllowed):
        make_recovery_link(who("member").pk, by=None, now=NOW)
    assert RecoveryLink.objects.count() == 0
    make_recovery_link(who("owner").pk, by=admin, now=NOW)


def test_links_of_an_owner_who_no_longer_is_one_are_good_for_nothing(group: Organizer) -> None:
    token = link_for("member")
    edit_account(who("owner"), is_active=False, is_administrator=False, by=make_administrator(), now=NOW)
    assert gone(token) == "This link was taken back."


@pytest.mark.django_db(transaction=True)
def test_one_of_several_who_use_a_link_at_once_succeeds(group: Organizer) -> None:
    for _round in range(3):
        token = link_for("member")
        works = [lambda t=token, n=n: use_recovery_link(t, password=f"{NEW} {n}", now=NOW) for n in range(3)]
        assert at_once(*works) == ["", "LinkGone", "LinkGone"]
    assert [who("member").check_password(f"{NEW} {n}") for n in range(3)].count(True) == 1
