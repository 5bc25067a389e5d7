"""Two people who have the same form open: the later one is told what the other changed, and loses nothing."""

import re
from datetime import date, time
from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from rallies.models import Action, Participation, Source
from rallies.operations.accounts import create_administrator
from rallies.operations.parts import save_parts
from tests.at_once import at_once
from tests.factories import make_action, make_campaign, make_location, make_organizer
from tests.people import at_the_desk

from .forms import NOW, shown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def other(db) -> Client:
    """The browser of a second administrator, who is shown as Bo."""
    user, _ = create_administrator(username="bo", now=NOW)
    User.objects.filter(pk=user.pk).update(first_name="Bo")
    return at_the_desk(user)


@pytest.fixture
def action(db) -> Action:
    return make_action(title="Rally one", slug="one", start_date=date(2026, 11, 28), start_time=time(14), now=NOW)


def path_of(row) -> str:
    return f"/admin/rallies/{row._meta.model_name}/{row.pk}/change/"


def opened(desk: Client, path: str) -> dict[str, object]:
    """What a browser would send back of a form that nobody touched, with what it was shown."""
    return again(desk.get(path), shown(desk, path))


def again(response, sent: dict[str, object]) -> dict[str, object]:
    """What the form that came back would send, as it stands."""
    html = response.content.decode()
    hidden = re.findall(r'<input type="hidden" name="((?:initial|seen|put-back)[^"]*)"(?: value="([^"]*)")?', html)
    return {**sent, **{name: unescape(value) for name, value in hidden}}


def test_the_same_field_is_told_field_by_field_and_nothing_is_written(desk, other, action):
    mine, theirs = opened(desk, path_of(action)), opened(other, path_of(action))
    assert other.post(path_of(action), {**theirs, "title": "Rally of Bo"}).status_code == 302
    sent = {**mine, "title": "Mine <b>", "time_note": "After prayer"}
    response = desk.post(path_of(action), sent)
    html = response.content.decode()
    assert response.status_code == 200
    (sentence,) = response.context["adminform"].form.non_field_errors()
    assert sentence.startswith(
        "Bo changed the same as you, after you opened this page: Sunday, 1 November 2026, 06:00 (Central Standard Time). Nothing is written yet"
    )
    note = response.context["adminform"].form.told_of.notes
    assert {name: (told.was, told.now) for name, told in note.items()} == {"title": ("Rally one", "Rally of Bo")}
    assert 'value="Mine &lt;b&gt;"' in html and 'value="After prayer"' in html and 'name="theirs-title"' in html
    action.refresh_from_db()
    assert (action.title, action.time_note) == ("Rally of Bo", "")
    assert desk.post(path_of(action), again(response, sent)).status_code == 302
    action.refresh_from_db()
    assert (action.title, action.time_note) == ("Mine <b>", "After prayer")


def test_theirs_is_taken_where_it_is_ticked(desk, other, action):
    mine, theirs = opened(desk, path_of(action)), opened(other, path_of(action))
    other.post(path_of(action), {**theirs, "title": "Rally of Bo", "start_time": "15:00"})
    sent = {**mine, "title": "Mine", "start_time": "16:00"}
    response = desk.post(path_of(action), sent)
    told = response.context["adminform"].form.told_of.notes
    assert sorted(told) == ["start_time", "title"]
    chosen = {**again(response, sent), "theirs-start_time": "on", "start_time": "no time"}
    assert desk.post(path_of(action), chosen).status_code == 302
    action.refresh_from_db()
    assert (action.title, action.start_time) == ("Mine", time(15))


def test_theirs_stays_chosen_when_something_else_is_wrong(desk, other, action):
    mine, theirs = opened(desk, path_of(action)), opened(other, path_of(action))
    other.post(path_of(action), {**theirs, "title": "Rally of Bo"})
    sent = {**mine, "title": "Mine"}
    chosen = {**again(desk.post(path_of(action), sent), sent), "theirs-title": "on", "start_date": "soon"}
    response = desk.post(path_of(action), chosen)
    assert response.context["adminform"].form["title"].value() == "Rally of Bo"
    assert 'name="initial-title" value="Rally of Bo"' in response.content.decode()


def test_what_changes_a_third_time_is_told_again(desk, other, action):
    mine = opened(desk, path_of(action))
    other.post(path_of(action), {**opened(other, path_of(action)), "title": "Second"})
    sent = {**mine, "title": "Mine"}
    first = desk.post(path_of(action), sent)
    other.post(path_of(action), {**opened(other, path_of(action)), "title": "Third"})
    response = desk.post(path_of(action), again(first, sent))
    note = response.context["adminform"].form.told_of.notes["title"]
    assert (response.status_code, note.was, note.now) == (200, "Second", "Third")


def test_the_same_change_by_both_is_none(desk, other, action):
    mine, theirs = opened(desk, path_of(action)), opened(other, path_of(action))
    text = {"description": "One line.\r\n\r\nAnother."}
    other.post(path_of(action), {**theirs, **text})
    assert desk.post(path_of(action), {**mine, **text}).status_code == 302


def test_what_was_empty_and_moments_are_told_too(desk, other, action):
    mine, theirs = opened(desk, path_of(action)), opened(other, path_of(action))
    until = {"place_visibility": "city-until", "place_revealed_from_day": "2026-11-27"}
    other.post(path_of(action), {**theirs, **until, "place_revealed_from_time": "12:00", "languages": "en"})
    sent = {**mine, **until, "place_revealed_from_time": "13:00", "languages": "es"}
    response = desk.post(path_of(action), sent)
    notes = response.context["adminform"].form.told_of.notes
    assert {name: (note.was, bool(note.now)) for name, note in notes.items()} == {
        "languages": ("", True),
        "place_revealed_from": ("", True),
    }
    chosen = {**again(response, sent), "theirs-place_revealed_from": "on"}
    assert desk.post(path_of(action), chosen).status_code == 302
    action.refresh_from_db()
    assert (action.place_revealed_from.hour, action.languages) == (18, ["es"])


@pytest.mark.parametrize(
    ("make", "field", "values"),
    [
        (make_organizer, "website", ("https://one.example/", "https://two.example/")),
        (make_campaign, "summary", ("One.", "Two.")),
        (make_location, "venue", ("Hall", "Library")),
    ],
)
def test_every_noun_tells(desk, other, make, field, values):
    row = make()
    mine, theirs = opened(desk, path_of(row)), opened(other, path_of(row))
    other.post(path_of(row), {**theirs, field: values[0]})
    response = desk.post(path_of(row), {**mine, field: values[1]})
    assert response.context["adminform"].form.told_of.notes[field].now == values[0]
    row.refresh_from_db()
    assert getattr(row, field) == values[0]


def test_a_list_that_is_edited_in_place_tells(desk, other):
    group = make_organizer(name="Group 1", kind="labour-union")
    path = "/admin/rallies/organizer/"
    page = desk.get(path)
    row = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": group.pk, "initial-form-0-kind": "labour-union"}
    mine = {**row, "_save": "Save", "seen": page.context["seen"], "form-0-kind": "political-party"}
    assert f'name="seen" value="{page.context["seen"]}"' in page.content.decode()
    other.post(path_of(group), {**opened(other, path_of(group)), "kind": "student-group"})
    response = desk.post(path, mine)
    assert 'name="theirs-form-0-kind"' in response.content.decode()
    group.refresh_from_db()
    assert group.kind == "student-group"
    assert desk.post(path, again(response, mine)).status_code == 302
    group.refresh_from_db()
    assert group.kind == "political-party"


def test_a_token_of_another_row_or_of_ones_own_making_tells_nothing(desk, other):
    """What a location was before is for administrators: a number alone would ask for it."""
    one, two = make_location(venue="First"), make_location(venue="Other")
    old = opened(desk, path_of(two))["seen"]
    other.post(path_of(one), {**opened(other, path_of(one)), "venue": "Second"})
    other.post(path_of(one), {**opened(other, path_of(one)), "venue": "Third"})
    for forged in (old, "1", f"location/{one.pk}/0:abc", ""):
        mine = {**opened(desk, path_of(one)), "seen": forged, "venue": "Mine"}
        response = desk.post(path_of(one), {**mine, "timezone": "nowhere"})
        assert response.context["adminform"].form.told_of is None


# --- rows beside something


@pytest.fixture
def hosted(action) -> tuple[Action, Participation, Source]:
    source = Source(action=action, outlet="Paper", note="As it was")
    part = Participation(action=action, organizer=make_organizer(name="Group 1"), role="host", state="accepted")
    save_parts(action.pk, saved=[source, part], by=None, now=NOW)
    return action, part, source


def test_a_row_keeps_what_another_changed_of_it(desk, other, hosted):
    action, part, _source = hosted
    mine, theirs = opened(desk, path_of(action)), opened(other, path_of(action))
    other.post(path_of(action), {**theirs, "participations-0-role": "endorser"})
    assert desk.post(path_of(action), {**mine, "title": "Mine"}).status_code == 302
    assert desk.post(path_of(action), {**mine, "participations-0-position": "5"}).status_code == 302
    part.refresh_from_db()
    assert (part.role, part.position) == ("endorser", 5)


@pytest.mark.parametrize("mine", [{"participations-0-role": "co-host"}, {"participations-0-DELETE": "on"}])
def test_a_row_that_both_changed_is_told(desk, other, hosted, mine):
    action, part, _source = hosted
    sent, theirs = {**opened(desk, path_of(action)), **mine}, opened(other, path_of(action))
    other.post(path_of(action), {**theirs, "participations-0-role": "endorser"})
    response = desk.post(path_of(action), sent)
    html = response.content.decode()
    assert response.status_code == 200
    assert "Bo changed the same as you" in html and 'name="theirs-participations-0-role"' in html
    part.refresh_from_db()
    assert part.role == "endorser"
    assert desk.post(path_of(action), again(response, sent)).status_code == 302
    assert [row.role for row in Participation.objects.all()] == (["co-host"] if "participations-0-role" in mine else [])


def test_a_row_without_a_history_is_told_without_a_name(desk, other, hosted):
    action, _part, source = hosted
    sent, theirs = {**opened(desk, path_of(action)), "sources-0-note": "Mine"}, opened(other, path_of(action))
    other.post(path_of(action), {**theirs, "sources-0-note": "Of Bo"})
    response = desk.post(path_of(action), sent)
    assert "Somebody changed the same as you" in response.content.decode()
    chosen = {**again(response, sent), "theirs-sources-0-note": "on", "sources-0-outlet": "Weekly"}
    assert desk.post(path_of(action), chosen).status_code == 302
    source.refresh_from_db()
    assert (source.note, source.outlet) == ("Of Bo", "Weekly")


def test_a_row_that_is_gone_is_left_out_or_put_back(desk, other, hosted):
    action, _part, _source = hosted
    mine, theirs = opened(desk, path_of(action)), opened(other, path_of(action))
    other.post(path_of(action), {**theirs, "participations-0-DELETE": "on"})
    assert desk.post(path_of(action), {**mine, "title": "Mine"}).status_code == 302
    assert Participation.objects.count() == 0
    sent = {**mine, "participations-0-role": "co-host"}
    response = desk.post(path_of(action), sent)
    html = response.content.decode()
    assert "Somebody took this row off meanwhile." in html
    assert re.search(r'name="participations-0-role".*?<option value="co-host" selected', html, re.DOTALL)
    taken_off = {**again(response, sent), "participations-0-DELETE": "on"}
    assert (desk.post(path_of(action), taken_off).status_code, Participation.objects.count()) == (302, 0)
    assert desk.post(path_of(action), again(response, sent)).status_code == 302
    assert [(row.organizer.name, row.role) for row in Participation.objects.all()] == [("Group 1", "co-host")]


# --- at the same time


@pytest.mark.django_db(transaction=True)
def test_of_two_that_save_at_once_one_is_told(desk, other, action):
    """Which of them it is, the turn decides. Rows beside it are held by the same turn."""
    answers = []

    def saver(browser: Client, title: str):
        sent = {**opened(browser, path_of(action)), "title": title}
        return lambda: answers.append((browser.post(path_of(action), sent).status_code, title))

    at_once(saver(desk, "One"), saver(other, "Two"))
    action.refresh_from_db()
    assert sorted(code for code, _title in answers) == [200, 302]
    assert (302, action.title) in answers
