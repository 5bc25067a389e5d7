"""/healthz: may this process serve? For containers and proxies, which ask often and by address, not by name."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone

from rallies import __version__
from rallies.selectors.migrations import unapplied_migrations
from rallies.worker.ages import ages

logger = logging.getLogger(__name__)


class HealthMiddleware:
    """Answers /healthz before host names are checked and https is required: a probe calls http://127.0.0.1."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Migrations are never taken back under a running process, so yes is asked for once.
        self.migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != "/healthz":
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        database, migrations = self._look()
        jobs = self._jobs() if database == migrations == "ok" else None
        healthy = database == migrations == "ok"
        return JsonResponse(
            {
                "status": "ok" if healthy else "error",
                "version": __version__,
                "database": database,
                "migrations": migrations,
                # A job that is late does not keep this process from serving: the status stays what it is.
                "worker": _summary(jobs),
                "jobs": jobs,
            },
            status=HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE,
            headers={"Cache-Control": "no-store"},
        )

    def _look(self) -> tuple[str, str]:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if not self.migrated:
                missing = unapplied_migrations()
                if missing:
                    return "ok", f"{len(missing)} not applied: run manage.py migrate"
                self.migrated = True
        except DatabaseError:
            # The reason names hosts and users: for the log, not for the world.
            logger.exception("The database does not answer.")
            return "unreachable", "unknown"
        return "ok", "ok"

    def _jobs(self) -> dict[str, dict[str, Any]] | None:
        try:
            return ages(now=timezone.now())
        except DatabaseError:
            logger.exception("The jobs of the worker cannot be read.")
            return None


def _summary(jobs: dict[str, dict[str, Any]] | None) -> str:
    if jobs is None:
        return "unknown"
    return "late" if any(job["late"] for job in jobs.values()) else "ok"
