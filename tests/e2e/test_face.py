"""What a first visit costs, and that nothing moves or sticks out: asked of the site as `make run` serves it.

The server is a process of its own, because pytest's sends static files as they lie there: not compressed, and
under names that no browser keeps.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("face")]

ROOT = Path(__file__).parent.parent.parent
FIRST_VISIT = 60_000
PHONE_AND_DESK = (390, 1280)
WIDTHS = (360, 390, 768, 1280, 1920)
# A phone in a train: slow enough that styles, font and script come one after the other.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000}

SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries())
      window.shifts.push([shift.value, ...shift.sources.map((s) => s.node?.className ?? s.node?.nodeName)]);
  }).observe({type: "layout-shift", buffered: true});
}"""


def manage(*arguments: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[str]:
    """The address of a site with the week of action and a first page of the list that is full."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path_factory.mktemp("face") / "data"),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    manage("start", "--prepare-only", environment=environment)
    manage("generate_actions", "1000", environment=environment)
    server = subprocess.Popen([sys.executable, "manage.py", "start"], cwd=ROOT, env=environment)
    try:
        _wait_for(f"{url}/healthz", server)
        yield url
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _wait_for(address: str, server: subprocess.Popen) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (HTTPError, URLError, OSError):
            assert server.poll() is None
            time.sleep(0.2)
    raise AssertionError("the site did not start")


@pytest.fixture
def visit(browser: Browser, site) -> Iterator:
    """Opens a page for a visitor who was never there before."""
    contexts = []

    def open_page(width: int, **options) -> Page:
        contexts.append(browser.new_context(base_url=site, viewport={"width": width, "height": 800}, **options))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def paths(site) -> list[str]:
    """Every kind of public page, with the longest of each that is at hand."""
    listed = urllib.request.urlopen(f"{site}/actions/").read().decode()
    return [
        "/",
        "/actions/",
        "/actions/?when=past",
        "/actions/?kind=march&country=US&campaign=week-of-action-2025",
        "/places/?q=Portland",
        "/actions/map/?from=2025-11-01",
        "/actions/month/2025-11/",
        "/actions/week/2025-11-17/",
        "/2025/11/22/",
        "/actions/2025-11-15-philadelphia-us/",
        re.findall(r'href="(/actions/[a-z0-9-]+/)"', listed)[-1],
        "/campaigns/week-of-action-2025/",
        "/organizers/codepink/",
        "/api/v1/docs/",
        "/actions/?q=nothing-has-this-in-its-title",
        "/actions/?kind=unheard-of",
        "/no-such-page/",
    ]


@pytest.mark.parametrize(
    "path", ["/actions/", "/actions/?campaign=week-of-action-2025", "/", "/actions/week/2025-11-17/", "/2025/11/22/"]
)
def test_first_visit_is_at_most_60_kilobytes_in_all(visit, path):
    page = visit(390)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    asked: dict[str, str] = {}
    cost: list[tuple[int, str]] = []
    network.on("Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: e["request"]["url"]}))
    # With the headers of the answers, as they go over the line; what comes out of the cache has 0.
    network.on(
        "Network.loadingFinished",
        lambda e: cost.append((int(e["encodedDataLength"]), urlsplit(asked[e["requestId"]]).path[-60:])),
    )
    page.goto(path, wait_until="networkidle")
    over_the_line = sorted((one for one in cost if one[0]), reverse=True)
    assert {name.rpartition(".")[2] for _, name in over_the_line} >= {"woff2", "css", "js", "svg"}
    # With the second font, too, which comes when a heading has letters such as Ł.
    assert sum(size for size, _ in over_the_line) <= FIRST_VISIT, over_the_line
    assert len(over_the_line) <= 12, over_the_line
    assert len([name for _, name in over_the_line if name.endswith(".css")]) == 1


@pytest.mark.parametrize("width", PHONE_AND_DESK)
def test_nothing_moves_while_a_page_comes(visit, paths, width):
    moved = {}
    for path in [*paths[:2], *paths[4:9]]:
        page = visit(width)
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", SLOW)
        page.add_init_script(f"({SHIFTS})()")
        page.goto(path, wait_until="networkidle")
        page.wait_for_timeout(200)
        shifts = page.evaluate("window.shifts")
        if shifts:
            moved[path] = shifts
    assert moved == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_its_window(visit, paths, width):
    page = visit(width)
    too_wide = {}
    for path in paths:
        page.goto(path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over:
            too_wide[path] = over
    assert too_wide == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_fields_of_the_filter_lie_within_it_and_beside_each_other(visit, width):
    page = visit(width)
    page.goto("/actions/")
    page.get_by_text("Narrow it down").click()
    outside = page.evaluate(
        """() => {
          const form = document.querySelector("form.narrow").getBoundingClientRect();
          const fields = [...document.querySelectorAll("form.narrow select, form.narrow input")];
          const boxes = fields.map((field) => [field.id, field.getBoundingClientRect()]);
          const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
          return boxes.filter(([id, box]) => box.left < form.left || box.right > form.right
            || boxes.some(([other, beside]) => other !== id && meet(box, beside))).map(([id]) => id);
        }"""
    )
    assert outside == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_is_seen_on_everything_that_takes_it(visit, scheme):
    """By the keyboard through a page: each stop has an outline of 3 pixels in the colour of the scheme's focus."""
    page = visit(1280, color_scheme=scheme)
    page.goto("/actions/?kind=march&country=US&campaign=week-of-action-2025")
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "(({outlineStyle, outlineWidth, outlineColor}) => [outlineStyle, outlineWidth, outlineColor].join(' '))"
                "(getComputedStyle(document.activeElement))"
            )
        )
    colour = {"light": "rgb(21, 22, 26)", "dark": "rgb(255, 192, 34)"}[scheme]
    assert seen == [f"solid 3px {colour}"] * 12


def test_what_is_pressed_on_a_phone_is_large_enough(visit, paths):
    """WCAG 2.2, 2.5.8: 24 pixels, except for links within text, and for what a larger target beside it covers."""
    page = visit(390)
    small = {}
    for path in paths:
        page.goto(path)
        found = page.evaluate(
            """() => [...document.querySelectorAll('a, button, input, select, summary')].filter((e) => {
                 const box = e.getBoundingClientRect(), style = getComputedStyle(e);
                 const inText = style.display === 'inline' && e.closest('p, li, dd, h1, h2, h3, h4, td');
                 return box.width && !inText && style.visibility !== 'hidden' && !e.matches('.skip, [type=hidden]')
                   && (box.width < 24 || box.height < 24);
               }).map((e) => e.outerHTML.slice(0, 90))"""
        )
        if found:
            small[path] = found
    assert small == {}
