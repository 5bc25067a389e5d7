"""Single dates of a series at the desk: their list, and the pages that cancel or move one alone."""

import html as markup
import re
from datetime import date, time

import pytest
import time_machine

from rallies.models import Change, Occurrence
from rallies.operations.actions import cancel_action, edit_action, publish_action
from rallies.operations.series_dates import cancel_date, move_date, skip_date, take_up_date
from tests.factories import make_action

from .forms import NOW, errors_of, messages_of, told_of

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


def test_each_month_is_a_small_calendar_whose_days_lead_to_what_can_be_done(desk, series):
    cancel_date(series[2].pk, by=None, now=NOW)
    move_date(series[3].pk, start_date=date(2026, 12, 1), start_time=time(9), by=None, now=NOW)
    html = desk.get(page_of(series[0].action_id)).content.decode()
    months = re.findall(r'<table class="desk-month">(.*?)</table>', html, re.DOTALL)[:2]
    assert [re.search(r"<caption>(.*?)<", month)[1] for month in months] == ["November 2026", "December 2026"]
    days = [
        re.findall(r'href="#(date-\d+)"(?: data-state="(\w+)")?><[^>]+>(\d+)</span><[^>]+>(.*?)<', month)
        for month in months
    ]
    assert days == [
        [
            (f"date-{series[1].pk}", "", "5", "Thursday, 5 November 2026, 18:00"),
            (f"date-{series[2].pk}", "cancelled", "12", "Thursday, 12 November 2026, 18:00, Cancelled"),
        ],
        [
            (
                f"date-{series[3].pk}",
                "moved",
                "1",
                "Tuesday, 1 December 2026, 09:00, Moved from Thursday, 19 November 2026, 18:00",
            )
        ],
    ]
    assert all(html.count(f'id="{key}"') == 1 for month in days for key, *_ in month)
    # 1 November 2026 is a Sunday, and weeks begin on Monday.
    first = re.findall(r"<td>(.*?)</td>", months[0])[:8]
    assert first == ["", "", "", "", "", "", "1", "2"]


def test_what_is_no_series_has_no_list_and_a_draft_says_when_it_can(desk, series):
    once = make_action(start_date=date(2026, 11, 28), now=NOW)
    draft = make_action(start_date=date(2026, 11, 28), recurrence_rule="FREQ=DAILY;COUNT=2", publish=False, now=NOW)
    assert (listed(desk, once.pk), [steps for _, steps in listed(desk, draft.pk)]) == ([], [["skip-date"]] * 2)
    assert "can be skipped here until the action is published" in desk.get(page_of(draft.pk)).content.decode()
    cancel_action(series[0].action_id, by=None, now=NOW)
    assert [steps for _, steps in listed(desk, series[0].action_id)] == [[], [], []]


@pytest.fixture
def draft():
    return make_action(
        start_date=date(2026, 11, 5),
        start_time=time(18),
        recurrence_rule="FREQ=WEEKLY;COUNT=3",
        publish=False,
        now=NOW,
    )


def take_up(action, day):
    return f"/admin/rallies/action/{action.pk}/skipped/{day}/take-up-date/"


def test_skip_one_date_of_a_draft_and_take_it_up_again(desk, draft):
    row = draft.occurrences.in_order()[1]
    html = desk.get(step_of(row, "skip-date")).content.decode()
    assert '<p class="desk-when">Thursday, 12 November 2026, 18:00</p>' in html
    assert "It does not take place" in html and "Feeds tell calendars" not in html
    assert draft.occurrences.count() == 3
    assert messages_of(desk.post(step_of(row, "skip-date"), {}, follow=True)) == ["The date is skipped."]
    assert listed(desk, draft.pk) == [
        ("Thursday, 5 November 2026, 18:00", ["skip-date"]),
        ("Thursday, 12 November 2026, 18:00 Skipped", ["take-up-date"]),
        ("Thursday, 19 November 2026, 18:00", ["skip-date"]),
    ]
    html = desk.get(page_of(draft.pk)).content.decode()
    assert '<ul class="repeats-next"><li>Thursday, 5 November 2026</li><li>Thursday, 19 November 2026</li></ul>' in html
    assert 'href="#date-20261112-skipped" data-state="skipped"' in html and 'id="date-20261112-skipped"' in html
    assert "Feeds tell calendars" not in desk.get(take_up(draft, "2026-11-12")).content.decode()
    answer = desk.post(take_up(draft, "2026-11-12"), {}, follow=True)
    assert messages_of(answer) == ["The date is taken up again."]
    assert [steps for _, steps in listed(desk, draft.pk)] == [["skip-date"]] * 3


def test_what_a_public_series_skips_can_be_taken_up_and_nothing_more_is_skipped(desk, draft):
    for row in draft.occurrences.in_order()[:2]:
        desk.post(step_of(row, "skip-date"), {})
    publish_action(draft.pk, by=None, now=NOW)
    assert [steps for _, steps in listed(desk, draft.pk)] == [["take-up-date"]] * 2 + [["move-date", "cancel-date"]]
    assert "Feeds tell calendars to ask" in desk.get(take_up(draft, "2026-11-12")).content.decode()
    [last] = draft.occurrences.all()
    page = desk.post(step_of(last, "skip-date"), {}).content.decode()
    assert "Calendars have had this date: cancel it instead" in page
    cancel_action(draft.pk, by=None, now=NOW)
    assert [steps for _, steps in listed(desk, draft.pk)] == [[], [], []]
    page = desk.post(take_up(draft, "2026-11-12"), {}).content.decode()
    assert "The whole action is cancelled: undo that first." in page


def test_days_that_are_not_skipped_are_not_there(desk, draft):
    for day in ("2026-11-12", "2026-13-99", "x"):
        assert desk.get(take_up(draft, day)).status_code == 404


def test_the_last_date_is_not_skipped(desk, draft):
    rows = list(draft.occurrences.in_order())
    for row in rows[:2]:
        desk.post(step_of(row, "skip-date"), {})
    assert "No other date would be left" in desk.post(step_of(rows[2], "skip-date"), {}).content.decode()


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
    assert "Feeds tell calendars to ask every 4 hours" in html
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
        "start_time": "On Sunday, 14 March 2027 clocks in America/Chicago jump over 02:30. The nearest times that exist are 01:59"
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


def test_the_history_names_the_days_that_were_skipped_and_taken_up_in_words(desk):
    draft = make_action(start_date=FIRST, recurrence_rule="FREQ=WEEKLY;COUNT=5", publish=False, now=NOW)
    fifth, twelfth = draft.occurrences.in_order()[1:3]
    for row in (fifth, twelfth):
        skip_date(row.pk, by=None, now=NOW)
    take_up_date(draft.pk, day=fifth.start_date, by=None, now=NOW)
    both = "Thursday, 5 November 2026; Thursday, 12 November 2026"
    told = [row[2:] for row in told_of(desk, f"/admin/rallies/action/{draft.pk}/history/") if "skipped dates" in row]
    assert told == [
        ["skipped dates", both, "Thursday, 12 November 2026"],
        ["skipped dates", "Thursday, 5 November 2026", both],
        ["skipped dates", "", "Thursday, 5 November 2026"],
    ]
