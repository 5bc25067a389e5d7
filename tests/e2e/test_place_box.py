"""The place box, typed into and chosen from by keyboard; the same without scripts."""

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import faults_against_wcag

pytestmark = pytest.mark.e2e


def test_a_place_is_typed_and_chosen_by_keyboard(seeded, page, live_server):
    page.goto("/actions/?kind=march")
    field = page.get_by_role("combobox", name="City or town")
    field.focus()
    page.keyboard.type("portl")
    options = page.get_by_role("option")
    expect(options.first).to_have_text("Portland Oregon, United States")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".place-box [data-found]")).to_have_text("Places found: 8. Choose with the arrow keys.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(options.nth(1)).to_have_text("Portland Maine, United States")
    expect(field).to_have_attribute("aria-activedescendant", "place-list-1")
    assert options.nth(1).get_attribute("data-address") == (
        f"{live_server.url}/actions/?kind=march&near=portland-me-us&within=50"
    )
    field.fill("Alemania")
    expect(options.first).to_have_text("Germany")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/actions/?kind=march&country=DE")
    expect(page.locator(".question-part")).to_have_count(2)


def test_escape_closes_the_list_and_arrows_go_round(seeded, page):
    page.goto("/")
    field = page.get_by_role("combobox", name="City or town")
    field.fill("portl")
    options = page.get_by_role("option")
    expect(options).to_have_count(9)
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert field.get_attribute("aria-activedescendant") is None
    assert field.input_value() == "portl"


def test_what_is_no_place_is_said_and_can_be_looked_for_as_words(seeded, page, live_server):
    page.goto("/actions/?kind=march&near=tucson-us&within=50&q=peace&sort=relevance")
    page.get_by_role("combobox", name="or words to look for").fill("zzqq $& x")
    expect(page.locator(".place-box [data-found]")).to_have_text("No place of this name.")
    expect(page.locator(".place-box-option")).to_have_text(["Look for “zzqq $& x” in actions"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/actions/?kind=march&near=tucson-us&within=50&q=zzqq+%24%26+x&sort=relevance")


def test_enter_without_a_choice_leads_to_the_results(seeded, page, live_server):
    page.goto("/actions/?kind=march")
    page.get_by_role("combobox", name="City or town").fill("Portland")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/places/?kind=march&q=Portland")
    expect(page.get_by_role("heading", level=1)).to_have_text("Places called “Portland”")


def test_the_box_and_its_page_work_without_scripts(seeded, browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/actions/?kind=march")
    page.get_by_label("City or town").fill("São Paulo")
    page.get_by_role("button", name="Find").click()
    link = page.get_by_role("link", name="São Paulo São Paulo, Brazil").or_(
        page.get_by_role("link", name="São Paulo Brazil")
    )
    assert link.first.get_attribute("href") == "/actions/?kind=march&near=sao-paulo-br&within=50"
    context.close()


def test_axe_finds_nothing_while_the_list_is_open(seeded, page):
    page.goto("/")
    page.get_by_role("combobox", name="City or town").fill("portl")
    expect(page.get_by_role("option")).to_have_count(9)
    page.keyboard.press("ArrowDown")
    assert faults_against_wcag(page) == []
