"""What somebody picked, by codes that stand in an address; nothing but what the world sees is found by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rallies.formats.public import PublicAction
from rallies.models import Action, Occurrence

from .actions import UNDATED_ORDER, dates_of_keys, with_parts
from .gate import public_action


@dataclass(frozen=True, slots=True)
class Picked:
    """Each picked action once, on its next date, or its last if all are over. `missing`: how many codes lead nowhere, be it
    that the action was taken off the calendar or that there never was one."""

    upcoming: tuple[PublicAction, ...]
    past: tuple[PublicAction, ...]
    undated: tuple[PublicAction, ...]
    missing: int

    @property
    def number(self) -> int:
        return len(self.upcoming) + len(self.past) + len(self.undated)


def picked_keys(codes: Sequence[int]) -> list[int]:
    """The keys of the published actions with these codes; of two that share one, the older."""
    rows = Action.objects.published().filter(pick_code__in=codes).order_by("-pk").values_list("pick_code", "pk")
    return sorted(dict(rows).values())


def picked_actions(codes: Sequence[int], *, now: datetime) -> Picked:
    """`upcoming` by start, `past` newest first."""
    keys = picked_keys(codes)
    dates = Occurrence.objects.filter(action__in=keys).order_by("starts_at", "id")
    shown: dict[int, tuple[int, bool]] = {}
    for pk, action, over_at in dates.values_list("pk", "action", "over_at"):
        is_over = over_at <= now
        # The first that is not over, or else the last.
        if is_over or shown.get(action, (0, True))[1]:
            shown[action] = (pk, is_over)
    found = dates_of_keys([pk for pk, _ in shown.values()])
    on_pages = sorted((public_action(row.action, row) for row in found), key=_start)
    undated = with_parts(Action.objects.published().undated().filter(pk__in=keys)).order_by(*UNDATED_ORDER)
    past = {row.uid for row in found if shown[row.action_id][1]}
    return Picked(
        upcoming=tuple(action for action in on_pages if action.uid not in past),
        past=tuple(action for action in reversed(on_pages) if action.uid in past),
        undated=tuple(public_action(row, None) for row in undated),
        missing=len(codes) - len(keys),
    )


def _start(action: PublicAction) -> tuple[datetime, str]:
    assert action.when.starts_at is not None
    return action.when.starts_at, action.uid
