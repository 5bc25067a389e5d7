from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.http import http_date

from rallies.http.conditional import Version, answer_conditionally
from rallies.http.pages import public_page

MOVED = datetime(2026, 3, 2, 12, 0, 0, 400_000, tzinfo=UTC)
VERSION = Version(stamp=7, day="20260302", made_of=("a", "b"), last_modified=MOVED)
HEADERS = {"Cache-Control": "public, max-age=900", "Vary": "Accept-Encoding"}
DATE = "Mon, 02 Mar 2026 12:00:00 GMT"


def answer(now: datetime = MOVED + timedelta(minutes=1), version: Version = VERSION, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    made = answer_conditionally(request, version, now=now, headers=HEADERS, body=lambda: HttpResponse(b"body"))
    assert isinstance(made, HttpResponse)
    return made


def test_versions_differ_in_each_of_their_parts() -> None:
    etags = {
        Version(stamp=stamp, day=day, made_of=made_of, last_modified=MOVED).etag
        for stamp in (1, 11)
        for day in ("", "20260302", "20260303")
        for made_of in (("a", "b"), ("ab", ""), ("", "ab"), ("a", "b", ""))
    }
    assert len(etags) == 24
    assert VERSION.etag.startswith('"7-20260302-') and VERSION.etag.endswith('"')


def test_the_body_comes_with_its_version() -> None:
    made = answer()
    assert (made.status_code, made.content) == (200, b"body")
    assert {name: made[name] for name in ("ETag", "Last-Modified", *HEADERS)} == {
        "ETag": VERSION.etag,
        "Last-Modified": DATE,
        **HEADERS,
    }


@pytest.mark.parametrize("match", ["{}", "W/{}", '"other", {}', '{}, "other"', 'W/"x",W/{}', "*", " {} ", '"a,b", {}'])
def test_304_for_an_etag_that_matches(match: str) -> None:
    made = answer(If_None_Match=match.format(VERSION.etag), If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT")
    assert (made.status_code, made.content) == (304, b"")
    assert {name: made[name] for name in ("ETag", "Last-Modified", *HEADERS)} == {
        "ETag": VERSION.etag,
        "Last-Modified": DATE,
        **HEADERS,
    }


@pytest.mark.parametrize("match", ['"other"', 'W/"other"', "", "abc", '"x', VERSION.etag[:-1], VERSION.etag[1:], '"*"'])
@pytest.mark.parametrize("since", ["", DATE, "Fri, 31 Dec 2199 00:00:00 GMT"])
def test_200_for_another_etag_whatever_the_date(match: str, since: str) -> None:
    made = answer(If_None_Match=match, **({"If_Modified_Since": since} if since else {}))
    assert (made.status_code, made.content) == (200, b"body")


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (DATE, 304),
        ("Mon, 02 Mar 2026 12:00:01 GMT", 304),
        ("Monday, 02-Mar-26 12:00:00 GMT", 304),
        ("Mon Mar  2 12:00:00 2026", 304),
        ("Mon, 02 Mar 2026 11:59:59 GMT", 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("2026-03-02T12:00:00Z", 200),
        ("yesterday", 200),
        ("0", 200),
        ("", 200),
        ("Mon, 99 Mar 2026 12:00:00 GMT", 200),
        ("x" * 10_000, 200),
    ],
)
def test_a_date_alone(since: str, status: int) -> None:
    assert answer(If_Modified_Since=since).status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (1.9, 200), (2, 304)])
def test_a_date_counts_once_it_is_two_seconds_past(seconds: float, status: int) -> None:
    assert answer(MOVED + timedelta(seconds=seconds), If_Modified_Since=DATE).status_code == status


def test_last_modified_is_never_in_the_future() -> None:
    ahead = Version(stamp=1, day="", made_of=(), last_modified=MOVED + timedelta(seconds=30))
    now = MOVED + timedelta(seconds=1)
    assert answer(now, ahead)["Last-Modified"] == http_date(int(now.timestamp()))


@pytest.mark.parametrize(
    "headers",
    [
        {"If_Match": '"other"'},
        {"If_Unmodified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If_Range": '"other"', "Range": "bytes=0-1"},
    ],
)
def test_what_guards_writes_is_not_looked_at(headers: dict[str, str]) -> None:
    assert (answer(**headers).status_code, answer(**headers).content) == (200, b"body")


def test_public_pages_are_asked_for_again_by_browsers_and_kept_a_minute_in_front() -> None:
    stale = "stale-while-revalidate=600, stale-if-error=86400"
    assert public_page(HttpResponse())["Cache-Control"] == f"public, max-age=0, s-maxage=60, {stale}"
    assert public_page(HttpResponse(), shared=5)["Cache-Control"] == f"public, max-age=0, s-maxage=5, {stale}"


def test_what_says_that_nothing_is_there_is_not_kept_longer() -> None:
    assert public_page(HttpResponse(status=404))["Cache-Control"] == "public, max-age=0, s-maxage=60"
