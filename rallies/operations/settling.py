"""How what was decided of an action is written: row, dates, text, history and stamps, of one action or of many at once.

First everything is planned, which writes nothing and may be refused; then all of it is written together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rallies.enums import ActionStatus, AttendanceMode, ChangeKind, Publication
from rallies.formats.public import PublicAction
from rallies.models import Action, Change, Occurrence
from rallies.rules.places import is_withheld
from rallies.selectors.gate import place_of
from rallies.selectors.history import face_of_place, face_of_time

from .dates import Dates, newly_remembered, plan_dates, remembered_of, write_dates
from .last_good import forget_last_good
from .saving import Person, update, update_all
from .search_entries import refresh_entries
from .stamps import Scopes, move_stamps, scopes_of
from .texts import begin_new_versions, faces_of, refresh_texts, store_texts, with_parts


@dataclass(frozen=True, slots=True)
class Line:
    """A public line of history that is about to be written."""

    kind: ChangeKind
    before: Any = ""
    after: Any = ""
    message: str = ""
    fields: tuple[str, ...] = ()

    def change(self, action: Action, *, now: datetime) -> Change:
        details = {
            name: value
            for name, value in (("before", self.before), ("after", self.after))
            if value not in ("", None, {})
        }
        if self.fields:
            details["fields"] = list(self.fields)
        return Change(action=action, number=0, at=now, kind=self.kind, details=details, message=self.message)


@dataclass(frozen=True, slots=True)
class Before:
    """What the world saw of an action before an operation; `faces` is empty for what it could not see."""

    time: dict[str, str]
    rule: str
    place: dict[str, Any]
    location_id: int | None
    timezone: str
    is_withheld: bool
    is_moved_online: bool
    faces: tuple[PublicAction, ...]


def before_of(action: Action, dates: Sequence[Occurrence] | None = None) -> Before:
    """`dates` of an action that was read by `with_parts`; without them both are read here."""
    is_public = action.publication == Publication.PUBLISHED
    if is_public and dates is None:
        with_parts([action])
        dates = list(action.occurrences.without_text().in_order())
    return Before(
        time=time_face(action),
        rule=action.recurrence_rule,
        place=face_of_place(place_of(action)),
        location_id=action.location_id,
        timezone=action.timezone,
        is_withheld=is_place_withheld(action),
        is_moved_online=is_moved_online(action),
        faces=faces_of(action, dates or []),
    )


def is_place_withheld(action: Action) -> bool:
    return is_withheld(action.place_visibility, revealed_at=action.place_revealed_at)


def is_moved_online(action: Action) -> bool:
    """Whether it is online instead of in its place, also since it was postponed."""
    is_postponed_online = action.status == ActionStatus.POSTPONED and action.attendance_mode == AttendanceMode.ONLINE
    return action.status == ActionStatus.MOVED_ONLINE or is_postponed_online


def time_face(action: Action) -> dict[str, str]:
    return face_of_time(action.start_date, action.start_time, action.timezone)


@dataclass(slots=True)
class Planned:
    """What is to be written of an action: `fields` of its row, its dates, and lines of its history.

    With `before`, a change that the world cannot see writes the row alone. `is_again`: it was public and withdrawn, and what
    is told now must be newer.
    """

    action: Action
    fields: set[str]
    dates: Dates
    lines: Sequence[Line] = ()
    before: Before | None = None
    was_public: bool = False
    is_again: bool = False

    @property
    def is_public(self) -> bool:
        return self.action.publication == Publication.PUBLISHED

    @property
    def hides(self) -> bool:
        """Whether the world saw something that it must not see any longer."""
        if not self.is_public:
            return self.was_public
        return self.before is not None and is_place_withheld(self.action) and not self.before.is_withheld

    @property
    def is_seen(self) -> bool:
        """Whether the world sees that anything changed. Ask once the dates are written."""
        if not self.is_public:
            return self.was_public
        only_details = all(line.kind == ChangeKind.EDITED and "status" not in line.fields for line in self.lines)
        if self.before is None or not only_details:
            return True
        return faces_of(self.action, self.dates.in_order()) != self.before.faces


def plan_settling(
    action: Action,
    changed: Sequence[str],
    *,
    lines: Sequence[Line],
    now: datetime,
    before: Before | None = None,
    was_public: bool = False,
    is_again: bool = False,
) -> Planned:
    """What is to be written of an action whose row has its new values. Raises as its dates do: `NoSuchTime`,
    `BadInterval`."""
    remembered = remembered_of(action)
    dates = plan_dates(action, now=now)
    fields = {*changed, *newly_remembered(action, remembered)}
    if "title" in fields:
        fields.add("title_folded")
    return Planned(action, fields, dates, lines, before=before, was_public=was_public, is_again=is_again)


def settle(plans: Sequence[Planned], *, scopes: Scopes, by: Person, now: datetime) -> None:
    """Write rows, their dates, their text, their history and the stamps, in this order.

    `scopes` are those in which the actions stood before, if that changed. All public lines get the same number.
    """
    write_dates([plan.dates for plan in plans], now=now)
    _write_rows([plan for plan in plans if plan.fields], by=by, now=now)
    if any(plan.hides for plan in plans):
        forget_last_good()
    seen = [plan for plan in plans if plan.is_seen]
    if not seen:
        return
    refresh_entries(with_parts([plan.action for plan in seen]))
    lines: list[Change] = []
    texts: list[Occurrence] = []
    for plan in seen:
        dates = plan.dates.in_order()
        if plan.is_again:
            begin_new_versions(plan.action, dates)
        told = [line.change(plan.action, now=now) for line in plan.lines]
        texts += refresh_texts(plan.action, dates, now=now, pending=told[::-1]).dates
        lines += told
    store_texts(texts)
    number = move_stamps(scopes.add(scopes_of(actions=[plan.action.pk for plan in seen])), now=now)
    for line in lines:
        line.number = number
    Change.objects.bulk_create(lines)


def _write_rows(plans: Sequence[Planned], *, by: Person, now: datetime) -> None:
    if len(plans) == 1:
        update(plans[0].action, plans[0].fields, by=by, now=now)
        return
    # The rows are locked, and read in this transaction: what one did not change is written as it is.
    update_all([plan.action for plan in plans], {name for plan in plans for name in plan.fields}, by=by, now=now)


def settle_action(
    action: Action,
    changed: Sequence[str],
    *,
    lines: Sequence[Line],
    scopes: Scopes,
    by: Person,
    now: datetime,
    before: Before | None = None,
    was_public: bool = False,
    is_again: bool = False,
) -> None:
    """Plan and settle one action, whose row has its new values."""
    planned = plan_settling(
        action, changed, lines=lines, now=now, before=before, was_public=was_public, is_again=is_again
    )
    settle([planned], scopes=scopes, by=by, now=now)
