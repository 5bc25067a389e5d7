"""Arabic pages: mirrored, nothing beside the window, and each line on the side of the page."""

import pytest

from tests.factories import make_action, make_campaign, make_location

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, settings):
    settings.SITE_URL = live_server.url
    autumn = make_campaign(slug="autumn", name="Autumn week")
    make_action(
        slug="march", title="March", kind="other", kind_detail="A walk", campaigns=[autumn], location=make_location()
    )


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "path",
    [
        "/ar/",
        "/ar/actions/?from=2026-01-01",
        "/ar/actions/march/",
        "/ar/campaigns/autumn/",
        "/ar/actions/month/2026-03/",
        "/ar/actions/week/2026-03-09/",
        "/ar/2026/03/14/",
        "/ar/actions/map/?from=2026-01-01",
    ],
)
def test_nothing_stands_beside_the_window(site, page, path, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    home, menu = page.locator(".masthead-home").bounding_box(), page.locator(".masthead-nav").bounding_box()
    assert home["x"] > menu["x"]


def test_lines_of_a_title_do_not_touch(site, page):
    page.goto("/ar/")
    size, line = page.locator("h1").evaluate("h => [getComputedStyle(h).fontSize, getComputedStyle(h).lineHeight]")
    assert float(line[:-2]) == 1.25 * float(size[:-2])


def test_a_line_in_another_script_keeps_the_side_of_the_page(site, page):
    page.goto("/ar/actions/march/")
    line = page.locator(".action-text p[dir=auto]", has_text="A walk")
    style = line.evaluate("one => [getComputedStyle(one).direction, getComputedStyle(one).textAlign]")
    assert style == ["ltr", "right"]


def test_each_paragraph_of_a_text_begins_at_its_own_side(site, page):
    make_action(slug="two-scripts", description="نلتقي في الساحة.\n\nMeet at the square.")
    page.goto("/actions/two-scripts/")
    text, *paragraphs = page.evaluate("""[".prose", ".prose p:first-child", ".prose p:last-child"].map(name => {
        const range = document.createRange()
        range.selectNodeContents(document.querySelector(name))
        const box = name === ".prose" ? document.querySelector(name).getBoundingClientRect() : range.getBoundingClientRect()
        return [Math.round(box.left), Math.round(box.right)]
    })""")
    assert (paragraphs[0][1], paragraphs[1][0]) == (text[1], text[0])


def test_maps_are_not_mirrored(site, page):
    page.goto("/ar/actions/march/")
    assert page.locator("[data-map-stage]").first.evaluate("one => getComputedStyle(one).direction") == "ltr"


def test_the_place_box_keeps_the_language(site, page):
    page.goto("/ar/actions/")
    page.locator("#place").press_sequentially("springf")
    address = page.locator("[role=option]").first.get_attribute("data-address")
    assert "/ar/actions/?near=springfield-" in address
