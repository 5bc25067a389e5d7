"""Using up a link, once."""

from datetime import datetime

from rallies.models import Invitation, RecoveryLink
from rallies.selectors.joining import LinkNotFound

Link = Invitation | RecoveryLink


def use_up(link: Link, *, now: datetime) -> None:
    """Mark it as used. Call it inside an operation, before what the link is good for.

    One statement decides: of two requests that both found it unused, the second one changes no row. Raises
    `LinkNotFound`, since nothing can be said of a row that is not as it was found.
    """
    rows = type(link)._default_manager.filter(pk=link.pk, used_at=None, revoked_at=None, expires_at__gt=now)
    if rows.update(used_at=now, updated_at=now) != 1:
        raise LinkNotFound


def take_back(link: Link, *, now: datetime) -> None:
    """One that was used or taken back stays as it is, and then the log need not speak of it."""
    if link.used_at is None and link.revoked_at is None:
        type(link)._default_manager.filter(pk=link.pk).update(revoked_at=now, updated_at=now)
