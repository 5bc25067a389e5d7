"""What is on on one day, and which days beside it have something."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, Min

from .actions import ActionPage, dated_at, page_of, undated_answer
from .filters import ActionFilter
from .keys import by_indexes, keys_on_page
from .months import ONE_DAY, narrowed

CLOCKS_APART = timedelta(hours=26)
"""Between the first place on earth where a day begins and the last one."""
EAST, WEST = timedelta(hours=14), timedelta(hours=12)
"""How far clocks are ahead of UTC, and behind it."""
BY_THE_CLOCK = ("-start_date", F("start_time").asc(nulls_last=True), "starts_at", "id")


@by_indexes
def actions_of_day(question: ActionFilter, *, day: date, now: datetime, page: int = 1, size: int = 50) -> ActionPage:
    """One page of what takes place on a local day and answers a question, whose own days hold too.

    By the clock on the wall of each place, times to be announced after them; then what began earlier and goes on, the
    latest first; then what has no date and may fall on the day. A page past the end is empty.
    """
    inside = narrowed(question, first=day, last=day)
    if inside.from_day != inside.to_day:
        return ActionPage(actions=(), page=page, pages=1, total=0, dated_total=0, undated_total=0)
    dated, undated = dated_at(inside, now=now), undated_answer(inside, now=now)

    ordered = dated.order_by(*BY_THE_CLOCK)
    keys, dated_total = keys_on_page(ordered, first=max(page - 1, 0) * size, size=size)
    return page_of(keys, undated, dated_total=dated_total, page=page, size=size)


@by_indexes
def day_before(question: ActionFilter, *, day: date, now: datetime) -> date | None:
    """The last day before this one on which something takes place that answers a question, its own days holding too."""
    to_day = min(question.to_day or day, day - ONE_DAY)
    # With a day in it the question is about all times, as that of the page is.
    rows = dated_at(replace(question, to_day=to_day), now=now)
    found = (
        rows.filter(starts_at__lt=_midnight(to_day + ONE_DAY) + WEST)
        .order_by("-last_day")
        .values_list("last_day", flat=True)
        .first()
    )
    return _inside(question, min(found, to_day) if found else None)


@by_indexes
def day_after(question: ActionFilter, *, day: date, now: datetime) -> date | None:
    """The first day after this one on which something takes place that answers a question, its own days holding too."""
    from_day = max(question.from_day or day, day + ONE_DAY)
    rows = dated_at(replace(question, from_day=from_day), now=now)
    if rows.filter(start_date__lte=from_day, starts_at__lt=_midnight(from_day + ONE_DAY) + WEST).exists():
        return _inside(question, from_day)
    # By instant first, which an index knows; another that begins later may still have an earlier day on its wall.
    ahead = rows.filter(start_date__gt=from_day, starts_at__gt=_midnight(from_day) - EAST)
    begins = ahead.order_by("starts_at").values_list("starts_at", flat=True).first()
    if begins is None:
        return None
    found = ahead.filter(starts_at__lte=begins + CLOCKS_APART).aggregate(day=Min("start_date"))["day"]
    return _inside(question, found)


def _inside(question: ActionFilter, day: date | None) -> date | None:
    if day is None or (question.from_day and day < question.from_day) or (question.to_day and day > question.to_day):
        return None
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
