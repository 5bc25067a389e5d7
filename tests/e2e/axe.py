"""axe-core on the page that a browser shows."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
SERIOUS = {"serious", "critical"}
# What another scheme can change.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def faults_of(page: Page) -> list[str]:
    """What axe calls serious or critical on the page as it is: rule, element, and why."""
    return _told(page, {}, impacts=SERIOUS)


def faults_in_both_schemes(page: Page) -> list[str]:
    """The same in the light scheme, and what the dark one does to colours."""
    return _in_both_schemes(page, {}, impacts=SERIOUS)


def faults_against_wcag(page: Page) -> list[str]:
    """Whatever axe finds against WCAG 2.2 A and AA and good practice, in either scheme."""
    return _in_both_schemes(page, {"runOnly": WCAG}, impacts=None)


def _in_both_schemes(page: Page, options: dict[str, Any], *, impacts: set[str] | None) -> list[str]:
    # Without motion, or a link is asked for its colours while it goes from one scheme to the other.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = _told(page, {"runOnly": COLOURS}, impacts=impacts)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return [*_told(page, options, impacts=impacts), *(f"dark: {fault}" for fault in dark)]


def _told(page: Page, options: dict[str, Any], *, impacts: set[str] | None) -> list[str]:
    # The policy of the pages lets no script in from outside; what the browser itself evaluates it does.
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found = page.evaluate("options => axe.run(document, options)", {"resultTypes": ["violations"], **options})
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found["violations"]
        if impacts is None or rule["impact"] in impacts
        for node in rule["nodes"][:3]
    ]
