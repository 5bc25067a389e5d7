"""From when on a withheld place is shown, chosen on a phone in another zone: the field comes, and the sentence follows."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from rallies.models import Action
from rallies.operations.accounts import create_administrator
from tests.factories import make_location

from .desk import sign_in

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
IN_WORDS = "Until Friday, 21 November 2098, 09:00 in Tucson (Mountain Standard Time) the public sees only: Tucson"


@pytest.fixture
def desk(transactional_db, staff_page):
    make_location(venue="River Park", street_address="", locality="Tucson", region="", timezone="America/Phoenix")
    _user, password = create_administrator(username="admin", now=timezone.now())
    staff_page.set_viewport_size(PHONE)
    sign_in(staff_page, password)
    staff_page.goto("/admin/rallies/action/add/")
    return staff_page


def test_a_moment_is_chosen_on_a_phone(desk):
    said = desk.locator("[data-reveal] [data-said]")
    day, clock = desk.locator("#id_place_revealed_from_day"), desk.locator("#id_place_revealed_from_time")
    desk.get_by_role("textbox", name="Title").fill("Vigil by the river")
    desk.get_by_role("combobox", name="Place").fill("River")
    desk.get_by_role("option", name="River Park").click()
    desk.get_by_role("heading", name="What the public sees of the place").click()
    said.get_by_text("The public sees the whole address: River Park, Tucson").wait_for()
    assert not day.is_visible()
    desk.get_by_label("The city until a moment, then the exact place").check()
    said.get_by_text("Say from when on the exact place may be shown.").wait_for()
    day.fill("2098-11-21")
    clock.fill("09:00")
    said.get_by_text(IN_WORDS).wait_for()
    assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    # What is folded away does not count.
    desk.get_by_label("The city only").check()
    said.get_by_text("The exact place never appears").wait_for()
    assert not day.is_visible()
    desk.get_by_label("The city until a moment, then the exact place").check()
    said.get_by_text(IN_WORDS).wait_for()
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_text(IN_WORDS).first.wait_for()
    assert Action.objects.get().place_revealed_from == datetime(2098, 11, 21, 16, tzinfo=UTC)
