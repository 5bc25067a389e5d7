"""What people do leaves a line in the log of administrators, by being an operation; and only what they did."""

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from rallies.deeds import Deed
from rallies.enums import SitePageKey
from rallies.models import Action, AuditEntry, Location, Occurrence, Organizer, Source
from rallies.operations.accounts import create_administrator, save_account
from rallies.operations.actions import cancel_action, confirm_action, create_action, edit_action
from rallies.operations.audit import forget_deeds, note_deed
from rallies.operations.deleting import delete_rows
from rallies.operations.errors import RulesBroken
from rallies.operations.locations import create_location, edit_location
from rallies.operations.parts import save_parts
from rallies.operations.reports import delete_reports, edit_report, handle_report, report_error
from rallies.operations.series_dates import cancel_date
from rallies.operations.site_pages import edit_site_page, restore_site_page
from rallies.operations.transaction import operation
from rallies.rules.errors import RuleBroken
from tests.factories import NOW, make_action, make_location, make_organizer
from tests.write_guard import watching

pytestmark = pytest.mark.django_db

# Without `by`: what the site does by itself, what a command of whoever runs it does, or what only asks and writes nothing.
OPERATIONS = Path(__file__).parents[2] / "rallies" / "operations"
OF_THE_SITE = {
    "_join", "_put_rows", "_recover", "_refresh_batch", "_stale", "add", "check_parts", "check_seen", "check_standing", "create",
    "create_administrator", "drop",
    "end_session", "end_sessions", "extend_series", "finish_job", "forget_deeds", "forget_expired",
    "forget_sessions", "generate_actions", "give_job_back", "keep_job", "leave_date_open", "load_gazetteer",
    "load_places", "load_week", "note_deed", "note_refused_sign_in", "put", "rebuild_texts", "report_error", "reveal_place", "seal_secrets", "take_job",
    "use_code",
}  # fmt: skip


@pytest.fixture
def ada(db) -> User:
    with watching(False):
        return User.objects.create_superuser("ada")


def told() -> list[tuple[str, str, str, str, str]]:
    """The log, oldest first: who, what, kind and words of the row, detail."""
    lines = AuditEntry.objects.order_by("pk")
    return list(lines.values_list("who", "deed", "noun", "words", "detail"))


def deeds() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("deed", flat=True))


def _operations() -> dict[str, set[str]]:
    """The names of all operations, with those of what they ask."""
    return {
        node.name: {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
        for path in OPERATIONS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and "operation" in map(ast.unparse, node.decorator_list)
    }


def test_every_operation_with_a_person_has_words_and_a_moment():
    found = _operations()
    of_people = {name: asked for name, asked in found.items() if "by" in asked}
    assert {name.replace("_", "-") for name in of_people} - set(Deed.values) == set()
    assert [name for name, asked in of_people.items() if "now" not in asked] == []
    assert set(found) - set(of_people) == OF_THE_SITE


def test_a_deed_says_who_what_when_and_about_which_row(ada):
    action = make_action(title="March to City Hall")
    later = NOW + timedelta(hours=1)
    cancel_action(action.pk, message="Storm.", by=ada, now=later)
    line = AuditEntry.objects.get()
    assert (line.at, line.user, line.who, line.deed) == (later, ada, "ada", "cancel-action")
    assert (line.noun, line.row_key, line.words, line.detail) == (
        "rallies.action",
        str(action.pk),
        "March to City Hall",
        "",
    )
    assert line.get_deed_display() == "cancelled an action"


def test_what_the_site_does_by_itself_leaves_nothing(ada):
    action = make_action()
    edit_action(action.pk, {"title": "Other"}, by=None, now=NOW)
    report_error(action.uid, kind="time", text="Not at noon, says Ana.", now=NOW)
    assert told() == []


def test_what_changes_nothing_leaves_nothing(ada):
    action = make_action(title="March")
    edit_action(action.pk, {"title": "March"}, by=ada, now=NOW)
    save_parts(action.pk, saved=(), by=ada, now=NOW)
    save_account(ada, by=ada, now=NOW)
    assert told() == []


def test_what_is_refused_or_rolled_back_leaves_nothing(ada):
    action = make_action(title="March")
    with pytest.raises(RulesBroken):
        edit_action(action.pk, {"title": ""}, by=ada, now=NOW)
    with pytest.raises(RuleBroken):
        delete_rows([make_action(publish=False), action], by=ada, now=NOW)
    with transaction.atomic():
        edit_action(action.pk, {"title": "Other"}, by=ada, now=NOW)
        transaction.set_rollback(True)
    assert (told(), Action.objects.filter(title="Other").count()) == ([], 0)
    # Nothing of them is left for who comes next.
    edit_action(action.pk, {"title": "Rally"}, by=ada, now=NOW)
    assert told() == [("ada", "edit-action", "rallies.action", "Rally", "")]


def test_only_the_outermost_operation_is_told(ada):
    action = make_action(title="March")
    save_parts(action.pk, saved=[Source(action=action, url="https://news.example/a")], by=ada, now=NOW)
    edit_site_page(SitePageKey.ABOUT, {"title": "We", "text": "Us."}, by=ada, now=NOW)
    restore_site_page(SitePageKey.ABOUT, by=ada, now=NOW)
    assert told() == [
        ("ada", "save-parts", "rallies.action", "March", ""),
        ("ada", "edit-site-page", "rallies.sitepage", "About", ""),
        ("ada", "restore-site-page", "rallies.sitepage", "About", ""),
    ]


def test_an_operation_that_names_no_row_leaves_what_it_called(ada):
    rain, shine, other = (make_action(title=title) for title in ("Rain", "Shine", "Other"))

    @operation
    def cancel_all(*, by, now):
        for row in (rain, shine):
            cancel_action(row.pk, by=by, now=now)
        edit_action(other.pk, {"title": "Other"}, by=by, now=now)

    cancel_all(by=ada, now=NOW)
    assert told() == [(("ada"), "cancel-action", "rallies.action", title, "") for title in ("Rain", "Shine")]


def test_an_operation_that_names_nothing_and_calls_none_still_leaves_a_line(ada):
    @operation
    def paint(*, by, now):
        Organizer.objects.update(name="Painted")

    paint(by=ada, now=NOW)
    assert told() == [("ada", "paint", "", "", "")]


def test_each_of_many_rows_has_its_line_after_it_is_gone(ada):
    rows = [make_action(title=title, publish=False) for title in ("A", "B")]
    keys = [str(row.pk) for row in rows]
    with CaptureQueriesContext(connection) as captured:
        delete_rows(rows, by=ada, now=NOW)
    assert told() == [("ada", "delete-rows", "rallies.action", title, "") for title in ("A", "B")]
    assert list(AuditEntry.objects.order_by("pk").values_list("row_key", flat=True)) == keys
    assert sum('INSERT INTO "rallies_auditentry"' in query["sql"] for query in captured) == 1


def test_reports_are_told_without_a_word_of_the_visitor(ada):
    action = make_action(title="March")
    first, second = (
        report_error(action.uid, kind="personal", text=text, now=NOW) for text in ("Ana lives there.", "Ana, 5551234.")
    )
    handle_report(first.pk, by=ada, now=NOW)
    handle_report(first.pk, by=ada, now=NOW)
    edit_report(second.pk, {"note": "Told Ana."}, by=ada, now=NOW)
    delete_reports([first.pk, second.pk], by=ada, now=NOW)
    words = "March · Something private is shown"
    names = ("handle-report", "edit-report", "delete-reports", "delete-reports")
    assert told() == [("ada", name, "rallies.errorreport", words, "") for name in names]


def test_one_date_is_told_at_its_action(ada):
    make_action(title="Vigil", start_date=date(2026, 3, 5), recurrence_rule="FREQ=WEEKLY")
    cancel_date(Occurrence.objects.get(start_date=date(2026, 3, 12)).pk, by=ada, now=NOW)
    assert told() == [("ada", "cancel-date", "rallies.action", "Vigil", "2026-03-12")]


def test_a_location_is_told_without_its_street(ada):
    values = {"street_address": "5 Elm Street", "locality": "Springfield", "country": "US", "timezone": "UTC"}
    location = create_location({**values, "precision": "city"}, by=ada, now=NOW)
    edit_location(location.pk, {"venue": "Hall", "precision": "city"}, by=ada, now=NOW)
    assert [words for *_, words, _ in told()] == ["Springfield, US", "Hall, US"]


def test_accounts_are_told_with_what_changed_and_no_value_of_it(ada):
    with watching(False):
        boss = User.objects.create_superuser("boss")
    new = User(username="new", is_staff=True)
    save_account(new, by=boss, now=NOW)
    new.is_superuser, new.email = True, "new@example.org"
    new.set_password("tell nobody")
    save_account(new, by=boss, now=NOW)
    create_administrator(username="second", now=NOW)
    assert told() == [
        ("boss", "save-account", "auth.user", "new", "new, active, desk"),
        ("boss", "save-account", "auth.user", "new", "password, administrator"),
        ("", "create-administrator", "auth.user", "second", "command line"),
    ]


def test_long_names_are_cut(ada):
    create_action({"title": "x" * 150 + " " + "y" * 100, "timezone": "UTC"}, by=ada, now=NOW)
    assert told() == [("ada", "create-action", "rallies.action", "x" * 150 + "…", "")]


def test_lines_stay_readable_when_the_account_is_gone(ada):
    create_action({"title": "March", "timezone": "UTC"}, by=ada, now=NOW)
    with watching(False):
        ada.delete()
    line = AuditEntry.objects.get()
    assert (line.user, line.who, line.words) == (None, "ada", "March")


def test_an_edit_costs_one_insert_more(ada):
    counts = []
    for by in (None, ada):
        action = make_action()
        with CaptureQueriesContext(connection) as captured:
            edit_action(action.pk, {"title": f"By {by}"}, by=by, now=NOW)
        counts.append([query["sql"] for query in captured])
    assert len(counts[1]) == len(counts[0]) + 1
    assert [sql for sql in counts[1] if sql.startswith('INSERT INTO "rallies_auditentry"')] == [counts[1][-2]]


# --- what is no operation


def test_other_deeds_are_noted(ada):
    assert note_deed(Deed.SIGNED_IN, who=ada, now=NOW)
    assert note_deed(Deed.REFUSED, who=ada, now=NOW, row=make_organizer(name="River"), detail="edit")
    assert told() == [
        ("ada", "signed-in", "", "", ""),
        ("ada", "refused", "rallies.organizer", "River", "edit"),
    ]


def test_what_strangers_can_repeat_is_said_once_in_a_while(ada):
    with watching(False):
        other = User.objects.create_user("other")
    minute = timedelta(minutes=1)
    moments = [NOW, NOW + minute / 2, NOW + minute, NOW + minute * 3 / 2]
    written = [note_deed(Deed.SIGN_IN_REFUSED, who=None, now=at, row=ada, once_in=minute) for at in moments]
    assert written == [True, False, True, False]
    assert note_deed(Deed.SIGN_IN_REFUSED, who=None, now=NOW, row=other, once_in=minute)
    assert note_deed(Deed.SIGNED_IN, who=ada, now=NOW, row=ada, once_in=minute)
    assert [(who, words) for who, _, _, words, _ in told()] == [("", "ada"), ("", "ada"), ("", "other"), ("ada", "ada")]
    # In other words it is something else.
    again = [note_deed(Deed.SIGNED_IN, who=ada, now=NOW, row=ada, detail=words, once_in=minute) for words in "aba"]
    assert again == [True, True, False]


def test_lines_are_kept_for_180_days(ada):
    now = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
    first_kept = datetime(2026, 3, 5, tzinfo=UTC)
    moments = [first_kept - timedelta(days=1), first_kept - timedelta(seconds=1), first_kept, now]
    for at in moments:
        note_deed(Deed.SIGNED_IN, who=ada, now=at)
    removed = [forget_deeds(day, now=now) for day in (date(2026, 3, 4).toordinal(), date(2026, 3, 5).toordinal())]
    left = list(AuditEntry.objects.order_by("at").values_list("at", flat=True))
    assert (removed, left) == ([2, 0], [first_kept, now])


def test_a_row_is_found_by_what_the_log_says_of_it(ada):
    location = make_location(by=ada)
    assert AuditEntry.objects.get(noun="rallies.location", row_key=str(location.pk)).deed == "create-location"
    assert Location.objects.get(pk=int(AuditEntry.objects.get().row_key)) == location


def test_confirming_is_told(ada):
    confirm_action(make_action(title="March").pk, by=ada, now=NOW)
    assert deeds() == ["confirm-action"]
