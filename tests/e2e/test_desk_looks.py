"""What styles of the desk must not do to each other, as a browser weighs them."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from rallies.operations.actions import edit_action
from tests.factories import NOW, make_action, make_campaign, make_organizer
from tests.people import make_person

from .desk import enter

pytestmark = pytest.mark.e2e


@pytest.fixture
def action(transactional_db):
    return make_action(hosts=[make_organizer(name="River Group")])


@pytest.fixture
def desk(action, context, live_server):
    make_person(username="ana", organizes=(action.participations.get().organizer,))
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(reduced_motion="reduce")
    enter(page, live_server.url, username="ana")
    return page


@pytest.mark.parametrize("step", ["cancel", "withdraw"])
def test_a_grave_button_stays_red_under_the_pointer(desk, action, step):
    desk.goto(reverse(f"admin:rallies_action_{step}", args=[action.pk]))
    button = desk.locator("input.desk-grave")
    red = button.evaluate("each => getComputedStyle(each).backgroundColor")
    button.hover()
    desk.wait_for_timeout(400)
    expect(button).to_have_css("background-color", red)


def test_a_history_is_cards_on_a_phone_and_whole_lines_on_a_desk(desk, action):
    edit_action(action.pk, {"title": "Another title", "description": "A text. " * 80}, by=None, now=NOW)
    desk.goto(reverse("admin:rallies_action_history", args=[action.pk]))
    cell, head = desk.locator(".desk-history td:nth-child(3)").first, desk.locator("h1")
    assert cell.evaluate("each => getComputedStyle(each).borderBlockEndWidth") == "0px"
    assert cell.bounding_box()["x"] == head.bounding_box()["x"]
    desk.set_viewport_size({"width": 1280, "height": 900})
    lines = desk.locator(".desk-history td:first-child").evaluate_all(
        "all => all.map((each) => { const range = new Range(); range.selectNodeContents(each); return range.getClientRects().length; })"
    )
    assert set(lines) == {1}


def test_without_scripts_a_box_that_offers_nothing_is_not_there(desk, browser, live_server):
    plain = browser.new_context(java_script_enabled=False, storage_state=desk.context.storage_state())
    page = plain.new_page()
    page.goto(live_server.url + reverse("admin:rallies_action_add"))
    expect(page.get_by_label("Names of groups, one a line")).to_be_visible()
    expect(page.locator("select[name=guests]")).to_be_hidden()
    plain.close()


def test_without_scripts_a_group_and_a_campaign_are_added_by_their_names(desk, browser, live_server, action):
    group, week = make_organizer(name="Café Collective"), make_campaign(name="Week of rivers")
    plain = browser.new_context(java_script_enabled=False, storage_state=desk.context.storage_state())
    page = plain.new_page()
    page.goto(live_server.url + reverse("admin:rallies_action_change", args=[action.pk]))
    groups, campaigns = page.locator("#participations-group"), page.locator("#listings-group")
    groups.locator(".desk-spare").get_by_label("Organizer").fill("No such group")
    campaigns.locator(".desk-spare").get_by_label("Campaign", exact=True).fill("week of rivers")
    campaigns.locator(".desk-spare").get_by_label("State", exact=True).select_option("requested-by-host")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(groups.get_by_text("Select a valid choice")).to_be_visible()
    written = groups.get_by_label("Its whole name")
    expect(written).to_have_value("No such group")
    written.fill("cafe collective")
    page.get_by_role("button", name="Save and continue editing").click()
    assert group in [row.organizer for row in action.participations.all()]
    assert [row.campaign for row in action.listings.all()] == [week]
    plain.close()


@pytest.mark.parametrize("noun", ["action", "location", "campaign"])
def test_all_that_a_list_can_be_sorted_by_is_in_view_on_a_phone(desk, action, live_server, noun):
    make_campaign(name="Week of rivers")
    make_person(username="boss", is_superuser=True)
    enter(desk, live_server.url, username="boss")
    desk.goto(reverse(f"admin:rallies_{noun}_changelist"))
    ends = desk.locator("#result_list thead th").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().right)"
    )
    assert len(ends) > 4 and max(ends) <= 390
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390
