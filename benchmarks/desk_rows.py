"""What the desk is measured with: invented actions, of which some are drafts, wait, or ask, and a log."""

import contextlib
import io
import os
import time
from typing import Any

from .settled import settle

ACTIONS = int(os.environ.get("ACTIONS", "100000"))
LISTED = int(os.environ.get("LISTED", "5000"))
HOSTED = int(os.environ.get("HOSTED", "2000"))
LINES = int(os.environ.get("LINES", "100000"))
ASKING = 100
DRAFTS = 60
ROLES = ("organizer", "coordinator", "administrator")


def fill() -> int:
    """The key of the campaign."""
    from django.core.management import call_command
    from django.db import connection

    from rallies.models import Action, Campaign, Listing

    # Commands that it calls say what they do, and it the administrator's password.
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("start", prepare_only=True)
    lacking = ACTIONS - Action.objects.count()
    if lacking > 0:
        call_command("generate_actions", ACTIONS, stdout=io.StringIO())
    campaign = Campaign.objects.order_by("pk")[0].pk
    _list(campaign)
    _add_drafts(campaign)
    people(campaign)
    _add_lines()
    settle()
    listed = Listing.objects.filter(campaign=campaign).count()
    print(f"{connection.vendor}, {Action.objects.count():,} actions, {listed:,} in the campaign")
    return campaign


def _list(campaign: int) -> None:
    """At least LISTED actions in the campaign, and some that ask to join it; a group for the organizer."""
    from django.db import transaction
    from django.utils import timezone

    from rallies.enums import ListingState, ParticipationRole, ParticipationState
    from rallies.models import Action, Listing, Participation
    from rallies.operations.saving import insert_all
    from rallies.operations.transaction import operation

    now = timezone.now()
    there = set(Listing.objects.filter(campaign=campaign).values_list("action", flat=True))
    others = [key for key in Action.objects.order_by("pk").values_list("pk", flat=True) if key not in there]
    wanted = max(LISTED + ASKING - len(there), 0)
    state = ([ListingState.REQUESTED_BY_HOST] * ASKING + [ListingState.ACCEPTED] * wanted)[:wanted]
    listings = [
        Listing(action_id=key, campaign_id=campaign, state=each)
        for key, each in zip(others[:: max(len(others) // max(wanted, 1), 1)][:wanted], state, strict=True)
    ]
    group = _group()
    hosts = set(Participation.objects.filter(organizer=group).values_list("action", flat=True))
    free = [key for key in Action.objects.order_by("-pk").values_list("pk", flat=True) if key not in hosts]
    parts = [
        Participation(
            action_id=key, organizer=group, role=ParticipationRole.HOST, state=ParticipationState.ACCEPTED, position=9
        )
        for key in free[: max(HOSTED - len(hosts), 0)]
    ]
    with transaction.atomic():
        operation(lambda: (insert_all(listings, by=None, now=now), insert_all(parts, by=None, now=now)))()
        operation(lambda: insert_all(_invitations(group, now=now), by=None, now=now))()


def _group() -> Any:
    from rallies.models import Organizer

    return Organizer.objects.order_by("pk")[0]


def _add_drafts(campaign: int) -> None:
    """Actions of the group and of the campaign alone: DRAFTS of each as drafts, submitted, and published."""
    from datetime import timedelta

    from django.utils import timezone

    from rallies.models import Action, Campaign, Location
    from rallies.operations.actions import create_action, publish_action, submit_action
    from rallies.operations.participations import ListingEntry, ParticipationEntry

    now = timezone.now()
    places, listed = list(Location.objects.order_by("pk")[:DRAFTS]), Campaign.objects.get(pk=campaign)
    if Action.objects.filter(title__startswith="Draft ").exists():
        return
    for number in range(DRAFTS * 6):
        values = {
            "title": f"Draft {number}",
            "start_date": now.date() + timedelta(days=number % 90),
            "location": places[number % len(places)],
            "description": "Bring *banners*." if number % 2 else "",
        }
        hosts = [ParticipationEntry(_group(), "host", "accepted")] if number % 2 else []
        asked = [ListingEntry(listed, "accepted")]
        key = create_action(values, by=None, now=now, participations=hosts, listings=asked).pk
        if number % 6 >= 4:
            publish_action(key, by=None, now=now)
        elif number % 6 >= 2:
            submit_action(key, by=None, now=now)


def _add_lines() -> None:
    """A log of LINES lines, about actions, by as many people as take part."""
    from datetime import timedelta

    from django.contrib.auth.models import User
    from django.db import transaction
    from django.utils import timezone

    from rallies.deeds import Deed
    from rallies.models import Action, AuditEntry

    lacking = LINES - AuditEntry.objects.count()
    now, people, deeds = timezone.now(), list(User.objects.order_by("pk")), Deed.values
    actions = list(Action.objects.order_by("pk").values_list("pk", "title")[: max(lacking, 0)])
    lines = []
    for number in range(max(lacking, 0)):
        (key, title), person = actions[number % len(actions)], people[number % len(people)]
        about = {"noun": "rallies.action", "row_key": str(key), "words": title[:200]}
        at = now - timedelta(minutes=number * 2)
        lines.append(AuditEntry(at=at, user=person, who=person.username, deed=deeds[number % len(deeds)], **about))
    with transaction.atomic():
        AuditEntry.objects.bulk_create(lines, batch_size=1000)


def _invitations(group: Any, *, now: Any) -> list[Any]:
    """Invitations of the group to actions of others, and what they ask of its own."""
    from rallies.models import Action, Organizer, Participation

    if Participation.objects.filter(organizer=group, state="invited").count() >= ASKING:
        return []
    others = Action.objects.exclude(participations__organizer=group).order_by("pk")[:ASKING]
    another = Organizer.objects.order_by("pk")[1]
    dated = {"created_at": now, "updated_at": now}
    own = Action.objects.filter(participations__organizer=group).exclude(participations__organizer=another)
    return [
        *(
            Participation(action=row, organizer=group, role="co-host", state="invited", position=9, **dated)
            for row in others
        ),
        *(
            Participation(action=row, organizer=another, role="co-host", state="asked", position=9, **dated)
            for row in own.order_by("pk")[:ASKING]
        ),
    ]


def people(campaign: int) -> dict[str, Any]:
    """An account for each role, and another one beside each of the first two."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from rallies.models import CampaignRole, Membership
    from rallies.operations.transaction import operation

    dated = {"created_at": timezone.now(), "updated_at": timezone.now()}

    def write(model: Any, **values: Any) -> Any:
        found = model.objects.filter(**values).first()
        return found or model._base_manager.bulk_create([model(**values, **(dated if model is not User else {}))])[0]

    def make() -> dict[str, Any]:
        found = {name: write(User, username=name, is_staff=True) for name in ("organizer", "coordinator", "member")}
        write(Membership, user=found["organizer"], organizer=_group(), role="organizer", is_owner=True)
        write(CampaignRole, user=found["coordinator"], campaign_id=campaign)
        write(Membership, user=found["member"], organizer=_group(), role="contributor")
        write(CampaignRole, user=found["member"], campaign_id=campaign)
        boss = User.objects.filter(is_superuser=True).earliest("pk")
        return dict(zip(ROLES, (found["organizer"], found["coordinator"], boss), strict=True))

    made: dict[str, Any] = operation(make)()
    return made


def browser(user: Any) -> Any:
    """One in which the person has just signed in."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
