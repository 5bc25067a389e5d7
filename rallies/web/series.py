"""What the pages say of a date that is one of a series."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from rallies import names, repeats
from rallies.formats.public import PublicAction

MOST_SKIPPED_SAID = 5


@dataclass(frozen=True, slots=True)
class DateOff:
    """A date that is cancelled while others of its series take place, and the next of those, if any is to come."""

    action: PublicAction
    following: PublicAction | None


def repeat_words(action: PublicAction) -> str:
    """How the series repeats; "" for what is no series, or repeats in a way that only its dates tell."""
    if action.original is None:
        return ""
    day, clock = action.original
    return repeats.rule_words(action.recurrence_rule, day=day, clock=clock)


def skipped_words(action: PublicAction) -> str:
    """Which of the days after this date the series skips: "Not on: 24 December 2026; 31 December 2026"; "" for none."""
    if action.original is None:
        return ""
    skipped = [names.date_words(day) for day in action.skipped_days if day > action.original[0]]
    # In some languages a comma stands within each.
    said = "; ".join(skipped[:MOST_SKIPPED_SAID]) + (" …" if len(skipped) > MOST_SKIPPED_SAID else "")
    return gettext("Not on: %(days)s") % {"days": said} if skipped else ""


def moved_from_words(action: PublicAction) -> str:
    """Where the series had a date that was moved alone: "Moved from Thursday, 5 March 2026, 18:00"; "" if it was not."""
    if action.original is None or not action.is_moved_alone:
        return ""
    return gettext("Moved from %(when)s") % {"when": names.when_words(*action.original)}


def date_off(dates: Sequence[PublicAction], *, now: datetime) -> DateOff | None:
    """What to say when the date that a page shows, the first of these, is cancelled alone; None when it is not."""
    first = dates[0]
    on = [one for one in dates if not one.is_cancelled]
    if not first.is_cancelled or not on:
        return None
    coming = [one for one in on if one.when.over_at is not None and one.when.over_at > now]
    return DateOff(first, coming[0] if coming else None)
