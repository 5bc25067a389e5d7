"""What may be deleted: only what nobody has seen, or what nothing leans on."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .errors import RuleBroken


class NotDeletable(RuleBroken):
    """It stays; the sentence says what to do instead."""


def check_action(*, published_at: datetime | None) -> None:
    """Raises `NotDeletable` for an action that the world has seen."""
    if published_at is not None:
        raise NotDeletable(
            _(
                "This action was public, and people may have it in their calendars. Cancel it, so that they learn of"
                " it, or withdraw it, and its page answers that it was taken back."
            )
        )


def check_unused(*, actions: int = 0, campaigns: int = 0, milestones: int = 0) -> None:
    """Raises `NotDeletable` when any of these lean on the thing."""
    used = []
    if actions:
        used.append(ngettext("%(count)d action", "%(count)d actions", actions) % {"count": actions})
    if campaigns:
        used.append(ngettext("%(count)d campaign", "%(count)d campaigns", campaigns) % {"count": campaigns})
    if milestones:
        used.append(ngettext("%(count)d milestone", "%(count)d milestones", milestones) % {"count": milestones})
    if used:
        raise NotDeletable(
            _("It is used by %(things)s, drafts included. Take it off there first.") % {"things": ", ".join(used)}
        )
