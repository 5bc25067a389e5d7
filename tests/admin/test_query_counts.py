"""The desk asks the database as often for thirty of everything as for one: lists, forms, histories, autocompletes."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rallies.models import Action, Campaign, Location, Organizer
from rallies.operations.accounts import create_administrator
from tests.doors.many import beside, one_of_everything, several
from tests.factories import NOW
from tests.signing_in import sign_in

# How many there are does not depend on the database; that each answers is asked of both elsewhere.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.xdist_group("query counts of the desk")]

MODELS = sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry)
LISTS = {f"{name} list": name for name in MODELS}
SEARCHES = {"action": "rally", "campaign": "week", "location": "hall", "organizer": "group"}
FIELDS = [
    ("action", "location"),
    ("participation", "organizer"),
    ("listing", "campaign"),
    ("listing", "action"),
    ("location", "place"),
]


def paths():
    """What is asked for → its address."""
    march, autumn = Action.objects.get(slug="march"), Campaign.objects.get(slug="autumn")
    rows = {"action": march, "campaign": autumn, "organizer": Organizer.objects.get(slug="river")}
    rows["location"] = Location.objects.get(pk=march.location_id)
    found = {"index": reverse("admin:index")}
    found |= {what: reverse(f"admin:{name}_changelist") for what, name in LISTS.items()}
    for noun, words in SEARCHES.items():
        found[f"{noun} search"] = f"{reverse(f'admin:rallies_{noun}_changelist')}?q={words}"
        found[f"{noun} form"] = reverse(f"admin:rallies_{noun}_change", args=[rows[noun].pk])
        found[f"{noun} history"] = reverse(f"admin:rallies_{noun}_history", args=[rows[noun].pk])
        found[f"{noun} new"] = reverse(f"admin:rallies_{noun}_add")
    found["campaign desk"] = reverse("admin:rallies_campaign_desk", args=[rows["campaign"].pk])
    for model, field in FIELDS:
        asked = f"app_label=rallies&model_name={model}&field_name={field}"
        found[f"{field} autocomplete"] = f"{reverse('admin:autocomplete')}?{asked}"
    return found


WHATS = [
    "index",
    "campaign desk",
    *LISTS,
    *(f"{noun} {what}" for noun in SEARCHES for what in ("search", "form", "history", "new")),
    *(f"{field} autocomplete" for _, field in FIELDS),
]


def counts(client):
    found = {}
    for what, path in paths().items():
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        assert answer.status_code == 200, (what, path, answer.status_code)
        found[what] = [query["sql"] for query in captured]
    return found


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), time_machine.travel(NOW + timedelta(hours=1), tick=False):
        user, _password = create_administrator(username="admin", now=NOW)
        client = Client()
        sign_in(client, user)
        one_of_everything()
        one = counts(client)
        several(29)
        beside()
        for number in range(29):
            User.objects.create_user(f"account-{number}")
        yield one, counts(client)
        call_command("flush", interactive=False, stdout=StringIO())


@pytest.mark.parametrize("what", WHATS)
def test_as_many_queries_for_thirty_as_for_one(counted, what):
    one, many = counted[0][what], counted[1][what]
    assert len(many) == len(one), "\n".join(sql[:300] for sql in many[-12:])


def test_everything_that_is_asked_for_is_counted(counted):
    assert sorted(counted[0]) == sorted(WHATS)
