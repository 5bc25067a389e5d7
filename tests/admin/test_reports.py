"""The desk reads error reports, says what it did, and adds none."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rallies.models import ErrorReport
from rallies.operations.reports import handle_report
from tests.admin.forms import messages_of, told_of
from tests.factories import NOW, make_action, make_organizer, make_report
from tests.operations.state import LATER
from tests.people import at_the_desk, make_person
from tests.web.reading import read

pytestmark = pytest.mark.django_db

LIST = "/admin/rallies/errorreport/"


def page(desk, path):
    answer = desk.get(path)
    assert answer.status_code == 200
    return read(answer.content)


def listed(desk, query=""):
    table = page(desk, f"{LIST}{query}").one("table", id="result_list")
    return [row.one(".field-beginning").words for row in table.one("tbody").all("tr")]


def states():
    return list(ErrorReport.objects.order_by("pk").values_list("state", "note", "handled_by__username", "handled_at"))


def test_open_reports_stand_first_with_their_action(desk):
    march = make_action(title="River <b>march</b>")
    done = make_report(march, text="Third", now=LATER)
    make_report(march, text="Second <i>x</i>")
    make_report(march, text="First", kind="place", now=LATER)
    handle_report(done.pk, by=None, now=LATER)
    assert listed(desk) == ["First", "Second <i>x</i>", "Third"]
    assert listed(desk, "?state__exact=handled") == ["Third"]
    assert listed(desk, "?kind__exact=place") == ["First"]
    assert listed(desk, "?q=second") == ["Second <i>x</i>"]
    shown = page(desk, LIST)
    link = shown.all(".field-about")[0].one("a")
    assert (link.words, link.attributes["href"]) == (
        "River <b>march</b>",
        f"/admin/rallies/action/{march.pk}/change/",
    )
    assert "2 reports are open" in shown.said("p")


def test_marked_as_handled_from_the_list(desk):
    first, second, done = make_report(), make_report(), make_report()
    handle_report(done.pk, by=None, now=NOW)
    with time_machine.travel(LATER, tick=False):
        sent = {"action": "mark_as_handled", "_selected_action": [first.pk, done.pk]}
        answer = desk.post(LIST, sent, follow=True)
    assert messages_of(answer) == ["Marked as handled: 1."]
    assert states() == [
        ("handled", "", "admin", LATER),
        ("open", "", None, None),
        ("handled", "", None, NOW),
    ]
    assert second.state == "open"


def test_what_was_done_is_noted(desk):
    report = make_report(text="At 15:00\n<script>")
    path = f"{LIST}{report.pk}/change/"
    form = page(desk, path)
    assert [e.attributes["name"] for e in form.all("textarea")] == ["note"]
    assert "<script>" in form.one(".field-text").words
    with time_machine.travel(LATER, tick=False):
        sent = {"initial-state": "open", "state": "handled", "initial-note": "", "note": "Moved to 15:00.", "text": "x"}
        assert desk.post(path, sent).status_code == 302
    assert states() == [("handled", "Moved to 15:00.", "admin", LATER)]
    assert ErrorReport.objects.get().text == "At 15:00\n<script>"
    # At that time too: what a message leaves in the session makes it hold from then.
    with time_machine.travel(LATER, tick=False):
        history = told_of(desk, f"{LIST}{report.pk}/history/")
    assert [line[1:4] for line in history] == [
        ["admin", "state", "Open"],
        ["admin", "what was done", ""],
        ["admin", "handled", ""],
        ["admin", "handled by", ""],
        ["the site", "Created"],
    ]


def test_too_long_a_note_is_said_beside_it(desk):
    report = make_report()
    answer = desk.post(f"{LIST}{report.pk}/change/", {"state": "handled", "note": "x" * 5001})
    assert read(answer.content).said(".errorlist") == ["This text is longer than 5000 characters."]
    assert states() == [("open", "", None, None)]


def test_nobody_adds_a_report_by_hand(desk):
    assert [desk.get(f"{LIST}add/").status_code, desk.post(f"{LIST}add/", {"text": "x"}).status_code] == [403, 403]


def test_reports_are_deleted_for_good(desk):
    first, second, third = (make_report() for _ in range(3))
    assert desk.post(f"{LIST}{first.pk}/delete/", {"post": "yes"}).status_code == 302
    sent = {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes"}
    assert desk.post(LIST, sent).status_code == 302
    assert list(ErrorReport.objects.values_list("pk", flat=True)) == [third.pk]


def test_list_asks_as_often_for_one_report_as_for_thirty(desk):
    def count():
        with CaptureQueriesContext(connection) as asked:
            desk.get(LIST)
        return len(asked)

    march = make_action()
    make_report(march)
    one = count()
    for number in range(29):
        make_report(make_action() if number % 2 else march, text=f"No. {number}")
    assert count() == one


def test_others_see_no_report_and_organizers_handle_their_own():
    ours = make_organizer()
    report, other = make_report(make_action(hosts=[ours])), make_report()
    client = at_the_desk(make_person(organizes=(ours,)))
    assert client.get(LIST).context["cl"].result_count == 1
    client.post(LIST, {"action": "mark_as_handled", "_selected_action": [report.pk, other.pk]})
    assert client.post(f"{LIST}{other.pk}/change/", {"state": "handled"}).status_code == 302
    assert sorted(ErrorReport.objects.values_list("pk", "state")) == [(report.pk, "handled"), (other.pk, "open")]
    stranger = at_the_desk(make_person(organizes=(make_organizer(),)))
    assert stranger.get(LIST).status_code == 403
