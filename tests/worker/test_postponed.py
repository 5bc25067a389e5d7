"""What is postponed without a date stays on its old one for 14 days after it, and is then undated."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client

from rallies.models import Action, Change, Occurrence
from rallies.operations.actions import edit_action, move_action_in_time, postpone_action
from rallies.rules.errors import BadValue
from rallies.worker.loop import run_due
from tests.factories import NOW, make_action
from tests.operations.state import fresh_texts, moved, stamps, stored_texts

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
# 14 March, and 14 days.
LAST_DAY = datetime(2026, 3, 28, 23, 59, tzinfo=UTC)
OPEN = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)


def tick(moment: datetime) -> int:
    """How many actions lost their date by what is done then."""
    before = Action.objects.filter(start_date=None).count()
    assert run_due(clock=lambda: moment)["postponed"] == 0
    return Action.objects.filter(start_date=None).count() - before


def test_a_postponed_action_is_undated_when_feeds_no_longer_tell_of_its_date() -> None:
    action = make_action(slug="march", title="March", recurrence_rule="FREQ=DAILY;COUNT=1", end_time=None)
    make_action(slug="other")
    postpone_action(action.pk, by=None, now=LATER)
    lines = list(Change.objects.values_list("kind", "details"))
    assert tick(LAST_DAY) == 0
    before = stamps()
    assert tick(OPEN) == 1
    row = Action.objects.get(slug="march")
    assert (row.start_date, row.start_time, row.end_date, row.end_time, row.recurrence_rule) == (None,) * 4 + ("",)
    assert (row.status, row.occurrences.count(), moved(before)) == ("postponed", 0, {("site", None): 1})
    assert (list(Change.objects.values_list("kind", "details")), stored_texts()) == (lines, fresh_texts())
    with time_machine.travel(OPEN, tick=False):
        assert [Client().get(f"/actions/march{end}").status_code for end in ("/", ".ics")] == [200, 404]
    assert tick(OPEN + timedelta(days=1)) == 0


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;COUNT=2", "FREQ=MONTHLY;BYDAY=SA;COUNT=2"])
def test_a_series_waits_for_its_last_date(rule: str) -> None:
    action = make_action(recurrence_rule=rule)
    postpone_action(action.pk, by=None, now=LATER)
    assert [tick(OPEN + timedelta(days=days)) for days in (0, 6, 7)] == [0, 0, 1]
    assert not Occurrence.objects.exists()


def test_a_date_that_comes_back_gives_it_the_same_uid_and_a_newer_version() -> None:
    action = make_action()
    postpone_action(action.pk, by=None, now=LATER)
    before = Occurrence.objects.get()
    tick(OPEN)
    move_action_in_time(
        action.pk, start_date=OPEN.date() + timedelta(days=9), start_time=None, by=None, now=OPEN + timedelta(hours=1)
    )
    after = Occurrence.objects.get()
    assert (after.uid, after.sequence > before.sequence, after.stays_until) == (before.uid, True, None)
    assert Action.objects.get().status == "scheduled"


def test_others_keep_their_dates() -> None:
    make_action()
    draft = make_action(publish=False)
    tick(OPEN + timedelta(days=30))
    assert Occurrence.objects.count() == 2
    assert draft.start_date is not None


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=SA"])
def test_a_series_without_an_end_goes_on_from_its_new_date(rule: str) -> None:
    action = make_action(recurrence_rule=rule)
    postpone_action(action.pk, by=None, now=LATER)
    assert tick(LATER + timedelta(days=15)) == 1
    row = Action.objects.get()
    assert (row.recurrence_rule, row.recurrence_rule_before, row.occurrences.count()) == ("", rule, 0)
    move_action_in_time(action.pk, start_date=date(2026, 4, 4), start_time=time(14), by=None, now=OPEN)
    row = Action.objects.get()
    days = list(row.occurrences.in_order().values_list("start_date", flat=True))[:3]
    assert (row.status, row.recurrence_rule, row.recurrence_rule_before) == ("scheduled", rule, "")
    assert days == [date(2026, 4, 4), date(2026, 4, 11), date(2026, 4, 18)]
    assert stored_texts() == fresh_texts()


def test_a_new_date_that_is_no_day_of_the_series_is_refused_until_it_repeats_otherwise() -> None:
    action = make_action(recurrence_rule="FREQ=WEEKLY;BYDAY=SA")
    postpone_action(action.pk, by=None, now=LATER)
    tick(LATER + timedelta(days=15))
    friday = date(2026, 4, 3)
    with pytest.raises(BadValue) as refused:
        move_action_in_time(action.pk, start_date=friday, start_time=time(14), by=None, now=OPEN)
    assert (refused.value.field, "Saturday, 4 April 2026" in refused.value.sentence) == ("start_date", True)
    values = {"start_date": friday, "recurrence_rule": "FREQ=WEEKLY;BYDAY=FR"}
    edit_action(action.pk, values, by=None, now=OPEN)
    row = Action.objects.get()
    assert (row.recurrence_rule, row.recurrence_rule_before) == ("FREQ=WEEKLY;BYDAY=FR", "")
    assert row.occurrences.count() > 50
