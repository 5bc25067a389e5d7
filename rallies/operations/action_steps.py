"""What a step of an action comes to, before anything is written: the same for one action and for many at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rallies.enums import ChangeKind, Publication
from rallies.models import Action
from rallies.rules.workflow import check_put_back, next_publication, next_status
from rallies.selectors.history import face_of_time
from rallies.text import clean_text

from .action_change import status_after
from .saving import assign
from .settling import Line, Planned, plan_settling, time_face

_PUBLICATION_LINES = {"publish": ChangeKind.PUBLISHED, "withdraw": ChangeKind.WITHDRAWN}


def plan_publication(action: Action, step: str, *, now: datetime, message: str = "") -> Planned:
    """Submit, return, publish or withdraw. `message` is for the authors, of what is returned. Raises `TransitionNotAllowed`."""
    was_public = action.publication == Publication.PUBLISHED
    is_again = step == "publish" and action.published_at is not None
    values: dict[str, Any] = {
        "publication": next_publication(action.publication, step),
        "submitted_at": now if step == "submit" else None,
        "return_message": clean_text(message),
    }
    if step == "publish":
        check_put_back(action.withdrawn_at, now=now)
        values |= {"withdrawn_at": None, "published_at": action.published_at or now}
    elif step == "withdraw":
        values["withdrawn_at"] = now
    lines = [Line(_PUBLICATION_LINES[step])] if step in _PUBLICATION_LINES else []
    changed = assign(action, values)
    return plan_settling(action, changed, lines=lines, now=now, was_public=was_public, is_again=is_again)


def cancelling(action: Action, *, message: str, now: datetime) -> dict[str, Any]:
    """What `plan_change` takes to call an action off. Raises `TransitionNotAllowed`."""
    status = status_after(action, "cancel", now=now, message=message)
    status |= {"status_before": action.status, "status_message_before": action.status_message}
    return {"lines": [Line(ChangeKind.CANCELLED, message=clean_text(message))], "status": status}


def confirming(action: Action, *, now: datetime) -> dict[str, Any]:
    """What `plan_change` takes to note that it is on. Raises `TransitionNotAllowed`."""
    following = next_status(action.status, "confirm")
    status: dict[str, Any] = {"confirmed_at": now, "status": following}
    if following != action.status:
        status |= {"status_message": "", "status_changed_at": now}
    return {"lines": [Line(ChangeKind.CONFIRMED)], "status": status}


def moving_in_time(action: Action, values: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """What `plan_change` takes beside the new wall clock, `values`. One that was postponed and keeps its time is on
    again, and says so. Raises `TransitionNotAllowed`."""
    status = status_after(action, "move in time", now=now)
    face = time_face(action)
    is_back_on = bool(status) and face == face_of_time(values["start_date"], values["start_time"], values["timezone"])
    lines = [Line(ChangeKind.MOVED_IN_TIME, before=face, after=face)] if is_back_on else []
    return {"lines": lines, "status": status}
