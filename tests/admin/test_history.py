"""The history of a row leads back to what a field was: to its form, or to the step that tells the public."""

import re
from datetime import date, time
from html import unescape

import pytest
import time_machine

from rallies.models import Action, Change
from rallies.operations.actions import cancel_action, edit_action, publish_action
from rallies.operations.organizers import edit_organizer
from tests.factories import make_action, make_location, make_organizer
from tests.people import at_the_desk, make_person

from .forms import NOW, messages_of, shown, told_of

pytestmark = pytest.mark.django_db

FIELD = r'<input [^>]*name="([\w-]+)"(?: value="([^"]*)")?'
BY = {"by": None, "now": NOW}


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def action(db) -> Action:
    """A draft whose every value was another one before."""
    row = make_action(title="Before", start_date=date(2026, 11, 28), start_time=time(14), publish=False, now=NOW)
    values = {"title": "After", "start_time": time(15), "location": make_location(venue="Library"), "languages": ["es"]}
    return edit_action(row.pk, values, **BY)


def path_of(row, page: str = "change") -> str:
    return f"/admin/rallies/{row._meta.model_name}/{row.pk}/{page}/"


def restored(desk, row) -> dict[str, str]:
    """The addresses that the history leads to, by field."""
    html = desk.get(path_of(row, "history")).content.decode()
    cells = r"<td>([^<]*)</td>\s*<td class=\"desk-was\">[^<]*<a class=\"desk-restore\" href=\"([^\"]*)\""
    return {name: unescape(address) for name, address in re.findall(cells, html)}


def test_a_field_that_is_edited_by_hand_leads_to_its_form_filled_in(desk, action):
    addresses = restored(desk, action)
    assert sorted(addresses) == ["address name", "languages spoken", "location", "start", "title"]
    page = desk.get(addresses["title"])
    form = page.context["adminform"].form
    assert (form["title"].value(), form["start_time"].value()) == ("Before", time(15))
    assert messages_of(page) == ["“Title” has again what it had before. Nothing is written until you save."]
    action.refresh_from_db()
    assert action.title == "After"
    inputs = dict(re.findall(FIELD, page.content.decode()))
    sent = {**shown(desk, addresses["title"]), **{name: inputs[name] for name in ("seen", "title", "initial-title")}}
    assert (sent["title"], sent["initial-title"]) == ("Before", "After")
    assert desk.post(path_of(action), sent).status_code == 302
    action.refresh_from_db()
    assert (action.title, action.start_time) == ("Before", time(15))


def test_time_and_place_of_what_is_public_lead_to_their_steps(desk, action):
    publish_action(action.pk, **BY)
    addresses = restored(desk, action)
    ends = {name: address.partition("?")[0].rstrip("/").rpartition("/")[2] for name, address in addresses.items()}
    assert (ends["start"], ends["location"], ends["title"]) == ("move-time", "move-place", "change")
    page = desk.get(addresses["start"])
    assert page.context["form"]["start_time"].value() == time(14)
    sent = {name: unescape(value) for name, value in re.findall(FIELD, page.content.decode())}
    assert desk.post(path_of(action, "move-time"), sent).status_code == 302
    action.refresh_from_db()
    assert (action.start_time, Change.objects.order_by("-number").first().kind) == (time(14), "moved-in-time")
    cancel_action(action.pk, **BY)
    assert "location" not in restored(desk, action)


def test_what_no_form_edits_leads_nowhere(desk, action):
    publish_action(action.pk, **BY)
    cancel_action(action.pk, message="Storm.", **BY)
    html = desk.get(path_of(action, "history")).content.decode()
    assert "Storm." in html
    assert not {"status", "publication", "public message on the status"} & restored(desk, action).keys()


def test_who_may_only_look_restores_nothing(action):
    group = make_organizer(name="Group 1")
    row = make_action(title="Before", hosts=[group], now=NOW)
    edit_action(row.pk, {"title": "After"}, **BY)
    reader = at_the_desk(make_person(contributes=(group,)))
    html = reader.get(path_of(row, "history")).content.decode()
    assert "Before" in html and "desk-restore" not in html


def test_a_place_that_others_withhold_is_not_filled_in(action):
    group = make_organizer(name="Group 1")
    hidden = make_location(venue="Withheld hall")
    row = make_action(title="Ours", hosts=[group], location=hidden, publish=False, now=NOW)
    edit_action(row.pk, {"location": make_location(venue="Square")}, **BY)
    make_action(
        title="Theirs", hosts=[make_organizer(name="Group 2")], location=hidden, place_visibility="city", now=NOW
    )
    ours = at_the_desk(make_person(organizes=(group,)))
    assert "location" not in restored(ours, row)
    record = row.history.order_by("history_id").first().history_id
    page = ours.get(f"{path_of(row)}?restore=location&from={record}")
    assert "Withheld hall" not in page.content.decode()


def test_records_of_other_rows_and_odd_addresses_fill_in_nothing(desk, action):
    other = make_organizer(name="Group 1")
    edit_organizer(other.pk, {"name": "Group 2"}, **BY)
    foreign = make_action(title="Foreign", now=NOW).history.first().history_id
    for query in (f"restore=title&from={foreign}", "restore=title&from=x", f"restore=status&from={foreign}", "from=1"):
        page = desk.get(f"{path_of(action)}?{query}")
        assert (page.status_code, page.context["adminform"].form["title"].value()) == (200, "After")
    assert desk.get(restored(desk, other)["name"]).context["adminform"].form["name"].value() == "Group 1"


def test_times_are_on_the_clock_of_the_action(desk):
    """Beside moments that are, an hour of UTC would be taken for one of them."""
    path = path_of(make_action(now=NOW, location=make_location(timezone="America/Phoenix", now=NOW)), "history")
    assert "Times are on the clock of America/Phoenix." in desk.get(path).content.decode()
    assert {line[0] for line in told_of(desk, path)} == {"1 November 2026, 05:00"}


def test_days_and_repetitions_are_read_in_words(desk):
    row = make_action(start_date=date(2026, 12, 3), start_time=time(18), publish=False, now=NOW)
    edit_action(row.pk, {"recurrence_rule": "FREQ=WEEKLY;COUNT=4", "end_date": date(2026, 12, 4)}, **BY)
    page = desk.get(path_of(row, "history")).content.decode()
    assert "Every week on Thursday at 18:00, 4 times" in page and "4 December 2026" in page
    assert "FREQ=" not in page and "2026-12-0" not in page
