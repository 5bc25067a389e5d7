"""What pages answer around their words: states, headers, addresses, and the number of queries."""

import pytest
from django.test import Client
from django.urls import reverse

from rallies import links
from rallies.operations.actions import withdraw_action
from tests.factories import make_action
from tests.web.reading import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/actions/?colour=red", 400, "“colour” is not a filter."),
        ("/actions/?kind=parade", 400, "“kind”: There is no kind of action called “parade”."),
        ("/actions/?from=2025-02-30", 400, "“from” must be a day that exists, written like 2025-11-15."),
        ("/actions/?page=0", 400, "“page” must be the number of a page, from 1 on; “0” is not."),
        ("/actions/?page=two", 400, "“page” must be the number of a page, from 1 on; “two” is not."),
        ("/actions/?page=9", 404, "This list has no such page."),
        ("/actions/nowhere/", 404, "No action has this address."),
        ("/campaigns/nowhere/", 404, "No campaign has this address."),
        ("/organizers/nowhere/", 404, "No group has this address."),
        ("/nowhere/", 404, "No page has this address."),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(path, status, sentence):
    answer = Client().get(path)
    said = read(answer.content).one(".error-sentence").words
    assert (answer.status_code, said[: len(sentence)]) == (status, sentence)


def test_withdrawn_action_is_gone_and_tells_nothing():
    action = make_action(title="Secret change of mind", slug="change-of-mind")
    withdraw_action(action.pk, by=None, now=action.updated_at)
    answer = Client().get("/actions/change-of-mind/")
    assert answer.status_code == 410
    assert read(answer.content).said("h1") == ["This was withdrawn"]
    assert "Secret" not in answer.content.decode()


def test_draft_is_not_there():
    make_action(title="Secret plan", slug="plan", publish=False)
    answers = [Client().get(path) for path in ("/actions/plan/", "/actions/", "/")]
    assert [a.status_code for a in answers] == [404, 200, 200]
    assert [a for a in answers if "Secret" in a.content.decode()] == []


def test_failure_is_said_without_the_database(client, monkeypatch, django_db_blocker):
    client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr("rallies.web.views.list_actions", fail)
    with django_db_blocker.block():
        answer = client.get("/")
    assert (answer.status_code, answer["Cache-Control"]) == (500, "no-store")
    assert read(answer.content).said("h1") == ["Something went wrong on our side"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_pages_are_read_only(method):
    answer = getattr(Client(), method)("/actions/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


def test_written_paths_are_the_url_patterns():
    assert [
        links.action_path("x"),
        links.report_path("x"),
        links.campaign_path("x"),
        links.organizer_path("x"),
    ] == [
        reverse("rallies:action-detail", args=["x"]),
        reverse("rallies:report", args=["x"]),
        reverse("rallies:campaign-detail", args=["x"]),
        reverse("rallies:organizer-detail", args=["x"]),
    ]
