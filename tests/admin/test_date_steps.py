"""Single dates of a series at the desk: their list, and the pages that cancel or move one alone."""

import html as markup
import re
from datetime import date, time

import pytest
import time_machine

from rallies.models import Change, Occurrence
from rallies.operations.actions import cancel_action, edit_action
from rallies.operations.series_dates import cancel_date, move_date
from tests.factories import make_action

from .forms import NOW, errors_of, messages_of

pytestmark = pytest.mark.django_db

FIRST = date(2026, 10, 29)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def series():
    """Thursdays; the first is over."""
    action = make_action(
        slug="vigil", start_date=FIRST, start_time=time(18), recurrence_rule="FREQ=WEEKLY;COUNT=4", now=NOW
    )
    return list(action.occurrences.in_order())


def page_of(action_id):
    return f"/admin/rallies/action/{action_id}/change/"


def step_of(row, step, *, action_id=None):
    return f"/admin/rallies/action/{action_id or row.action_id}/dates/{row.pk}/{step}/"


def listed(desk, action_id):
    """What the list says of each date, and the names of the steps that it offers."""
    html = desk.get(page_of(action_id)).content.decode()
    found = []
    for item in re.findall(r'<li class="desk-date">(.*?)</li>', html, re.DOTALL):
        said, _, links = item.partition('<div class="desk-date-steps">')
        words = " ".join(markup.unescape(re.sub(r"<[^>]+>", " ", said)).split())
        found.append((words, re.findall(r'href="[^"]+/([\w-]+)/"', links)))
    return found


def test_the_dates_to_come_stand_on_the_page_with_what_can_be_done(desk, series):
    cancel_date(series[2].pk, message="The hall is closed.", by=None, now=NOW)
    move_date(series[3].pk, start_date=date(2026, 11, 20), start_time=time(9), by=None, now=NOW)
    assert listed(desk, series[0].action_id) == [
        ("Thursday, 5 November 2026, 18:00", ["move-date", "cancel-date"]),
        ("Thursday, 12 November 2026, 18:00 Cancelled The hall is closed.", ["restore-date"]),
        (
            "Friday, 20 November 2026, 09:00 Moved from Thursday, 19 November 2026, 18:00",
            ["move-date", "move-date-back", "cancel-date"],
        ),
    ]


def test_what_is_no_series_has_no_list_and_a_draft_says_when_it_can(desk, series):
    once = make_action(start_date=date(2026, 11, 28), now=NOW)
    draft = make_action(start_date=date(2026, 11, 28), recurrence_rule="FREQ=DAILY;COUNT=2", publish=False, now=NOW)
    assert (listed(desk, once.pk), [steps for _, steps in listed(desk, draft.pk)]) == ([], [[], []])
    assert "Once it is published, a single date can" in desk.get(page_of(draft.pk)).content.decode()
    cancel_action(series[0].action_id, by=None, now=NOW)
    assert [steps for _, steps in listed(desk, series[0].action_id)] == [[], [], []]


def test_one_date_left_and_cancelled_alone_can_be_put_back_on(desk):
    action = make_action(start_date=date(2026, 11, 28), recurrence_rule="FREQ=DAILY;COUNT=2", now=NOW)
    cancel_date(action.occurrences.in_order()[0].pk, by=None, now=NOW)
    edit_action(action.pk, {"recurrence_rule": ""}, by=None, now=NOW)
    assert [steps for _, steps in listed(desk, action.pk)] == [["restore-date"]]


@pytest.mark.parametrize("step", ["move-date", "cancel-date"])
def test_a_step_names_the_date_says_what_will_be_seen_and_does_nothing_yet(desk, series, step):
    before = Change.objects.count()
    html = desk.get(step_of(series[1], step)).content.decode()
    assert '<p class="desk-when">Thursday, 5 November 2026, 18:00</p>' in html
    assert "Calendars that subscribed show it when they ask next" in html
    assert Change.objects.count() == before


def test_cancel_one_date_and_undo_it(desk, series):
    answer = desk.post(step_of(series[1], "cancel-date"), {"message": "The hall is closed."}, follow=True)
    assert messages_of(answer) == ["The date is cancelled."]
    assert list(Occurrence.objects.in_order().values_list("status", "message")) == [
        ("scheduled", ""),
        ("cancelled", "The hall is closed."),
        ("scheduled", ""),
        ("scheduled", ""),
    ]
    answer = desk.post(step_of(series[1], "restore-date"), {"message": "It opens."}, follow=True)
    assert messages_of(answer) == ["The date is back on."]
    assert set(Occurrence.objects.values_list("status", "message")) == {("scheduled", "")}
    assert list(Change.objects.order_by("number").values_list("kind", "message"))[-2:] == [
        ("date-cancelled", "The hall is closed."),
        ("date-restored", "It opens."),
    ]


def test_move_one_date_begins_with_what_there_is_and_back(desk, series):
    form = desk.get(step_of(series[1], "move-date")).context["form"]
    assert [form[name].value() for name in ("start_date", "start_time", "end_date", "end_time")] == [
        date(2026, 11, 5),
        time(18),
        None,
        None,
    ]
    desk.post(
        step_of(series[1], "move-date"), {"start_date": "2026-11-06", "start_time": "5 pm", "message": "Earlier."}
    )
    moved = Occurrence.objects.get(pk=series[1].pk)
    assert (moved.start_date, moved.start_time, moved.is_moved, moved.uid) == (
        date(2026, 11, 6),
        time(17),
        True,
        series[1].uid,
    )
    desk.post(step_of(series[1], "move-date-back"), {})
    back = Occurrence.objects.get(pk=series[1].pk)
    assert (back.start_date, back.start_time, back.is_moved) == (date(2026, 11, 5), time(18), False)


@pytest.mark.parametrize(("day", "end", "after"), [("2026-11-03", "20:00", 3), ("2026-11-07", "01:00", 8)])
def test_a_date_that_moves_takes_its_end_along(desk, day, end, after):
    action = make_action(
        start_date=FIRST, start_time=time(18), end_time=time(19), recurrence_rule="FREQ=WEEKLY;COUNT=4", now=NOW
    )
    row = action.occurrences.in_order()[1]
    form = desk.get(step_of(row, "move-date")).context["form"]
    assert (row.end_date, form["end_date"].value()) == (date(2026, 11, 5), None)
    shown = {name: form[name].value() or "" for name in ("start_date", "start_time", "end_date", "end_time")}
    shown |= {f"initial-{name}": value for name, value in shown.items()}
    desk.post(step_of(row, "move-date"), {**shown, "start_date": day, "end_time": end})
    row.refresh_from_db()
    assert (row.start_date, row.end_date) == (date.fromisoformat(day), date(2026, 11, after))


def test_what_is_refused_stands_beside_its_field_with_what_was_typed(desk, series):
    typed = {"start_date": "2027-03-14", "start_time": "02:30", "message": "Why & how"}
    answer = desk.post(step_of(series[1], "move-date"), typed)
    assert errors_of(answer) == {
        "start_time": "On 2027-03-14 clocks in America/Chicago jump over 02:30. The nearest times that exist are 01:59"
        " and 03:00."
    }
    assert "Why &amp; how" in answer.content.decode()
    cancel_date(series[1].pk, by=None, now=NOW)
    page = desk.post(step_of(series[1], "cancel-date"), {"message": "Off."}).content.decode()
    assert "This date is cancelled: put it back on first." in page and "Off.</textarea>" in page


def test_dates_of_other_actions_and_of_none_are_not_there(desk, series):
    other = make_action(now=NOW)
    assert desk.get(step_of(series[1], "cancel-date", action_id=other.pk)).status_code == 404
    for key in ("999999", "9" * 30):
        assert desk.get(f"/admin/rallies/action/{series[1].action_id}/dates/{key}/cancel-date/").status_code == 404


def test_steps_of_dates_are_closed_to_strangers(client, series):
    answer = client.post(step_of(series[1], "cancel-date"), {"message": "Off."})
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")
    assert set(Occurrence.objects.values_list("status", flat=True)) == {"scheduled"}
