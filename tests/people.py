"""People at the desk and in groups, past the invitations by which they would come."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.test import Client

from rallies.models import Campaign, CampaignRole, Membership, Organizer
from rallies.operations.accounts import create_administrator
from rallies.operations.saving import insert
from rallies.operations.transaction import operation
from tests.factories import NOW
from tests.signing_in import sign_in


@operation
def write(model: Any, **values: Any) -> Any:
    """A row past every rule and signal."""
    return model._base_manager.bulk_create([model(**values)])[0]


def make_person(
    username: str = "",
    *,
    password: str = "",
    organizes: tuple[Organizer, ...] = (),
    contributes: tuple[Organizer, ...] = (),
    owns: tuple[Organizer, ...] = (),
    coordinates: tuple[Campaign, ...] = (),
    **values: Any,
) -> User:
    """Somebody who may enter the desk, and act for these alone; without a password nobody signs in by one."""
    values = {"username": username or f"person-{User.objects.count()}", "is_staff": True} | values
    person = write(User, password=make_password(password or None), **values)
    dated = {"created_at": NOW, "updated_at": NOW}
    for role, groups in (("organizer", organizes), ("contributor", contributes)):
        for group in groups:
            write(Membership, user=person, organizer=group, role=role, **dated)
    for group in owns:
        write(Membership, user=person, organizer=group, role="organizer", is_owner=True, **dated)
    for campaign in coordinates:
        write(CampaignRole, user=person, campaign=campaign, **dated)
    return person


def at_the_desk(person: User) -> Client:
    """A browser in which that person is signed in."""
    client = Client()
    sign_in(client, person)
    return client


def make_administrator(username: str = "admin") -> User:
    return create_administrator(username=username, now=NOW)[0]


@operation
def put_into(group: Organizer, person: User, role: str = "organizer", *, is_owner: bool = False) -> Membership:
    membership = Membership(organizer=group, user=person, role=role, is_owner=is_owner)
    insert(membership, by=None, now=NOW)
    return membership


def make_owner(group: Organizer, username: str = "owner") -> User:
    return make_person(username, owns=(group,))


@operation
def make_coordinator(campaign: Campaign, username: str = "coordinator") -> User:
    person = User.objects.filter(username=username).first() or make_person(username)
    insert(CampaignRole(campaign=campaign, user=person, role="coordinator"), by=None, now=NOW)
    return person


def people_of(group: Organizer) -> list[tuple[str, str, bool]]:
    """User name, role, whether an owner; by name."""
    return sorted(group.memberships.values_list("user__username", "role", "is_owner"))
