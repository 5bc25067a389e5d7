"""What people of each role see and may do at the desk beyond what test_matrix.py asks of every address."""

import re
from collections import Counter

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rallies.admin.steps import STEPS
from rallies.models import Action, Location, Organizer, Participation
from rallies.operations.actions import edit_action
from rallies.operations.locations import create_location, edit_location
from rallies.operations.parts import save_parts
from rallies.operations.reports import report_error
from rallies.selectors.access import actor_of
from rallies.selectors.venues import last_place
from tests.factories import make_action, make_campaign, make_location, make_organizer, make_place
from tests.people import at_the_desk, make_person, write

from .forms import NOW, messages_of, shown

pytestmark = pytest.mark.django_db
ACTIONS = "/admin/rallies/action/"


@pytest.fixture
def ours(db) -> Organizer:
    return make_organizer(name="Ours")


@pytest.fixture
def theirs(db) -> Action:
    return make_action(slug="one", hosts=[make_organizer(name="Theirs")], campaigns=[make_campaign()], now=NOW)


def co_hosting(theirs: Action, ours: Organizer) -> Client:
    """Somebody of a group that stands at the action beside its host: who sees all of it, and changes nothing."""
    part = Participation(action=theirs, organizer=ours, role="co-host", state="accepted")
    save_parts(theirs.pk, saved=[part], by=None, now=NOW)
    return at_the_desk(make_person(organizes=(ours,)))


def test_who_may_only_look_sees_the_page_and_no_buttons(theirs, ours):
    desk = co_hosting(theirs, ours)
    assert desk.get(f"{ACTIONS}{theirs.pk}/delete/").status_code == 403
    page = desk.get(f"{ACTIONS}{theirs.pk}/change/").content.decode()
    assert theirs.title in page
    assert re.findall(r'class="desk-step[^"]*" href="[^"]+/([\w-]+)/"', page) == ["duplicate"]
    assert "_publish" not in page and "_save" not in page
    # Nor what is said to those who type.
    assert 'class="help"' not in page


def test_bulk_steps_are_asked_for_each_row(theirs, ours):
    desk = co_hosting(theirs, ours)
    mine = make_action(hosts=[ours], publish=False, now=NOW)
    desk.post(ACTIONS, {"action": "delete_selected", "_selected_action": [theirs.pk], "post": "yes"})
    for step in ("withdraw", "confirm", "cancel"):
        page = desk.post(f"{ACTIONS}bulk/{step}/", {"keys": theirs.pk}).content.decode()
        assert "Your account may not do this here." in page, step
    both = desk.post(f"{ACTIONS}bulk/publish/", {"keys": f"{theirs.pk},{mine.pk}"}).context
    desk.post(f"{ACTIONS}bulk/publish/", {"keys": both["keys"]})
    rows = list(Action.objects.order_by("pk").values_list("publication", "status", "confirmed_at"))
    assert (both["keys"], rows) == (str(mine.pk), [("published", "scheduled", None)] * 2)


@pytest.mark.parametrize("step", [step.name for step in STEPS])
def test_pages_of_steps_need_the_right_to_take_them(theirs, ours, step):
    desk, path = co_hosting(theirs, ours), f"{ACTIONS}{theirs.pk}/{step}/"
    assert (desk.get(path).status_code, desk.post(path, {"message": "x"}).status_code) == (403, 403)
    theirs.refresh_from_db()
    assert (theirs.status, theirs.publication) == ("scheduled", "published")


def added(desk: Client, **typed: object) -> Action:
    sent = {**shown(desk, f"{ACTIONS}add/"), "title": "Another", "timezone": "UTC", "_publish": "x", **typed}
    assert desk.post(f"{ACTIONS}add/", sent).status_code == 302
    return Action.objects.get(title="Another")


def test_a_contributor_adds_for_the_group_and_does_not_publish(ours):
    desk = at_the_desk(make_person(contributes=(ours,)))
    action = added(desk, _publish="")
    assert action.publication == "draft"
    assert list(action.participations.values_list("organizer", "role", "state")) == [(ours.pk, "host", "accepted")]
    assert desk.get(f"{ACTIONS}{action.pk}/submit/").status_code == 200
    assert desk.get(f"{ACTIONS}{action.pk}/publish/").status_code == 403


def buttons(desk: Client, path: str) -> list[str]:
    row = desk.get(path).content.decode().partition('<div class="submit-row"')[2].partition("</div>")[0]
    return re.findall(r'value="([^"]+)" name="_\w+"', row)


def test_a_contributor_saves_and_submits_with_one_button(ours):
    desk = at_the_desk(make_person(contributes=(ours,)))
    assert buttons(desk, f"{ACTIONS}add/") == ["Save", "Save and submit"]
    draft = added(desk, _publish="")
    path = f"{ACTIONS}{draft.pk}/change/"
    assert buttons(desk, path) == ["Save", "Save and submit"]
    answer = desk.post(path, {**shown(desk, path), "title": "Another one", "_submit": "x"}, follow=True)
    assert messages_of(answer)[-1] == "Saved and submitted: those who publish find it in their queue."
    draft.refresh_from_db()
    assert (draft.title, draft.publication) == ("Another one", "submitted")
    # What is submitted waits for those who publish, who have a button for that instead.
    assert buttons(desk, path) == []
    desk = at_the_desk(make_person(organizes=(ours,)))
    assert [buttons(desk, each) for each in (path, f"{ACTIONS}add/")] == [["Save", "Save and publish"]] * 2


def test_who_organizes_one_group_and_contributes_to_another_is_told_what_will_happen(ours):
    theirs = make_organizer(name="Yet another")
    desk = at_the_desk(make_person(organizes=(ours,), contributes=(theirs,)))
    # Without scripts nobody can know which host will be chosen.
    assert buttons(desk, f"{ACTIONS}add/") == ["Save", "Save and publish", "Save and submit"]
    sent = {**shown(desk, f"{ACTIONS}add/"), "title": "Another", "entered_for": f"group-{theirs.pk}", "_publish": "x"}
    answer = desk.post(f"{ACTIONS}add/", sent, follow=True)
    assert messages_of(answer)[-1] == "Saved and submitted: those who publish find it in their queue."
    assert Action.objects.get().publication == "submitted"
    mine, other = (make_action(hosts=[host], publish=False, now=NOW) for host in (ours, theirs))
    assert [hidden(desk, row) for row in (mine, other)] == [["Save and submit"], ["Save and publish"]]


def test_who_takes_off_the_group_that_decides_submits(ours):
    theirs = make_organizer(name="Yet another")
    desk = at_the_desk(make_person(organizes=(ours,), contributes=(theirs,)))
    draft = make_action(hosts=[ours, theirs], publish=False, now=NOW)
    path = f"{ACTIONS}{draft.pk}/change/"
    answer = desk.post(path, {**shown(desk, path), "participations-0-DELETE": "on", "_publish": "x"}, follow=True)
    assert messages_of(answer)[-1] == "Saved and submitted: those who publish find it in their queue."
    draft.refresh_from_db()
    assert (draft.publication, draft.participations.get().organizer) == ("submitted", theirs)


def hidden(desk: Client, row: Action) -> list[str]:
    """The buttons that a script would show if the hosts were others."""
    return re.findall(
        r'value="([^"]+)" name="_\w+" class="default" hidden', desk.get(f"{ACTIONS}{row.pk}/change/").content.decode()
    )


def test_an_organizer_of_two_groups_says_for_which_it_is(ours):
    others = make_organizer(name="Yet another")
    desk = at_the_desk(make_person(organizes=(ours, others)))
    page = desk.get(f"{ACTIONS}add/").content.decode()
    assert page.index("Ours") < page.index("Yet another")
    action = added(desk, entered_for=f"group-{others.pk}")
    assert (action.publication, action.participations.get().organizer) == ("published", others)


def test_a_coordinator_enters_what_nobody_hosts(db):
    campaign = make_campaign()
    action = added(at_the_desk(make_person(coordinates=(campaign,))))
    assert list(action.listings.values_list("campaign", "state")) == [(campaign.pk, "accepted")]


def test_somebody_elses_group_cannot_be_sent_for(ours):
    desk, other = at_the_desk(make_person(organizes=(ours,))), make_organizer()
    sent = {**shown(desk, f"{ACTIONS}add/"), "title": "Another", "timezone": "UTC", "entered_for": f"group-{other.pk}"}
    assert "is not one of the available choices" in desk.post(f"{ACTIONS}add/", sent).content.decode()
    assert Action.objects.count() == 0


def test_administrators_are_not_asked_for_whom(desk):
    assert "entered_for" not in desk.get(f"{ACTIONS}add/").content.decode()


def test_nobody_is_named_unasked(theirs, ours):
    mine, group = make_action(hosts=[ours], now=NOW), theirs.participations.get().organizer
    desk = at_the_desk(make_person(organizes=(ours,)))
    path = f"{ACTIONS}{mine.pk}/change/"
    more = {f"participations-1-{name}": value for name, value in {"organizer": group.pk, "role": "co-host"}.items()}
    sent = {**shown(desk, path), **more, "participations-TOTAL_FORMS": 2, "participations-1-position": 1}
    answer = desk.post(path, {**sent, "participations-1-state": "accepted"})
    assert "Another group is invited, and accepts itself" in answer.content.decode()
    assert desk.post(path, {**sent, "participations-1-state": "invited"}).status_code == 302
    assert sorted(mine.participations.values_list("role", "state")) == [("co-host", "invited"), ("host", "accepted")]


def test_autocompletes_offer_what_the_world_sees_and_what_is_ones_own(ours):
    hidden, secret = make_organizer(name="Idle", is_known=False), make_location(venue="Meeting point")
    make_action(hosts=[make_organizer(name="Theirs")], location=secret, place_visibility="city", now=NOW)
    make_action(hosts=[hidden], publish=False, now=NOW)
    make_action(location=make_location(venue="Open square"), now=NOW)
    campaigns = [make_campaign(name="Shown"), make_campaign(name="Planned", is_public=False)]
    desk = at_the_desk(make_person(organizes=(ours,)))

    def offered(model: str, field: str) -> set[str]:
        query = {"app_label": "rallies", "model_name": model, "field_name": field}
        return {row["text"] for row in desk.get("/admin/autocomplete/", query).json()["results"]}

    assert offered("participation", "organizer") == {"Ours", "Theirs"}
    assert offered("listing", "campaign") == {campaigns[0].name}
    assert {text.split(",")[0] for text in offered("action", "location")} == {"Open square"}
    mine = make_action(hosts=[ours], now=NOW)
    path = f"{ACTIONS}{mine.pk}/change/"
    answer = desk.post(path, {**shown(desk, path), "location": secret.pk})
    assert "That choice is not one of the available choices" in answer.content.decode()
    assert Location.objects.get(actions=mine) != secret


def test_what_is_seen_of_a_place_is_said_of_those_alone_that_may_be_chosen(ours):
    secret, square = make_location(venue="Meeting point"), make_location(venue="Open square")
    make_action(hosts=[make_organizer()], location=secret, place_visibility="city", now=NOW)
    make_action(location=square, now=NOW)
    desk = at_the_desk(make_person(contributes=(ours,)))

    def said(key: int) -> str:
        query = {"location": key, "initial-location": key, "place_visibility": "exact"}
        return desk.get(f"{ACTIONS}place-seen/", query).content.decode()

    assert "Open square" in said(square.pk)
    assert said(secret.pk) == said(999_999)


def test_a_history_does_not_tell_what_others_made_of_a_place_that_one_left(ours):
    square = make_location(venue="Open square")
    mine = make_action(hosts=[ours], location=square, now=NOW)
    edit_action(mine.pk, {"location": make_location(venue="Our hall")}, by=None, now=NOW)
    make_action(hosts=[make_organizer()], location=square, place_visibility="city", now=NOW)
    edit_location(square.pk, {"venue": "Meeting point"}, by=None, now=NOW)
    page = at_the_desk(make_person(organizes=(ours,))).get(f"{ACTIONS}{mine.pk}/history/").content.decode()
    assert "Our hall" in page
    assert "Meeting point" not in page


def test_rule_2_the_form_of_a_place_gives_back_nothing_that_another_withheld(ours):
    """Whoever holds something at a place that is public now changes it, and reads nothing of what it was."""
    place = make_location(venue="Secret flat")
    make_action(hosts=[make_organizer()], location=place, now=NOW)
    edit_location(place.pk, {"venue": "Public hall"}, by=None, now=NOW)
    make_action(hosts=[ours], location=place, now=NOW)
    desk, path = at_the_desk(make_person(organizes=(ours,))), f"/admin/rallies/location/{place.pk}/change/"
    records = [f"{path}?restore=venue&from={record.history_id}" for record in Location.history.all()]
    assert len(records) == 2
    pages = [desk.get(address).content.decode() for address in records]
    assert ["Public hall" in page for page in pages] == [True, True]
    assert [page for page in pages if "Secret flat" in page] == []
    administrator = at_the_desk(make_person(is_superuser=True))
    assert ["Secret flat" in administrator.get(address).content.decode() for address in records] == [False, True]


def test_rule_2_who_left_gets_no_place_back_that_others_made_their_own(ours):
    """One that stands nowhere any longer is theirs who changed it last."""
    leaver, stayer = make_person(organizes=(make_organizer(),)), make_person(organizes=(ours,))
    place = create_location({"venue": "Hall", "locality": "Springfield", "country": "US"}, by=leaver, now=NOW)
    action = make_action(hosts=[ours], location=place, publish=False, now=NOW)
    edit_location(place.pk, {"venue": "Secret flat"}, by=stayer, now=NOW)
    edit_action(action.pk, {"location": make_location(venue="Elsewhere")}, by=None, now=NOW)
    path = f"/admin/rallies/location/{place.pk}/change/"
    listed = at_the_desk(leaver).get("/admin/rallies/location/").content.decode()
    assert (at_the_desk(leaver).get(path).status_code, "Secret flat" in listed) == (302, False)
    assert at_the_desk(stayer).get(path).status_code == 200


def test_who_left_is_not_told_the_city_to_which_others_moved_an_action():
    leaver, left = make_person(organizes=(make_organizer(),)), make_organizer()
    city = make_place("tucson-us", latitude=32.2217, longitude=-110.9265)
    place = make_location(locality="Tucson", place=city)
    written = write(
        Action,
        title="X",
        slug="x",
        uid="x",
        location=place,
        timezone="UTC",
        created_by=leaver,
        created_at=NOW,
        updated_at=NOW,
    )
    assert last_place(actor_of(leaver)) is None
    write(Participation, action=written, organizer=left, role="host", state="accepted", created_at=NOW, updated_at=NOW)
    member = make_person(organizes=(left,))
    assert last_place(actor_of(member)) == city


def without(key: int, page: str) -> str:
    """The page without the key where it stands as what was asked for."""
    return re.sub(rf"(?<=[/“]){key}(?=[/”])", "N", page)


def test_who_may_do_nothing_learns_nothing(theirs):
    desk = at_the_desk(make_person())
    for row in (theirs, theirs.location, theirs.participations.get().organizer):
        path = f"/admin/rallies/{row._meta.model_name}/"
        for page in ("change", "delete", "history"):
            there, nowhere = (desk.get(f"{path}{key}/{page}/", follow=True) for key in (row.pk, 999_999))
            assert there.status_code == nowhere.status_code, (path, page)
            assert without(row.pk, there.content.decode()) == without(999_999, nowhere.content.decode())
    for model in admin.site._registry:
        if model._meta.app_label == "rallies":
            assert desk.get(reverse(f"admin:rallies_{model._meta.model_name}_changelist")).status_code == 403


def test_reports_are_counted_only_for_those_who_may_see_them(theirs, ours):
    report_error(theirs.uid, kind="time", text="Not at noon.", now=NOW)
    page = co_hosting(theirs, ours).get(f"{ACTIONS}{theirs.pk}/change/").content.decode()
    assert "error is reported" not in page
    host = make_person(organizes=(theirs.participations.get(role="host").organizer,))
    assert "error is reported" in at_the_desk(host).get(f"{ACTIONS}{theirs.pk}/change/").content.decode()


def test_filters_name_nothing_that_is_hidden(ours):
    make_campaign(name="Planned in secret", is_public=False)
    make_action(hosts=[make_organizer()], publish=False, location=make_location(country="PE", region_code=""), now=NOW)
    page = at_the_desk(make_person(organizes=(ours,))).get(ACTIONS).content.decode()
    assert "Planned in secret" not in page and "Peru" not in page


def test_a_form_of_before_another_sign_in_is_answered_by_a_page_of_ours(db):
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x", "password": "y"})
    page = response.content.decode()
    assert (response.status_code, "<style" in page) == (403, False)
    assert "This form was open for too long" in page


def test_a_page_asks_the_same_of_a_row_once(ours: Organizer) -> None:
    desk = at_the_desk(make_person(organizes=(ours,)))
    action = make_action(hosts=[ours], campaigns=[make_campaign()])
    for path in (f"/admin/rallies/action/{action.pk}/change/", "/admin/"):
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(path).status_code == 200
        often = Counter(query["sql"] for query in captured)
        assert max(often.values()) <= 4, often.most_common(3)
