"""One date of a series, skipped, cancelled or moved alone. Each function is one transaction.

All of them end as the changes of an action do: the row of the date is written, the dates follow, the calendar text
is made afresh, a public line of history says which date it is about, and the stamps in scope rise.
"""

from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from rallies import recurrence
from rallies.enums import ChangeKind, OccurrenceStatus, Publication
from rallies.models import Action, Occurrence
from rallies.rules.access import Right
from rallies.rules.errors import TransitionNotAllowed
from rallies.rules.series import check_date_step, check_take_up
from rallies.selectors.history import face_of_time
from rallies.text import clean_text

from .access import needs
from .action_change import locked_action
from .audit_lines import about
from .dates import CLOCK_FIELDS, clock_of, with_instants
from .saving import Person, assign, update
from .settling import Line, settle_action
from .stamps import Scopes
from .transaction import operation


@operation
@needs(Right.CHANGE, Occurrence)
def skip_date(date_id: int, *, by: Person, now: datetime) -> Action:
    """Leave one date out of a series that nobody has seen yet: it has no row any more, and calendars never hear of it.

    Raises `TransitionNotAllowed`, also for the only date that there is.
    """
    action, row = _locked_date(date_id, step="skip date")
    day = row.original_day
    skipped = recurrence.days_of([*action.skipped_days, day.isoformat()])
    is_all = not action.occurrences.exclude(pk=row.pk).exists()
    first, clock = action.start_date or day, action.start_time
    if is_all or not recurrence.left_out(action.recurrence_rule, skipped, start_date=first, start_time=clock):
        raise TransitionNotAllowed(_("No other date would be left: the series needs one."))
    changed = assign(action, {"skipped_days": [each.isoformat() for each in skipped]})
    settle_action(action, changed, lines=(), scopes=Scopes(), by=by, now=now)
    about(action, detail=day.isoformat())
    return action


@operation
@needs(Right.CHANGE, Action)
def take_up_date(action_id: int, *, day: date, by: Person, now: datetime) -> Action:
    """Let a date that was skipped take place after all; where the action is public, pages, feeds and history tell of it.

    The first date has the UID of the action again; any other is a new entry, as nobody ever had it. Raises
    `TransitionNotAllowed`.
    """
    action = locked_action(action_id)
    check_take_up(status=action.status)
    rest = [each for each in action.skipped_days if each != day.isoformat()]
    changed = assign(action, {"skipped_days": rest})
    if not changed:
        raise TransitionNotAllowed(_("This date takes place already."))
    is_public = action.publication == Publication.PUBLISHED
    face = face_of_time(day, action.start_time, action.timezone)
    lines = [Line(ChangeKind.DATE_ADDED, after=face)] if is_public else []
    settle_action(action, changed, lines=lines, scopes=Scopes(), by=by, now=now)
    about(action, detail=day.isoformat())
    return action


@operation
@needs(Right.CHANGE, Occurrence)
def cancel_date(date_id: int, *, message: str = "", by: Person, now: datetime) -> Occurrence:
    """Call one date off; it stays where it stood, with `message`. The others take place.

    Raises `TransitionNotAllowed`.
    """
    action, row = _locked_date(date_id, step="cancel date")
    said = clean_text(message)
    line = Line(ChangeKind.DATE_CANCELLED, before=_face(action, row), message=said)
    return _settled(action, row, {"status": OccurrenceStatus.CANCELLED, "message": said}, line, by=by, now=now)


@operation
@needs(Right.CHANGE, Occurrence)
def restore_date(date_id: int, *, message: str = "", by: Person, now: datetime) -> Occurrence:
    """Put one date that was cancelled alone back on, where it stood. Raises `TransitionNotAllowed`."""
    action, row = _locked_date(date_id, step="restore date")
    line = Line(ChangeKind.DATE_RESTORED, after=_face(action, row), message=clean_text(message))
    return _settled(action, row, {"status": OccurrenceStatus.SCHEDULED, "message": ""}, line, by=by, now=now)


@operation
@needs(Right.CHANGE, Occurrence)
def move_date(
    date_id: int,
    *,
    start_date: date,
    start_time: time | None,
    end_date: date | None = None,
    end_time: time | None = None,
    message: str = "",
    by: Person,
    now: datetime,
) -> Occurrence:
    """Give one date another wall-clock time; it keeps its UID, and this time also when the series changes.

    Its own time in the series is a way back. Nothing happens when nothing differs. Raises
    `TransitionNotAllowed`, and what is wrong with the time (`NoSuchTime`, `BadInterval`).
    """
    action, row = _locked_date(date_id, step="move date")
    typed = {
        "start_date": start_date,
        "start_time": _without_seconds(start_time),
        "end_date": end_date,
        "end_time": _without_seconds(end_time),
    }
    values = with_instants(action, typed)
    own = with_instants(action, clock_of(action, row.original_day))
    if {name: getattr(row, name) for name in CLOCK_FIELDS} == {name: values[name] for name in CLOCK_FIELDS}:
        return row
    return _moved(action, row, values, is_moved=values != own, message=message, by=by, now=now)


@operation
@needs(Right.CHANGE, Occurrence)
def move_date_back(date_id: int, *, message: str = "", by: Person, now: datetime) -> Occurrence:
    """Let one date that was moved alone follow its series again. Raises `TransitionNotAllowed`, `NoSuchTime`."""
    action, row = _locked_date(date_id, step="move date back")
    values = with_instants(action, clock_of(action, row.original_day))
    return _moved(action, row, values, is_moved=False, message=message, by=by, now=now)


def _moved(
    action: Action, row: Occurrence, values: dict[str, Any], *, is_moved: bool, message: str, by: Person, now: datetime
) -> Occurrence:
    after = face_of_time(values["start_date"], values["start_time"], action.timezone)
    line = Line(ChangeKind.DATE_MOVED, before=_face(action, row), after=after, message=clean_text(message))
    return _settled(action, row, {**values, "is_moved": is_moved}, line, by=by, now=now)


def _settled(
    action: Action, row: Occurrence, values: dict[str, Any], line: Line, *, by: Person, now: datetime
) -> Occurrence:
    update(row, assign(row, values), by=by, now=now)
    settle_action(action, [], lines=[line], scopes=Scopes(), by=by, now=now)
    row.refresh_from_db()
    about(action, detail=row.original_day.isoformat())
    return row


def _locked_date(date_id: int, *, step: str) -> tuple[Action, Occurrence]:
    """The date and its action, locked. Raises `TransitionNotAllowed` unless the step is open to it."""
    action = locked_action(Occurrence.objects.values_list("action_id", flat=True).get(pk=date_id))
    row = Occurrence.objects.get(pk=date_id, action=action)
    check_date_step(
        step,
        publication=action.publication,
        status=action.status,
        date_status=row.status,
        is_moved=row.is_moved,
        rule=action.recurrence_rule,
        was_public=action.published_at is not None,
    )
    return action, row


def _face(action: Action, row: Occurrence) -> dict[str, str]:
    return face_of_time(row.start_date, row.start_time, action.timezone)


def _without_seconds(clock: time | None) -> time | None:
    # "Now" in a form would bring them.
    return clock.replace(second=0, microsecond=0) if clock else None
