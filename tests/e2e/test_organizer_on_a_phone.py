"""An organizer with a phone: signs in, adds an action, sees it everywhere, calls it off."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from rallies.operations.accounts import create_administrator
from tests.factories import make_campaign, make_location

from .desk import sign_in

pytestmark = pytest.mark.e2e

TITLE = "Vigil by the river"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def desk(transactional_db, context, live_server):
    """A phone at the desk, and a visitor's browser beside it."""
    make_location(venue="River Park", locality="Portland", country="US", timezone="America/Los_Angeles")
    make_campaign(name="Autumn week", slug="autumn-week")
    _user, password = create_administrator(username="admin", now=timezone.now())
    page = context.new_page()
    page.set_viewport_size(PHONE)
    sign_in(page, password)
    return page


@pytest.fixture
def visitor(browser, live_server):
    visiting = browser.new_context(base_url=live_server.url, viewport=PHONE)
    yield visiting.new_page()
    assert visiting.cookies() == []
    visiting.close()


def test_adds_an_action_sees_it_everywhere_and_cancels_it(desk, visitor):
    day = (timezone.now() + timedelta(days=10)).date()
    month = f"/actions/month/{day:%Y-%m}/"

    desk.get_by_role("link", name="Add an action").first.click()
    desk.get_by_role("textbox", name="Title").fill(TITLE)
    desk.get_by_label("Kind", exact=False).first.select_option("vigil")
    desk.locator("#id_start_date").fill(day.isoformat())
    desk.locator("#id_start_time").fill("18:30")
    desk.locator("#select2-id_location-container").click()
    desk.locator(".select2-search__field").fill("River")
    desk.locator(".select2-results__option", has_text="River Park").click()
    assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    desk.get_by_role("button", name="Save and publish").click()
    desk.get_by_text("published", exact=False).first.wait_for()

    for path in ("/", "/actions/", month):
        visitor.goto(path)
        assert visitor.get_by_text(TITLE).first.is_visible(), path
    assert answers(visitor, month_of=day) == dict.fromkeys(("ics", "csv", "geojson", "api"), "scheduled")

    desk.get_by_role("link", name="Cancel…").click()
    desk.locator("textarea[name=message]").fill("The park is flooded.")
    desk.get_by_role("button", name="Cancel the action").click()
    desk.get_by_text("The park is flooded.").first.wait_for()

    visitor.goto("/actions/")
    visitor.get_by_role("link", name=TITLE).click()
    banner = visitor.locator(".banner").first
    assert "Cancelled" in banner.inner_text() and "The park is flooded." in banner.inner_text()
    assert answers(visitor, month_of=day) == dict.fromkeys(("ics", "csv", "geojson", "api"), "cancelled")


def answers(page, *, month_of):
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
