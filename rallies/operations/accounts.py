"""Accounts: a user name, a name to show, a password in a form that cannot be turned back, and no more of a person."""

from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from rallies.deeds import Deed
from rallies.rules.access import Right, SiteSubject, check
from rallies.rules.errors import BadValue, RuleBroken
from rallies.rules.joining import check_administrator_remains

from .access import acting, needs
from .audit_lines import about, write_line
from .saving import Person
from .sessions import end_sessions
from .transaction import operation

# Without letters and digits that look alike: it is read from a screen and typed.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

# What everybody may change of their own account.
OWN = frozenset({"password", "first_name"})

# What the log says of these. Of what else an account holds it says only that it changed.
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
    another password, is signed out everywhere: for good, not until it is active again. Columns of Django's that hold more
    of a person stay empty, whoever filled them. Raises `NotAllowed`: accounts are the administrators' own, but for
    one's own password and name.
    """
    _write(account, by=by, own=OWN)


@operation
@needs(Right.CHANGE, None)
def edit_account(account: User, *, is_active: bool, is_administrator: bool, by: Person, now: datetime) -> None:
    """Write an account as `save_account` does, and whether it is open and may do everything.

    Memberships of who is shut out stay, for when the account is opened again. Raises `NotAllowed`, and
    `AdministratorNeeded` for the last administrator whose account is open.
    """
    remains = (is_active and is_administrator) or not is_last_administrator(account)
    check_administrator_remains(administrators=int(remains))
    account.is_active, account.is_superuser, account.is_staff = is_active, is_administrator, True
    _write(account, by=by, own=frozenset())


def _write(account: User, *, by: Person, own: frozenset[str]) -> None:
    """`own` is what the person may change of their account."""
    account.email = account.last_name = ""
    before = User.objects.filter(pk=account.pk).first()
    changed = _differing(before, account)
    if not own.issuperset(changed) or by is None or by.pk != account.pk:
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


def is_last_administrator(account: User) -> bool:
    """Whether nobody else is one whose account is open."""
    return not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=account.pk).exists()


def broken_password(password: str, *, user: User) -> list[RuleBroken]:
    """What is wrong with a password that this person chose."""
    if not password:
        return [BadValue(_("Choose a password."), field="password")]
    try:
        validate_password(password, user=user)
    except ValidationError as error:
        return [BadValue(sentence, field="password") for sentence in error.messages]
    return []
