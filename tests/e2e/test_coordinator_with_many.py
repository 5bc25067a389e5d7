"""A coordinator works the queue of a campaign on a phone, and moves what it lists by an hour, all at once."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from rallies.enums import ListingState
from rallies.models import Action, Listing
from rallies.operations.participations import ListingEntry
from tests.factories import make_action, make_campaign, make_location, make_organizer
from tests.people import make_person

from .axe import faults_in_both_schemes
from .desk import enter

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
MANY = 500


@pytest.fixture
def campaign(transactional_db):
    """A campaign of which MANY actions are nobody's, and which two actions ask to join."""
    day = (timezone.now() + timedelta(days=20)).date()
    campaign = make_campaign(name="Week of rivers", slug="rivers", first_day=day, last_day=day + timedelta(days=6))
    park = make_location(venue="River Park", locality="Portland", country="US", timezone="America/Los_Angeles")
    for number in range(MANY):
        make_action(title=f"Walk {number}", location=park, start_date=day, start_time=time(9), campaigns=[campaign])
    asks = [ListingEntry(campaign, ListingState.REQUESTED_BY_HOST)]
    for title in ("Vigil", "Concert"):
        make_action(title=title, location=park, start_date=day, hosts=[make_organizer()], listings=asks)
    return campaign


@pytest.fixture
def desk(campaign, context, live_server):
    make_person(username="ana", coordinates=(campaign,))
    page = context.new_page()
    page.set_viewport_size(PHONE)
    # A page that still fades in when axe turns motion off says so in the console.
    page.emulate_media(reduced_motion="reduce")
    enter(page, live_server.url, username="ana")
    return page


@pytest.fixture
def visitor(browser, live_server):
    visiting = browser.new_context(base_url=live_server.url, viewport=PHONE)
    yield visiting.new_page()
    visiting.close()


def test_works_the_queue_and_moves_all_that_the_campaign_lists(desk, visitor, campaign):
    desk.goto("/admin/")
    desk.get_by_role("link", name="Week of rivers").first.click()
    desk.wait_for_url("**/desk/")
    assert faults_in_both_schemes(desk) == []
    desk.get_by_role("button", name="Accept Vigil").click()
    desk.get_by_role("button", name="Accept Vigil").wait_for(state="detached")
    desk.locator("summary", has_text="Return with a message Concert").click()
    desk.get_by_label("Message to the host").fill("It lies outside the week.")
    desk.get_by_role("button", name="Return with this message Concert").click()
    desk.get_by_role("button", name="Accept Concert").wait_for(state="detached")
    answered = Listing.objects.filter(action__title__in=["Vigil", "Concert"])
    assert sorted(answered.values_list("action__title", "state", "message")) == [
        ("Concert", "declined", "It lies outside the week."),
        ("Vigil", "accepted", ""),
    ]

    desk.goto(f"/admin/rallies/action/?listings__campaign__id__exact={campaign.pk}&q=walk")
    desk.locator("#action-toggle").check()
    desk.get_by_role("button", name=f"Select all {MANY} actions").click()
    desk.get_by_label("With the chosen rows").select_option(label="Move by a length of time…")
    desk.get_by_role("button", name="Go").click()
    desk.get_by_label("By how much").fill("+1 hour")
    assert faults_in_both_schemes(desk) == []
    desk.get_by_role("button", name=f"Move {MANY} actions").click()
    desk.get_by_text(f"{MANY} actions are moved.").wait_for()

    assert set(Action.objects.filter(title__startswith="Walk").values_list("start_time", flat=True)) == {time(10)}
    visitor.goto(address_of("Walk 7"))
    assert "10:00" in visitor.locator(".ticket").inner_text()
    feed = visitor.request.get("/campaigns/rivers.ics?all=1").text()
    assert feed.count("T100000\r\n") >= MANY and "T090000\r\n" not in feed


def address_of(title: str) -> str:
    return f"/actions/{Action.objects.get(title=title).slug}/"
