"""Which step may follow which: two tables, one for each status of an action."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rallies.enums import ActionStatus, Publication

from .errors import TransitionNotAllowed

PUT_BACK_DAYS = 60
"""How long what was withdrawn can be put back. After that nobody who had it expects it."""

PUBLICATION_STEPS: dict[str, dict[Publication, Publication]] = {
    "submit": {Publication.DRAFT: Publication.SUBMITTED},
    "return": {Publication.SUBMITTED: Publication.DRAFT},
    "publish": {
        Publication.DRAFT: Publication.PUBLISHED,
        Publication.SUBMITTED: Publication.PUBLISHED,
        Publication.WITHDRAWN: Publication.PUBLISHED,
    },
    "withdraw": {Publication.PUBLISHED: Publication.WITHDRAWN},
}

# None: back to what it was before the cancellation.
STATUS_STEPS: dict[str, dict[ActionStatus, ActionStatus | None]] = {
    "cancel": {
        ActionStatus.SCHEDULED: ActionStatus.CANCELLED,
        ActionStatus.TENTATIVE: ActionStatus.CANCELLED,
        ActionStatus.POSTPONED: ActionStatus.CANCELLED,
        ActionStatus.MOVED_ONLINE: ActionStatus.CANCELLED,
    },
    "undo cancellation": {ActionStatus.CANCELLED: None},
    "postpone": {
        ActionStatus.SCHEDULED: ActionStatus.POSTPONED,
        ActionStatus.TENTATIVE: ActionStatus.POSTPONED,
        ActionStatus.MOVED_ONLINE: ActionStatus.POSTPONED,
    },
    "move in time": {
        ActionStatus.SCHEDULED: ActionStatus.SCHEDULED,
        ActionStatus.TENTATIVE: ActionStatus.TENTATIVE,
        ActionStatus.POSTPONED: ActionStatus.SCHEDULED,
        ActionStatus.MOVED_ONLINE: ActionStatus.MOVED_ONLINE,
    },
    "move in place": {
        ActionStatus.SCHEDULED: ActionStatus.SCHEDULED,
        ActionStatus.TENTATIVE: ActionStatus.TENTATIVE,
        ActionStatus.POSTPONED: ActionStatus.POSTPONED,
        ActionStatus.MOVED_ONLINE: ActionStatus.SCHEDULED,
    },
    "move online": {
        ActionStatus.SCHEDULED: ActionStatus.MOVED_ONLINE,
        ActionStatus.TENTATIVE: ActionStatus.MOVED_ONLINE,
        # Where it will be, and still not when.
        ActionStatus.POSTPONED: ActionStatus.POSTPONED,
    },
    "confirm": {
        ActionStatus.SCHEDULED: ActionStatus.SCHEDULED,
        ActionStatus.TENTATIVE: ActionStatus.SCHEDULED,
        ActionStatus.MOVED_ONLINE: ActionStatus.MOVED_ONLINE,
    },
    "make tentative": {ActionStatus.SCHEDULED: ActionStatus.TENTATIVE},
}

_STEP_WORDS = {
    "submit": gettext_lazy("submitted"),
    "return": gettext_lazy("returned"),
    "publish": gettext_lazy("published"),
    "withdraw": gettext_lazy("withdrawn"),
    "cancel": gettext_lazy("cancelled"),
    "undo cancellation": gettext_lazy("put back on"),
    "postpone": gettext_lazy("postponed"),
    "move in time": gettext_lazy("moved in time"),
    "move in place": gettext_lazy("moved in place"),
    "move online": gettext_lazy("moved online"),
    "confirm": gettext_lazy("confirmed"),
    "make tentative": gettext_lazy("marked as not yet certain"),
}


def next_publication(current: str, step: str) -> Publication:
    """The publication after a step. Raises `TransitionNotAllowed`."""
    state = Publication(current)
    try:
        return PUBLICATION_STEPS[step][state]
    except KeyError:
        raise _refusal(str(state.label), step) from None


def next_status(current: str, step: str, *, before_cancellation: str = "") -> ActionStatus:
    """The status after a step; undoing a cancellation leads back to `before_cancellation`.

    Raises `TransitionNotAllowed`.
    """
    state = ActionStatus(current)
    try:
        following = STATUS_STEPS[step][state]
    except KeyError:
        raise _refusal(str(state.label), step) from None
    return following or ActionStatus(before_cancellation or ActionStatus.SCHEDULED)


def check_public(publication: str) -> None:
    """Raises `TransitionNotAllowed` unless the world sees it: whether it takes place is told to the world."""
    if publication != Publication.PUBLISHED:
        raise TransitionNotAllowed(_("It is not public: publish it first."))


def check_step(step: str, *, publication: str, status: str) -> None:
    """Raises `TransitionNotAllowed` for a step of either table that is not open now."""
    if step in PUBLICATION_STEPS:
        next_publication(publication, step)
    else:
        check_public(publication)
        next_status(status, step)


def put_back_until(withdrawn_at: datetime) -> datetime:
    """Until when what was withdrawn may be public again."""
    return withdrawn_at + timedelta(days=PUT_BACK_DAYS)


def check_put_back(withdrawn_at: datetime | None, *, now: datetime) -> None:
    """Raises `TransitionNotAllowed` for what was withdrawn too long ago to be public again."""
    if withdrawn_at is not None and put_back_until(withdrawn_at) < now:
        raise TransitionNotAllowed(
            _("It was withdrawn more than %(days)d days ago, and stays so. Enter it as a new action.")
            % {"days": PUT_BACK_DAYS}
        )


def allowed_steps(*, publication: str, status: str) -> frozenset[str]:
    """The steps that are open now, of both tables."""
    told = STATUS_STEPS if publication == Publication.PUBLISHED else {}
    return frozenset(
        [step for step, table in PUBLICATION_STEPS.items() if publication in table]
        + [step for step, table in told.items() if status in table]
    )


def _refusal(state: str, step: str) -> TransitionNotAllowed:
    return TransitionNotAllowed(
        _("This action is “%(state)s” and cannot be %(step)s from there.") % {"state": state, "step": _STEP_WORDS[step]}
    )
