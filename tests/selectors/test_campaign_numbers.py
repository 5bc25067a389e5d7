"""What a campaign comes to: published actions that it shows, and nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest

from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.models import Campaign
from rallies.operations.actions import cancel_action, confirm_action
from rallies.operations.participations import ListingEntry, ParticipationEntry
from rallies.operations.parts import decide_listing
from rallies.operations.series_dates import cancel_date
from rallies.selectors.campaign_numbers import City, Growth, numbers_of, shown_actions
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 16)
ASKS = ListingState.REQUESTED_BY_HOST


def listed(campaign: Campaign, state: str = "accepted", **values: Any) -> Any:
    basis = "explicit" if state == "reported" else ""
    values = {"start_date": MONDAY, **values}
    return make_action(listings=[ListingEntry(campaign, ListingState(state), basis=basis)], **values)


def test_what_is_not_published_or_not_shown_is_not_counted(django_assert_num_queries):
    campaign = make_campaign()
    for state in ("requested-by-host", "requested-by-campaign", "declined"):
        listed(campaign, state)
    for publication in ("draft", "submitted", "withdrawn"):
        listed(campaign, publication=publication)
    listed(make_campaign())
    with django_assert_num_queries(4):
        numbers = numbers_of(campaign, now=NOW)
    assert (numbers.actions, numbers.dates, numbers.cities, numbers.growth) == (0, 0, (), ())
    assert set(numbers.by_day.values()) == set(numbers.missing.values()) == {0}
    assert (numbers.kinds, numbers.countries, numbers.statuses) == ({}, {}, {})


def test_numbers_of_each_sort():
    campaign, host = make_campaign(), make_organizer()
    city = make_place("springfield-us")
    by = {"hosts": [host], "description": "Come.", "location": make_location(place=city)}
    first = listed(campaign, kind="march", **by)
    confirm_action(first.pk, by=None, now=NOW)
    listed(
        campaign,
        "reported",
        kind="vigil",
        start_time=None,
        location=make_location(locality="Lyon", region="", region_code="", country="FR"),
    )
    off = listed(campaign, kind="march", start_date=MONDAY + timedelta(days=1), **by)
    cancel_action(off.pk, message="Storm.", by=None, now=NOW)
    invited = [ParticipationEntry(host, ParticipationRole.HOST, ParticipationState.INVITED)]
    listed(campaign, kind="march", start_date=None, location=None, participations=invited)
    listed(campaign, kind="march", start_date=date(2026, 4, 1), location=None, attendance_mode="online", hosts=[host])
    numbers = numbers_of(campaign, now=NOW)
    assert (numbers.actions, numbers.reported, numbers.dates, numbers.outside) == (5, 1, 4, 1)
    assert [count for _day, count in sorted(numbers.by_day.items())] == [2, 1, 0, 0, 0, 0, 0]
    assert (numbers.statuses, numbers.cancelled_dates) == ({"scheduled": 4, "cancelled": 1}, 1)
    assert numbers.missing == {"date": 1, "time": 1, "place": 1, "host": 2, "description": 3, "confirmation": 0}
    assert list(numbers.kinds.items()) == [("march", 4), ("vigil", 1)]
    assert list(numbers.countries.items()) == [("", 2), ("US", 2), ("FR", 1)]
    assert numbers.cities == (
        City("Springfield", "Illinois", "US", "springfield-us", {MONDAY: 1, MONDAY + timedelta(days=1): 1}),
        City("", "", "", "", {date(2026, 4, 1): 1}),
        City("Lyon", "", "FR", "", {MONDAY: 1}),
    )


def test_each_date_of_a_series_counts():
    campaign = make_campaign()
    series = listed(campaign, recurrence_rule="FREQ=DAILY;COUNT=3")
    cancel_date(series.occurrences.in_order()[1].pk, by=None, now=NOW)
    numbers = numbers_of(campaign, now=NOW)
    assert (numbers.actions, numbers.dates, numbers.cancelled_dates) == (1, 3, 1)
    assert list(numbers.by_day.values()) == [1, 1, 1, 0, 0, 0, 0]


def test_growth_goes_by_the_day_on_which_each_came_to_be_shown():
    campaign, later = make_campaign(), NOW + timedelta(days=3)
    listed(campaign)
    listed(campaign, "reported")
    asked, gone = listed(campaign, ASKS), listed(campaign)
    decide_listing(asked.listings.get().pk, is_accepted=True, by=None, now=later)
    decide_listing(gone.listings.get().pk, is_accepted=False, by=None, now=later)
    assert numbers_of(campaign, now=NOW).growth == (Growth(NOW.date(), 2, 2), Growth(later.date(), 1, 3))
    assert gone not in shown_actions(campaign.pk)
