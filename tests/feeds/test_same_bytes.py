"""Feeds have the same bytes on every worker, with every hash seed, on either database (FEED_CONTRACT 15, 47).

Each database is filled by itself, since text is made when things are written; each worker has its own process and its own
directory, so that none answers with what another one made. On SQLite there are four; on PostgreSQL four, and one on SQLite.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
SEEDS = (0, 1, 2, 3)
pytestmark = pytest.mark.each_database
POSTGRES = os.environ.get("TEST_DATABASE_URL", "")


def start(what: str, directory: Path, *, database: str, seed: int) -> subprocess.Popen[str]:
    directory.mkdir(exist_ok=True)
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import django; django.setup(); from tests.feeds.one_worker import main; main('{what}')",
        ],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONHASHSEED": str(seed),
            "DATA_DIR": str(directory),
            "DATABASE_URL": database,
            "SITE_URL": "http://testserver",
            "SECRET_KEY": "only for tests",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")
    return output


@contextmanager
def empty_postgres() -> Iterator[str]:
    """The address of a new database, which is gone afterwards."""
    import psycopg  # only where there is a PostgreSQL

    server, _, _ = POSTGRES.rpartition("/")
    name = f"test_same_bytes_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def workers_of(database: str, directory: Path, *, seeds: tuple[int, ...]) -> list[dict[str, Any]]:
    """What workers with these hash seeds say, of a database that was filled with another one."""
    said(start("fill", directory, database=database, seed=len(SEEDS) + len(database)))
    running = [start("tell", directory / str(seed), database=database, seed=seed) for seed in seeds]
    return [json.loads(said(process)) for process in running]


def test_15_four_workers_with_four_hash_seeds_send_the_same_bytes_from_either_database(tmp_path: Path) -> None:
    file = f"sqlite:///{tmp_path}/db.sqlite3"
    workers = workers_of(file, tmp_path, seeds=SEEDS[:1] if POSTGRES else SEEDS)
    if POSTGRES:
        with empty_postgres() as database:
            (tmp_path / "postgresql").mkdir()
            workers += workers_of(database, tmp_path / "postgresql", seeds=SEEDS)
    databases = ["sqlite", *["postgresql"] * 4] if POSTGRES else ["sqlite"] * 4
    assert [worker["database"] for worker in workers] == databases
    # The seeds had their effect.
    assert len({worker["hash"] for worker in workers}) == len(SEEDS)
    first = workers[0]
    assert first["marks"] == {
        "BEGIN:VEVENT": 216,
        "BEGIN:VTIMEZONE": 59,
        "RRULE:FREQ=WEEKLY": 1,
        "RRULE:FREQ=DAILY": 1,
        "RECURRENCE-ID": 2,
        "STATUS:CANCELLED": 10,
        "DESCRIPTION:Moved from": 2,
        "will be announced here": 1,
    }
    assert {status for status, *_ in first["answers"].values()} == {200}
    hashes = [body for _, body, *_ in first["answers"].values()]
    assert len(set(hashes)) == len(hashes)
    for worker in workers[1:]:
        assert worker["answers"] == first["answers"]
