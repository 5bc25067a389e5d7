"""The doors for programs: headers, conditional answers, and what a change does to them."""

import gzip
import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rallies.feeds import tables
from rallies.operations.actions import cancel_action, withdraw_action
from rallies.operations.organizers import edit_organizer
from tests.factories import NOW, make_action, make_campaign, make_organizer

pytestmark = pytest.mark.django_db
PATHS = [
    f"{page}.{ending}"
    for page in ("/actions", "/campaigns/autumn", "/organizers/group")
    for ending in ("csv", "geojson")
]


@pytest.fixture
def clock(db):
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def march(clock):
    campaign, group = make_campaign(slug="autumn", name="Autumn"), make_organizer(slug="group", name="Group")
    return make_action(slug="march", title="March", campaigns=[campaign], hosts=[group])


def get(path, **headers):
    return Client().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("path", "content_type", "disposition"),
    [
        ("/actions.csv", "text/csv; charset=utf-8", 'attachment; filename="actions.csv"'),
        ("/campaigns/autumn.csv", "text/csv; charset=utf-8", 'attachment; filename="autumn.csv"'),
        ("/actions.geojson", "application/geo+json", 'inline; filename="actions.geojson"'),
    ],
)
def test_headers(march, path, content_type, disposition):
    answer = get(path)
    assert (answer.status_code, answer["Content-Type"], answer["Content-Disposition"]) == (
        200,
        content_type,
        disposition,
    )
    assert (answer["Access-Control-Allow-Origin"], answer.has_header("Set-Cookie")) == ("*", False)
    assert answer["Cache-Control"].startswith("public, max-age=0")


@pytest.mark.parametrize("path", PATHS)
def test_same_bytes_then_304_until_something_changes(march, path):
    first, second = get(path), get(path)
    assert first.getvalue() == second.getvalue()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        unchanged = get(path, If_None_Match=first["ETag"])
    assert (unchanged.status_code, unchanged.getvalue()) == (304, b"")
    assert [q["sql"] for q in queries if "rallies_participation" in q["sql"]] == []
    cancel_action(march.pk, message="Storm", by=None, now=NOW + timedelta(minutes=70))
    changed = get(path, If_None_Match=first["ETag"])
    assert changed.status_code == 200
    assert b"cancelled" in changed.getvalue()


def test_compressed_answer_is_confirmed_too(march):
    for _ in range(5):
        make_action()
    first = get("/actions.geojson", Accept_Encoding="gzip")
    assert (first["Content-Encoding"], first["ETag"][:2]) == ("gzip", "W/")
    assert get("/actions.geojson", Accept_Encoding="gzip", If_None_Match=first["ETag"]).status_code == 304


def test_what_is_over_leaves_by_the_clock(march, clock):
    first = get("/actions.geojson")
    assert len(json.loads(first.getvalue())["features"]) == 1
    clock.move_to(NOW + timedelta(days=30))
    later = get("/actions.geojson", If_None_Match=first["ETag"])
    assert later.status_code == 200
    assert json.loads(later.getvalue())["features"] == []
    assert len(json.loads(get("/actions.geojson?when=past").getvalue())["features"]) == 1


def test_head_has_no_body(march):
    answer = Client().head("/actions.csv")
    assert (answer.status_code, answer.getvalue()) == (200, b"")
    assert answer["ETag"] == get("/actions.csv")["ETag"]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/actions.csv?colour=red", 400, "“colour” is not a filter. "),
        ("/actions.geojson?when=later", 400, "“when”: There is no “later”. "),
        ("/campaigns/autumn.csv?kind=march", 400, "This address takes no filters. "),
        ("/campaigns/nowhere.csv", 404, "There is no calendar at this address."),
        ("/organizers/nowhere.geojson", 404, "There is no calendar at this address."),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(march, path, status, said):
    answer = get(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert answer.content.decode().startswith(said)


def test_renamed_group_redirects_at_its_path_and_in_a_question(march):
    group = march.participations.get().organizer
    edit_organizer(group.pk, {"slug": "band"}, by=None, now=NOW)
    moved = [get(path) for path in ("/organizers/group.geojson", "/actions.csv?organizer=group&utm_x=1")]
    assert [(m.status_code, m["Location"]) for m in moved] == [
        (301, "/organizers/band.geojson"),
        (301, "/actions.csv?organizer=band"),
    ]


def test_withdrawn_action_leaves_at_once(march):
    withdraw_action(march.pk, by=None, now=NOW + timedelta(minutes=70))
    assert json.loads(get("/actions.geojson").getvalue())["features"] == []


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_made_once_for_all_who_ask(march, path):
    first = get(path).getvalue()
    with CaptureQueriesContext(connection) as queries:
        again, compressed = get(path), get(path, Accept_Encoding="gzip")
    assert again.getvalue() == first
    assert (
        gzip.decompress(compressed.getvalue()) if "Content-Encoding" in compressed else compressed.getvalue()
    ) == first
    assert [q["sql"] for q in queries if '"rallies_occurrence"' in q["sql"] and "vevent" in q["sql"]] == []
    assert [q["sql"] for q in queries if "rallies_participation" in q["sql"]] == []


def test_an_answer_during_which_something_changed_is_not_kept(march):
    sending = get("/actions.csv")
    first_piece = next(iter(sending))
    cancel_action(march.pk, message="Storm", by=None, now=NOW + timedelta(minutes=70))
    rest = b"".join(sending)
    assert b"cancelled" not in first_piece + rest
    assert b"cancelled" in get("/actions.csv").getvalue()
    assert tables.TABLES.octets == len(tables.TABLES.get(get("/actions.csv")["ETag"]))
