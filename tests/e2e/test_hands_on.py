"""Somebody who organizes one group and contributes to another: the button says what becomes of the action."""

import pytest
from django.urls import reverse

from rallies.models import Action
from tests.factories import make_action, make_organizer
from tests.people import make_person

from .desk import sign_in

pytestmark = pytest.mark.e2e
PASSWORD = "a-long-password-of-tests"


def buttons(page) -> list[str]:
    return [each.input_value() for each in page.locator(".submit-row input").all() if each.is_visible()]


def test_the_button_follows_the_host(transactional_db, context, live_server):
    river, hill = make_organizer(name="River Group"), make_organizer(name="Hill Group")
    make_person(username="max", password=PASSWORD, organizes=(river,), contributes=(hill,))
    page = context.new_page()
    sign_in(page, PASSWORD, username="max")
    page.goto(reverse("admin:rallies_action_add"))
    said = {}
    for group in ("River Group", "Hill Group"):
        page.get_by_label("Host", exact=True).select_option(label=group)
        said[group] = buttons(page)
    assert said == {"River Group": ["Save", "Save and publish"], "Hill Group": ["Save", "Save and submit"]}
    page.get_by_role("textbox", name="Title").fill("Picnic")
    page.get_by_label("The time is to be announced").check()
    page.get_by_role("button", name="Save and submit").click()
    page.get_by_text("Saved and submitted").wait_for()
    assert Action.objects.get().publication == "submitted"

    draft = make_action(hosts=[river], publish=False)
    page.goto(reverse("admin:rallies_action_change", args=[draft.pk]))
    assert buttons(page) == ["Save", "Save and publish"]
    page.get_by_label("Take off when saving").check()
    assert buttons(page) == ["Save"]
