"""The worker as a process: `manage.py worker`, once or until it is told to end, and inside the server."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# Slow to set up: once, not once for each worker of pytest.
pytestmark = pytest.mark.xdist_group("start")

ROOT = Path(__file__).parent.parent.parent
PREPARE = """
from datetime import timedelta
from django.utils import timezone
from tests.factories import make_action, make_location
now = timezone.now()
for _ in range({count}):
    make_action(start_date=now.date(), location=make_location(now=now), now=now - timedelta(days=1),
                place_visibility="city-until", place_revealed_from=now + timedelta(seconds={seconds}))
"""


@pytest.fixture(scope="module")
def environment(started_first, tmp_path_factory) -> dict[str, str]:
    return started_first.afresh(tmp_path_factory.mktemp("worker") / "data")


def manage(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def shell(code: str, environment: dict[str, str]) -> str:
    done = manage("shell", "--no-imports", "--command", code, environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def revealed(environment: dict[str, str]) -> str:
    code = "from rallies.models import Action; print(Action.objects.exclude(place_revealed_at=None).count())"
    return shell(code, environment).strip()


@contextlib.contextmanager
def running(*arguments: str, environment: dict[str, str], says: str) -> Iterator[subprocess.Popen]:
    """A process that has said so; ended with all its children."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said = ""
        while says not in said:
            line = process.stdout.readline()
            assert line, f"It ended, and said: {said}"
            said += line
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        process.wait()


def until(found: Callable[[], object], *, seconds: float = 15) -> None:
    give_up = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < give_up, "It did not happen."
        time.sleep(0.1)


def children(process: subprocess.Popen) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True)
    return [int(pid) for pid in listed.stdout.split()]


def worker_of(process: subprocess.Popen) -> int | None:
    """The child that holds no listening socket."""
    for pid in children(process):
        with contextlib.suppress(OSError):
            held = {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()}
            if not any(name.startswith("socket:") for name in held):
                return pid
    return None


def is_alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        # What has ended and was not yet asked about is a zombie.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def health(environment: dict[str, str]) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", int(environment["PORT"]), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return json.load(connection.getresponse())
    finally:
        connection.close()


def test_once_does_what_is_due_and_ends(environment):
    shell(PREPARE.format(count=2, seconds=-1), environment)
    done = manage("worker", "--once", environment=environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert revealed(environment) == "2"


def test_once_fails_when_something_failed(environment):
    code = """
import rallies.worker.jobs as jobs
from dataclasses import replace
from django.core.management import call_command
import rallies.worker.loop as loop
def fails(key, *, now):
    raise RuntimeError
loop.JOBS = (replace(jobs.JOBS[0], name="other", due=lambda now: [1], carry_out=fails),)
call_command("worker", once=True)
"""
    done = manage("shell", "--no-imports", "--command", code, environment=environment)
    assert done.returncode == 1
    assert "Not all of it could be done: other. The log says why." in done.stderr


def test_it_works_until_it_is_told_to_end(environment):
    before = int(revealed(environment))
    shell(PREPARE.format(count=1, seconds=12), environment)
    with running("worker", environment=environment, says="at work") as process:
        assert int(revealed(environment)) == before
        # Sooner than its usual half minute: it knows when the next moment comes.
        until(lambda: int(revealed(environment)) == before + 1)
        process.terminate()
        assert (process.wait(timeout=5), process.stdout.read()) == (0, "")


def test_ctrl_c_ends_it_without_a_traceback(environment):
    with running("worker", environment=environment, says="at work") as process:
        process.send_signal(signal.SIGINT)
        assert (process.wait(timeout=5), process.stdout.read()) == (0, "")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")
class TestInsideTheServer:
    SAYS = "Ctrl-C stops it."

    def test_the_server_brings_it_starts_it_again_and_takes_it_along(self, environment):
        with running("start", environment=environment, says=self.SAYS) as server:
            until(lambda: worker_of(server))
            first = worker_of(server)
            until(lambda: health(environment)["worker"] == "ok")
            os.kill(first, signal.SIGKILL)
            until(lambda: worker_of(server) not in {None, first})
            second = worker_of(server)
            assert not is_alive(first)
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=20) == 0
            assert not is_alive(second)
            # Once, when the test did it: at the end it is told, and not killed.
            assert server.stdout.read().count("The worker was ended by signal 9.") == 1

    def test_it_ends_when_the_server_is_killed(self, environment):
        with running("start", environment=environment, says=self.SAYS) as server:
            until(lambda: worker_of(server))
            worker = worker_of(server)
            server.kill()
            until(lambda: not is_alive(worker), seconds=5)

    def test_off_means_that_there_is_none(self, environment):
        with running("start", environment=environment | {"WORKER": "off"}, says=self.SAYS) as server:
            until(lambda: len(children(server)) == 2)
            time.sleep(1.5)
            assert (len(children(server)), worker_of(server)) == (2, None)
