"""Sessions: whose each is, since when, and when it was last used. Django reads them here (SESSION_ENGINE)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from rallies import conf
from rallies.models import Session

from .devices import device_of

Answer = Callable[[HttpRequest], HttpResponseBase]

# In the session itself, so that no request asks for them apart.
BEGAN, SEEN, DEVICE = "session_began", "session_seen", "session_device"


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        data: dict[str, Any] = super().load()
        began = _moment(data.get(BEGAN))
        # The row says so too, but was perhaps written when sign-ins lasted longer.
        if began and began + conf.session_lifetime() <= timezone.now():
            self._session_key = None
            return {}
        return data

    def get_expiry_date(self, **given: Any) -> datetime:
        idle: datetime = super().get_expiry_date(**given)
        began = _moment(self.get(BEGAN))
        return min(idle, began + conf.session_lifetime()) if began else idle

    def get_expiry_age(self, **given: Any) -> int:
        idle: int = super().get_expiry_age(**given)
        began = _moment(self.get(BEGAN))
        if not began:
            return idle
        left = began + conf.session_lifetime() - given.get("modification", timezone.now())
        return max(min(idle, int(left.total_seconds())), 0)

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.began_at, row.seen_at = _moment(data.get(BEGAN)), _moment(data.get(SEEN))
        row.device = data.get(DEVICE, "")
        return row


def seen_this_hour(get_response: Answer) -> Answer:
    """Notes that a session is used: to the hour, which is one write an hour, and tells no more than is needed to find
    one that should not be. With it the two weeks begin anew in which the session holds, but not the days of SESSION_DAYS."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        # A public page asks for no session, and this must not either.
        if request.session.accessed and SESSION_KEY in request.session:
            hour = timezone.now().replace(minute=0, second=0, microsecond=0).isoformat()
            # A clock that is set back does not end a session earlier.
            if request.session.get(SEEN, "") < hour:
                request.session.setdefault(BEGAN, hour)
                request.session[SEEN] = hour
                request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
        return response

    return answer


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
