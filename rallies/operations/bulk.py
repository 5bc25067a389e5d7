"""The same done to many actions: to all of them, or to none with what was refused and why. Each is one transaction.

What a step comes to is decided action by action, by the rules and the steps of single actions; nothing is written
meanwhile. Then rows, dates, texts, history, lines of the log and stamps are written together. Rows that the person may
not see are not there: they are neither changed nor counted, nor named among those that were refused.

The log gets a line for each action, with how many it was one of: whoever looks up an action finds what was done to it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from rallies.enums import SHOWN_LISTINGS, ListingState, Publication
from rallies.models import Action, Campaign, Listing
from rallies.rules.access import Actor, NotAllowed, Right, check, may, may_list
from rallies.rules.errors import BadValue, RuleBroken
from rallies.rules.workflow import check_public
from rallies.selectors.access import action_subject, rows_for, subject_of

from .access import acting, needs_each
from .action_change import plan_change
from .action_steps import cancelling, confirming, moving_in_time, plan_publication
from .audit_lines import about
from .errors import RulesBroken
from .saving import Person, insert_all, update_all
from .settling import Planned, before_of, plan_settling, settle
from .stamps import Scopes
from .texts import with_parts
from .transaction import operation

FIELDS = ("kind", "languages", "access_features", "access_note", "what_to_bring", "contact")
"""What can be set of many at once: what is often the same everywhere."""
CLOCKS = ("gathering_time", "step_off_time")


@dataclass(frozen=True, slots=True)
class Refused:
    """An action that the step was refused to, and why, in a sentence."""

    key: int
    title: str
    why: str


class SomeRefused(Exception):
    """Nothing was written: what was refused, and the keys of the others, to which it could be done."""

    def __init__(self, refused: Sequence[Refused], others: Sequence[int]) -> None:
        super().__init__(f"{len(refused)} refused, {len(others)} not")
        self.refused, self.others = tuple(refused), tuple(others)


@dataclass(frozen=True, slots=True)
class Done:
    """How many actions were changed, and how many were so already."""

    changed: int
    same: int = 0


@operation
@needs_each(Right.PUBLISH, Action)
def publish_actions(keys: Iterable[int], *, by: Person, now: datetime) -> Done:
    """Show them to the world, as `publish_action` does. Raises `SomeRefused`."""
    return _do(keys, lambda action: plan_publication(action, "publish", now=now), Right.PUBLISH, by=by, now=now)


@operation
@needs_each(Right.PUBLISH, Action)
def withdraw_actions(keys: Iterable[int], *, by: Person, now: datetime) -> Done:
    """Take them out of every list and feed, as `withdraw_action` does. Raises `SomeRefused`."""
    return _do(keys, lambda action: plan_publication(action, "withdraw", now=now), Right.PUBLISH, by=by, now=now)


@operation
@needs_each(Right.PUBLISH, Action)
def confirm_actions(keys: Iterable[int], *, by: Person, now: datetime) -> Done:
    """Note that they are on, as `confirm_action` does. Raises `SomeRefused`."""

    def plan(action: Action) -> Planned | None:
        check_public(action.publication)
        return plan_change(action, {}, before=_before(action), now=now, **confirming(action, now=now))

    return _do(keys, plan, Right.PUBLISH, by=by, now=now)


@operation
@needs_each(Right.PUBLISH, Action)
def cancel_actions(keys: Iterable[int], *, message: str = "", by: Person, now: datetime) -> Done:
    """Call them off, with `message` to the public, as `cancel_action` does. Raises `SomeRefused`."""

    def plan(action: Action) -> Planned | None:
        check_public(action.publication)
        step = cancelling(action, message=message, now=now)
        return plan_change(action, {}, before=_before(action), now=now, **step)

    return _do(keys, plan, Right.PUBLISH, by=by, now=now)


@operation
@needs_each(Right.CHANGE, Action)
def move_actions(keys: Iterable[int], *, by_time: timedelta, message: str = "", by: Person, now: datetime) -> Done:
    """Move them by a length on the clock of each; `message` is for the public. Raises `SomeRefused`.

    The wall clock moves, so "+7 days" keeps the hour also where clocks change between; so do the hours at which a
    march gathers and sets off. A time that a zone skips, a day that a series does not repeat on, and a length in hours
    where the hour is not announced are refused. Moments of reveals and dates that were moved alone stay.
    """

    def plan(action: Action) -> Planned | None:
        values = _moved(action, by_time)
        step: dict[str, Any] = {}
        if action.publication == Publication.PUBLISHED:
            step = moving_in_time(action, values | {"timezone": action.timezone}, now=now)
        return plan_change(action, values, before=_before(action), now=now, message=message, **step)

    return _do(keys, plan, _right_to_move, by=by, now=now)


@operation
@needs_each(Right.CHANGE, Action)
def set_field_of_actions(keys: Iterable[int], *, field: str, value: Any, by: Person, now: datetime) -> Done:
    """Set one of `FIELDS`, in place of what stands there. Raises `SomeRefused`, TypeError for another field."""
    if field not in FIELDS:
        raise TypeError(f"not a field to set of many actions: {field}")

    def plan(action: Action) -> Planned | None:
        return plan_change(action, {field: value}, before=_before(action), now=now)

    return _do(keys, plan, Right.CHANGE, by=by, now=now)


@operation
@needs_each(Right.CHANGE, Action)
def add_actions_to_campaign(keys: Iterable[int], *, campaign_id: int, by: Person, now: datetime) -> Done:
    """List them with a campaign: accepted where the person coordinates it or the campaign had asked, else asked for.

    Raises `SomeRefused`; `NotAllowed` for a campaign that `by` may not name.
    """
    actor = acting(by)
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None or not may(actor, Right.CHOOSE, subject_of(campaign)):
        raise NotAllowed.plainly()
    written: list[Listing] = []

    def plan(action: Action) -> Planned | None:
        row = _listing(action, campaign, actor)
        if row is None:
            return None
        written.append(row)
        return plan_settling(action, [], lines=(), now=now)

    def write(plans: Sequence[Planned]) -> None:
        changed = [row for row in written if row.pk is not None]
        insert_all([row for row in written if row.pk is None], by=by, now=now)
        update_all(changed, ["state"], by=by, now=now)
        # Who is only asked shows nothing yet.
        shown = {row.action_id for row in written if row.state == ListingState.ACCEPTED}
        settle([plan for plan in plans if plan.action.pk in shown], scopes=Scopes(), by=by, now=now)

    return _do(keys, plan, Right.CHANGE, by=by, now=now, write=write)


def _do(
    keys: Iterable[int],
    plan: Callable[[Action], Planned | None],
    right: Right | Callable[[Action], Right],
    *,
    by: Person,
    now: datetime,
    write: Callable[[Sequence[Planned]], None] | None = None,
) -> Done:
    """Plan the step for each action that is there; write all, or raise `SomeRefused`."""
    actor = acting(by)
    actions = _read(keys, actor)
    plans: list[Planned] = []
    refused: list[Refused] = []
    for action in actions:
        try:
            check(actor, right(action) if callable(right) else right, action_subject(action))
            planned = plan(action)
        except (RuleBroken, RulesBroken) as error:
            refused.append(Refused(action.pk, action.title, str(error)))
            continue
        if planned is not None:
            plans.append(planned)
    if refused:
        off = {row.key for row in refused}
        raise SomeRefused(refused, [action.pk for action in actions if action.pk not in off])
    if write is not None:
        write(plans)
    else:
        settle(plans, scopes=Scopes(), by=by, now=now)
    for planned in plans:
        about(planned.action, detail=f"1 / {len(plans)}" if len(plans) > 1 else "")
    return Done(changed=len(plans), same=len(actions) - len(plans))


def _read(keys: Iterable[int], actor: Actor) -> list[Action]:
    """The actions of these keys that the person may see, locked, with all that deciding and telling looks at."""
    seen = rows_for(actor, Right.VIEW, Action).filter(pk__in=set(keys)).values_list("pk", flat=True)
    locked = Action.objects.select_for_update(of=("self",)).filter(pk__in=list(seen)).order_by("pk")
    rows = locked.select_related("location__place").prefetch_related("participations", "listings", "occurrences")
    return with_parts(rows)


def _before(action: Action) -> Any:
    dates = sorted(action.occurrences.all(), key=lambda row: (row.starts_at, row.pk))
    return before_of(action, dates)


def _right_to_move(action: Action) -> Right:
    """When it is, the world is told by those who decide; of a draft, by who writes it."""
    return Right.PUBLISH if action.publication == Publication.PUBLISHED else Right.CHANGE


def _moved(action: Action, by_time: timedelta) -> dict[str, Any]:
    """The wall clock after a move. Raises `BadValue`."""
    if action.start_date is None:
        raise BadValue(_("Its date is not announced, so it cannot be moved by a length of time."))
    is_days = by_time % timedelta(days=1) == timedelta(0)
    if action.start_time is None and not is_days:
        raise BadValue(_("Its time is not announced, so it can be moved by whole days only."))
    start = _later(action.start_date, action.start_time, by_time)
    values: dict[str, Any] = {"start_date": start.date(), "end_date": None}
    if action.start_time is not None:
        values["start_time"] = start.time()
    if action.end_date is not None and action.end_time is None:
        values["end_date"] = action.end_date + (start.date() - action.start_date)
    elif action.end_time is not None:
        end = _later(action.end_date or action.start_date, action.end_time, by_time)
        values |= {"end_date": action.end_date and end.date(), "end_time": end.time()}
    for name in CLOCKS:
        clock = getattr(action, name)
        if clock is not None:
            values[name] = _later(action.start_date, clock, by_time).time()
    return {"start_time": action.start_time, **values}


def _later(day: date, clock: time | None, by_time: timedelta) -> datetime:
    try:
        return datetime.combine(day, clock or time.min) + by_time
    except OverflowError:
        raise BadValue(_("That day lies too far away.")) from None


def _listing(action: Action, campaign: Campaign, actor: Actor) -> Listing | None:
    """The row to write, None where the action is in the campaign or asks already. Raises `NotAllowed`, `BadValue`."""
    row = next((each for each in action.listings.all() if each.campaign_id == campaign.pk), None)
    is_own = actor.is_administrator or campaign.pk in actor.coordinates
    before = row.state if row else None
    if before in SHOWN_LISTINGS:
        return None
    if before == ListingState.DECLINED:
        raise BadValue(_("One side declined it: ask again on the page of the action."))
    is_accepted = is_own or before == ListingState.REQUESTED_BY_CAMPAIGN
    state = ListingState.ACCEPTED if is_accepted else ListingState.REQUESTED_BY_HOST
    if state == before:
        return None
    if not may_list(actor, action_subject(action), campaign=campaign.pk, state=state, before=before):
        raise NotAllowed.plainly()
    row = row or Listing(action=action, campaign=campaign)
    row.state = state
    return row
