"""Accounts: a user name, a name to show, a password in a form that cannot be turned back, and no more of a person."""

from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from rallies.operations.sessions import end_sessions
from rallies.operations.transaction import operation
from rallies.rules.access import Deed, SiteSubject, check
from rallies.rules.errors import BadValue, RuleBroken
from rallies.rules.joining import check_administrator_remains
from rallies.selectors.access import actor_of

from .saving import Person

# Without letters and digits that look alike: it is read from a screen and typed.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@operation
def create_administrator(*, username: str, now: datetime) -> tuple[User, str]:
    """Creates an account that may do everything, and returns it with its random password (79 bits), which is
    stored nowhere."""
    password = "-".join(get_random_string(4, _ALPHABET) for _ in range(4))
    user = User.objects.create_superuser(username, password=password, date_joined=now)
    return user, password


@operation
def save_account(account: User) -> None:
    """Write an account as it stands; no history is kept of passwords. Whoever was deactivated, or got another password, is
    signed out everywhere: for good, not until it is active again. Columns of Django's that hold more of a person stay
    empty, whoever filled them."""
    account.email = account.last_name = ""
    before = User.objects.filter(pk=account.pk).values_list("password", flat=True).first()
    account.save()
    if not account.is_active or (before is not None and before != account.password):
        end_sessions(account.pk)


@operation
def edit_account(account: User, *, is_active: bool, is_administrator: bool, by: Person, now: datetime) -> None:
    """Write an account, and whether it is open and may do everything.

    Whoever is shut out is signed out everywhere; memberships stay, for when the account is opened again. Raises
    `NotAllowed`, and `AdministratorNeeded` for the last administrator whose account is open.
    """
    check(actor_of(by), Deed.CHANGE, SiteSubject())
    remains = (is_active and is_administrator) or not is_last_administrator(account)
    check_administrator_remains(administrators=int(remains))
    account.is_active, account.is_superuser, account.is_staff = is_active, is_administrator, True
    save_account(account)


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
