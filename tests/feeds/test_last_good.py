"""What was taken off the calendar does not come back when the database goes away."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.test import Client

from rallies.feeds.answers import FILES
from rallies.models import Action, Campaign
from rallies.operations.actions import cancel_action, edit_action, withdraw_action
from rallies.operations.campaigns import edit_campaign
from tests.factories import NOW, make_action, make_campaign
from tests.kept import forget

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
PATHS = ("/actions.ics", "/campaigns/autumn.ics", "/actions/march.ics", "/es/actions.ics")
Commit = Callable[..., AbstractContextManager[list[Any]]]


@pytest.fixture(autouse=True)
def site(db: None) -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        make_action(slug="march", campaigns=[make_campaign(slug="autumn")])
        for path in PATHS:
            assert Client().get(path).status_code == 200
        yield


def no_database(*args: object) -> None:
    raise OperationalError("the disk is gone")


def answers_without_a_database() -> list[int]:
    # As after a restart.
    forget()
    with connection.execute_wrapper(no_database):
        return [Client().get(path).status_code for path in PATHS]


def withdraw(action: Action) -> None:
    withdraw_action(action.pk, by=None, now=LATER)


def withhold(action: Action) -> None:
    edit_action(action.pk, {"place_visibility": "city"}, by=None, now=LATER)


def withhold_until(action: Action) -> None:
    moment = LATER + timedelta(days=1)
    edit_action(action.pk, {"place_visibility": "city-until", "place_revealed_from": moment}, by=None, now=LATER)


def hide_campaign(action: Action) -> None:
    edit_campaign(Campaign.objects.get().pk, {"is_public": False}, by=None, now=LATER)


@pytest.mark.parametrize("narrow", [withdraw, withhold, withhold_until, hide_campaign])
def test_what_the_public_may_see_no_longer_is_in_no_last_good_body(
    narrow: Callable[[Action], None], django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        narrow(Action.objects.get())
    assert list(FILES.directory().iterdir()) == []
    assert answers_without_a_database() == [503] * len(PATHS)


def test_what_is_called_off_or_described_anew_stays_in_them(django_capture_on_commit_callbacks: Commit) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        edit_action(Action.objects.get().pk, {"title": "Another"}, by=None, now=LATER)
        cancel_action(Action.objects.get().pk, by=None, now=LATER)
    assert answers_without_a_database() == [200] * len(PATHS)


def test_what_comes_to_nothing_forgets_nothing(django_capture_on_commit_callbacks: Commit) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        withdraw(Action.objects.get())
        transaction.set_rollback(True)
    assert answers_without_a_database() == [200] * len(PATHS)
