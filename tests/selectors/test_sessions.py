from datetime import UTC, datetime, timedelta

import pytest

from rallies.models import Session
from rallies.operations.accounts import create_administrator
from rallies.operations.sessions import end_session, end_sessions, forget_sessions
from rallies.operations.transaction import operation
from rallies.selectors.sessions import session_key_of, sessions_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@operation
def make_session(key: str, user_id: int, *, hours: int = 0, holds: bool = True) -> None:
    seen = NOW - timedelta(hours=hours)
    Session.objects.create(
        session_key=key,
        user_id=user_id,
        began_at=seen,
        seen_at=seen,
        device=f"device {key}",
        expire_date=NOW + timedelta(days=1 if holds else -1),
    )


@pytest.fixture
def people(db) -> tuple[int, int]:
    one, other = (create_administrator(username=name, now=NOW)[0].pk for name in ("one", "other"))
    for key, user, hours in [("a", one, 3), ("b", one, 1), ("c", one, 2), ("d", other, 0)]:
        make_session(key, user, hours=hours)
    make_session("old", one, holds=False)
    return one, other


def test_sessions_of_an_account_are_its_own_and_hold(people):
    found = sessions_of(people[0], current="a", now=NOW)
    assert [(session.device, session.is_current) for session in found] == [
        ("device a", True),
        ("device b", False),
        ("device c", False),
    ]
    assert found[0].seen_at == NOW - timedelta(hours=3)


def test_the_code_of_a_session_is_no_key_and_names_none_of_others(people):
    codes = [session.code for session in sessions_of(people[0], current="a", now=NOW)]
    assert [session_key_of(people[0], code=code) for code in codes] == ["a", "b", "c"]
    assert [session_key_of(people[1], code=code) for code in codes] == [None, None, None]
    assert {"a", "b", "c"} & set(codes) == set()


def test_one_session_ends_or_all_others(people):
    end_session("c")
    assert end_sessions(people[0], but="a") == 2
    assert sorted(Session.objects.values_list("pk", flat=True)) == ["a", "d"]
    assert end_sessions(people[0]) == 1


def test_what_holds_no_longer_is_forgotten(people):
    forget_sessions(now=NOW)
    assert sorted(Session.objects.values_list("pk", flat=True)) == ["a", "b", "c", "d"]
