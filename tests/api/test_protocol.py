"""How the API answers browsers, caches and programs, whatever the question."""

import json
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils.module_loading import import_string

from rallies.operations.actions import cancel_action, edit_action, withdraw_action
from rallies.operations.campaigns import edit_campaign
from rallies.operations.locations import edit_location
from rallies.operations.organizers import edit_organizer
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
BY = {"by": None, "now": LATER}
CACHED = "public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400"
DETAILS = ["actions/march/", "occurrences/march-uid/", "organizers/group/", "campaigns/autumn/"]
PATHS = ["", "actions/", "occurrences/", "organizers/", "locations/", "campaigns/", "schema/", *DETAILS]


@pytest.fixture(autouse=True)
def clock(db):
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def march():
    campaign, group = make_campaign(slug="autumn", name="Autumn"), make_organizer(slug="group", name="Group")
    return make_action(slug="march", title="March", uid="march-uid", campaigns=[campaign], hosts=[group])


def get(path, **headers):
    return Client().get(f"/api/v1/{path}", headers={name.replace("_", "-"): value for name, value in headers.items()})


def problem_of(answer):
    assert answer["Content-Type"] == "application/problem+json"
    found = json.loads(answer.content)
    assert set(found) == {"type", "title", "status", "detail", "instance"}
    assert found["status"] == answer.status_code
    return found


# --- errors ---------------------------------------------------------------------------------------


def test_any_address_below_the_api_answers_with_a_problem_document(march):
    asked = ["/api/", "/api/v2/", "/api/v1/nowhere", "/api/v1/actions/a b/", "/api/v1/actions/%ff/", "/api/v1/docs/x/"]
    asked += ["/api/v1/locations/-1/", "/api/v1/locations/x/", "/api/v1/occurrences/a%2Fb/", "/api/v1//actions/"]
    answers = {path: Client().get(path, headers={"accept": "text/html"}) for path in asked}
    assert {path: problem_of(answer)["title"] for path, answer in answers.items()} == dict.fromkeys(asked, "Not Found")
    assert {answer["Access-Control-Allow-Origin"] for answer in answers.values()} == {"*"}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_no_method_is_answered_with_a_page(march, method):
    answer = getattr(Client(enforce_csrf_checks=True), method)("/api/v1/nowhere/", HTTP_ACCEPT="text/html")
    assert problem_of(answer)["status"] == 404


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/json;version=9", "nonsense", ""])
def test_there_is_one_format_whatever_a_client_says_it_takes(march, accept):
    assert get("actions/", Accept=accept).content == get("actions/").content
    assert problem_of(get("actions/nowhere/", Accept=accept))["status"] == 404


def test_a_thousand_parameters_are_the_mistake_of_who_asks(march, caplog):
    for path in ("", "actions/", "occurrences/", "organizers/", "actions/march/"):
        assert problem_of(get(f"{path}?{'a&' * 1500}"))["status"] == 400
    assert "Traceback" not in caplog.text


def test_a_foreign_host_name_and_a_failure_before_any_view_are_problem_documents(march, monkeypatch):
    assert problem_of(get("actions/", Host="elsewhere.example"))["status"] == 400
    broken = "django.middleware.csrf.CsrfViewMiddleware.process_request"
    monkeypatch.setattr(broken, lambda *args: 1 / 0)
    answers = [Client(raise_request_exception=False).get(path) for path in ("/api/v1/actions/", "/actions/")]
    assert (problem_of(answers[0])["status"], answers[1].status_code, answers[1]["Content-Type"]) == (
        500,
        500,
        "text/html; charset=utf-8",
    )


def test_an_address_that_lacks_its_last_slash_leads_on(march):
    asked = ["/api/v1", "/api/v1/actions?kind=rally&q=%C3%A9", "/api/v1/actions/march", "/api/v1/docs"]
    moved = [Client().get(path) for path in asked]
    assert [(m.status_code, m["Location"], m["Access-Control-Allow-Origin"]) for m in moved] == [
        (301, "/api/v1/", "*"),
        (301, "/api/v1/actions/?kind=rally&q=%C3%A9", "*"),
        (301, "/api/v1/actions/march/", "*"),
        (301, "/api/v1/docs/", "*"),
    ]
    assert [Client().get(m["Location"]).status_code for m in moved] == [200] * 4
    assert Client().post("/api/v1/actions").status_code == 404


# --- caches and browsers --------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_answers_may_be_kept_and_read_by_all(march, path):
    full = get(path, Cookie="rallies_session=abc", Origin="https://elsewhere.example")
    unchanged = get(path, If_None_Match=full["ETag"])
    assert (full.status_code, unchanged.status_code, unchanged.content) == (200, 304, b"")
    names = ("Cache-Control", "Vary", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers")
    wanted = dict(zip(names, (CACHED, "Accept-Encoding", "*", "ETag"), strict=True))
    for answer in (full, unchanged):
        assert ({name: answer[name] for name in names}, answer.cookies) == (wanted, {})
        assert not answer.has_header("Access-Control-Allow-Credentials")


@pytest.mark.parametrize("path", ["actions/", "occurrences/", "schema/", "actions/march/"])
def test_a_compressed_answer_has_the_same_words_and_is_confirmed(march, path):
    plain, small = get(path), get(path, Accept_Encoding="gzip")
    assert (small["Content-Encoding"], small["Vary"]) == ("gzip", "Accept-Encoding")
    assert (small["ETag"], len(small.content) < len(plain.content)) == (f"W/{plain['ETag']}", True)
    for tag in (small["ETag"], plain["ETag"], f'"other", {small["ETag"]}', "*"):
        assert get(path, Accept_Encoding="gzip", If_None_Match=tag).status_code == 304
    assert get(path, Accept_Encoding="gzip", If_None_Match='W/"other"').status_code == 200


@pytest.mark.parametrize("path", [*PATHS, "docs/", "actions/nowhere/", "nowhere/", "actions/?colour=red"])
def test_head_is_get_without_a_body(march, path):
    whole, head = get(path), Client().head(f"/api/v1/{path}")
    assert (head.status_code, head.content, dict(head.items())) == (whole.status_code, b"", dict(whole.items()))


def test_moved_and_gone_may_be_read_by_all_too(march):
    edit_action(march.pk, {"slug": "procession"}, **BY)
    moved = get("actions/march/")
    withdraw_action(march.pk, **BY)
    gone = get("actions/procession/")
    assert [(a.status_code, a["Access-Control-Allow-Origin"]) for a in (moved, gone)] == [(301, "*"), (410, "*")]
    assert get("actions/march/").status_code == 301
    assert problem_of(gone)["detail"] == "This was taken off the calendar."


@pytest.mark.parametrize("path", ["/actions.ics", "/actions.csv", "/actions.geojson", "/organizers/group.ics"])
def test_pages_of_other_sites_may_read_feeds_and_what_they_say_of_mistakes(march, path):
    for query, status in (("", 200), ("?colour=red", 400), (f"?{'a&' * 1500}", 400)):
        answer = Client().get(path + query)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, "*")
        assert status == 200 or answer["Content-Type"] == "text/plain; charset=utf-8"


def test_the_document_follows_from_the_code_alone(march):
    first = get("schema/")
    make_action()
    again = get("schema/", If_None_Match=first["ETag"])
    assert (again.status_code, first.json()["info"]["version"]) == (304, "1")
    assert problem_of(get("schema/?format=yaml"))["status"] == 400


def test_no_date_confirms_what_follows_from_the_code_alone(march):
    since = "Fri, 01 Jan 2100 00:00:00 GMT"
    answers = [get(path, If_Modified_Since=since) for path in ("", "schema/")]
    assert [(a.status_code, a.has_header("Last-Modified")) for a in answers] == [(200, False)] * 2


@pytest.mark.parametrize(
    ("path", "finder", "change"),
    [
        ("actions/march/", "rallies.selectors.batches.get_action_dates", "title"),
        ("occurrences/march-uid/", "rallies.selectors.batches.get_occurrence", "title"),
        ("organizers/group/", "rallies.api.views.get_organizer", "group"),
        ("campaigns/autumn/", "rallies.api.views.get_campaign", "campaign"),
        ("locations/{place}/", "rallies.selectors.batches.get_location", "place"),
    ],
)
def test_what_changes_while_it_is_read_is_not_confirmed(march, monkeypatch, path, finder, change):
    """The old body must not stand under the new stamp: 304s would keep it."""
    changes = {
        "title": lambda: edit_action(march.pk, {"title": "Another"}, **BY),
        "group": lambda: edit_organizer(march.participations.get().organizer_id, {"name": "Band"}, **BY),
        "campaign": lambda: edit_campaign(march.listings.get().campaign_id, {"name": "Winter"}, **BY),
        "place": lambda: edit_location(march.location_id, {"venue": "Town Hall"}, **BY),
    }
    real, path = import_string(finder), path.format(place=march.location_id)

    def overtaken(*args, **kwargs):
        found = real(*args, **kwargs)
        changes[change]()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(finder, overtaken)
        first = get(path)
    again = get(path, If_None_Match=first["ETag"])
    assert (first.status_code, again.status_code, again.content != first.content) == (200, 200, True)


def test_what_is_gone_or_renamed_is_not_confirmed(march):
    marks = {"If_None_Match": "*"}
    edit_action(march.pk, {"slug": "procession"}, **BY)
    edit_organizer(march.participations.get().organizer_id, {"slug": "band"}, **BY)
    edit_campaign(march.listings.get().campaign_id, {"slug": "winter"}, **BY)
    paths = ("actions/march/", "organizers/group/", "campaigns/autumn/")
    assert [get(path, **marks).status_code for path in paths] == [301] * 3
    withdraw_action(march.pk, **BY)
    paths = ("actions/procession/", "occurrences/march-uid/", "actions/nowhere/", f"locations/{march.location_id}/")
    assert [get(path, **marks).status_code for path in paths] == [410, 410, 404, 404]


# --- cursors --------------------------------------------------------------------------------------


def walk(address, *, between):
    """Slugs of all batches; `between` happens after each."""
    found = []
    while address:
        shown = get(address.partition("/api/v1/")[2]).json()
        found += [row["slug"] if "slug" in row else row["action"] for row in shown["results"]]
        address = shown["next"]
        for change in between[:1]:
            change()
        between = between[1:]
    return found


@pytest.mark.parametrize("noun", ["actions", "occurrences"])
def test_a_walk_misses_nothing_and_repeats_nothing_while_the_calendar_changes(noun):
    group, campaign = make_organizer(slug="group"), make_campaign(slug="autumn")
    both = {"hosts": [group], "campaigns": [campaign]}
    rows = [make_action(slug=f"a{n}", start_date=date(2026, 3, 10 + n), **both) for n in range(8)]
    changes = [
        lambda: withdraw_action(rows[1].pk, **BY),  # the one on which the cursor stands
        lambda: make_action(slug="early", start_date=date(2026, 3, 9), **both),
        lambda: (cancel_action(rows[5].pk, **BY), make_action(slug="late", start_date=date(2026, 3, 25), **both)),
        lambda: edit_action(rows[6].pk, {"slug": "renamed", "title": "Renamed"}, **BY),
        lambda: withdraw_action(rows[0].pk, **BY),
    ]
    question = "campaign=autumn&organizer=group&from=2026-03-01"
    found = walk(f"/api/v1/{noun}/?{question}&size=2", between=changes)
    assert found == ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "late"]


@pytest.mark.parametrize("noun", ["actions", "occurrences"])
def test_a_walk_goes_on_when_what_it_asks_for_is_renamed(noun):
    group, campaign = make_organizer(slug="group"), make_campaign(slug="autumn")
    for number in range(4):
        make_action(slug=f"a{number}", start_date=date(2026, 3, 10 + number), hosts=[group], campaigns=[campaign])
    first = get(f"{noun}/?campaign=autumn&organizer=group&size=2").json()["next"]
    edit_organizer(group.pk, {"slug": "band"}, **BY)
    edit_campaign(campaign.pk, {"slug": "winter"}, **BY)
    moved = Client().get(first)
    assert moved.status_code == 301
    rest = Client().get(moved["Location"])
    assert [row.get("action", row.get("slug")) for row in rest.json()["results"]] == ["a2", "a3"]


@pytest.mark.parametrize("noun", ["actions", "occurrences"])
def test_the_longest_question_is_walked_to_its_end(noun):
    words = ("سلام " * 12).strip()
    group, campaign = make_organizer(slug="g" * 120), make_campaign(slug="c" * 120)
    place = make_location(place=make_place("a" * 100 + "-us"))
    for number in range(3):
        make_action(
            slug=f"a{number}",
            title=f"سلام {number}",
            kind="march",
            start_date=date(2026, 3, 10 + number),
            location=place,
            hosts=[group],
            campaigns=[campaign],
        )
    question = {
        "campaign": campaign.slug,
        "organizer": group.slug,
        "kind": "march",
        "country": "US",
        "city": place.place.key,
        "from": "2026-03-01",
        "to": "2026-03-31",
        "q": words,
        "size": 1,
    }
    assert walk(f"/api/v1/{noun}/?{urlencode(question)}", between=[]) == ["a0", "a1", "a2"]
    first = get(f"{noun}/?{urlencode(question)}").json()["next"]
    other = first.replace(urlencode({"q": words}), urlencode({"q": words[:-1]}))
    assert (other != first, Client().get(other).status_code) == (True, 400)


def test_a_walk_over_groups_places_and_campaigns_stands_too():
    for number in range(5):
        make_action(hosts=[make_organizer(slug=f"g{number}")], campaigns=[make_campaign(slug=f"c{number}")])
    group, campaign = make_organizer(slug="g5"), make_campaign(slug="c5")
    changes = [
        lambda: (edit_organizer(group.pk, {"name": "A"}, **BY), edit_campaign(campaign.pk, {"name": "A"}, **BY)),
        lambda: edit_campaign(campaign.pk, {"is_public": False}, **BY),
        lambda: make_organizer(slug="g6"),
    ]
    assert walk("/api/v1/organizers/?size=2", between=changes) == [f"g{n}" for n in range(6)]
    assert walk("/api/v1/campaigns/?size=2", between=[]) == [f"c{n}" for n in range(5)]
