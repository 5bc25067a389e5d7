"""Bodies that are kept: in memory by their ETag, in files as the last good ones."""

import gzip
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rallies.feeds.bodies import Body, Files, Memory, accepts_gzip, body_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_body(content: bytes = b"BEGIN:VCALENDAR", etag: str = '"1"') -> Body:
    return body_of(content, etag=etag, last_modified="Mon, 02 Mar 2026 12:00:00 GMT", filename="actions.ics")


def test_the_same_body_is_compressed_to_the_same_bytes_and_comes_back() -> None:
    body = make_body(b"x" * 5000)
    assert body == make_body(b"x" * 5000)
    assert (body.content, body.length, gzip.decompress(body.compressed)) == (b"x" * 5000, 5000, b"x" * 5000)


def test_memory_keeps_what_was_asked_for_last() -> None:
    memory = Memory[bytes](most=8, size=len)
    for n in range(4):
        memory.put(("a", n), b"%d." % n)
    assert memory.get(("a", 0)) == b"0."
    memory.put(("b", 0), b"..")
    assert list(memory.values) == [("a", 2), ("a", 3), ("a", 0), ("b", 0)]
    memory.put(("b", 0), b"!!")
    assert (memory.octets, memory.get(("b", 0)), memory.get(("a", 1))) == (8, b"!!", None)


def test_memory_keeps_nothing_that_would_drive_out_the_rest() -> None:
    memory = Memory[bytes](most=100, size=len)
    memory.put("a", b"x" * 26)
    assert (memory.get("a"), memory.octets) == (None, 0)


def put(directory: Path, address: str, body: Body, *, age: timedelta = timedelta()) -> None:
    Files(lambda: directory).put(address, body)
    for path in directory.glob("*.ics.gz"):
        if address.encode() in path.read_bytes().partition(b"\n")[0]:
            moment = (NOW - age).timestamp()
            os.utime(path, (moment, moment))


def test_a_file_holds_the_last_good_body_of_its_address_for_a_week(tmp_path: Path) -> None:
    files = Files(lambda: tmp_path / "feeds")
    assert files.get("/a.ics", now=NOW) is None
    put(tmp_path / "feeds", "/a.ics", make_body(b"old"))
    put(tmp_path / "feeds", "/a.ics", make_body(b"new", '"2"'))
    assert files.get("/a.ics", now=NOW) == make_body(b"new", '"2"')
    assert files.get("/b.ics", now=NOW) is None
    assert files.get("/a.ics", now=NOW + timedelta(days=7)) is not None
    assert files.get("/a.ics", now=NOW + timedelta(days=7, seconds=1)) is None
    assert [path.suffix for path in (tmp_path / "feeds").iterdir()] == [".gz"]


def test_a_file_that_is_current_stays_good(tmp_path: Path) -> None:
    files = Files(lambda: tmp_path)
    put(tmp_path, "/a.ics", make_body(), age=timedelta(days=6))
    files.renew("/a.ics", None, etag='"1"', now=NOW)
    assert files.get("/a.ics", now=NOW + timedelta(days=6)) == make_body()


def test_a_file_of_another_version_is_not_taken_for_a_good_one(tmp_path: Path) -> None:
    files = Files(lambda: tmp_path)
    put(tmp_path, "/a.ics", make_body(), age=timedelta(days=6))
    files.renew("/a.ics", None, etag='"2"', now=NOW)
    assert files.get("/a.ics", now=NOW + timedelta(days=2)) is None
    files.looked.clear()
    files.renew("/a.ics", make_body(b"new", '"2"'), etag='"2"', now=NOW)
    assert files.get("/a.ics", now=NOW) == make_body(b"new", '"2"')


def test_a_file_that_is_gone_is_put_again_within_the_hour(tmp_path: Path) -> None:
    files = Files(lambda: tmp_path)
    for minutes, is_there in ((0, True), (30, False), (60, True)):
        files.renew("/a.ics", make_body(), etag='"1"', now=NOW + timedelta(minutes=minutes))
        assert [path.suffix for path in tmp_path.iterdir()] == [".gz"] * is_there
        for path in tmp_path.iterdir():
            path.unlink()


def test_a_disk_is_written_once_a_day(tmp_path: Path) -> None:
    put(tmp_path, "/a.ics", make_body(), age=timedelta(hours=23))
    [path] = tmp_path.iterdir()
    before = path.stat().st_mtime_ns
    Files(lambda: tmp_path).renew("/a.ics", make_body(), etag='"1"', now=NOW)
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", [lambda raw: raw[:-4], lambda raw: b"x" + raw, lambda raw: b"", lambda raw: b"{}\n"])
def test_a_damaged_file_is_none(tmp_path: Path, damage, caplog: pytest.LogCaptureFixture) -> None:
    put(tmp_path, "/a.ics", make_body())
    [path] = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert Files(lambda: tmp_path).get("/a.ics", now=NOW) is None


def test_too_many_files_lose_the_oldest(tmp_path: Path) -> None:
    for n in range(10):
        put(tmp_path, f"/{n}.ics", make_body(), age=timedelta(hours=10 - n))
    Files(lambda: tmp_path, most=10).put("/10.ics", make_body())
    kept = [n for n in range(11) if Files(lambda: tmp_path).get(f"/{n}.ics", now=NOW)]
    assert kept == list(range(2, 11))


def test_a_disk_that_refuses_is_no_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    Files(lambda: tmp_path / "file").put("/a.ics", make_body())
    assert "cannot be kept" in caplog.text


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("", False),
        ("gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("br, GZIP", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*", False),
        ("x-gzip", True),
        ("notgzip", False),
    ],
)
def test_gzip_is_sent_to_those_who_ask(header: str, asked: bool) -> None:
    assert accepts_gzip(header) is asked
