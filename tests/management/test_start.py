"""The first start and the ones after it, as `make run` does them."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rallies import __version__

# Slow to set up: once, not once for each worker.
pytestmark = pytest.mark.xdist_group("start")

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def environment(started_first) -> dict[str, str]:
    """One data directory for this file."""
    return started_first.environment


@pytest.fixture(scope="module")
def first_start(started_first) -> str:
    """What the first start says."""
    return started_first.said


def manage(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


class Server:
    def __init__(self, environment: dict[str, str]) -> None:
        self.port = int(environment["PORT"])
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "start"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        # What it prints, not the port: after a kill, workers of the old one still answer there for a moment.
        self.said = ""
        while "Ctrl-C stops it." not in self.said:
            line = self.process.stdout.readline()
            assert line, f"It ended, and said: {self.said}"
            self.said += line
        assert self.health() == "ok"

    def health(self) -> str | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return json.load(connection.getresponse())["status"]
        except OSError:
            return None
        finally:
            connection.close()

    def stop(self) -> tuple[int, str]:
        """As Ctrl-C in a terminal does: the signal reaches every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.said += self.process.stdout.read()
        return self.process.wait(timeout=20), self.said

    def processes(self) -> list[int]:
        listed = subprocess.run(["ps", "-o", "pid=", "-g", str(self.process.pid)], capture_output=True, text=True)
        return [int(pid) for pid in listed.stdout.split()]


@pytest.fixture
def start(environment, first_start) -> Iterator:
    started: list[Server] = []

    def one() -> Server:
        started.append(Server(environment))
        return started[-1]

    yield one
    for server in started:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.stdout.close()
        server.process.wait()


def test_the_password_of_the_administrator_opens_the_admin_and_is_shown_once(environment, first_start):
    password = re.search(r"Password +([a-z2-9]{4}(?:-[a-z2-9]{4}){3})   \(shown only now\)", first_start)[1]
    code = f"""
from django.contrib.auth import authenticate
user = authenticate(username="admin", password="{password}")
print(user.is_superuser, user.is_staff)
"""
    assert manage("shell", "--no-imports", "--command", code, environment=environment).stdout == "True True\n"
    again = manage("start", "--prepare-only", environment=environment)
    assert (again.returncode, again.stdout, again.stderr) == (
        0,
        f"Rallies {__version__}, data in {environment['DATA_DIR']}\n",
        "",
    )


def test_all_state_lies_in_the_data_directory(environment, first_start):
    found = {path.name for path in Path(environment["DATA_DIR"]).iterdir()}
    assert found - {"db.sqlite3-shm", "db.sqlite3-wal"} == {
        *("db.sqlite3", "locale", "secret_key", "static", "static.stamp")
    }


def test_a_port_in_use_is_said_in_a_sentence(environment):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["PORT"])))
        other.listen()
        done = manage("start", environment=environment)
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"CommandError: Port {environment['PORT']} is in use, perhaps by Rallies itself: stop that program, "
        "or choose another port, as in: make run PORT=8123\n",
    )


def test_a_database_that_is_away_is_said_in_a_sentence(environment, tmp_path):
    done = manage(
        "start", "--prepare-only", environment=environment | {"DATABASE_URL": f"sqlite:///{tmp_path}/no/db.sqlite3"}
    )
    assert (done.returncode, done.stderr) == (
        1,
        "CommandError: The database cannot be opened. It says: unable to open database file\n",
    )


def test_a_file_that_is_no_database_is_said_in_a_sentence(environment, tmp_path):
    (tmp_path / "db.sqlite3").write_bytes(b"not a database" * 500)
    done = manage("start", "--prepare-only", environment={**environment, "DATA_DIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (
        1,
        "CommandError: The database cannot be opened. It says: file is not a database\n",
    )


def test_it_serves_stops_cleanly_and_does_nothing_twice(environment, start):
    expected = (
        "Rallies {version}, data in {DATA_DIR}\n"
        "\n  Calendar  http://localhost:{PORT}/"
        "\n  Admin     http://localhost:{PORT}/admin/"
        "\n  Feed      http://localhost:{PORT}/actions.ics"
        "\n  Sign-in   with password and second factor (REQUIRE_SECOND_FACTOR=no asks for the password alone)"
        "\n\n  Ctrl-C stops it.\n"
        "\nRallies has stopped.\n"
    ).format(version=__version__, **environment)
    server = start()
    while_serving = server.processes()
    assert server.stop() == (0, expected)
    assert (len(while_serving) > 1, server.processes()) == (True, [])


def test_whatever_is_pasted_into_a_box_is_answered(start):
    server = start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", f"/places/complete?q={'a' * 10_240}")
    answer = connection.getresponse()
    assert (answer.status, json.load(answer)) == (200, [])
    connection.close()
    server.stop()


def test_it_starts_again_after_a_kill(environment, start):
    killed = start()
    os.kill(killed.process.pid, signal.SIGKILL)
    # Its workers hold the port for a moment longer.
    assert start().stop()[0] == 0


def test_a_broken_request_is_logged_without_the_address_of_its_sender(start):
    server = start()
    with socket.create_connection(("127.0.0.1", server.port)) as visitor:
        visitor.sendall(b"GET / HTTP/9.x\r\n\r\n")
        assert visitor.recv(100).startswith(b"HTTP/1.1 400 ")
    _status, said = server.stop()
    assert [line.split("] ")[-1] for line in said.splitlines() if "Invalid" in line] == [
        "Invalid request: Invalid HTTP Version: 'HTTP/9.x'"
    ]
    assert "127.0.0.1" not in said
