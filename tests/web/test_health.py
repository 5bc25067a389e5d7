import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from rallies import __version__
from rallies.worker.loop import run_due
from tests.factories import NOW

ROOT = Path(__file__).parent.parent.parent
JOB_NAMES = ("reveal", "horizon", "postponed", "expired")
NOT_READY = {"status": "error", "version": __version__, "worker": "unknown", "jobs": None}


def ask(**environment: str) -> tuple[int, dict, str]:
    """What a process in that environment answers."""
    code = """
import django, json
django.setup()
from django.test import Client
answer = Client().get("/healthz", headers={"host": "10.0.0.7:9999"})
print(json.dumps([answer.status_code, answer.json(), answer["Cache-Control"]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return tuple(json.loads(done.stdout))


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["testserver", "127.0.0.1:8000", "unknown.example"])
def test_healthz_answers_under_any_name_and_leaves_no_trace(host):
    answer = Client().get("/healthz", headers={"host": host})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "ok",
            "version": __version__,
            "database": "ok",
            "migrations": "ok",
            "worker": "late",
            "jobs": {name: {"age": None, "late": True, "failures": 0} for name in JOB_NAMES},
        },
    )
    assert (answer["Cache-Control"], answer.cookies, answer.has_header("Vary")) == ("no-store", {}, False)


@pytest.mark.django_db
def test_healthz_asks_for_migrations_once(django_assert_num_queries):
    client = Client()
    client.get("/healthz")
    with django_assert_num_queries(2):
        client.get("/healthz")


@pytest.mark.django_db
def test_healthz_tells_how_long_ago_the_worker_was_there():
    def told(**later):
        with time_machine.travel(NOW + timedelta(**later), tick=False):
            answer = Client().get("/healthz")
        jobs = answer.json()["jobs"]
        # Both are done once a day.
        assert jobs.pop("postponed") == jobs["horizon"]
        expired.append(jobs.pop("expired")["late"])
        return answer.status_code, answer.json()["status"], answer.json()["worker"], jobs

    expired: list[bool] = []
    run_due(clock=lambda: NOW)
    fine, late = {"late": False, "failures": 0}, {"late": True, "failures": 0}
    assert told(seconds=90) == (200, "ok", "ok", {"reveal": {"age": 90} | fine, "horizon": {"age": 90} | fine})
    # A minute between two runs, and five that it may be behind: then whoever watches is told, and the site still serves.
    assert told(seconds=360)[2] == "ok"
    assert told(seconds=361) == (200, "ok", "late", {"reveal": {"age": 361} | late, "horizon": {"age": 361} | fine})
    # NOW is at noon; the dates of series are made once a day, and six hours is what that may be behind.
    assert told(hours=18)[3]["horizon"] == {"age": 64_800} | fine
    assert told(hours=18, seconds=1)[3]["horizon"] == {"age": 64_801} | late
    # Every five minutes, and a quarter of an hour that it may be behind.
    expired.clear()
    told(minutes=20)
    told(minutes=20, seconds=1)
    assert expired == [False, True]


def test_healthz_is_not_redirected_to_https(tmp_path):
    status, body, caching = ask(DATA_DIR=str(tmp_path), SITE_URL="https://rallies.example")
    assert (status, body["database"], caching) == (503, "ok", "no-store")


def test_healthz_tells_of_missing_migrations(tmp_path):
    status, body, caching = ask(DATA_DIR=str(tmp_path))
    missing = body.pop("migrations")
    assert (status, body, caching) == (503, NOT_READY | {"database": "ok"}, "no-store")
    assert missing.split(" ", 1)[1] == "not applied: run manage.py migrate"
    assert int(missing.split()[0]) > 10


def test_healthz_tells_of_a_database_that_is_away_and_not_where_it_was(tmp_path):
    assert ask(DATA_DIR=str(tmp_path), DATABASE_URL=f"sqlite:///{tmp_path}/away/db.sqlite3") == (
        503,
        NOT_READY | {"database": "unreachable", "migrations": "unknown"},
        "no-store",
    )
