"""/healthz: may this process serve? For containers and proxies, which ask often and by address, not by name."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from rallies import __version__
from rallies.selectors.migrations import unapplied_migrations

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
        healthy = database == migrations == "ok"
        return JsonResponse(
            {
                "status": "ok" if healthy else "error",
                "version": __version__,
                "database": database,
                "migrations": migrations,
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
