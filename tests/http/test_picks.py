"""The address of what somebody picked: its page and its feed."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client

from rallies.models import Action, base
from rallies.operations import actions as operations
from rallies.picks import MOST, code_of
from rallies.selectors.picks import picked_keys
from tests.factories import NOW, make_action
from tests.kept import forget
from tests.picking import token_of
from tests.web.reading import read

LATER = NOW + timedelta(minutes=5)


def uids_of(text: str) -> set[str]:
    return set(re.findall(r"^UID:(.+?)\r?$", text, re.MULTILINE))


def token(*actions: Action) -> str:
    return token_of(code_of(action.uid) for action in actions)


def get(path: str, **headers: str):
    return Client().get(path, headers=headers)


@pytest.fixture
def calendar(db):
    forget()
    with time_machine.travel(NOW - timedelta(hours=1), tick=False):
        now = NOW - timedelta(hours=1)
        march = make_action(slug="march", title="March", now=now)
        weekly = make_action(slug="weekly", title="Weekly", recurrence_rule="FREQ=WEEKLY;COUNT=3", now=now)
        undated = make_action(slug="some-day", title="Some day", start_date=None, now=now)
        other = make_action(slug="other", title="Other", now=now)
    with time_machine.travel(LATER, tick=False):
        yield march, weekly, undated, other


def test_page_and_feed_hold_what_the_address_says(calendar):
    march, weekly, undated, _ = calendar
    path = f"/picks/{token(march, weekly, undated)}"
    shown = read(get(f"{path}/").content)
    assert sorted(shown.said(".entry-title")) == ["March", "Some day", "Weekly"]
    assert [meta.attributes["content"] for meta in shown.all("meta", name="robots")] == ["noindex"]
    assert shown.one(".subscribe-holds").words.startswith("The 3 picked actions, with all their dates.")
    assert "subscribe again" in shown.one(".subscribe-note").words
    assert shown.one("input", type="text").attributes["value"].endswith(f"{path}.ics")
    feed = get(f"{path}.ics")
    assert uids_of(feed.getvalue().decode()) == {march.uid, weekly.uid}
    assert (feed["Content-Type"], feed["Content-Disposition"]) == (
        "text/calendar; charset=utf-8",
        'inline; filename="picks.ics"',
    )
    assert b"X-WR-CALNAME:Rallies: picks\r\n" in feed.getvalue()
    assert feed.getvalue().count(b"RRULE:FREQ=WEEKLY") == 1


def test_the_feed_keeps_the_contract(calendar):
    march, weekly, *_ = calendar
    path = f"/picks/{token(march, weekly)}.ics"
    first, second = get(path), get(path)
    assert first.getvalue() == second.getvalue() and first["ETag"] == second["ETag"]
    assert (first["Cache-Control"], first["Vary"], "Set-Cookie" in first) == (
        "private, max-age=900",
        "Accept-Encoding",
        False,
    )
    again = get(path, If_None_Match=first["ETag"])
    assert (again.status_code, again.getvalue(), again["Cache-Control"]) == (304, b"", "private, max-age=900")
    assert get(path, If_Modified_Since=first["Last-Modified"]).status_code == 304
    assert Client().head(path)["ETag"] == first["ETag"]
    assert Client().post(path).status_code == 405
    assert get(f"{path}?utm_source=x").getvalue() == first.getvalue()
    assert get(f"{path}?kind=march").status_code == 400
    operations.cancel_action(march.pk, message="Storm.", by=None, now=LATER)
    changed = get(path, If_None_Match=first["ETag"])
    assert (changed.status_code, changed.getvalue().count(b"STATUS:CANCELLED")) == (200, 1)
    assert get(f"{path}?cancelled=title").getvalue().count(b"STATUS:CANCELLED") == 0
    assert uids_of(get(f"{path}?cancelled=hide").getvalue().decode()) == {weekly.uid}
    assert "Abgesagt" in get(f"/de{path}").getvalue().decode()


def test_what_was_withdrawn_is_absent_and_nothing_tells_it_from_what_never_was(calendar):
    march, _, _, other = calendar
    path = f"/picks/{token(march, other)}"
    operations.withdraw_action(other.pk, by=None, now=LATER)
    assert uids_of(get(f"{path}.ics").getvalue().decode()) == {march.uid}
    shown = read(get(f"{path}/").content)
    assert shown.said(".entry-title") == ["March"]
    assert "1 more is not listed, or not any more." in shown.one("main").words
    alone = get(f"/picks/{token(other)}.ics")
    assert (alone.status_code, uids_of(alone.getvalue().decode())) == (200, set())


def test_of_two_with_one_code_the_older_is_meant(calendar, monkeypatch):
    monkeypatch.setattr(base, "code_of", lambda uid: 7)
    older, newer = make_action(now=LATER), make_action(now=LATER)
    assert picked_keys([7]) == [older.pk]
    operations.withdraw_action(older.pk, by=None, now=LATER)
    assert picked_keys([7]) == [newer.pk]


def test_nothing_of_picks_is_stored(calendar):
    directory = django_settings.DATA_DIR / "feeds"
    before = set(directory.iterdir()) if directory.exists() else set()
    for ending in (".ics", "/"):
        assert get(f"/picks/{token(*calendar)}{ending}").status_code == 200
    assert (set(directory.iterdir()) if directory.exists() else set()) == before
    get("/actions.ics")
    assert len(set(directory.iterdir())) > len(before)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x", "is not whole"),
        (token_of([1, 2])[:-1], "is not whole"),
        (token_of(range(MOST + 1)), "40 picks at most"),
        ("AgAAAAABoSI", "is not whole"),
        ("A" * 5000, "is not whole"),
        ("%00", "is not whole"),
    ],
)
@pytest.mark.parametrize("ending", ["/", ".ics"])
def test_what_is_no_set_is_refused_with_a_sentence(db, text, sentence, ending):
    answer = get(f"/picks/{text}{ending}")
    assert (answer.status_code, sentence in answer.getvalue().decode()) == (400, True)
