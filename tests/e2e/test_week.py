"""From the list to the week, a day and its feed with the question kept: by keyboard, without scripts; and the table on
any screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e

WEEK = "/actions/week/2025-11-17/"


@pytest.fixture
def plain_page(browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    yield context.new_page()
    context.close()


def enter(page: Page, name: str, *, leads_to: str) -> None:
    """Tab to a link of this name, and enter it."""
    for _ in range(200):
        page.keyboard.press("Tab")
        focused = page.locator("*:focus")
        if focused.count() and focused.first.inner_text().strip().startswith(name):
            page.keyboard.press("Enter")
            page.wait_for_url(f"**{leads_to}")
            return
    raise AssertionError(f"no link “{name}” is reached by keyboard")


def test_list_week_day_and_feed_keep_the_question_by_keyboard_and_without_scripts(seeded, plain_page):
    page = plain_page
    page.goto("/actions/?kind=march&from=2025-11-15&to=2025-11-23")
    asked = "?kind=march&from=2025-11-15&to=2025-11-23"
    said = page.get_by_role("list", name="What is asked for").inner_text()
    enter(page, "Week", leads_to=f"/actions/week/2025-11-10/{asked}")
    assert page.get_by_role("list", name="What is asked for").inner_text() == said
    enter(page, "17", leads_to=f"{WEEK}{asked}")
    assert page.get_by_role("list", name="What is asked for").inner_text() == said
    enter(page, "Saturday 22", leads_to=f"/2025/11/22/{asked}")
    assert page.get_by_role("heading", level=1).inner_text() == "Saturday, 22 November 2025"
    feed = page.get_by_label("Or copy the feed’s address").input_value()
    assert feed.endswith("/actions.ics?kind=march&from=2025-11-22&to=2025-11-22")
    shown = set(page.locator(".entry").evaluate_all("all => all.map(one => one.dataset.uid)"))
    text = page.request.get(feed[feed.index("/actions.ics") :]).text()
    assert shown and {uid for uid in shown if f"UID:{uid}" in text} == shown
    enter(page, "Chosen days", leads_to=f"/actions/{asked}")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_week_fits_and_stays_a_table(seeded, page, width):
    """Rows are days on every screen; a wide one sets them side by side."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(WEEK)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    table = page.get_by_role("table", name="15 actions. Days and times are those of each place.")
    assert table.get_by_role("row").count() == 8
    assert [head.inner_text().partition("\n")[0] for head in table.get_by_role("columnheader").all()][1:] == [
        "12:00 to 17:00",
        "Time to be announced",
    ]
    days = table.get_by_role("rowheader")
    assert (days.count(), days.last.get_by_role("link").count()) == (7, 1)
    assert table.get_by_role("cell").count() == 14
    sunday = table.get_by_role("row").last
    assert sunday.get_by_role("listitem").count() == 3
    first, last = days.first.bounding_box(), days.last.bounding_box()
    side_by_side = abs(first["y"] - last["y"]) < 1 and last["x"] > first["x"]
    assert side_by_side is (width >= 896)


def test_hours_of_different_days_stand_side_by_side(seeded, page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(WEEK)
    tops = page.locator(".grid-day").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => Math.round(cell.getBoundingClientRect().top)))"
    )
    assert len({tuple(each) for each in tops}) == 1
    assert page.locator(".grid-said .slot-time").first.is_hidden()


def test_on_a_phone_days_that_are_over_keep_one_line_each(seeded, page):
    """Where the visitor is it is the Saturday of that week."""
    page.clock.set_fixed_time("2025-11-22T12:00:00Z")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(WEEK)
    shown = "rows => rows.map(row => [...row.querySelectorAll('.slot')].filter(one => one.checkVisibility()).length)"
    days = page.locator(".grid-day")
    on_a_phone = days.evaluate_all(shown)
    assert (on_a_phone[:5], on_a_phone[5] > 0, on_a_phone[6]) == ([0] * 5, True, 3)
    assert page.get_by_role("rowheader").nth(3).get_by_role("link").is_visible()
    assert page.locator(".grid-today").bounding_box()["y"] < 844 - 100
    page.set_viewport_size({"width": 1280, "height": 800})
    assert sum(days.evaluate_all(shown)) == 15
