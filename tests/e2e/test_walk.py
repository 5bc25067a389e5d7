"""A visitor walks from home to the campaign, to an action, to its calendar file."""

import pytest

pytestmark = pytest.mark.e2e

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def walk(page):
    page.goto("/")
    page.get_by_role("link", name="See all 27 actions, day by day").click()
    page.wait_for_url("**/campaigns/week-of-action-2025/")
    assert page.get_by_role("heading", name="Date not stated").count() == 1
    page.get_by_role("link", name="'Hands Off Venezuela' March").click()
    page.wait_for_url("**/actions/2025-11-15-philadelphia-us/")
    # It is over, so that its page offers no calendar; the file beside it stays.
    assert page.locator(".add, .add-not").count() == 0
    return page.locator("head link[type='text/calendar']")


def is_too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("size", SIZES)
def test_visitor_walks_from_home_to_the_calendar_file(seeded, page, size):
    page.set_viewport_size(SIZES[size])
    add = walk(page)
    assert not is_too_wide(page)
    answer = page.request.get(add.get_attribute("href"))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.text().count("BEGIN:VEVENT") == 1


@pytest.mark.parametrize("size", SIZES)
def test_visitor_walks_without_javascript(seeded, browser, live_server, size):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, viewport=SIZES[size])
    page = context.new_page()
    add = walk(page)
    href = add.get_attribute("href")
    assert page.request.get(href).text().count("BEGIN:VEVENT") == 1
    page.goto("/campaigns/week-of-action-2025/")
    assert page.get_by_role("button", name="Copy").count() == 0
    assert page.get_by_label("Or copy the feed’s address").input_value().endswith("/campaigns/week-of-action-2025.ics")
    assert context.cookies() == []
    context.close()


def test_pages_fit_the_window_and_wear_the_face_we_ship(seeded, page):
    too_wide = []
    for width in (320, 768, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/", "/actions/", "/campaigns/week-of-action-2025/", "/organizers/codepink/"):
            page.goto(path)
            if is_too_wide(page):
                too_wide.append((path, width))
    assert too_wide == []
    faces = "document.fonts.ready.then(() => [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family))"
    assert page.evaluate(faces) == ["Sofia Sans Condensed"]


def test_copy_button_copies_the_address_of_the_feed(seeded, context, live_server):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/campaigns/week-of-action-2025/")
    button = page.get_by_role("button", name="Copy")
    button.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("Or copy the feed’s address").input_value()
