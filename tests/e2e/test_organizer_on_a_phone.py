"""An organizer with a phone: signs in, adds an action, sees it everywhere, calls it off and on again."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.factories import make_action, make_location, make_organizer
from tests.people import make_person

from .desk import sign_in

pytestmark = pytest.mark.e2e

TITLE = "Vigil by the river"
PASSWORD = "a-long-password-of-tests"
PHONE = {"width": 390, "height": 844}


MOST_STEPS = 12
"""Of a thumb: a press, a choice, or something typed."""


@pytest.fixture
def desk(transactional_db, context, live_server):
    """A phone at the desk of an organizer, and a visitor's browser beside it."""
    park = make_location(venue="River Park", locality="Portland", country="US", timezone="America/Los_Angeles")
    group = make_organizer(name="River Group")
    # The park is known: an action was there before.
    make_action(location=park, hosts=[group], title="Years ago", start_date=date(2020, 1, 4))
    make_person(username="ana", password=PASSWORD, organizes=(group, make_organizer(name="Hill Group")))
    page = context.new_page()
    page.set_viewport_size(PHONE)
    sign_in(page, PASSWORD, username="ana")
    return page


@pytest.fixture
def visitor(browser, live_server):
    visiting = browser.new_context(base_url=live_server.url, viewport=PHONE)
    yield visiting.new_page()
    assert visiting.cookies() == []
    visiting.close()


def test_adds_an_action_sees_it_everywhere_cancels_it_and_undoes_that(desk, visitor):
    day = (timezone.now() + timedelta(days=10)).date()
    month = f"/actions/month/{day:%Y-%m}/"

    steps = [
        desk.get_by_role("link", name="Add an action").first.click,
        lambda: desk.get_by_role("textbox", name="Title").fill(TITLE),
        lambda: desk.get_by_label("Kind", exact=False).first.select_option("vigil"),
        lambda: desk.locator("#id_start_date").fill(day.isoformat()),
        lambda: desk.locator("#id_start_time").fill("18:30"),
        lambda: desk.get_by_role("combobox", name="Place").fill("river"),
        desk.get_by_role("option", name="River Park").click,
        lambda: desk.get_by_label("Host", exact=True).select_option(label="River Group"),
        lambda: desk.get_by_text("18:30 in Portland, Pacific").wait_for(),
        lambda: fits(desk),
        desk.get_by_role("button", name="Save and publish").click,
    ]
    for step in steps:
        step()
    assert len(steps) - 2 <= MOST_STEPS
    desk.get_by_text("published", exact=False).first.wait_for()

    for path in ("/", "/actions/", month):
        visitor.goto(path)
        assert visitor.get_by_text(TITLE).first.is_visible(), path
    assert answers(visitor) == dict.fromkeys(("ics", "csv", "geojson", "api"), "scheduled")

    desk.get_by_role("link", name="Cancel…").click()
    desk.locator("textarea[name=message]").fill("The park is flooded.")
    desk.get_by_role("button", name="Cancel the action").click()
    desk.get_by_text("The park is flooded.").first.wait_for()

    visitor.goto("/actions/")
    visitor.get_by_role("link", name=TITLE).click()
    banner = visitor.locator(".banner").first
    assert "Cancelled" in banner.inner_text() and "The park is flooded." in banner.inner_text()
    assert answers(visitor) == dict.fromkeys(("ics", "csv", "geojson", "api"), "cancelled")

    desk.get_by_role("link", name="Undo the cancellation…").click()
    desk.get_by_role("button", name="Put it back on").click()
    desk.get_by_role("link", name="Cancel…").wait_for()

    visitor.reload()
    assert "does not take place" not in visitor.locator("main").inner_text()
    assert visitor.locator("summary", has_text="Add to calendar").is_visible()
    assert answers(visitor) == dict.fromkeys(("ics", "csv", "geojson", "api"), "scheduled")


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def answers(page):
    """The status of the one action at every door for programs."""
    get = page.request.get
    ics = get("/actions.ics").text()
    rows = list(csv.DictReader(io.StringIO(get("/actions.csv").text().lstrip("\ufeff"))))
    features = get("/actions.geojson").json()["features"]
    results = get("/api/v1/actions/").json()["results"]
    assert [row["title"] for row in rows] == [TITLE]
    assert [feature["properties"]["title"] for feature in features] == [TITLE]
    assert [result["title"] for result in results] == [TITLE]
    assert ics.count("BEGIN:VEVENT") == 1 and TITLE in ics
    return {
        "ics": "cancelled" if "STATUS:CANCELLED" in ics else "scheduled",
        "csv": rows[0]["status"],
        "geojson": features[0]["properties"]["status"],
        "api": results[0]["status"],
    }
