"""From a name that is typed to the map, by keyboard alone: list and map agree, and nobody else is asked."""

from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories import make_action, make_location

pytestmark = pytest.mark.e2e

# Within 50 km of Tucson: two at one place, a city that stands for all of it; and one that is farther.
NEAR = {
    "Rally at the fountain": ("venue", 32.2226, -110.9747),
    "Vigil at the fountain": ("venue", 32.2226, -110.9747),
    "March to the park": ("venue", 32.2319, -110.9501),
    "Somewhere in Oro Valley": ("city", 32.3909, -110.9665),
}
FAR = {"Rally in Phoenix": ("venue", 33.4484, -112.074)}
HELD = "document.querySelector('[data-map]').pins.features.map((one) => [one.properties.title, one.properties.url])"
COUNTED = """() => [...document.querySelector('[data-map]').pins.shown.values()]
  .reduce((sum, pin) => sum + (pin.feature.properties.point_count ?? 1), 0)"""


@pytest.fixture
def tucson(transactional_db: None) -> None:
    now = timezone.now()
    call_command("load_places", stdout=StringIO())
    for title, (precision, latitude, longitude) in (NEAR | FAR).items():
        venue = {"venue": ""} if precision == "city" else {}
        location = make_location(
            latitude=latitude, longitude=longitude, precision=precision, timezone="America/Phoenix", now=now, **venue
        )
        make_action(title=title, location=location, start_date=now.date() + timedelta(days=3), now=now)


def entries(page: Page) -> set[tuple[str, str]]:
    links = page.locator(".entry-title a")
    return {(link.inner_text(), urlsplit(link.get_attribute("href") or "").path) for link in links.all()}


def test_type_choose_see_list_and_map_agree_and_ask_nobody_else(tucson, page: Page, live_server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    page.get_by_role("combobox", name="City or town").focus()
    page.keyboard.type("tucs")
    expect(page.get_by_role("option").first).to_have_text("Tucson Arizona, United States")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/actions/?near=tucson-us&within=50")
    shown = entries(page)
    assert {title for title, _ in shown} == set(NEAR)

    fold = page.locator("summary", has_text="Show on a map")
    for _ in range(60):
        page.keyboard.press("Tab")
        if fold.evaluate("(one) => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.locator("[data-map][data-state=open]").wait_for()
    expect(page.locator("[data-map-status]")).to_have_text(f"On the map: {len(NEAR)}.")
    held = {(title, urlsplit(address).path) for title, address in page.evaluate(HELD)}
    assert held == shown
    assert page.evaluate(COUNTED) == len(NEAR)

    hosts = {urlsplit(address).netloc for address in asked if not address.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(live_server.url).netloc} and len(asked) > 10
