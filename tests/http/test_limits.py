"""Limits, on each cache that a site can have: as many as may be, to the very one, however many ask at once."""

import logging
import os
import pickle
import secrets
import socket
import subprocess
import sys
import threading
import time
from base64 import b64decode
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache, caches
from django.db import connection

from rallies.http.limits import Limit, TooOften
from tests.factories import NOW
from tests.write_guard import watching

ROOT = Path(__file__).parent.parent.parent
ADDRESS = "192.0.2.77"
TABLE = django_settings.CACHES["default"]


def redis_cache(url: str, **options: object) -> dict[str, object]:
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": f"rallies-test-{secrets.token_hex(4)}",
        "OPTIONS": options,
    }


@pytest.fixture(params=["table", "redis"])
def kept_in(request, settings) -> str:
    """Where the cache is; the table of the database that the tests run on, and Redis if there is one."""
    if request.param == "redis":
        settings.CACHES = {"default": redis_cache(request.getfixturevalue("redis_url"))}
    else:
        cache.clear()
    return request.param


def waits(limit: Limit, key: str) -> int:
    """0 if a slot was taken."""
    try:
        limit.take(key)
    except TooOften as error:
        return error.wait
    return 0


@pytest.mark.django_db
def test_window_slides(kept_in, time_machine):
    limit = Limit(secrets.token_hex(4), most=3, seconds=60)
    # A quarter of a minute before a window ends, so that all that follows spans two or three.
    start = NOW.timestamp() // 60 * 60 + 45
    asked = [(0, 0), (10, 0), (20, 0), (20.5, 40), (59.5, 1), (60, 0), (60, 10), (69.9, 1), (70, 0), (79, 1), (80, 0)]
    asked += [(80, 40), (119.2, 1), (120, 0), (200, 0), (200, 0), (200, 0), (200, 60)]
    found = []
    for seconds, _ in asked:
        time_machine.move_to(start + seconds, tick=False)
        found.append((seconds, waits(limit, ADDRESS)))
    assert found == asked


@pytest.mark.django_db
def test_each_key_and_each_limit_counts_alone(kept_in):
    name = secrets.token_hex(4)
    one, other = Limit(name, most=1, seconds=3600), Limit(f"{name}-other", most=1, seconds=3600)
    asked = [(one, "a"), (one, "b"), (other, "a"), (one, "a"), (other, "a"), (other, "b")]
    assert [bool(waits(limit, key)) for limit, key in asked] == [False, False, False, True, True, False]


@pytest.mark.django_db
def test_what_is_given_back_can_be_taken_again(kept_in):
    limit = Limit(secrets.token_hex(4), most=2, seconds=3600)
    first = limit.take("a")
    limit.take("a")
    assert waits(limit, "a") > 0
    limit.give_back(first)
    assert [bool(waits(limit, "a")) for _ in range(2)] == [False, True]


@pytest.mark.django_db
def test_clear_forgets_one_key_in_both_windows(kept_in, time_machine):
    limit = Limit(secrets.token_hex(4), most=2, seconds=60)
    start = NOW.timestamp() // 60 * 60
    for seconds in (50, 70):
        time_machine.move_to(start + seconds, tick=False)
        assert [waits(limit, "a"), waits(limit, "b")] == [0, 0]
    assert (waits(limit, "a"), waits(limit, "b")) == (40, 40)
    limit.clear("a")
    assert [waits(limit, "a"), waits(limit, "a"), waits(limit, "a"), waits(limit, "b")] == [0, 0, 60, 40]


@pytest.mark.django_db
def test_the_cache_holds_no_key_in_clear_and_a_digest_that_needs_the_secret(kept_in, settings):
    limit = Limit("test", most=1, seconds=3600)
    keys = [ADDRESS, "2001:db8:1:2::/64", "ana.organizer"]
    slots = [limit.take(key) for key in keys]
    digests = [slot.split(":")[0] for slot in slots]
    assert {len(digest) for digest in digests} == {32}
    stored = [(name, value) for name, value in everything(kept_in)]
    assert len(stored) == len(keys)
    for name, value in stored:
        assert [key for key in keys if key in name or key.encode() in value] == []
    # A moment, and nothing beside it.
    assert {type(pickle.loads(value)) for _, value in stored} == {float}
    limit.clear(ADDRESS)
    settings.SECRET_KEY = "another"
    assert limit.take(ADDRESS).split(":")[0] not in digests


def everything(kept_in: str) -> list[tuple[str, bytes]]:
    """Keys and pickles that are in the cache."""
    if kept_in == "table":
        with connection.cursor() as cursor:
            cursor.execute("SELECT cache_key, value FROM rallies_cache")
            return [(name, b64decode(value)) for name, value in cursor.fetchall()]
    client = caches["default"]._cache.get_client()
    prefix = django_settings.CACHES["default"]["KEY_PREFIX"]
    return [(name.decode(), client.get(name)) for name in client.scan_iter(f"{prefix}:*")]


@pytest.mark.django_db(transaction=True)
def test_threads_at_once_take_exactly_as_many_as_there_are(kept_in):
    limit = Limit(secrets.token_hex(4), most=10, seconds=3600)
    taken = in_threads(8, lambda: sum(not waits(limit, ADDRESS) for _ in range(5)))
    assert sum(taken) == 10


@pytest.mark.django_db(transaction=True)
def test_no_window_that_ends_meanwhile_lets_more_through(kept_in):
    """With a real clock, over three ends of a window: of any six in a row, the last is a second after the first."""
    limit = Limit(secrets.token_hex(4), most=5, seconds=1)
    until = time.time() + 3.2

    def take_all() -> list[float]:
        moments = []
        while time.time() < until:
            try:
                moments.append(cache.get(limit.take(ADDRESS)))
            except TooOften:
                time.sleep(0.002)
        return moments

    moments = sorted(moment for found in in_threads(4, take_all) for moment in found)
    assert [later - first for first, later in zip(moments, moments[5:], strict=False) if later - first < 1] == []
    assert 15 <= len(moments) <= 20


@pytest.mark.django_db
def test_a_slot_that_was_taken_when_its_window_had_ended_is_taken_anew(kept_in, time_machine, monkeypatch):
    limit = Limit(secrets.token_hex(4), most=1, seconds=60)
    start = NOW.timestamp() // 60 * 60
    time_machine.move_to(start + 59.999, tick=False)
    before, add = time.time(), type(caches["default"]).add

    def slowly(self, *args):
        time_machine.move_to(start + 60.001, tick=False)
        return add(self, *args)

    monkeypatch.setattr(type(caches["default"]), "add", slowly)
    slot = limit.take(ADDRESS)
    assert (before, cache.get(slot), len(everything(kept_in))) == (start + 59.999, start + 60.001, 1)
    assert waits(limit, ADDRESS) == 60


def in_threads(count, work) -> list:
    start, found = threading.Barrier(count, timeout=20), []

    def one() -> None:
        try:
            start.wait()
            found.append(work())
        finally:
            caches["default"].close()
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == count
    return found


OTHER_PROCESS = """
import sys, threading
import django
django.setup()
from django.db import connection
from rallies.http.limits import Limit, TooOften
limit = Limit(sys.argv[1], most=10, seconds=3600)
taken = []
def work():
    for _ in range(5):
        try:
            taken.append(limit.take("192.0.2.77"))
        except TooOften:
            pass
    connection.close()
print("ready", flush=True)
sys.stdin.readline()
threads = [threading.Thread(target=work) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(taken))
"""


@pytest.mark.django_db(transaction=True)
def test_processes_at_once_take_exactly_as_many_as_there_are(kept_in, tmp_path, request):
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "one for all of them",
        "DATABASE_URL": database_url(),
        "CACHE_URL": request.getfixturevalue("redis_url") if kept_in == "redis" else "",
    }
    command = [sys.executable, "-c", OTHER_PROCESS, secrets.token_hex(8)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) for _ in range(3)]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 3
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    assert sum(int(process.communicate(timeout=60)[0]) for process in processes) == 10


def database_url() -> str:
    """The database of the tests, for another process."""
    said = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{said['NAME']}"
    secret = f":{quote(said['PASSWORD'])}" if said["PASSWORD"] else ""
    return f"postgres://{said['USER']}{secret}@{said['HOST']}:{said['PORT'] or 5432}/{said['NAME']}"


@pytest.fixture
def silent_port():
    """Takes connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("how", ["stopped", "hangs", "table is gone"])
@pytest.mark.django_db(transaction=True)
def test_while_the_cache_is_down_everything_is_let_through_and_one_line_says_so(how, settings, caplog, silent_port):
    if how == "table is gone":
        settings.CACHES = {"default": TABLE | {"LOCATION": "nowhere"}}
        reason = "ProgrammingError" if connection.vendor == "postgresql" else "OperationalError"
    else:
        port, reason = (1, "ConnectionError") if how == "stopped" else (silent_port, "TimeoutError")
        options = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
        settings.CACHES = {"default": redis_cache(f"redis://127.0.0.1:{port}/0", **options)}
    limit = Limit("test", most=1, seconds=60)
    line = f"The limit “test” is not kept, since the cache does not answer: {reason}"
    with caplog.at_level(logging.WARNING):
        slots = [limit.take(ADDRESS), limit.take(ADDRESS)]
    assert (slots, caplog.messages) == (["", ""], [line, line])
    assert [record.exc_info for record in caplog.records] == [None, None]
    # What was not taken is not given back, and nothing is asked for it.
    caplog.clear()
    limit.give_back(slots[0])
    assert caplog.messages == []
    # The guard knows the table by its right name alone.
    with watching(False):
        limit.clear(ADDRESS)
    assert caplog.messages == [line]


@pytest.mark.parametrize("name", ["", "of a name", "café", "line\n", "Password", "a" * 61])
def test_a_name_that_no_cache_would_take_is_refused_at_once(name):
    with pytest.raises(ValueError, match="names no limit"):
        Limit(name, most=1, seconds=60)
