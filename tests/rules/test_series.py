"""Which day a series may begin on, and what one of its dates may do."""

from datetime import date

import pytest

from rallies.rules.errors import BadValue
from rallies.rules.series import allowed_date_steps, check_first_day

THURSDAY = date(2026, 3, 5)


def test_a_series_begins_on_a_day_of_its_rule():
    check_first_day("FREQ=MONTHLY;BYDAY=1TH", start_date=THURSDAY, field="start_date")


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            "FREQ=WEEKLY;BYDAY=MO,FR",
            "The series begins on Thursday, 5 March 2026, which is not one of the days that it repeats on. The nearest"
            " that are: Monday, 2 March 2026, and Friday, 6 March 2026. Choose one of these as the date, or other days"
            " to repeat on.",
        ),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "The series begins on Thursday, 5 March 2026, which is not one of the days that it repeats on.",
        ),
    ],
)
def test_another_first_day_is_refused_with_the_nearest_that_fit(rule, sentence):
    with pytest.raises(BadValue) as refused:
        check_first_day(rule, start_date=THURSDAY, field="start_date")
    assert (refused.value.sentence, refused.value.field) == (sentence, "start_date")


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        ({}, {"cancel date", "move date"}),
        ({"is_moved": True}, {"cancel date", "move date", "move date back"}),
        ({"date_status": "cancelled", "is_moved": True}, {"restore date"}),
        ({"date_status": "cancelled", "rule": ""}, {"restore date"}),
        ({"rule": ""}, set()),
        ({"status": "cancelled", "is_moved": True}, set()),
        ({"status": "postponed"}, {"cancel date", "move date"}),
        ({"publication": "draft"}, set()),
        ({"publication": "draft", "was_public": False}, {"skip date"}),
        ({"publication": "draft", "was_public": False, "rule": ""}, set()),
        ({"publication": "withdrawn"}, set()),
    ],
)
def test_steps_of_a_date(changes, steps):
    usual = {
        "publication": "published",
        "status": "scheduled",
        "date_status": "scheduled",
        "is_moved": False,
        "rule": "FREQ=WEEKLY",
        "was_public": True,
    }
    assert allowed_date_steps(**(usual | changes)) == steps
