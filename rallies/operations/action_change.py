"""How any change of an action is carried out: the one way from new values to row, dates, text and history.

`actions.py` names the changes; this file does what they share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from rallies.enums import ActionStatus, AttendanceMode, ChangeKind, Publication
from rallies.models import Action, Location
from rallies.pictures import UnreadablePicture, clean_picture
from rallies.recurrence import gives
from rallies.rules.actions import broken_rules
from rallies.rules.calendars import OFF
from rallies.rules.errors import BadValue, NoSuchTime, RuleBroken
from rallies.rules.places import on_other_clock
from rallies.rules.series import check_first_day
from rallies.rules.workflow import next_status
from rallies.selectors.gate import place_of
from rallies.selectors.history import ONLINE_FACE, face_of_place
from rallies.text import clean_line, clean_text, slug_of

from .dates import CLOCK_FIELDS
from .errors import RulesBroken, raise_if_any
from .saving import Person, assign
from .settling import Before, Line, Planned, before_of, plan_settling, settle, time_face
from .slugs import free_slug, remember_slug
from .stamps import scopes_of

LINES = {"title", "kind_detail", "time_note", "window_note", "route_start", "route_end", "contact", "picture_alt"}
TEXTS = {"description", "what_to_bring", "access_note", "confidence_note", "internal_note"}
LISTS = {"route_stops", "languages", "access_features"}
PLAIN = {"title_basis", "kind", "attendance_mode", "online_url", "place_visibility", "reported_status", "confidence"}
WHEN = {*CLOCK_FIELDS, "timezone", "window_first", "window_last", "recurrence_rule"}
WHERE = {"location", "place_visibility", "place_revealed_from"}
OTHER = {"gathering_time", "step_off_time", "contact_is_public", "picture"}
CLOCKS = frozenset({"start_time", "end_time", "gathering_time", "step_off_time"})
EDITABLE = frozenset(LINES | TEXTS | LISTS | PLAIN | WHEN | WHERE | OTHER)
# What an "details changed" line is about: moves have lines of their own, and the desk's note none.
DETAILS = EDITABLE - {"internal_note", "start_date", "start_time", "timezone", "location"}
SLUG_LENGTH = 110


def change_action(
    action: Action,
    values: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    message: str = "",
    lines: Sequence[Line] = (),
    status: Mapping[str, Any] | None = None,
    is_told: bool = False,
) -> Action:
    """Carry a change out. `is_told`: `message` is for the public also where nothing that it sees changes, as of a step."""
    scopes = scopes_of(actions=[action.pk])
    planned = plan_change(
        action, values, before=before_of(action), now=now, message=message, lines=lines, status=status, is_told=is_told
    )
    if planned is not None:
        settle([planned], scopes=scopes, by=by, now=now)
    return action


def plan_change(
    action: Action,
    values: Mapping[str, Any],
    *,
    before: Before,
    now: datetime,
    message: str = "",
    lines: Sequence[Line] = (),
    status: Mapping[str, Any] | None = None,
    is_told: bool = False,
) -> Planned | None:
    """What `change_action` is to write, and None for nothing; the row has the new values. Raises as the change does."""
    fields = dict(values)
    wanted_slug = fields.pop("slug", "")
    changed = assign(action, cleaned_values(fields))
    if "location" in changed and action.status == ActionStatus.MOVED_ONLINE and "attendance_mode" not in changed:
        changed += assign(action, {"attendance_mode": AttendanceMode.IN_PERSON})
    changed += _take_up_series(action)
    if "start_date" in changed and action.start_date is not None:
        # On the day on which somebody lets a series begin, it takes place.
        begins = action.start_date.isoformat()
        changed += assign(action, {"skipped_days": [day for day in action.skipped_days if day != begins]})
    raise_if_any(_broken_by(action, changed))
    _check_first_day(action, changed, before=before)
    if "place_revealed_from" not in fields:
        changed += _reveal_on_new_clock(action, before=before)
    if set(changed) & WHERE:
        changed += assign(action, {"place_revealed_at": revealed_at(action, now=now)})
    new_lines = [*lines, *_move_lines(action, before)]
    changed += _status_after_moves(action, changed, before=before, now=now)
    changed += assign(action, dict(status or {}))
    changed += _rename(action, wanted_slug, title_changed="title" in changed)
    details = sorted({name for name in changed if name in DETAILS})
    if details and not new_lines:
        new_lines.append(Line(ChangeKind.EDITED, fields=tuple(details)))
    said = clean_text(message)
    is_told = is_told or "location" in changed
    if said and is_told and not new_lines and action.publication == Publication.PUBLISHED:
        # Nobody may see that a withheld place moved, and what was said of it all the same is told: by a line of no field,
        # and first of all in calendars.
        new_lines.append(Line(ChangeKind.EDITED))
        changed += assign(action, said_too(action, said, now=now))
    if said and new_lines:
        new_lines[0] = replace(new_lines[0], message=said)
    if not changed and not new_lines:
        return None
    return plan_settling(action, changed, lines=new_lines, now=now, before=before)


def _broken_by(action: Action, changed: Sequence[str]) -> list[RuleBroken]:
    """What a change breaks. A time that clocks jump over since newer zone data was right when it was typed: the action
    can still be cancelled, or described."""
    broken = broken_rules(values_of(action))
    return broken if WHEN & set(changed) else [rule for rule in broken if not isinstance(rule, NoSuchTime)]


def _check_first_day(action: Action, changed: Sequence[str], *, before: Before) -> None:
    """A series that began on a day of its rule goes on doing so; one from outside that did not is left alone.

    Raises `BadValue`.
    """
    rule, first = action.recurrence_rule, before.time.get("date")
    is_moved = "start_date" in changed and "recurrence_rule" not in changed
    if is_moved and rule and first and action.start_date and gives(rule, date.fromisoformat(first)):
        check_first_day(rule, start_date=action.start_date, field="start_date")


def _take_up_series(action: Action) -> list[str]:
    """A series that was postponed until its date was left open goes on from its new date, unless it repeats otherwise now.

    Raises `BadValue` for a date that is none of its days.
    """
    rule = action.recurrence_rule_before
    if not rule or action.start_date is None:
        return []
    if action.recurrence_rule:
        return assign(action, {"recurrence_rule_before": ""})
    check_first_day(rule, start_date=action.start_date, field="start_date")
    return assign(action, {"recurrence_rule": rule, "recurrence_rule_before": ""})


def _move_lines(action: Action, before: Before) -> list[Line]:
    """A line for a new time and one for a new place; a place that the world cannot tell apart gives none,
    unless the action comes back from online."""
    lines = []
    time_after, place_after = time_face(action), face_of_place(place_of(action))
    if time_after != before.time:
        lines.append(_time_line(before, action))
    if action.location_id != before.location_id:
        if before.is_moved_online and action.attendance_mode != AttendanceMode.ONLINE:
            lines.append(Line(ChangeKind.MOVED_IN_PLACE, before=ONLINE_FACE, after=place_after))
        elif place_after != before.place:
            kind = ChangeKind.MOVED_IN_PLACE if before.place else ChangeKind.PLACE_ANNOUNCED
            lines.append(Line(kind, before=before.place, after=place_after))
    return lines


def _status_after_moves(action: Action, changed: Sequence[str], *, before: Before, now: datetime) -> list[str]:
    """The steps that editing a date, a time or a place amounts to. Raises `TransitionNotAllowed`."""
    done: list[str] = []
    if time_face(action) != before.time:
        after = status_after(action, "move in time", now=now)
        # Another zone alone, with another place, does not say when a postponed action will be.
        if {"start_date", "start_time"} & set(changed):
            done += assign(action, after)
    if action.location_id != before.location_id:
        done += assign(action, status_after(action, "move in place", now=now))
    return done


def locked_action(action_id: int) -> Action:
    # `of`: PostgreSQL cannot lock the outer side of the join to a location that may be missing.
    return Action.objects.select_for_update(of=("self",)).select_related("location__place").get(pk=action_id)


def status_after(action: Action, step: str, *, now: datetime, message: str = "") -> dict[str, Any]:
    following = next_status(action.status, step, before_cancellation=action.status_before)
    if following == action.status:
        return {}
    return {"status": following, "status_message": clean_text(message), "status_changed_at": now}


def said_too(action: Action, message: str, *, now: datetime) -> dict[str, Any]:
    """What is said of an action now, before what was said of its status, which stays as it is. How long feeds tell of what
    is off counts from when that was said."""
    said = clean_text(message)
    if not said:
        return {}
    moment = {} if action.status in OFF else {"status_changed_at": now}
    return {"status_message": clean_text(f"{said}\n\n{action.status_message}"), **moment}


def _reveal_on_new_clock(action: Action, *, before: Before) -> list[str]:
    """The moment of the reveal was said on the clock of the place: with another zone it keeps its time, as the start
    does."""
    moment = action.place_revealed_from
    if moment is None or action.timezone == before.timezone:
        return []
    return assign(
        action, {"place_revealed_from": on_other_clock(moment, before=before.timezone, after=action.timezone)}
    )


def revealed_at(action: Action, *, now: datetime) -> datetime | None:
    """A place that was revealed is withheld again when it changes, unless its moment has passed."""
    due = action.place_revealed_from is not None and action.place_revealed_from <= now
    return (action.place_revealed_at or now) if due else None


def _rename(action: Action, wanted: str, *, title_changed: bool) -> list[str]:
    """Give the action its new name in addresses; one that was never published follows its title."""
    old = action.slug
    if wanted:
        target = slug_of(wanted, fallback=old, limit=SLUG_LENGTH)
    elif title_changed and action.published_at is None:
        target = slug_from(action)
    else:
        return []
    if target == old:
        return []
    changed = assign(action, {"slug": free_slug(Action, target, keep=action)})
    if changed and action.published_at is not None:
        remember_slug(action, old=old)
    return changed


def slug_from(action: Action) -> str:
    return slug_of(action.title, fallback=f"{action.kind}-{action.uid[:8]}")


def _time_line(before: Before, action: Action) -> Line:
    """Saying for the first time when it is differs from moving it. Of a series the rules stand with its first day: what moved
    of its other dates follows from both."""
    was, now = before.time, time_face(action)
    if "date" not in was or ("time" not in was and was["date"] == now.get("date")):
        return Line(ChangeKind.TIME_ANNOUNCED, before=was, after=now)
    faces = [
        face | {"rule": rule} if rule else face for face, rule in ((was, before.rule), (now, action.recurrence_rule))
    ]
    return Line(ChangeKind.MOVED_IN_TIME, before=faces[0], after=faces[1])


def cleaned_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored. Raises TypeError for a name that is no editable field."""
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"not fields of an action: {', '.join(sorted(unknown))}")
    cleaned = dict(values)
    if cleaned.get("location") is not None:
        # The caller's copy may be old, and the text is made from it.
        cleaned["location"] = Location.objects.select_related("place").get(pk=cleaned["location"].pk)
    if isinstance(cleaned.get("picture"), UploadedFile):
        try:
            cleaned["picture"] = clean_picture(cleaned["picture"])
        except UnreadablePicture as error:
            raise RulesBroken([BadValue(str(error), field="picture")]) from error
    for name in CLOCKS & cleaned.keys():
        # A wall-clock time has no seconds: "now" in a form would bring them.
        cleaned[name] = cleaned[name].replace(second=0, microsecond=0) if cleaned[name] else None
    for name in LINES & cleaned.keys():
        cleaned[name] = clean_line(cleaned[name] or "")
    for name in TEXTS & cleaned.keys():
        cleaned[name] = clean_text(cleaned[name] or "")
    for name in LISTS & cleaned.keys():
        cleaned[name] = [line for line in (clean_line(entry) for entry in cleaned[name] or []) if line]
    if "online_url" in cleaned:
        cleaned["online_url"] = clean_line(cleaned["online_url"] or "")
    return cleaned


def values_of(action: Action) -> dict[str, Any]:
    return {name: getattr(action, name) for name in EDITABLE}
