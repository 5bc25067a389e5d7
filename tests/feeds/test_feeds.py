"""The feeds from outside, by the numbers of FEED_CONTRACT Part 1 that are theirs."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib import robotparser
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
import vobject
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date

from rallies.feeds.answers import FILES, MEMORY
from rallies.http.asked_words import LONGEST_TITLE
from rallies.models import Occurrence
from rallies.operations.actions import cancel_action, edit_action, publish_action, withdraw_action
from rallies.operations.campaigns import edit_campaign
from rallies.operations.organizers import edit_organizer
from rallies.selectors.feeds import feed_text
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer
from tests.kept import forget
from tests.web.reading import read

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
FEEDS = ["/actions.ics", "/campaigns/autumn.ics", "/organizers/group.ics"]
ALL = [*FEEDS, "/actions/march.ics"]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def site(db: None, clock: time_machine.Traveller) -> None:
    """A campaign, a group and an action that stands in every feed."""
    campaign, group = (
        make_campaign(slug="autumn", name="Autumn; week, of\\action"),
        make_organizer(slug="group", name="Group"),
    )
    make_action(slug="march", title="March", campaigns=[campaign], hosts=[group])


def get(path: str, **headers: str) -> HttpResponse:
    return Client(enforce_csrf_checks=True).get(
        path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def lines(response: HttpResponse) -> list[str]:
    return response.content.decode().replace("\r\n ", "").split("\r\n")


def value(response: HttpResponse, name: str) -> str:
    [found] = [line for line in lines(response) if line.startswith((f"{name}:", f"{name};"))]
    return found.removeprefix(name)


# --- the calendar ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL)
def test_06_one_calendar_with_its_properties_before_its_components(site: None, path: str) -> None:
    found = lines(get(path))
    head = found[: found.index("BEGIN:VTIMEZONE")]
    assert head[:4] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Rallies//Calendar of public actions//EN",
        "CALSCALE:GREGORIAN",
    ]
    assert (found.count("BEGIN:VCALENDAR"), found.count("END:VCALENDAR"), found[-2:]) == (1, 1, ["END:VCALENDAR", ""])
    names = [line.partition(":")[0].partition(";")[0] for line in found]
    assert [names.count(name) for name in ("VERSION", "PRODID", "CALSCALE")] == [1, 1, 1]


@pytest.mark.parametrize("path", FEEDS)
def test_06_an_empty_feed_holds_a_zone_and_parses(clock: time_machine.Traveller, path: str) -> None:
    make_campaign(slug="autumn")
    make_organizer(slug="group")
    response = get(path)
    assert (response.status_code, lines(response).count("BEGIN:VEVENT")) == (200, 0)
    calendar = icalendar.Calendar.from_ical(response.content)
    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]
    assert vobject.readOne(response.content.decode()).vtimezone.tzid.value == "UTC"


def test_06_the_feed_of_a_site_where_nothing_ever_was(clock: time_machine.Traveller) -> None:
    response = get("/actions.ics")
    assert (response.status_code, response["Last-Modified"]) == (200, "Mon, 02 Mar 2026 00:00:00 GMT")
    assert get("/actions.ics", If_None_Match=response["ETag"]).status_code == 304


@pytest.mark.parametrize("path", ALL)
def test_07_no_method(site: None, path: str) -> None:
    assert [line for line in lines(get(path)) if line.startswith(("METHOD", "ORGANIZER", "ATTENDEE"))] == []


def test_08_a_narrower_feed_is_named_for_all_that_narrows_it(site: None) -> None:
    asked = {
        "kind=march&country=US": "Rallies: Marches, in United States",
        "access=seating&language=es&when=weekend": "Rallies: held in Spanish, with stated access (Seating), This weekend",
        "attendance=online&q=water&sort=relevance": "Rallies: with “water”, that people can attend online",
        "bbox=-111.5,31.75,-110.5,32.5": "Rallies: in the area 31.75° N, 111.5° W to 32.5° N, 110.5° W",
        "organizer=group&from=2026-03-14": "Rallies: with Group, from 14 March 2026",
        "q=" + "long+" * 12 + "&language=es&attendance=online&to=2026-03-14": (
            "Rallies: with “" + "long " * 11 + "long”, that people can attend online, held in…"
        ),
    }
    names = {query: value(get(f"/actions.ics?{query}"), "NAME") for query in asked}
    assert names == {query: ":" + name.replace(",", "\\,") for query, name in asked.items()}
    assert max(map(len, asked.values())) <= LONGEST_TITLE


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/actions.ics", ":Rallies"),
        ("/campaigns/autumn.ics", ":Autumn\\; week\\, of\\\\action"),
        ("/organizers/group.ics", ":Group"),
    ],
)
def test_08_to_10_a_feed_says_its_name_rhythm_and_address(site: None, path: str, name: str) -> None:
    response = get(path)
    assert (value(response, "X-WR-CALNAME"), value(response, "NAME")) == (name, name)
    assert (value(response, "REFRESH-INTERVAL"), value(response, "X-PUBLISHED-TTL")) == (
        ";VALUE=DURATION:PT4H",
        ":PT4H",
    )
    page = path.removesuffix(".ics") + "/"
    head = response.content.decode().replace("\r\n ", "").partition("BEGIN:VTIMEZONE")[0]
    assert f"\r\nSOURCE;VALUE=URI:http://testserver{path}\r\n" in head
    assert f"\r\nURL:http://testserver{page}\r\n" in head
    assert "\r\nX-WR-CALDESC:Public actions from Rallies. Cancelled ones are marked.\r\n" in head


def test_08_the_file_of_one_action_says_none_of_them(site: None) -> None:
    head = get("/actions/march.ics").content.decode().partition("BEGIN:VTIMEZONE")[0]
    assert head == (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rallies//Calendar of public actions//EN\r\nCALSCALE:GREGORIAN\r\n"
    )


def test_10_the_address_of_a_narrowed_feed_holds_its_question(site: None) -> None:
    response = get("/actions.ics?utm_source=x&q=m%C3%A4rz+a&kind=rally&campaign=autumn")
    assert value(response, "SOURCE") == (
        ";VALUE=URI:http://testserver/actions.ics?campaign=autumn&kind=rally&q=m%C3%A4rz+a"
    )


# --- bytes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL)
def test_15_the_same_bytes_twice_and_then_a_304(site: None, path: str) -> None:
    for number in range(3):
        make_action(start_date=date(2026, 3, 14 + number), timezone=["Asia/Tokyo", "Europe/Paris", "UTC"][number])
    first, second = get(path), get(path)
    assert first.content == second.content and first.content.endswith(b"END:VCALENDAR\r\n")
    assert {name: first[name] for name in ("ETag", "Last-Modified", "Content-Length")} == {
        name: second[name] for name in ("ETag", "Last-Modified", "Content-Length")
    }
    assert int(first["Content-Length"]) == len(first.content)
    assert get(path, If_None_Match=first["ETag"]).status_code == 304


@pytest.mark.parametrize("path", ALL)
def test_15_the_hour_changes_nothing(site: None, clock: time_machine.Traveller, path: str) -> None:
    first = get(path)
    clock.move_to(NOW.replace(hour=23, minute=59))
    # As another worker, which makes it now.
    forget()
    second = get(path)
    assert (first.content, first["ETag"]) == (second.content, second["ETag"])


def test_15_events_stand_in_the_order_of_their_starts(site: None) -> None:
    make_action(title="Tokyo", timezone="Asia/Tokyo")
    make_action(title="Same start as March")
    make_action(title="Before", start_date=date(2026, 3, 13))
    assert [line for line in lines(get("/actions.ics")) if line.startswith("SUMMARY")] == [
        "SUMMARY:Before",
        "SUMMARY:Tokyo",
        "SUMMARY:March",
        "SUMMARY:Same start as March",
    ]


# --- cancelled, withdrawn -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL)
def test_18_a_cancelled_action_stays_and_says_so(site: None, clock: time_machine.Traveller, path: str) -> None:
    before = get(path)
    action = Occurrence.objects.get().action
    cancel_action(action.pk, message="Storm", by=None, now=LATER + timedelta(minutes=5))
    clock.shift(timedelta(minutes=10))
    after = get(path, If_None_Match=before["ETag"])
    assert (after.status_code, after["ETag"] != before["ETag"]) == (200, True)
    assert [value(after, name) for name in ("UID", "STATUS", "SUMMARY", "SEQUENCE", "LAST-MODIFIED")] == [
        f":{action.uid}",
        ":CANCELLED",
        ":CANCELLED: March",
        ":1",
        ":20260302T130500Z",
    ]


@pytest.mark.parametrize("path", FEEDS)
def test_20_a_withdrawn_action_is_absent_at_once_and_the_etag_changes(site: None, path: str) -> None:
    before = get(path)
    action = Occurrence.objects.get().action
    withdraw_action(action.pk, by=None, now=LATER)
    after = get(path, If_None_Match=before["ETag"])
    assert (after.status_code, action.uid.encode() in after.content) == (200, False)
    gone = get("/actions/march.ics", If_None_Match=before["ETag"], If_Modified_Since=http_date(4_000_000_000))
    assert (gone.status_code, gone["Content-Type"], gone.content.decode()) == (
        410,
        "text/plain; charset=utf-8",
        "This action was taken off the calendar.\n",
    )
    publish_action(action.pk, by=None, now=LATER + timedelta(minutes=1))
    assert get(path)["ETag"] not in {before["ETag"], after["ETag"]}
    assert get("/actions/march.ics").status_code == 200


def test_20_drafts_are_in_no_feed(site: None) -> None:
    draft = make_action(slug="idea", publish=False)
    assert [draft.uid.encode() in get(path).content for path in FEEDS] == [False] * 3
    assert get("/actions/idea.ics").status_code == 404


# --- HTTP -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL)
def test_46_content_type_and_file_name(site: None, path: str) -> None:
    response = get(path)
    assert {name: response[name] for name in ("Content-Type", "Content-Disposition")} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": f'inline; filename="{path.rpartition("/")[2]}"',
    }


def test_47_the_etag_changes_with_each_visible_change_and_not_with_one_elsewhere(site: None) -> None:
    other = make_campaign(slug="other")
    elsewhere = make_action(campaigns=[other], hosts=[make_organizer()], slug="elsewhere")
    mine, group = Occurrence.objects.order_by("id")[0].action, mine_group()
    seen: list[tuple[str, ...]] = [etags()]

    def changed_by(work: Any) -> list[bool]:
        work()
        seen.append(etags())
        return [before != after for before, after in zip(seen[-2], seen[-1], strict=True)]

    edits = {"by": None, "now": LATER}
    # Which of: site, campaign, group, action.
    assert changed_by(lambda: edit_action(mine.pk, {"title": "New"}, **edits)) == [True, True, True, True]
    assert changed_by(lambda: edit_action(elsewhere.pk, {"title": "New"}, **edits))[1:3] == [False, False]
    assert changed_by(lambda: edit_campaign(other.pk, {"name": "New"}, **edits))[1:3] == [False, False]
    assert changed_by(lambda: edit_organizer(group, {"name": "New"}, **edits)) == [True, True, True, True]
    assert changed_by(lambda: edit_action(mine.pk, {"internal_note": "x"}, **edits)) == [False] * 4
    assert changed_by(lambda: make_action(publish=False)) == [False] * 4
    assert changed_by(lambda: edit_action(mine.pk, {"title": "March"}, **edits)) == [True, True, True, True]
    assert len(set(seen)) == 6
    assert len({etag for row in seen for etag in row}) == sum(len({row[n] for row in seen}) for n in range(4))


def mine_group() -> int:
    return int(Occurrence.objects.order_by("id")[0].action.participations.get().organizer_id)


def etags() -> tuple[str, ...]:
    return tuple(get(path)["ETag"] for path in ALL)


def test_47_each_question_has_an_etag_of_its_own(site: None) -> None:
    paths = [
        *ALL,
        "/actions.ics?kind=rally",
        "/actions.ics?q=March",
        "/actions.ics?campaign=autumn",
        "/actions.ics?to=2026-03-14",
        # Of one name, but not of one body.
        "/actions.ics?all=1",
        "/actions.ics?cancelled=hide",
    ]
    assert len({get(path)["ETag"] for path in paths}) == len(paths)


def test_47_the_window_moves_by_the_day_and_a_whole_campaign_keeps_its_past(
    site: None, clock: time_machine.Traveller
) -> None:
    before = {path: (get(path)["ETag"], get(path)["Last-Modified"]) for path in ALL}
    clock.move_to(datetime(2026, 5, 13, 23, 59, 59, tzinfo=UTC))
    assert b"BEGIN:VEVENT" in get("/actions.ics").content
    clock.move_to(datetime(2026, 5, 14, 0, 0, 0, tzinfo=UTC))
    after = {path: (get(path)["ETag"], get(path)["Last-Modified"]) for path in ALL}
    assert {path: before[path] != after[path] for path in ALL} == dict(zip(ALL, [True, True, True, False], strict=True))
    midnight = "Thu, 14 May 2026 00:00:00 GMT"
    assert [after[path][1] for path in ("/actions.ics", "/organizers/group.ics")] == [midnight] * 2
    assert [lines(get(path)).count("BEGIN:VEVENT") for path in ALL] == [0, 1, 0, 1]


def test_47_last_modified_is_the_last_change_also_of_what_went(site: None, clock: time_machine.Traveller) -> None:
    clock.move_to(LATER + timedelta(hours=5))
    withdraw_action(Occurrence.objects.get().action_id, by=None, now=LATER + timedelta(hours=4))
    assert {path: get(path)["Last-Modified"] for path in FEEDS} == dict.fromkeys(FEEDS, "Mon, 02 Mar 2026 17:00:00 GMT")


def test_47_last_modified_is_never_in_the_future(site: None, clock: time_machine.Traveller) -> None:
    action = Occurrence.objects.get().action
    for number in range(3):
        edit_action(action.pk, {"title": f"March {number}"}, by=None, now=LATER)
    assert {get(path)["Last-Modified"] for path in ALL} == {"Mon, 02 Mar 2026 13:00:00 GMT"}
    clock.shift(timedelta(seconds=10))
    assert {get(path)["Last-Modified"] for path in ALL} == {"Mon, 02 Mar 2026 13:00:02 GMT"}


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("path", ALL)
def test_48_if_none_match(site: None, path: str, is_known: bool) -> None:
    full = get(path)
    names = ("ETag", "Cache-Control", "Vary", "Last-Modified")
    for match in ("{}", "W/{}", '"a", {}, "b"', "*"):
        if not is_known:
            forget()
        response = get(
            path, If_None_Match=match.format(full["ETag"]), If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT"
        )
        assert (match, response.status_code, response.content) == (match, 304, b"")
        assert {name: response.headers.get(name) for name in names} == {name: full[name] for name in names}


@pytest.mark.parametrize("path", ALL)
def test_48_a_mismatch_is_a_200_whatever_the_date(site: None, path: str) -> None:
    full = get(path)
    for match in ('"other"', 'W/"other"', "other", ""):
        response = get(path, If_None_Match=match, If_Modified_Since=http_date(4_000_000_000))
        assert (match, response.status_code, response.content) == (match, 200, full.content)


@pytest.mark.parametrize("path", ALL)
def test_49_if_modified_since(site: None, path: str) -> None:
    changed = get(path)["Last-Modified"]
    older = http_date(datetime.strptime(changed, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC).timestamp() - 1)
    found = {since: get(path, If_Modified_Since=since).status_code for since in (changed, older, "soon", "")}
    assert found == {changed: 304, older: 200, "soon": 200, "": 200}


def test_49_a_date_is_compared_when_it_is_two_seconds_past(site: None, clock: time_machine.Traveller) -> None:
    edit_action(Occurrence.objects.get().action_id, {"title": "New"}, by=None, now=LATER)
    changed = get("/actions.ics")["Last-Modified"]
    found = []
    for seconds in (0, 1.9, 2):
        clock.move_to(LATER + timedelta(seconds=seconds))
        found.append(get("/actions.ics", If_Modified_Since=changed).status_code)
    assert found == [200, 200, 304]


def test_49_two_changes_within_a_second_are_both_seen(site: None, clock: time_machine.Traveller) -> None:
    action = Occurrence.objects.get().action
    now = LATER + timedelta(minutes=1)
    seen = []
    for number in range(3):
        moment = now + timedelta(milliseconds=300 * number)
        clock.move_to(moment)
        edit_action(action.pk, {"title": f"March {number}"}, by=None, now=moment)
        seen.append(get("/actions.ics"))
    clock.move_to(now + timedelta(hours=1))
    last = get("/actions.ics").content
    for response in seen[:-1]:
        again = get("/actions.ics", If_Modified_Since=response["Last-Modified"])
        assert (again.status_code, again.content) == (200, last)


@pytest.mark.parametrize("path", [*ALL, "/actions/nothing.ics", "/actions.ics?near=x", "/campaigns/old.ics"])
def test_50_head_is_get_without_a_body(site: None, path: str) -> None:
    edit_campaign(make_campaign(slug="old").pk, {"slug": "newer"}, by=None, now=LATER)
    whole, head = get(path), Client().head(path)
    assert (head.status_code, sent(path)) == (whole.status_code, (whole.status_code, b""))
    assert dict(head.items()) == dict(whole.items())
    if whole.status_code == 200:
        assert Client().head(path, headers={"If-None-Match": whole["ETag"]}).status_code == 304


def sent(path: str) -> tuple[int, bytes]:
    """What HEAD is answered with before the server, or the client of tests, takes a body away."""
    answer = WSGIHandler().get_response(RequestFactory().head(path))
    return answer.status_code, answer.content


ODD_HEADERS: list[dict[str, str]] = [
    {"Accept": "*/*"},
    {"Accept": "text/calendar"},
    {"Accept": "text/html"},
    {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
    {"Accept": "text/calendar, application/calendar+json, application/calendar+xml"},
    {"Accept": "text/calendar,text/plain;q=0.8,*/*;q=0.5"},
    {"Accept": "application/json;q=x,,"},
    {"User-Agent": "Google-Calendar-Importer"},
    {"User-Agent": "iOS/17.5 (21F79) dataaccessd/1.0"},
    {"User-Agent": "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0)"},
    {"User-Agent": ""},
    {"Accept-Language": "ar, es;q=0.9"},
    {"Accept-Language": "*"},
    {"Cookie": "rallies_session=abc; rallies_csrf=x; django_language=de; x"},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer eyJhbGciOi.x.y"},
    {"Authorization": "Basic !!!"},
    {"Authorization": ""},
    {"Origin": "https://calendar.example"},
    {"X-Requested-With": "XMLHttpRequest"},
    {"If-Match": '"other"'},
    {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    {"Range": "bytes=0-10"},
]


@pytest.mark.parametrize("path", ALL)
def test_52_the_same_body_whatever_the_headers_and_noise(site: None, path: str) -> None:
    plain = get(path)
    for headers in ODD_HEADERS:
        # What was answered before is answered again whatever these say.
        forget()
        response = Client(enforce_csrf_checks=True).get(path, headers=headers)
        assert (headers, response.status_code, response.content) == (headers, 200, plain.content)
        assert response["ETag"] == plain["ETag"]
    for noise in (
        "utm_source=x&utm_campaign=y",
        "fbclid=1",
        "gclid=1",
        "_=1",
        "cb=1",
        "nocache=1",
        "ts=1&ts=2",
        "v=%00",
        "&",
    ):
        response = get(f"{path}?{noise}")
        assert (noise, response.status_code, response.content) == (noise, 200, plain.content)
        assert response["ETag"] == plain["ETag"]


@pytest.mark.parametrize("path", ALL)
def test_52_other_names_are_400_with_a_sentence(site: None, path: str) -> None:
    for query in ("near=x", "page=1", "format=ics", "download", "kind=riot", "kind=rally&kind=rally"):
        response = get(f"{path}?{query}")
        assert (query, response.status_code, response["Content-Type"]) == (query, 400, "text/plain; charset=utf-8")
        said = response.content.decode()
        assert said.endswith(".\n") and ("“" in said or said.startswith("This address takes no filters."))


@pytest.mark.parametrize("path", ALL[1:])
def test_52_a_filter_that_is_not_looked_at_is_not_ignored(site: None, path: str) -> None:
    response = get(f"{path}?kind=rally")
    assert (response.status_code, response.content.decode()) == (
        400,
        "This address takes no filters. Use /actions.ics, /actions.csv or /actions.geojson for a narrower question.\n",
    )
    assert get(f"{path}?kind=").status_code == 200


@pytest.mark.parametrize("path", ALL)
def test_53_no_cookie_and_public_for_a_while(site: None, path: str) -> None:
    full = Client().get(path, headers={"Cookie": f"rallies_session={'a' * 32}; rallies_csrf={'b' * 32}"})
    for response in (full, get(path, If_None_Match=full["ETag"])):
        assert (response.cookies, response["Vary"]) == ({}, "Accept-Encoding")
        parts = dict(part.partition("=")[::2] for part in response["Cache-Control"].split(", "))
        assert "public" in parts and "no-store" not in parts and 300 <= int(parts["max-age"]) <= 3600


@pytest.mark.parametrize("path", ALL)
def test_54_other_methods(site: None, path: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT", "TRACE"):
        response = Client(enforce_csrf_checks=True).generic(method, path, data=b"BEGIN:VCALENDAR")
        assert (method, response.status_code, response.headers.get("Allow")) == (method, 405, "GET, HEAD")


@pytest.mark.parametrize("path", ALL)
def test_56_addresses_are_short_and_end_in_ics(site: None, path: str) -> None:
    assert path.endswith(".ics") and len("https://rallies.example.org" + path) < 256


@pytest.mark.parametrize(
    ("kind", "noun", "edit", "make"),
    [
        ("actions", "action", edit_action, make_action),
        ("campaigns", "campaign", edit_campaign, make_campaign),
        ("organizers", "organizer", edit_organizer, make_organizer),
    ],
)
def test_56_renamed_addresses_lead_on_in_one_hop(
    clock: time_machine.Traveller, kind: str, noun: str, edit: Any, make: Any
) -> None:
    row = make(slug="first")
    for slug in ("second", "third"):
        edit(row.pk, {"slug": slug}, by=None, now=LATER)
    for old in ("first", "second"):
        response = get(f"/{kind}/{old}.ics?utm_source=x", If_None_Match="*")
        assert (response.status_code, response.headers.get("Location")) == (301, f"/{kind}/third.ics?utm_source=x")
        assert "public" in response["Cache-Control"] and response.cookies == {}
        assert urlsplit(response["Location"]).scheme == ""
    assert get(f"/{kind}/third.ics").status_code == 200
    if noun != "action":
        response = get(f"/actions.ics?_=1&q=a+b&{noun}=first")
        assert (response.status_code, response["Location"]) == (301, f"/actions.ics?q=a+b&{noun}=third")
        assert get(response["Location"]).status_code == 200


def test_56_the_old_name_of_a_withdrawn_action_leads_to_the_410(site: None) -> None:
    action = Occurrence.objects.get().action
    edit_action(action.pk, {"slug": "second"}, by=None, now=LATER)
    withdraw_action(action.pk, by=None, now=LATER)
    response = Client().get("/actions/march.ics", follow=True)
    assert (response.redirect_chain, response.status_code) == ([("/actions/second.ics", 301)], 410)


@pytest.mark.parametrize(
    "path", ["/actions/nothing.ics", "/campaigns/nothing.ics", "/organizers/nothing.ics", "/actions/undated.ics"]
)
@pytest.mark.parametrize("headers", [{}, {"If_None_Match": "*"}, {"If_Modified_Since": http_date(4_000_000_000)}])
def test_what_is_not_there_is_404_with_a_sentence(site: None, path: str, headers: dict[str, str]) -> None:
    make_action(slug="undated", start_date=None)
    response = get(path, **headers)
    assert (response.status_code, response["Content-Type"], response.content.decode()) == (
        404,
        "text/plain; charset=utf-8",
        "There is no calendar at this address.\n",
    )


@pytest.mark.parametrize(
    "path",
    ["/actions/%00.ics", "/actions/..%2Fx.ics", "/campaigns/ä.ics", "/actions/" + "x" * 3000 + ".ics", "/actions/.ics"],
)
def test_addresses_that_mean_nothing_are_404(site: None, path: str) -> None:
    assert get(path).status_code == 404


def test_a_hidden_campaign_has_no_feed(site: None) -> None:
    week = Occurrence.objects.get().action.listings.get().campaign
    edit_campaign(week.pk, {"is_public": False}, by=None, now=LATER)
    assert (get("/campaigns/autumn.ics").status_code, get("/actions.ics?campaign=autumn").status_code) == (404, 400)
    assert b"Autumn" not in get("/actions.ics").content + get("/organizers/group.ics").content


# --- cost -----------------------------------------------------------------------------------------

TABLES = ("rallies_action", "rallies_occurrence", "rallies_change", "rallies_location", "rallies_participation")


def statements(path: str, **headers: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        get(path, **headers)
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("path", FEEDS)
def test_a_304_touches_no_row_of_an_action(site: None, path: str) -> None:
    etag = get(path)["ETag"]
    asked = statements(path, If_None_Match=etag)
    assert [sql for sql in asked if any(f'"{table}"' in sql for table in TABLES)] == []
    assert 1 <= len(asked) <= 2
    forget()
    assert [sql for sql in statements(path) if '"rallies_occurrence"."vevent"' in sql] != []


# --- other readers --------------------------------------------------------------------------------

ZONES = {
    "America/Chicago": "America/Chicago",
    "Europe/Berlin": "Europe/Berlin",
    "Asia/Kolkata": "Asia/Kolkata",
    "Australia/Lord_Howe": "Australia/Lord_Howe",
    "Africa/Casablanca": "UTC",
    "America/Santiago": "America/Santiago",
}


def make_varied() -> None:
    for zone in ZONES:
        place = make_location(timezone=zone)
        for day in (date(2026, 3, 7), date(2026, 3, 8), date(2026, 7, 1), date(2026, 10, 25), date(2026, 11, 1)):
            make_action(location=place, start_date=day, start_time=time(13, 45), end_time=time(1, 15))
    make_action(title="All, day; long", start_time=None, end_date=date(2026, 3, 16))
    make_action(title="Zeit \\ n", start_time=None)
    # Of the two 01:30 of that night the first, in UTC.
    make_action(start_date=date(2026, 11, 1), start_time=time(1, 30))


def instant(moment: date, zone: str) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment, time(), ZoneInfo(zone)).astimezone(UTC)


def test_icalendar_and_vobject_read_the_instants_of_the_database(site: None) -> None:
    make_varied()
    rows = Occurrence.objects.select_related("action")
    expected = {row.uid: (row.starts_at, row.over_at) for row in rows}
    zones = {row.uid: row.action.timezone for row in rows}
    content = get("/actions.ics").content
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    read = {str(e["UID"]): tuple(instant(e[n].dt, zones[str(e["UID"])]) for n in ("DTSTART", "DTEND")) for e in events}
    assert (len(events), read) == (34, expected)
    also = vobject.readOne(content.decode()).vevent_list
    assert {
        e.uid.value: tuple(instant(part.value, zones[e.uid.value]) for part in (e.dtstart, e.dtend)) for e in also
    } == expected
    assert {str(e["UID"]): str(e["SUMMARY"]) for e in events} == {row.uid: row.action.title for row in rows}
    assert {e.uid.value: e.summary.value for e in also} == {row.uid: row.action.title for row in rows}
    names = [str(zone["TZID"]) for zone in icalendar.Calendar.from_ical(content).walk("VTIMEZONE")]
    used = {e["DTSTART"].params["TZID"] for e in events if "TZID" in e["DTSTART"].params}
    assert names == sorted(used)


@pytest.mark.parametrize("path", ALL)
def test_51_gzip_when_asked_for_under_a_weak_etag(site: None, path: str) -> None:
    plain = get(path)
    packed = get(path, Accept_Encoding="gzip")
    assert (plain.headers.get("Content-Encoding"), packed["Content-Encoding"]) == (None, "gzip")
    assert (plain["Vary"], packed["Vary"]) == ("Accept-Encoding", "Accept-Encoding")
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Length"] == str(len(packed.content))
    assert packed["ETag"] == f"W/{plain['ETag']}"
    for etag in (plain["ETag"], packed["ETag"]):
        answer = get(path, Accept_Encoding="gzip", If_None_Match=etag)
        assert (answer.status_code, answer["ETag"], answer.content) == (304, packed["ETag"], b"")


def test_a_body_is_made_once_for_each_version(site: None) -> None:
    def asked(path: str) -> tuple[int, bytes]:
        with CaptureQueriesContext(connection) as captured:
            content = get(path).content
        return len(captured), content

    first, again = asked("/actions.ics"), asked("/actions.ics?utm_source=x&_=1")
    assert (first[0] > 3, again[0], again[1]) == (True, 2, first[1])
    edit_action(Occurrence.objects.get().action_id, {"title": "Another"}, by=None, now=LATER + timedelta(minutes=1))
    assert b"SUMMARY:Another\r\n" in asked("/actions.ics")[1]


def test_a_body_that_was_overtaken_while_it_was_made_is_not_kept(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.undo()
        edit_action(Occurrence.objects.get().action_id, {"title": "Newer"}, by=None, now=LATER)
        return feed_text(*args, **kwargs)

    monkeypatch.setattr("rallies.feeds.views.feed_text", overtaken)
    get("/actions.ics")
    assert MEMORY.values == {}


def no_database(*args: object) -> None:
    raise OperationalError("the disk is gone")


@pytest.mark.parametrize("path", ALL)
def test_57_the_last_good_body_is_sent_while_the_database_does_not_answer(
    site: None, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = get(f"{path}?utm_source=x")
    # As after a restart.
    forget()
    with connection.execute_wrapper(no_database):
        after = get(path)
        packed = get(path, Accept_Encoding="gzip")
        asked: list[dict[str, str]] = [
            {"If_None_Match": before["ETag"]},
            {"If_None_Match": "*"},
            {"If_None_Match": f'"1", W/{before["ETag"]}'},
            {"If_Modified_Since": before["Last-Modified"]},
            {"If_Modified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
            {"If_Modified_Since": before["Last-Modified"], "If_None_Match": '"1"'},
        ]
        answers = [get(path, **headers) for headers in asked]
        assert get(f"{path}?cancelled=hide").status_code == 503
    names = ("ETag", "Last-Modified", "Cache-Control", "Vary", "Content-Type", "Content-Disposition", "Content-Length")
    assert (after.status_code, after.content) == (200, before.content)
    assert {name: after[name] for name in names} == {name: before[name] for name in names}
    assert gzip.decompress(packed.content) == before.content
    assert [each.status_code for each in answers] == [304, 304, 304, 304, 200, 200]
    assert {each.content for each in answers} == {b"", before.content}


def test_57_so_it_is_when_the_body_cannot_be_made(
    site: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = get("/actions.ics").content
    edit_action(Occurrence.objects.get().action_id, {"title": "Newer"}, by=None, now=LATER)
    monkeypatch.setattr("rallies.feeds.views.feed_text", lambda *args, **kwargs: 1 / 0)
    assert get("/actions.ics").content == before
    FILES.put("/actions.ics", replace(MEMORY.values.popitem()[1], length=1))
    answer = get("/actions.ics")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "300")


def test_57_a_database_that_does_not_answer_is_said_with_a_time_to_come_back(client) -> None:
    make_action()

    with connection.execute_wrapper(no_database):
        response = client.get("/actions.ics")
    assert (response.status_code, response.headers.get("Retry-After"), response["Content-Type"]) == (
        503,
        "300",
        "text/plain; charset=utf-8",
    )
    assert response.content.decode() == "The calendar cannot be read just now.\n"


def test_55_robots_are_kept_out_of_no_feed(site: None) -> None:
    answer = get("/robots.txt")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    rules = robotparser.RobotFileParser()
    rules.parse(answer.content.decode().splitlines())
    paths = [*ALL, "/es/actions.ics", "/places/springfield-us.ics", "/api/v1/actions/", "/"]
    assert [path for path in paths if not rules.can_fetch("Google-Calendar-Importer", path)] == []
    assert not rules.can_fetch("Google-Calendar-Importer", "/admin/")


@pytest.mark.parametrize("page", ["/", "/campaigns/autumn/", "/organizers/group/"])
def test_56_pages_offer_their_feed_to_calendar_apps_and_to_be_copied(site: None, page: str, settings: Any) -> None:
    settings.SITE_URL = "https://testserver"
    box = read(get(page, X_Forwarded_Proto="https").content).one(".subscribe")
    feed = "testserver/actions.ics" if page == "/" else f"testserver{page.rstrip('/')}.ics"
    assert box.one("a.button").attributes["href"] == f"webcal://{feed}"
    assert box.one("input").attributes["value"] == f"https://{feed}"
    assert "Google Calendar: “Other calendars”, “From URL”, then paste the address." in box.words


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/", "/actions.ics"),
        ("/actions/?kind=rally", "/actions.ics?kind=rally"),
        ("/campaigns/autumn/", "/campaigns/autumn.ics"),
        ("/organizers/group/", "/organizers/group.ics"),
        ("/actions/march/", "/actions/march.ics"),
        ("/es/campaigns/autumn/", "/es/campaigns/autumn.ics"),
    ],
)
def test_60_pages_advertise_their_feed(site: None, page: str, feed: str) -> None:
    links = [link for link in read(get(page).content).all("link", rel="alternate") if "type" in link.attributes]
    assert [(link.attributes["type"], link.attributes["href"]) for link in links] == [("text/calendar", feed)]
    assert get(feed).status_code == 200
