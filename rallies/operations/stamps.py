"""Raising the numbers that ETags and caches are made of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rallies.enums import StampScope
from rallies.models import FeedStamp, Listing, Participation

from .saving import write_fields
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
    made: dict[str, Any] = {**first, "made_of": text_is_made_of}
    FeedStamp.objects.get_or_create(scope=StampScope.SITE, defaults=made)
    site = FeedStamp.objects.select_for_update().get(scope=StampScope.SITE)
    _count_up(site, now=now)
    site.save(update_fields=["number", "moved_at"])
    for scope, owner, ids in (
        (StampScope.CAMPAIGN, "campaign_id", scopes.campaigns),
        (StampScope.ORGANIZER, "organizer_id", scopes.organizers),
    ):
        _raise_each(scope, owner, ids, first=first, now=now)
    return site.number


def _raise_each(scope: StampScope, owner: str, ids: set[int], *, first: dict[str, datetime], now: datetime) -> None:
    """Raise the stamps of campaigns or of groups; a thing has one from the first time that it is seen."""
    if not ids:
        return
    stamps = FeedStamp.objects.select_for_update().filter(**{f"{owner}__in": ids})
    missing = ids - set(stamps.values_list(owner, flat=True))
    FeedStamp.objects.bulk_create([FeedStamp(scope=scope, **{owner: key}, **first) for key in sorted(missing)])
    raised = list(stamps.order_by(owner))
    for stamp in raised:
        _count_up(stamp, now=now)
    write_fields(raised, ["number", "moved_at"])


def _count_up(stamp: FeedStamp, *, now: datetime) -> None:
    stamp.number += 1
    if first_time_raised(stamp.pk):
        # Last-Modified has whole seconds: two that were seen in one second must not share one.
        stamp.moved_at = max(now.replace(microsecond=0), stamp.moved_at + timedelta(seconds=1))


def scopes_of(*, actions: Iterable[int]) -> Scopes:
    """The public campaigns and groups of actions, by primary key."""
    ids = list(actions)
    return Scopes(
        campaigns=set(Listing.objects.public().filter(action__in=ids).values_list("campaign_id", flat=True)),
        organizers=set(Participation.objects.public().filter(action__in=ids).values_list("organizer_id", flat=True)),
    )
