"""The log answers by person, deed, row, day and words, newest first, along its indexes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection

from rallies.deeds import Deed
from rallies.models import Action, AuditEntry
from rallies.operations.actions import cancel_action, edit_action, publish_action
from rallies.operations.audit import note_deed
from rallies.operations.deleting import delete_rows
from rallies.selectors.audit import LogFilter, log_entries, people_of_the_log, rows_still_there
from tests.factories import NOW, make_action, make_organizer
from tests.write_guard import watching

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people(db) -> dict[str, User]:
    with watching(False):
        return {name: User.objects.create_superuser(name) for name in ("zoe", "ada", "idle")}


@pytest.fixture
def marche(people) -> Action:
    """Ada published "Marché" and cancelled it two days later, after Zoe had edited another."""
    action, other = make_action(title="Marché de Noël", publish=False), make_action(title="Vigil")
    publish_action(action.pk, by=people["ada"], now=NOW)
    edit_action(other.pk, {"kind": "vigil"}, by=people["zoe"], now=NOW + DAY)
    cancel_action(action.pk, by=people["ada"], now=datetime(2026, 3, 4, 23, 59, 59, 999_999, tzinfo=UTC))
    return action


def found(**asked) -> list[tuple[str, str]]:
    return [(entry.who, entry.deed) for entry in log_entries(LogFilter(**asked))]


ALL = [("ada", "cancel-action"), ("zoe", "edit-action"), ("ada", "publish-action")]


def test_all_is_newest_first(marche):
    assert found() == ALL


def test_the_log_is_narrowed(marche, people):
    ada = people["ada"].pk
    assert found(person=ada) == [ALL[0], ALL[2]]
    assert found(person=people["idle"].pk) == []
    assert found(deed="cancel-action") == ALL[:1]
    assert found(noun="rallies.action", row_key=str(marche.pk)) == [ALL[0], ALL[2]]
    assert found(noun="rallies.organizer", row_key=str(marche.pk)) == []
    assert found(first_day=date(2026, 3, 3)) == ALL[:2]
    assert found(last_day=date(2026, 3, 3)) == ALL[1:]
    assert found(first_day=date(2026, 3, 4), last_day=date(2026, 3, 4)) == ALL[:1]
    assert found(words="noel MARCHE") == [ALL[0], ALL[2]]
    assert found(words="noel vigil") == []
    assert found(person=ada, deed="publish-action", words="marche", last_day=date(2026, 3, 2)) == ALL[2:]


def test_people_of_the_log_are_those_who_did_something(marche, people):
    assert people_of_the_log() == [(people["ada"].pk, "ada"), (people["zoe"].pk, "zoe")]


def test_rows_that_are_gone_are_known_and_nouns_of_other_versions_forgiven(marche, people, django_assert_num_queries):
    gone = make_action(publish=False)
    key = str(gone.pk)
    delete_rows([gone], by=people["ada"], now=NOW)
    note_deed(Deed.REFUSED, who=None, now=NOW, row=make_organizer())
    entries = [*AuditEntry.objects.all(), AuditEntry(noun="old.noun", row_key="1"), AuditEntry(noun="odd", row_key="1")]
    with django_assert_num_queries(2):
        there = rows_still_there(entries)
    assert ("rallies.action", str(marche.pk)) in there
    assert ("rallies.action", key) not in there
    assert {noun for noun, _ in there} == {"rallies.action", "rallies.organizer"}


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "audit_newest"),
        ({"person": 1}, "audit_by_person"),
        ({"deed": "cancel-action"}, "audit_by_deed"),
        ({"noun": "rallies.action", "row_key": "1"}, "audit_by_row"),
        ({"person": 1, "first_day": date(2026, 3, 1)}, "audit_by_person"),
    ],
)
def test_questions_are_answered_along_an_index_without_sorting(asked, index):
    with connection.cursor() as cursor:
        assert index in connection.introspection.get_constraints(cursor, AuditEntry._meta.db_table)
    if connection.vendor == "sqlite":
        # PostgreSQL takes none for so few rows.
        plan = log_entries(LogFilter(**asked))[:50].explain()
        assert index in plan and "TEMP B-TREE" not in plan
