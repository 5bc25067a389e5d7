"""How an action repeats, asked and said at the desk."""

import html as markup
import re
from datetime import date, time

import pytest
import time_machine
from django.http import QueryDict

from rallies.admin.repeats import PreviewForm, RepeatsField
from rallies.models import Action, Change
from rallies.operations.actions import edit_action, publish_action
from rallies.operations.series_dates import skip_date
from tests.factories import make_action
from tests.people import at_the_desk, make_person

from .forms import NOW, errors_of, shown

# The form and its words; that rules are stored and made into dates alike is asked of operations and series.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

THURSDAY = date(2026, 11, 26)
UNTOUCHED = {"every": "", "interval": "1", "number": "", "weekday": "", "ends": "", "until": "", "count": ""}
PREVIEW = "/admin/rallies/action/repeats/"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def parts(**typed):
    return {f"recurrence_rule_{name}": value for name, value in {**UNTOUCHED, **typed}.items()}


def make_series(rule, **changes):
    usual = {"title": "Vigil", "slug": "vigil", "start_date": THURSDAY, "start_time": time(18), "now": NOW}
    return make_action(**{**usual, "recurrence_rule": rule, **changes})


def page_of(action):
    return f"/admin/rallies/action/{action.pk}/change/"


def save(desk, action, **typed):
    """Send the form back as it was shown, but for what is typed."""
    return desk.post(page_of(action), {**shown(desk, page_of(action)), **typed})


def said(html):
    """What stands below the field: its paragraphs, and the days."""
    html = html.split('data-said-asks="recurrence_rule start_date start_time">')[-1].split("</div>")[0]
    words = [
        markup.unescape(found.strip()) for found in re.findall(r"<(?:p|li)[^>]*>(.*?)</(?:p|li)>", html, re.DOTALL)
    ]
    return [word for word in words if word != "The next dates:"]


RULES = [
    ({"every": ""}, ""),
    ({"every": "day", "interval": "2"}, "FREQ=DAILY;INTERVAL=2"),
    ({"every": "week"}, "FREQ=WEEKLY"),
    ({"every": "week", "days": ["3"]}, "FREQ=WEEKLY"),
    ({"every": "week", "days": ["3", "0"], "ends": "count", "count": "10"}, "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10"),
    ({"every": "week", "interval": "2", "ends": "day", "until": "2027-04-30"}, "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270430"),
    ({"every": "month-day"}, "FREQ=MONTHLY"),
    ({"every": "month-weekday", "number": "4", "weekday": "3"}, "FREQ=MONTHLY;BYDAY=4TH"),
    ({"every": "month-weekday", "number": "-1", "weekday": "3"}, "FREQ=MONTHLY;BYDAY=-1TH"),
    ({"every": "year"}, "FREQ=YEARLY"),
]


@pytest.mark.parametrize(("typed", "rule"), RULES)
def test_what_is_chosen_becomes_the_rule_and_is_shown_again_unchanged(desk, typed, rule):
    action = make_series("FREQ=YEARLY;INTERVAL=9")
    assert save(desk, action, **parts(**typed)).status_code == 302
    action.refresh_from_db()
    assert action.recurrence_rule == rule
    count = Change.objects.count()
    assert save(desk, action).status_code == 302
    action.refresh_from_db()
    assert (action.recurrence_rule, Change.objects.count()) == (rule, count)


def test_what_to_do_with_a_date_that_shall_not_take_place_is_said_beside_the_rule(desk):
    skips, cancels = "save first without publishing, and skip it", "is cancelled under “Single dates”"
    pages = ["/admin/rallies/action/add/", page_of(make_series("FREQ=WEEKLY", publish=False))]
    pages.append(page_of(make_series("FREQ=WEEKLY", slug="public")))
    found = [desk.get(page).content.decode() for page in pages]
    assert [(skips in page, cancels in page) for page in found] == [(True, False), (True, False), (False, True)]


def test_a_new_action_repeats(desk):
    typed = {"title": "Vigil", "kind": "vigil", "start_date": "2026-11-26", "start_time": "18:00"}
    form = {**shown(desk, "/admin/rallies/action/add/"), **typed, **parts(every="week", ends="count", count="3")}
    assert desk.post("/admin/rallies/action/add/", form).status_code == 302
    action = Action.objects.get()
    assert [row.start_date.day for row in action.occurrences.in_order()] == [26, 3, 10]


@pytest.mark.parametrize(
    "rule", ["FREQ=MONTHLY;BYMONTHDAY=1,26", "FREQ=WEEKLY;BYDAY=MO", "freq=weekly;until=20270430t180000"]
)
def test_a_rule_from_outside_is_kept_to_the_letter_while_something_else_changes(desk, rule):
    action = make_series(rule)
    assert save(desk, action, title="Vigil two").status_code == 302
    action.refresh_from_db()
    assert (action.title, action.recurrence_rule) == ("Vigil two", rule)


def test_a_rule_that_the_field_cannot_say_is_shown_as_it_is_and_can_be_replaced(desk):
    action = make_series("FREQ=MONTHLY;BYMONTHDAY=1,26")
    html = desk.get(page_of(action)).content.decode()
    assert '<option value="keep" selected>As it is now, by a rule of its own</option>' in html
    assert said(html)[:2] == ["By a rule of its own: FREQ=MONTHLY;BYMONTHDAY=1,26", "Thursday, 26 November 2026"]
    save(desk, action, **parts(every="month-day"))
    action.refresh_from_db()
    assert action.recurrence_rule == "FREQ=MONTHLY"


def test_what_somebody_else_chose_meanwhile_is_not_undone(desk):
    action = make_series("FREQ=WEEKLY")
    form = shown(desk, page_of(action))
    save(desk, action, **parts(every="day"))
    desk.post(page_of(action), {**form, "title": "Vigil two"})
    action.refresh_from_db()
    assert (action.title, action.recurrence_rule) == ("Vigil two", "FREQ=DAILY")


NEAREST = (
    "The series begins on Thursday, 26 November 2026, which is not one of the days that it repeats on. The nearest"
    " that are: {}, and {}. Choose one of these as the date, or other days to repeat on."
)
ERRORS = [
    ({"every": "week", "days": ["0"]}, NEAREST.format("Monday, 23 November 2026", "Monday, 30 November 2026")),
    (
        {"every": "month-weekday", "number": "2", "weekday": "3"},
        NEAREST.format("Thursday, 12 November 2026", "Thursday, 10 December 2026"),
    ),
    ({"every": "month-weekday", "number": "2"}, "Say which weekday of the month it is, such as the second Thursday."),
    ({"every": "month-weekday", "weekday": "8", "number": "2"}, "Say which weekday of the month it is, such as the second Thursday."),
    ({"every": "week", "ends": "day"}, "Give the last day, like 2027-03-14."),
    ({"every": "week", "ends": "day", "until": "soon"}, "Give the last day, like 2027-03-14."),
    ({"every": "week", "ends": "day", "until": "2026-11-25"}, "The series ends before it begins. Give a later last day."),
    ({"every": "week", "ends": "count", "count": "1"}, "Say how many dates there are in all: a number from 2 to 750."),
    ({"every": "week", "ends": "count", "count": "²"}, "Say how many dates there are in all: a number from 2 to 750."),
    (
        {"every": "week", "interval": "0"},
        "Say how many days, weeks, months or years it is from one date to the next: a number from 1 to 99.",
    ),
    ({"every": "hour"}, "Choose how it repeats from the list."),
    (
        {"every": "", "days": ["0"]},
        "Weekdays are ticked, and go with “Every week” alone: choose that, or untick them.",
    ),
    (
        {"every": "month-day", "number": "1"},
        "A weekday of the month is chosen, and goes with “Every month on a certain weekday” alone: choose that, or empty it.",
    ),
    ({"every": "week", "until": "2027-04-30"}, "A last day is given: choose that it ends on a day, or empty it."),
    ({"every": "week", "count": "4"}, "A number of dates is given: choose that it ends after it, or empty it."),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "sentence"), ERRORS)
def test_what_cannot_be_stands_beside_the_field_with_what_was_typed(desk, typed, sentence):
    action = make_series("FREQ=DAILY")
    answer = save(desk, action, **parts(**typed), title="Vigil two")
    assert (answer.status_code, errors_of(answer)) == (200, {"recurrence_rule": sentence})
    form = answer.context["adminform"].form
    assert form["recurrence_rule"].value() == {"days": [], **UNTOUCHED, **typed}
    assert 'aria-invalid="true"' in answer.content.decode()
    action.refresh_from_db()
    assert (action.title, action.recurrence_rule) == ("Vigil", "FREQ=DAILY")
    # The same is said while one types.
    query = {**parts(**typed), "start_date": "2026-11-26", "start_time": "18:00"}
    assert said(desk.get(PREVIEW, query).content.decode()) == [sentence]


def test_moving_the_date_off_the_days_of_the_series_is_said_and_a_plain_weekly_one_goes_along(desk):
    action = make_series("FREQ=WEEKLY;BYDAY=MO,TH")
    answer = save(desk, action, start_date="2026-11-27")
    assert list(errors_of(answer)) == ["recurrence_rule"]
    plain = make_series("FREQ=WEEKLY", slug="plain")
    assert save(desk, plain, start_date="2026-11-27").status_code == 302
    assert [row.start_date for row in plain.occurrences.in_order()][:2] == [date(2026, 11, 27), date(2026, 12, 4)]


def test_a_series_needs_a_date(desk):
    action = make_series("", start_date=None, start_time=None)
    answer = save(desk, action, **parts(every="week"))
    assert errors_of(answer) == {"start_date": "Without a date there is no time: give the date too."}
    assert said(desk.get(PREVIEW, parts(every="week")).content.decode()) == ["Give the date that it begins with."]


def test_the_form_of_a_series_says_it_as_a_sentence_with_its_next_dates(desk):
    action = make_series("FREQ=MONTHLY;COUNT=7", start_date=date(2026, 10, 31))
    assert said(desk.get(page_of(action)).content.decode()) == [
        "Every month on day 31 at 18:00, 7 times",
        "Months without day 31 are left out.",
        "Thursday, 31 December 2026",
        "Sunday, 31 January 2027",
        "Wednesday, 31 March 2027",
        "Monday, 31 May 2027",
        "Saturday, 31 July 2027",
    ]
    assert said(desk.get("/admin/rallies/action/add/").content.decode()) == []


def test_the_sentence_follows_what_is_typed(desk):
    typed = {**parts(every="week", days=["0", "3"], ends="day", until="2026-12-03"), "start_date": "2026-11-26"}
    assert said(desk.get(PREVIEW, {**typed, "start_time": "6:30 pm"}).content.decode()) == [
        "Every week on Monday and Thursday at 18:30, until 3 December 2026",
        "Thursday, 26 November 2026",
        "Monday, 30 November 2026",
        "Thursday, 3 December 2026",
    ]
    assert said(desk.get(PREVIEW, {**typed, "start_time": ""}).content.decode())[0].startswith(
        "Every week on Monday and Thursday, until"
    )
    past = {**parts(every="week", ends="count", count="2"), "start_date": "2026-01-01"}
    assert said(desk.get(PREVIEW, past).content.decode()) == ["Every week on Thursday, 2 times", "No date is to come."]
    assert said(desk.get(PREVIEW, {"start_date": "2026-11-26"}).content.decode()) == []


def test_the_sentence_leaves_out_what_is_skipped_and_goes_along_where_the_series_moves(desk):
    action = make_series("FREQ=WEEKLY;COUNT=4", start_date=date(2026, 11, 26), publish=False)
    skip_date(action.occurrences.in_order()[1].pk, by=None, now=NOW)
    page = desk.get(page_of(action)).content.decode()
    assert '<input type="hidden" name="recurrence_rule_skipped" value="2026-12-03">' in page
    typed = {
        **parts(every="week", ends="count", count="4"),
        "initial-start_date": "2026-11-26",
        "recurrence_rule_skipped": "2026-12-03",
    }

    def days(**changes):
        return said(desk.get(PREVIEW, {**typed, "start_date": "2026-11-26", **changes}).content.decode())[1:]

    assert (
        days()
        == said(page)[1:]
        == ["Thursday, 26 November 2026", "Thursday, 10 December 2026", "Thursday, 17 December 2026"]
    )
    # A day later, as it will be once that is saved.
    later = ["Friday, 27 November 2026", "Friday, 11 December 2026", "Friday, 18 December 2026"]
    assert days(start_date="2026-11-27") == later
    edit_action(action.pk, {"start_date": date(2026, 11, 27)}, by=None, now=NOW)
    assert said(desk.get(page_of(action)).content.decode())[1:] == later
    assert len(days(recurrence_rule_skipped="soon 9999-99-99")) == 4


@pytest.mark.parametrize("kept", ["FREQ=HOURLY", "<b>", "FREQ=MONTHLY;BYMONTHDAY=1,26", "x" * 9999, "\0"])
def test_the_sentence_of_a_rule_from_outside_is_said_or_refused(desk, kept):
    query = {**parts(every="keep"), "start_date": "2026-11-26", "initial-recurrence_rule": kept}
    answer = desk.get(PREVIEW, query)
    assert (answer.status_code, "<b>" in answer.content.decode()) == (200, False)
    assert len(said(answer.content.decode())) >= 1


def test_the_preview_is_closed_to_strangers(client):
    answer = client.get(PREVIEW, parts(every="week"))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


def test_who_may_change_no_action_sees_no_preview(db):
    assert at_the_desk(make_person()).get(PREVIEW, parts(every="week")).status_code == 403


def test_a_form_without_the_field_changes_nothing():
    field = RepeatsField(required=False)
    value = field.widget.value_from_datadict(QueryDict(""), {}, "recurrence_rule")
    assert (value, field.has_changed("", value), field.clean(value)) == (None, False, "")
    assert PreviewForm(QueryDict("")).said(today=NOW.date()).sentence == ""


def test_the_first_months_of_what_is_typed_stand_below_as_small_calendars(desk):
    typed = {"start_date": "2026-11-26", **parts(every="week", interval="2", ends="count", count="9")}
    html = desk.get(PREVIEW, typed).content.decode()
    months = re.findall(r"<caption>(.*?)</caption>(.*?)</table>", html, re.DOTALL)
    days = [(name, re.findall(r'<strong class="desk-month-date">(\d+)<', month)) for name, month in months]
    assert days == [
        ("November 2026", ["26"]),
        ("December 2026", ["10", "24"]),
        ("January 2027", ["7", "21"]),
    ]


def test_days_picked_in_the_small_calendar_are_skipped_with_the_saving_and_taken_up_with_another(desk):
    new = desk.get("/admin/rallies/action/add/").content.decode()
    assert '<input type="hidden" name="recurrence_rule_picked" value="">' in new
    typed = {**parts(every="week", ends="count", count="4"), "recurrence_rule_picked": "1"}
    days = {"start_date": "2026-11-26", "recurrence_rule_skipped": "2026-12-03 2026-12-10"}
    shown_ = desk.get(PREVIEW, {**typed, **days}).content.decode()
    assert 'data-repeats-skips="2026-12-03 2026-12-10"' in shown_
    assert re.findall(r'data-state="skipped" data-day="([\d-]+)"', shown_) == ["2026-12-03", "2026-12-10"]
    # The series begins with its first day.
    assert re.findall(r'date" data-day="([\d-]+)"', shown_) == ["2026-12-17"]

    action = make_series("FREQ=WEEKLY;COUNT=4", start_date=date(2026, 11, 26), publish=False)
    sent = {**shown(desk, page_of(action)), **typed}
    desk.post(page_of(action), {**sent, "recurrence_rule_skipped": "2026-12-03 2026-12-10 2026-12-11"})
    assert Action.objects.get().skipped_days == ["2026-12-03", "2026-12-10"]
    # As long as nobody picks, what the form shows changes nothing.
    desk.post(page_of(action), {**sent, "recurrence_rule_picked": "", "recurrence_rule_skipped": ""})
    desk.post(page_of(action), {**sent, "recurrence_rule_skipped": "soon"})
    assert Action.objects.get().skipped_days == ["2026-12-03", "2026-12-10"]
    desk.post(page_of(action), {**sent, "recurrence_rule_skipped": "2026-12-10"})
    assert Action.objects.get().skipped_days == ["2026-12-10"]
    publish_action(action.pk, by=None, now=NOW)
    page = desk.get(page_of(action)).content.decode()
    assert "recurrence_rule_picked" not in page and "data-day" not in page
    desk.post(page_of(action), {**sent, "recurrence_rule_skipped": ""})
    assert Action.objects.get().skipped_days == ["2026-12-10"]
