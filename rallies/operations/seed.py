"""Loading a week of action that ships with the application."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.models import Action, Campaign, Location, Milestone, Organizer, Place
from rallies.seed.reading import SeedAction, SeedCite, SeedLocation, SeedMilestone, UnreadableSeed, Week

from .actions import create_action, publish_action
from .campaigns import NameEntry, PartEntry, TotalEntry, create_campaign
from .errors import RulesBroken
from .locations import create_location
from .milestones import add_milestone
from .organizers import create_organizer
from .participations import ListingEntry, ParticipationEntry, SourceEntry
from .places import load_places
from .transaction import operation

# Fields of an action whose words and days the entry has under the same name.
AS_THEY_ARE = (
    *("title", "title_basis", "kind", "kind_detail", "start_date", "start_time", "time_note", "end_time"),
    *("window_first", "window_last", "window_note", "timezone", "reported_status", "confidence", "confidence_note"),
)

Uided = type[Action] | type[Campaign] | type[Milestone] | type[Organizer]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of each were added; `left_out` counts what people removed here, which stays removed."""

    campaigns: int = 0
    actions: int = 0
    organizers: int = 0
    milestones: int = 0
    places: int = 0
    left_out: int = 0


@operation
def load_week(week: Week, *, now: datetime) -> Loaded:
    """Add what is missing of a week, by its UIDs; what is there, or was and is no more, is not touched.

    All actions are published. Groups, listings and sources are added only with the action they stand
    beside. A second run writes nothing at all. Raises `UnreadableSeed` for what the rules refuse.
    """
    places = load_places(asdict(place) for place in week.places)
    organizers, new_organizers = _organizers(week, now=now)
    campaign, new_campaigns = _campaign(week, organizers, now=now)
    new_milestones = _milestones(week, campaign, now=now)
    new_actions = _actions(week, campaign, organizers, now=now)
    expected = 1 + len(week.actions) + len(week.organizers) + len(week.campaign.milestones)
    return Loaded(
        campaigns=new_campaigns,
        actions=new_actions,
        organizers=new_organizers,
        milestones=new_milestones,
        places=places,
        left_out=expected - _count_there(week),
    )


def _organizers(week: Week, *, now: datetime) -> tuple[dict[str, Organizer], int]:
    """The groups that are there, by the slug that the seed has for them, and how many were added."""
    ever = _ever(Organizer, (entry.uid for entry in week.organizers))
    new = 0
    for entry in week.organizers:
        if entry.uid in ever:
            continue
        values = {"name": entry.name, "aliases": list(entry.aliases), "kind": entry.kind, "kind_note": entry.kind_note}
        with _naming(entry.slug):
            create_organizer(values | {"website": entry.website}, by=None, now=now, slug=entry.slug, uid=entry.uid)
        new += 1
    slugs = {entry.uid: entry.slug for entry in week.organizers}
    return {slugs[row.uid]: row for row in Organizer.objects.filter(uid__in=slugs)}, new


def _campaign(week: Week, organizers: dict[str, Organizer], *, now: datetime) -> tuple[Campaign | None, int]:
    entry = week.campaign
    if entry.uid in _ever(Campaign, [entry.uid]):
        return Campaign.objects.filter(uid=entry.uid).first(), 0
    values = {
        "name": entry.name,
        "first_day": entry.first_day,
        "last_day": entry.last_day,
        "callers_note": entry.callers_note,
        "totals_note": entry.totals_note,
        "follow_up_note": entry.follow_up_note,
        "countries": list(entry.countries),
    }
    with _naming(entry.slug):
        campaign = create_campaign(
            values,
            by=None,
            now=now,
            slug=entry.slug,
            uid=entry.uid,
            sources=[_source(week, source.url) for source in entry.sources],
            names=[NameEntry(name=name.name, note=name.note, source=name.source) for name in entry.names],
            parts=[
                PartEntry(organizers[part.organizer], part=part.part, wording=part.wording, source=part.source)
                for part in entry.parts
                if part.organizer in organizers
            ],
            totals=[TotalEntry(statement=total.statement, source=total.source) for total in entry.totals],
        )
    return campaign, 1


def _milestones(week: Week, campaign: Campaign | None, *, now: datetime) -> int:
    if campaign is None:
        return 0
    ever = _ever(Milestone, (entry.uid for entry in week.campaign.milestones))
    missing = [entry for entry in week.campaign.milestones if entry.uid not in ever]
    for entry in missing:
        with _naming(entry.slug):
            _add_milestone(week, entry, campaign, now=now)
    return len(missing)


def _add_milestone(week: Week, entry: SeedMilestone, campaign: Campaign, *, now: datetime) -> None:
    add_milestone(
        {
            "campaign": campaign,
            "title": entry.title,
            "kind": entry.kind,
            "start_date": entry.start_date,
            "venue": entry.venue,
            "locality": entry.locality,
            "country": entry.country,
            "reported_status": entry.reported_status,
            "confidence": entry.confidence,
            "confidence_note": " ".join(note for note in (entry.confidence_note, entry.date_note) if note),
        },
        slug=entry.slug,
        uid=entry.uid,
        sources=[_source(week, cite.url, is_main=n == 0, cite=cite) for n, cite in enumerate(entry.sources)],
        by=None,
        now=now,
    )


def _actions(week: Week, campaign: Campaign | None, organizers: dict[str, Organizer], *, now: datetime) -> int:
    ever = _ever(Action, (entry.uid for entry in week.actions))
    missing = [entry for entry in week.actions if entry.uid not in ever]
    places = Place.objects.in_bulk({entry.location.place for entry in missing}, field_name="key") if missing else {}
    locations: dict[SeedLocation, Location] = {}
    for entry in missing:
        with _naming(entry.slug):
            if entry.location not in locations:
                locations[entry.location] = _location(entry.location, places, now=now)
            action = create_action(
                _values(entry) | {"location": locations[entry.location]},
                by=None,
                now=now,
                slug=entry.slug,
                uid=entry.uid,
                sources=[_source(week, url, is_main=position == 0) for position, url in enumerate(entry.sources)],
                participations=_participations(entry, organizers),
                listings=_listings(entry, campaign),
            )
            publish_action(action.pk, by=None, now=now)
    return len(missing)


def _values(entry: SeedAction) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in AS_THEY_ARE}


def _location(entry: SeedLocation, places: dict[str, Place], *, now: datetime) -> Location:
    """The location of these words, if there is one already, or a new one."""
    values: dict[str, Any] = asdict(entry) | {"place": places.get(entry.place)}
    known = Location.objects.filter(**values, postal_code="", access_note="").order_by("pk").first()
    return known or create_location(values, by=None, now=now)


def _participations(entry: SeedAction, organizers: dict[str, Organizer]) -> list[ParticipationEntry]:
    """Nobody was asked, so all are reported: named by the action's main source."""
    named = [(ParticipationRole.HOST, slug) for slug in entry.hosts]
    named += [(ParticipationRole.ENDORSER, slug) for slug in entry.endorsers]
    named += [(ParticipationRole.PARTICIPANT, slug) for slug in entry.participants]
    return [
        ParticipationEntry(organizers[slug], role=role, state=ParticipationState.REPORTED, source=0)
        for role, slug in named
        if slug in organizers
    ]


def _listings(entry: SeedAction, campaign: Campaign | None) -> list[ListingEntry]:
    if campaign is None:
        return []
    return [ListingEntry(campaign, state=ListingState.REPORTED, basis=entry.listing_basis)]


def _source(week: Week, url: str, *, is_main: bool = False, cite: SeedCite | None = None) -> SourceEntry:
    source = week.source(url)
    return SourceEntry(
        url=source.url,
        outlet=source.outlet,
        published_on=source.published_on,
        note=source.note,
        stated_date=cite.stated_date if cite else None,
        is_main=is_main,
    )


def _ever(model: Uided, uids: Iterable[str]) -> set[str]:
    """Those UIDs that are there or once were: what a person removed must not come back with the next start."""
    wanted = list(uids)
    there = model._default_manager.filter(uid__in=wanted).values_list("uid", flat=True)
    history: Any = model.history
    return {*there, *history.filter(uid__in=wanted).values_list("uid", flat=True).distinct()}


def _count_there(week: Week) -> int:
    uids: dict[Uided, list[str]] = {
        Campaign: [week.campaign.uid],
        Milestone: [entry.uid for entry in week.campaign.milestones],
        Organizer: [entry.uid for entry in week.organizers],
        Action: [entry.uid for entry in week.actions],
    }
    return sum(model._default_manager.filter(uid__in=wanted).count() for model, wanted in uids.items())


@contextmanager
def _naming(slug: str) -> Iterator[None]:
    """Say of which entry a rule complains."""
    try:
        yield
    except RulesBroken as broken:
        raise UnreadableSeed(f"{slug}: {broken}") from broken
