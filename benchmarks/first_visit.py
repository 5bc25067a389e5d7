"""What a first visit costs on a slow phone: benchmarks/first_visit.py [times]

The site as `make run` serves it, with the week of action and 1,000 generated actions in a directory of its own; Chromium at 390x844
with 150 ms of latency, 1.6 Mbit/s, a processor four times slower and an empty cache, each time in a new browser context.
Prints medians, and ends with 1 when a page is above a limit: LCP and CLS hold for the list and an action, bytes for every page,
without the parts of the map, which an action fetches when its map comes into view.
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.served import site

PAGES = {
    "home": "/",
    "list": "/actions/",
    "action": "/actions/2025-11-15-philadelphia-us/",
    "campaign": "/campaigns/week-of-action-2025/",
    "month": "/actions/month/2025-11/",
}
TIMED = {"list", "action"}
MOST_LCP = 1000.0
MOST_SHIFT = 0.05
MOST_BYTES = 60_000
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
SLOWER = 4
MAP = re.compile(r"/js/map_|/vendor/(?!sofia)|\.geojson")

WATCH = """
window.seen = { lcp: 0, what: "", shift: 0 };
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    seen.lcp = one.startTime;
    seen.what = `${one.element?.localName}.${one.element?.className}`;
  }
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shift += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True)
class Visit:
    """Milliseconds to the largest paint and what it was, the sum of layout shifts, and what went over the line with its headers, without the map."""

    lcp: float
    what: str
    shift: float
    size: int
    requests: int


def visit(browser: Browser, address: str) -> Visit:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="light")
    page = context.new_page()
    sizes = _throttled(page)
    page.add_init_script(WATCH)
    answer = page.goto(address, wait_until="networkidle")
    assert answer and answer.ok, address
    page.wait_for_function("seen.lcp > 0")
    page.wait_for_timeout(300)
    seen = page.evaluate("seen")
    context.close()
    return Visit(seen["lcp"], seen["what"], seen["shift"], sum(sizes), len(sizes))


def _throttled(page: Page) -> list[int]:
    """The sizes of all answers, as they will come, without those of the map."""
    sizes: list[int] = []
    asked: dict[str, str] = {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    network.send("Network.emulateNetworkConditions", LINE)
    network.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    network.on("Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: e["request"]["url"]}))

    def came(answer: dict[str, Any]) -> None:
        size = int(answer["encodedDataLength"])
        if size and not MAP.search(asked[answer["requestId"]]):
            sizes.append(size)

    network.on("Network.loadingFinished", came)
    return sizes


def measure(address: str, times: int) -> bool:
    """Whether all pages keep within the limits."""
    good = True
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, path in PAGES.items():
            visits = [visit(browser, address + path) for _ in range(times + 1)][1:]
            lcp, shift, size, requests = (
                statistics.median(values)
                for values in zip(*((one.lcp, one.shift, one.size, one.requests) for one in visits), strict=True)
            )
            spread = f"{min(one.lcp for one in visits):.0f}-{max(one.lcp for one in visits):.0f}"
            above = [
                *(["LCP"] if name in TIMED and lcp >= MOST_LCP else []),
                *(["CLS"] if name in TIMED and shift >= MOST_SHIFT else []),
                *(["bytes"] if size > MOST_BYTES else []),
            ]
            good = good and not above
            print(
                f"{name:9} LCP {lcp:5.0f} ms ({spread}, {visits[-1].what}), CLS {shift:.3f}, "
                f"{size / 1000:.1f} kB in {requests:.0f} requests{''.join(f'; above the limit: {one}' for one in above)}",
                flush=True,
            )
        browser.close()
    return good


def main(times: str = "7") -> None:
    with tempfile.TemporaryDirectory(prefix="rallies-first-visit-") as directory, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        os.environ |= {"DATA_DIR": str(Path(directory) / "data"), "PORT": str(port)}
        for command in (["start", "--prepare-only"], ["generate_actions", "1000"]):
            subprocess.run([sys.executable, "manage.py", *command], check=True, stdout=subprocess.DEVNULL)
        with site(port):
            good = measure(f"http://localhost:{port}", int(times))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
