"""What calendars in another language are made of says what whole rows say, and takes as many queries for many as for few."""

from dataclasses import replace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from rallies.formats.ics import vevent
from rallies.models import Action, Occurrence, SeriesText
from rallies.operations.actions import withdraw_action
from rallies.operations.texts import with_parts
from rallies.selectors.calendar_rows import dates_of_keys, series_of_keys
from rallies.selectors.feeds import FeedText, feed_text, in_reading_language
from rallies.selectors.filters import ActionFilter
from rallies.selectors.gate import UNTOLD, calendar_action, public_action
from rallies.selectors.series_text import series_text
from tests.factories import NOW, make_action, make_campaign, make_location
from tests.readers.making import make_all
from tests.readers.varied import LATER, describe

pytestmark = pytest.mark.django_db


def whole_text() -> FeedText:
    return feed_text(ActionFilter(), today=NOW.date(), is_whole=True)


def of_whole_rows() -> dict[tuple[bool, int], str]:
    """The text of every date and series, made of all that there is of an action."""
    made = {}
    for action in with_parts(Action.objects.all()):
        dates = list(action.occurrences.all())
        made |= {(False, row.pk): vevent(public_action(action, row)).text for row in dates}
        row = SeriesText.objects.filter(action=action).first()
        told = row and series_text(action, dates, sequence=row.sequence, changed_at=row.changed_at)
        made[True, action.pk] = told.text if told else ""
    return made


@pytest.mark.parametrize("code", ["es", "ar"])
def test_the_text_is_that_of_whole_rows(code: str) -> None:
    week = make_campaign()
    make_action(campaigns=[week, make_campaign()], location=None)
    make_all(describe(160, with_seed=3), number=60)
    with time_machine.travel(LATER, tick=False), translation.override(code):
        text = whole_text()
        told = {(each.is_series, each.key): each.text for each in in_reading_language(text).told}
        whole = of_whole_rows()
    assert len(told) == len(text.told) > 100 and sum(is_series for is_series, _ in told) > 5
    assert told == {key: whole[key] for key in told}


def test_nothing_but_what_no_calendar_tells_is_empty() -> None:
    """A field that begins to be told must be taken out of what is left empty."""
    action = make_action(campaigns=[make_campaign()], description="Words.", what_to_bring="Water.", languages=["es"])
    with_parts([action])
    row = action.occurrences.get()
    whole = public_action(action, row)
    # Which of the changes calendars tell is for the reading to say.
    assert calendar_action(action, row) == replace(whole, **UNTOLD)
    assert whole != replace(whole, **UNTOLD)


def test_few_queries_for_many_dates() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            in_reading_language(text)
        return len(captured)

    week = make_campaign()
    make_action(campaigns=[week])
    make_action(campaigns=[week], recurrence_rule="FREQ=WEEKLY;COUNT=3")
    text = whole_text()
    few = asked()
    for number in range(10):
        make_action(campaigns=[week], recurrence_rule="FREQ=WEEKLY;COUNT=3" * (number % 2))
    text = whole_text()
    assert (len(text.told), asked()) == (12, few)


def test_what_is_no_longer_public_is_left_out() -> None:
    gone, there = make_action(), make_action(location=make_location(venue="Elsewhere"))
    series = make_action(recurrence_rule="FREQ=WEEKLY;COUNT=3")
    keys = list(Occurrence.objects.values_list("pk", flat=True))
    for action in (gone, series):
        withdraw_action(action.pk, by=None, now=LATER)
    assert [row.action.slug for row in dates_of_keys(keys)] == [there.slug]
    assert series_of_keys([series.pk]) == []
