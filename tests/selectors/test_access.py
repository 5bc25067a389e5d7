"""The rules of access and the rows that selectors give for them: each is asked about everything, and they agree."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model

from rallies.enums import ListingState, ParticipationRole, ParticipationState, Publication
from rallies.models import (
    Action,
    Campaign,
    CampaignRole,
    ErrorReport,
    Invitation,
    Location,
    Membership,
    Milestone,
    Organizer,
    SitePage,
)
from rallies.operations.participations import ListingEntry, ParticipationEntry
from rallies.rules.access import NOBODY, RULES, Actor, Right, may
from rallies.selectors.access import ROWS, SUBJECTS, actor_of, rows_for, subject_of
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_report
from tests.people import write

pytestmark = pytest.mark.django_db

HOST, CO_HOST, ENDORSER = ParticipationRole.HOST, ParticipationRole.CO_HOST, ParticipationRole.ENDORSER
ACCEPTED, ASKED, INVITED = ParticipationState.ACCEPTED, ParticipationState.ASKED, ParticipationState.INVITED
DATED = {"created_at": NOW, "updated_at": NOW}


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Somebody of each role, and of several; the world around them."""
    groups = {
        name: make_organizer(slug=name, is_known=name in ("ours", "theirs"))
        for name in ("ours", "theirs", "unknown", "idle")
    }
    campaigns = {name: make_campaign(slug=name, is_public=name != "hidden") for name in ("autumn", "winter", "hidden")}
    names = ["guide", "administrator", "owner", "organizer", "contributor", "coordinator", "both", "stranger", "closed"]
    people = {
        name: write(User, username=name, is_superuser=name == "administrator", is_active=name != "closed")
        for name in names
    }

    def joins(name: str, group: str, role: str, is_owner: bool = False) -> None:
        write(
            Membership, user=people[name], organizer=groups[group], role=role, is_owner=is_owner, **DATED
        )  # fmt: skip

    joins("owner", "ours", "organizer", is_owner=True)
    joins("organizer", "ours", "organizer")
    joins("contributor", "ours", "contributor")
    joins("closed", "ours", "organizer", is_owner=True)
    joins("administrator", "ours", "contributor")
    joins("guide", "ours", "contributor")
    joins("both", "ours", "contributor")
    joins("both", "theirs", "organizer")
    for name, campaign in (("coordinator", "autumn"), ("both", "winter"), ("closed", "autumn"), ("guide", "hidden")):
        write(CampaignRole, user=people[name], campaign=campaigns[campaign], **DATED)
    _actions(groups, campaigns, people)
    for index, (name, row) in enumerate({**groups, **campaigns}.items()):
        into = {"organizer": row} if name in groups else {"campaign": row}
        role = "contributor" if name in groups else "coordinator"
        write(Invitation, token_hash=f"{index}", role=role, expires_at=NOW + timedelta(days=7), **into, **DATED)
    return people


def _actions(groups: dict[str, Organizer], campaigns: dict[str, Campaign], people: dict[str, User]) -> None:
    """An action for each way in which groups and campaigns can stand beside one, in each state before the public."""
    sides: list[list[ParticipationEntry]] = [
        [],
        [ParticipationEntry(groups["ours"], HOST, ACCEPTED)],
        [ParticipationEntry(groups["ours"], HOST, INVITED)],
        [ParticipationEntry(groups["theirs"], HOST, ACCEPTED), ParticipationEntry(groups["ours"], CO_HOST, ACCEPTED)],
        [ParticipationEntry(groups["theirs"], HOST, ACCEPTED), ParticipationEntry(groups["ours"], CO_HOST, INVITED)],
        [ParticipationEntry(groups["theirs"], HOST, ACCEPTED), ParticipationEntry(groups["ours"], ENDORSER, ACCEPTED)],
        [ParticipationEntry(groups["ours"], HOST, ACCEPTED), ParticipationEntry(groups["theirs"], HOST, ACCEPTED)],
        [ParticipationEntry(groups["unknown"], CO_HOST, ACCEPTED)],
        [ParticipationEntry(groups["theirs"], HOST, ACCEPTED), ParticipationEntry(groups["ours"], CO_HOST, ASKED)],
    ]
    shared = make_location(venue="Shared")
    for index, (side, publication) in enumerate(product(sides, Publication.values)):
        states = [ListingState.values[index % len(ListingState.values)], ListingState.ACCEPTED]
        listings = [
            ListingEntry(campaign, ListingState(state), basis="explicit" if state == ListingState.REPORTED else "")
            for campaign, state in zip((campaigns["autumn"], campaigns["winter"]), states, strict=True)
        ]
        visibility = "city" if index % 3 else "exact"
        action = make_action(
            publication=publication, participations=side, listings=listings[: index % 3], place_visibility=visibility,
            location=shared if index % 5 == 0 else make_location(venue=f"Venue {index}"),
        )  # fmt: skip
        if publication == Publication.PUBLISHED:
            make_report(action)
    for name in ("organizer", "stranger"):
        values = {"locality": "Springfield", "timezone": "America/Chicago", **DATED}
        write(Location, venue=f"Unused, of {name}", created_by=people[name], **values)


def test_rules_and_rows_agree_about_everything(people: dict[str, User]) -> None:
    campaign = Campaign.objects.get(slug="autumn")
    write(Milestone, campaign=campaign, slug="m", title="M", start_date=NOW.date(), **DATED)
    write(SitePage, key="imprint", title="Imprint", text="Us.", **DATED)
    actors = {name: actor_of(user) for name, user in people.items()} | {"nobody": NOBODY}
    models: list[type[Model]] = [*SUBJECTS, SitePage]
    differing, counts = [], {}
    for model in models:
        rows = {row.pk: subject_of(row) for row in model._default_manager.all()}
        for (name, actor), right in product(actors.items(), Right):
            by_rule = {pk for pk, subject in rows.items() if may(actor, right, subject)}
            by_row = set(rows_for(actor, right, model).values_list("pk", flat=True))
            if by_rule != by_row:
                differing.append((model.__name__, name, right, by_rule ^ by_row))
            counts[model.__name__, name, right] = len(by_row)
    assert differing == []
    told = {name: counts["Action", name, Right.CHANGE] for name in actors}
    assert told["administrator"] == Action.objects.count() == 36
    assert told["stranger"] == told["closed"] == told["nobody"] == 0
    assert 0 < told["contributor"] < told["organizer"] == told["owner"] < told["administrator"]


def test_each_rule_lets_somebody_through_and_keeps_somebody_out(people: dict[str, User]) -> None:
    """Else the world of this test would not prove that the two agree on it."""
    campaign = Campaign.objects.get(slug="autumn")
    write(Milestone, campaign=campaign, slug="m", title="M", start_date=NOW.date(), **DATED)
    actors = [actor_of(user) for name, user in people.items() if name != "administrator"] + [NOBODY]
    subjects = {model: [subject_of(row) for row in model._default_manager.all()] for model in SUBJECTS}
    unproved = []
    for kind, right in RULES:
        asked = [subject for rows in subjects.values() for subject in rows if type(subject) is kind]
        answers = {may(actor, right, subject) for actor, subject in product(actors, asked)}
        if answers != {True, False}:
            unproved.append((kind.__name__, right, answers))
    # A gazetteer and a table of postal codes are loaded by other tests; nobody may read them who is nobody.
    assert [each for each in unproved if each[0] != "PublicSubject"] == []


def test_every_rule_has_its_rows_and_every_noun_its_subject() -> None:
    kinds = {model: {right for other, right in ROWS if other is model} for model in SUBJECTS}
    assert all(kinds.values())
    assert {model for model, _right in ROWS} == set(SUBJECTS)
    assert {model._meta.label for model in SUBJECTS} <= {model._meta.label for model in apps.get_models()}


def test_owners_let_those_in_again_who_belong_to_nothing_else(people: dict[str, User]) -> None:
    """Whoever has the link can act as that person: for another group, a campaign, or everybody."""
    found = rows_for(actor_of(people["owner"]), Right.RECOVER, User)
    assert set(found.values_list("username", flat=True)) == {"organizer", "contributor"}
    for name in set(people) - {"owner", "administrator"}:
        assert (name, list(rows_for(actor_of(people[name]), Right.RECOVER, User))) == (name, [])


def test_actors_are_read_with_two_queries_and_administrators_with_none(
    people: dict[str, User], django_assert_num_queries: Any
) -> None:
    ours = Organizer.objects.get(slug="ours").pk
    week = Campaign.objects.get(slug="autumn").pk
    with django_assert_num_queries(2):
        owner = actor_of(people["owner"])
    with django_assert_num_queries(0):
        others = [actor_of(people["administrator"]), actor_of(people["closed"]), actor_of(AnonymousUser())]
    assert owner == Actor(user=people["owner"].pk, owns=frozenset({ours}), organizes=frozenset({ours}))
    assert others == [Actor(user=people["administrator"].pk, is_administrator=True), NOBODY, NOBODY]
    assert actor_of(people["coordinator"]).coordinates == {week}
    assert actor_of(people["contributor"]).contributes == {ours}


def test_a_place_that_is_not_shown_cannot_be_chosen_by_others(people: dict[str, User]) -> None:
    theirs = Organizer.objects.get(slug="theirs")
    secret, public = make_location(venue="Withheld"), make_location(venue="Shown")
    make_action(hosts=[theirs], location=secret, place_visibility="city")
    make_action(hosts=[theirs], location=public)
    make_action(hosts=[theirs], location=make_location(venue="Drafted"), publish=False)
    offered = set(rows_for(actor_of(people["organizer"]), Right.CHOOSE, Location).values_list("venue", flat=True))
    assert offered & {"Withheld", "Shown", "Drafted"} == {"Shown"}
    assert ErrorReport.objects.count() == 9
