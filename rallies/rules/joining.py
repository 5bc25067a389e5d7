"""Coming into a group and leaving it: what a link and a new account must be, and who has to stay."""

from datetime import datetime, timedelta

from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rallies.enums import MembershipRole

from .errors import BadValue, RuleBroken

INVITATION_DAYS = (1, 7, 30)
RECOVERY_HOURS = 24
LONGEST_USERNAME = 150
LONGEST_NAME = 150


class LinkGone(RuleBroken):
    """A link that was good once, and no longer is."""


class AlreadyIn(RuleBroken):
    """The person belongs to it already, with that role or a higher one."""


class OwnerNeeded(RuleBroken):
    """A group of several people would be left without an owner."""


class AdministratorNeeded(RuleBroken):
    """Nobody could administer the site any more."""


def check_link(
    *, used_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, stands: bool, now: datetime
) -> None:
    """Raises `LinkGone` unless it can be used now. `stands`: whoever made it could still make it."""
    if used_at is not None:
        raise LinkGone(_("This link was used. It is good only once."))
    if revoked_at is not None or not stands:
        raise LinkGone(_("This link was taken back."))
    if expires_at <= now:
        raise LinkGone(_("This link has expired."))


def invitation_ends(*, days: int, now: datetime) -> datetime:
    """Raises `BadValue` for a number of days that is not offered."""
    if days not in INVITATION_DAYS:
        raise BadValue(_("Choose how long the invitation is good for."), field="days")
    return now + timedelta(days=days)


def recovery_ends(*, now: datetime) -> datetime:
    return now + timedelta(hours=RECOVERY_HOURS)


def broken_role(*, role: str, is_owner: bool) -> list[RuleBroken]:
    """What is wrong with a role in a group."""
    if role not in MembershipRole.values:
        return [BadValue(_("“%(value)s” is not one of the list.") % {"value": role}, field="role")]
    if is_owner and role != MembershipRole.ORGANIZER:
        return [BadValue(_("An owner is an organizer of the group."), field="role")]
    return []


def broken_account(*, username: str, name: str, is_taken: bool) -> list[RuleBroken]:
    """What is wrong with a new account, its password apart. `is_taken`: somebody else has that user name."""
    broken: list[RuleBroken] = []
    if not username:
        broken.append(BadValue(_("Choose a user name, which you will sign in with."), field="username"))
    elif len(username) > LONGEST_USERNAME or not _is_username(username):
        broken.append(
            BadValue(
                _("A user name has at most 150 letters from a to z, digits and @ . + - _, and no spaces."),
                field="username",
            )
        )
    elif is_taken:
        broken.append(BadValue(_("Another account has this user name: choose a different one."), field="username"))
    if len(name) > LONGEST_NAME:
        broken.append(
            BadValue(_("This text is longer than %(count)d characters.") % {"count": LONGEST_NAME}, field="name")
        )
    return broken


def _is_username(value: str) -> bool:
    """Letters of other scripts look like these: nobody shall be taken for somebody else. The name to show may have any."""
    try:
        ASCIIUsernameValidator()(value)
    except ValidationError:
        return False
    return True


def check_owner_remains(*, owners: int, members: int) -> None:
    """Raises `OwnerNeeded` if `members` would remain in a group, and no owner among them."""
    if members and not owners:
        raise OwnerNeeded(
            _("The group would have nobody who says who belongs to it. Hand it over to another organizer first.")
        )


def check_administrator_remains(*, administrators: int) -> None:
    """Raises `AdministratorNeeded` if none would remain whose account is open."""
    if not administrators:
        raise AdministratorNeeded(
            _("This is the last administrator: make somebody else one first, or nobody could run the site.")
        )
