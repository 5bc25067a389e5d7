"""Jobs run once, whoever looks; what fails stays due, and nothing is half done."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from rallies.models import Action, Change, Job, Occurrence
from rallies.operations import actions as operations
from rallies.operations.actions import cancel_action
from rallies.operations.jobs import finish_job, keep_job, take_job
from rallies.worker import jobs, loop
from rallies.worker.ages import ages
from rallies.worker.loop import LEASE, run_due
from tests.factories import NOW, make_action
from tests.operations.state import fresh_texts, moved, stamps, stored_texts

pytestmark = pytest.mark.django_db
MOMENT = NOW + timedelta(days=1)
MINUTE = timedelta(minutes=1)


def withheld(**changes) -> Action:
    return make_action(place_visibility="city-until", place_revealed_from=MOMENT, **changes)


def tick(moment, **options) -> dict[str, int]:
    return run_due(clock=lambda: moment, **options)


def revealed() -> list[int]:
    return list(Action.objects.filter(place_revealed_at__isnull=False).order_by("pk").values_list("pk", flat=True))


def job(name: str = "reveal") -> Job:
    return Job.objects.get(name=name)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_it_once():
    for _ in range(5):
        withheld()
    before = stamps()
    start = threading.Barrier(2, timeout=10)
    ran: list[dict[str, int]] = []

    def one() -> None:
        start.wait()
        try:
            ran.append(tick(MOMENT))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(name for names in ran for name in names) == ["expired", "horizon", "postponed", "reveal"]
    assert Change.objects.filter(kind="place-revealed").count() == 5
    assert (len(revealed()), moved(before)) == (5, {("site", None): 5})


def test_a_failure_in_the_middle_leaves_nothing_half_done_and_is_tried_again(monkeypatch, caplog):
    first, bad, last = withheld(), withheld(), withheld()
    before, texts = stamps(), stored_texts()
    real = operations.settle_action

    def breaks(action, *args, **kwargs):
        real(action, *args, **kwargs)
        if action.pk == bad.pk:
            raise RuntimeError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(operations, "settle_action", breaks)
        assert tick(MOMENT) == {"reveal": 1, "horizon": 0, "postponed": 0, "expired": 0}
    assert (revealed(), moved(before)) == ([first.pk, last.pk], {("site", None): 2})
    assert stored_texts()[bad.uid] == texts[bad.uid]
    assert f"The job reveal failed at {bad.pk}." in caplog.text
    assert (job().finished_at, job().failed_at, job().failures, job().owner) == (None, MOMENT, 1, "")
    assert ages(now=MOMENT)["reveal"] == {"age": None, "late": True, "failures": 1}

    assert tick(MOMENT + MINUTE - timedelta(seconds=1)) == {}
    assert tick(MOMENT + MINUTE) == {"reveal": 0}
    assert revealed() == [first.pk, bad.pk, last.pk]
    assert ages(now=MOMENT + MINUTE)["reveal"] == {"age": 0, "late": False, "failures": 0}
    assert stored_texts() == fresh_texts()


def test_the_job_of_a_worker_that_was_killed_is_taken_up():
    actions = [withheld(), withheld()]
    done = []

    def killed(pk, *, now):
        if done:
            raise SystemExit
        done.append(operations.reveal_place(pk, now=now).pk)

    killing = [replace(jobs.JOBS[0], carry_out=killed)]
    with pytest.raises(SystemExit):
        tick(MOMENT, jobs=killing, owner="killed")
    assert (job().owner, job().leased_until, revealed()) == ("killed", MOMENT + LEASE, [actions[0].pk])
    assert "reveal" not in tick(MOMENT + LEASE - timedelta(seconds=1))
    assert tick(MOMENT + LEASE)["reveal"] == 0
    assert revealed() == [action.pk for action in actions]


def test_a_stop_in_the_middle_finishes_the_piece_at_hand_and_leaves_the_rest():
    actions = [withheld(), withheld()]
    assert tick(MOMENT, is_stopping=lambda: bool(revealed())) == {}
    assert (revealed(), job().owner, job().finished_at) == ([actions[0].pk], "", None)
    assert tick(MOMENT)["reveal"] == 0
    assert revealed() == [action.pk for action in actions]


def test_a_long_job_is_kept_and_one_that_was_lost_is_left():
    for _ in range(3):
        withheld()
    moments = iter(MOMENT + 2 * MINUTE * step for step in range(20))
    assert run_due(clock=lambda: next(moments), jobs=jobs.JOBS[:1]) == {"reveal": 0}
    assert job().leased_until is None

    assert take_job("other", owner="a", finished_at=None, now=NOW, until=NOW + MINUTE)
    assert not take_job("other", owner="b", finished_at=None, now=NOW, until=NOW + MINUTE)
    assert take_job("other", owner="b", finished_at=None, now=NOW + MINUTE, until=NOW + 2 * MINUTE)
    assert (keep_job("other", owner="a", until=NOW), keep_job("other", owner="b", until=NOW + LEASE)) == (False, True)
    finish_job("other", owner="a", failures=0, now=NOW)
    assert (job("other").owner, job("other").finished_at) == ("b", None)


def test_whoever_comes_second_finds_it_done():
    assert take_job("other", owner="a", finished_at=None, now=NOW, until=NOW + MINUTE)
    finish_job("other", owner="a", failures=0, now=NOW)
    assert not take_job("other", owner="b", finished_at=None, now=NOW, until=NOW + MINUTE)
    assert take_job("other", owner="b", finished_at=NOW, now=NOW, until=NOW + MINUTE)


def test_dates_of_endless_series_are_made_once_a_day():
    weekly = {"recurrence_rule": "FREQ=WEEKLY;BYDAY=SA", "start_date": date(2026, 2, 28)}
    public = make_action(**weekly)
    others = {
        "draft": make_action(publish=False, **weekly),
        "ended": make_action(**weekly | {"recurrence_rule": "FREQ=WEEKLY;COUNT=3"}),
        "cancelled": make_action(**weekly),
    }
    cancel_action(others["cancelled"].pk, by=None, now=NOW)

    def last(action: Action) -> date:
        return Occurrence.objects.filter(action=action).latest("start_date").start_date

    def all_last() -> list[date]:
        return [last(action) for action in (public, *others.values())]

    tick(NOW)
    before, uids = stamps(), set(Occurrence.objects.values_list("uid", flat=True))
    assert all_last() == [date(2027, 2, 27), date(2027, 2, 27), date(2026, 3, 14), date(2027, 2, 27)]
    assert tick(NOW + timedelta(hours=11)) == {"reveal": 0, "expired": 0}
    # The horizon comes to a Saturday on the third day.
    for day in range(1, 5):
        assert tick(NOW + timedelta(days=day)) == {"reveal": 0, "horizon": 0, "postponed": 0, "expired": 0}
        assert moved(before) == ({} if day < 3 else {("site", None): 1})
    assert all_last() == [date(2027, 3, 6), date(2027, 3, 6), date(2026, 3, 14), date(2027, 2, 27)]
    assert uids < set(Occurrence.objects.values_list("uid", flat=True))
    assert stored_texts() == fresh_texts()


def test_the_worker_sleeps_until_the_next_moment_and_half_a_minute_at_most():
    withheld()
    assert loop._wake_at(now=MOMENT - timedelta(seconds=7)) == MOMENT
    assert loop._wake_at(now=MOMENT - timedelta(seconds=31)) == MOMENT - timedelta(seconds=1)
    assert loop._wake_at(now=MOMENT + MINUTE) == MOMENT + MINUTE + timedelta(seconds=30)
