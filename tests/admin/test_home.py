"""The first page of the desk: whose next actions stand there, and what needs attention."""

import re
from datetime import date, time, timedelta
from html import unescape

import pytest
import time_machine

from rallies.models import Participation
from rallies.operations.actions import cancel_action, confirm_action, return_action, submit_action, withdraw_action
from rallies.operations.parts import save_parts
from rallies.operations.series_dates import cancel_date
from tests.factories import make_action, make_campaign, make_organizer, make_report
from tests.people import at_the_desk, make_person

from .forms import NOW

pytestmark = pytest.mark.django_db
TOMORROW = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def river(db):
    return make_organizer(name="River")


def test_the_page_is_named_for_what_it_is(river):
    page = at_the_desk(make_person(organizes=(river,))).get("/admin/").content.decode()
    assert "<title>The desk | Rallies</title>" in page


def lines(client, section):
    """Of a section of the first page: title, where it leads, what else is said, and where it is settled."""
    html = client.get("/admin/").content.decode()
    found = re.search(rf'aria-labelledby="{section}">(.*?)</section>', html, re.DOTALL)
    shown = []
    for item in re.findall(r'<li class="desk-line">(.*?)</li>', found[1] if found else "", re.DOTALL):
        address, title = re.search(r'<a href="([^"]+)" dir="auto">([^<]*)</a>', item).groups()
        said, _, step = item.partition("</div>")
        words = " ".join(unescape(re.sub(r"<[^>]+>", " ", said.partition("</a>")[2])).split())
        shown.append((title, address, words, "".join(re.findall(r'class="button" href="([^"]+)"', step))))
    return shown


def titles(client, section="coming"):
    return [line[0] for line in lines(client, section)]


def later(days, **changes):
    return make_action(**{"start_date": TOMORROW + timedelta(days=days), "description": "Come.", "now": NOW, **changes})


def form_of(action):
    return f"/admin/rallies/action/{action.pk}/change/"


def test_next_actions_are_those_of_the_own_groups_each_once_by_its_next_date(river):
    hill = make_organizer(name="Hill")
    later(3, title="Theirs", hosts=[hill])
    draft = later(9, title="Draft", hosts=[river], publish=False, start_time=None, location=None)
    weekly = later(0, title="Weekly", hosts=[river], recurrence_rule="FREQ=DAILY;COUNT=9", start_time=time(18))
    beside = later(4, title="Beside", hosts=[hill])
    part = Participation(action=beside, organizer=river, role="co-host", state="accepted")
    save_parts(beside.pk, saved=[part], by=None, now=NOW)
    later(-20, title="Over", hosts=[river])
    cancel_action(later(2, title="Off", hosts=[river]).pk, by=None, now=NOW)
    withdraw_action(later(2, title="Gone", hosts=[river]).pk, by=None, now=NOW)
    cancel_date(weekly.occurrences.in_order()[0].pk, by=None, now=NOW)
    client = at_the_desk(make_person(organizes=(river,)))
    assert titles(client) == ["Weekly", "Beside", "Draft"]
    found = lines(client, "coming")
    assert found[0][1:3] == (
        form_of(weekly),
        "Tuesday, 3 November 2026, 18:00 · Old State Capitol, 1 Old State Capitol Plaza, Springfield, Illinois,"
        " United States Not confirmed",
    )
    assert found[2][1:3] == (
        form_of(draft),
        "Wednesday, 11 November 2026, time to be announced Draft No time No place",
    )


def test_coordinators_see_what_their_campaign_shows_as_the_public_does(river):
    autumn, winter = make_campaign(), make_campaign()
    shown = later(1, title="Shown", hosts=[river], campaigns=[autumn], place_visibility="city")
    later(2, title="Draft", hosts=[river], campaigns=[autumn], publish=False)
    later(2, title="Of winter", hosts=[river], campaigns=[winter])
    client = at_the_desk(make_person(coordinates=(autumn,)))
    assert lines(client, "coming") == [
        (
            "Shown",
            f"/actions/{shown.slug}/",
            f"{lines(client, 'coming')[0][2].partition(' · ')[0]} · Springfield, Illinois, United States",
            "",
        )
    ]


def test_administrators_see_those_of_their_groups_and_of_all_if_they_are_in_none(desk, river):
    later(1, title="Theirs")
    later(2, title="Ours", hosts=[river])
    assert titles(desk) == ["Theirs", "Ours"]
    boss = at_the_desk(make_person(organizes=(river,), is_superuser=True))
    assert titles(boss) == ["Ours"]


def test_what_begins_soon_and_is_not_confirmed_leads_to_the_step(river):
    soon = later(0, title="Soon", hosts=[river], start_time=time(18))
    later(9, title="Later", hosts=[river])
    later(0, title="Theirs")
    later(0, title="Draft", hosts=[river], publish=False)
    confirmed = later(0, title="Confirmed", hosts=[river])
    confirm_action(confirmed.pk, by=None, now=NOW)
    series = later(0, title="Off that day", hosts=[river], recurrence_rule="FREQ=WEEKLY;COUNT=2")
    cancel_date(series.occurrences.in_order()[0].pk, by=None, now=NOW)
    client = at_the_desk(make_person(organizes=(river,)))
    [line] = lines(client, "unconfirmed")
    step = f"/admin/rallies/action/{soon.pk}/confirm/"
    assert (line[0], line[1], line[3]) == ("Soon", form_of(soon), step)
    assert line[2].startswith("Monday, 2 November 2026, 18:00 · Old State Capitol")
    assert client.get(step).status_code == 200
    # The step has one name, here and on the page of the action.
    named = rf'href="{step}">(\w+)<'
    pages = [client.get(page).content.decode() for page in ("/admin/", form_of(soon))]
    assert [re.findall(named, each) for each in pages] == [["Confirm"], ["Confirm"]]
    # Who may not confirm it is not asked to.
    assert lines(at_the_desk(make_person(contributes=(river,))), "unconfirmed") == []
    for number in range(6):
        later(0, title=f"More {number}", hosts=[river])
    page = client.get("/admin/").content.decode()
    assert len(lines(client, "unconfirmed")) == 5
    assert '<a href="/admin/rallies/action/?missing=confirmation">All 7 that are not confirmed</a>' in page
    assert client.get("/admin/rallies/action/?missing=confirmation").context["cl"].result_count == 7


def test_errors_reported_lead_to_themselves_the_oldest_first(river):
    action = later(9, title="March", hosts=[river])
    reports = [make_report(action, text=f"Report {number}.", now=NOW + timedelta(hours=number)) for number in range(6)]
    make_report(later(9, title="Theirs"), now=NOW)
    client = at_the_desk(make_person(organizes=(river,)))
    found = lines(client, "reports")
    assert [line[0] for line in found] == ["March"] * 5
    assert found[0][1:] == (
        f"/admin/rallies/errorreport/{reports[0].pk}/change/",
        "1 November 2026 · Report 0. The day or the time",
        "",
    )
    assert "All 6 reports" in client.get("/admin/").content.decode()
    assert client.get(found[0][1]).status_code == 200


def test_a_new_person_reads_a_kind_sentence_and_finds_the_button(river):
    page = at_the_desk(make_person(organizes=(river,))).get("/admin/").content.decode()
    assert page.count(">Add an action</a>") == 1
    assert "You have no action ahead of you. Add one, and it stands here" in page
    assert "Nothing needs your attention now" in page
    alone = at_the_desk(make_person()).get("/admin/").content.decode()
    assert ("Ask whoever made your account" in alone, "Your next actions" in alone) == (True, False)


def test_who_has_no_part_in_the_desk_is_told_so_and_offered_nothing_else(db):
    page = at_the_desk(make_person()).get("/admin/").content.decode()
    assert "You may not see or change anything here yet." in page
    assert "Everything else" not in page


def test_who_entered_what_is_returned_reads_why_and_who_returned_it_does_not(river):
    contributor, organizer = make_person(contributes=(river,)), make_person(organizes=(river,))
    draft = later(9, title="Picnic", hosts=[river], publication="submitted")
    return_action(draft.pk, message="Which\nmeadow?", by=organizer, now=NOW)
    client = at_the_desk(contributor)
    assert lines(client, "returned") == [
        ("Picnic", form_of(draft), "Wednesday, 11 November 2026, 14:00 · Which meadow?", "")
    ]
    assert "Nothing needs your attention" not in client.get("/admin/").content.decode()
    assert lines(at_the_desk(organizer), "returned") == []
    submit_action(draft.pk, by=contributor, now=NOW)
    assert lines(client, "returned") == []
