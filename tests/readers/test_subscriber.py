"""What a subscriber sees of each thing that happens to an action: a real calendar program, synchronized over HTTP.

khal with vdirsyncer asks without conditions, takes a change by the text of an event, and removes what a feed no longer holds.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from rallies.models import Action
from rallies.operations.actions import cancel_action, move_action_in_time, undo_cancellation, withdraw_action
from rallies.operations.series_dates import cancel_date, move_date
from rallies.worker.loop import run_due
from tests.factories import NOW, make_action, make_location, make_place

from .subscriber import Shown, Subscriber

CAPITOL = "Old State Capitol, 1 Old State Capitol Plaza, Springfield, Illinois, United States"
CITY = "Springfield, Illinois, United States"
RALLY = Shown(
    start="2026-03-14 19:00",
    end="2026-03-14 20:30",
    title="Rally",
    status="CONFIRMED",
    location=CAPITOL,
    description="Bring candles.\n\nhttp://testserver/actions/rally/",
)
OTHER = Shown(
    start="2026-03-20 19:00",
    end="2026-03-20 20:30",
    title="Another",
    status="CONFIRMED",
    location=CAPITOL,
    description="http://testserver/actions/another/",
)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def subscriber(live_server: LiveServer, tmp_path: Path, transactional_db: None) -> Subscriber:
    # What is left when something goes: vdirsyncer does not empty a calendar unasked.
    make_rally("another", title="Another", description="", start_date=date(2026, 3, 20))
    return Subscriber(tmp_path, url=f"{live_server.url}/actions.ics")


def make_rally(slug: str, **changes: object) -> Action:
    values = {"title": "Rally", "description": "Bring candles.", "end_time": time(15, 30)}
    return make_action(slug=slug, **values | changes)


def key(action: Action, number: int) -> int:
    return list(action.occurrences.in_order())[number].pk


class Story:
    """What was done, a minute after the other, and what the subscriber's calendar shows after each sync."""

    def __init__(self, subscriber: Subscriber, clock: time_machine.Traveller) -> None:
        self.subscriber, self.clock, self.now = subscriber, clock, NOW

    def later(self) -> datetime:
        self.now += timedelta(minutes=1)
        self.clock.move_to(self.now)
        return self.now

    def shown(self) -> list[Shown]:
        self.clock.move_to(self.now + timedelta(seconds=30))
        self.subscriber.sync()
        found = self.subscriber.shows("2026-03-01", "2026-05-01")
        assert found.count(OTHER) == 1
        return sorted((each for each in found if each != OTHER), key=lambda each: (each.start, each.title))


@pytest.fixture
def story(subscriber: Subscriber, clock: time_machine.Traveller) -> Story:
    return Story(subscriber, clock)


def test_18_20_21_a_rally_is_called_off_and_on_again_moved_and_withdrawn(story: Story) -> None:
    action = make_rally("rally")
    assert story.shown() == [RALLY]

    cancel_action(action.pk, message="No permit.", by=None, now=story.later())
    text = "This action is cancelled.\n\nNo permit.\n\nBring candles.\n\nhttp://testserver/actions/rally/"
    assert story.shown() == [replace(RALLY, title="CANCELLED: Rally", status="CANCELLED", description=text)]

    undo_cancellation(action.pk, by=None, now=story.later())
    assert story.shown() == [RALLY]

    move_action_in_time(
        action.pk, start_date=date(2026, 3, 15), start_time=time(16), end_time=time(17), by=None, now=story.later()
    )
    moved = "Moved from Saturday, 14 March 2026, 14:00 to Sunday, 15 March 2026, 16:00."
    assert story.shown() == [
        replace(RALLY, start="2026-03-15 21:00", end="2026-03-15 22:00", description=f"{moved}\n\n{RALLY.description}")
    ]

    withdraw_action(action.pk, by=None, now=story.later())
    assert story.shown() == []


def test_21_single_dates_of_a_series_are_moved_and_called_off(story: Story) -> None:
    action = make_rally("vigil", title="Vigil", kind="vigil", end_time=None, recurrence_rule="FREQ=WEEKLY;COUNT=3")
    days = [date(2026, 3, 14), date(2026, 3, 21), date(2026, 3, 28)]
    text = "Bring candles.\n\nThe end is not announced; calendars show 60 minutes.\n\nhttp://testserver/actions/vigil/"
    vigil = replace(RALLY, title="Vigil", description=text)
    first, second, third = (replace(vigil, start=f"{day} 19:00", end=f"{day} 20:00") for day in days)
    assert story.shown() == [first, second, third]

    move_date(key(action, 1), start_date=date(2026, 3, 22), start_time=time(16), by=None, now=story.later())
    words = "Moved from Saturday, 21 March 2026, 14:00 to Sunday, 22 March 2026, 16:00."
    moved = replace(second, start="2026-03-22 21:00", end="2026-03-22 22:00", description=f"{words}\n\n{text}")
    assert story.shown() == [first, moved, third]

    cancel_date(key(action, 2), message="Storm.", by=None, now=story.later())
    off = f"This action is cancelled.\n\nStorm.\n\n{text}"
    cancelled = replace(third, title="CANCELLED: Vigil", status="CANCELLED", description=off)
    assert story.shown() == [first, moved, cancelled]


def test_39_a_withheld_place_appears_when_its_moment_comes(story: Story) -> None:
    moment = NOW + timedelta(minutes=10)
    make_rally(
        "rally",
        location=make_location(place=make_place()),
        place_visibility="city-until",
        place_revealed_from=moment,
    )
    promise = "The exact place will be announced here: Monday, 2 March 2026, 06:10."
    before = replace(RALLY, location=CITY, description=f"{promise}\n\n{RALLY.description}")
    assert story.shown() == [before]

    story.now = moment
    # How often the worker's job failed.
    assert run_due(clock=lambda: moment)["reveal"] == 0
    assert story.shown() == [RALLY]
