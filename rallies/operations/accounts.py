from datetime import datetime

from django.contrib.auth.models import User
from django.utils.crypto import get_random_string

from rallies.operations.sessions import end_sessions
from rallies.operations.transaction import operation

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
    signed out everywhere: for good, not until it is active again."""
    before = User.objects.filter(pk=account.pk).values_list("password", flat=True).first()
    account.save()
    if not account.is_active or (before is not None and before != account.password):
        end_sessions(account.pk)
