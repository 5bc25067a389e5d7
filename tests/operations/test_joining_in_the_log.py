"""What the log of administrators says of who came in, who went, and who was let in again."""

import pytest

from rallies.models import AuditEntry, CampaignRole, Invitation, Membership, RecoveryLink
from rallies.operations.accounts import edit_account
from rallies.operations.invitations import (
    NewAccount,
    accept_invitation,
    invite_to_campaign,
    invite_to_group,
    join,
    revoke_invitation,
)
from rallies.operations.memberships import (
    add_member,
    change_role,
    hand_over_group,
    remove_coordinator,
    remove_member,
)
from rallies.operations.recovery import make_recovery_link, revoke_recovery_link, use_recovery_link
from tests.factories import NOW, make_campaign, make_organizer
from tests.people import make_administrator, make_owner, make_person, put_into

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, str, str, str]]:
    """Oldest first: who, what, kind and words of the row, detail; without the making of the administrator."""
    lines = AuditEntry.objects.exclude(deed="create-administrator").order_by("pk")
    return list(lines.values_list("who", "deed", "noun", "words", "detail"))


def test_invitations_are_told_with_what_they_lead_into_and_as_what() -> None:
    group, week = make_organizer(name="River Group"), make_campaign(name="Autumn week")
    owner, person, admin = make_owner(group), make_person("person"), make_administrator()
    link, token = invite_to_group(group.pk, role="contributor", by=owner, now=NOW)
    accept_invitation(token, by=person, now=NOW)
    # It was used, and stays so: there is nothing to tell.
    revoke_invitation(link.pk, by=owner, now=NOW)
    invite_to_group(group.pk, role="organizer", is_owner=True, by=admin, now=NOW)
    revoke_invitation(Invitation.objects.latest("pk").pk, by=admin, now=NOW)
    _link, token = invite_to_campaign(week.pk, by=admin, now=NOW)
    join(token, NewAccount(username="newcomer", name="Ana", password="four words for a door"), now=NOW)
    into, campaign = ("rallies.organizer", "River Group"), ("rallies.campaign", "Autumn week")
    assert told() == [
        ("owner", "invite-to-group", *into, "contributor"),
        ("person", "accept-invitation", *into, "contributor"),
        ("admin", "invite-to-group", *into, "owner"),
        ("admin", "revoke-invitation", *into, "owner"),
        ("admin", "invite-to-campaign", *campaign, "coordinator"),
        ("newcomer", "joined", *campaign, "coordinator"),
    ]


def test_who_belongs_to_what_is_told_with_the_role() -> None:
    group, week = make_organizer(name="River Group"), make_campaign(name="Autumn week")
    admin, person = make_administrator(), make_person("person")
    owner = make_owner(group)
    row = add_member(group.pk, user=person, role="contributor", is_owner=False, by=admin, now=NOW)
    change_role(row.pk, role="organizer", is_owner=False, by=owner, now=NOW)
    change_role(row.pk, role="organizer", is_owner=False, by=owner, now=NOW)
    hand_over_group(row.pk, by=owner, now=NOW)
    remove_member(Membership.objects.get(user=owner).pk, by=owner, now=NOW)
    _link, token = invite_to_campaign(week.pk, by=admin, now=NOW)
    accept_invitation(token, by=person, now=NOW)
    remove_coordinator(CampaignRole.objects.get().pk, by=admin, now=NOW)
    kind, words = "rallies.membership", "person · River Group"
    assert [line for line in told() if "invit" not in line[1]] == [
        ("admin", "add-member", kind, words, "contributor"),
        ("owner", "change-role", kind, words, "organizer"),
        ("owner", "hand-over-group", kind, words, ""),
        ("owner", "remove-member", kind, "owner · River Group", ""),
        ("admin", "remove-coordinator", "rallies.campaignrole", "person · Autumn week", ""),
    ]


def test_recovery_is_told_when_the_link_is_made_and_when_it_is_used() -> None:
    group = make_organizer()
    owner, person, admin = make_owner(group), make_person("person"), make_administrator()
    put_into(group, person)
    make_recovery_link(person.pk, by=owner, now=NOW)
    revoke_recovery_link(RecoveryLink.objects.get().pk, by=owner, now=NOW)
    _link, token = make_recovery_link(person.pk, by=admin, now=NOW)
    use_recovery_link(token, password="four words for a door", now=NOW)
    edit_account(person, is_active=False, is_administrator=False, by=admin, now=NOW)
    about = ("auth.user", "person")
    lines = told()
    assert lines[:-1] == [
        ("owner", "make-recovery-link", *about, ""),
        ("owner", "revoke-recovery-link", *about, ""),
        ("admin", "make-recovery-link", *about, ""),
        ("person", "recovered", *about, ""),
    ]
    who, deed, *row, detail = lines[-1]
    assert (who, deed, tuple(row), "not active" in detail) == ("admin", "edit-account", about, True)
    assert token not in repr(AuditEntry.objects.values())
