"""What stands beside the form of a new action, and joining it instead."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rallies.models import Action, FeedStamp, Organizer, Participation
from rallies.operations.participations import ParticipationEntry
from rallies.operations.parts import answer_request, ask_to_stand, decide_participation, save_parts
from rallies.rules.access import NotAllowed
from tests.factories import NOW, make_action, make_location, make_organizer, make_place
from tests.people import at_the_desk, make_person

from .forms import errors_of, shown

pytestmark = pytest.mark.django_db
ADD, PATH = "/admin/rallies/action/add/", "/admin/rallies/action/"
DAY = date(2026, 3, 14)


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ours() -> Organizer:
    return make_organizer(name="Ours")


@pytest.fixture
def organizer(ours: Organizer) -> Client:
    make_place()
    return at_the_desk(make_person(organizes=(ours,), username="ana"))


def beside(desk: Client, day: date = DAY) -> str:
    answer = desk.get(f"{PATH}alike/", {"location": "place-springfield-us", "start_date": day.isoformat()})
    assert answer.status_code == 200
    return answer.content.decode()


def test_published_ones_of_others_stand_there_as_the_public_sees_them(organizer):
    place = make_place()
    theirs = make_organizer(name="Theirs")
    make_action(title="Shown", hosts=[theirs])
    secret = make_location(venue="Back room", street_address="5 Hidden Street", place=place)
    make_action(title="Withheld", hosts=[theirs], location=secret, place_visibility="city")
    make_action(title="Drafted", hosts=[theirs], publish=False)
    make_action(title="Taken back", hosts=[theirs], publication="withdrawn")
    make_action(title="Late", start_date=DAY + timedelta(days=4))
    make_action(title="Far", location=make_location(latitude=41.88, longitude=-87.63))
    html = beside(organizer)
    titles = [title for title in ("Shown", "Withheld", "Drafted", "Taken back", "Late", "Far") if title in html]
    assert titles == ["Shown", "Withheld"]
    assert "Theirs" in html and "Back room" not in html and "Hidden" not in html
    assert html.count("Join as co-host") == 2
    assert "Late" in beside(organizer, DAY + timedelta(days=1))
    assert beside(organizer, DAY - timedelta(days=30)).strip() == ""


def test_ones_own_drafts_stand_there_and_are_not_joined(organizer, ours):
    draft = make_action(title="Drafted", hosts=[ours], publish=False)
    make_action(title="Own", hosts=[ours])
    html = beside(organizer)
    assert f"{PATH}{draft.pk}/change/" in html and "Own" in html and "Join as" not in html


def test_as_many_queries_for_thirty_as_for_two(organizer, ours):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            beside(organizer)
        return len(captured)

    make_action(hosts=[ours], publish=False)
    make_action(hosts=[make_organizer()])
    one = count()
    for _number in range(5):
        make_action(hosts=[ours], publish=False)
        make_action(hosts=[make_organizer()])
    assert count() == one


def test_without_scripts_it_is_asked_once(organizer):
    known = make_action(title="Shown", hosts=[make_organizer()])
    sent = {**shown(organizer, ADD), "title": "Mine", "start_date": "2026-03-14", "start_time": "14:00"}
    sent["location"] = "place-springfield-us"
    answer = organizer.post(ADD, sent)
    assert "save again to add yours anyway" in errors_of(answer)["location"]
    assert f'name="alike_seen" value="{known.pk}"' in answer.content.decode()
    assert organizer.post(ADD, {**sent, "alike_seen": str(known.pk)}).status_code == 302
    assert Action.objects.filter(title="Mine").count() == 1


def test_a_group_asks_the_host_answers_and_only_then_the_public_sees_it(organizer, ours):
    theirs = make_organizer(name="Theirs")
    action = make_action(hosts=[theirs], slug="march", publication="published")
    host = make_person(organizes=(theirs,), username="host")
    stamps = list(FeedStamp.objects.order_by("pk").values_list("pk", "number"))
    page = f"{PATH}join/march/"
    assert organizer.get(page).status_code == 200
    assert organizer.post(page, {"group": ours.pk}).status_code == 302
    row = Participation.objects.get(organizer=ours)
    assert (row.action, row.role, row.state) == (action, "co-host", "asked")
    assert "Ours" not in Client().get("/actions/march/").content.decode()
    assert list(FeedStamp.objects.order_by("pk").values_list("pk", "number")) == stamps
    assert organizer.get(f"{PATH}{action.pk}/change/").status_code == 302
    assert "has asked already" in organizer.post(page, {"group": ours.pk}).content.decode()
    desk = at_the_desk(host)
    waits = " ".join(re.sub(r"<[^>]*>", " ", desk.get("/admin/requests/").content.decode()).split())
    assert "Ours asks to take part: Co-host" in waits
    answer = desk.post(f"/admin/requests/standing/{row.pk}/", {"answer": "yes"}, follow=True)
    assert "names Ours now. Role: Co-host." in answer.content.decode()
    assert "Ours" in Client().get("/actions/march/").content.decode()


def test_who_asks_does_not_answer_and_a_no_stays_one(ours):
    theirs = make_organizer()
    action = make_action(hosts=[theirs])
    ana, host = make_person(organizes=(ours,), username="ana"), make_person(organizes=(theirs,), username="host")
    row = ask_to_stand(ours.pk, action_id=action.pk, by=ana, now=NOW)
    for answer in (answer_request, decide_participation):
        with pytest.raises(NotAllowed):
            answer(row.pk, is_accepted=True, by=ana, now=NOW)
    answer_request(row.pk, is_accepted=False, by=host, now=NOW)
    with pytest.raises(NotAllowed):
        ask_to_stand(ours.pk, action_id=action.pk, by=ana, now=NOW)
    with pytest.raises(NotAllowed):
        answer_request(row.pk, is_accepted=True, by=host, now=NOW)
    row.refresh_from_db()
    assert row.state == "declined"


def test_a_group_asks_again_a_week_after_the_host_said_no(ours):
    theirs = make_organizer()
    action = make_action(hosts=[theirs])
    ana, host = make_person(organizes=(ours,), username="ana"), make_person(organizes=(theirs,), username="host")
    row = ask_to_stand(ours.pk, action_id=action.pk, by=ana, now=NOW)
    answer_request(row.pk, is_accepted=False, by=host, now=NOW + timedelta(days=1))
    with pytest.raises(NotAllowed, match="can ask again from Tuesday, 10 March 2026"):
        ask_to_stand(ours.pk, action_id=action.pk, by=ana, now=NOW + timedelta(days=7))
    again = ask_to_stand(ours.pk, action_id=action.pk, by=ana, now=NOW + timedelta(days=8))
    assert (again.pk, again.state) == (row.pk, "asked")
    answer_request(row.pk, is_accepted=True, by=host, now=NOW + timedelta(days=9))


def test_a_group_that_said_no_itself_asks_at_once_and_one_that_is_invited_answers(ours):
    theirs = make_organizer()
    invited = [ParticipationEntry(ours, "endorser", "invited")]
    action = make_action(hosts=[theirs], participations=invited)
    ana, row = make_person(organizes=(ours,)), Participation.objects.get(organizer=ours)
    with pytest.raises(NotAllowed, match="The group is invited"):
        ask_to_stand(ours.pk, action_id=action.pk, by=ana, now=NOW)
    decide_participation(row.pk, is_accepted=False, by=ana, now=NOW)
    again = ask_to_stand(ours.pk, action_id=action.pk, by=ana, now=NOW)
    assert (again.pk, again.role, again.state) == (row.pk, "co-host", "asked")


def test_the_way_to_join_leaves_the_form_as_it_is(organizer):
    make_action(slug="march", hosts=[make_organizer()])
    assert f'href="{PATH}join/march/" target="_blank" rel="noopener"' in beside(organizer)
    assert "stays open in its own tab" in organizer.get(f"{PATH}join/march/").content.decode()


def test_a_host_answers_in_its_form_for_the_part_that_was_asked_for_alone(ours):
    theirs = make_organizer()
    action = make_action(hosts=[theirs])
    ana, host = make_person(organizes=(ours,), username="ana"), make_person(organizes=(theirs,), username="host")
    row = ask_to_stand(ours.pk, action_id=action.pk, by=ana, now=NOW)
    row.state, row.role = "accepted", "host"
    with pytest.raises(NotAllowed):
        save_parts(action.pk, saved=[row], by=host, now=NOW)
    row.role = "co-host"
    save_parts(action.pk, saved=[row], by=host, now=NOW)
    assert Participation.objects.get(pk=row.pk).state == "accepted"


@pytest.mark.parametrize("publication", ["draft", "submitted", "withdrawn"])
def test_what_the_world_does_not_see_cannot_be_joined_nor_found_out(organizer, ours, publication):
    hidden = make_action(slug="hidden", publication=publication, hosts=[make_organizer()])
    answers = [organizer.post(f"{PATH}join/{slug}/", {"group": ours.pk}) for slug in ("hidden", "nothing")]
    assert [answer.status_code for answer in answers] == [404, 404]
    with pytest.raises(NotAllowed):
        ask_to_stand(ours.pk, action_id=hidden.pk, by=make_person(organizes=(ours,)), now=NOW)
    assert not Participation.objects.filter(organizer=ours).exists()


def test_nobody_asks_for_another_group_nor_as_a_contributor(organizer, ours):
    make_action(slug="march", hosts=[make_organizer()])
    organizer.post(f"{PATH}join/march/", {"group": make_organizer().pk})
    contributor = at_the_desk(make_person(contributes=(ours,)))
    assert contributor.post(f"{PATH}join/march/", {"group": ours.pk}).status_code == 403
    assert not Participation.objects.filter(state="asked").exists()
