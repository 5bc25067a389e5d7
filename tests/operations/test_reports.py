from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from rallies.models import ErrorReport
from rallies.operations.accounts import create_administrator
from rallies.operations.errors import RulesBroken
from rallies.operations.reports import delete_reports, edit_report, handle_report, report_error
from rallies.rules import reports as rules
from rallies.rules.reports import TooManyReports
from rallies.selectors.errors import ActionNotFound
from tests.factories import NOW, make_action, make_report
from tests.operations.state import LATER, dump, stamps

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> User:
    return create_administrator(username="desk", now=NOW)[0]


def states():
    return list(ErrorReport.objects.order_by("pk").values_list("state", "note", "handled_at", "handled_by__username"))


def test_report_is_cleaned_and_kept_with_nothing_about_who_sent_it():
    action = make_action()
    before = stamps()
    report = report_error(
        action.uid, kind="place", text=" Not\x00 the\u202e square:\r\n\r\n\r\n\r\nthe park. ", now=LATER
    )
    assert ErrorReport.objects.values().get() == {
        "id": report.pk,
        "action_id": action.pk,
        "kind": "place",
        "text": "Not the square:\n\nthe park.",
        "created_at": LATER,
        "state": "open",
        "note": "",
        "handled_at": None,
        "handled_by_id": None,
    }
    assert [(h.history_type, h.history_date, h.history_user_id) for h in report.history.all()] == [("+", LATER, None)]
    assert not hasattr(report.history.get(), "text")
    assert stamps() == before


@pytest.mark.parametrize(("kind", "text"), [("", "x"), ("time", " \x00\u202e "), ("time", "x" * 2001)])
def test_bad_report_changes_nothing(kind, text):
    action = make_action()
    before = dump()
    with pytest.raises(RulesBroken):
        report_error(action.uid, kind=kind, text=text, now=NOW)
    assert dump() == before


@pytest.mark.parametrize("publication", ["draft", "submitted", "withdrawn"])
def test_only_what_is_public_is_reported_on(publication):
    action = make_action(publication=publication)
    before = dump()
    with pytest.raises(ActionNotFound):
        make_report(action)
    assert dump() == before


def test_same_text_on_one_action_is_kept_once_while_it_is_open():
    action, other = make_action(), make_action()
    first = make_report(action, text="At 15:00.")
    assert make_report(action, text="At 15:00. \r\n", kind="other") == first
    make_report(other, text="At 15:00.")
    handle_report(first.pk, by=None, now=NOW)
    make_report(action, text="At 15:00.")
    assert list(ErrorReport.objects.order_by("pk").values_list("action_id", "kind", "state")) == [
        (action.pk, "time", "handled"),
        (other.pk, "time", "open"),
        (action.pk, "time", "open"),
    ]


def test_one_action_has_so_many_open_reports(monkeypatch):
    monkeypatch.setattr(rules, "MOST_OPEN", 2)
    action = make_action()
    first, _second = make_report(action), make_report(action, text="Twice")
    with pytest.raises(TooManyReports):
        make_report(action)
    assert make_report(action, text="Twice").text == "Twice"
    make_report()
    handle_report(first.pk, by=None, now=NOW)
    make_report(action)
    assert ErrorReport.objects.filter(action=action).count() == 3


def test_all_actions_have_so_many_reports_an_hour(monkeypatch):
    monkeypatch.setattr(rules, "MOST_RECENT", 2)
    first = make_report(now=NOW)
    make_report(now=NOW + timedelta(minutes=30))
    handle_report(first.pk, by=None, now=NOW)
    with pytest.raises(TooManyReports):
        make_report(now=NOW + timedelta(minutes=59, seconds=59))
    make_report(now=NOW + timedelta(hours=1))
    assert ErrorReport.objects.count() == 3


def test_handling_says_who_and_when_and_opening_again_takes_it_back(member):
    report = make_report()
    edit_report(report.pk, {"state": "handled", "note": " Moved\r\nto 15:00 "}, by=member, now=LATER)
    assert states() == [("handled", "Moved\nto 15:00", LATER, "desk")]
    edit_report(report.pk, {"note": "Moved."}, by=None, now=LATER + timedelta(days=1))
    assert states() == [("handled", "Moved.", LATER, "desk")]
    edit_report(report.pk, {"state": "open"}, by=None, now=LATER)
    assert states() == [("open", "Moved.", None, None)]


def test_handling_twice_changes_no_table(member):
    report = make_report()
    handle_report(report.pk, by=None, now=NOW)
    before = dump()
    handle_report(report.pk, by=member, now=LATER)
    assert dump() == before


def test_bad_handling_changes_nothing():
    report = make_report()
    before = dump()
    with pytest.raises(RulesBroken):
        edit_report(report.pk, {"state": "lost"}, by=None, now=NOW)
    with pytest.raises(TypeError, match="text"):
        edit_report(report.pk, {"text": "Other words"}, by=None, now=NOW)
    assert dump() == before


def test_deleting_leaves_nothing_of_the_words(member):
    action = make_action()
    first, second, third = make_report(action, text="My secret"), make_report(action), make_report(action)
    assert delete_reports([first.pk, second.pk, 0], by=member, now=LATER) == 2
    assert list(ErrorReport.objects.values_list("pk", flat=True)) == [third.pk]
    assert "My secret" not in str(dump())
    gone = ErrorReport.history.filter(history_type="-").values_list("id", "history_date", "history_user__username")
    assert sorted(gone) == [(first.pk, LATER, "desk"), (second.pk, LATER, "desk")]
