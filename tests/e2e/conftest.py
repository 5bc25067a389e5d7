"""A real Chromium that fails a test on any error in its console and any request to another host."""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not executable:
        pytest.skip("no Chromium was found")
    # Playwright keeps an event loop running in this thread, where Django then refuses its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        # Its sandbox refuses to work for root, which is who runs tests in containers.
        yield playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])


@pytest.fixture
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    """A fresh visitor. `page.goto("/")` is the site under test."""
    context = browser.new_context(base_url=live_server.url)
    here = urlsplit(live_server.url).netloc
    complaints: list[str] = []
    context.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "request",
        lambda asked: (
            urlsplit(asked.url).scheme not in ("data", "blob", "about")
            and urlsplit(asked.url).netloc != here
            and complaints.append(f"request to {asked.url}")
        ),
    )
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """What the public sees: it must not get a cookie."""
    yield context.new_page()
    assert context.cookies() == []


@pytest.fixture
def staff_page(context: BrowserContext) -> Page:
    """For pages that sign people in, with the cookies this takes."""
    return context.new_page()
