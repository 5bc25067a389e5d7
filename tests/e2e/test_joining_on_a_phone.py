"""An owner with a phone invites somebody, who joins on another phone, forgets the password and is let in again."""

import pytest

from tests.factories import make_organizer
from tests.people import make_owner, make_person, people_of, put_into

from .desk import sign_in

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
PASSWORD = "four words for a door"


@pytest.fixture
def group(transactional_db):
    group = make_organizer(name="River Group")
    owner = make_person("owner", password=PASSWORD)
    put_into(group, owner, is_owner=True)
    make_owner(make_organizer(), "stranger")
    return group


@pytest.fixture
def owner(group, context, live_server):
    page = context.new_page()
    page.set_viewport_size(PHONE)
    sign_in(page, PASSWORD, username="owner")
    return page


@pytest.fixture
def newcomer(browser, live_server):
    context = browser.new_context(viewport=PHONE)
    complaints = []
    context.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
    yield context.new_page()
    context.close()
    assert complaints == []


def made_link(page, live_server) -> str:
    """The link that the page shows, on the host of this test."""
    path = "/account/" + page.locator(".desk-link").inner_text().partition("/account/")[2]
    fits(page)
    return live_server.url + path


def fits(page) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_invites_joins_and_is_let_in_again(owner, newcomer, group, live_server):
    owner.get_by_role("link", name="My groups").click()
    owner.get_by_role("link", name="People").click()
    owner.get_by_role("link", name="Invite somebody").click()
    owner.get_by_label("Organizer", exact=False).check()
    fits(owner)
    owner.get_by_role("button", name="Make the invitation").click()

    newcomer.goto(made_link(owner, live_server))
    fits(newcomer)
    newcomer.get_by_label("Username").fill("newcomer")
    newcomer.get_by_label("Name to show").fill("Ana")
    newcomer.get_by_label("Password").fill(PASSWORD)
    newcomer.get_by_role("button", name="Make the account and join").click()
    newcomer.get_by_text("Welcome: your account is made.").wait_for()
    assert people_of(group) == [("newcomer", "organizer", False), ("owner", "organizer", True)]

    owner.get_by_role("link", name="Go back").click()
    fits(owner)
    owner.get_by_role("link", name="Recovery link… Ana").click()
    owner.get_by_role("button", name="Make a recovery link").click()
    newcomer.goto(made_link(owner, live_server))
    newcomer.get_by_label("Password").fill("another four words here")
    newcomer.get_by_role("button", name="Set the password").click()
    newcomer.get_by_text("Everywhere else you are signed out.").wait_for()
