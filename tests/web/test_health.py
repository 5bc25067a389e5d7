import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from rallies import __version__

ROOT = Path(__file__).parent.parent.parent


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
        {"status": "ok", "version": __version__, "database": "ok", "migrations": "ok"},
    )
    assert (answer["Cache-Control"], answer.cookies, answer.has_header("Vary")) == ("no-store", {}, False)


@pytest.mark.django_db
def test_healthz_asks_for_migrations_once(django_assert_num_queries):
    client = Client()
    client.get("/healthz")
    with django_assert_num_queries(1):
        client.get("/healthz")


def test_healthz_is_not_redirected_to_https(tmp_path):
    status, body, caching = ask(DATA_DIR=str(tmp_path), SITE_URL="https://rallies.example")
    assert (status, body["database"], caching) == (503, "ok", "no-store")


def test_healthz_tells_of_missing_migrations(tmp_path):
    status, body, caching = ask(DATA_DIR=str(tmp_path))
    missing = body.pop("migrations")
    assert (status, body, caching) == (503, {"status": "error", "version": __version__, "database": "ok"}, "no-store")
    assert missing.split(" ", 1)[1] == "not applied: run manage.py migrate"
    assert int(missing.split()[0]) > 10


def test_healthz_tells_of_a_database_that_is_away_and_not_where_it_was(tmp_path):
    assert ask(DATA_DIR=str(tmp_path), DATABASE_URL=f"sqlite:///{tmp_path}/away/db.sqlite3") == (
        503,
        {"status": "error", "version": __version__, "database": "unreachable", "migrations": "unknown"},
        "no-store",
    )
