"""People in groups, as tests want them."""

from django.contrib.auth.models import User

from rallies.models import Campaign, CampaignRole, Membership, Organizer
from rallies.operations.accounts import create_administrator, save_account
from rallies.operations.saving import insert
from rallies.operations.transaction import operation
from tests.factories import NOW


def make_person(username: str, *, password: str = "") -> User:
    person = User(username=username, is_staff=True, date_joined=NOW)
    person.set_password(password or None)
    save_account(person, by=None, now=NOW)
    return person


def make_administrator(username: str = "admin") -> User:
    return create_administrator(username=username, now=NOW)[0]


@operation
def put_into(group: Organizer, person: User, role: str = "organizer", *, is_owner: bool = False) -> Membership:
    membership = Membership(organizer=group, user=person, role=role, is_owner=is_owner)
    insert(membership, by=None, now=NOW)
    return membership


def make_owner(group: Organizer, username: str = "owner") -> User:
    person = make_person(username)
    put_into(group, person, is_owner=True)
    return person


@operation
def make_coordinator(campaign: Campaign, username: str = "coordinator") -> User:
    person = User.objects.filter(username=username).first() or make_person(username)
    insert(CampaignRole(campaign=campaign, user=person, role="coordinator"), by=None, now=NOW)
    return person


def people_of(group: Organizer) -> list[tuple[str, str, bool]]:
    """User name, role, whether an owner; by name."""
    return sorted(group.memberships.values_list("user__username", "role", "is_owner"))
