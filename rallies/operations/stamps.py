"""Raising the numbers that ETags and caches are made of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rallies.enums import StampScope
from rallies.models import FeedStamp, Listing, Participation

from .texts import text_is_made_of
from .transaction import first_time_raised


@dataclass(slots=True)
class Scopes:
    """The campaigns and organizers whose feeds show a thing, by primary key; the site's feed shows all."""

    campaigns: set[int] = field(default_factory=set)
    organizers: set[int] = field(default_factory=set)

    def add(self, other: "Scopes") -> "Scopes":
        self.campaigns |= other.campaigns
        self.organizers |= other.organizers
        return self


def move_stamps(scopes: Scopes, *, now: datetime) -> int:
    """Raise the site's stamp and those in scope; the site's new number.

    Call it last, with everything that the operation touched. Rows are locked in one order: site, campaigns,
    organizers, each by key.
    """
    first = {"moved_at": now.replace(microsecond=0) - timedelta(seconds=1)}
    # Nothing was published before the first stamp, so all text is made of what is there now.
    FeedStamp.objects.get_or_create(scope=StampScope.SITE, defaults={**first, "made_of": text_is_made_of()})
    site = FeedStamp.objects.select_for_update().get(scope=StampScope.SITE)
    _raise(site, now=now)
    for campaign_id in sorted(scopes.campaigns):
        FeedStamp.objects.get_or_create(scope=StampScope.CAMPAIGN, campaign_id=campaign_id, defaults=first)
        _raise(FeedStamp.objects.select_for_update().get(campaign_id=campaign_id), now=now)
    for organizer_id in sorted(scopes.organizers):
        FeedStamp.objects.get_or_create(scope=StampScope.ORGANIZER, organizer_id=organizer_id, defaults=first)
        _raise(FeedStamp.objects.select_for_update().get(organizer_id=organizer_id), now=now)
    return site.number


def _raise(stamp: FeedStamp, *, now: datetime) -> None:
    stamp.number += 1
    if first_time_raised(stamp.pk):
        # Last-Modified has whole seconds: two that were seen in one second must not share one.
        stamp.moved_at = max(now.replace(microsecond=0), stamp.moved_at + timedelta(seconds=1))
    stamp.save(update_fields=["number", "moved_at"])


def scopes_of(*, actions: Iterable[int]) -> Scopes:
    """The public campaigns and groups of actions, by primary key."""
    ids = list(actions)
    return Scopes(
        campaigns=set(Listing.objects.public().filter(action__in=ids).values_list("campaign_id", flat=True)),
        organizers=set(Participation.objects.public().filter(action__in=ids).values_list("organizer_id", flat=True)),
    )
