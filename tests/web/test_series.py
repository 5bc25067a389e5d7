"""What the page of a series says: how it repeats, which dates are off, which moved."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine

from rallies.operations.actions import cancel_action, publish_action
from rallies.operations.series_dates import cancel_date, move_date, skip_date
from tests.factories import NOW, make_action
from tests.web.reading import read

pytestmark = pytest.mark.django_db

FIRST = date(2026, 3, 14)
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def series():
    action = make_action(title="Vigil", slug="vigil", recurrence_rule="FREQ=WEEKLY;COUNT=3")
    return list(action.occurrences.in_order())


def page(client, slug="vigil"):
    answer = client.get(f"/actions/{slug}/")
    assert answer.status_code == 200
    return read(answer.content)


def listed(seen):
    return [item.words for item in seen.one(".dates").all("li")]


def test_a_series_says_how_it_repeats_and_lists_its_dates(client, series):
    seen = page(client)
    assert seen.said(".ticket-repeats") == ["Every week on Saturday at 14:00, 3 times"]
    assert listed(seen) == [f"Saturday, {day} March 2026, 14:00" for day in (14, 21, 28)]
    assert seen.all(".banner") == []


def test_a_series_that_skips_days_says_so_of_those_to_come(client):
    action = make_action(slug="vigil", recurrence_rule="FREQ=WEEKLY;COUNT=8", publish=False)
    for day in (FIRST, FIRST + timedelta(weeks=2)):
        skip_date(action.occurrences.get(start_date=day).pk, by=None, now=LATER)
    publish_action(action.pk, by=None, now=LATER)
    seen = page(client)
    assert seen.said(".ticket-repeats") == ["Every week on Saturday at 14:00, 8 times"]
    assert "Not on: 28 March 2026" in seen.said(".ticket-note")
    assert [words[:18] for words in seen.said(".ticket-words")] == ["Saturday, 21 March"]


def test_what_does_not_repeat_says_nothing_of_it(client):
    make_action(slug="once")
    make_action(slug="odd", recurrence_rule="FREQ=MONTHLY;BYMONTHDAY=1,14")
    assert [page(client, slug).said(".ticket-repeats") for slug in ("once", "odd")] == [[], []]


def test_a_next_date_that_is_off_is_said_first_with_the_date_after_it(client, series):
    cancel_date(series[0].pk, message="The hall is closed.", by=None, now=LATER)
    seen = page(client)
    assert [banner.words for banner in seen.all(".banner")] == [
        "This date is cancelled It does not take place on Saturday, 14 March 2026, 14:00. The next date is Saturday,"
        " 21 March 2026, 14:00. The hall is closed."
    ]
    assert listed(seen)[:2] == ["Saturday, 14 March 2026, 14:00 Cancelled", "Saturday, 21 March 2026, 14:00"]
    assert seen.said(".change-words")[0] == "One date is cancelled: Saturday, 14 March 2026, 14:00."


def test_a_later_date_that_is_off_stands_in_the_list_alone(client, series):
    cancel_date(series[1].pk, message="The hall is closed.", by=None, now=LATER)
    seen = page(client)
    assert (seen.all(".banner"), listed(seen)[1]) == (
        [],
        "Saturday, 21 March 2026, 14:00 Cancelled The hall is closed.",
    )


def test_a_series_of_which_only_past_dates_were_on_names_no_next_one(client, series):
    with time_machine.travel(datetime(2026, 3, 16, tzinfo=NOW.tzinfo), tick=False):
        for row in series[1:]:
            cancel_date(row.pk, by=None, now=LATER)
        (banner,) = page(client).all(".banner")
    assert banner.words == "This date is cancelled It does not take place on Saturday, 21 March 2026, 14:00."


def test_a_series_that_is_cancelled_says_so_of_the_whole(client, series):
    cancel_action(series[0].action_id, message="No more.", by=None, now=LATER)
    seen = page(client)
    assert seen.said(".banner-head") == ["Cancelled"]
    assert listed(seen) == [f"Saturday, {day} March 2026, 14:00 Cancelled" for day in (14, 21, 28)]


def test_a_date_that_moved_alone_says_from_where(client, series):
    move_date(series[0].pk, start_date=FIRST + timedelta(days=1), start_time=time(9), by=None, now=LATER)
    seen = page(client)
    assert listed(seen)[0] == "Sunday, 15 March 2026, 09:00 Moved from Saturday, 14 March 2026, 14:00"
    assert "Moved from Saturday, 14 March 2026, 14:00" in seen.said(".ticket-note")
    # The sentence is still that of the series.
    assert seen.said(".ticket-repeats") == ["Every week on Saturday at 14:00, 3 times"]


def test_many_dates_are_folded_but_for_the_first(client):
    action = make_action(slug="long", recurrence_rule="FREQ=WEEKLY;COUNT=10")
    first, rest = page(client, "long").all(".dates")
    assert [len(part.all("li")) for part in (first, rest)] == [8, 2]
    assert page(client, "long").one(".dates-fold").said("summary") == ["More dates"]
    assert action.occurrences.count() == 10
