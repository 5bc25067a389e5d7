from datetime import datetime

from django.contrib.auth.models import User
from django.utils.crypto import get_random_string

from rallies.deeds import Deed
from rallies.rules.access import Right, SiteSubject, check

from .access import acting
from .audit_lines import about, write_line
from .saving import Person
from .sessions import end_sessions
from .transaction import operation

# Without letters and digits that look alike: it is read from a screen and typed.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

# What the log says of these. Of what else an account holds it says only that it changed.
# What everybody may change of their own account.
OWN = {"password", "first_name"}
_TOLD = {"is_active": "active", "is_staff": "desk", "is_superuser": "administrator"}


@operation
def create_administrator(*, username: str, now: datetime) -> tuple[User, str]:
    """Creates an account that may do everything, and returns it with its random password (79 bits), which is
    stored nowhere. The log says so, though the site does it by itself."""
    password = "-".join(get_random_string(4, _ALPHABET) for _ in range(4))
    user = User.objects.create_superuser(username, password=password, date_joined=now)
    write_line(Deed.CREATE_ADMINISTRATOR, who=None, now=now, row=user, detail="command line")
    return user, password


@operation
def save_account(account: User, *, by: Person, now: datetime) -> None:
    """Write an account as it stands, if it differs; no history is kept of passwords.

    The log says what differs, so that it can be found who made whom an administrator. Whoever was deactivated, or got
    another password, is signed out everywhere: for good, not until it is active again. Raises `NotAllowed`: accounts are
    the administrators' own, but for one's own password and name.
    """
    before = User.objects.filter(pk=account.pk).first()
    changed = _differing(before, account)
    if not set(changed) <= (OWN if by is not None and by.pk == account.pk else set()):
        check(acting(by), Right.CHANGE, SiteSubject())
    if changed:
        account.save()
        about(account, detail=", ".join(changed))
    if not account.is_active or (before is not None and before.password != account.password):
        end_sessions(account.pk)


def _differing(before: User | None, account: User) -> list[str]:
    if before is None:
        return ["new", *(word for name, word in _TOLD.items() if getattr(account, name))]
    names = [field.attname for field in User._meta.concrete_fields]
    differing = [name for name in names if getattr(before, name) != getattr(account, name)]
    return [_told(name, is_so=getattr(account, name)) if name in _TOLD else name for name in differing]


def _told(name: str, *, is_so: bool) -> str:
    return _TOLD[name] if is_so else f"not {_TOLD[name]}"
