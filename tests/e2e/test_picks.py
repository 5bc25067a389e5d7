"""Picks: ticked in the list, kept by the browser alone, and held by one address."""

from datetime import date

import icalendar
import pytest
from playwright.sync_api import Browser, Page

from rallies.models import Action
from rallies.picks import MOST, code_of, codes_of
from tests.factories import make_action
from tests.http.test_picks import uids_of
from tests.picking import token_of

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("picks")]

PAST = "/actions/?when=past"
OURS = "footer [data-words]"
SHIFTS = """() => {
  window.moved = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) window.moved += shift.value;
  }).observe({type: "layout-shift", buffered: true});
}"""


def titles(page: Page) -> list[str]:
    return sorted(page.locator(".entry .entry-title").all_inner_texts())


OVERLAPS = """() => [...document.querySelectorAll(".entry")].filter((entry) => {
  const box = entry.querySelector(".pick").getBoundingClientRect();
  return [...entry.querySelectorAll("p, .entry-title")].some((line) => {
    const words = document.createRange();
    words.selectNodeContents(line);
    return [...words.getClientRects()].some((one) =>
      one.right > box.left + 8 && one.left < box.right - 8 && one.bottom > box.top + 10 && one.top < box.bottom - 10);
  });
}).length"""


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_box_covers_no_words_in_any_language(browser: Browser, live_server, seeded, width):
    make_action(title="A title that is longer than one line of a phone, and goes on", end_date=date(2026, 3, 20))
    context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 800})
    page, covered = context.new_page(), {}
    for language in ("", "/es", "/fr", "/de", "/pt", "/ar"):
        page.goto(f"{language}{PAST}")
        page.locator(".entry > .pick").first.wait_for()
        covered[language] = page.evaluate(OVERLAPS)
    context.close()
    assert covered == dict.fromkeys(covered, 0)


def test_three_that_are_ticked_stand_on_one_page_and_in_its_feed(page: Page, seeded):
    page.goto(PAST)
    entries = page.locator(".entry")
    wanted = []
    for number in (0, 3, 7):
        entry = entries.nth(number)
        entry.get_by_role("checkbox").check()
        wanted.append(entry.locator(".entry-title").inner_text())
    assert page.locator("[role=status].footer-said").inner_text() == "Your picks (3)"
    page.locator("[role=status].footer-said a").click()
    page.wait_for_url("**/picks/*/")
    assert titles(page) == sorted(wanted)
    token = page.url.rstrip("/").rpartition("/")[2]
    picked = {code_of(uid): title for uid, title in Action.objects.values_list("uid", "title")}
    assert sorted(picked[code] for code in codes_of(token)) == sorted(wanted)
    address = page.locator("#feed-address").input_value()
    feed = icalendar.Calendar.from_ical(page.request.get(address[address.index("/picks/") :]).body())
    assert len(feed.walk("VEVENT")) == 3
    # The page holds what its address does, whatever is ticked on it; and says where one's own are.
    other = page.locator(".picks-other")
    assert not other.is_visible()
    page.get_by_role("checkbox").first.uncheck()
    assert page.locator(OURS).inner_text() == "Your picks (2)"
    other.get_by_role("link").click()
    page.wait_for_url(lambda url: "/picks/" in url and token not in url)
    assert len(titles(page)) == 2
    # The door leads on.
    page.goto("/picks/")
    page.wait_for_url("**/picks/*/")
    assert page.evaluate("document.cookie") == ""


def test_tabs_agree_and_the_action_has_the_same_box(page: Page, seeded):
    page.goto(PAST)
    other = page.context.new_page()
    other.goto(PAST)
    page.get_by_role("checkbox").nth(1).check()
    other.wait_for_function("document.querySelectorAll('[data-pick]')[1].checked")
    other.get_by_role("checkbox").nth(2).check()
    page.wait_for_function("document.querySelectorAll('[data-pick]')[2].checked")
    assert page.locator(OURS).inner_text() == "Your picks (2)"
    page.locator(".entry .entry-title a").nth(1).click()
    page.wait_for_url("**/actions/2*/")
    assert page.locator(".ticket").get_by_role("checkbox").is_checked()


def test_a_full_set_takes_no_more_and_says_so(page: Page, seeded):
    page.goto(PAST)
    codes = sorted(f"{number:010x}" for number in range(MOST))
    page.evaluate("(codes) => localStorage.setItem('rallies.picks', JSON.stringify(codes))", codes)
    page.reload()
    box = page.get_by_role("checkbox").first
    box.click()
    assert not box.is_checked()
    assert "40 picks at most" in page.locator(".footer-said").inner_text()
    href = page.locator(OURS).get_attribute("href")
    assert href == f"/picks/{token_of(range(MOST))}/"


def test_a_browser_that_keeps_nothing_says_so(page: Page, seeded):
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); };")
    page.goto(PAST)
    box = page.get_by_role("checkbox").first
    box.click()
    assert not box.is_checked()
    assert page.locator(".footer-said").inner_text().startswith("Your browser keeps nothing for this site")
    page.goto("/picks/")
    assert page.locator("[data-picks-begin]").inner_text().startswith("Your browser keeps nothing for this site")


@pytest.mark.parametrize("kept", ["", "null", "{}", "7", '["x", 7, null]', "[", '"aaaaaaaaaa"'])
def test_what_is_no_set_of_ours_is_none(page: Page, seeded, kept):
    page.goto("/")
    page.evaluate("(kept) => localStorage.setItem('rallies.picks', kept)", kept)
    page.goto(PAST)
    assert page.locator(OURS).inner_text() == "Your picks"
    page.get_by_role("checkbox").first.check()
    assert page.locator(OURS).inner_text() == "Your picks (1)"


@pytest.mark.parametrize("width", [390, 1280])
def test_boxes_move_nothing_and_can_be_hit(page: Page, seeded, width):
    page.add_init_script(f"({SHIFTS})()")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/ar" + PAST)
    page.wait_for_load_state("networkidle")
    boxes = page.locator(".pick")
    sizes = [box.bounding_box() for box in boxes.all()[:5]]
    assert min(min(size["width"], size["height"]) for size in sizes) >= 44
    boxes.first.click()
    assert page.get_by_role("checkbox").first.is_checked()
    assert page.evaluate("window.moved") < 0.01
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_scripts_no_box_is_shown_and_the_page_says_what_it_takes(browser: Browser, live_server, seeded):
    token = token_of([code_of(make_action().uid)])
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(PAST)
    assert page.locator(".pick").count() > 3 and not page.locator(".pick").first.is_visible()
    page.locator("footer").get_by_role("link", name="Your picks").click()
    assert "That takes scripts" in page.locator("main").inner_text()
    # One that somebody sent is a page like any other.
    page.goto(f"/picks/{token}/")
    assert (page.locator(".entry").count(), page.locator(".subscribe-way").count()) == (1, 3)
    assert len(uids_of(page.request.get(f"/picks/{token}.ics").text())) == 1
    context.close()
