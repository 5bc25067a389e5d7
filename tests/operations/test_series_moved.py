"""What calendars say of a whole series that moved: of each date what is right of it."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from rallies.enums import ChangeKind
from rallies.models import Action
from rallies.operations.actions import edit_action
from rallies.operations.series_dates import move_date
from rallies.operations.settling import Line
from rallies.selectors.history import words_of_series_move
from tests.factories import NOW, make_action
from tests.operations.series import FIRST, WEEK, call_off, make_series
from tests.operations.state import LATER, fresh_texts, last_line, stored_texts, unfolded

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TO_SUNDAY = "Moved from Saturday, 14:00 to Sunday, 16:00."
WHOLE = "FREQ=WEEKLY;BYDAY={day};COUNT=4"
APART = "FREQ=MONTHLY;BYDAY={day};COUNT=4"
"""In words that Outlook does not know: its dates go out one by one."""


def moved_lines(action: Action) -> list[str]:
    """What each VEVENT of an action says of moves, in the order of their starts."""
    stored = [*action.occurrences.in_order().values_list("vevent", flat=True)]
    if hasattr(action, "series_text"):
        stored = [f"BEGIN:VEVENT{part}" for part in action.series_text.vevent.split("BEGIN:VEVENT")[1:]]
    said = [unfolded(text)["DESCRIPTION"].replace("\\,", ",").split("\\n\\n") for text in stored]
    return ["; ".join(part for part in parts if part.startswith("Moved")) for parts in said]


def to_sunday(action: Action, rule: str) -> Action:
    values = {"start_date": FIRST + DAY, "start_time": time(16), "recurrence_rule": rule.format(day="SU")}
    edit_action(action.pk, values, by=None, now=LATER)
    assert stored_texts() == fresh_texts()
    return Action.objects.get(pk=action.pk)


@pytest.mark.parametrize("rule", [WHOLE, APART])
def test_every_date_of_a_series_says_from_what_weekday_and_hour_it_moved(rule: str) -> None:
    action = make_series(recurrence_rule=rule.format(day="SA"))
    call_off(action, FIRST + WEEK, message="Storm", now=LATER)
    action = to_sunday(action, rule)
    assert moved_lines(action) == [TO_SUNDAY] * (2 if rule == WHOLE else 4)


def test_a_date_that_moved_alone_speaks_of_itself() -> None:
    action = make_series(recurrence_rule=WHOLE.format(day="SA"))
    action = to_sunday(action, WHOLE)
    second = action.occurrences.get(start_date=FIRST + DAY + WEEK)
    move_date(second.pk, start_date=date(2026, 3, 23), start_time=time(16), by=None, now=LATER)
    assert moved_lines(Action.objects.get(pk=action.pk)) == [
        TO_SUNDAY,
        "Moved from Sunday, 22 March 2026, 16:00 to Monday, 23 March 2026, 16:00.",
    ]


def test_a_series_that_begins_later_did_not_move() -> None:
    action = make_series()
    edit_action(action.pk, {"start_date": FIRST + WEEK}, by=None, now=LATER)
    assert last_line(action)[0] == "moved-in-time"
    assert moved_lines(Action.objects.get(pk=action.pk)) == [""]


def test_what_does_not_repeat_speaks_of_its_day() -> None:
    action = make_action()
    edit_action(action.pk, {"start_date": FIRST + DAY}, by=None, now=LATER)
    assert moved_lines(action) == ["Moved from Saturday, 14 March 2026, 14:00 to Sunday, 15 March 2026, 14:00."]


SATURDAY = {"date": "2026-03-14", "zone": "America/Chicago", "time": "14:00:00", "rule": "FREQ=WEEKLY"}
SUNDAY = SATURDAY | {"date": "2026-03-15"}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (SATURDAY, SUNDAY, ("Saturday, 14:00", "Sunday, 14:00")),
        (SATURDAY, SUNDAY | {"time": "15:00:00"}, ("", "")),
        (SATURDAY, {k: SUNDAY[k] for k in ("date", "zone", "rule")}, ("", "")),
        (SATURDAY | {"time": "13:00:00"}, SATURDAY, ("13:00", "14:00")),
        # A line from before rules stood in them, or of what did not repeat then: the hour is right all the same.
        ({k: SATURDAY[k] for k in ("date", "zone", "time")}, SUNDAY, ("", "")),
        (
            {"date": "2026-03-14", "zone": "America/Chicago", "time": "13:00:00"},
            {k: SUNDAY[k] for k in ("date", "zone", "time")},
            ("13:00", "14:00"),
        ),
        (
            SATURDAY | {"zone": "Europe/Berlin"},
            SATURDAY,
            ("14:00 (Europe/Berlin)", "14:00 (America/Chicago)"),
        ),
        (
            SATURDAY | {"rule": "FREQ=MONTHLY;BYDAY=2SA"},
            SUNDAY | {"rule": "FREQ=MONTHLY;BYDAY=3SU"},
            ("Saturday, 14:00", "Sunday, 14:00"),
        ),
        (SATURDAY | {"rule": "FREQ=WEEKLY;BYDAY=SA,SU"}, SUNDAY | {"rule": "FREQ=WEEKLY;BYDAY=SA,SU"}, ("", "")),
        (SATURDAY | {"rule": "FREQ=MONTHLY"}, SUNDAY | {"rule": "FREQ=MONTHLY"}, ("", "")),
    ],
)
def test_words_of_a_move_are_right_for_a_later_sunday(
    before: dict[str, str], after: dict[str, str], words: tuple[str, str]
) -> None:
    details: dict[str, Any] = Line(ChangeKind.MOVED_IN_TIME, before, after).change(Action(), now=NOW).details
    assert words_of_series_move(details, day=date(2026, 5, 3), clock=time(14)) == words
    if words[0].startswith("Saturday"):
        assert words_of_series_move(details, day=date(2026, 5, 2), clock=time(14)) == ("", "")
