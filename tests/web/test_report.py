"""Reporting an error in an action: what the form says, what it takes, and what it never tells."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rallies.models import ErrorReport
from rallies.operations.actions import edit_action, withdraw_action
from rallies.rules import reports as rules
from tests.doors.doors import PATHS
from tests.factories import make_action, make_report
from tests.web.reading import read

pytestmark = pytest.mark.django_db

PATH = "/actions/river-march/report/"
GOOD = {"kind": "time", "text": "It begins at 15:00."}


@pytest.fixture
def march():
    return make_action(slug="river-march", title="River march")


def send(form, path=PATH, remote="192.0.2.77", **headers):
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR=remote)
    return client.post(path, urlencode(form), content_type="application/x-www-form-urlencoded", headers=headers)


def stored():
    return list(ErrorReport.objects.order_by("pk").values_list("action__slug", "kind", "text", "state"))


def test_action_page_links_the_form(march):
    link = read(Client().get("/actions/river-march/").content).one(".action-report").one("a")
    assert (link.words, link.attributes) == ("Report an error", {"href": PATH, "rel": "nofollow"})


def test_form_asks_what_is_wrong_and_nothing_about_who_asks(march):
    answer = Client().get(PATH)
    page = read(answer.content)
    form = page.one("form")
    assert (form.attributes["method"], form.attributes["action"]) == ("post", PATH)
    assert [(e.tag, e.attributes["name"]) for e in form if "name" in e.attributes] == [
        *[("input", "kind")] * 8,
        ("textarea", "text"),
        ("input", "subject"),
    ]
    assert form.one("textarea").attributes["maxlength"] == "2000"
    assert form.said("label") == [
        "The day or the time",
        "The place",
        "It is called off",
        "A group that is named",
        "A source or a link",
        "It is listed twice",
        "Something private is shown",
        "Something else",
        "In your words",
        "Leave this empty",
    ]
    assert form.said(".report-hint") == [
        "At most 2000 characters. Please leave out names, addresses, telephone numbers and whatever else is personal.",
        "Nothing about you is stored with it, no address either, so nobody can answer.",
    ]
    assert page.one("meta", name="robots").attributes["content"] == "noindex"
    assert (dict(answer.cookies), answer["Cache-Control"]) == (
        {},
        "public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400",
    )


def test_report_is_taken_and_thanked_for(march, settings):
    settings.SITE_CONTACT = "calendar@example.org"
    answer = send(GOOD, cookie="rallies_session=x")
    assert (answer.status_code, answer["Location"], answer["Cache-Control"], dict(answer.cookies)) == (
        303,
        f"{PATH}?sent=1",
        "no-store",
        {},
    )
    assert stored() == [("river-march", "time", "It begins at 15:00.", "open")]
    thanks = read(Client().get(answer["Location"]).content)
    assert (thanks.said("h1"), thanks.all("form")) == (["Thank you"], [])
    assert thanks.one("main").one("a", href="mailto:calendar@example.org").words == "calendar@example.org"


def test_same_text_again_is_thanked_for_and_kept_once(march):
    assert [send(GOOD).status_code, send(GOOD).status_code] == [303, 303]
    assert stored() == [("river-march", "time", "It begins at 15:00.", "open")]


def test_form_of_a_browser_with_files_is_taken_too(march):
    assert Client().post(PATH, GOOD).status_code == 303
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({}, ["Choose what is wrong.", "Say in a few words what is wrong, and what would be right."]),
        ({"kind": "parade", "text": "<b>x</b> & y"}, ["Choose what is wrong."]),
        ({"kind": "time", "text": " \x00\r\n"}, ["Say in a few words what is wrong, and what would be right."]),
        ({"kind": "time", "text": "ü" * 2001}, ["This text is longer than 2000 characters."]),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(march, form, errors):
    answer = send(form)
    page = read(answer.content)
    assert (answer.status_code, answer["Cache-Control"]) == (422, "no-store")
    assert (page.said(".report-error"), page.one(".report-list").said("a")) == (errors, errors)
    assert page.one(".report-refusal").attributes["role"] == "alert"
    ids = {e.attributes["id"] for e in page if "id" in e.attributes}
    assert {a.attributes["href"].removeprefix("#") for a in page.one(".report-list").all("a")} <= ids
    assert page.one("textarea").words == form.get("text", "").replace("\x00", "").strip()
    assert page.one("title").words == "Not sent: Report an error · River march · Rallies"
    assert [e.attributes["value"] for e in page.all("input", type="radio") if "checked" in e.attributes] == [
        kind for kind in [form.get("kind", "")] if kind == "time"
    ]
    assert stored() == []


def test_programs_that_fill_in_everything_are_told_so_and_nothing_is_kept(march):
    answer = send({**GOOD, "subject": "Cheap pills"})
    page = read(answer.content)
    assert (answer.status_code, page.said(".report-refusal"), page.one("textarea").words, stored()) == (
        422,
        ["A field that people leave empty was filled in, so nothing was sent. Send it again if you are one."],
        "It begins at 15:00.",
        [],
    )
    assert "Cheap pills" not in answer.content.decode()


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        (
            "MOST_OPEN",
            "So many reports on this action wait to be read that no other is taken. What you found may be in one.",
        ),
        ("MOST_RECENT", "More reports came in during the last hour than can be taken. Please try again later."),
    ],
)
def test_beyond_the_limit_the_page_says_so_and_names_the_contact(
    march, monkeypatch, settings, limit, sentence, time_machine
):
    time_machine.move_to("2026-03-02T12:00:00Z")
    settings.SITE_CONTACT = "https://example.org/contact"
    monkeypatch.setattr(rules, limit, 1)
    make_report(march)
    answer = send(GOOD)
    page = read(answer.content)
    assert (answer.status_code, answer["Cache-Control"], page.one(".report-refusal").said("p")) == (
        429,
        "no-store",
        [sentence, "Or write to https://example.org/contact."],
    )
    assert page.one("textarea").words == "It begins at 15:00."
    assert ErrorReport.objects.count() == 1


def test_one_network_sends_six_in_ten_minutes_and_the_page_says_when_to_come_again(march, settings, time_machine):
    settings.SITE_CONTACT = "https://example.org/contact"
    start = datetime(2026, 3, 2, 12, 4, 30, tzinfo=UTC)
    for number in range(6):
        time_machine.move_to(start + timedelta(seconds=20 * number), tick=False)
        assert send({**GOOD, "text": f"Error {number}"}).status_code == 303
    answer = send({**GOOD, "text": "Error 7"})
    page = read(answer.content)
    # 100 seconds after the first.
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (429, "500", "no-store")
    assert page.one(".report-refusal").said("p") == [
        "So many reports came from your network that no other is taken just now. Please send yours again in 9 minutes.",
        "Or write to https://example.org/contact.",
    ]
    assert page.one(".report-refusal").attributes["role"] == "alert"
    assert page.one("title").words == "Not sent: Report an error · River march · Rallies"
    assert (page.one("textarea").words, page.one("input", type="radio", value="time").attributes["checked"]) == (
        "Error 7",
        "",
    )
    assert len(stored()) == 6
    # Another household is let through, and this one as soon as it was told.
    assert send({**GOOD, "text": "Error 8"}, remote="2001:db8:1:2::1").status_code == 303
    time_machine.move_to(start + timedelta(seconds=599), tick=False)
    refused = send({**GOOD, "text": "Error 7"})
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    assert "Please send yours again in 1 minute." in refused.content.decode()
    time_machine.move_to(start + timedelta(seconds=600), tick=False)
    assert send({**GOOD, "text": "Error 7"}).status_code == 303


def test_visitors_behind_a_proxy_count_apart_and_nobody_chooses_what_he_counts_as(march, settings):
    settings.TRUSTED_PROXIES = 1

    def statuses(forwarded):
        return [send({**GOOD, "text": f"{forwarded} {n}"}, x_forwarded_for=forwarded % n).status_code for n in range(7)]

    assert statuses("10.0.0.%d, 192.0.2.1") == [303] * 6 + [429]
    assert statuses("2001:db8:1:2::%d") == [303] * 6 + [429]
    assert send(GOOD, x_forwarded_for="2001:db8:1:3::1").status_code == 303


@pytest.mark.parametrize(
    ("form", "status"),
    [({"kind": "time", "text": ""}, 422), ({**GOOD, "subject": "x"}, 422), ({**GOOD, "text": "Full"}, 429)],
)
def test_what_was_not_taken_does_not_count(march, monkeypatch, form, status):
    with monkeypatch.context() as patch:
        patch.setattr(rules, "MOST_OPEN", 0 if status == 429 else rules.MOST_OPEN)
        assert [send(form).status_code for _ in range(8)] == [status] * 8
    assert [send({**GOOD, "text": f"Error {n}"}).status_code for n in range(7)] == [303] * 6 + [429]


def test_while_the_cache_is_down_reports_are_taken(march, settings, caplog):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert [send({**GOOD, "text": f"Error {n}"}).status_code for n in range(7)] == [303] * 7
    line = "The limit “report” is not kept, since the cache does not answer: ConnectionError"
    assert caplog.messages == [line] * 7


def test_more_than_a_report_is_not_even_read(march):
    answer = send({**GOOD, "text": "x" * 64_000})
    assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")
    assert read(answer.content).said(".error-sentence") == ["That is more than a report can hold."]


def test_longest_text_fits_in_any_script(march):
    assert send({**GOOD, "text": "🪧" * 2000}).status_code == 303
    assert stored()[0][2] == "🪧" * 2000


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_public_takes_no_report(method):
    make_action(slug="plan", title="Secret plan", publish=False)
    gone = make_action(slug="gone", title="Secret change of mind")
    withdraw_action(gone.pk, by=None, now=gone.updated_at)
    renamed = make_action(slug="old-name")
    edit_action(renamed.pk, {"slug": "new-name"}, by=None, now=renamed.updated_at)

    def ask(slug):
        path = f"/actions/{slug}/report/"
        return Client().get(path) if method == "get" else send(GOOD, path)

    answers = [ask(slug) for slug in ("plan", "gone", "nowhere", "old-name")]
    assert [answer.status_code for answer in answers] == [404, 410, 404, 301 if method == "get" else 308]
    assert answers[3]["Location"] == "/actions/new-name/report/"
    assert [a for a in answers if "Secret" in a.content.decode()] == []
    if method == "post":
        assert {answer["Cache-Control"] for answer in answers} == {"no-store"}
    assert stored() == []


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(march, method):
    answer = getattr(Client(enforce_csrf_checks=True), method)(PATH)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("query", ["?kind=march", "?sent=2", "?colour=red"])
def test_address_takes_nothing_else(march, query):
    assert Client().get(f"{PATH}{query}").status_code == 400


def test_reports_are_in_no_public_answer(march):
    make_report(march, text="Between us: wrong square")
    addresses = [*PATHS.values(), "/", "/actions/river-march/", PATH, f"{PATH}?sent=1", "/actions/river-march.ics"]
    addresses += [f"/api/v1/actions/{march.slug}/"]
    bodies = {}
    for address in addresses:
        answer = Client().get(f"{address}?from=2026-01-01" if address in PATHS.values() else address)
        assert answer.status_code == 200, address
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        bodies[address] = body.decode()
    assert [address for address, body in bodies.items() if "Between us" in body] == []
    assert all("River march" in re.sub(r"\r\n ", "", bodies[address]) for address in ("/actions/", PATH))


def test_page_asks_as_often_with_reports_as_without(march):
    def count():
        with CaptureQueriesContext(connection) as asked:
            Client().get(PATH)
        return len(asked)

    before = count()
    for _ in range(5):
        make_report(march)
    assert count() == before
