"""Feeds are asked as often as a calendar likes, and a provider asks from one address for thousands."""

from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_action

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/actions.ics", "/es/actions/march.ics"])
def test_55_nobody_is_told_that_it_was_too_often(path, time_machine):
    time_machine.move_to(NOW, tick=False)
    make_action(slug="march", title="March")
    client = Client(REMOTE_ADDR="192.0.2.77")
    first = client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answers = [client.get(path, headers={"if-none-match": first["ETag"]} if n % 2 else {}) for n in range(500)]
    found = Counter((answer.status_code, answer.has_header("Retry-After")) for answer in answers)
    assert (first.status_code, found) == (200, {(200, False): 250, (304, False): 250})
    assert [query["sql"] for query in captured if "rallies_cache" in query["sql"]] == []
