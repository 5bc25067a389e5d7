import re
from datetime import UTC, date, datetime, time

import pytest
import time_machine

from rallies.models import Action, Change, FeedStamp, Listing, Location, Occurrence, Participation
from rallies.operations.actions import cancel_action, create_action, publish_action
from rallies.operations.campaigns import create_campaign
from rallies.operations.locations import create_location
from rallies.operations.organizers import create_organizer
from tests.factories import make_action, make_campaign

from .forms import NOW, errors_of, messages_of, shown, told_of

pytestmark = pytest.mark.django_db

EMPTY_PARTS = {
    f"{part}-{count}_FORMS": "0" for part in ("participations", "listings", "sources") for count in ("TOTAL", "INITIAL")
}


@pytest.fixture
def location() -> Location:
    values = {"venue": "Square", "locality": "Tucson", "country": "US", "timezone": "America/Phoenix"}
    return create_location(values, by=None, now=NOW)


def _form(**changes: object) -> dict[str, object]:
    typed = {
        "title": "Rally one",
        "kind": "rally",
        "start_date": "2026-11-28",
        "start_time": "14:30",
        "timezone": "",
        "attendance_mode": "in-person",
        "place_visibility": "exact",
    }
    return {**EMPTY_PARTS, **typed, **changes}


def test_add_action_writes_a_draft_with_the_zone_of_its_place(desk, location):
    desk.post("/admin/rallies/action/add/", _form(location=location.pk))
    action = Action.objects.get()
    assert (action.title, action.slug, action.publication, action.timezone, action.created_by.username) == (
        "Rally one",
        "rally-one",
        "draft",
        "America/Phoenix",
        "admin",
    )
    assert (action.start_date, action.start_time, action.end_time) == (date(2026, 11, 28), time(14, 30), None)


@time_machine.travel(NOW, tick=False)
def test_what_was_added_is_shown_with_what_it_lacks_and_the_next_step(desk, location):
    assert "Save and continue" not in desk.get("/admin/rallies/action/add/").content.decode()
    page = desk.post("/admin/rallies/action/add/", _form(location=location.pk), follow=True)
    path, html = f"/admin/rallies/action/{Action.objects.get().pk}/", page.content.decode()
    assert (page.redirect_chain, messages_of(page)[-1]) == (
        [(f"{path}change/", 302)],
        "Saved as a draft: the public sees nothing of it until it is published.",
    )
    assert re.findall(r'data-missing="\w+">([^<]+)<', html) == ["No host", "No description"]
    assert f'href="{path}publish/"' in html and "Save and continue" in html
    another = desk.post("/admin/rallies/action/add/", _form(location=location.pk, _addanother="yes"))
    assert another["Location"] == "/admin/rallies/action/add/"


def test_add_action_without_a_place_begins_with_the_zone_of_the_site(desk, settings):
    settings.DEFAULT_TIME_ZONE = "Africa/Nairobi"
    desk.post("/admin/rallies/action/add/", _form(attendance_mode="online"))
    assert Action.objects.get().timezone == "Africa/Nairobi"


def test_the_state_leaves_out_what_there_is_not(desk):
    def said(action):
        html = desk.get(f"/admin/rallies/action/{action.pk}/change/").content.decode()
        return re.findall(r'<span class="desk-label">([^<]*)</span>\s*<div class="readonly">([^<]*)</div>', html)

    action = make_action(now=NOW)
    on = [("Publication", "Published"), ("Status", "Scheduled")]
    assert said(action) == on
    cancel_action(action.pk, message="Storm.", by=None, now=NOW)
    assert said(action) == [on[0], ("Status", "Cancelled"), ("Public message on the status", "Storm.")]


def test_state_is_shown_of_an_action_that_is_there(desk, location):
    labels = ["State", "What sources say"]
    pages = [desk.get("/admin/rallies/action/add/")]
    desk.post("/admin/rallies/action/add/", _form(location=location.pk))
    pages.append(desk.get(f"/admin/rallies/action/{Action.objects.get().pk}/change/"))
    named = [[str(name) for name, _ in page.context["adminform"].fieldsets] for page in pages]
    assert [[label in names for label in labels] for names in named] == [[False, True], [True, True]]


def test_add_action_with_groups_and_campaigns_writes_them(desk, location):
    group = create_organizer({"name": "Group 1"}, by=None, now=NOW)
    week = create_campaign(
        {"name": "A week", "first_day": date(2026, 11, 20), "last_day": date(2026, 11, 30)}, by=None, now=NOW
    )
    parts = {
        "participations-TOTAL_FORMS": "1",
        "participations-0-organizer": group.pk,
        "participations-0-role": "host",
        "participations-0-state": "accepted",
        "participations-0-position": "0",
        "listings-TOTAL_FORMS": "1",
        "listings-0-campaign": week.pk,
        "listings-0-state": "accepted",
    }
    desk.post("/admin/rallies/action/add/", _form(location=location.pk, **parts))
    assert list(Participation.objects.values_list("organizer__name", "role", "state")) == [
        ("Group 1", "host", "accepted")
    ]
    assert list(Listing.objects.values_list("campaign__name", "state", "basis")) == [("A week", "accepted", "")]


def test_a_campaign_that_is_added_is_asked_unless_something_else_is_chosen(desk):
    week, action = make_campaign(), make_action(publish=False, now=NOW)
    path = f"/admin/rallies/action/{action.pk}/change/"
    page = desk.get(path).context["inline_admin_formsets"]
    [empty] = [each.formset.empty_form for each in page if each.formset.model is Listing]
    sent = {"listings-TOTAL_FORMS": "1", "listings-0-campaign": week.pk, "listings-0-state": empty["state"].value()}
    desk.post(path, {**shown(desk, path), **sent})
    assert Listing.objects.get().state == "requested-by-host"


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"title": "", "timezone": "UTC"}, {"title": "“Title” is empty: fill it in."}),
        (
            {"start_date": "2026-03-08", "start_time": "02:30", "timezone": "America/New_York"},
            {
                "start_time": "On Sunday, 8 March 2026 clocks in America/New_York jump over 02:30. "
                "The nearest times that exist are 01:59 and 03:00."
            },
        ),
        (
            {"timezone": "Mars/Olympus"},
            {"timezone": "“Mars/Olympus” is not a time zone. Use a name such as Europe/Berlin or America/New_York."},
        ),
        ({"start_date": "2026-02-30", "timezone": "UTC"}, {"start_date": "Write the day like 2027-03-14."}),
        (
            {"end_date": "2026-11-01", "timezone": "UTC"},
            {"end_date": "The last day lies before the first."},
        ),
        (
            {"start_date": "", "timezone": "UTC"},
            {"start_date": "Without a date there is no time: give the date too."},
        ),
        (
            {"online_url": "javascript:alert(1)", "timezone": "UTC"},
            {"online_url": "Enter a valid URL."},
        ),
    ],
)
def test_add_action_with_bad_input_says_so_beside_the_field(desk, typed, errors):
    response = desk.post("/admin/rallies/action/add/", _form(**typed))
    assert response.status_code == 200
    assert errors_of(response) == errors
    assert Action.objects.count() == 0


def test_add_action_with_bad_input_keeps_what_was_typed(desk):
    response = desk.post("/admin/rallies/action/add/", _form(timezone="Mars/Olympus", what_to_bring="Water & hats"))
    assert 'value="Rally one"' in response.content.decode()
    assert "Water &amp; hats</textarea>" in response.content.decode()


def test_change_action_writes_history_and_moves_stamps(desk, location):
    action = create_action(
        {"title": "Rally one", "start_date": date(2026, 11, 28), "start_time": time(14, 30), "location": location},
        by=None,
        now=NOW,
    )
    publish_action(action.pk, by=None, now=NOW)
    before = FeedStamp.objects.get(scope="site").number
    desk.post(
        f"/admin/rallies/action/{action.pk}/change/",
        _form(start_time="15:30", location=location.pk, timezone="America/Phoenix", slug="rally-one"),
    )
    assert FeedStamp.objects.get(scope="site").number == before + 1
    assert list(Change.objects.values_list("number", "kind")) == [(before + 1, "moved-in-time"), (before, "published")]
    assert Occurrence.objects.get().starts_at == datetime(2026, 11, 28, 22, 30, tzinfo=UTC)
    assert told_of(desk, f"/admin/rallies/action/{action.pk}/history/")[0][1:] == ["admin", "start", "14:30", "15:30"]


def test_change_action_refused_by_an_operation_shows_the_sentence_and_keeps_the_form(desk, location):
    action = create_action(
        {"title": "Rally one", "start_date": date(2026, 11, 28), "start_time": time(14, 30), "location": location},
        by=None,
        now=NOW,
    )
    publish_action(action.pk, by=None, now=NOW)
    cancel_action(action.pk, message="Storm", by=None, now=NOW)
    typed = _form(start_time="15:30", location=location.pk, timezone="America/Phoenix", slug="rally-one")
    response = desk.post(f"/admin/rallies/action/{action.pk}/change/", typed)
    assert response.status_code == 200
    assert "This action is “Cancelled” and cannot be moved in time from there." in response.content.decode()
    assert 'value="15:30' in response.content.decode()
    action.refresh_from_db()
    assert action.start_time == time(14, 30)


@pytest.mark.parametrize(
    "noun",
    [
        "action",
        "campaign",
        "change",
        "location",
        "milestone",
        "occurrence",
        "oldslug",
        "organizer",
        "place",
        "membership",
        "campaignrole",
        "invitation",
        "source",
        "feedstamp",
    ],
)
def test_every_noun_has_a_list(desk, noun):
    response = desk.get(f"/admin/rallies/{noun}/")
    assert response.status_code == 200
    assert "changelist" in response.content.decode()


def test_the_desk_is_closed_to_strangers(client):
    response = client.get("/admin/rallies/action/")
    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/admin/rallies/action/")


@pytest.mark.parametrize("field", ["location", "participations-0-organizer", "listings-0-campaign"])
def test_words_in_the_place_of_a_choice_are_refused(desk, field):
    parts = {
        "participations-TOTAL_FORMS": "1",
        "participations-0-role": "host",
        "participations-0-state": "accepted",
        "participations-0-position": "0",
        "listings-TOTAL_FORMS": "1",
        "listings-0-state": "accepted",
    }
    response = desk.post("/admin/rallies/action/add/", _form(timezone="UTC", **{**parts, field: "abc"}))
    assert response.status_code == 200
    assert errors_of(response)[field] == "Select a valid choice. That choice is not one of the available choices."


def test_parts_that_break_a_rule_say_so_beside_their_field(desk):
    group = create_organizer({"name": "Group 1"}, by=None, now=NOW)
    days = {"first_day": date(2026, 11, 20), "last_day": date(2026, 11, 30)}
    week = create_campaign({"name": "A week", **days}, by=None, now=NOW)
    parts = {
        "participations-TOTAL_FORMS": "1",
        "participations-0-organizer": group.pk,
        "participations-0-role": "host",
        "participations-0-state": "reported",
        "participations-0-position": "0",
        "listings-TOTAL_FORMS": "1",
        "listings-0-campaign": week.pk,
        "listings-0-state": "reported",
    }
    assert errors_of(desk.post("/admin/rallies/action/add/", _form(timezone="UTC", **parts))) == {
        "participations-0-source": "Choose the source that names the group. Add the source first, and save.",
        "listings-0-basis": "A reported listing says how the source ties it; any other does not.",
    }


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"latitude": "32"}, {"longitude": "A point needs a latitude and a longitude."}),
        ({"latitude": "91", "longitude": "0"}, {"latitude": "The latitude must lie between -90 and 90 degrees."}),
        ({"country": "ZZ"}, {"country": "Select a valid choice. ZZ is not one of the available choices."}),
        ({"place": "abc"}, {"place": "Select a valid choice. That choice is not one of the available choices."}),
        (
            {"timezone": "Mars"},
            {"timezone": "“Mars” is not a time zone. Use a name such as Europe/Berlin or America/New_York."},
        ),
    ],
)
def test_add_location_with_bad_input_says_so_beside_the_field(desk, typed, errors):
    form = {
        "venue": "Square",
        "locality": "Tucson",
        "country": "US",
        "timezone": "America/Phoenix",
        "precision": "venue",
    }
    response = desk.post("/admin/rallies/location/add/", {**form, **typed})
    assert (response.status_code, errors_of(response), Location.objects.count()) == (200, errors, 0)


@pytest.mark.parametrize(
    ("noun", "typed", "errors"),
    [
        (
            "campaign",
            {"name": "A week", "first_day": "2026-11-20", "last_day": "2026-11-01"},
            {"last_day": "The last day lies before the first."},
        ),
        (
            "organizer",
            {"name": "A group", "kind": "other-organisation", "website": "ftp://example.org/"},
            {"website": "Give a link that begins with https:// or http://."},
        ),
    ],
)
def test_add_with_bad_input_says_so_beside_the_field(desk, noun, typed, errors):
    response = desk.post(f"/admin/rallies/{noun}/add/", typed)
    assert (response.status_code, errors_of(response)) == (200, errors)


def test_two_people_with_the_same_form_do_not_undo_each_other(desk, location):
    values = {"title": "Rally one", "start_date": date(2026, 11, 28), "location": location, "languages": ["es", "en"]}
    action = create_action(values, by=None, now=NOW)
    path = f"/admin/rallies/action/{action.pk}/change/"
    first, second = shown(desk, path), shown(desk, path)
    assert desk.post(path, {**first, "title": "Rally two"}).status_code == 302
    assert desk.post(path, {**second, "confidence_note": "Sure."}).status_code == 302
    action.refresh_from_db()
    assert (action.title, action.confidence_note, action.languages, action.start_time) == (
        "Rally two",
        "Sure.",
        ["es", "en"],
        None,
    )


def test_a_row_that_somebody_else_took_off_is_said(desk):
    group = create_organizer({"name": "Group 1"}, by=None, now=NOW)
    action = create_action({"title": "Rally one", "timezone": "UTC"}, by=None, now=NOW)
    parts = {
        "participations-TOTAL_FORMS": "1",
        "participations-INITIAL_FORMS": "1",
        "participations-0-id": "999",
        "participations-0-action": action.pk,
        "participations-0-organizer": group.pk,
        "participations-0-role": "host",
        "participations-0-state": "accepted",
        "participations-0-position": "0",
    }
    typed = _form(start_date="", start_time="", timezone="UTC", **parts)
    page = desk.post(f"/admin/rallies/action/{action.pk}/change/", typed).content.decode()
    assert "Somebody took this row off meanwhile. Nothing is written yet" in page


def test_bulk_action_on_what_is_no_number_does_nothing(desk):
    response = desk.post("/admin/rallies/action/", {"action": "publish", "_selected_action": ["abc"]}, follow=True)
    assert "Items must be selected in order to perform actions on them" in response.content.decode()


def test_old_address_names_of_others_are_not_taken_over(desk, location):
    names = []
    for slug in ("first", "second"):
        action = create_action({"title": slug, "timezone": "UTC"}, by=None, now=NOW)
        names.append(publish_action(action.pk, by=None, now=NOW))
    first, second = (f"/admin/rallies/action/{action.pk}/change/" for action in names)
    desk.post(first, {**shown(desk, first), "slug": "renamed"})
    desk.post(second, {**shown(desk, second), "slug": "first"})
    assert sorted(Action.objects.values_list("slug", flat=True)) == ["first-2", "renamed"]
    assert desk.get("/actions/first/")["Location"] == "/actions/renamed/"


def test_a_time_with_seconds_is_kept_without_them(desk):
    desk.post("/admin/rallies/action/add/", _form(timezone="UTC", start_time="16:14:49", gathering_time="15:30:01"))
    action = Action.objects.get()
    assert (action.start_time, action.gathering_time) == (time(16, 14), time(15, 30))


def test_history_names_places_and_groups(desk, location):
    group = create_organizer({"name": "River Group"}, by=None, now=NOW)
    other = create_location({"venue": "Library", "locality": "Tucson", "country": "US"}, by=None, now=NOW)
    action = create_action({"title": "Rally one", "location": location}, by=None, now=NOW)
    path = f"/admin/rallies/action/{action.pk}/change/"
    part = {"participations-TOTAL_FORMS": 1, "participations-0-organizer": group.pk, "participations-0-position": 0}
    desk.post(path, {**shown(desk, path), "location": other.pk, "contact_is_public": "on"})
    desk.post(path, {**shown(desk, path), **part, "participations-0-role": "host", "participations-0-state": "invited"})
    desk.post(path, {**shown(desk, path), "participations-0-state": "accepted"})
    desk.post(path, {**shown(desk, path), "participations-0-DELETE": "on"})
    told = [line[2:] for line in told_of(desk, f"/admin/rallies/action/{action.pk}/history/")]
    assert [line for line in told if "River Group" in line[0]] == [
        ["organizer: River Group", "Accepted", ""],
        ["organizer: River Group, state", "Invited", "Accepted"],
        ["organizer: River Group", "", "Invited"],
    ]
    assert ["show the contact to the public", "no", "yes"] in told
    assert ["location", "Square, Tucson, US", "Library, Tucson, US"] in told


def test_what_is_not_shown_yet_is_said_when_it_is_saved(desk, location):
    group = create_organizer({"name": "River Group"}, by=None, now=NOW)
    part = {"participations-TOTAL_FORMS": 1, "participations-0-organizer": group.pk, "participations-0-position": 0}
    part |= {"participations-0-role": "host", "participations-0-state": "invited"}
    response = desk.post("/admin/rallies/action/add/", _form(attendance_mode="online", **part), follow=True)
    assert messages_of(response)[:2] == [
        "The time is that of Coordinated Universal Time (UTC).",
        "1 group is invited. At the desk it reads the title, day, city and hosts already; it is not shown until it accepts.",
    ]


def test_an_address_name_that_came_out_otherwise_is_said(desk, location):
    response = desk.post("/admin/rallies/action/add/", _form(location=location.pk, slug="month"), follow=True)
    assert Action.objects.get().slug == "month-2"
    said = "The address name is “month-2”: “month” is taken, or has a meaning of its own."
    assert said in messages_of(response)


@pytest.mark.parametrize(
    "typed", [{"window_first": "2027-03-01"}, {"gathering_time": "99"}, {"route_start": "x" * 301}]
)
def test_a_fold_with_something_wrong_is_open(desk, location, typed):
    [field] = typed
    when = {"start_date": "", "start_time": ""} if "window_first" in typed else {}
    page = desk.post("/admin/rallies/action/add/", _form(location=location.pk, **when, **typed))
    folds = {tuple(fieldset.fields): fieldset.is_collapsible for fieldset in page.context["adminform"]}
    wrong = [is_folded for fields, is_folded in folds.items() if field in str(fields)]
    assert (wrong, sum(folds.values())) == ([False], 8)


def test_a_day_is_read_in_one_way_and_a_time_as_people_write_it(desk, location):
    response = desk.post(
        "/admin/rallies/action/add/", _form(location=location.pk, start_date="3/4/27", start_time="3 o'clock")
    )
    assert errors_of(response) == {
        "start_date": "Write the day like 2027-03-14.",
        "start_time": "Write the time like 18:30, or 6:30 pm.",
    }
    for number, typed in enumerate(("18:30", "6:30 pm", "6:30PM", "18.30")):
        desk.post("/admin/rallies/action/add/", _form(location=location.pk, slug=f"a{number}", start_time=typed))
    assert set(Action.objects.values_list("start_time", flat=True)) == {time(18, 30)}
