"""What a feed holds, as a sentence before anyone subscribes: made of the question that the feed answers, part by part."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rallies.http.asked_words import KINDS, days_of, listed, parts_of
from rallies.selectors.feeds import DAYS_BACK
from rallies.selectors.filters import PAST, TODAY, WEEK, WEEKEND, ActionFilter

MOVING: dict[str, Callable[[], str]] = {
    PAST: lambda: _("those that are over"),
    TODAY: lambda: _("those of today, each day anew"),
    WEEKEND: lambda: _("those of this weekend, each week anew"),
    WEEK: lambda: _("those of the next 7 days, each day anew"),
}


def feed_words(question: ActionFilter) -> str:
    """As in "Rallies within 50 km (31 miles) of Tucson, Arizona: coming ones, and those of the last 60 days. Cancelled
    ones are marked."

    Each part of the question is in it, but its order, which a calendar does not have.
    """
    said = _("%(actions)s: %(times)s. Cancelled ones are marked; those without a date come in once they have one.")
    return said % {"actions": _which(question), "times": listed(tuple(times_of(question).values()))}


def picks_words(number: int) -> str:
    """The same of actions that somebody picked."""
    said = ngettext(
        "The %(number)d picked action, with all its dates. If it is cancelled, it is marked; without a date it comes in once"
        " it has one.",
        "The %(number)d picked actions, with all their dates. Cancelled ones are marked; those without a date come in once"
        " they have one.",
        number,
    )
    return said % {"number": number}


def _which(question: ActionFilter) -> str:
    parts = listed(tuple(parts_of(question).values()))
    several = _("Actions") if parts else _("All actions of this calendar")
    actions = KINDS[question.kind]() if question.kind else several
    return _("%(actions)s %(parts)s") % {"actions": actions, "parts": parts} if parts else actions


def times_of(question: ActionFilter) -> dict[str, str]:
    """Of when they are, at least one part: field → words. What a question leaves open is said too, under ""."""
    said: dict[str, str] = {}
    if question.when:
        said["when"] = MOVING[question.when]()
    said |= days_of(question)
    if said:
        return said
    if question.is_whole_campaign:
        return {"": _("all of them, past ones too")}
    days = DAYS_BACK.days
    last = ngettext("coming ones, and those of the last day", "coming ones, and those of the last %(days)d days", days)
    return {"": last % {"days": days}}
