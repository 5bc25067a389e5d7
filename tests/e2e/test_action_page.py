"""The page of one action on a visitor's device: their own clock, the keyboard alone, and nothing that moves or leaves."""

from datetime import date, time, timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from rallies.models import Action
from rallies.operations.actions import cancel_action, postpone_action
from tests.e2e.axe import faults_against_wcag
from tests.factories import make_action, make_campaign, make_location

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

KIRITIMATI = {
    "locality": "London",
    "region": "",
    "region_code": "",
    "country": "KI",
    "timezone": "Pacific/Kiritimati",
} | {
    "latitude": 1.98,
    "longitude": -157.47,
}
# A Saturday to come, with the clocks of March 2026.
DAY = date(2037, 3, 14)
SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((shift) => (sum += shift.value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 500);
})"""


@pytest.fixture
def march(live_server, settings) -> str:
    settings.SITE_URL = live_server.url
    week = make_campaign()
    make_action(title="Near", start_date=timezone.localdate() + timedelta(days=30))
    make_action(
        title="Elsewhere", start_date=DAY, location=make_location(locality="Detroit", latitude=42.33, longitude=-83.05)
    )
    made = make_action(
        slug="march", title="March", start_date=DAY, end_time=time(16), campaigns=[week], sources=[], contact=""
    )
    return f"/actions/{made.slug}/"


def visit(browser: Browser, live_server, path: str, zone: str, **options) -> tuple[Page, list[str]]:
    context = browser.new_context(base_url=live_server.url, timezone_id=zone, **options)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path, wait_until="load")
    return page, asked


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Tokyo", "Your time: Sunday, 15 March, 04:00–06:00 GMT+9"),
        ("Europe/Berlin", "Your time: Saturday, 14 March, 20:00–22:00 CET"),
        ("America/Chicago", ""),
        # Another name, the same clock.
        ("America/Winnipeg", ""),
    ],
)
def test_the_own_clock_is_said_where_it_is_another(march, browser, live_server, zone, words):
    page, asked = visit(browser, live_server, march, zone)
    line = page.locator(".ticket-own")
    assert line.inner_text().replace("\u2060", "").replace("\u2009", "") == words if words else line.is_hidden()
    # Nothing says which zone it is.
    assert {urlsplit(address).netloc for address in asked} == {urlsplit(live_server.url).netloc}
    assert [address for address in asked if zone.partition("/")[2] in address or "zone" in address] == []
    page.context.close()


def test_a_day_earlier_and_a_zone_26_hours_away(browser, live_server, settings):
    settings.SITE_URL = live_server.url
    beach = make_location(**KIRITIMATI)
    make_action(slug="sunrise", title="Sunrise", location=beach, start_date=date(2026, 1, 1), start_time=time(0, 30))
    page, _asked = visit(browser, live_server, "/actions/sunrise/", "Etc/GMT+12")
    assert page.locator(".ticket-own").inner_text() == "Your time: Tuesday, 30 December 2025 at 22:30 GMT-12"
    page.context.close()


@pytest.mark.parametrize(
    ("path", "when", "title", "line"),
    [
        ("/actions/?q=march", ".entry-when", ".entry-title a", "underline"),
        ("/actions/month/2037-03/?q=march", ".slot-time", ".slot a", "none"),
        ("/actions/week/2037-03-09/?q=march", ".slot-time", ".slot a", "none"),
    ],
)
def test_lists_strike_the_time_of_a_postponed_one_and_not_its_title(march, page, path, when, title, line):
    postpone_action(Action.objects.get(slug="march").pk, by=None, now=timezone.now())
    page.goto(path)
    lines = [page.locator(seen).evaluate("each => getComputedStyle(each).textDecorationLine") for seen in (when, title)]
    assert lines == ["line-through", line]


@pytest.mark.parametrize("step", [None, cancel_action, postpone_action])
def test_a_date_that_no_longer_holds_is_struck_through_wherever_it_stands(march, browser, live_server, step):
    if step:
        step(Action.objects.get(slug="march").pk, by=None, now=timezone.now())
    page, _asked = visit(browser, live_server, march, "Asia/Tokyo")
    lines = [
        page.locator(seen).evaluate("each => getComputedStyle(each).textDecorationLine")
        for seen in (".ticket-leaf", ".ticket-words time", ".ticket-own")
    ]
    assert lines == ["line-through" if step else "none"] * 3
    page.context.close()


def test_in_arabic_with_the_digits_of_the_page(march, browser, live_server):
    page, _asked = visit(browser, live_server, f"/ar{march}", "Asia/Tokyo", viewport={"width": 390, "height": 700})
    words = page.locator(".ticket-own").inner_text()
    assert "15 مارس" in words and "4:00" in words
    page.context.close()


def test_nothing_moves_and_what_matters_is_seen_at_once(march, browser, live_server):
    page, _asked = visit(browser, live_server, march, "Asia/Tokyo", viewport={"width": 390, "height": 700})
    assert page.evaluate(SHIFTS) == 0
    for seen in (
        ".action-title",
        ".ticket-words",
        ".ticket-own",
        ".ticket-venue",
        ".ticket-city",
        ".ticket-apps",
        ".add-head",
    ):
        box = page.locator(seen).first.bounding_box()
        assert (seen, box is not None and box["y"] + box["height"] <= 700) == (seen, True)
    page.context.close()


def test_by_keyboard_alone(march, page):
    page.goto(march)
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        words = page.evaluate("document.activeElement.innerText?.trim() ?? ''")
        if words.startswith("Add to calendar"):
            page.keyboard.press("Enter")
        reached.append(words)
        if words == "Report an error":
            break
    wanted = ["OpenStreetMap", "Google Calendar", "Outlook.com", "Office 365", "Yahoo", "File (.ics)"]
    wanted += ["Near", "Elsewhere", "Report an error"]
    assert [words for words in reached if words in wanted] == wanted, reached
    expect(page.locator(".add")).to_have_attribute("open", "")


def test_with_the_ways_open_axe_finds_nothing_and_nothing_stands_beside_the_window(march, page):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for path in (march, f"/ar{march}"):
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                page.goto(path)
                page.locator(".add-head").click()
                assert (path, width, faults_against_wcag(page)) == (path, width, [])
                assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_scripts_every_way_is_there(march, browser, live_server):
    page, _asked = visit(browser, live_server, march, "Asia/Tokyo", java_script_enabled=False)
    page.locator(".add-head").click()
    assert page.get_by_role("link", name="Google Calendar").is_visible()
    assert page.locator(".ticket-own").is_hidden() and page.locator("[data-phone-map]").is_visible()
    page.context.close()
