"""What a new action is entered for: a group of the person's that hosts it, or a campaign that they coordinate."""

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class HandingOn:
    """How an action goes on when its form is saved, by what it is entered for: keys of sides, as `sides_of` has them. Who
    decides on it publishes it, others submit it."""

    decided: frozenset[str]
    submitted: frozenset[str]

    @property
    def differs(self) -> bool:
        return bool(self.decided and self.submitted)


def handing_on(who: Actor) -> HandingOn:
    decided = {f"{GROUP}-{key}" for key in who.organizes} | {f"{CAMPAIGN}-{key}" for key in who.coordinates}
    return HandingOn(frozenset(decided), frozenset(f"{GROUP}-{key}" for key in who.contributes - who.organizes))


def parts_for(side: str, *, guests: Iterable[Organizer] = ()) -> dict[str, Any]:
    """What stands beside the action from the first, for `create_action`. `side` is one of the choices, or ""; `guests` are
    invited as co-hosts, unless they host it."""
    kind, _dash, key = side.partition("-")
    invited = [
        ParticipationEntry(group, ParticipationRole.CO_HOST, ParticipationState.INVITED)
        for group in guests
        if side != f"{GROUP}-{group.pk}"
    ]
    if kind == GROUP:
        host = ParticipationEntry(Organizer.objects.get(pk=key), ParticipationRole.HOST, ParticipationState.ACCEPTED)
        return {"participations": [host, *invited]}
    if kind == CAMPAIGN:
        listing = ListingEntry(Campaign.objects.get(pk=key), ListingState.ACCEPTED)
        return {"listings": [listing], "participations": invited}
    return {}
