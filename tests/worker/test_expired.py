"""What limits count does not lie in the cache table for longer than the page on privacy says."""

from datetime import timedelta

import pytest
from django.core.cache import cache, caches
from django.db import connection

from rallies.http.limits import Limit
from rallies.operations.cache import forget_expired
from rallies.selectors.cache import expired_entries
from rallies.worker.loop import run_due
from tests.factories import NOW

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def tick(at):
    return run_due(clock=lambda: at)


def entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM rallies_cache")
        return cursor.fetchone()[0]


def test_the_worker_forgets_what_has_expired_and_nothing_else(time_machine):
    time_machine.move_to(NOW, tick=False)
    short, long = Limit("short", most=3, seconds=60), Limit("long", most=3, seconds=3600)
    taken = [short.take("a"), short.take("b"), long.take("a")]
    # A moment with a part of a second, which the table keeps without it.
    before = NOW + timedelta(seconds=60, microseconds=999_999)
    assert (entries(), expired_entries(now=before), forget_expired(1, now=before)) == (3, [], 0)
    assert tick(NOW + MINUTE)["expired"] == 0
    assert entries() == 3
    # Five minutes later it is looked for again: at most six after the window, and half a minute's sleep.
    assert "expired" not in tick(NOW + 6 * MINUTE - timedelta(seconds=1))
    assert tick(NOW + 6 * MINUTE)["expired"] == 0
    assert (entries(), cache.get(taken[2])) == (1, NOW.timestamp())
    assert (expired_entries(now=NOW + 6 * MINUTE), forget_expired(1, now=NOW + 6 * MINUTE)) == ([], 0)


def test_a_cache_that_forgets_by_itself_needs_no_worker(settings, django_assert_num_queries):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert type(caches["default"]).__name__ == "LocMemCache"
    with django_assert_num_queries(0):
        assert expired_entries(now=NOW) == []
    assert forget_expired(1, now=NOW) == 0
