"""The log at the desk: administrators alone read and export it, and nobody changes it."""

import csv
import re
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rallies.models import AuditEntry
from rallies.operations.actions import cancel_action, edit_action
from rallies.operations.deleting import delete_rows
from rallies.operations.organizers import create_organizer
from rallies.operations.series_dates import skip_date
from rallies.operations.transaction import operation
from tests import write_guard
from tests.factories import make_action, make_organizer
from tests.signing_in import sign_in

from .forms import NOW, errors_of, shown

pytestmark = pytest.mark.django_db
LOG, EXPORT = "/admin/rallies/auditentry/", "/admin/rallies/auditentry/export/"


@pytest.fixture
def admin_user(desk) -> User:
    return User.objects.get(username="admin")


def rows(page: str) -> list[list[str]]:
    """The cells of the lines, without tags."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in body.split("<tr>")[1:]]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def lines(desk: Client, question: str = "") -> list[list[str]]:
    response = desk.get(f"{LOG}?{question}")
    assert response.status_code == 200
    return [cells[1:] for cells in rows(response.content.decode())]


def table(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"))))


def test_what_an_administrator_does_at_the_desk_is_read_there(desk, admin_user):
    action = make_action(title="March <b>", now=NOW)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        desk.post(f"/admin/rallies/action/{action.pk}/cancel/", {"message": "Storm."})
        page = desk.get(LOG).content.decode()
    assert rows(page) == [
        ["1 November 2026, 13:00", "admin", "cancelled an action", "March &lt;b&gt; All about it March &lt;b&gt;"],
        [
            "1 November 2026, 12:00",
            "–",
            "made the account of an administrator",
            "admin command line All about it admin",
        ],
    ]
    assert f'<a href="/admin/rallies/action/{action.pk}/change/">March &lt;b&gt;</a>' in page
    assert "2 lines, times in UTC" in page


def test_days_are_read_in_words_and_exported_as_they_are_kept(desk, admin_user):
    action = make_action(
        title="Vigil 2026-12-03",
        start_date=date(2026, 12, 3),
        recurrence_rule="FREQ=WEEKLY;COUNT=4",
        publish=False,
        now=NOW,
    )
    [second] = action.occurrences.filter(start_date=date(2026, 12, 10))
    skip_date(second.pk, by=admin_user, now=NOW)
    [line, _account] = lines(desk)
    assert line[1:] == [
        "skipped one date", "Vigil 2026-12-03 Thursday, 10 December 2026 All about it Vigil 2026-12-03",
    ]  # fmt: skip
    assert table(desk.post(EXPORT))[2][-2:] == ["Vigil 2026-12-03", "2026-12-10"]


def test_a_form_that_is_saved_leaves_a_line_for_what_changed(desk):
    action = make_action(title="March", now=NOW)
    path = f"/admin/rallies/action/{action.pk}/change/"
    for title in ("March", "Rally"):
        assert desk.post(path, {**shown(desk, path), "title": title}).status_code == 302
    assert [line[1] for line in lines(desk)] == ["edited an action", "made the account of an administrator"]


def test_who_gave_whom_which_rights_and_passwords_is_told(desk):
    with write_guard.watching(False):
        clerk = User.objects.create_user("clerk")
    path = reverse("admin:auth_user_change", args=[clerk.pk])
    desk.post(path, {"username": "clerk", "is_active": "on", "is_staff": "on", "is_superuser": "on"})
    typed = {"password1": "tell-nobody-9", "password2": "tell-nobody-9", "usable_password": "true"}
    desk.post(reverse("admin:auth_user_password_change", args=[clerk.pk]), typed)
    clerk.refresh_from_db()
    assert (clerk.is_superuser, clerk.check_password("tell-nobody-9")) == (True, True)
    told = [line[0:2] + [line[2].partition(" All")[0]] for line in lines(desk)][:2]
    assert told == [
        ["admin", "changed an account", "clerk password"],
        ["admin", "edited an account", "clerk administrator, desk"],
    ]


def test_rows_that_are_gone_are_named_without_a_link_and_with_their_kind(desk, admin_user):
    action = make_action(title="March", publish=False, now=NOW)
    key = action.pk
    delete_rows([action], by=admin_user, now=NOW)
    page = desk.get(LOG).content.decode()
    assert rows(page)[0][1:] == ["admin", "deleted (action)", "March All about it March"]
    assert f"/admin/rallies/action/{key}/" not in page


def test_an_operation_of_another_version_is_named(desk, admin_user):
    @operation
    def paint_wall(*, by, now):
        AuditEntry.objects.filter(pk=0).delete()
        AuditEntry.objects.update()

    paint_wall(by=admin_user, now=NOW)
    assert lines(desk)[0] == ["admin", "paint wall", ""]


def test_the_log_is_narrowed_by_who_what_when_and_words(desk, admin_user):
    with write_guard.watching(False):
        other = User.objects.create_superuser("other")
    action = make_action(title="March", now=NOW)
    edit_action(action.pk, {"title": "Marché"}, by=admin_user, now=NOW)
    cancel_action(action.pk, by=other, now=NOW + timedelta(days=2))
    edited, cancelled = "edited an action", "cancelled an action"
    for question, expected in {
        f"person={admin_user.pk}": [edited],
        f"person={other.pk}&deed=cancel-action": [cancelled],
        "since=2026-11-02": [cancelled],
        "until=2026-11-02&q=marche": [edited],
        "since=2026-11-04": [],
        f"about=rallies.action:{action.pk}": [cancelled, edited],
        "deed=cancel-action": [cancelled],
    }.items():
        assert [line[1] for line in lines(desk, question)] == expected, question
    assert "There is nothing like that in the log." in desk.get(f"{LOG}?since=2026-11-04").content.decode()


@pytest.mark.parametrize(
    ("question", "field"),
    [("since=yesterday", "since"), ("person=abc", "person"), ("person=99", "person"), ("deed=paint", "deed")],
)
def test_what_cannot_be_understood_shows_no_line(desk, question, field):
    response = desk.get(f"{LOG}?{question}")
    assert (lines(desk, question), list(errors_of(response))) == ([], [field])
    answer = desk.post(f"{EXPORT}?{question}")
    assert (answer.status_code, answer["Location"]) == (302, f"{LOG}?{question}")


def test_a_history_leads_to_the_log_of_its_row(desk):
    action = make_action(now=NOW)
    page = desk.get(f"/admin/rallies/action/{action.pk}/history/").content.decode()
    assert f'href="{LOG}?about=rallies.action:{action.pk}"' in page


def test_the_log_is_exported_as_it_is_narrowed_and_says_so(desk, admin_user):
    group = create_organizer({"name": "=HYPERLINK(1)"}, by=admin_user, now=NOW)
    make_organizer(name="Other", now=NOW)
    with time_machine.travel(datetime(2026, 11, 2, 8, 0, 5, tzinfo=NOW.tzinfo), tick=False):
        response = desk.post(f"{EXPORT}?deed=create-organizer")
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "text/csv; charset=utf-8",
        'attachment; filename="log-2026-11-02.csv"',
    )
    assert "no-store" in response["Cache-Control"]
    about = ["rallies.organizer", str(group.pk), "'=HYPERLINK(1)", ""]
    assert table(response) == [
        ["at", "who", "deed", "what", "noun", "key", "about", "detail"],
        ["2026-11-01T12:00:00Z", "admin", "create-organizer", "added a group", *about],
    ]
    assert lines(desk)[0] == ["admin", "exported this log", ""]


def test_looking_at_the_log_writes_nothing_and_exporting_takes_a_post(desk):
    before = AuditEntry.objects.count()
    assert (desk.get(LOG).status_code, desk.get(EXPORT).status_code) == (200, 405)
    assert AuditEntry.objects.count() == before


def test_only_administrators_see_the_log(admin_user):
    action = make_action(title="March", now=NOW)
    edit_action(action.pk, {"title": "Rally"}, by=admin_user, now=NOW)
    with write_guard.watching(False):
        clerk = User.objects.create_user("clerk", is_staff=True)
        codenames = [f"{verb}_{noun}" for verb in ("view", "change") for noun in ("auditentry", "action")]
        clerk.user_permissions.set(Permission.objects.filter(codename__in=[*codenames, "delete_auditentry"]))
    theirs = Client()
    sign_in(theirs, clerk)
    entry = AuditEntry.objects.first()
    asked = [LOG, f"{LOG}{entry.pk}/change/", f"{LOG}{entry.pk}/delete/", f"{LOG}add/"]
    assert [theirs.get(path).status_code for path in asked] == [403] * 4
    assert theirs.post(EXPORT).status_code == 403
    for path in ("/admin/", "/admin/rallies/", f"/admin/rallies/action/{action.pk}/history/"):
        assert "auditentry" not in theirs.get(path).content.decode()
    assert Client().get(LOG).status_code == 302


def test_nobody_changes_the_log(desk, admin_user):
    entry = AuditEntry.objects.get()
    assert [desk.get(f"{LOG}{path}").status_code for path in (f"{entry.pk}/delete/", "add/")] == [403, 403]
    desk.post(LOG, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert desk.post(f"{LOG}{entry.pk}/change/", {"who": "nobody"}).status_code == 403
    assert list(AuditEntry.objects.values_list("pk", "who")) == [(entry.pk, "")]


def test_pages_keep_the_question_and_ask_as_often_for_fifty_as_for_one(desk, admin_user):
    actions = [make_action(title=f"March {number}", now=NOW) for number in range(3)]
    counts = []
    for times in (1, 60):
        for number in range(times):
            edit_action(actions[number % 3].pk, {"title": f"M {times} {number}"}, by=admin_user, now=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert len(lines(desk, "deed=edit-action")) == min(times, 50)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    page = desk.get(f"{LOG}?deed=edit-action&p=2").content.decode()
    assert (len(rows(page)), "61 lines" in page) == (11, True)
    assert 'href="?deed=edit-action&amp;p=1" rel="prev"' in page
