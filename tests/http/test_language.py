"""The language of an answer is that of its address, and of nothing else."""

import pytest
from django.test import Client
from django.utils import translation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/en/", "/"),
        ("/en", "/"),
        ("/en/actions/?kind=march&q=a%20b", "/actions/?kind=march&q=a%20b"),
        ("/en/actions.ics?kind=march", "/actions.ics?kind=march"),
        # Not to another host.
        ("/en//elsewhere.example/x", "/%2Felsewhere.example/x"),
    ],
)
def test_the_own_language_has_one_address(asked, leads):
    answer = Client().get(asked)
    assert (answer.status_code, answer["Location"]) == (301, leads)


def test_what_is_sent_is_sent_there_again():
    answer = Client().post("/en/actions/march/report/", {"text": "x"})
    assert (answer.status_code, answer["Location"]) == (308, "/actions/march/report/")


def test_the_own_language_may_be_another(settings):
    settings.LANGUAGE_CODE = "es"
    assert Client().get("/es/actions/")["Location"] == "/actions/"
    assert b'<html lang="es" dir="ltr">' in Client().get("/actions/").content
    assert b'<html lang="en" dir="ltr">' in Client().get("/en/actions/").content


@pytest.mark.parametrize(
    "path", ["/xx/", "/xx/actions.ics", "/EN/", "/es-mx/", "/es/es/", "/es/api/v1/", "/es/admin/", "/es/healthz"]
)
def test_other_prefixes_lead_nowhere(path):
    assert Client().get(path).status_code == 404


def test_without_a_slash_at_the_end():
    assert Client().get("/es")["Location"] == "/es/"
    assert Client().get("/es/actions")["Location"] == "/es/actions/"


@pytest.mark.parametrize("path", ["/actions/", "/actions.ics", "/es/actions/", "/es/actions.ics"])
def test_readers_languages_and_cookies_change_nothing(path):
    plain = Client().get(path)
    client = Client(headers={"accept-language": "de"})
    client.cookies["django_language"] = "fr"
    answer = client.get(path)
    assert answer.content == plain.content
    assert (answer["Vary"], answer.cookies.output()) == ("Accept-Encoding", "")


def test_nothing_is_left_for_the_next_answer():
    before = translation.get_language()
    Client().get("/ar/actions/")
    Client().get("/ar/nowhere/")
    assert translation.get_language() == before


def test_the_desk_and_the_api_speak_the_own_language(settings):
    settings.LANGUAGE_CODE = "es"
    assert b'lang="es"' in Client().get("/account/login/").content
    assert b"http://testserver/actions/" not in Client().get("/api/v1/actions/").content
