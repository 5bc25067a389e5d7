"""Calendars in other languages: other words, and the same dates in the same versions."""

import re
from datetime import timedelta

import icalendar
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rallies.feeds import tables
from rallies.formats.ics import vevent
from rallies.models import Action
from rallies.operations.actions import cancel_action, edit_action
from rallies.operations.rebuild import rebuild_texts
from rallies.selectors import feeds as selector
from tests.factories import NOW, make_action, make_campaign, make_location

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
CODES = ("es", "fr", "de", "pt", "ar")
# What no language changes.
SAME = (
    "UID",
    "SEQUENCE",
    "DTSTAMP",
    "CREATED",
    "LAST-MODIFIED",
    "DTSTART",
    "DTEND",
    "STATUS",
    "GEO",
    "TRANSP",
    "CLASS",
)


@pytest.fixture(autouse=True)
def site(db):
    with time_machine.travel(LATER, tick=False):
        make_action(slug="march", title="March", kind="march", campaigns=[make_campaign(slug="autumn", name="Autumn")])
        make_action(slug="open", title="Open", start_time=None, timezone="America/Tijuana")
        cancelled = make_action(
            slug="off", title="Off", location=make_location(country="DE", region="", region_code="")
        )
        cancel_action(cancelled.pk, message="Too much rain.", by=None, now=LATER)
        yield


def get(path, **headers):
    return Client().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def events(answer):
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def facts(answer):
    return [[(name, event[name].to_ical() if name in event else None) for name in SAME] for event in events(answer)]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("path", ["/actions.ics", "/campaigns/autumn.ics", "/actions/off.ics"])
def test_other_words_and_the_same_dates(code, path):
    assert facts(get(f"/{code}{path}")) == facts(get(path)) != []


def test_18_the_words_are_those_of_the_address():
    text = get("/es/actions.ics").content.decode().replace("\r\n ", "")
    assert re.findall(r"SUMMARY:(.*)\r", text) == ["Open", "March", "CANCELADO: Off"]
    assert "DESCRIPTION:Esta acción está cancelada.\\n\\nToo much rain.\\n\\n" in text
    assert "CATEGORIES:Marcha,Autumn\r\n" in text
    assert "X-WR-CALDESC:Acciones públicas de Rallies. Las canceladas están señaladas.\r\n" in text
    assert "\r\nSOURCE;VALUE=URI:http://testserver/es/actions.ics\r\n" in text
    assert "\r\nURL:http://testserver/es/actions/\r\n" in text
    assert re.findall(r"\r\nURL:http://testserver(/(?!es/).*)\r", text) == []
    assert "Alemania" in text and "Germany" not in text


def test_the_stored_text_is_in_the_own_language(settings):
    settings.LANGUAGE_CODE = "es"
    rebuild_texts(now=LATER + timedelta(minutes=1))
    own, english = get("/actions.ics"), get("/en/actions.ics")
    assert b"SUMMARY:CANCELADO: Off" in own.content and b"SUMMARY:CANCELLED: Off" in english.content
    assert facts(own) == facts(english) != []


def test_each_language_has_its_own_etag_that_stays():
    etags = {path: get(path)["ETag"] for path in ("/actions.ics", *(f"/{code}/actions.ics" for code in CODES))}
    assert len(set(etags.values())) == 6
    assert {path: get(path)["ETag"] for path in etags} == etags
    assert get("/es/actions.ics", If_None_Match=etags["/es/actions.ics"]).status_code == 304
    assert get("/es/actions.ics", If_None_Match=etags["/actions.ics"]).status_code == 200


def test_it_is_made_once_for_each_change():
    def asked():
        with CaptureQueriesContext(connection) as captured:
            body = get("/es/actions.ics").content
        return len(captured), body

    first, again = asked(), asked()
    assert (first[0] > 3, again[0], again[1]) == (True, 2, first[1])
    row = Action.objects.get(slug="march")
    edit_action(row.pk, {"title": "Another march"}, by=None, now=LATER + timedelta(minutes=1))
    assert b"Another march" in asked()[1]


def test_a_304_of_another_language_reads_no_action():
    etag = get("/es/actions.ics")["ETag"]
    with CaptureQueriesContext(connection) as captured:
        assert get("/es/actions.ics", If_None_Match=etag).status_code == 304
    assert [query["sql"] for query in captured if "rallies_action" in query["sql"]] == []


def test_tables_name_the_pages_of_their_language(monkeypatch):
    """The body streams when the request is over and its language forgotten."""
    monkeypatch.setattr(tables, "ROWS_A_PIECE", 1)
    for path in ("/es/actions.csv", "/es/actions.geojson"):
        body = get(path).getvalue().decode()
        assert re.findall(r"http://testserver(\S*)/(?:march|open|off)/", body) == ["/es/actions"] * 3


def test_old_names_lead_on_in_their_language():
    row = Action.objects.get(slug="march")
    edit_action(row.pk, {"slug": "river-march"}, by=None, now=LATER)
    for path in ("/es/actions/march.ics", "/es/actions/march/"):
        answer = get(path)
        assert (answer.status_code, answer["Location"]) == (301, path.replace("march", "river-march"))


def test_only_what_changed_is_made_again():
    get("/es/actions.ics")
    row = Action.objects.get(slug="march")
    edit_action(row.pk, {"title": "Another march"}, by=None, now=LATER + timedelta(minutes=1))
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selector, "vevent", lambda date: made.append(date.slug) or vevent(date))
        text = get("/es/actions.ics").content.decode()
    assert (made, re.findall(r"SUMMARY:(.*)\r", text)) == (["march"], ["Open", "Another march", "CANCELADO: Off"])
    assert facts(get("/es/actions.ics")) == facts(get("/actions.ics"))


@pytest.mark.parametrize("code", CODES)
def test_a_series_goes_out_in_the_same_form(code):
    make_action(slug="vigil", title="Vigil", recurrence_rule="FREQ=WEEKLY;COUNT=3")
    found = [
        [(name, event[name].to_ical()) for name in ("UID", "RRULE") if name in event]
        for event in events(get("/actions.ics"))
    ]
    told = [
        [(name, event[name].to_ical()) for name in ("UID", "RRULE") if name in event]
        for event in events(get(f"/{code}/actions.ics"))
    ]
    assert told == found and any(len(each) == 2 for each in found)
