"""The log of administrators: what comes into it that is no operation of its own, and its end after 180 days.

What operations leave there by themselves is in `audit_lines`. Lines are never changed.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.contrib.auth.models import User
from django.db import models

from rallies.deeds import Deed
from rallies.models import AuditEntry
from rallies.rules.audit import kept_from

from .audit_lines import noun_of, write_line
from .saving import Person
from .transaction import operation

DEACTIVATED = "deactivated"


@operation
def note_deed(
    deed: Deed,
    *,
    who: Person,
    now: datetime,
    row: models.Model | None = None,
    detail: str = "",
    once_in: timedelta = timedelta(0),
) -> bool:
    """Write down what somebody did who ran no operation: signed in, was refused, exported; whether it was written.

    `who` is None where nobody is signed in: then `row` says whose account it was about. For what strangers can
    make happen as often as they like, `once_in` is how long the same about the same row is said once, for each `detail`,
    of which there are a few then. It holds no secret, no contact details, no address of anybody.
    """
    if once_in and row is not None and _was_said(deed, row, detail=detail, since=now - once_in):
        return False
    write_line(deed.value, who=who, now=now, row=row, detail=detail)
    return True


@operation
def note_refused_sign_in(claimed: str | int, *, why: str, once_in: timedelta, now: datetime) -> bool:
    """Write down that somebody failed to sign in to the account of that name or number, and why; whether it was written.

    Of one that is nobody's nothing is written. It takes the same turn and the same queries, so that the time does not
    tell: only a line takes longer, which `once_in` makes rare. Each `why` is said once in that time.
    """
    said = {"username": claimed} if isinstance(claimed, str) else {"pk": claimed}
    found = User.objects.filter(**said).first()
    account = found or User(pk=0)
    detail = why if account.is_active else DEACTIVATED
    if _was_said(Deed.SIGN_IN_REFUSED, account, detail=detail, since=now - once_in) or found is None:
        return False
    write_line(Deed.SIGN_IN_REFUSED.value, who=None, now=now, row=found, detail=detail)
    return True


@operation
def forget_deeds(day: int, *, now: datetime) -> int:
    """Take away the lines of a UTC day, as a proleptic ordinal, if they are older than they are kept; how many."""
    begin = datetime.combine(date.fromordinal(day), time.min, UTC)
    old = AuditEntry.objects.filter(at__gte=begin, at__lt=min(begin + timedelta(days=1), kept_from(now=now)))
    return old.delete()[0]


def _was_said(deed: Deed, row: models.Model, *, detail: str, since: datetime) -> bool:
    same = AuditEntry.objects.filter(noun=noun_of(row), row_key=str(row.pk), deed=deed.value, detail=detail)
    return same.filter(at__gt=since).exists()
