import gc
import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from rallies.feeds.answers import FILES
from tests import settings, write_guard
from tests.kept import forget
from tests.signing_in import sign_in

REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL"))
ONLY_WITH_DATABASE = bool(os.environ.get("ONLY_WITH_DATABASE"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a second database runs what asks a database. The rest could only say the same again."""
    if ONLY_WITH_DATABASE:
        without = [item for item in items if not _asks_database(item)]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if _asks_database(item)]


def _asks_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database"):
        return False
    is_marked = item.get_closest_marker("django_db") or item.get_closest_marker("each_database")
    return bool(is_marked) or "django_db_setup" in getattr(item, "fixturenames", ())


def pytest_collection_finish() -> None:
    """What is imported and collected stays until the end: the collector, which else takes a fifth of the time, need not walk it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _with_room(work: Callable[[], None]) -> Callable[[], None]:
    """Python keeps the frames of what calls what in chunks of 16 kB, and asks the system for one at each call over the end of
    the last: a loop there takes a seventh longer. Below a frame that claims half of 512 kB there is no such end."""

    def roomy() -> None:
        work()

    roomy.__code__ = roomy.__code__.replace(co_stacksize=33_000)
    return roomy


def pytest_itemcollected(item: pytest.Item) -> None:
    item.setup = _with_room(item.setup)
    item.runtest = _with_room(item.runtest)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Only the test itself is watched: databases are made and emptied around it."""
    write_guard.install()
    with write_guard.watching():
        return (yield)


@pytest.fixture(autouse=True)
def _no_memory_of_feeds() -> None:
    """Calendars of tests have the same stamps at the same moments."""
    forget()
    shutil.rmtree(FILES.directory(), ignore_errors=True)


@pytest.fixture
def admin_client(admin_user: User) -> Client:
    """A browser in which an administrator is signed in, in place of pytest-django's, who gave no second factor."""
    client = Client()
    sign_in(client, admin_user)
    return client


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Redis whose data nobody needs."""
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        pytest.skip("TEST_REDIS_URL is not set")
    return url


def pytest_unconfigure() -> None:
    # Workers of xdist end without the usual goodbye, which would remove it.
    settings.directory.cleanup()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests say of themselves, `record_property("say", …)`, also where they ran on a worker of xdist."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    lines = [line for report in reports for name, line in getattr(report, "user_properties", []) if name == "say"]
    for line in dict.fromkeys(lines):
        terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if REQUIRE_ALL and reporter and reporter.stats.get("skipped"):
        reporter.write_line("\nTests were skipped, and here none may be.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
