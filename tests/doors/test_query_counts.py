"""Every public address asks the database as often for thirty of everything as for one."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rallies.models import Action, Campaign, Occurrence
from rallies.picks import MOST, code_of
from rallies.web import day, map_page, places, views
from tests.doors.addresses import in_other_languages, patterns
from tests.doors.many import beside, one_of_everything, several
from tests.factories import NOW
from tests.kept import forget
from tests.picking import token_of

# How many there are does not depend on the database; that each answers is asked of both elsewhere.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.xdist_group("query counts")]

LATER = NOW + timedelta(hours=1)
FILTERS = "campaign=autumn&organizer=river&country=US&city=springfield-us&q=rally"
NEAR = "near=springfield-us&within=25"
QUESTIONS = [
    "",
    f"?{NEAR}",
    f"?{NEAR}&sort=distance&kind=rally",
    "?bbox=-91,39,-88,41",
    "?when=past",
    "?campaign=autumn",
    f"?{FILTERS}",
    "?from=2025-01-01&to=2027-12-31",
    "?attendance=in-person&kind=rally",
]
TABLES = ("ics", "csv", "geojson")
# Route → addresses that are counted.
COUNTED = {
    "": ["/"],
    "actions/": [f"/actions/{question}" for question in QUESTIONS],
    "actions/month/<str:month>/": [
        "/actions/month/2026-03/",
        f"/actions/month/2026-03/?{FILTERS}",
        f"/actions/month/2026-03/?{NEAR}",
    ],
    "actions/week/<str:day>/": [
        "/actions/week/2026-03-09/",
        f"/actions/week/2026-03-09/?{FILTERS}",
        f"/actions/week/2026-03-09/?{NEAR}",
    ],
    "<int:year>/<int:month>/<int:day>/": [
        "/2026/03/14/",
        f"/2026/03/14/?{FILTERS}",
        f"/2026/03/14/?{NEAR}",
    ],
    "actions/map/": [f"/actions/map/{question}" for question in QUESTIONS],
    "actions/<slug:slug>/": ["/actions/march/", "/actions/open/", "/actions/march/?near=springfield-us"],
    "actions/<slug:slug>/report/": ["/actions/march/report/"],
    "picks/<str:token>/": ["/picks/{picks}/"],
    "picks/<str:token>.ics": ["/picks/{picks}.ics"],
    "campaigns/<slug:slug>/": ["/campaigns/autumn/"],
    "organizers/<slug:slug>/": ["/organizers/river/"],
    "places/<slug:key>/": ["/places/springfield-us/"],
    "countries/": ["/countries/"],
    "countries/<slug:code>/": ["/countries/us/"],
    "countries/<slug:code>.ics": ["/countries/us.ics"],
    "actions/<slug:slug>.ics": ["/actions/march.ics"],
    **{f"actions.{ending}": [f"/actions.{ending}{question}" for question in QUESTIONS] for ending in TABLES},
    **{f"campaigns/<slug:slug>.{ending}": [f"/campaigns/autumn.{ending}"] for ending in TABLES},
    **{f"organizers/<slug:slug>.{ending}": [f"/organizers/river.{ending}"] for ending in TABLES},
    **{f"places/<slug:key>.{ending}": [f"/places/springfield-us.{ending}?within=25"] for ending in TABLES},
    **{f"countries/<slug:code>.{ending}": [f"/countries/us.{ending}"] for ending in TABLES},
    "api/v1/actions/": [f"/api/v1/actions/{question or '?'}&size=100" for question in QUESTIONS],
    "api/v1/actions/<slug:slug>/": ["/api/v1/actions/march/", "/api/v1/actions/open/"],
    "api/v1/occurrences/": [f"/api/v1/occurrences/{question or '?'}&size=100" for question in QUESTIONS],
    "api/v1/occurrences/<str:uid>/": ["/api/v1/occurrences/uid-march/"],
    "api/v1/organizers/": ["/api/v1/organizers/?size=100"],
    "api/v1/organizers/<slug:slug>/": ["/api/v1/organizers/river/"],
    "api/v1/locations/": ["/api/v1/locations/?size=100"],
    "api/v1/locations/<int:key>/": ["/api/v1/locations/{location}/"],
    "api/v1/campaigns/": ["/api/v1/campaigns/?size=100"],
    "api/v1/campaigns/<slug:slug>/": ["/api/v1/campaigns/autumn/"],
}
# Nothing is listed there.
APART = {
    *(
        "actions/month/",
        "actions/week/",
        "<int:year>/<int:month>/",
        "api/",
        "api/v1/",
        "api/v1/schema/",
        "api/v1/docs/",
        "favicon.ico",
        "robots.txt",
        "^media/(?P<path>.+)$",
    ),
    *("about/", "privacy/", "imprint/", "accessibility/", "styleguide/", "mark/<str:name>", "map.pmtiles"),
    *("places/", "places/complete", "picks/"),
}
PATHS = [path for paths in COUNTED.values() for path in paths]
# Calendars in other languages are made of rows and not of stored text.
PATHS += [*in_other_languages(COUNTED, code="es"), *(f"/es/actions.ics{question}" for question in QUESTIONS[1:])]


def counts():
    """Address → statements, and the bytes of the answer, each as if nothing was asked before."""
    found = {}
    for path in PATHS:
        forget()
        asked = path.format(location=location_of_march(), picks=picks_of_all())
        with CaptureQueriesContext(connection) as captured:
            answer = Client().get(asked)
            body = answer.getvalue()
        assert answer.status_code == 200, (path, answer.status_code, body[:300])
        found[path] = ([query["sql"] for query in captured], len(body))
    return found


def picks_of_all():
    return token_of(map(code_of, Action.objects.order_by("pk").values_list("uid", flat=True)[:MOST]))


def location_of_march():
    return Action.objects.values_list("location", flat=True).get(slug="march")


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), time_machine.travel(LATER, tick=False), pytest.MonkeyPatch.context() as patch:
        # All on one page: a list whose dated actions fill it does not ask for undated ones.
        for name in ("HOME_ACTIONS", "LIST_ACTIONS", "CAMPAIGN_ACTIONS"):
            patch.setattr(views, name, 500)
        patch.setattr(map_page, "BESIDE", 500)
        patch.setattr(places, "PLACE_ACTIONS", 500)
        patch.setattr(day, "DAY_ACTIONS", 500)
        one_of_everything()
        one = counts()
        several(29)
        beside()
        many = counts()
        yield one, many
        call_command("flush", interactive=False, stdout=StringIO())


def test_every_route_is_counted():
    assert set(patterns()) == set(COUNTED) | APART


def test_there_are_thirty_of_everything(counted):
    march = Action.objects.get(slug="march")
    assert Occurrence.objects.count() >= 80 and Action.objects.undated().count() == 41
    rows = (march.participations, march.listings, march.sources, march.changes, march.occurrences)
    assert [related.count() >= 30 for related in rows] == [True] * 5
    autumn = Campaign.objects.get(slug="autumn")
    rows = (autumn.parts, autumn.names, autumn.totals, autumn.milestones, autumn.sources, autumn.listings)
    assert [related.count() >= 30 for related in rows] == [True] * 6


@pytest.mark.parametrize("path", PATHS)
def test_as_many_queries_for_thirty_as_for_one(counted, path):
    one, many = counted[0][path], counted[1][path]
    assert len(many[0]) == len(one[0]), "\n".join(sql[:160] for sql in many[0])
    # One group and one place have one page of their own each, however many there are.
    if not path.removeprefix("/es").startswith(
        (
            "/api/v1/organizers/river",
            "/api/v1/locations/{",
            "/api/v1/actions/open",
            "/actions/open",
            "/actions/march/report",
        )
    ):
        assert many[1] > one[1]
