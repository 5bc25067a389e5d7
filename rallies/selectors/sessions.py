"""In which browsers somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import constant_time_compare, salted_hmac

from rallies import conf
from rallies.models import Session


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`code` names the session in a form and lets nobody in. `began_at` and `seen_at` are hours."""

    code: str
    began_at: datetime | None
    seen_at: datetime | None
    device: str
    is_current: bool


def sessions_of(user_id: int, *, current: str | None, now: datetime) -> list[SignedIn]:
    """The sessions of an account that still hold, the one whose key is `current` first, then the last seen ones."""
    rows = Session.objects.filter(user_id=user_id, expire_date__gt=now).order_by("-seen_at", "session_key")
    # Rows may be from when sign-ins lasted longer.
    rows = rows.exclude(began_at__lte=now - conf.session_lifetime())
    found = [
        SignedIn(_code_of(row.pk), row.began_at, row.seen_at, row.device, is_current=row.pk == current) for row in rows
    ]
    return sorted(found, key=lambda session: not session.is_current)


def session_key_of(user_id: int, *, code: str) -> str | None:
    """The key of the session that `code` names, if it is one of this account."""
    keys = Session.objects.filter(user_id=user_id).values_list("pk", flat=True)
    return next((key for key in keys if constant_time_compare(_code_of(key), code)), None)


def _code_of(key: str) -> str:
    return salted_hmac(__name__, key, algorithm="sha256").hexdigest()[:16]
