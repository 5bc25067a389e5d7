"""How fast a map of 5,000 pins opens and moves: benchmarks/map.py [address of a site that runs]

In Chromium, on a campaign's page; the pins are generated here, all over the world and the same each time, and stand in for the
answer of the site, whose own time is not in it. Cold: nothing in the cache. Warm: the median of five openings after that.
"""

import json
import os
import random
import shutil
import statistics
import sys

from playwright.sync_api import Page, sync_playwright

PINS = 5000
PAGE = "/campaigns/week-of-action-2025/"
FRAMES = """() => new Promise((done) => {
  const { map } = document.querySelector("[data-map]");
  const times = [];
  let before = performance.now();
  const step = (now) => {
    times.push(now - before);
    before = now;
    map.panBy([times.length % 80 < 40 ? 12 : -12, 5], { animate: false });
    if (times.length < 180) requestAnimationFrame(step);
    else done(times.slice(1));
  };
  requestAnimationFrame(step);
})"""


def pins() -> str:
    chance = random.Random(5000)
    features = [
        {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [round(chance.uniform(-125, 150), 4), round(chance.uniform(-40, 60), 4)],
            },
            "properties": {
                **{"title": f"Action {n}", "status": "scheduled", "precision": "venue", "url": "/actions/x/"},
                **{"start_date": "2026-03-14", "start_time": "14:00"},
            },
        }
        for n in range(PINS)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def opening(page: Page) -> float:
    """Milliseconds from the press on the fold to the map drawn and one frame shown."""
    page.goto(PAGE, wait_until="networkidle")
    page.evaluate(
        "() => document.querySelector('.map-fold-head').addEventListener('click', () => performance.mark('pressed'))"
    )
    page.locator(".map-fold-head").click()
    page.wait_for_selector("[data-map][data-state=open]")
    return page.evaluate(
        "() => performance.getEntriesByName('map-drawn')[0].startTime - performance.getEntriesByName('pressed')[0].startTime"
    )


def main(address: str = "http://localhost:8000") -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        page, body = context.new_page(), pins()
        page.route("**/*.geojson*", lambda route: route.fulfill(content_type="application/geo+json", body=body))
        print(f"cold {opening(page):.0f} ms")
        warm = [opening(page) for _ in range(5)]
        print(f"warm {statistics.median(warm):.0f} ms ({', '.join(f'{one:.0f}' for one in warm)})")
        frames = page.evaluate(FRAMES)
        slow = sum(one > 50 for one in frames)
        print(
            f"frames while panning: median {statistics.median(frames):.1f} ms, worst {max(frames):.1f} ms, {slow} over 50"
        )
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
