"""A series that began years ago: dates have rows, and nights on which clocks change an exception, for a year back, while feeds tell of
60 days. So every instance that a feed is about has its own end."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client

from rallies.recurrence import HORIZON
from rallies.selectors.feeds import DAYS_BACK
from tests.factories import make_action, make_location

from .instances import in_window
from .python_readers import READERS
from .truth import instances_of_database

TODAY = datetime(2025, 11, 20, 12, tzinfo=UTC)
"""Clocks went back in Berlin on 26 October."""


@pytest.mark.django_db
def test_nights_of_clock_changes_in_the_last_sixty_days() -> None:
    make_action(
        slug="watch",
        title="Night watch",
        location=make_location(country="DE", region="", region_code="", timezone="Europe/Berlin", now=TODAY),
        start_date=date(2022, 3, 1),
        start_time=time(22),
        end_date=date(2022, 3, 2),
        end_time=time(5),
        recurrence_rule="FREQ=DAILY",
        now=TODAY,
    )
    with time_machine.travel(TODAY + timedelta(hours=1), tick=False):
        body = Client().get("/actions.ics").content
    window = (TODAY.date() - DAYS_BACK, TODAY.date() + timedelta(days=1))
    truth = in_window(instances_of_database()["watch"], window)
    nights = [each for each in truth if each.start == "2025-10-25T20:00:00Z"]
    assert (len(truth), [each.end for each in nights]) == (61, ["2025-10-26T04:00:00Z"])
    assert body.count(b"\r\nRRULE:FREQ=DAILY\r\n") == 1
    assert {name: in_window(read(body, window), window) for name, read in READERS.items()} == dict.fromkeys(
        READERS, truth
    )
    assert DAYS_BACK < HORIZON
