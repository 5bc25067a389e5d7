"""Signing out in other places."""

from datetime import datetime

from rallies.models import Session

from .transaction import operation


@operation
def end_session(key: str) -> None:
    """Whoever is signed in with it is so no longer, from the next request on."""
    Session.objects.filter(pk=key).delete()


@operation
def end_sessions(user_id: int, *, but: str | None = None) -> int:
    """Ends all sessions of an account, but for the one with that key, and returns how many those were."""
    return Session.objects.filter(user_id=user_id).exclude(pk=but or "").delete()[0]


@operation
def forget_sessions(*, now: datetime) -> None:
    """Deletes the sessions that hold no longer."""
    Session.objects.filter(expire_date__lte=now).delete()
