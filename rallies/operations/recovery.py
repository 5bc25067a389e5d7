"""Links for people who can no longer sign in, since most sites send no mail."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from rallies.deeds import Deed
from rallies.models import RecoveryLink
from rallies.rules.access import NotAllowed, Right
from rallies.rules.joining import recovery_ends
from rallies.selectors.joining import find_recovery_link
from rallies.tokens import new_token, token_hash

from .access import needs, require
from .accounts import broken_password, save_account
from .audit_lines import about, write_line
from .errors import raise_if_any
from .links import take_back, use_up
from .saving import Person, insert
from .transaction import operation


@operation
@needs(Right.RECOVER, User)
def make_recovery_link(user_id: int, *, by: Person, now: datetime) -> tuple[RecoveryLink, str]:
    """A link for that person and its token, which is stored nowhere; earlier ones are taken back.

    Raises `NotAllowed`: for one's own account and for closed ones even to administrators.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    if by is None or by.pk == user.pk:
        raise NotAllowed(
            _("Your own password is changed at the top of this page. Another administrator can make a link.")
        )
    if not user.is_active:
        raise NotAllowed(_("This account is closed: open it first."))
    _take_back_all(user, now=now)
    token = new_token()
    link = RecoveryLink(user=user, made_by=by, token_hash=token_hash(token), expires_at=recovery_ends(now=now))
    insert(link, by=by, now=now)
    about(user)
    return link, token


@operation
def revoke_recovery_link(link_id: int, *, by: Person, now: datetime) -> None:
    """Take it back; one that was used stays used. Raises `NotAllowed`."""
    link = RecoveryLink.objects.select_related("user").get(pk=link_id)
    require(by, Right.RECOVER, link.user)
    take_back(link, now=now)
    about(link.user)


def use_recovery_link(token: str, *, password: str, now: datetime) -> User:
    """Sets the password, and uses the link up.

    All sessions of the account end, and its second factor is forgotten: who lost the one has often lost the other, and
    is led to set up a new one. Raises `LinkNotFound`, `LinkGone`, `RulesBroken`.
    """
    link = find_recovery_link(token, now=now)
    raise_if_any(broken_password(password, user=link.user))
    # It takes a good part of a second, on purpose, and all other operations would wait for it.
    return _recover(token, made_password=make_password(password), now=now)


@operation
def _recover(token: str, *, made_password: str, now: datetime) -> User:
    link = find_recovery_link(token, now=now)
    use_up(link, now=now)
    _take_back_all(link.user, now=now)
    link.user.password = made_password
    save_account(link.user, by=None, now=now)
    Authenticator.objects.filter(user=link.user).delete()
    write_line(Deed.RECOVERED, who=link.user, now=now, row=link.user)
    return link.user


def _take_back_all(user: User, *, now: datetime) -> None:
    for link in RecoveryLink.objects.filter(user=user, used_at=None, revoked_at=None):
        take_back(link, now=now)
