"""People at the desk, each with one part in it, past the invitations by which they would come."""

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from rallies.models import Campaign, CampaignRole, Membership, Organizer
from rallies.operations.transaction import operation
from tests.factories import NOW
from tests.signing_in import sign_in


@operation
def write(model: Any, **values: Any) -> Any:
    """A row past every rule and signal."""
    return model._base_manager.bulk_create([model(**values)])[0]


def make_person(
    *,
    organizes: tuple[Organizer, ...] = (),
    contributes: tuple[Organizer, ...] = (),
    owns: tuple[Organizer, ...] = (),
    coordinates: tuple[Campaign, ...] = (),
    **values: Any,
) -> User:
    """Somebody who may enter the desk, and act for these alone."""
    person = write(User, **{"username": f"person-{User.objects.count()}", "is_staff": True} | values)
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
