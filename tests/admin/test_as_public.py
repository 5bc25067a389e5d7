"""A draft as the public will see it."""

import pytest
import time_machine
from django.test import Client

from rallies.operations.actions import publish_action
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer
from tests.people import at_the_desk, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(NOW, tick=False):
        yield


def main_of(html: str) -> str:
    """What the page says of the action, without what stands above it, and the links that only a public page has."""
    return html.partition('<article class="wrap action">')[2].partition("</article>")[0].partition('id="changes"')[0]


def test_it_is_the_page_that_the_public_sees_once_it_is_published():
    ours = make_organizer(name="Ours")
    secret = make_location(venue="Back room", street_address="5 Hidden Street")
    draft = make_action(
        title="Vigil", slug="vigil", hosts=[ours], location=secret, place_visibility="city", publish=False,
        description="Bring *candles*.", internal_note="Zyqx", contact="Zyqx", campaigns=[make_campaign(name="Week")],
    )  # fmt: skip
    organizer, page = make_person(organizes=(ours,)), f"/admin/rallies/action/{draft.pk}/as-public/"
    desk = at_the_desk(organizer)
    assert page in desk.get(f"/admin/rallies/action/{draft.pk}/change/").content.decode()
    answer = desk.get(page)
    before = answer.content.decode()
    assert '<meta name="robots" content="none, noarchive">' in before and 'rel="canonical"' not in before
    assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]
    for secret_words in ("Back room", "Hidden", "Zyqx"):
        assert secret_words not in before
    for link in ("/report/", "/actions/vigil"):
        assert link not in before
    assert ("candles</em>" in before, "Springfield" in before, "Ours" in before, "Week" in before) == (True,) * 4
    assert Client().get("/actions/vigil/").status_code == 404

    publish_action(draft.pk, by=organizer, now=NOW)
    assert desk.get(page).headers["Location"] == "/actions/vigil/"
    assert page not in desk.get(f"/admin/rallies/action/{draft.pk}/change/").content.decode()
    after = main_of(Client().get("/actions/vigil/").content.decode())
    for part in ("action-head", "action-kind", "prose", "ticket-words", "ticket-address", "groups"):
        assert line_with(main_of(before), part) == line_with(after, part), part


def line_with(html: str, name: str) -> list[str]:
    found = [line.strip() for line in html.splitlines() if f'class="{name}' in line]
    assert found, name
    return found


def test_what_was_withdrawn_has_none_and_others_find_nothing():
    ours = make_organizer()
    drafts = [make_action(hosts=[ours], publication=state) for state in ("draft", "submitted", "withdrawn")]
    pages = [f"/admin/rallies/action/{row.pk}/as-public/" for row in drafts]
    contributor = at_the_desk(make_person(contributes=(ours,), username="cora"))
    assert [contributor.get(page).status_code for page in pages] == [200, 200, 404]
    other = at_the_desk(make_person(organizes=(make_organizer(),), username="otto"))
    assert [other.get(page).status_code for page in [*pages, "/admin/rallies/action/99999/as-public/"]] == [404] * 4
    assert [Client().get(page).status_code for page in pages] == [302] * 3
