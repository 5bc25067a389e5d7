"""What a new action is entered for: a group of the person's that hosts it, or a campaign that they coordinate."""

from typing import Any

from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.models import Campaign, Organizer
from rallies.operations.participations import ListingEntry, ParticipationEntry
from rallies.rules.access import Actor

GROUP, CAMPAIGN = "group", "campaign"


def sides_of(who: Actor) -> list[tuple[str, str]]:
    """The choices, groups first; none for administrators, who write groups and campaigns as they are."""
    if who.is_administrator:
        return []
    groups = Organizer.objects.filter(pk__in=who.groups)
    campaigns = Campaign.objects.filter(pk__in=who.coordinates)
    return [
        *((f"{GROUP}-{row.pk}", str(row)) for row in groups),
        *((f"{CAMPAIGN}-{row.pk}", str(row)) for row in campaigns),
    ]


def parts_for(side: str) -> dict[str, Any]:
    """What stands beside the action from the first, for `create_action`. `side` is one of the choices, or ""."""
    kind, _dash, key = side.partition("-")
    if kind == GROUP:
        host = Organizer.objects.get(pk=key)
        return {"participations": [ParticipationEntry(host, ParticipationRole.HOST, ParticipationState.ACCEPTED)]}
    if kind == CAMPAIGN:
        return {"listings": [ListingEntry(Campaign.objects.get(pk=key), ListingState.ACCEPTED)]}
    return {}
