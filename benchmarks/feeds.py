"""What a feed costs: after a change, unchanged, and as a 304; beside the plain way, nginx with a file, and a hello-world view.

    python -m benchmarks.feeds                                         SQLite, in a scratch directory
    DATABASE_URL=postgres://… python -m benchmarks.feeds               PostgreSQL, in a database that nobody needs

Run it from the directory of the project; nginx and wrk must be there (Debian: nginx-light, wrk). Prints medians of ROUNDS
interleaved rounds and ends with 1 if a limit was missed. ACTIONS are invented. PORT and the port after it are served on.
Times are processor time unless they say otherwise; they mean something on a machine that does nothing else.
"""

import contextlib
import io
import os
import re
import sys
import tempfile
import time
import types
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from .settled import settle

ACTIONS = int(os.environ.get("ACTIONS", "10000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = int(os.environ.get("SECONDS", "2"))
PORT = int(os.environ.get("PORT", "8140"))
WHOLE = "/actions.ics?all=1"
USUAL = "/actions.ics"
OTHER = "/es/actions.ics"
OTHER_WHOLE = "/es/actions.ics?all=1"
GZIP = {"HTTP_ACCEPT_ENCODING": "gzip"}
BATCH = 200

missed = 0


def main() -> None:
    from benchmarks.served import require_programs  # here, so that `python -m` needs no settings

    require_programs()
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"DATA_DIR": directory, "PORT": str(PORT), "SITE_URL": f"http://localhost:{PORT}", "SEED": "no"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django  # after the directory is known

        django.setup()
        _fill()
        _in_process()
        _served(Path(directory))
    sys.exit(1 if missed else 0)


def _fill() -> None:
    from django.core.management import call_command
    from django.db import connection

    from rallies.models import Action

    # Commands that it calls say what they do, and it the administrator's password.
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("start", prepare_only=True)
    if Action.objects.exists():
        sys.exit("This database holds actions: give one that nobody needs.")
    call_command("generate_actions", ACTIONS, stdout=io.StringIO())
    settle()
    print(f"{connection.vendor}, {ACTIONS:,} actions, medians of {ROUNDS} interleaved rounds")


def say(what: str, measured: float, *, most: float = 0, least: float = 0, form: str = "8.2f") -> None:
    """A line of the answer, and whether a limit holds."""
    global missed
    limit, verdict = "", ""
    if most or least:
        is_kept = measured <= most if most else measured >= least
        missed += not is_kept
        limit = f"at most {most:g}" if most else f"at least {least:g}"
        verdict = "holds" if is_kept else "MISSED"
    print(f"  {what:74}{measured:{form}}  {limit:14}{verdict}")


# --- in one process, through the WSGI handler -----------------------------------------------------


class Caller:
    """Asks the WSGI application as a server would: the whole stack of middleware, and the answer read to its end."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.core.handlers.wsgi import WSGIHandler
        from django.http import HttpResponse
        from django.urls import path

        import config.urls

        # The cheapest view that there can be, found first of all addresses, behind the same middleware as ours.
        urls = types.ModuleType("urls_with_hello")
        vars(urls).update(vars(config.urls), urlpatterns=[path("hello", lambda request: HttpResponse(b"Hello"))])
        urls.urlpatterns += config.urls.urlpatterns
        settings.ROOT_URLCONF = urls
        self.handler = WSGIHandler()
        settings.MIDDLEWARE = STARTPROJECT
        self.bare = WSGIHandler()

    def get(self, address: str, *, bare: bool = False, **headers: str) -> tuple[int, dict[str, str], bytes]:
        path, _, query = address.partition("?")
        environ = {
            **{"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query},
            **{"SERVER_NAME": "localhost", "SERVER_PORT": str(PORT), "SERVER_PROTOCOL": "HTTP/1.1"},
            **{"HTTP_HOST": f"localhost:{PORT}", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO()},
            **headers,
        }
        said: list[Any] = []
        answer = (self.bare if bare else self.handler)(environ, lambda status, head: said.extend((status, head)))
        body = b"".join(answer)
        answer.close()
        return int(said[0][:3]), dict(said[1]), body


STARTPROJECT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def _in_process() -> None:
    caller = Caller()
    _check_plain(caller)
    _after_a_change(caller)
    _unchanged(caller)


def _spent(work: Callable[[], Any], *, times: int = 1) -> float:
    """Milliseconds of processor time for one of so many."""
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) * 1000 / times


def _check_plain(caller: Caller) -> None:
    """The plain way must tell what ours tells: the same events in the same order with the same properties."""
    from benchmarks.plain_feed import plain_feed, utc_today

    def events(body: bytes) -> list[dict[str, str]]:
        text = body.decode().replace("\r\n ", "")
        found = re.findall(r"BEGIN:VEVENT\r\n(.*?)\r\nEND:VEVENT", text, re.DOTALL)
        return [dict(re.match(r"([A-Z-]+)[:;](.*)", line).groups() for line in each.split("\r\n")) for each in found]

    _, _, whole = caller.get(WHOLE)
    _, _, usual = caller.get(USUAL)
    ours, theirs = events(whole), events(plain_feed(today=utc_today()))
    for name in ("UID", "SEQUENCE", "STATUS", "SUMMARY", "URL", "CATEGORIES", "LAST-MODIFIED"):
        if [each[name] for each in ours] != [each[name] for each in theirs]:
            sys.exit(f"The plain way does not have the same {name}.")
    names = [Counter(name for each in side for name in each) for side in (ours, theirs)]
    if names[0] != names[1]:
        sys.exit(f"The plain way does not have the same properties: {names[0] - names[1]}, {names[1] - names[0]}")
    print(f"{WHOLE}: {len(ours):,} events, {len(whole) / 1e6:.1f} MB; {USUAL}: {len(events(usual)):,}")


def _after_a_change(caller: Caller) -> None:
    from benchmarks.plain_feed import plain_feed, utc_today
    from rallies.feeds.languages import TEXTS

    def first_in_language() -> None:
        TEXTS.clear()
        caller.get(OTHER_WHOLE, **GZIP)

    print("\nAfter a change, ms")
    changes = _changes()
    ways: dict[str, Callable[[], Any]] = {
        "gzip": lambda: caller.get(WHOLE, **GZIP),
        "identity": lambda: caller.get(WHOLE),
        "usual": lambda: caller.get(USUAL, **GZIP),
        "first": first_in_language,
        "other": lambda: caller.get(OTHER_WHOLE, **GZIP),
        "plain": lambda: plain_feed(today=utc_today()),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, work in ways.items():
            next(changes)
            spent[name].append(_spent(work))
    middle = {name: median(times) for name, times in spent.items()}
    say("the plain way", middle["plain"])
    say(f"{WHOLE}, compressed", middle["gzip"])
    say(f"{WHOLE}, not compressed", middle["identity"])
    say(f"{USUAL}, compressed", middle["usual"])
    say(f"{OTHER_WHOLE}, compressed, the first in that language", middle["first"])
    say(f"{OTHER_WHOLE}, compressed", middle["other"])
    say("another language by the own, of which text is stored", middle["other"] / middle["gzip"], most=2)
    say("the plain way by ours, compressed (the plain way is not)", middle["plain"] / middle["gzip"], least=30)
    say("the plain way by ours, not compressed", middle["plain"] / middle["identity"], least=30)


def _changes() -> Any:
    """Each step changes the title of another upcoming action, as the desk would."""
    from django.utils import timezone

    from rallies.models import Action
    from rallies.operations.actions import edit_action

    soon = timezone.now().date() + timedelta(days=30)
    for pk in Action.objects.filter(start_date__gte=soon).order_by("pk").values_list("pk", flat=True):
        edit_action(pk, {"title": f"Changed {pk}"}, by=None, now=timezone.now())
        yield pk


def _unchanged(caller: Caller) -> None:
    from django.db import connection

    print("\nUnchanged, ms")
    asked: list[str] = []

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    _, headers, _ = caller.get(USUAL, **GZIP)
    known = {**GZIP, "HTTP_IF_NONE_MATCH": headers["ETag"]}
    with connection.execute_wrapper(look), _heard_by_the_pool(asked):
        status, _, _ = caller.get(USUAL, **known)
    touched = [sql for sql in asked if "rallies_action" in sql or "rallies_occurrence" in sql]
    if status != 304:
        sys.exit(f"Not a 304 but {status}.")
    caller.get(WHOLE, **GZIP)
    ways: dict[str, Callable[[], Any]] = {
        "hello": lambda: caller.get("/hello"),
        "304": lambda: caller.get(USUAL, **known),
        "bare": lambda: caller.get("/hello", bare=True),
        "body": lambda: caller.get(WHOLE, **GZIP),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(2 * ROUNDS + 1):
        for name, work in ways.items():
            each = _spent(work, times=BATCH)
            if turn:
                spent[name].append(each)
    middle = {name: median(times) for name, times in spent.items()}
    say("a view of five bytes behind our middleware", middle["hello"], form="8.3f")
    say("a view of five bytes behind that of startproject", middle["bare"], form="8.3f")
    say(f"304 of {USUAL}", middle["304"], form="8.3f")
    say(f"{WHOLE} from memory, compressed", middle["body"], form="8.3f")
    say("304 by the view behind our middleware", middle["304"] / middle["hello"], most=1.25)
    say("statements that a 304 sends", len(asked), form="8.0f")
    # The limit is none; a row that is touched makes it more than a half.
    say("of these, with rows of actions or dates", len(touched), most=0.5, form="8.0f")


@contextlib.contextmanager
def _heard_by_the_pool(asked: list[str]) -> Iterator[None]:
    """Adds to `asked` what is sent past Django, on a connection that is borrowed from the pool."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    from unittest.mock import patch

    from psycopg import Connection

    plain = Connection.execute

    def execute(self: Any, query: Any, *rest: Any, **options: Any) -> Any:
        asked.append(str(query))
        return plain(self, query, *rest, **options)

    with patch.object(Connection, "execute", execute):
        yield


# --- over the loopback ----------------------------------------------------------------------------


def _served(directory: Path) -> None:
    from django.db import connections

    from benchmarks.served import nginx, site

    connections.close_all()
    print("\nServed by gunicorn as `make run` starts it, wall clock, ms")
    cold, other, known = [], [], []
    for _ in range(ROUNDS):
        with site(PORT) as server:
            answer, _, spent = server.get(USUAL, Accept_Encoding="gzip")
            cold.append(spent)
            etag = answer.headers["ETag"]
            for _ in range(10):
                again, _, spent = server.get(USUAL, Accept_Encoding="gzip", If_None_Match=etag)
                assert again.status == 304
                known.append(spent)
            # In another language than that in which text is stored, where all of it is made afresh.
            other.append(server.get(OTHER, Accept_Encoding="gzip")[2])
    say(f"{USUAL}, the first that a server is asked", median(cold), most=2000)
    say(f"{OTHER}, the first that a server is asked in that language", median(other), most=2000)
    say(f"304 of {USUAL}, on a new connection", median(known), most=50)

    print("\nUnchanged and compressed: our gunicorn, and nginx with the same file")
    files = directory / "nginx"
    files.mkdir()
    with site(PORT) as ours, nginx(files, PORT + 1) as theirs:
        for address, file, least in ((USUAL, "usual.ics.gz", 0), (WHOLE, "whole.ics.gz", 0.2)):
            answer, body, _ = ours.get(address, Accept_Encoding="gzip")
            if answer.headers["Content-Encoding"] != "gzip":
                sys.exit("The site did not compress.")
            (files / file).write_bytes(body)
            _compare(ours, theirs, address, file, size=len(body), least=least)


def _compare(ours: Any, theirs: Any, address: str, file: str, *, size: int, least: float) -> None:
    for _ in range(20):  # each worker makes its own
        ours.get(address, Accept_Encoding="gzip")
    rounds = [(ours.speed(address, seconds=SECONDS), theirs.speed(f"/{file}", seconds=SECONDS)) for _ in range(ROUNDS)]
    print(f"  {address}, {size:,} bytes")
    for name, side in (("gunicorn", 0), ("nginx", 1)):
        say(f"{name}: requests a second", median(pair[side].per_second for pair in rounds), form="8.0f")
        say(f"{name}: ms of processor time", median(pair[side].cpu for pair in rounds), form="8.3f")
    say("gunicorn by nginx, requests", median(a.per_second / b.per_second for a, b in rounds), least=least)
    say("nginx by gunicorn, processor time", median(b.cpu / a.cpu for a, b in rounds))


if __name__ == "__main__":
    main()
