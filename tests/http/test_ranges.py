"""Parts of files: what is asked, and what is answered."""

import os

import pytest
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from rallies.http.ranges import PIECE, answer_with_file, asked_part

# An answer that is closed looks after the connections to the database, if there are any.
pytestmark = pytest.mark.django_db
BODY = bytes(range(256)) * 1024
SIZE = len(BODY)


@pytest.fixture
def ask(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(BODY)
    answers: list[HttpResponseBase] = []
    os.utime(path, ns=(0, 1_700_000_000_123_456_789))

    def asked(method="get", **headers):
        given = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        request = getattr(RequestFactory(), method)("/file", **given)
        answers.append(answer_with_file(request, path.open("rb"), content_type="application/x-test"))
        return answers[-1]

    yield asked
    for answer in answers:
        answer.close()


ETAG = f'"{1_700_000_000_123_456_789:x}-{SIZE:x}"'
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
ALWAYS = {"ETag": ETAG, "Last-Modified": DATE, "Accept-Ranges": "bytes"}


def told(answer):
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Type"}
    return answer.status_code, headers, answer.getvalue()


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-99", (0, 100)),
        ("bytes=990-", (990, 10)),
        ("bytes=990-5000", (990, 10)),
        ("bytes=-10", (990, 10)),
        ("bytes=-5000", (0, 1000)),
        ("Bytes= 0-9 ", (0, 10)),
        # All of it: nothing is asked, several parts, or nothing that can be understood.
        ("", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("bytes=9-3", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("items=0-9", None),
        (f"bytes={'9' * 5000}-", None),
    ],
)
def test_what_is_asked_of_a_thousand_bytes(header, part):
    assert asked_part(header, 1000) == part


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=1000-", 1000), ("bytes=-0", 1000), ("bytes=0-", 0), ("bytes=-5", 0)]
)
def test_what_is_not_there(header, size):
    with pytest.raises(ValueError, match="bytes"):
        asked_part(header, size)


def test_all_of_it(ask):
    assert told(ask()) == (200, {**ALWAYS, "Content-Length": str(SIZE)}, BODY)


def test_a_part_of_it(ask):
    first, last = PIECE - 5, 2 * PIECE + 5
    headers = {**ALWAYS, "Content-Length": str(last - first + 1), "Content-Range": f"bytes {first}-{last}/{SIZE}"}
    assert told(ask(range=f"bytes={first}-{last}")) == (206, headers, BODY[first : last + 1])


def test_beyond_its_end(ask):
    assert told(ask(range=f"bytes={SIZE}-")) == (416, {**ALWAYS, "Content-Range": f"bytes */{SIZE}"}, b"")


@pytest.mark.parametrize(
    ("validator", "status"), [(ETAG, 206), ('"other"', 200), (f"W/{ETAG}", 200), (DATE, 200), ("nonsense", 200)]
)
def test_a_part_of_another_file_is_not_mixed_with_it(ask, validator, status):
    assert ask(range="bytes=0-9", if_range=validator).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if_none_match": ETAG}, 304),
        ({"if_none_match": ETAG, "range": "bytes=0-9"}, 304),
        ({"if_none_match": '"other"', "range": "bytes=0-9"}, 206),
        ({"if_modified_since": DATE}, 304),
        ({"if_match": '"other"', "range": "bytes=0-9"}, 412),
    ],
)
def test_conditions_come_first(ask, headers, status):
    answer = ask(**headers)
    assert (answer.status_code, answer["ETag"]) == (status, ETAG)


def test_head_is_of_all_of_it(ask):
    answer = ask("head", range="bytes=0-9")
    assert (answer.status_code, answer["Content-Length"], answer.has_header("Content-Range")) == (200, str(SIZE), False)


def test_the_file_is_closed(ask, monkeypatch):
    opened = []
    real = os.fstat
    monkeypatch.setattr("rallies.http.ranges.os.fstat", lambda number: opened.append(number) or real(number))
    for headers in ({}, {"range": "bytes=0-9"}, {"if_none_match": ETAG}, {"range": f"bytes={SIZE}-"}):
        ask(**headers).close()
    assert len(opened) == 4
    for number in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            real(number)
