"""The map page: what is in view stands beside it, and a view becomes a question."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from rallies.places.boxes import Box, snap
from tests.e2e.axe import faults_against_wcag
from tests.factories import make_action, make_location

pytestmark = pytest.mark.e2e

POINTS = {
    "Vigil at the bridge": (48.137, 11.575),
    "March along the river": (-33.868, 151.209),
    "Reading aloud": (40.712, -74.006),
    "East of the line": (-16.5, -179.5),
    "West of the line": (-17.8, 178.4),
}
OPEN = "[data-map][data-state=open]"
QUESTION = "from=2026-01-01&to=2026-12-31"


@pytest.fixture
def calendar(transactional_db: None) -> None:
    for title, (latitude, longitude) in POINTS.items():
        make_action(title=title, location=make_location(latitude=latitude, longitude=longitude))
    make_action(title="Another year", start_date=date(2027, 3, 1), location=make_location(latitude=48, longitude=11))


def listed(page: Page) -> set[str]:
    return set(page.locator("[data-beside-list] h3").all_inner_texts())


def look(page: Page, latitude: float, longitude: float, zoom: int) -> None:
    view = [[latitude, longitude], zoom]
    page.locator("[data-map]").evaluate("(box, [at, zoom]) => box.map.setView(at, zoom, { animate: false })", view)


def test_the_list_follows_the_view_and_the_view_becomes_a_question(calendar, page: Page, live_server) -> None:
    page.goto(f"/actions/?{QUESTION}")
    page.get_by_role("navigation", name="Ways to look at it").get_by_role("link", name="Map").click()
    page.locator(OPEN).wait_for()
    assert urlsplit(page.url).query == QUESTION
    assert listed(page) == set(POINTS)
    expect(page.locator("[data-beside-count]")).to_have_text("In view: 5.")
    search = page.get_by_role("button", name="Search this area")
    # It appears once there is another view.
    expect(search).to_have_count(0)
    look(page, 48.1, 11.5, 7)
    expect(page.locator("[data-beside-count]")).to_have_text("In view: 1.")
    assert listed(page) == {"Vigil at the bridge"}
    search.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**bbox=**")
    page.locator(OPEN).wait_for()
    assert listed(page) == {"Vigil at the bridge"}
    assert page.locator("[data-map]").evaluate("box => [box.map.getZoom(), box.pins.features.length]") == [7, 1]
    asked = {name: value for name, [value] in parse_qs(urlsplit(page.url).query).items()}
    assert asked | {"bbox": ""} == {"from": "2026-01-01", "to": "2026-12-31", "bbox": ""}
    for path in ("/actions/", "/actions.geojson", "/actions.ics"):
        answer = page.request.get(path, params=asked)
        assert (answer.status, "Vigil" in answer.text(), "Reading" in answer.text()) == (200, True, False)
    feed = page.locator("link[type='text/calendar']").get_attribute("href") or ""
    assert parse_qs(urlsplit(feed).query) == {name: [value] for name, value in asked.items()}
    page.get_by_role("link", name="As a list: 1 action").click()
    assert page.locator(".entry-title").all_inner_texts() == ["Vigil at the bridge"]


def test_a_view_over_the_date_line(calendar, page: Page) -> None:
    page.goto(f"/actions/map/?{QUESTION}")
    page.locator(OPEN).wait_for()
    look(page, -17, 180, 6)
    expect(page.locator("[data-beside-count]")).to_have_text("In view: 2.")
    page.get_by_role("button", name="Search this area").click()
    page.wait_for_url("**bbox=**")
    page.locator(OPEN).wait_for()
    west, _, east, _ = map(float, parse_qs(urlsplit(page.url).query)["bbox"][0].split(","))
    assert west > 0 > east
    assert listed(page) == {"East of the line", "West of the line"}


def test_areas_are_those_of_the_server(calendar, page: Page) -> None:
    page.goto("/actions/map/")
    boxes = [(-111.31, 31.9, -110.6, 32.4), (5.9, 47.2, 15.1, 55.1), (-125.2, 24.3, -66.9, 49.4), (0.1, 0.1, 4.2, 1)]
    boxes += [
        (177.1, -19.3, 181.8, -16.1),
        (-183.1, -19.3, -178.2, -16.1),
        (179.9, -17, 180, -16),
        (-0.1, -0.1, 0.1, 0.1),
    ]
    boxes += [(-200, -95, 190, 91), (359.9, 10, 370.2, 20), (-540.3, -20, -539.1, -19)]
    found = page.evaluate(
        """async (boxes) => {
          const { areaOf } = await import(document.querySelector("[data-map]").dataset.areaScript);
          return boxes.map((box) => areaOf(...box));
        }""",
        [list(box) for box in boxes],
    )
    assert found == [of_server(*box) for box in boxes]


def of_server(west: float, south: float, east: float, north: float) -> str:
    south, north = max(south, -90), min(north, 90)
    if east - west >= 360:
        return str(snap(Box(-180, south, 180, north)))
    return str(snap(Box((west + 180) % 360 - 180, south, east - 360 * ((east + 180 - 1e-9) // 360), north)))


@pytest.mark.parametrize(("width", "high"), [(390, 844), (1280, 900)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_says_what_it_is(calendar, page: Page, width, high, scheme) -> None:
    page.set_viewport_size({"width": width, "height": high})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"/actions/map/?{QUESTION}")
    page.locator(OPEN).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    box, beside = page.locator("[data-map]").bounding_box(), page.locator(".map-beside").bounding_box()
    assert box and beside and (beside["y"] > box["y"] + 200 if width == 390 else beside["x"] > box["x"] + 600)
    assert faults_against_wcag(page) == []


def test_without_scripts_the_list_is_all(calendar, browser, live_server) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/actions/map/?{QUESTION}")
    assert set(page.locator(".entry-title").all_inner_texts()) == set(POINTS)
    assert page.get_by_text("The map needs scripts").is_visible()
    assert not page.locator("[data-map]").is_visible()
    assert page.get_by_role("button", name="Search this area").count() == 0
    context.close()
