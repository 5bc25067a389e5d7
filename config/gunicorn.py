"""How gunicorn serves the site. Threads and WSGI: ASGI servers were 3 to 5 times slower for this code."""

import os
import re
import signal
from typing import Any

# Ctrl-C before gunicorn has its own handlers: no traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings  # noqa: E402
from gunicorn import glogging  # noqa: E402
from gunicorn.http import message  # noqa: E402

from rallies.http.logs import WithoutTokens  # noqa: E402

_host = f"[{settings.BIND_ADDRESS}]" if ":" in settings.BIND_ADDRESS else settings.BIND_ADDRESS

bind = [f"{_host}:{settings.PORT}"]
worker_class = "gthread"
workers = settings.WEB_CONCURRENCY
threads = settings.WEB_THREADS
# Loaded once and forked: starts faster, shares memory, and an error in the code is said once, at the start.
preload_app = True
timeout = 30
graceful_timeout = 10
keepalive = 5
# Workers prove that they live by touching a file; on a disk that is busy, that alone can stall them.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# By default gunicorn listens on a socket in the home directory too.
control_socket_disable = True
# Whatever somebody pastes into a box is answered by a view: gunicorn itself refuses more than 8,190 octets in its own words,
# and offers no limit between that and none.
message.MAX_REQUEST_LINE = limit_request_line = 32_768
# Addresses of visitors are not stored.
accesslog = None
errorlog = "-"
loglevel = settings.LOG_LEVEL


class logger_class(glogging.Logger):
    """Gunicorn's own log, without the address of whoever sends a broken request, and without tokens of links. It looks for
    this name."""

    def _set_handler(self, log: Any, output: Any, fmt: Any, stream: Any = None) -> None:
        super()._set_handler(log, output, WithoutTokens(fmt._fmt, fmt.datefmt), stream)

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super().warning(re.sub(r" from ip=\S*?(?=:? )", "", str(msg)), *args, **kwargs)


STOPS = {signal.SIGINT, signal.SIGQUIT, signal.SIGTERM}
# A fresh worker still has the handlers of its parent, which put signals into a queue that only the parent reads: a stop
# that came while the worker booted was lost, and it was killed ten seconds later. So stops wait until it has its own.
os.register_at_fork(
    before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, STOPS),
    after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS),
)


def post_worker_init(worker: Any) -> None:
    """Ctrl-C reaches the workers too, and then again as SIGQUIT from their parent. gthread answers each by shutting
    its pool down inside the signal handler, and the second waits for ever for the lock that the first one holds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, worker.handle_exit)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


_SIGN_IN = {
    True: "with password and second factor (REQUIRE_SECOND_FACTOR=no asks for the password alone)",
    False: "with the password alone, for a trial (REQUIRE_SECOND_FACTOR=no)",
}


def when_ready(server: Any) -> None:
    print(
        f"\n  Calendar  {settings.SITE_URL}/"
        f"\n  Admin     {settings.SITE_URL}/admin/"
        f"\n  Feed      {settings.SITE_URL}/actions.ics"
        f"\n  Sign-in   {_SIGN_IN[settings.REQUIRE_SECOND_FACTOR]}"
        "\n\n  Ctrl-C stops it.\n",
        flush=True,
    )


def on_exit(server: Any) -> None:
    print("Rallies has stopped.", flush=True)
