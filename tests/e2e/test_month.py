"""The month on a phone and to a screen reader, and the page of the API's documentation."""

import pytest

pytestmark = pytest.mark.e2e

NOVEMBER = "/actions/month/2025-11/"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_month_fits_and_stays_a_table(seeded, page, width):
    """On a narrow screen its days stand below each other, and are still rows and cells to a screen reader."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(NOVEMBER)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    table = page.get_by_role("table", name="21 actions. Days and times are those of each place.")
    # The days of the week, and five weeks; on a narrow screen the two that have something, whose cells name their days.
    heads, rows = (7, 6) if width >= 896 else (0, 2)
    assert (table.get_by_role("columnheader").count(), table.get_by_role("row").count()) == (heads, rows)
    day = table.get_by_role("cell").filter(has=page.locator("time[datetime='2025-11-22']"))
    assert day.get_by_role("link", name="Saturday 22").is_visible()
    assert (day.get_by_role("listitem").count(), day.get_by_role("link", name="2 more").count()) == (5, 1)
    small = page.evaluate(
        "[...document.querySelectorAll('.slot a')].filter(a => getComputedStyle(a).fontSize.slice(0, -2) < 13).length"
    )
    assert small == 0


def test_month_is_narrowed_and_keeps_it_from_month_to_month(seeded, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(NOVEMBER)
    page.locator("summary").first.click()
    page.get_by_label("Kind").select_option("march")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"**{NOVEMBER}?kind=march")
    page.get_by_role("link", name="October 2025").click()
    page.wait_for_url("**/actions/month/2025-10/?kind=march")
    page.get_by_role("link", name="Take off").click()
    page.wait_for_url("**/actions/month/2025-10/")


@pytest.mark.parametrize("width", [320, 1280])
def test_documentation_of_the_api_fits_and_asks_nobody_else(seeded, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/api/v1/docs/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    example = page.get_by_role("link", name="/api/v1/occurrences/").first.get_attribute("href")
    assert page.request.get(example).json()["next"] is None
