"""Calendars that were answered before: the same answer for less, until its stamp or its day moves."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date

from rallies.enums import StampScope
from rallies.feeds.answers import FILES
from rallies.feeds.known import KNOWN
from rallies.models import Action, FeedStamp
from rallies.operations.actions import edit_action, withdraw_action
from rallies.operations.transaction import operation
from rallies.selectors.stamps import stamp_row
from tests.factories import NOW, make_action, make_campaign, make_organizer
from tests.kept import forget

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
PATHS = [
    "/actions.ics",
    "/actions.ics?kind=rally&cancelled=title",
    "/es/actions.ics",
    "/campaigns/autumn.ics",
    "/organizers/group.ics",
    "/actions/march.ics",
]


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LATER, tick=False) as traveller:
        make_action(
            slug="march", title="March", campaigns=[make_campaign(slug="autumn")], hosts=[make_organizer(slug="group")]
        )
        yield traveller


def seen(path: str, *, method: str = "get", **headers: str) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = getattr(Client(), method)(path, headers=named)
    return answer.status_code, dict(answer.items()), answer.content


def no_database(*args: object) -> None:
    raise OperationalError("the disk is gone")


def statements(path: str, **headers: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        seen(path, **headers)
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("encoding", ["", "gzip"])
@pytest.mark.parametrize("path", PATHS)
def test_what_is_known_is_answered_as_at_first(path: str, encoding: str) -> None:
    etag, dated = seen(path)[1]["ETag"], http_date(LATER.timestamp())
    asked = [
        {},
        {"method": "head"},
        {"If_None_Match": etag},
        {"If_None_Match": f'"other", W/{etag}'},
        {"If_None_Match": '"other"', "If_Modified_Since": dated},
        {"If_Modified_Since": dated},
        {"If_Modified_Since": "yesterday"},
    ]
    first, again = [], []
    for headers in asked:
        forget()
        first.append(seen(path, Accept_Encoding=encoding, **headers))
    forget()
    seen(path, Accept_Encoding=encoding)
    for headers in asked:
        again.append(seen(path, Accept_Encoding=encoding, **headers))
    assert again == first
    assert [status for status, _, _ in first] == [200, 200, 304, 304, 200, 304, 200]
    assert len(statements(path, Accept_Encoding=encoding)) == len(KNOWN.values) == 1


@pytest.mark.parametrize("path", PATHS)
def test_a_change_is_seen_at_once(path: str) -> None:
    before = seen(path)
    edit_action(Action.objects.get().pk, {"title": "Another"}, by=None, now=LATER)
    status, headers, content = seen(path, If_None_Match=before[1]["ETag"])
    assert (status, b"SUMMARY:Another\r\n" in content, headers["ETag"] != before[1]["ETag"]) == (200, True, True)


def test_what_is_taken_off_is_gone_at_once() -> None:
    etags = {path: seen(path)[1]["ETag"] for path in PATHS}
    withdraw_action(Action.objects.get().pk, by=None, now=LATER)
    found = {path: seen(path, If_None_Match=etag) for path, etag in etags.items()}
    assert {path: status for path, (status, _, _) in found.items()} == dict.fromkeys(PATHS, 200) | {
        "/actions/march.ics": 410
    }
    assert [path for path, (_, _, content) in found.items() if b"March" in content] == []


def test_the_day_moves_the_window(clock: time_machine.Traveller) -> None:
    before = seen("/actions.ics")[1]["ETag"]
    clock.move_to(datetime(2026, 3, 3, 0, 0, tzinfo=UTC))
    assert seen("/actions.ics", If_None_Match=before)[0] == 200


@operation
def restore_another() -> None:
    FeedStamp.objects.update(moved_at=NOW - timedelta(days=1))


def test_another_database_with_the_same_number_is_told_apart() -> None:
    before = seen("/actions.ics")[1]["ETag"]
    restore_another()
    assert seen("/actions.ics", If_None_Match=before)[0] == 200


def test_without_a_database_the_view_decides() -> None:
    before = seen("/actions.ics")

    with connection.execute_wrapper(no_database):
        assert seen("/actions.ics") == before


def test_what_just_changed_and_what_a_tracker_added_is_not_kept() -> None:
    seen("/actions.ics?utm_source=x")
    edit_action(Action.objects.get().pk, {"title": "Another"}, by=None, now=LATER)
    seen("/actions.ics")
    assert KNOWN.values == {}


def test_a_host_that_is_not_ours_is_refused_as_ever() -> None:
    seen("/actions.ics")
    assert seen("/actions.ics", Host="elsewhere.example")[0] == 400


def test_other_methods_are_refused_as_ever() -> None:
    seen("/actions.ics")
    assert seen("/actions.ics", method="post")[0] == 405


@pytest.mark.django_db(transaction=True)
def test_a_stamp_is_read_alike_with_a_connection_open_and_with_none() -> None:
    key = FeedStamp.objects.get(scope=StampScope.SITE).pk
    held = stamp_row(key)
    connection.close()
    assert (stamp_row(key), stamp_row(key + 1_000)) == (held, None)
    assert held is not None


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": "*"}])
@pytest.mark.parametrize("is_known", [True, False])
def test_57_what_is_asked_for_and_does_not_change_stays_the_last_good_body(
    clock: time_machine.Traveller, headers: dict[str, str], is_known: bool
) -> None:
    path = "/actions/march.ics"
    before = seen(path)[2]
    for file in FILES.directory().iterdir():
        os.utime(file, (LATER.timestamp(), LATER.timestamp()))
    clock.move_to(LATER + timedelta(days=6))
    if not is_known:
        forget()
    seen(path, **headers)
    clock.move_to(LATER + timedelta(days=12))
    forget()
    with connection.execute_wrapper(no_database):
        assert seen(path)[::2] == (200, before)
