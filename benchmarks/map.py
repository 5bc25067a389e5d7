"""How fast a map of 5,000 pins opens and moves: benchmarks/map.py [address of a site that runs [times]]

In Chromium, on a campaign's page; the pins are generated here, all over the world and the same each time, and stand in for the
answer of the site, whose own time is not in it. To answer in its place turns the browser's cache off, so that each opening fetches
all parts again. Cold: the first opening of a browser. Then each stage: the median of five openings after that, from the press on.
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

WATCH = """() => {
  document.querySelector(".map-fold-head").addEventListener("click", () => performance.mark("pressed"));
  const seen = new MutationObserver(([{ target }]) => {
    if (target.dataset.state !== "open") return;
    requestAnimationFrame(() => setTimeout(() => (performance.mark("shown"), (target.dataset.shown = ""))));
  });
  seen.observe(document.querySelector("[data-map]"), { attributeFilter: ["data-state"] });
}"""
STAGES = """() => {
  const at = (name) => performance.getEntriesByName(name)[0]?.startTime ?? NaN;
  const names = ["map-asked", "map-ground", "map-drawn", "shown"];
  return Object.fromEntries(names.map((name) => [name, at(name) - at("pressed")]));
}"""


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


def opening(page: Page) -> dict[str, float]:
    """Milliseconds from the press on the fold to the ground painted, the map drawn, and the frame after it shown."""
    page.goto(PAGE, wait_until="networkidle")
    page.evaluate(WATCH)
    page.locator(".map-fold-head").click()
    page.wait_for_selector("[data-map][data-shown]")
    return page.evaluate(STAGES)


def main(address: str = "http://localhost:8000", times: str = "5") -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        page, body = context.new_page(), pins()
        page.route("**/*.geojson*", lambda route: route.fulfill(content_type="application/geo+json", body=body))
        print(f"cold {opening(page)['shown']:.0f} ms")
        warm = [opening(page) for _ in range(int(times))]
        for stage in warm[0]:
            values = [one[stage] for one in warm]
            print(f"{stage} {statistics.median(values):.0f} ms ({', '.join(f'{one:.0f}' for one in values)})")
        frames = page.evaluate(FRAMES)
        slow = sum(one > 50 for one in frames)
        print(
            f"frames while panning: median {statistics.median(frames):.1f} ms, worst {max(frames):.1f} ms, {slow} over 50"
        )
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
