"""What the accessibility statement says of the public pages: axe-core finds nothing against WCAG 2.2 A and AA, wide and
narrow, light and dark; and the form needs no script and no pointer."""

from datetime import UTC, datetime

import pytest

from rallies.models import ErrorReport
from rallies.operations import actions as operations
from tests.e2e.axe import faults_against_wcag
from tests.factories import make_action

pytestmark = pytest.mark.e2e

ACTION = "/actions/2025-11-15-philadelphia-us/"
PAGES = (
    "/",
    "/actions/",
    "/actions/?campaign=week-of-action-2025",
    "/actions/?kind=strike&country=US",
    "/actions/?when=past",
    "/actions/?kind=nonsense",
    "/actions/cancelled/",
    "/actions/withdrawn/",
    "/places/",
    "/places/?q=Portland",
    "/places/?q=Zzqqxxyy",
    "/actions/month/2025-11/",
    "/actions/month/2025-01/",
    "/actions/week/2025-11-17/",
    "/actions/week/2025-01-06/",
    "/2025/11/22/",
    "/2025/01/06/",
    "/actions/map/?from=2025-11-01",
    "/campaigns/week-of-action-2025/",
    "/organizers/codepink/",
    ACTION,
    f"{ACTION}report/",
    f"{ACTION}report/?sent=1",
    "/about/",
    "/privacy/",
    "/imprint/",
    "/accessibility/",
    "/api/v1/docs/",
    "/nowhere/",
)
# What differs from those above by its language or its lists, at the width where more goes wrong.
NARROW_PAGES = (
    "/actions/?near=philadelphia-us&from=2025-11-01",
    "/places/philadelphia-us/",
    "/countries/",
    "/countries/us/",
    "/picks/",
    "/ar/",
    "/ar/actions/month/2025-11/",
    "/ar/actions/week/2025-11-17/",
    "/ar/campaigns/week-of-action-2025/",
    f"/ar{ACTION}",
    "/ar/nowhere/",
)
NOW = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.fixture
def calendar(seeded: None) -> None:
    make_action(slug="withdrawn", publication="withdrawn", now=NOW)
    operations.cancel_action(make_action(slug="cancelled", now=NOW).pk, message="Storm warning.", by=None, now=NOW)


@pytest.fixture
def quiet_page(browser, live_server):
    """A visitor whose console may tell of a page that is not there."""
    context = browser.new_context(base_url=live_server.url)
    yield context.new_page()
    context.close()


def faults_on(page, paths, *, widths):
    """By path and width, what axe finds, or that the page scrolls sideways."""
    faults = {}
    for path in paths:
        page.goto(path)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            faults[path, width] = faults_against_wcag(page)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                faults[path, width, "sideways"] = ["scrolls sideways"]
    return {case: found for case, found in faults.items() if found}


def test_public_pages_have_no_fault_that_axe_knows(calendar, quiet_page):
    assert faults_on(quiet_page, PAGES, widths=(320, 1280)) == {}
    assert faults_on(quiet_page, NARROW_PAGES, widths=(320,)) == {}


def test_an_empty_site_has_no_fault_that_axe_knows(transactional_db, quiet_page):
    assert faults_on(quiet_page, ("/", "/ar/actions/", "/countries/"), widths=(320,)) == {}


def test_faults_would_be_found(calendar, page):
    page.goto("/about/")
    page.evaluate("document.querySelector('h1').outerHTML = '<h4>About</h4><img src=\"data:,\"><a href=\"/\"></a>'")
    assert {fault.split(":")[0] for fault in faults_against_wcag(page)} >= {
        "image-alt",
        "link-name",
        "page-has-heading-one",
    }


def test_an_error_is_reported_without_scripts_and_without_a_pointer(seeded, browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(ACTION)
    page.get_by_role("link", name="Report an error").press("Enter")
    page.wait_for_url("**/report/")
    page.get_by_role("radio", name="The day or the time").press("Space")
    # From the radios: the text, then the button. The trap takes no focus.
    page.keyboard.press("Tab")
    page.keyboard.type("It begins at 15:00.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/?sent=1")
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you"
    assert context.cookies() == []
    context.close()
    assert list(ErrorReport.objects.values_list("action__slug", "kind", "text")) == [
        ("2025-11-15-philadelphia-us", "time", "It begins at 15:00.")
    ]
