"""Copies of an action and of a campaign: what is kept, what is not, and that nobody stands there unasked."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.models import Action, Campaign, Change, FeedStamp, Listing
from rallies.operations.actions import cancel_action, confirm_action
from rallies.operations.duplicate import KEPT, duplicate_action, duplicate_campaign
from rallies.operations.participations import ListingEntry, ParticipationEntry, SourceEntry
from rallies.rules.access import NotAllowed
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer
from tests.people import make_person

pytestmark = pytest.mark.django_db

HOST, CO_HOST, ENDORSER = ParticipationRole.HOST, ParticipationRole.CO_HOST, ParticipationRole.ENDORSER
ACCEPTED, INVITED, DECLINED = ParticipationState.ACCEPTED, ParticipationState.INVITED, ParticipationState.DECLINED
DAY = date(2027, 3, 13)


def groups_of(action: Action) -> list[tuple[int, str, str]]:
    return list(action.participations.values_list("organizer_id", "role", "state"))


def test_a_copy_keeps_what_describes_it_and_nothing_that_was_of_that_day() -> None:
    group, other, campaign = make_organizer(), make_organizer(), make_campaign()
    person = make_person(organizes=(group,))
    action = make_action(
        title="Vigil", slug="vigil", end_time=time(16), description="Candles.", contact="Desk", internal_note="Keys.",
        languages=["es"], reported_status="announced", hosts=[group], campaigns=[campaign],
        participations=[ParticipationEntry(other, CO_HOST, ACCEPTED), ParticipationEntry(make_organizer(), HOST, DECLINED)],
        sources=[SourceEntry(url="https://news.example/a")],
    )  # fmt: skip
    confirm_action(action.pk, by=None, now=NOW)
    cancel_action(action.pk, message="Storm.", by=None, now=NOW)
    action.refresh_from_db()
    before, stamp = Change.objects.count(), FeedStamp.objects.get(scope="site").number
    copy = duplicate_action(action.pk, start_date=DAY, by=person, now=NOW)
    assert {name: getattr(copy, name) for name in KEPT} == {name: getattr(action, name) for name in KEPT}
    assert (copy.start_date, copy.start_time, copy.end_date, copy.end_time) == (DAY, time(14), None, time(16))
    assert (copy.publication, copy.status, copy.status_message, copy.confirmed_at) == ("draft", "scheduled", "", None)
    assert (copy.reported_status, copy.sources.count(), copy.created_by) == ("", 0, person)
    assert copy.uid != action.uid and copy.slug == "vigil-2"
    assert groups_of(copy) == [(group.pk, "host", "accepted"), (other.pk, "co-host", "invited")]
    assert list(copy.listings.values_list("campaign_id", "state")) == [(campaign.pk, "requested-by-host")]
    assert (Change.objects.count(), FeedStamp.objects.get(scope="site").number) == (before, stamp)


def test_a_group_that_stood_beside_hosts_its_own_copy() -> None:
    ours, theirs = make_organizer(), make_organizer()
    action = make_action(hosts=[theirs], participations=[ParticipationEntry(ours, CO_HOST, ACCEPTED)])
    copy = duplicate_action(action.pk, start_date=DAY, by=make_person(contributes=(ours,)), now=NOW)
    assert groups_of(copy) == [(theirs.pk, "host", "invited"), (ours.pk, "host", "accepted")]


def test_who_may_not_see_an_action_may_not_copy_it() -> None:
    action = make_action(hosts=[make_organizer()])
    with pytest.raises(NotAllowed):
        duplicate_action(action.pk, start_date=DAY, by=make_person(organizes=(make_organizer(),)), now=NOW)
    assert Action.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 21), ("city-until", datetime(2026, 3, 20, 23, tzinfo=UTC))),
        # That moment has passed, or nobody said one.
        (date(2026, 3, 2), ("city", None)),
        (None, ("city", None)),
    ],
)
def test_a_place_is_not_shown_before_somebody_said_so(day: date | None, expected: Any) -> None:
    moment = datetime(2026, 3, 13, 23, tzinfo=UTC)
    action = make_action(place_visibility="city-until", place_revealed_from=moment)
    copy = duplicate_action(action.pk, start_date=day, by=None, now=NOW)
    assert (copy.place_visibility, copy.place_revealed_from, copy.place_revealed_at) == (*expected, None)
    assert (copy.start_date, copy.start_time) == (day, time(14) if day else None)


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=SA", DAY, "FREQ=WEEKLY;BYDAY=SA"),
        ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20260328", date(2026, 3, 21), "FREQ=WEEKLY;BYDAY=SA;UNTIL=20260404"),
        ("FREQ=WEEKLY;BYDAY=SA", date(2027, 3, 14), ""),
    ],
)
def test_a_series_repeats_on_if_it_has_the_new_day(rule: str, day: date, expected: str) -> None:
    copy = duplicate_action(make_action(recurrence_rule=rule).pk, start_date=day, by=None, now=NOW)
    assert copy.recurrence_rule == expected
    assert copy.occurrences.count() > 1 if expected else copy.occurrences.count() == 1


def again(campaign: Campaign, by: Any = None, **changes: Any) -> tuple[Campaign, list[Action]]:
    values = {"name": "Again", "first_day": campaign.first_day + timedelta(days=364)} | changes
    made = duplicate_campaign(campaign.pk, **values, by=by, now=NOW)
    return made, list(Action.objects.filter(listings__campaign=made).order_by("pk"))


def test_a_campaign_is_held_again_with_drafts_moved_by_the_same_days() -> None:
    campaign, host = make_campaign(summary="A week."), make_organizer()
    reported = [ListingEntry(campaign, ListingState.REPORTED, basis="explicit")]
    first = make_action(title="March", start_date=date(2026, 3, 16), hosts=[host], campaigns=[campaign])
    make_action(title="March", start_date=date(2026, 3, 18), listings=reported)
    off = make_action(title="Off", campaigns=[campaign])
    cancel_action(off.pk, by=None, now=NOW)
    make_action(title="Draft", campaigns=[campaign], publish=False)
    make_action(title="Asked", listings=[ListingEntry(campaign, ListingState.REQUESTED_BY_HOST)])
    make_action(title="Open", start_date=None, window_first=DAY, window_last=DAY, campaigns=[campaign])
    stamp = FeedStamp.objects.get(campaign=campaign).number
    made, copies = again(campaign)
    assert (made.name, made.first_day, made.last_day) == ("Again", date(2027, 3, 15), date(2027, 3, 21))
    assert (made.summary, made.is_public, made.pk != campaign.pk) == ("A week.", False, True)
    assert [(copy.title, copy.start_date, copy.publication) for copy in copies] == [
        ("March", date(2027, 3, 15), "draft"),
        ("March", date(2027, 3, 17), "draft"),
        ("Open", None, "draft"),
    ]
    assert copies[2].window_first == DAY + timedelta(days=364)
    assert len({copy.slug for copy in copies} | {first.slug}) == 4
    assert [copy.occurrences.get().uid == copy.uid for copy in copies[:2]] == [True, True]
    assert [copy.occurrences.get().vevent for copy in copies[:2]] == ["", ""]
    assert groups_of(copies[0]) == [(host.pk, "host", "invited")]
    assert set(Listing.objects.filter(campaign=made).values_list("state", flat=True)) == {"accepted"}
    assert FeedStamp.objects.get(campaign=campaign).number == stamp
    past: Any = copies[0].history  # type: ignore[attr-defined]
    assert list(past.values_list("history_type", "history_date")) == [("+", NOW)]


def test_hours_that_clocks_jump_over_are_left_open_in_the_copy() -> None:
    campaign = make_campaign(first_day=date(2026, 3, 15), last_day=date(2026, 3, 22))
    make_action(start_date=date(2026, 3, 15), start_time=time(2, 30), campaigns=[campaign])
    _made, copies = again(campaign)
    assert [(copy.start_date, copy.start_time) for copy in copies] == [(date(2027, 3, 14), None)]


def test_a_coordinator_has_the_new_campaign_and_learns_nothing_of_others() -> None:
    campaign, host = make_campaign(), make_organizer()
    place = make_location(venue="Hidden house", street_address="1 Back Lane")
    withheld: dict[str, Any] = {"location": place, "place_visibility": "city", "route_start": "Hidden house"}
    secret = {"internal_note": "Keys.", "contact": "Desk", "access_note": "Ring twice."}
    make_action(title="Theirs", hosts=[host], campaigns=[campaign], **withheld, **secret)
    make_action(title="Unclaimed", campaigns=[campaign], **withheld, **secret)
    coordinator = make_person(coordinates=(campaign,))
    made, (theirs, unclaimed) = again(campaign, by=coordinator)
    assert list(made.roles.values_list("user_id", flat=True)) == [coordinator.pk]
    told = [theirs.location.venue, theirs.location.street_address, theirs.route_start, theirs.internal_note]
    assert [*told, theirs.contact, theirs.access_note] == [""] * 6
    assert (theirs.location.locality, theirs.place_visibility) == ("Springfield", "city")
    assert (unclaimed.location, unclaimed.internal_note, unclaimed.contact) == (place, "Keys.", "Desk")


def test_rule_4_a_copy_of_a_campaign_does_not_tell_whom_others_invited() -> None:
    campaign, host, invited, asking = make_campaign(), make_organizer(), make_organizer(), make_organizer()
    parts = [
        ParticipationEntry(invited, CO_HOST, INVITED),
        ParticipationEntry(asking, CO_HOST, ParticipationState.ASKED),
    ]
    action = make_action(hosts=[host], campaigns=[campaign], participations=parts)
    for by, others in ((make_person(coordinates=(campaign,)), []), (None, [invited, asking])):
        _made, (copy,) = again(campaign, by=by)
        assert groups_of(copy) == [
            (host.pk, HOST, INVITED),
            *((group.pk, CO_HOST, INVITED) for group in others),
        ]
    assert action.participations.count() == 3


def test_who_does_not_coordinate_it_cannot_copy_it() -> None:
    campaign = make_campaign()
    with pytest.raises(NotAllowed):
        again(campaign, by=make_person(organizes=(make_organizer(),), coordinates=(make_campaign(),)))
    assert Campaign.objects.filter(name="Again").count() == 0
