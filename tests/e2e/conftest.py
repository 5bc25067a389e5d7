"""A real Chromium that fails a test on any error in its console and any request to another host."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
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


@pytest.fixture(scope="session")
def kept_seed() -> Iterator[sqlite3.Connection]:
    """Holds the database as the seed leaves it, once somebody asked for it."""
    with closing(sqlite3.connect(":memory:")) as kept:
        yield kept


@pytest.fixture
def seeded(transactional_db: None, kept_seed: sqlite3.Connection) -> None:
    """The site with its week of action; only the first time it is read from its files."""
    if connection.vendor != "sqlite":
        call_command("seed", stdout=StringIO())
        return
    connection.ensure_connection()
    if kept_seed.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        call_command("seed", stdout=StringIO())
        connection.connection.backup(kept_seed)
    else:
        kept_seed.backup(connection.connection)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """What the public sees: it must not get a cookie."""
    yield context.new_page()
    assert context.cookies() == []


@pytest.fixture
def staff_page(context: BrowserContext) -> Page:
    """For pages that sign people in, with the cookies this takes."""
    return context.new_page()
