"""Nothing serious or critical on any public page, light and dark."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from rallies.operations import actions as operations
from tests.factories import make_action

from .axe import faults_of

pytestmark = pytest.mark.e2e

NOW = datetime(2025, 11, 1, tzinfo=UTC)
PUBLIC = (
    "/",
    "/actions/",
    "/actions/?campaign=week-of-action-2025",
    "/actions/?kind=strike&country=US",
    "/actions/?when=past",
    "/actions/month/2025-11/",
    "/actions/2025-11-15-philadelphia-us/",
    "/actions/cancelled/",
    "/actions/2025-11-15-philadelphia-us/report/",
    "/campaigns/week-of-action-2025/",
    "/organizers/codepink/",
    "/about/",
    "/privacy/",
    "/imprint/",
    "/accessibility/",
    "/api/v1/docs/",
)
ERRORS = ("/actions/?kind=nonsense", "/nowhere/", "/actions/withdrawn/")


@pytest.fixture
def seeded(transactional_db: None) -> None:
    call_command("seed", stdout=StringIO())
    cancelled = make_action(title="Cancelled", slug="cancelled")
    make_action(slug="withdrawn", publication="withdrawn")
    operations.cancel_action(cancelled.pk, message="Storm warning.", by=None, now=NOW)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages(seeded, page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    assert {path: faults for path in PUBLIC if (faults := _faults_at(page, path))} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_error_pages(seeded, browser, live_server, scheme):
    # A browser of its own: Chromium logs every such answer as an error of the page.
    context = browser.new_context(base_url=live_server.url, color_scheme=scheme)
    page = context.new_page()
    assert {path: faults for path in ERRORS if (faults := _faults_at(page, path))} == {}
    context.close()


def _faults_at(page, path):
    answer = page.goto(path)
    if answer.status >= 500:
        return [f"answered {answer.status}"]
    return faults_of(page)
