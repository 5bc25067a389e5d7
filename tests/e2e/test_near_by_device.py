"""Near me by the device: the browser finds the town, and of the point nothing leaves it."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.axe import faults_against_wcag
from tests.factories import make_action, make_location

pytestmark = pytest.mark.e2e

# In the north of Tucson; no part of it may be in an address, a header or a body.
HERE = {"latitude": 32.31415, "longitude": -110.92653}
TOLD = re.compile(r"32[.,]3|110[.,]9|3231|11092")
SPOTS = {
    "tucson-us": HERE,
    "nuuk-gl": {"latitude": 64.18, "longitude": -51.7},
    "stanley-fk": {"latitude": -51.7, "longitude": -57.9},
    "savusavu-fj": {"latitude": -16.8, "longitude": -179.9},
    "anadyr-ru": {"latitude": 65.0, "longitude": -179.0},
}
BUTTON = {"role": "button", "name": "Use my location"}


@pytest.fixture
def tucson(transactional_db: None) -> None:
    now = timezone.now()
    location = make_location(latitude=32.2226, longitude=-110.9747, timezone="America/Phoenix", now=now)
    make_action(title="Rally at the fountain", location=location, start_date=now.date() + timedelta(days=3), now=now)


@pytest.fixture
def gazetteer(transactional_db: None) -> None:
    call_command("load_places", stdout=StringIO())


def allow(page: Page, here: dict[str, float]) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(here)


@pytest.mark.parametrize("path", ["/", "/actions/?kind=rally"])
def test_the_device_becomes_a_town_and_no_coordinate_leaves_the_browser(
    gazetteer, tucson, page: Page, live_server, path
) -> None:
    allow(page, HERE)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(f"{asked.method} {asked.url} {asked.headers} {asked.post_data or ''}"))
    page.goto(path, wait_until="networkidle")
    assert [line for line in sent if re.search("/nearest_place|/places/nearest", line)] == []
    before = len(sent)
    page.get_by_role(**BUTTON).click()
    asked = "kind=rally&" if "kind" in path else ""
    page.wait_for_url(f"{live_server.url}/actions/?{asked}near=tucson-us&within=50")
    entry = page.locator(".entry", has_text="Rally at the fountain")
    expect(entry.locator(".entry-away")).to_have_text("Distance: 5 km (3 miles)")
    assert [line for line in sent if TOLD.search(unquote(line))] == []
    # The list of places, the same for all, is what is asked beside the page that is then seen.
    pressed = [urlsplit(line.split(" ")[1]).path for line in sent[before:]]
    assert [one.rpartition("/")[2].partition(".")[0] for one in pressed[:3]] == ["nearest_place", "nearest", ""]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_the_nearest_place_is_found_all_over_the_earth(tucson, page: Page) -> None:
    page.goto("/")
    found = page.evaluate(
        """async (spots) => {
          const { script, places } = document.querySelector("[data-here]").dataset;
          const [{ nearestOf }, held] = await Promise.all([import(script), fetch(places).then((all) => all.json())]);
          return Object.values(spots).map((spot) => nearestOf(held, spot));
        }""",
        SPOTS,
    )
    assert found == list(SPOTS)


def test_whoever_does_not_tell_is_asked_to_type(tucson, page: Page) -> None:
    page.goto("/")
    page.context.clear_permissions()
    page.evaluate(
        "void (navigator.geolocation.getCurrentPosition = (_, no) => no({ code: 1, PERMISSION_DENIED: 1, message: '' }))"
    )
    page.get_by_role(**BUTTON).press("Enter")
    said = page.locator("[data-here-status]")
    expect(said).to_have_text("Your location was not shared. Type a city or town instead.")
    expect(page.get_by_role(**BUTTON)).to_be_focused()
    expect(page.get_by_role("combobox", name="City or town")).to_be_editable()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert faults_against_wcag(page) == []


@pytest.mark.parametrize(
    "broken",
    [
        "navigator.geolocation.getCurrentPosition = (_, no) => no({ code: 3, PERMISSION_DENIED: 1, message: '' })",
        "Object.defineProperty(navigator, 'geolocation', { value: undefined })",
        "Object.defineProperty(window, 'isSecureContext', { value: false })",
    ],
    ids=["timeout", "no geolocation", "no https"],
)
def test_a_device_that_cannot_tell_leaves_the_box_to_type_in(tucson, page: Page, broken) -> None:
    allow(page, HERE)
    page.goto("/")
    page.evaluate(f"void ({broken})")
    page.get_by_role(**BUTTON).click()
    words = "Your location cannot be found here. Type a city or town instead."
    expect(page.locator("[data-here-status]")).to_have_text(words)
    expect(page.get_by_role("combobox", name="City or town")).to_be_editable()


def test_nothing_in_reach_says_so_and_offers_more(gazetteer, tucson, page: Page, live_server) -> None:
    allow(page, {"latitude": 33.4484, "longitude": -112.074})
    page.goto("/")
    page.get_by_role(**BUTTON).click()
    page.wait_for_url(f"{live_server.url}/actions/?near=phoenix-us&within=50")
    expect(page.locator(".empty")).to_contain_text("Nothing is listed within 50 km (31 miles) of Phoenix")
    expect(page.locator(".empty a")).to_have_text("Look within 250 km (155 miles) of Phoenix")
    expect(page.locator(".nearest .entry-title")).to_have_text("Rally at the fountain")


def test_a_postal_code_is_typed_and_chosen(tucson, page: Page, live_server) -> None:
    few = Path(__file__).parent.parent / "data" / "postal_codes" / "few.txt"
    call_command("import_postal_codes", str(few), stdout=StringIO())
    page.goto("/")
    page.get_by_role("combobox", name="City or town").fill("85701")
    page.get_by_role("option").first.click()
    page.wait_for_url(re.compile(r"/actions/\?near=[^&]+&within=50$"))
    expect(page.locator(".entry-title")).to_have_text("Rally at the fountain")


def test_without_scripts_there_is_no_button(tucson, browser, live_server) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    assert page.get_by_role("button").all_inner_texts()[0] == "Find"
    assert not page.get_by_role("button", name="Use my location").is_visible()
    context.close()
