"""What goes on now, and what begins next: the first thing that a list says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext as _

from rallies.enums import ActionStatus
from rallies.formats.public import PublicAction

LOOKED_AT = 12
SHOWN = 3
OFF = frozenset({ActionStatus.CANCELLED.value, ActionStatus.POSTPONED.value})


@dataclass(frozen=True, slots=True)
class NextUp:
    """`now` began last first; all of `soon` begin at the same moment. `is_first`: they open the list anyway, and need to be
    marked alone."""

    now: tuple[PublicAction, ...]
    soon: tuple[PublicAction, ...]
    is_first: bool = False

    @property
    def shown(self) -> tuple[PublicAction, ...]:
        return _shown(self.now, self.soon)


def next_up(actions: Iterable[PublicAction], *, listed: Iterable[PublicAction], now: datetime) -> NextUp | None:
    """Of what is to come by start; None if there is nothing. `listed` is the list in the order in which it is read.

    What is cancelled or postponed is not next, and a day whose time is not announced has not begun.
    """
    on = [action for action in actions if action.when.starts_at is not None and action.status not in OFF]
    going = [action for action in on if _goes_on(action, now)]
    ahead = [action for action in on if action.when.starts_at and action.when.starts_at > now]
    first = min((action.when.starts_at for action in ahead if action.when.starts_at), default=None)
    soon = tuple(action for action in ahead if action.when.starts_at == first)
    going.sort(key=lambda action: action.when.starts_at or now, reverse=True)
    if not going and not soon:
        return None
    shown = {action.uid for action in _shown(going, soon)}
    opening = {action.uid for action in islice(listed, len(shown))}
    return NextUp(tuple(going), soon, is_first=shown == opening)


def mark_of(up: NextUp, action: PublicAction) -> str:
    if action.uid in {one.uid for one in up.now}:
        return _("On now")
    return _("Next") if action.uid in {one.uid for one in up.soon} else ""


def _goes_on(action: PublicAction, now: datetime) -> bool:
    when = action.when
    if when.starts_at is None or when.over_at is None or not when.starts_at <= now < when.over_at:
        return False
    return when.start_time is not None or when.last_day != when.start_date


def _shown(going: Sequence[PublicAction], soon: Sequence[PublicAction]) -> tuple[PublicAction, ...]:
    """A few of each: what goes on must not leave out what begins."""
    return (*going[:SHOWN], *soon[:SHOWN])
