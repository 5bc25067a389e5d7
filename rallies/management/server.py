"""The web server, with the worker as one more of its child processes."""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.arbiter import Arbiter

from rallies.worker.loop import work

from .stopping import StopSignal

# A worker that dies at once is not started again and again without a breath.
PAUSE = 5
IGNORED = ("SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGTTIN", "SIGTTOU", "SIGWINCH")


class Server(WSGIApplication):
    """Gunicorn; `with_worker` says whether the worker belongs to it."""

    def __init__(self, *, with_worker: bool, **options: Any) -> None:
        self.arbiter: type[Arbiter] = ArbiterWithWorker if with_worker else Arbiter
        super().__init__(**options)

    def run(self) -> None:
        try:
            self.arbiter(self).run()
        except RuntimeError as error:
            sys.exit(f"Error: {error}")


class ArbiterWithWorker(Arbiter):
    """Gunicorn's parent process, which looks after the worker as it does after its own: it forks it from memory that is
    loaded already, starts it again when it died, and takes it along when it ends."""

    worker_pid = 0
    worker_began = float("-inf")

    def manage_workers(self) -> None:
        # Called once a second by the main loop.
        super().manage_workers()
        if self._worker_is_gone() and time.monotonic() - self.worker_began >= PAUSE:
            self._start_worker()

    def reap_workers(self) -> None:
        self._worker_is_gone()
        super().reap_workers()

    def stop(self, graceful: bool = True) -> None:
        self._signal_worker(signal.SIGTERM)
        super().stop(graceful)
        give_up = time.monotonic() + self.cfg.graceful_timeout
        while not self._worker_is_gone():
            if time.monotonic() > give_up:
                self._signal_worker(signal.SIGKILL)
            time.sleep(0.05)

    def _start_worker(self) -> None:
        self.worker_began = time.monotonic()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self.worker_pid = pid
            return
        code = 1
        try:
            for listener in self.LISTENERS:
                listener.close()
            for sibling in self.WORKERS.values():
                sibling.tmp.close()
            work(is_stopping=_stop_of_child(parent))
            code = 0
        except BaseException:
            logging.getLogger(__name__).exception("The worker has died.")
        finally:
            logging.shutdown()
            # Not back into the loop of the parent, which this process is a copy of.
            os._exit(code)

    def _worker_is_gone(self) -> bool:
        if not self.worker_pid:
            return True
        try:
            pid, status = os.waitpid(self.worker_pid, os.WNOHANG)
        except ChildProcessError:
            # Gunicorn asks for whatever child has ended, and was faster.
            pid, status = self.worker_pid, 0
        if pid == 0:
            return False
        if os.WIFSIGNALED(status):
            self.log.error("The worker was ended by signal %s.", os.WTERMSIG(status))
        self.worker_pid = 0
        return True

    def _signal_worker(self, number: int) -> None:
        if self.worker_pid:
            with suppress(ProcessLookupError):
                os.kill(self.worker_pid, number)


def _stop_of_child(parent: int) -> Callable[[], bool]:
    """Whether this child was told to end, or its parent is no more."""
    for name in IGNORED:
        # Ctrl-C reaches the whole group; the parent then says in its own time who ends when.
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    stop = StopSignal(signal.SIGTERM, signal.SIGQUIT)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGQUIT})
    return lambda: stop() or os.getppid() != parent
