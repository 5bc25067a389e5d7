"""What nobody thought of asking the API: schemathesis, from the OpenAPI document, with a fixed seed.

`make fuzz` asks thousands of questions; every run of the tests asks some.
"""

import os
from io import StringIO

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from config.wsgi import application
from tests.factories import make_action, make_campaign, make_organizer

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("fuzz")]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
# Its client does not inflate what it says it takes.
IDENTITY = {"Accept-Encoding": "identity"}
# A slug may be any text and still name nothing, which is a 400 in a question.
NOT_ASKED = [positive_data_acceptance]
PATHS = [
    "/api/v1/",
    "/api/v1/actions/",
    "/api/v1/actions/{slug}/",
    "/api/v1/occurrences/",
    "/api/v1/occurrences/{uid}/",
    "/api/v1/organizers/",
    "/api/v1/organizers/{slug}/",
    "/api/v1/locations/",
    "/api/v1/locations/{key}/",
    "/api/v1/campaigns/",
    "/api/v1/campaigns/{slug}/",
]


@pytest.fixture(scope="module")
def schema(django_db_setup, django_db_blocker):
    """The document as the API gives it, with something to be asked for."""
    # schemathesis calls the application under the name of this machine.
    with django_db_blocker.unblock(), override_settings(ALLOWED_HOSTS=["*"]):
        call_command("seed", stdout=StringIO())
        make_action(campaigns=[make_campaign()], hosts=[make_organizer()], recurrence_rule="FREQ=WEEKLY;COUNT=3")
        # As Django's own client does: between requests the database of the tests stays open.
        for moment in (request_started, request_finished):
            moment.disconnect(close_old_connections)
        yield schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
        for moment in (request_started, request_finished):
            moment.connect(close_old_connections)
        call_command("flush", interactive=False, stdout=StringIO())


def test_every_address_is_asked(schema):
    assert sorted(operation.ok().path for operation in schema.get_all_operations()) == sorted(PATHS)


# Where every text is a possible value, there is nothing wrong to send.
WRONG = ["/api/v1/actions/", "/api/v1/occurrences/", "/api/v1/organizers/", "/api/v1/locations/{key}/"]


@pytest.mark.parametrize(
    ("path", "mode"),
    [*((path, GenerationMode.POSITIVE) for path in PATHS), *((path, GenerationMode.NEGATIVE) for path in WRONG)],
)
def test_answers_are_those_of_the_schema(schema, path, mode):
    """Whatever is sent: no failure of the server, and status, media type and body as the document says."""

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=schema[path]["GET"].as_strategy(generation_mode=mode))
    def ask(case):
        # Forms of pages send fields that were left empty: these ask nothing, and are no mistake.
        assume("" not in (case.query or {}).values())
        case.call_and_validate(headers=IDENTITY, excluded_checks=NOT_ASKED)

    ask()


@pytest.mark.parametrize("path", ["/api/v1/actions/", "/api/v1/occurrences/"])
def test_whole_answers_are_those_of_the_schema(schema, path):
    schema[path]["GET"].Case(query={"from": "2000-01-01", "size": 100}).call_and_validate(headers=IDENTITY)
