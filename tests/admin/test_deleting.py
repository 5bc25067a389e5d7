"""What may be deleted at the desk, and what is said when it may not."""

import re
from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from rallies.models import Action, Campaign, Listing, Location, Milestone, Organizer, Participation
from rallies.operations.milestones import add_milestone
from tests.factories import make_action, make_campaign, make_location, make_organizer
from tests.operations.state import moved, stamps

from .forms import NOW, messages_of

pytestmark = pytest.mark.django_db
PUBLIC = (
    "This action was public, and people may have it in their calendars. Cancel it, so that they learn of it, or"
    " withdraw it, and its page answers that it was taken back."
)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(row) -> str:
    return f"/admin/rallies/{row._meta.model_name}/{row.pk}/delete/"


def test_a_draft_goes_with_all_that_stands_beside_it_and_history_says_who(desk):
    draft = make_action(publish=False, hosts=[make_organizer()], campaigns=[make_campaign()], now=NOW)
    before = stamps()
    page = desk.get(page_of(draft)).content.decode()
    assert "Nothing but a backup brings back what is deleted." in page
    goes = re.findall(r"<li>([^<]+)</li>", page.partition("This goes:")[2])
    assert sorted(goes) == ["Actions: 1", "Dates: 1", "Listings: 1", "Participations: 1"]
    response = desk.post(page_of(draft), {"post": "yes"})
    assert (response.status_code, Action.objects.count(), moved(before)) == (302, 0, {})
    for model in (Action, Participation, Listing):
        last = model.history.order_by("-history_id").first()
        assert (last.history_type, last.history_user.username, last.history_date) == ("-", "admin", NOW), model


def test_the_picture_of_a_deleted_draft_is_gone(desk, django_capture_on_commit_callbacks):
    drawn = BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    picture = SimpleUploadedFile("one.png", drawn.getvalue(), content_type="image/png")
    draft = make_action(publish=False, picture=picture, picture_alt="A dot", now=NOW)
    address = draft.picture.url
    assert desk.get(address).getvalue()
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page_of(draft), {"post": "yes"})
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize("publication", ["published", "withdrawn"])
def test_what_the_world_has_seen_stays(desk, publication):
    action = make_action(publication=publication, now=NOW)
    for response in (desk.get(page_of(action), follow=True), desk.post(page_of(action), {"post": "yes"}, follow=True)):
        assert messages_of(response) == [PUBLIC]
    assert Action.objects.count() == 1


def test_what_something_leans_on_stays_and_is_named(desk):
    group, week, place = make_organizer(), make_campaign(), make_location()
    for publish in (True, False):
        make_action(hosts=[group], campaigns=[week], location=place, publish=publish, now=NOW)
    values = {"campaign": week, "title": "Vote", "kind": "vote", "start_date": date(2026, 11, 20)}
    add_milestone(values, by=None, now=NOW)
    said = {row: messages_of(desk.post(page_of(row), {"post": "yes"}, follow=True)) for row in (group, week, place)}
    rest = "drafts included. Take it off there first."
    assert said == {
        group: [f"It is used by 2 actions, {rest}"],
        week: [f"It is used by 2 actions, 1 milestone, {rest}"],
        place: [f"It is used by 2 actions, {rest}"],
    }
    assert (Organizer.objects.count(), Campaign.objects.count(), Location.objects.count()) == (1, 1, 1)


def test_unused_ones_go_and_the_stamps_of_what_was_public_rise(desk):
    week, other = make_campaign(), make_campaign()
    values = {"campaign": other, "title": "Vote", "kind": "vote", "start_date": date(2026, 11, 20)}
    rows = [make_organizer(), week, make_location(), add_milestone(values, by=None, now=NOW)]
    before = stamps()
    assert [desk.post(page_of(row), {"post": "yes"}).status_code for row in rows] == [302] * 4
    assert (Organizer.objects.count(), Campaign.objects.count(), Location.objects.count()) == (0, 1, 0)
    assert Milestone.objects.count() == 0
    rose = moved(before)
    assert (rose["site", None], rose["campaign", other.pk]) == (3, 1)


def test_chosen_rows_go_together_or_not_at_all(desk):
    draft, public = make_action(title="Draft", publish=False, now=NOW), make_action(title="Public", now=NOW)
    chosen = {"action": "delete_selected", "_selected_action": [draft.pk, public.pk], "post": "yes"}
    # Asked before the page that says what would go, too.
    for sent in ({**chosen, "post": ""}, chosen, {**chosen, "_selected_action": [draft.pk], "select_across": "1"}):
        response = desk.post("/admin/rallies/action/", sent, follow=True)
        assert messages_of(response) == [f"Nothing is deleted. “Public”: {PUBLIC}"]
    assert Action.objects.count() == 2
    desk.post("/admin/rallies/action/", {**chosen, "_selected_action": [draft.pk]})
    assert list(Action.objects.values_list("title", flat=True)) == ["Public"]


def test_of_many_that_stay_the_first_are_named(desk):
    rows = [make_location(venue=f"Square {number}") for number in range(7)]
    for row in rows:
        make_action(location=row, now=NOW)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
    (said,) = messages_of(desk.post("/admin/rallies/location/?o=1", chosen, follow=True))
    assert said.count("“Square") == 5 and "and 2 more: It is used by 1 action" in said


def test_deleting_is_closed_to_strangers(client):
    draft = make_action(publish=False, now=NOW)
    assert client.post(page_of(draft), {"post": "yes"})["Location"].startswith("/admin/login/")
    assert Action.objects.count() == 1


def test_deleting_stands_last_and_says_what_goes_without_what_the_site_made_for_itself(desk):
    draft = make_action(publish=False, now=NOW)
    page = desk.get("/admin/rallies/action/").content.decode()
    assert (
        re.findall(r'<option value="(\w+)"', page.partition('name="action"')[2].partition("</select>")[0])[-1]
        == "delete_selected"
    )
    other = make_action(publish=False, now=NOW)
    chosen = {"action": "delete_selected", "_selected_action": [draft.pk, other.pk]}
    page = desk.post("/admin/rallies/action/", chosen).content.decode()
    assert "<h1>Delete these?</h1>" in page and "Actions: 2" in page and "Search entr" not in page
