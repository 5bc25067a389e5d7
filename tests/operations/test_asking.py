"""A campaign asks a published action to join it, and the action answers."""

from typing import Any

import pytest

from rallies.enums import ListingState, Publication
from rallies.models import Action, AuditEntry, Campaign, Listing
from rallies.operations.participations import ListingEntry
from rallies.operations.parts import answer_campaign, ask_to_join, decide_listing
from rallies.rules.access import NotAllowed
from rallies.rules.errors import RuleBroken
from rallies.selectors.requests import was_returned
from tests.factories import NOW, make_action, make_campaign, make_organizer
from tests.people import make_person

pytestmark = pytest.mark.django_db

ASKED, ASKS = ListingState.REQUESTED_BY_CAMPAIGN, ListingState.REQUESTED_BY_HOST


class Week:
    def __init__(self) -> None:
        self.campaign: Campaign = make_campaign(name="Autumn")
        self.host = make_organizer(name="River")
        self.coordinator = make_person(username="ana", coordinates=(self.campaign,))

    def action(self, state: str = "", **values: Any) -> Action:
        basis = "explicit" if state == ListingState.REPORTED else ""
        entries = [ListingEntry(self.campaign, ListingState(state), basis=basis)] if state else []
        return make_action(hosts=[self.host], listings=entries, **values)

    def asks(self, action: Action, **who: Any) -> Listing:
        return ask_to_join(self.campaign.pk, action_id=action.pk, now=NOW, **{"by": self.coordinator} | who)


@pytest.fixture
def week(db: None) -> Week:
    return Week()


def test_the_action_is_asked_and_its_host_accepts(week):
    action = week.action(title="March")
    row = week.asks(action)
    assert (row.state, list(Listing.objects.public())) == (ASKED, [])
    with pytest.raises(NotAllowed):
        answer_campaign(row.pk, is_accepted=True, by=week.coordinator, now=NOW)
    answer_campaign(row.pk, is_accepted=True, by=make_person(organizes=(week.host,)), now=NOW)
    assert list(Listing.objects.public().values_list("action", "campaign")) == [(action.pk, week.campaign.pk)]
    said = AuditEntry.objects.filter(user=week.coordinator).values_list("deed", "noun", "words", "detail")
    assert list(said) == [("ask-to-join", "rallies.action", "March", "Autumn")]


@pytest.mark.parametrize("publication", [Publication.DRAFT, Publication.SUBMITTED, Publication.WITHDRAWN])
def test_of_what_is_not_public_nothing_is_asked(week, publication):
    action = week.action(publication=publication)
    with pytest.raises(NotAllowed, match="Your account may not do this here"):
        week.asks(action)
    with pytest.raises(RuleBroken, match="It is not public"):
        week.asks(action, by=make_person(is_superuser=True))
    assert not Listing.objects.exists()


def test_a_key_that_was_never_given_is_refused_as_what_is_not_public(week):
    with pytest.raises(NotAllowed, match="Your account may not do this here"):
        ask_to_join(week.campaign.pk, action_id=10**9, by=week.coordinator, now=NOW)


def test_for_another_campaign_nobody_asks(week):
    with pytest.raises(NotAllowed):
        week.asks(week.action(), by=make_person(coordinates=(make_campaign(),)))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (ListingState.ACCEPTED, "It is part of the campaign already."),
        (ListingState.REPORTED, "It is part of the campaign already."),
        (ASKS, "It asks to join already: answer it."),
        (ASKED, "It is asked already, and has not answered yet."),
        (ListingState.DECLINED, "It was asked, and the answer was no. Its host can still ask to join."),
    ],
)
def test_where_there_is_nothing_to_ask_it_says_why(week, state, said):
    action = week.action(state)
    with pytest.raises(RuleBroken) as refused:
        week.asks(action)
    assert (refused.value.sentence, refused.value.field) == (said, "action")
    assert action.listings.get().state == state


def test_a_no_of_the_host_stays_and_one_of_the_campaign_does_not(week):
    returned, declined = week.action(ASKS), week.action(ASKED)
    row = returned.listings.get()
    decide_listing(row.pk, is_accepted=False, message="Another week.", by=week.coordinator, now=NOW)
    answer_campaign(declined.listings.get().pk, is_accepted=False, by=None, now=NOW)
    assert [was_returned(action.listings.get()) for action in (returned, declined)] == [True, False]
    row = week.asks(returned)
    assert (row.state, row.message) == (ASKED, "")
    with pytest.raises(RuleBroken, match="the answer was no"):
        week.asks(declined)
