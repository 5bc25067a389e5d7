"""What `make run` calls: makes everything ready, then becomes the web server."""

import errno
import hashlib
import os
import shlex
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from rallies import __version__
from rallies.management.closed import say_closed_secrets
from rallies.management.server import Server
from rallies.operations.accounts import create_administrator
from rallies.selectors.gazetteer import missing_places
from rallies.selectors.migrations import unapplied_migrations
from rallies.styles import BUNDLES

# The name of a lock in PostgreSQL: any number that nobody else would take.
START_LOCK = 7_255_437


class Command(BaseCommand):
    help = "Prepares the database, the first administrator and static files, then serves the site."
    # `check --deploy` says what could be better; the start only says what makes it impossible.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prepare-only", action="store_true", help="Make everything ready, but do not serve.")

    def handle(self, *args: Any, prepare_only: bool, **options: Any) -> None:
        if not prepare_only:
            _require_free_port()
        self.stdout.write(f"Rallies {__version__}, data in {settings.DATA_DIR}")
        _require_database()
        with _one_at_a_time():
            self._migrate()
            say_closed_secrets(self.stdout)
            self._load_places()
            self._seed()
            # Text is made of instants, and says afterwards what data it was made of: it comes last.
            call_command("refresh_times", if_needed=True)
            call_command("rebuild_feeds", if_needed=True)
            self._create_administrator()
        self._collect_static_files()
        if not prepare_only:
            self._serve()

    def _migrate(self) -> None:
        if unapplied_migrations():
            self.stdout.write("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)
        # Makes the table of the cache, if a database holds the cache and the table is missing.
        call_command("createcachetable", verbosity=0)

    def _load_places(self) -> None:
        # Also reads the gazetteer, once, into the memory that all workers share.
        if missing_places():
            self.stdout.write("Loading the gazetteer …")
            call_command("load_places")

    def _seed(self) -> None:
        nouns = apps.get_model("rallies", "Action"), apps.get_model("rallies", "Campaign")
        if settings.SEED and not any(noun._default_manager.exists() for noun in nouns):
            self.stdout.write("Loading the week of action of 15-23 November 2025 …")
            call_command("seed")

    def _create_administrator(self) -> None:
        if get_user_model()._default_manager.exists():
            return
        user, password = create_administrator(username="admin", now=timezone.now())
        self.stdout.write(
            f"\n  Administrator  {user.get_username()}"
            f"\n  Password       {password}   (shown only now)"
            f"\n  Change it at {settings.SITE_URL}/account/password/"
            f"\n  or with: {_place_of_data()}.venv/bin/python manage.py changepassword {user.get_username()}\n\n"
        )

    def _collect_static_files(self) -> None:
        wanted = _static_files_as_of_now()
        stamp = settings.DATA_DIR / "static.stamp"
        there = stamp.exists() and (settings.STATIC_ROOT / "staticfiles.json").exists()
        if there and stamp.read_text(encoding="ascii") == wanted:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted, encoding="ascii")

    def _serve(self) -> None:
        # Workers are copies of this process and must not share its connections, nor the threads of a pool.
        connections.close_all()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]
        self.stdout.flush()
        # In this process, since another would load the application a second time: a second on a small machine.
        sys.argv = ["gunicorn", "--config", "python:config.gunicorn", "config.wsgi:application"]
        Server(prog="gunicorn", with_worker=settings.WORKER == "inside").run()


def _place_of_data() -> str:
    """What must stand before another command so that it finds the same data."""
    usual = settings.DATA_DIR == settings.BASE_DIR / "data"
    return "" if usual else f"DATA_DIR={shlex.quote(str(settings.DATA_DIR))} "


def _require_free_port() -> None:
    family = socket.AF_INET6 if ":" in settings.BIND_ADDRESS else socket.AF_INET
    # Workers of a server that was killed hold the port until they notice, within about two seconds.
    give_up = time.monotonic() + 4
    while True:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.BIND_ADDRESS, settings.PORT))
                return
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    if time.monotonic() < give_up:
                        time.sleep(0.1)
                        continue
                    problem = "is in use, perhaps by Rallies itself: stop that program, or choose another port"
                elif error.errno == errno.EACCES:
                    problem = "is for the superuser alone: choose another"
                else:
                    problem = (
                        f"cannot be used on {settings.BIND_ADDRESS} ({error.strerror}): change BIND_ADDRESS or the port"
                    )
                raise CommandError(f"Port {settings.PORT} {problem}, as in: make run PORT=8123") from error


def _require_database() -> None:
    database = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        file = Path(database["NAME"])
        if file.exists() and not os.access(file, os.W_OK):
            raise CommandError(f"The database {file} belongs to another user, and this one may not write to it.")
    driver: Any = connection
    try:
        if connection.vendor == "postgresql":
            # A pool only says that it waited in vain; a connection of its own says why.
            params = {name: value for name, value in driver.get_connection_params().items() if name != "pool"}
            driver.Database.connect(**params).close()
        with connection.cursor() as cursor:
            # A file that is no database is noticed at the first reading.
            cursor.execute("SELECT 1" if connection.vendor == "postgresql" else "SELECT 1 FROM sqlite_master")
    except (DatabaseError, driver.Database.Error) as error:
        raise CommandError(f"The database cannot be opened. It says: {' '.join(str(error).split())}") from error


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Several instances that share a PostgreSQL may start at the same moment; one prepares it, the others wait."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [START_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [START_LOCK])


def _static_files_as_of_now() -> str:
    """A hash of the names, sizes and times of all files that collectstatic would read, and of how they are bundled."""
    digest = hashlib.sha256(f"{settings.STORAGES['staticfiles']['BACKEND']} {BUNDLES}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = os.stat(storage.path(name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
