"""The world of the matrix: a group, another one, a campaign and another one, and rows of every noun between them.

Each row has its own word in it, "zq" and its name, so that whatever tells of it can be found in any answer.
"""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.operations.locations import create_location
from rallies.operations.milestones import add_milestone
from rallies.operations.participations import ListingEntry, ParticipationEntry, SourceEntry
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_report
from tests.people import make_person

ROLES = ("administrator", "owner", "organizer", "contributor", "coordinator", "other", "nobody")
"""Of the group "ours" and the campaign "campaign"; "other" organizes "theirs" and coordinates "elsewhere"."""


def make_world() -> tuple[dict[str, User], dict[str, Model]]:
    """People by role, rows by name."""
    rows: dict[str, Model] = {
        "group ours": make_organizer(name="zq group ours", slug="ours", is_known=False),
        "group theirs": make_organizer(name="zq group theirs", slug="theirs"),
        "group unseen": make_organizer(name="zq group unseen", slug="unseen", is_known=False),
        "campaign own": make_campaign(name="zq campaign own", slug="own"),
        "campaign other": make_campaign(name="zq campaign other", slug="elsewhere"),
        "campaign hidden": make_campaign(name="zq campaign hidden", slug="hidden", is_public=False),
    }
    people = _people(rows)
    _actions(rows)
    _locations(rows, people)
    for side in ("own", "other"):
        campaign: Any = rows[f"campaign {side}"]
        values = {"campaign": campaign, "title": f"zq milestone {side}", "kind": "vote", "start_date": NOW.date()}
        rows[f"milestone {side}"] = add_milestone(values, by=None, now=NOW)
    for whose in ("ours", "theirs", "unclaimed"):
        action: Any = rows[f"action {whose}"]
        rows[f"report on {whose}"] = make_report(action, text=f"zq report on {whose}")
    return people, rows


def _people(rows: dict[str, Any]) -> dict[str, User]:
    ours, theirs = rows["group ours"], rows["group theirs"]
    return {
        "administrator": make_person(username="administrator", is_superuser=True),
        "owner": make_person(username="owner", owns=(ours,)),
        "organizer": make_person(username="organizer", organizes=(ours,)),
        "contributor": make_person(username="contributor", contributes=(ours,)),
        "coordinator": make_person(username="coordinator", coordinates=(rows["campaign own"],)),
        "other": make_person(username="other", organizes=(theirs,), coordinates=(rows["campaign other"],)),
        "nobody": make_person(username="nobody"),
    }


def _actions(rows: dict[str, Any]) -> None:
    ours, theirs = rows["group ours"], rows["group theirs"]
    own = rows["campaign own"]
    beside = [ParticipationEntry(ours, ParticipationRole.CO_HOST, ParticipationState.ACCEPTED)]
    standing = [ParticipationEntry(theirs, ParticipationRole.CO_HOST, ParticipationState.ASKED)]
    invited = [ParticipationEntry(ours, ParticipationRole.HOST, ParticipationState.INVITED)]
    listed = [ListingEntry(own, ListingState.REPORTED, basis="explicit")]
    wanted = [ListingEntry(own, ListingState.REQUESTED_BY_CAMPAIGN)]
    asks = [ListingEntry(own, ListingState.REQUESTED_BY_HOST)]
    source = [SourceEntry(url="", outlet="Daily")]
    named = [ParticipationEntry(ours, ParticipationRole.ENDORSER, ParticipationState.REPORTED, source=0)]
    made: dict[str, dict[str, Any]] = {
        "ours": {"hosts": [ours]},
        "ours, draft": {"hosts": [ours], "publish": False},
        "ours, submitted": {"hosts": [ours], "publication": "submitted"},
        "theirs": {"hosts": [theirs]},
        "theirs, draft": {"hosts": [theirs], "publish": False},
        "theirs, ours beside": {"hosts": [theirs], "participations": beside},
        "theirs, ours invited": {"hosts": [theirs], "participations": invited, "publish": False},
        "theirs, in the campaign": {"hosts": [theirs], "campaigns": [own]},
        "theirs, draft for the campaign": {"hosts": [theirs], "campaigns": [own], "publish": False},
        "unclaimed": {"listings": listed},
        "unclaimed, draft": {"listings": listed, "publish": False},
        "unclaimed, wanted": {"listings": wanted},
        "of nobody": {},
        "ours, asked by the campaign": {"hosts": [ours], "listings": wanted, "participations": standing},
        "theirs, asks the campaign": {"hosts": [theirs], "listings": asks, "publish": False},
        "theirs, names ours": {"hosts": [theirs], "participations": named, "sources": source},
    }
    for name, values in made.items():
        place = make_location(venue=f"zq place of action {name}")
        title = f"zq action {name}"
        rows[f"action {name}"] = make_action(title=title, location=place, place_visibility="city", **values)


def _locations(rows: dict[str, Any], people: dict[str, User]) -> None:
    for name, values in {
        "theirs, shown": {"hosts": [rows["group theirs"]]},
        "theirs, withheld": {"hosts": [rows["group theirs"]], "place_visibility": "city"},
        "ours, withheld": {"hosts": [rows["group ours"]], "place_visibility": "city"},
        "ours, of a draft": {"hosts": [rows["group ours"]], "publish": False},
    }.items():
        rows[f"location {name}"] = make_location(venue=f"zq location {name}")
        make_action(title=f"zq at {name}", location=rows[f"location {name}"], **values)
    values = {"venue": "zq location entered by the organizer", "locality": "Springfield", "country": "US"}
    entered = create_location(values, by=people["organizer"], now=NOW)
    rows["location entered by the organizer"] = entered
