"""Sessions: whose each is, since when, and when it was last used. Django reads them here (SESSION_ENGINE)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from rallies.models import Session

from .devices import device_of

Answer = Callable[[HttpRequest], HttpResponseBase]

# In the session itself, so that no request asks for them apart.
BEGAN, SEEN, DEVICE = "session_began", "session_seen", "session_device"


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.began_at, row.seen_at = _moment(data.get(BEGAN)), _moment(data.get(SEEN))
        row.device = data.get(DEVICE, "")
        return row


def seen_this_hour(get_response: Answer) -> Answer:
    """Notes that a session is used: to the hour, which is one write an hour, and tells no more than is needed to find
    one that should not be. With it the two weeks begin anew in which the session holds."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        # A public page asks for no session, and this must not either.
        if request.session.accessed and SESSION_KEY in request.session:
            hour = timezone.now().replace(minute=0, second=0, microsecond=0).isoformat()
            if request.session.get(SEEN) != hour:
                request.session.setdefault(BEGAN, hour)
                request.session[SEEN] = hour
                request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
        return response

    return answer


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
