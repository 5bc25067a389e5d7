"""How an action repeats, chosen on a phone: what does not fit is folded away, and the sentence follows."""

from datetime import date

import pytest
from django.utils import timezone

from rallies.models import Action, Occurrence
from rallies.operations.accounts import create_administrator
from tests.factories import make_action, make_location

from .desk import sign_in

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
THURSDAY = date(2098, 10, 2)


@pytest.fixture
def desk(transactional_db, staff_page):
    make_location(venue="River Park", locality="Portland", country="US", timezone="America/Los_Angeles")
    _user, password = create_administrator(username="admin", now=timezone.now())
    staff_page.set_viewport_size(PHONE)
    sign_in(staff_page, password)
    staff_page.goto("/admin/rallies/action/add/")
    staff_page.get_by_role("heading", name="End, repetition and time zone").click()
    return staff_page


def shown(page):
    """The names of the parts that are to be seen."""
    parts = page.locator("[data-repeats] :is(input, select):visible")
    names = [part.get_attribute("name").removeprefix("recurrence_rule_") for part in parts.all()]
    return list(dict.fromkeys(names))


def test_only_the_parts_that_fit_are_seen_and_sent(desk):
    every, ends = desk.locator("[name=recurrence_rule_every]"), desk.locator("[name=recurrence_rule_ends]")
    seen = {"": shown(desk)}
    for chosen in ("day", "week", "month-day", "month-weekday"):
        every.select_option(chosen)
        seen[chosen] = shown(desk)
    ends.select_option("count")
    assert (seen, shown(desk)) == (
        {
            "": ["every"],
            "day": ["every", "interval", "ends"],
            "week": ["every", "interval", "days", "ends"],
            "month-day": ["every", "interval", "ends"],
            "month-weekday": ["every", "interval", "number", "weekday", "ends"],
        },
        ["every", "interval", "number", "weekday", "ends", "count"],
    )


def test_the_sentence_follows_and_what_was_folded_away_is_not_sent(desk):
    said = desk.locator("[data-repeats] [data-said]")
    desk.get_by_role("textbox", name="Title").fill("Vigil by the river")
    desk.locator("[name=recurrence_rule_every]").select_option("week")
    said.get_by_text("Give the date that it begins with.").wait_for()
    desk.locator("#id_start_date").fill(THURSDAY.isoformat())
    desk.locator("#id_start_time").fill("18:30")
    said.get_by_text("Every week on Thursday at 18:30").wait_for()
    assert said.locator("li").all_inner_texts()[:2] == ["Thursday, 2 October 2098", "Thursday, 9 October 2098"]
    desk.get_by_label("Monday").check()
    said.get_by_text("which is not one of the days that it repeats on").wait_for()
    # The tick is out of sight, and so does not count.
    desk.locator("[name=recurrence_rule_every]").select_option("month-day")
    said.get_by_text("Every month on day 2 at 18:30").wait_for()
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_text("Saved as a draft").wait_for()
    assert Action.objects.get().recurrence_rule == "FREQ=MONTHLY"


def test_a_date_is_reached_from_the_calendar_by_keyboard_and_cancelled_on_a_phone(desk):
    action = make_action(start_date=THURSDAY, recurrence_rule="FREQ=WEEKLY;COUNT=3", now=timezone.now())
    desk.goto(f"/admin/rallies/action/{action.pk}/change/")
    desk.locator(".desk-dates > summary").focus()
    desk.keyboard.press("Enter")
    for _day in range(2):
        desk.keyboard.press("Tab")
    assert "Thursday, 9 October 2098" in desk.locator(":focus").inner_text()
    size = desk.locator(":focus").bounding_box()
    assert (size["width"] >= 40, size["height"] >= 44) == (True, True)
    desk.keyboard.press("Enter")
    row = desk.locator(".desk-date:has(:target)")
    assert row.inner_text().startswith("Thursday, 9 October 2098")
    # The keyboard goes on at the date.
    desk.keyboard.press("Tab")
    assert desk.locator(":focus").inner_text().startswith("Move…")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="Cancel this date").click()
    desk.get_by_text("The date is cancelled.").wait_for()
    assert list(Occurrence.objects.in_order().values_list("status", flat=True)) == [
        "scheduled",
        "cancelled",
        "scheduled",
    ]
    assert desk.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_date_is_skipped_and_taken_up_by_pressing_it_in_the_calendar(desk):
    desk.get_by_role("textbox", name="Title").fill("Vigil by the river")
    desk.locator("#id_start_date").fill(THURSDAY.isoformat())
    desk.locator("#id_start_time").fill("18:30")
    desk.locator("[name=recurrence_rule_every]").select_option("week")
    for day, number in (("2098-10-16", "16"), ("2098-10-23", "23"), ("2098-10-16", "16")):
        date_of = desk.get_by_role("button", name=f"Thursday, {number} October 2098")
        state = date_of.get_attribute("aria-pressed")
        date_of.click()
        desk.locator(f'button[data-day="{day}"][aria-pressed="{"false" if state == "true" else "true"}"]').wait_for()
        # It is another button now, and still the one that was pressed.
        desk.wait_for_function("id => document.activeElement.id === id", arg=f"skip-{day}")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_text("Saved as a draft").wait_for()
    action = Action.objects.get()
    assert action.skipped_days == ["2098-10-23"]
    assert date(2098, 10, 23) not in [row.start_date for row in action.occurrences.all()]
