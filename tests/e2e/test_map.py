"""The map in a real browser: the fixture of the context fails on requests to others, and on complaints of the policy."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from rallies.models import Action
from rallies.operations.actions import cancel_action
from tests.factories import NOW, make_action, make_campaign, make_location

pytestmark = pytest.mark.e2e

POINTS = {
    "Vigil at the bridge": ("venue", 48.137, 11.575),
    "Rally at the other bridge": ("venue", 48.141, 11.58),
    "March along the river": ("venue", -33.868, 151.209),
    "Reading <b>aloud</b>": ("city", 40.712, -74.006),
    "Rally that is off": ("street", -23.55, -46.633),
}
OPEN = "[data-map][data-state=open]"
# Of a copy: to read a canvas twice is something that Chromium warns of.
PIXEL = """() => {
  const copy = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  copy.drawImage(document.querySelector(".leaflet-tile-pane canvas"), 4, 4, 1, 1, 0, 0, 1, 1);
  return [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


@pytest.fixture
def autumn(transactional_db: None) -> dict[str, Action]:
    """Actions of a campaign by title: two beside each other, others far away, and one that is nowhere."""
    campaign = make_campaign(slug="autumn", name="Autumn", first_day=date(2026, 3, 9), last_day=date(2026, 3, 15))
    made = {}
    for title, (precision, latitude, longitude) in POINTS.items():
        venue = {"venue": ""} if precision == "city" else {}
        location = make_location(latitude=latitude, longitude=longitude, precision=precision, **venue)
        made[title] = make_action(title=title, location=location, campaigns=[campaign])
    cancel_action(made["Rally that is off"].pk, message="Storm warning.", by=None, now=NOW)
    online = {"location": None, "attendance_mode": "online", "online_url": "https://example.org/room"}
    made["Talk"] = make_action(title="Talk", campaigns=[campaign], **online)
    return made


def unfold(page: Page, path: str = "/campaigns/autumn/") -> Page:
    page.goto(path)
    page.get_by_text("Show on a map").click()
    page.locator(OPEN).wait_for()
    return page


def test_map_has_the_points_of_the_geojson_and_says_what_is_not_on_it(autumn, page):
    unfold(page)
    expect(page.locator("[data-map-status]")).to_have_text("On the map: 5. Without a point, in the list alone: 1.")
    told = page.request.get("/campaigns/autumn.geojson").json()["features"]
    points = sorted(tuple(f["geometry"]["coordinates"]) for f in told if f["geometry"])
    held = page.evaluate("document.querySelector('[data-map]').pins.features.map((one) => one.geometry.coordinates)")
    assert sorted(tuple(point) for point in held) == points
    drawn = page.evaluate(
        "[...document.querySelector('[data-map]').pins.shown.values()]"
        ".filter((pin) => !pin.feature.properties.cluster).map((pin) => [pin.getLatLng().lng, pin.getLatLng().lat])"
    )
    assert sorted(tuple(point) for point in drawn) == [p for p in points if p[1] < 48]
    assert len(points) == len(POINTS)
    assert page.get_by_role("button", name="Actions near each other: 2").count() == 1


def test_map_of_a_list_is_that_of_its_question(autumn, page):
    unfold(page, "/actions/?kind=rally&from=2026-01-01&to=2026-12-31")
    asked = page.locator("[data-map]").get_attribute("data-geojson")
    assert asked == "/actions.geojson?kind=rally&from=2026-01-01&to=2026-12-31"
    assert page.locator("[data-map]").evaluate("(box) => box.pins.features.length") == 5


def test_nothing_of_a_map_is_loaded_before_it_is_asked_for(autumn, page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/campaigns/autumn/", wait_until="networkidle")
    styles_apart = [url for url in asked if not url.endswith(".css")]
    assert [url for url in styles_apart if ("vendor/" in url and "sofia" not in url) or "map_" in url] == []
    page.get_by_text("Show on a map").click()
    page.locator(OPEN).wait_for()
    parts = [url for url in asked if any(part in url for part in ("/leaflet", "atlas", "supercluster", ".geojson"))]
    assert (len(parts), len(set(parts))) == (6, 6)


def test_a_pointer_that_rests_on_the_fold_fetches_the_map_and_does_not_open_it(autumn, page):
    page.goto("/campaigns/autumn/", wait_until="networkidle")
    with page.expect_response("**/world*.json"):
        page.locator(".map-fold-head").hover()
    assert page.locator("[data-map]").get_attribute("data-state") is None
    page.get_by_text("Show on a map").click()
    page.locator(OPEN).wait_for()
    expect(page.locator("[data-map-status]")).to_have_text("On the map: 5. Without a point, in the list alone: 1.")


def test_a_keyboard_goes_on_where_a_group_came_apart(autumn, page):
    unfold(page)
    page.get_by_role("button", name="Actions near each other: 2").press("Enter")
    page.wait_for_function("() => document.querySelector('[data-map]').map.getZoom() === 9")
    expect(page.get_by_role("button", name="Actions near each other: 2")).to_be_focused()


def test_keyboard_reaches_a_pin_opens_it_and_comes_back(autumn, page):
    page.goto("/campaigns/autumn/")
    page.locator(".map-fold-head").focus()
    page.keyboard.press("Enter")
    page.locator(OPEN).wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "region"
    name = "March along the river, Sat, 14 March 2026 · 14:00"
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name
    page.keyboard.press("Enter")
    link = page.get_by_role("dialog").get_by_role("link", name="March along the river")
    expect(link).to_be_focused()
    assert link.get_attribute("href") == f"/actions/{autumn['March along the river'].slug}/"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name


def test_keyboard_moves_the_map_and_zooms(autumn, page):
    box = unfold(page).locator("[data-map]")
    page.get_by_role("region", name="Map of this campaign’s actions").focus()
    before = box.evaluate("(box) => [box.map.getZoom(), box.map.getCenter().lng]")
    page.keyboard.press("+")
    page.wait_for_function("([zoom]) => document.querySelector('[data-map]').map.getZoom() === zoom + 1", arg=before)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("([, at]) => document.querySelector('[data-map]').map.getCenter().lng > at", arg=before)


def test_pins_say_what_people_typed_as_text_and_what_is_off(autumn, page):
    unfold(page)
    city = page.get_by_role("button", name="Reading <b>aloud</b>")
    assert "map-pin-soft" in city.get_attribute("class")
    city.click()
    told = page.get_by_role("dialog")
    assert told.get_by_role("link").all_inner_texts() == ["Reading <b>aloud</b>"]
    assert told.get_by_text("Somewhere in this city").count() == 1
    off = page.get_by_role("button", name="Rally that is off, Cancelled")
    assert off.get_attribute("data-status") == "cancelled"


def test_actions_near_each_other_come_apart(autumn, page):
    unfold(page)
    page.get_by_role("button", name="Actions near each other: 2").press("Enter")
    # Deeper than the shapes can show them apart: a list of both.
    for _ in range(3):
        page.wait_for_timeout(400)
        if page.get_by_role("dialog").count():
            break
        page.get_by_role("button", name="Actions near each other: 2").press("Enter")
    assert sorted(page.get_by_role("dialog").get_by_role("link").all_inner_texts()) == [
        "Rally at the other bridge",
        "Vigil at the bridge",
    ]


def test_ground_follows_the_scheme(autumn, page):
    page.emulate_media(color_scheme="light")
    unfold(page)
    # The sea, in either scheme, as tokens.css has it.
    assert page.evaluate(PIXEL) == [0xE3, 0xE8, 0xEA]
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"String(({PIXEL})()) === '21,23,28'", timeout=5000)


def test_page_of_an_action_shows_its_place(autumn, page):
    page.goto(f"/actions/{autumn['March along the river'].slug}/")
    box = page.locator("[data-map]")
    box.scroll_into_view_if_needed()
    page.locator(OPEN).wait_for()
    assert box.evaluate("(box) => [box.map.getCenter().lat.toFixed(2), box.map.getCenter().lng.toFixed(2)]") == [
        "-33.87",
        "151.21",
    ]
    assert box.locator(".map-pin").count() == 1
    assert page.get_by_role("link", name="-33.86800, 151.20900").get_attribute("href") == "geo:-33.868,151.209"


def test_a_city_has_no_pin_and_no_address_of_a_point(autumn, page):
    page.goto(f"/actions/{autumn['Reading <b>aloud</b>'].slug}/")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.locator(OPEN).wait_for()
    assert page.locator(".map-pin-soft").count() == 1
    assert page.locator("a[href^='geo:']").count() == 0


def test_without_scripts_the_list_stands_alone(autumn, browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    for path in ("/campaigns/autumn/", "/actions/?from=2026-01-01", f"/actions/{autumn['Talk'].slug}/"):
        page.goto(path)
        assert page.get_by_text("on a map").count() == 0 or not page.get_by_text("on a map").first.is_visible()
    page.goto("/campaigns/autumn/")
    assert page.get_by_role("link", name="Vigil at the bridge").is_visible()
    context.close()


def test_a_phone_shows_all_pins_at_first_also_where_they_are_worlds_apart(autumn, page):
    page.set_viewport_size({"width": 390, "height": 800})
    unfold(page)
    held = page.evaluate(
        "(() => { const { map, pins } = document.querySelector('[data-map]');"
        " return [pins.features.length, pins.features.filter(({ geometry: { coordinates: [east, north] } }) =>"
        " map.getBounds().contains([north, east])).length, map.getZoom()] })()"
    )
    assert held == [5, 5, 0.75]
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_function("document.querySelector('[data-map]').map.getZoom() === 2")
