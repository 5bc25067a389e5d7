"""From described actions to rows, as organizers would do it."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from rallies.models import Action
from rallies.operations import actions as operations
from rallies.operations.errors import RulesBroken
from rallies.operations.series_dates import cancel_date, move_date, skip_date
from rallies.rules.errors import RuleBroken
from tests.factories import NOW, make_action, make_location

from .varied import Alone, Described

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def make_all(entries: Iterable[Described], *, number: int) -> dict[str, Described]:
    """The first so many that can be made, by slug: some begin at a time over which clocks jump."""
    made: dict[str, Described] = {}
    for each in entries:
        try:
            action = _make(each, slug=f"action-{len(made)}")
        except RulesBroken:
            continue
        made[action.slug] = each
        if len(made) == number:
            break
    return made


def _make(each: Described, *, slug: str) -> Action:
    is_withheld = each.is_withheld and each.has_place
    action = make_action(
        slug=slug,
        title=each.title,
        description=each.description,
        kind=each.kind,
        timezone=each.timezone,
        location=make_location(venue=each.venue or "Square", locality=each.city, timezone=each.timezone)
        if each.has_place
        else None,
        start_date=each.start_date,
        start_time=each.start_time,
        recurrence_rule=_rule(each),
        online_url=each.online,
        attendance_mode="hybrid" if each.online and each.has_place else "online" if each.online else "in-person",
        place_visibility="city-until" if is_withheld else "exact",
        place_revealed_from=NOW + timedelta(days=20) if is_withheld else None,
        publish=not each.skipped,
        **_end(each),
    )
    if each.skipped:
        _skip(action, each)
        operations.publish_action(action.pk, by=None, now=NOW)
    for alone in each.alone:
        _change_alone(action, alone)
    for number, step in enumerate(each.steps, start=1):
        try:
            _take(step, action, each, now=NOW + timedelta(minutes=number))
        except (RuleBroken, RulesBroken):
            continue  # What is postponed cannot be uncancelled, and so on.
    return action


def _skip(action: Action, each: Described) -> None:
    rows = list(action.occurrences.in_order())
    for row in [rows[number] for number in each.skipped if number < len(rows)]:
        try:
            skip_date(row.pk, by=None, now=NOW)
        except RuleBroken:
            return  # The only date that is left.


def _rule(each: Described) -> str:
    day = each.start_date
    return {
        "nth": f"FREQ=MONTHLY;BYDAY={(day.day - 1) // 7 + 1}{WEEKDAYS[day.weekday()]};COUNT=9",
        "until": f"FREQ=WEEKLY;UNTIL={day + timedelta(days=70):%Y%m%d}",
        "until a time": f"FREQ=DAILY;INTERVAL=2;UNTIL={day + timedelta(days=20):%Y%m%d}T120000",
    }.get(each.rule, each.rule)


def _end(each: Described) -> dict[str, object]:
    if each.length is None:
        return {}
    end = datetime.combine(each.start_date, each.start_time or time()) + each.length
    return {"end_date": end.date(), "end_time": end.time() if each.start_time else None}


def _change_alone(action: Action, alone: Alone) -> None:
    rows = list(action.occurrences.in_order())
    if alone.number >= len(rows):
        return
    row = rows[alone.number]
    try:
        if alone.days or alone.clock:
            day, clock = row.start_date + timedelta(days=alone.days), alone.clock or row.start_time
            move_date(row.pk, start_date=day, start_time=clock, by=None, now=NOW)
        else:
            cancel_date(row.pk, message=alone.message, by=None, now=NOW)
    except RuleBroken:
        return  # To an hour over which clocks jump.


def _take(step: str, action: Action, each: Described, *, now: datetime) -> None:
    step_of = {
        "cancel": operations.cancel_action,
        "undo": operations.undo_cancellation,
        "postpone": operations.postpone_action,
        "tentative": operations.mark_action_tentative,
    }
    if step in step_of:
        step_of[step](action.pk, message=each.message, by=None, now=now)
    elif step == "online":
        operations.move_action_online(
            action.pk, online_url="https://live.example/" + "a" * 80, message=each.message, by=None, now=now
        )
    elif step == "time":
        day = each.start_date + timedelta(days=1)
        operations.move_action_in_time(
            action.pk, start_date=day, start_time=time(16, 30), message=each.message, by=None, now=now
        )
    elif step == "place":
        location = make_location(venue=each.city or "Elsewhere", locality="Town", timezone=each.timezone, now=now)
        operations.move_action_in_place(action.pk, location=location, message=each.message, by=None, now=now)
    elif step == "reveal":
        shown = {"place_visibility": "exact", "place_revealed_from": None}
        operations.edit_action(action.pk, shown, by=None, now=now)
    else:
        operations.edit_action(action.pk, {"title": f"{each.title} {each.venue}"}, by=None, now=now)
