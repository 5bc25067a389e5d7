"""Is the report of an error well said, and is there room for it?"""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from rallies.enums import ReportKind, ReportState

from .errors import BadValue, RuleBroken

LONGEST_TEXT = 2_000
LONGEST_NOTE = 5_000
MOST_OPEN = 20
"""Open reports of one action: who reads twenty knows what is wrong."""
MOST_RECENT = 120
RECENT = timedelta(hours=1)
"""At most 120 reports an hour, whoever sends them: nothing in a report says who."""


class TooManyReports(RuleBroken):
    """There is no room for another report now."""


def broken_report(*, kind: str, text: str) -> list[RuleBroken]:
    """Everything that is wrong with a report, each naming its field."""
    return list(_broken(kind=kind, text=text))


def _broken(*, kind: str, text: str) -> Iterator[RuleBroken]:
    if kind not in ReportKind.values:
        yield BadValue(_("Choose what is wrong."), field="kind")
    if not text:
        yield BadValue(_("Say in a few words what is wrong, and what would be right."), field="text")
    if len(text) > LONGEST_TEXT:
        yield BadValue(_("This text is longer than %(count)d characters.") % {"count": LONGEST_TEXT}, field="text")


def check_room(*, open_of_action: int, recent: int) -> None:
    """Raises `TooManyReports`. `recent` is the number of all reports within the last hour."""
    if open_of_action >= MOST_OPEN:
        raise TooManyReports(
            _("So many reports on this action wait to be read that no other is taken. What you found may be in one.")
        )
    if recent >= MOST_RECENT:
        raise TooManyReports(_("More reports came in during the last hour than can be taken. Please try again later."))


def broken_handling(*, state: str, note: str) -> list[RuleBroken]:
    """Everything that is wrong with what the desk says of a report."""
    broken: list[RuleBroken] = []
    if state not in ReportState.values:
        broken.append(BadValue(_("“%(value)s” is not one of the list.") % {"value": state}, field="state"))
    if len(note) > LONGEST_NOTE:
        broken.append(
            BadValue(_("This text is longer than %(count)d characters.") % {"count": LONGEST_NOTE}, field="note")
        )
    return broken
