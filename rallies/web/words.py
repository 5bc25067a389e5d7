"""Words for stored values: labels of closed lists, and sentences about changes and groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from rallies import enums
from rallies.formats.public import PublicAction, PublicChange, PublicParticipation

LISTS: dict[str, type[TextChoices]] = {
    "kind": enums.ActionKind,
    "status": enums.ActionStatus,
    "mode": enums.AttendanceMode,
    "access": enums.AccessFeature,
    "organizer-kind": enums.OrganizerKind,
    "place-kind": enums.PlaceKind,
    "role": enums.ParticipationRole,
    "reported": enums.ReportedStatus,
    "change": enums.ChangeKind,
}

# Of the whole action: where one date stood, its own line says.
MOVED = frozenset({"moved-in-time", "moved-in-place"})
NEWS = {
    "time-announced": _("Time announced: %(after)s."),
    "place-announced": _("Place announced: %(after)s."),
    "place-revealed": _("Exact place announced: %(after)s."),
    "date-restored": _("One date is back on: %(after)s."),
    "date-added": _("One date is added: %(after)s."),
}
LOSSES = {"date-cancelled": _("One date is cancelled: %(before)s.")}

# Both states known; a change that lacks one falls back to its kind's own words.
MOVES: dict[str, str | Promise] = {
    "moved-in-time": _("Moved from %(before)s to %(after)s."),
    "moved-in-place": _("Moved from %(before)s to %(after)s."),
    "date-moved": _("One date moved from %(before)s to %(after)s."),
}

BASIS: dict[str, str | Promise] = {
    "explicit": _("The source says that this action is part of the campaign."),
    "implied": _("The source implies that this action is part of the campaign, without naming it."),
    "not-stated": _("Same days and subject; the source does not say that it is part of the campaign."),
}

CONFIDENCE: dict[str, str | Promise] = {
    "high": _("The sources support these details well."),
    "medium": _("Some of these details are uncertain."),
    "low": _("Little is known for sure."),
}

ROLES: dict[str, str | Promise] = {
    "host": pgettext_lazy("heading of a list of groups", "Hosts"),
    "co-host": pgettext_lazy("heading of a list of groups", "Co-hosts"),
    "endorser": pgettext_lazy("heading of a list of groups", "Endorsers"),
    "participant": pgettext_lazy("heading of a list of groups", "Participants"),
}

REPORTED_ROLES: dict[str, str | Promise] = {
    "host": _("Named as organizing"),
    "co-host": _("Named as organizing"),
    "endorser": _("Named as endorsing"),
    "participant": _("Named as taking part"),
}

NAMES_IN_A_LIST = 3
SHORT_DETAIL = 80


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of one action that stand there in the same way, under one heading."""

    heading: str
    is_reported: bool
    members: tuple[PublicParticipation, ...]

    @property
    def outlets(self) -> str:
        """The outlets that name them, as words."""
        return get_text_list(sorted({p.outlet for p in self.members if p.outlet}), gettext("and"))


def label(value: str, of: str) -> str:
    """The word of a closed list for a stored value; the value itself where the list does not know it."""
    choices = dict(LISTS[of].choices)
    return str(choices.get(value, value))


def kind_words(action: PublicAction) -> str:
    """What people do there, in a word or two: where the list has no word for it, the host's or source's."""
    if action.kind == enums.ActionKind.OTHER and action.kind_detail:
        return Truncator(action.kind_detail).chars(SHORT_DETAIL)
    return label(action.kind, "kind")


def change_words(change: PublicChange) -> str:
    """One line of history as a sentence."""
    pattern = MOVES.get(change.kind)
    if pattern and change.before and change.before == change.after:
        # It was postponed, and then not moved.
        return gettext("Takes place after all: %(after)s.") % {"after": change.after}
    if pattern and change.before and change.after:
        return str(pattern) % {"before": change.before, "after": change.after}
    if change.kind in NEWS and change.after:
        return str(NEWS[change.kind]) % {"after": change.after}
    if change.kind in LOSSES and change.before:
        return str(LOSSES[change.kind]) % {"before": change.before}
    return gettext("%(change)s.") % {"change": label(change.kind, "change")}


def latest_moves(action: PublicAction) -> tuple[PublicChange, ...]:
    """The last time that the action was moved in time and the last that it was in place, as far as it ever was, newest
    first: who knows what was announced at first needs both. What no longer holds is left to the history: moves from before
    it was postponed, while it is, and places from before it went online."""
    moves = sorted(action.changes, key=lambda change: change.number)
    if action.status == enums.ActionStatus.POSTPONED:
        moves = moves[_after(moves, enums.ChangeKind.POSTPONED) :]
    online = _after(moves, enums.ChangeKind.MOVED_ONLINE)
    moves = [move for at, move in enumerate(moves) if at >= online or move.kind != enums.ChangeKind.MOVED_IN_PLACE]
    last = {change.kind: change for change in moves if change.kind in MOVED and change.before and change.after}
    return tuple(sorted(last.values(), key=lambda change: -change.number))


def _after(changes: Sequence[PublicChange], kind: str) -> int:
    """Where those begin that follow the last of a kind."""
    return max((at + 1 for at, change in enumerate(changes) if change.kind == kind), default=0)


def groups_of(participations: Iterable[PublicParticipation]) -> tuple[Groups, ...]:
    """Groups by how they stand: those who confirmed first, then those whom sources name."""
    found: dict[tuple[bool, str], list[PublicParticipation]] = {}
    participations = tuple(participations)
    for is_reported, headings in ((False, ROLES), (True, REPORTED_ROLES)):
        for role, heading in headings.items():
            members = [p for p in participations if p.role == role and p.is_reported is is_reported]
            if members:
                found.setdefault((is_reported, str(heading)), []).extend(members)
    return tuple(
        Groups(heading=heading, is_reported=is_reported, members=tuple(members))
        for (is_reported, heading), members in found.items()
    )


def groups_line(participations: Iterable[PublicParticipation]) -> str:
    """Who, in one short line. Groups that only a source names are never said to host."""
    participations = tuple(participations)
    hosts = [p for p in participations if not p.is_reported and p.role in {"host", "co-host"}]
    if hosts:
        return gettext("Hosted by %(names)s") % {"names": names_line(p.name for p in hosts)}
    reported = [p for p in participations if p.is_reported]
    if reported:
        outlets = {p.outlet for p in reported}
        names = names_line(p.name for p in reported)
        if len(outlets) == 1 and all(outlets):
            return gettext("Named by %(outlet)s: %(names)s") % {"outlet": outlets.pop(), "names": names}
        return gettext("Named by sources: %(names)s") % {"names": names}
    return ""


def names_line(names: Iterable[str]) -> str:
    """A few names as a list in words, with the number of those left out."""
    names = list(names)
    shown, more = names[:NAMES_IN_A_LIST], len(names) - NAMES_IN_A_LIST
    if more == 1:
        shown, more = names, 0
    if more > 0:
        return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {
            "names": pgettext("between names of a list", ", ").join(shown),
            "count": more,
        }
    return get_text_list(shown, gettext("and"))
