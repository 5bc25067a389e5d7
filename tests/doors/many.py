"""One of everything, and thirty: what tests that count queries ask for."""

from datetime import date

from rallies.enums import CampaignPart, ChangeKind, ListingState, ParticipationRole, ParticipationState
from rallies.models import (
    Action,
    Campaign,
    CampaignName,
    CampaignOrganizer,
    Change,
    Listing,
    Organizer,
    Participation,
    ReportedTotal,
    Source,
)
from rallies.operations.actions import edit_action
from rallies.operations.milestones import add_milestone
from rallies.operations.participations import ListingEntry, ParticipationEntry, SourceEntry
from rallies.operations.parts import save_parts
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place


def one_of_everything():
    """The action "march", dated, and "open", not dated, of the group "river" in the campaign "autumn"."""
    several(1, first=True)
    # Beside it there is something already: near it, and elsewhere on its day.
    make_action(location=make_location(place=make_place()), now=NOW)
    make_action(location=make_location(locality="Chicago", latitude=41.8781, longitude=-87.6298), now=NOW)
    more_of_campaign(Campaign.objects.get(slug="autumn"), [make_organizer()])


def several(count, *, first=False):
    """So many actions of each sort, with their own places, groups and campaigns, each with all that can stand
    beside it."""
    place = make_place()
    for number in range(count):
        # Not all at one place, so that each has to be looked up.
        hall = make_location(venue=f"Hall {number}", place=place)
        group, campaign = make_organizer(slug="river" if first else ""), make_campaign(slug="autumn" if first else "")
        river, autumn = Organizer.objects.get(slug="river"), Campaign.objects.get(slug="autumn")
        parts = {
            "sources": [SourceEntry(url="https://example.org/", outlet="Daily")],
            "participations": [
                ParticipationEntry(row, ParticipationRole.HOST, ParticipationState.REPORTED, source=0)
                for row in {river, group}
            ],
            "listings": [ListingEntry(row, ListingState.REPORTED, "explicit") for row in {autumn, campaign}],
            "location": hall,
            "now": NOW,
        }
        dated = {"recurrence_rule": "FREQ=WEEKLY;COUNT=3"} if first else {}
        made = make_action(slug="march", uid="uid-march", **parts, **dated) if first else make_action(**parts)
        Change.objects.create(action=made, number=number, at=NOW, kind=ChangeKind.EDITED)
        make_action(slug="open" if first else "", start_date=None, **parts)
        window = {"window_first": date(2026, 1, 1), "window_last": date(2026, 1, 2)}
        if number % 3 == 0:
            make_action(start_date=None, **window, **parts)
        make_action(start_date=date(2026, 1, 10), **parts)


def beside():
    """29 of all that can stand beside the action and the campaign that have names."""
    march, autumn = Action.objects.get(slug="march"), Campaign.objects.get(slug="autumn")
    source = march.sources.first()
    groups = [make_organizer() for _ in range(29)]
    rows = [Participation(action=march, organizer=g, role="endorser", state="reported", source=source) for g in groups]
    rows += [Listing(action=march, campaign=make_campaign(), state="accepted") for _ in range(29)]
    rows += [Source(action=march, outlet=f"Outlet {number}") for number in range(29)]
    save_parts(march.pk, saved=rows, by=None, now=NOW)
    edit_action(march.pk, {"recurrence_rule": "FREQ=WEEKLY;COUNT=30"}, by=None, now=NOW)
    for number in range(29):
        Change.objects.create(action=march, number=number, at=NOW, kind=ChangeKind.EDITED)
    more_of_campaign(autumn, groups)


def more_of_campaign(autumn, groups):
    for number, group in enumerate(groups):
        cited = Source.objects.create(campaign=autumn, outlet=f"Outlet {number}")
        CampaignOrganizer.objects.create(campaign=autumn, organizer=group, part=CampaignPart.CALLER, source=cited)
        CampaignName.objects.create(campaign=autumn, name=f"Name of {group.name}", source=cited)
        ReportedTotal.objects.create(campaign=autumn, statement=f"{number} rallies", source=cited)
        add_milestone(
            {"campaign": autumn, "title": f"Vote {number}", "kind": "vote", "start_date": date(2026, 3, 20)},
            sources=[SourceEntry(url="https://example.org/", outlet="Daily")],
            by=None,
            now=NOW,
        )
