from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from rallies.http.sessions import SessionStore
from rallies.models import Place
from rallies.operations.transaction import operation
from tests.write_guard import WRITE, WriteOutsideOperation, watching

pytestmark = pytest.mark.django_db


def _write() -> None:
    Place.objects.create(key="xx", kind="country", name="X", country="XX")


def test_write_guard_refuses_a_write_outside_an_operation():
    with pytest.raises(WriteOutsideOperation, match="rallies_place"):
        _write()


@pytest.mark.parametrize("write", [lambda rows: rows.update(name="Y"), lambda rows: rows.delete()])
def test_write_guard_refuses_updates_and_deletes(write):
    operation(_write)()
    with pytest.raises(WriteOutsideOperation), transaction.atomic():
        write(Place.objects.all())
    assert Place.objects.get().name == "X"


def test_write_guard_lets_an_operation_write():
    operation(_write)()
    assert Place.objects.get().name == "X"


def test_write_guard_lets_sessions_and_logins_write():
    session = SessionStore()
    session["seen"] = True
    session.save()
    with watching(False):
        user = User.objects.create_user("someone")
    user.last_login = datetime(2026, 1, 1, tzinfo=UTC)
    user.save(update_fields=["last_login"])
    assert User.objects.get().last_login == datetime(2026, 1, 1, tzinfo=UTC)


def test_write_guard_refuses_other_fields_of_an_account():
    with watching(False):
        user = User.objects.create_user("someone")
    user.is_superuser = True
    with pytest.raises(WriteOutsideOperation):
        user.save(update_fields=["is_superuser"])


@pytest.mark.parametrize(
    ("sql", "is_write"),
    [
        ("SELECT 1", False),
        ("  insert into x values (1)", True),
        ("WITH a AS (SELECT 1) DELETE FROM x", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", False),
        ("SAVEPOINT s", False),
    ],
)
def test_write_guard_knows_a_write(sql, is_write):
    assert bool(WRITE.match(sql)) == is_write
