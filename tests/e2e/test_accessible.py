"""What the accessibility statement says of the public pages: axe-core finds nothing against WCAG 2.2 A and AA, wide and
narrow, light and dark; and the form needs no script and no pointer."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from rallies.models import ErrorReport
from rallies.operations import actions as operations
from tests.e2e.axe import SCRIPT
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
NOW = datetime(2025, 11, 1, tzinfo=UTC)
ASK = """axe.run(document, {
  resultTypes: ["violations"],
  runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
})"""


@pytest.fixture
def seeded(transactional_db: None) -> None:
    call_command("seed", stdout=StringIO())
    make_action(slug="withdrawn", publication="withdrawn", now=NOW)
    operations.cancel_action(make_action(slug="cancelled", now=NOW).pk, message="Storm warning.", by=None, now=NOW)


def faults_of(page) -> list[str]:
    page.evaluate(SCRIPT)
    found = page.evaluate(ASK)
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"][:3]]


@pytest.fixture
def quiet_page(browser, live_server):
    """A visitor whose console may tell of a page that is not there."""
    context = browser.new_context(base_url=live_server.url)
    yield context.new_page()
    context.close()


def test_public_pages_have_no_fault_that_axe_knows(seeded, quiet_page):
    faults = {}
    for path in PAGES:
        quiet_page.goto(path)
        for width in (320, 1280):
            quiet_page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                # Or a link is asked for its colours while it goes from one scheme to the other.
                quiet_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                faults[path, width, scheme] = faults_of(quiet_page)
            if quiet_page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                faults[path, width, "sideways"] = ["scrolls sideways"]
    assert {case: found for case, found in faults.items() if found} == {}


def test_faults_would_be_found(seeded, page):
    page.goto("/about/")
    page.evaluate("document.querySelector('h1').outerHTML = '<h4>About</h4><img src=\"data:,\"><a href=\"/\"></a>'")
    assert {fault.split(":")[0] for fault in faults_of(page)} >= {"image-alt", "link-name", "page-has-heading-one"}


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
