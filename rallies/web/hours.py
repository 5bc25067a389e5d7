"""A day in parts, so that what is on at the same time of different days stands side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.utils.translation import gettext as _

from rallies.formats.public import PublicAction
from rallies.web.moments import say

NOON, EVENING = time(12), time(17)
PARTS = ("morning", "afternoon", "evening", "open", "on")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day, one of `PARTS`, and what begins in it, in its order."""

    key: str
    actions: tuple[PublicAction, ...]

    @property
    def words(self) -> str:
        return part_words(self.key)


def part_words(key: str) -> str:
    """Hours, since where morning ends is not the same everywhere."""
    noon, evening = say(NOON, "time"), say(EVENING, "time")
    return {
        "morning": _("Before %(time)s") % {"time": noon},
        "afternoon": _("%(first)s to %(last)s") % {"first": noon, "last": evening},
        "evening": _("From %(time)s") % {"time": evening},
        "open": _("Time to be announced"),
        "on": _("Goes on"),
    }[key]


def part_of(action: PublicAction, *, day: date) -> str:
    """In which part of a day a dated action stands; "on" if it began before."""
    at = action.when.start_time
    if action.when.start_date != day:
        return "on"
    if at is None:
        return "open"
    return "morning" if at < NOON else "afternoon" if at < EVENING else "evening"


def parts_of(actions: Iterable[PublicAction], *, day: date) -> tuple[Part, ...]:
    """Those parts of the day that have something."""
    found: dict[str, list[PublicAction]] = {key: [] for key in PARTS}
    for action in actions:
        found[part_of(action, day=day)].append(action)
    return tuple(Part(key, tuple(found[key])) for key in PARTS if found[key])
