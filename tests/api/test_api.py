"""The API from outside."""

import json
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from rallies.api.schema import FILTERS
from rallies.enums import ParticipationRole, ParticipationState
from rallies.http.query import QuestionForm
from rallies.models import Action, Organizer
from rallies.operations.actions import cancel_action, edit_action, publish_action, reveal_place, withdraw_action
from rallies.operations.campaigns import edit_campaign
from rallies.operations.deleting import delete_rows
from rallies.operations.locations import edit_location
from rallies.operations.organizers import edit_organizer
from rallies.operations.participations import ParticipationEntry
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
LISTS = ["actions", "occurrences", "organizers", "locations", "campaigns"]


@pytest.fixture
def clock(db):
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def march(clock):
    campaign, group = make_campaign(slug="autumn", name="Autumn"), make_organizer(slug="group", name="Group")
    place = make_location(venue="City Hall", street_address="1 Main Street")
    return make_action(
        slug="march", title="March", uid="march-uid", kind="march", location=place, campaigns=[campaign], hosts=[group]
    )


def get(path, **headers):
    return Client().get(f"/api/v1/{path}", headers={name.replace("_", "-"): value for name, value in headers.items()})


def results(path):
    found = []
    while path:
        body = get(path).json()
        found += body["results"]
        path = (body["next"] or "").partition("/api/v1/")[2]
    return found


def test_index_leads_to_everything(march):
    addresses = get("").json()
    assert list(addresses) == ["actions", "occurrences", "organizers", "locations", "campaigns", "schema", "docs"]
    assert {name: get(f"{name}/").status_code for name in addresses} == dict.fromkeys(addresses, 200)


def test_occurrence_is_whole(march):
    [shown] = results("occurrences/")
    assert shown == get("occurrences/march-uid/").json()
    location = shown.pop("location")
    assert (location["venue"], location["is_withheld"], location["id"]) == ("City Hall", False, march.location_id)
    date_row = march.occurrences.get()
    assert shown == {
        "uid": "march-uid",
        "recurrence_id": "",
        "status": "scheduled",
        "status_message": "",
        "start_date": "2026-03-14",
        "start_time": "14:00",
        "end_date": None,
        "end_time": None,
        "timezone": "America/Chicago",
        "starts_at": "2026-03-14T19:00:00Z",
        "ends_at": None,
        "sequence": date_row.sequence,
        "updated_at": "2026-03-02T12:00:00Z",
        "action": "march",
        "title": "March",
        "kind": "march",
        "url": "http://testserver/actions/march/",
        "attendance_mode": "in-person",
        "online_url": "",
        "organizers": [{"slug": "group", "name": "Group", "role": "host", "is_reported": False, "outlet": ""}],
        "campaigns": [{"slug": "autumn", "name": "Autumn", "basis": ""}],
    }


def test_action_has_its_dates(march):
    weekly = make_action(
        slug="vigil", title="Vigil", recurrence_rule="FREQ=WEEKLY;COUNT=3", start_date=date(2026, 3, 16)
    )
    [first, second] = results("actions/")
    assert (first["slug"], second["slug"]) == ("march", "vigil")
    assert [row["start_date"] for row in second["occurrences"]] == ["2026-03-16", "2026-03-23", "2026-03-30"]
    assert [row["uid"] for row in second["occurrences"]] == list(
        weekly.occurrences.order_by("starts_at").values_list("uid", flat=True)
    )
    assert get("actions/vigil/").json() == second
    [some] = results("actions/?from=2026-03-20&to=2026-03-25")
    assert [row["start_date"] for row in some["occurrences"]] == ["2026-03-23"]


def test_undated_actions_come_last_and_in_no_list_of_dates(march):
    make_action(slug="one-day", start_date=None)
    assert [(row["slug"], len(row["occurrences"])) for row in results("actions/")] == [("march", 1), ("one-day", 0)]
    assert [row["action"] for row in results("occurrences/")] == ["march"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_walk_meets_everything_once_and_in_order(march, size):
    for number in range(9):
        make_action(slug=f"same-{number}")
    for number in range(4):
        make_action(slug=f"open-{number}", start_date=None)
    slugs = ["march", *(f"same-{n}" for n in range(9)), *(f"open-{n}" for n in range(4))]
    assert [row["slug"] for row in results(f"actions/?size={size}")] == slugs
    assert [row["action"] for row in results(f"occurrences/?size={size}")] == slugs[:10]


def test_walk_stands_on_its_first_moment_while_the_clock_and_the_calendar_move(march, clock):
    for number in range(6):
        make_action(slug=f"later-{number}", start_date=date(2026, 3, 20 + number))
    first = get("occurrences/?size=3").json()
    assert [row["action"] for row in first["results"]] == ["march", "later-0", "later-1"]
    clock.move_to(datetime.fromisoformat("2026-03-24T12:00:00+00:00"))
    make_action(slug="before", start_date=date(2026, 3, 15))
    rest = results(first["next"].partition("/api/v1/")[2])
    assert [row["action"] for row in rest] == ["later-2", "later-3", "later-4", "later-5"]


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "bnVsbA", "WzEsMiwzLDRd", "e30", "é", "a" * 5000, "WyIiLCAiMjAyNiIsIDEsIG51bGxd"]
)
def test_broken_cursor_is_refused(march, cursor):
    answer = get(f"actions/?cursor={cursor}")
    assert (answer.status_code, answer.json()["detail"][:28]) == (400, "“cursor” is not one that thi")


def test_cursor_of_another_question_is_refused(march):
    make_action()
    address = get("actions/?size=1").json()["next"].partition("/api/v1/")[2]
    answers = [
        get(address.replace("actions/?", "actions/?kind=march&")),
        get(address.replace("actions/", "occurrences/")),
    ]
    assert [(a.status_code, a.json()["detail"][:36]) for a in answers] == [
        (400, "“cursor” belongs to another question")
    ] * 2


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("actions/?colour=red", 400, "“colour” is not a filter."),
        ("actions/?size=0", 400, "“size” must be a number from 1 to 100."),
        ("actions/?size=1&size=2", 400, "“size” is given twice."),
        ("actions/?kind=parade", 400, "“kind”: There is no kind of action called “parade”."),
        ("actions/march/?kind=march", 400, "This address takes no filters."),
        ("organizers/?kind=march", 400, "This list takes no filters"),
        ("organizers/?colour=red", 400, "This list takes no filters"),
        ("?colour=red", 400, "This address takes no filters."),
        ("?kind=march", 400, "This address takes no filters."),
        ("schema/?colour=red", 400, "This address takes no filters."),
        ("docs/?kind=zz", 400, "This address takes no filters."),
        ("docs/?colour=", 400, "This address takes no filters."),
        ("actions/nowhere/", 404, "Nothing is listed at this address."),
        ("occurrences/nowhere/", 404, "Nothing is listed at this address."),
        ("locations/99999999999999999999999/", 404, "Nothing is listed at this address."),
        ("organizers/nowhere/", 404, "Nothing is listed at this address."),
        ("campaigns/nowhere/", 404, "Nothing is listed at this address."),
        ("nowhere/", 404, "The API has no such address."),
    ],
)
def test_errors_are_problem_documents(march, path, status, detail):
    answer = get(path, Accept="text/html")
    problem = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert problem.pop("detail").startswith(detail)
    phrase = {400: "Bad Request", 404: "Not Found"}[status]
    instance = f"/api/v1/{path.partition('?')[0]}"
    assert problem == {"type": "about:blank", "title": phrase, "status": status, "instance": instance}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["actions/", "actions/march/", "schema/", ""])
def test_writing_is_not_allowed(march, method, path):
    answer = getattr(Client(enforce_csrf_checks=True), method)(f"/api/v1/{path}", data=b"{]", content_type="text/plain")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer["Content-Type"] == "application/problem+json"


def test_withdrawn_is_gone_and_a_draft_is_not_there(march):
    make_action(slug="plan", publish=False)
    withdraw_action(march.pk, by=None, now=LATER)
    plan = Action.objects.get(slug="plan").occurrences.get().uid
    assert [get(f"actions/{slug}/").status_code for slug in ("march", "plan")] == [410, 404]
    assert [get(f"occurrences/{uid}/").status_code for uid in ("march-uid", plan)] == [410, 404]
    assert results("actions/") == results("occurrences/") == results("locations/") == []


def test_renamed_things_redirect(march):
    edit_organizer(march.participations.get().organizer_id, {"slug": "band"}, by=None, now=LATER)
    edit_action(march.pk, {"slug": "procession"}, by=None, now=LATER)
    moved = [get(path) for path in ("organizers/group/", "actions/march/", "actions/?organizer=group&size=2")]
    assert [(m.status_code, m["Location"]) for m in moved] == [
        (301, "/api/v1/organizers/band/"),
        (301, "/api/v1/actions/procession/"),
        (301, "/api/v1/actions/?organizer=band&size=2"),
    ]


@pytest.mark.parametrize(
    "path",
    ["", "actions/", "occurrences/", "organizers/", "locations/", "campaigns/", "actions/march/", "campaigns/autumn/"],
)
def test_unchanged_answers_are_confirmed(march, path):
    first = get(path)
    assert first.content == get(path).content
    again = get(path, If_None_Match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert (first["Access-Control-Allow-Origin"], first.has_header("Set-Cookie")) == ("*", False)


def test_every_change_that_shows_has_another_etag(march):
    place, group, campaign = (
        march.location_id,
        march.participations.get().organizer_id,
        march.listings.get().campaign_id,
    )
    changes = [
        ("actions/", lambda: cancel_action(march.pk, message="Storm", by=None, now=LATER)),
        ("occurrences/march-uid/", lambda: edit_action(march.pk, {"title": "Another"}, by=None, now=LATER)),
        ("locations/", lambda: edit_location(place, {"venue": "Town Hall"}, by=None, now=LATER)),
        (f"locations/{place}/", lambda: edit_location(place, {"venue": "Hall"}, by=None, now=LATER)),
        ("organizers/", lambda: make_organizer(slug="alone", now=LATER)),
        (
            "organizers/alone/",
            lambda: edit_organizer(
                Organizer.objects.get(slug="alone").pk,
                {"website": "https://example.org/"},
                by=None,
                now=LATER + timedelta(minutes=1),
            ),
        ),
        ("campaigns/", lambda: make_campaign(slug="winter", now=LATER)),
        ("campaigns/autumn/", lambda: edit_campaign(campaign, {"summary": "New."}, by=None, now=LATER)),
        (
            f"organizers/?size={1}",
            lambda: edit_organizer(group, {"name": "Band"}, by=None, now=LATER + timedelta(minutes=2)),
        ),
    ]
    for path, change in changes:
        before = get(path)
        change()
        after = get(path, If_None_Match=before["ETag"])
        assert (after.status_code, after.content != before.content) == (200, True), path
        assert after["Last-Modified"], path


def test_every_change_of_a_list_moves_its_etag(march):
    """Lists ask for no more than the stamp of the site: whatever adds, changes or takes away an entry moves it."""
    alone, winter = make_organizer(slug="alone"), make_campaign(slug="winter")
    other, plan = make_location(), make_action(slug="plan", publish=False)
    change = {"by": None, "now": LATER}
    changes = [
        ("organizers/", lambda: delete_rows([alone], **change)),
        ("campaigns/", lambda: edit_campaign(winter.pk, {"is_public": False}, **change)),
        ("campaigns/", lambda: edit_campaign(winter.pk, {"is_public": True}, **change)),
        ("campaigns/", lambda: delete_rows([winter], **change)),
        ("locations/", lambda: edit_action(march.pk, {"location": other}, **change)),
        ("locations/", lambda: edit_action(march.pk, {"place_visibility": "city"}, **change)),
        ("locations/", lambda: publish_action(plan.pk, **change)),
        ("locations/", lambda: withdraw_action(plan.pk, **change)),
    ]
    for path, happens in changes:
        before = get(path)
        happens()
        after = get(path, If_None_Match=before["ETag"])
        assert (after.status_code, after.content != before.content) == (200, True), path


def test_head_and_options(march):
    head = Client().head("/api/v1/actions/")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", get("actions/")["ETag"])
    asked = Client().options("/api/v1/actions/")
    assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "If-None-Match")


def test_what_a_client_says_of_itself_changes_nothing(march):
    odd = get("actions/", Accept="text/html", Authorization="Bearer x", Accept_Language="de", Cookie="a=b")
    assert odd.content == get("actions/").content


@pytest.mark.parametrize(("visibility", "shown"), [("exact", ["City Hall"]), ("city-until", []), ("city", [])])
def test_location_is_listed_only_where_an_action_shows_it(clock, visibility, shown):
    place = make_location(venue="City Hall")
    more = {"place_revealed_from": LATER + timedelta(days=1)} if visibility == "city-until" else {}
    action = make_action(location=place, place_visibility=visibility, **more)
    make_action(location=make_location(venue="Draft Hall"), publish=False)
    assert [row["venue"] for row in results("locations/")] == shown
    assert get(f"locations/{place.pk}/").status_code == (200 if shown else 404)
    [row] = results("occurrences/")
    assert (row["location"]["venue"], row["location"]["id"]) == (("City Hall", place.pk) if shown else ("", None))
    if visibility == "city-until":
        reveal_place(action.pk, now=LATER + timedelta(days=2))
        assert [row["venue"] for row in results("locations/")] == ["City Hall"]


def test_nothing_planted_leaks(clock):
    make_action(title="Planted draft", slug="planted-draft", publish=False)
    make_action(title="Planted submitted", slug="planted-submitted", publication="submitted")
    make_action(title="Planted withdrawn", slug="planted-withdrawn", publication="withdrawn")
    group = make_organizer(slug="group", name="Group", contact="planted-contact")
    asked = make_organizer(slug="asked", name="Asked")
    make_campaign(slug="hidden", name="Planted campaign", is_public=False)
    make_action(
        slug="march",
        title="March",
        contact="planted-contact",
        internal_note="Planted note",
        location=make_location(venue="Planted venue", street_address="Planted street"),
        place_visibility="city",
        route_start="Planted route",
        hosts=[group],
        participations=[ParticipationEntry(asked, ParticipationRole.CO_HOST, ParticipationState.INVITED)],
    )
    paths = [*(f"{name}/" for name in LISTS), "actions/march/", "organizers/group/"]
    texts = {path: get(path).content.decode() for path in paths}
    assert len(json.loads(texts["actions/"])["results"]) == 1
    assert {path: text for path, text in texts.items() if "lanted" in text} == {}
    assert "Asked" not in texts["actions/march/"]


def test_failures_are_problem_documents_and_say_nothing_of_the_inside(march, monkeypatch):
    def broken(*args, **kwargs):
        raise OperationalError("host=db user=secret")

    monkeypatch.setattr("rallies.api.views.batches.actions_after", broken)
    answer = get("actions/")
    assert (answer.status_code, answer["Retry-After"], b"secret" in answer.content) == (503, "300", False)
    monkeypatch.setattr("rallies.api.views.batches.actions_after", lambda *a, **k: 1 / 0)
    answer = get("actions/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert b"division" not in answer.content


def test_schema_validates_without_a_warning():
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert "/api/v1/actions/{slug}/" in out.getvalue()


def test_document_says_each_filter_there_is():
    assert [parameter.name for parameter in FILTERS] == list(QuestionForm.base_fields)


def test_docs_page_says_every_address(db):
    page = Client().get("/api/v1/docs/")
    assert (page.status_code, page.has_header("Set-Cookie")) == (200, False)
    paths = list(get("schema/").json()["paths"])
    assert len(paths) == 11
    assert [path for path in paths if path not in page.content.decode()] == []
