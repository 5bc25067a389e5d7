"""Operations refuse who may not, whatever door they come through."""

import inspect
from typing import Any

import pytest
from django.contrib.auth.models import User

from rallies import operations
from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.models import Action, Listing, Location, Membership, Organizer, Participation
from rallies.operations import actions, parts
from rallies.operations.accounts import save_account
from rallies.operations.actions import cancel_action, create_action, edit_action, move_action_in_place, publish_action
from rallies.operations.deleting import delete_rows
from rallies.operations.locations import create_location, edit_location
from rallies.operations.organizers import create_organizer
from rallies.operations.participations import ListingEntry, ParticipationEntry
from rallies.operations.parts import answer_campaign, decide_listing, decide_participation, save_parts
from rallies.operations.reports import handle_report
from rallies.operations.site_pages import restore_site_page
from rallies.operations.transaction import operation
from rallies.rules.access import NotAllowed, Right
from rallies.rules.errors import BadPlace
from rallies.selectors.access import actor_of, rows_for
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_report
from tests.modules import functions_of
from tests.people import make_person

pytestmark = pytest.mark.django_db

HOST, CO_HOST = ParticipationRole.HOST, ParticipationRole.CO_HOST
ACCEPTED, INVITED = ParticipationState.ACCEPTED, ParticipationState.INVITED
VALUES = {"title": "Vigil", "kind": "vigil", "timezone": "UTC"}


def member(group: Organizer) -> User:
    return make_person(organizes=(group,))


def part(action: Action, group: Any, role: str, state: str) -> Participation:
    return Participation(action=action, organizer=group, role=role, state=state)


def test_every_operation_that_somebody_calls_says_who_may() -> None:
    """`delete_rows` asks about each row that it is given, `save_account` about what differs, `revoke_recovery_link` about the
    account that the link is for. An invitation is for whoever has its token."""
    asked = {
        f"{function.__module__}.{name}": hasattr(function, "needs")
        for name, function in functions_of(operations)
        if hasattr(function, "is_operation") and "by" in inspect.signature(function).parameters
    }
    assert len(asked) > 30
    assert sorted(name for name, is_asked in asked.items() if not is_asked) == [
        "rallies.operations.accounts.save_account",
        "rallies.operations.deleting.delete_rows",
        "rallies.operations.invitations.accept_invitation",
        "rallies.operations.recovery.revoke_recovery_link",
    ]


def test_others_may_not_touch_an_action_and_its_organizers_may() -> None:
    group, action = make_organizer(), make_action(publish=False)
    save_parts(action.pk, saved=[part(action, group, HOST, ACCEPTED)], by=None, now=NOW)
    ours, theirs = member(group), member(make_organizer())
    for call in (
        lambda: edit_action(action.pk, {"title": "Mine"}, by=theirs, now=NOW),
        lambda: publish_action(action.pk, by=theirs, now=NOW),
        lambda: delete_rows([action], by=theirs, now=NOW),
        lambda: restore_site_page("about", by=ours, now=NOW),
        lambda: create_organizer({"name": "New"}, by=ours, now=NOW),
    ):
        with pytest.raises(NotAllowed, match="Your account may not do this here"):
            call()
    edit_action(action.pk, {"title": "Ours"}, by=ours, now=NOW)
    publish_action(action.pk, by=ours, now=NOW)
    with pytest.raises(NotAllowed):
        cancel_action(action.pk, by=theirs, now=NOW)
    action.refresh_from_db()
    assert (action.title, action.publication, action.status) == ("Ours", "published", "scheduled")


def test_a_contributor_writes_drafts_and_somebody_else_publishes() -> None:
    group = make_organizer()
    contributor = make_person(contributes=(group,))
    host = ParticipationEntry(group, HOST, ACCEPTED)
    action = create_action(VALUES, participations=[host], by=contributor, now=NOW)
    edit_action(action.pk, {"title": "Better"}, by=contributor, now=NOW)
    with pytest.raises(NotAllowed):
        publish_action(action.pk, by=contributor, now=NOW)
    publish_action(action.pk, by=member(group), now=NOW)
    with pytest.raises(NotAllowed):
        edit_action(action.pk, {"title": "Too late"}, by=contributor, now=NOW)
    with pytest.raises(NotAllowed):
        create_action(VALUES, by=contributor, now=NOW)
    assert list(Action.objects.values_list("title", "publication")) == [("Better", "published")]


def test_nobody_stands_at_an_action_unasked() -> None:
    ours, theirs = make_organizer(), make_organizer()
    action = make_action(hosts=[ours])
    person = member(ours)
    for wanted in (part(action, theirs, CO_HOST, ACCEPTED), part(action, theirs, HOST, ParticipationState.REPORTED)):
        with pytest.raises(NotAllowed, match="accepts itself"):
            save_parts(action.pk, saved=[wanted], by=person, now=NOW)
    save_parts(action.pk, saved=[part(action, theirs, CO_HOST, INVITED)], by=person, now=NOW)
    row = action.participations.get(organizer=theirs)
    with pytest.raises(NotAllowed):
        decide_participation(row.pk, is_accepted=True, by=person, now=NOW)
    decide_participation(row.pk, is_accepted=True, by=member(theirs), now=NOW)
    row.refresh_from_db()
    row.role = HOST
    with pytest.raises(NotAllowed, match="accepts itself"):
        save_parts(action.pk, saved=[row], by=person, now=NOW)
    assert sorted(action.participations.values_list("role", "state")) == [("co-host", "accepted"), ("host", "accepted")]


def test_an_action_is_not_lost_by_taking_off_the_last_group() -> None:
    ours = make_organizer()
    action = make_action(hosts=[ours])
    with pytest.raises(NotAllowed, match="You would lose the action"):
        save_parts(action.pk, saved=[], removed=[action.participations.get()], by=member(ours), now=NOW)
    assert action.participations.count() == 1


def test_a_campaign_shows_what_it_accepted() -> None:
    ours, campaign = make_organizer(), make_campaign()
    action = make_action(hosts=[ours])
    person, coordinator = member(ours), make_person(coordinates=(campaign,))
    with pytest.raises(NotAllowed, match="A campaign is asked"):
        save_parts(action.pk, saved=[_listing(action, campaign, ListingState.ACCEPTED)], by=person, now=NOW)
    save_parts(action.pk, saved=[_listing(action, campaign, ListingState.REQUESTED_BY_HOST)], by=person, now=NOW)
    row = action.listings.get()
    with pytest.raises(NotAllowed):
        decide_listing(row.pk, is_accepted=True, by=person, now=NOW)
    decide_listing(row.pk, is_accepted=True, by=coordinator, now=NOW)
    with pytest.raises(NotAllowed):
        edit_action(action.pk, {"title": "Taken over"}, by=coordinator, now=NOW)
    assert action.listings.get().state == "accepted"


def test_a_coordinator_cares_for_what_nobody_hosts() -> None:
    campaign, other = make_campaign(), make_campaign()
    coordinator = make_person(coordinates=(campaign,))
    action = create_action(
        VALUES, listings=[ListingEntry(campaign, ListingState.REPORTED, basis="explicit")], by=coordinator, now=NOW
    )
    publish_action(action.pk, by=coordinator, now=NOW)
    with pytest.raises(NotAllowed):
        edit_action(action.pk, {"title": "Mine"}, by=make_person(coordinates=(other,)), now=NOW)
    with pytest.raises(NotAllowed):
        create_action(VALUES, listings=[ListingEntry(other, ListingState.ACCEPTED)], by=coordinator, now=NOW)
    assert Action.objects.get().publication == "published"


def _listing(action: Action, campaign: Any, state: str) -> Listing:
    return Listing(action=action, campaign=campaign, state=state)


def test_a_location_that_others_use_is_changed_for_ones_own_actions_alone() -> None:
    ours, theirs = make_organizer(), make_organizer()
    shared = make_location(venue="Square")
    mine, other = make_action(hosts=[ours], location=shared), make_action(hosts=[theirs], location=shared)
    made = edit_location(shared.pk, {"venue": "Town square"}, by=member(ours), now=NOW)
    assert [Action.objects.get(pk=row.pk).location.venue for row in (mine, other)] == ["Town square", "Square"]
    assert made.pk != shared.pk
    # Once it is theirs alone, it is changed where it is.
    again = edit_location(made.pk, {"venue": "The square"}, by=member(ours), now=NOW)
    assert (again.pk, Location.objects.count()) == (made.pk, 2)
    assert "The square" in mine.occurrences.get().vevent


def test_a_withheld_location_of_others_cannot_be_chosen() -> None:
    ours, theirs = make_organizer(), make_organizer()
    secret = make_location(venue="Meeting point")
    make_action(hosts=[theirs], location=secret, place_visibility="city")
    person, action = member(ours), make_action(hosts=[ours])
    for call in (
        lambda: edit_action(action.pk, {"location": secret}, by=person, now=NOW),
        lambda: move_action_in_place(action.pk, location=secret, by=person, now=NOW),
    ):
        with pytest.raises(BadPlace, match="Choose a location of the list"):
            call()
    own = create_location({"locality": "Springfield", "country": "US"}, by=person, now=NOW)
    edit_action(action.pk, {"location": own}, by=person, now=NOW)
    assert Action.objects.get(pk=action.pk).location == own


def test_what_an_operation_calls_is_its_own_work() -> None:
    """A contributor who takes part in an operation is asked about the outermost alone."""

    @operation
    def outer(action: Action, *, by: User) -> None:
        actions.touch_action(action.pk, by=by, now=NOW)

    outer(make_action(), by=make_person())
    with pytest.raises(NotAllowed):
        actions.touch_action(make_action().pk, by=make_person(), now=NOW)
    assert parts.acting(None).is_administrator


def test_people_change_their_own_password_and_name_and_no_more() -> None:
    person, other = make_person(), make_person()
    person.first_name = "Ada"
    save_account(person, by=person, now=NOW)
    for account, by, change in (
        (person, person, {"is_superuser": True}),
        (person, person, {"is_active": False}),
        (other, person, {"first_name": "Mine"}),
    ):
        row = User.objects.get(pk=account.pk)
        for name, value in change.items():
            setattr(row, name, value)
        with pytest.raises(NotAllowed):
            save_account(row, by=by, now=NOW)
    assert User.objects.filter(is_superuser=True).count() == 0
    assert sorted(User.objects.values_list("first_name", flat=True)) == ["", "Ada"]


def test_reports_are_handled_by_whoever_decides_on_the_action() -> None:
    group = make_organizer()
    report = make_report(make_action(hosts=[group]))
    with pytest.raises(NotAllowed):
        handle_report(report.pk, by=member(make_organizer()), now=NOW)
    assert handle_report(report.pk, by=member(group), now=NOW).state == "handled"


def test_who_entered_a_location_has_it_until_an_action_stands_there() -> None:
    """Else somebody who left the group would read where it meets next."""
    group = make_organizer()
    contributor = make_person(contributes=(group,))
    location = create_location({"locality": "Springfield", "country": "US", "venue": "Hall"}, by=contributor, now=NOW)
    edit_location(location.pk, {"venue": "The hall"}, by=contributor, now=NOW)
    action = make_action(hosts=[group], location=location, publish=False)
    edit_location(location.pk, {"venue": "The old hall"}, by=contributor, now=NOW)
    publish_action(action.pk, by=None, now=NOW)
    with pytest.raises(NotAllowed):
        edit_location(location.pk, {"venue": "Mine"}, by=contributor, now=NOW)
    operation(lambda: Membership.objects.filter(user=contributor).delete())()
    assert not rows_for(actor_of(contributor), Right.VIEW, Location).exists()


@pytest.mark.parametrize("state", ["declined", "requested-by-campaign"])
def test_a_campaign_cannot_say_yes_for_the_host(state: str) -> None:
    campaign = make_campaign()
    action = make_action(hosts=[make_organizer()])
    save_parts(action.pk, saved=[_listing(action, campaign, ListingState(state))], by=None, now=NOW)
    with pytest.raises(NotAllowed, match="The host of the action does not ask"):
        decide_listing(action.listings.get().pk, is_accepted=True, by=make_person(coordinates=(campaign,)), now=NOW)
    assert action.listings.get().state == state


def test_what_a_campaign_says_when_it_returns_an_action_stays_until_it_is_asked_again() -> None:
    ours, campaign = make_organizer(), make_campaign()
    action = make_action(hosts=[ours], listings=[ListingEntry(campaign, ListingState.REQUESTED_BY_HOST)])
    coordinator, row = make_person(coordinates=(campaign,)), action.listings.get()
    decide_listing(row.pk, is_accepted=False, message=" Another week.\u200b ", by=coordinator, now=NOW)
    told = [action.listings.values_list("state", "message").get()]
    row.refresh_from_db()
    row.state = ListingState.REQUESTED_BY_HOST
    save_parts(action.pk, saved=[row], by=member(ours), now=NOW)
    told.append(action.listings.values_list("state", "message").get())
    decide_listing(row.pk, is_accepted=True, message="Welcome.", by=coordinator, now=NOW)
    told.append(action.listings.values_list("state", "message").get())
    assert told == [("declined", "Another week."), ("requested-by-host", ""), ("accepted", "")]


@pytest.mark.parametrize("state", ["declined", "requested-by-host", "accepted"])
def test_an_action_answers_only_what_a_campaign_asks(state: str) -> None:
    ours, campaign = make_organizer(), make_campaign()
    action = make_action(hosts=[ours], listings=[ListingEntry(campaign, ListingState(state))])
    with pytest.raises(NotAllowed, match="The campaign does not ask"):
        answer_campaign(action.listings.get().pk, is_accepted=True, by=member(ours), now=NOW)
    assert action.listings.get().state == state


def test_a_host_answers_a_campaign_and_the_public_sees_it() -> None:
    ours, campaign, other = make_organizer(), make_campaign(), make_campaign()
    wanted = [ListingEntry(row, ListingState.REQUESTED_BY_CAMPAIGN) for row in (campaign, other)]
    action = make_action(hosts=[ours], listings=wanted)
    yes, no = action.listings.order_by("pk")
    answer_campaign(yes.pk, is_accepted=True, by=member(ours), now=NOW)
    answer_campaign(no.pk, is_accepted=False, by=member(ours), now=NOW)
    assert list(action.listings.order_by("pk").values_list("state", flat=True)) == ["accepted", "declined"]
    assert campaign.name in action.occurrences.get().vevent
    assert other.name not in action.occurrences.get().vevent


def test_a_group_that_declined_is_asked_again_before_it_accepts() -> None:
    theirs = make_organizer()
    action = make_action(hosts=[make_organizer()])
    declined = part(action, theirs, CO_HOST, ParticipationState.DECLINED)
    save_parts(action.pk, saved=[declined], by=None, now=NOW)
    with pytest.raises(NotAllowed, match="The group is not invited"):
        decide_participation(declined.pk, is_accepted=True, by=member(theirs), now=NOW)
    assert action.participations.get(organizer=theirs).state == "declined"
