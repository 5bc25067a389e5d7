"""What a campaign comes to, in numbers: of its published actions alone, each as the public sees it.

What sources report of it is apart, and never mixed with what is listed here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from rallies.enums import SHOWN_LISTINGS, ActionStatus, ListingState, Missing, OccurrenceStatus, Publication
from rallies.formats.public import PublicTotal
from rallies.models import Action, Campaign, Listing, Occurrence
from rallies.rules.access import Actor, Right

from .access import rows_for
from .gate import public_source
from .missing import lacking, soon_dates
from .stamps import Stamp, site_stamp

LASTING = tuple(what for what in Missing if what != Missing.CONFIRMATION)
NO_MOMENT = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Growth:
    """A day (UTC) on which the campaign came to show actions: how many, and how many it then was."""

    day: date
    added: int
    total: int


@dataclass(frozen=True, slots=True)
class City:
    """`key` is that of the gazetteer's place, "" where it has none; `days` has how many dates begin on each."""

    name: str
    region: str
    country: str
    key: str
    days: dict[date, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.days.values())


@dataclass(frozen=True, slots=True)
class Numbers:
    """`actions` are published and shown by the campaign, `reported` those of them that only a source ties to it. `dates` are
    the dates of all of them: `by_day` has each day of the campaign on which they begin, with 0 for none, `outside` how many
    begin on no day of it. `statuses`, `missing`, `kinds` and `countries` count actions; a country is its code, "" for no
    place. What is cancelled is among all of these.
    """

    actions: int
    reported: int
    dates: int
    outside: int
    cancelled_dates: int
    by_day: dict[date, int]
    statuses: dict[str, int]
    missing: dict[str, int]
    kinds: dict[str, int]
    countries: dict[str, int]
    cities: tuple[City, ...]
    growth: tuple[Growth, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """What is another whenever `lasting_numbers` of a campaign may be. `last` is the newest key of the history of its listings."""

    campaign: int
    updated_at: datetime
    stamp: Stamp
    last: int


def shown_actions(campaign: int) -> "QuerySet[Action]":
    """The published actions that the campaign shows, or would if it was public itself."""
    listed = Listing.objects.filter(campaign=campaign, state__in=SHOWN_LISTINGS)
    return Action.objects.published().filter(pk__in=listed.values("action"))


def actions_for(actor: Actor, campaign: int, *, limit: int) -> tuple[list[int], set[int]]:
    """The actions of the campaign that somebody may see, by date: keys, at most `limit`; and those of them of which they
    see no more than the public. What was withdrawn is left out."""
    listed = Listing.objects.filter(campaign=campaign, state__in=SHOWN_LISTINGS).values("action")
    there = Action.objects.filter(pk__in=listed).exclude(publication=Publication.WITHDRAWN)
    own = rows_for(actor, Right.VIEW, Action).filter(pk__in=there.values("pk")).order_by()
    seen = there.filter(Q(publication=Publication.PUBLISHED) | Q(pk__in=own.values("pk")))
    keys = list(seen.order_by("start_date", "start_time", "pk").values_list("pk", flat=True)[:limit])
    return keys, set(keys) - set(own.values_list("pk", flat=True))


def numbers_of(campaign: Campaign, *, now: datetime) -> Numbers:
    """Four queries, for any number of actions. What is missing is what the list of actions says too."""
    return with_moment(lasting_numbers(campaign), campaign.pk, now=now)


def lasting_numbers(campaign: Campaign) -> Numbers:
    """The same without what changes as time goes by: of what is missing, confirmations. They stand as long as `version_of`."""
    listed = Listing.objects.filter(campaign=campaign, state__in=SHOWN_LISTINGS)
    counted, (statuses, kinds, countries) = _counted(
        # Joined, not looked up: of both databases, the one that plans reads all actions for each look.
        Action.objects.published().filter(listings__campaign=campaign, listings__state__in=SHOWN_LISTINGS),
        "status",
        "kind",
        "location__country",
        reported=Q(listings__state=ListingState.REPORTED),
        # The moment is that of no lasting one.
        **{what.value: lacking(what, now=NO_MOMENT) for what in LASTING},
    )
    cities, cancelled = _cities(Occurrence.objects.shown().filter(action__in=listed.values("action")))
    by_day: Counter[date] = Counter()
    for city in cities:
        for day, count in city.days.items():
            by_day[day] += count
    days = days_of(campaign)
    return Numbers(
        actions=sum(statuses.values()),
        reported=counted["reported"],
        dates=by_day.total(),
        outside=by_day.total() - sum(by_day[day] for day in days),
        cancelled_dates=cancelled,
        by_day={day: by_day[day] for day in days},
        statuses=statuses,
        missing={what.value: counted[what.value] for what in LASTING},
        kinds=kinds,
        countries=countries,
        cities=tuple(cities),
        growth=tuple(_growth(listed)),
    )


def with_moment(lasting: Numbers, campaign: int, *, now: datetime) -> Numbers:
    """One query."""
    # From the few dates that are near to their actions: the other way round, databases read all actions of the campaign.
    near = soon_dates(now).filter(action__listings__campaign=campaign, action__listings__state__in=SHOWN_LISTINGS)
    waiting = Action.objects.published().filter(
        lacking(Missing.CONFIRMATION, now=now), pk__in=near.order_by().values("action")
    )
    return replace(lasting, missing={**lasting.missing, Missing.CONFIRMATION.value: waiting.count()})


def version_of(campaign: Campaign) -> Version:
    """Two queries. Listings of a campaign that is not public move no stamp; their history tells of each."""
    history: Any = Listing.history.model
    last = history.objects.filter(campaign=campaign).aggregate(last=Max("history_id"))["last"]
    return Version(campaign.pk, campaign.updated_at, site_stamp(), last or 0)


def days_of(campaign: Campaign) -> list[date]:
    length = (campaign.last_day - campaign.first_day).days
    return [campaign.first_day + timedelta(days=number) for number in range(length + 1)]


def reported_totals(campaign: int) -> tuple[PublicTotal, ...]:
    """What sources report, in their words; they are added to nothing."""
    rows = Campaign.objects.get(pk=campaign).totals.select_related("source")
    return tuple(
        PublicTotal(statement=row.statement, source=public_source(row.source) if row.source else None) for row in rows
    )


def _counted(actions: "QuerySet[Action]", *names: str, **conditions: Q) -> tuple[dict[str, int], list[dict[str, int]]]:
    """Of how many each condition is true; and how many there are of each value of the columns, the most first. One query:
    each goes through all actions of the campaign."""
    true: Counter[str] = Counter()
    found: list[Counter[str]] = [Counter() for _name in names]
    told = {f"is_{name}": Count("pk", filter=condition) for name, condition in conditions.items()}
    for row in actions.order_by().values(*names).annotate(count=Count("pk"), **told):
        true += Counter({name: row[f"is_{name}"] for name in conditions})
        for each, name in zip(found, names, strict=True):
            each[row[name] or ""] += row["count"]
    return {name: true[name] for name in conditions}, [
        dict(sorted(each.items(), key=lambda pair: (-pair[1], pair[0]))) for each in found
    ]


def _cities(dates: "QuerySet[Occurrence]") -> tuple[list[City], int]:
    """With the dates that begin there on each day, the most first; those without a place are one, without a name. And how
    many of all dates are cancelled."""
    names = ("place__key", "locality", "region", "country")
    asked = [f"action__location__{name}" for name in names]
    off = Q(status=OccurrenceStatus.CANCELLED) | Q(action__status=ActionStatus.CANCELLED)
    found: dict[tuple[str, ...], City] = {}
    cancelled = 0
    for key, locality, region, country, day, count, off_count in (
        dates.order_by().values_list(*asked, "start_date").annotate(count=Count("pk"), off=Count("pk", filter=off))
    ):
        # Of one place of the gazetteer, people write the name in several ways.
        known = (key,) if key else (locality or "", region or "", country or "")
        city = found.setdefault(known, City(locality or "", region or "", country or "", key or ""))
        city.days[day] = city.days.get(day, 0) + count
        cancelled += off_count
    return sorted(found.values(), key=lambda city: (-city.total, city.name, city.region, city.country)), cancelled


def _growth(listed: "QuerySet[Listing]") -> Iterable[Growth]:
    """By the history of the listings: when each came to be shown first."""
    history: Any = Listing.history.model
    shown = listed.filter(action__publication=Publication.PUBLISHED)
    rows = history.objects.filter(state__in=SHOWN_LISTINGS, id__in=shown.values("pk"))
    firsts = rows.order_by().values("id").annotate(first=Min("history_date")).values_list("first", flat=True)
    days = Counter(first.astimezone(UTC).date() for first in firsts)
    total = 0
    for day in sorted(days):
        total += days[day]
        yield Growth(day, days[day], total)
