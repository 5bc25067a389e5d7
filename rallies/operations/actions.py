"""Making and changing an action. Each function is one transaction.

All of them end alike: the row is written with its named fields, its dates are made to follow, the
stored calendar text is made afresh, the public lines of history are written with the number of the
site's stamp, and the stamps in scope rise. What the public cannot see moves no stamp.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from rallies.enums import AttendanceMode, ChangeKind
from rallies.models import Action, Location
from rallies.rules.access import ActionSubject, Right
from rallies.rules.actions import broken_rules, is_web_address
from rallies.rules.errors import BadValue
from rallies.rules.workflow import check_public
from rallies.selectors.gate import place_of
from rallies.selectors.history import ONLINE_FACE, face_of_place
from rallies.text import clean_text, slug_of

from .access import adds, needs, require_place
from .action_change import (
    SLUG_LENGTH,
    change_action,
    cleaned_values,
    locked_action,
    revealed_at,
    said_too,
    slug_from,
    status_after,
    values_of,
)
from .action_steps import cancelling, confirming, moving_in_time, plan_publication
from .dates import sync_dates
from .errors import raise_if_any
from .participations import ListingEntry, ParticipationEntry, SourceEntry, add_parts
from .saving import Person, assign, insert
from .settling import Line, is_moved_online, settle, settle_action
from .slugs import free_slug
from .stamps import Scopes, scopes_of
from .transaction import operation


@operation
@adds(ActionSubject)
def create_action(
    values: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    slug: str = "",
    uid: str = "",
    sources: Sequence[SourceEntry] = (),
    participations: Sequence[ParticipationEntry] = (),
    listings: Sequence[ListingEntry] = (),
) -> Action:
    """A new draft, with its sources, groups and campaigns.

    `values` holds fields of `Action`; what is left out has the model's default. Without a `slug` one is
    made from the title; without a `uid` a random one. Raises `RulesBroken`. Moves no stamp: a draft
    is not public.
    """
    action = Action(created_by=by)
    if uid:
        action.uid = uid
    require_place(values.get("location"), by=by)
    if "timezone" not in values and values.get("location") is not None:
        action.timezone = values["location"].timezone
    assign(action, cleaned_values(values))
    raise_if_any(broken_rules(values_of(action)))
    action.slug = free_slug(Action, slug_of(slug or slug_from(action), fallback=slug_from(action), limit=SLUG_LENGTH))
    # Nothing waits for the worker that is due when it is entered.
    action.place_revealed_at = revealed_at(action, now=now)
    insert(action, by=by, now=now)
    sync_dates(action, now=now)
    add_parts(action, sources=sources, participations=participations, listings=listings, by=by, now=now)
    return action


@operation
@needs(Right.CHANGE, Action)
def edit_action(action_id: int, values: Mapping[str, Any], *, by: Person, now: datetime, message: str = "") -> Action:
    """Change fields of an action; nothing happens when nothing differs.

    `values` may hold a new `slug`. A published action gets a line for a move in time, for a move in
    place and for other details; `message` goes with the first. A draft that was never published takes
    its slug from its title. Raises `RulesBroken`, and `TransitionNotAllowed` for a new time or place
    of an action that is cancelled.
    """
    action = locked_action(action_id)
    require_place(values.get("location"), by=by)
    return change_action(action, values, by=by, now=now, message=message)


@operation
@needs(Right.CHANGE, Action)
def touch_action(action_id: int, *, by: Person, now: datetime, scopes: Scopes | None = None) -> Action:
    """Make the public text and the stamps follow a change beside the row: a group, a campaign, a source.

    `scopes` are those before the change. Writes no line of history.
    """
    action = locked_action(action_id)
    settle_action(action, [], lines=(), scopes=scopes or Scopes(), by=by, now=now)
    return action


@operation
@needs(Right.SUBMIT, Action)
def submit_action(action_id: int, *, by: Person, now: datetime) -> Action:
    """Hand a draft to those who publish. Raises `TransitionNotAllowed`."""
    return _publish_step(action_id, "submit", by=by, now=now)


@operation
@needs(Right.PUBLISH, Action)
def return_action(action_id: int, *, message: str = "", by: Person, now: datetime) -> Action:
    """Hand a submitted action back to its authors. `message` is for them alone, and stays with it until it is submitted
    again or published. Raises `TransitionNotAllowed`."""
    return _publish_step(action_id, "return", by=by, now=now, message=message)


@operation
@needs(Right.PUBLISH, Action)
def publish_action(action_id: int, *, by: Person, now: datetime) -> Action:
    """Show an action to the world, also again after it was withdrawn: SEQUENCE and LAST-MODIFIED rise then.

    Makes its calendar text, writes a line of history, moves the stamps. Raises `TransitionNotAllowed`, 60 days after it
    was withdrawn too.
    """
    return _publish_step(action_id, "publish", by=by, now=now)


@operation
@needs(Right.PUBLISH, Action)
def withdraw_action(action_id: int, *, by: Person, now: datetime) -> Action:
    """Take an action out of every list and feed at once; its page answers 410.

    Subscribers are not told: to call an action off, cancel it. Raises `TransitionNotAllowed`.
    """
    return _publish_step(action_id, "withdraw", by=by, now=now)


def _publish_step(action_id: int, step: str, *, by: Person, now: datetime, message: str = "") -> Action:
    action = locked_action(action_id)
    settle([plan_publication(action, step, now=now, message=message)], scopes=Scopes(), by=by, now=now)
    return action


@operation
@needs(Right.PUBLISH, Action)
def cancel_action(action_id: int, *, message: str = "", by: Person, now: datetime) -> Action:
    """Call an action off. It stays public, with `message` first, so that who planned to come learns of it.

    Raises `TransitionNotAllowed`.
    """
    action = _public_action(action_id)
    return change_action(action, {}, by=by, now=now, **cancelling(action, message=message, now=now))


@operation
@needs(Right.PUBLISH, Action)
def undo_cancellation(action_id: int, *, message: str = "", by: Person, now: datetime) -> Action:
    """Put a cancelled action back on, as it was before. What was said then is said again; where nothing was, `message`
    stands first. Raises `TransitionNotAllowed`.
    """
    action = _public_action(action_id)
    said = action.status_message_before or message
    status = status_after(action, "undo cancellation", now=now, message=said)
    status |= {"status_before": "", "status_message_before": ""}
    line = Line(ChangeKind.CANCELLATION_UNDONE, message=clean_text(message))
    return change_action(action, {}, by=by, now=now, lines=[line], status=status)


@operation
@needs(Right.PUBLISH, Action)
def postpone_action(action_id: int, *, message: str = "", by: Person, now: datetime) -> Action:
    """Say that an action will take place later, on a day not known yet; it keeps its old date until then.

    What was confirmed is so no longer. With the new date known it is a move: `move_action_in_time`.
    Raises `TransitionNotAllowed`.
    """
    action = _public_action(action_id)
    status = status_after(action, "postpone", now=now, message=message) | {"confirmed_at": None}
    line = Line(ChangeKind.POSTPONED, message=clean_text(message))
    return change_action(action, {}, by=by, now=now, lines=[line], status=status)


@operation
@needs(Right.PUBLISH, Action)
def move_action_in_time(
    action_id: int,
    *,
    start_date: date,
    start_time: time | None,
    end_date: date | None = None,
    end_time: time | None = None,
    timezone: str = "",
    message: str = "",
    by: Person,
    now: datetime,
) -> Action:
    """Give an action another wall-clock time; same UID, a line that says from what to what.

    A postponed action is on again, and repeats as it did. Raises `TransitionNotAllowed` for a cancelled one, `RulesBroken`.
    """
    action = _public_action(action_id)
    values: dict[str, Any] = {
        "start_date": start_date,
        "start_time": start_time,
        "end_date": end_date,
        "end_time": end_time,
        "timezone": timezone or action.timezone,
        "window_first": None,
        "window_last": None,
    }
    moving = moving_in_time(action, values, now=now)
    return change_action(action, values, by=by, now=now, message=message, is_told=True, **moving)


@operation
@needs(Right.PUBLISH, Action)
def move_action_in_place(action_id: int, *, location: Location, message: str = "", by: Person, now: datetime) -> Action:
    """Give an action another location; an action that had moved online is in person again.

    The wall clock stays, that of a reveal too, and the zone becomes that of the new location.
    Raises `TransitionNotAllowed`.
    """
    action = _public_action(action_id)
    require_place(location, by=by)
    status = status_after(action, "move in place", now=now)
    values: dict[str, Any] = {"location": location, "timezone": location.timezone}
    lines = []
    if is_moved_online(action):
        values["attendance_mode"] = AttendanceMode.IN_PERSON
    if is_moved_online(action) and action.location_id == location.pk:
        lines = [Line(ChangeKind.MOVED_IN_PLACE, before=ONLINE_FACE, after=face_of_place(place_of(action)))]
    return change_action(action, values, by=by, now=now, message=message, lines=lines, status=status, is_told=True)


@operation
@needs(Right.PUBLISH, Action)
def move_action_online(action_id: int, *, online_url: str, message: str = "", by: Person, now: datetime) -> Action:
    """Hold an action online instead of in its place. One that is postponed stays so, and what was said of that stands
    after `message`. Raises `TransitionNotAllowed`, `RulesBroken`.
    """
    action = _public_action(action_id)
    if not is_web_address(online_url):
        raise_if_any([BadValue(_("Give a link that begins with https:// or http://."), field="online_url")])
    status = status_after(action, "move online", now=now, message=message) or said_too(action, message, now=now)
    values = {"attendance_mode": AttendanceMode.ONLINE, "online_url": online_url}
    line = Line(ChangeKind.MOVED_ONLINE, message=clean_text(message))
    return change_action(action, values, by=by, now=now, lines=[line], status=status)


@operation
@needs(Right.PUBLISH, Action)
def confirm_action(action_id: int, *, by: Person, now: datetime) -> Action:
    """Note that the host says: still on. A tentative action becomes scheduled. Raises `TransitionNotAllowed`."""
    action = _public_action(action_id)
    return change_action(action, {}, by=by, now=now, **confirming(action, now=now))


@operation
@needs(Right.PUBLISH, Action)
def mark_action_tentative(action_id: int, *, message: str = "", by: Person, now: datetime) -> Action:
    """Say that it is not yet certain whether an action takes place; what was confirmed is so no longer.
    Raises `TransitionNotAllowed`."""
    action = _public_action(action_id)
    status = status_after(action, "make tentative", now=now, message=message) | {"confirmed_at": None}
    line = Line(ChangeKind.EDITED, fields=("status",), message=clean_text(message))
    return change_action(action, {}, by=by, now=now, lines=[line], status=status)


def _public_action(action_id: int) -> Action:
    """The action, locked, for a step that is told to the world."""
    action = locked_action(action_id)
    check_public(action.publication)
    return action


@operation
def reveal_place(action_id: int, *, now: datetime) -> Action:
    """Show the exact place of an action whose moment has come; nothing happens before it, or twice."""
    action = locked_action(action_id)
    due = action.place_revealed_from is not None and action.place_revealed_from <= now
    if not due or action.place_revealed_at is not None:
        return action
    scopes = scopes_of(actions=[action.pk])
    changed = assign(action, {"place_revealed_at": now})
    line = Line(ChangeKind.PLACE_REVEALED, after=face_of_place(place_of(action)))
    settle_action(action, changed, lines=[line], scopes=scopes, by=None, now=now)
    return action
