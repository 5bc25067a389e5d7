"""Steps for the chosen rows of the list of actions, and copies."""

import csv
import io
import zipfile
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.test import Client

from rallies.admin import bulk
from rallies.models import Action, AuditEntry, Campaign
from rallies.operations.actions import cancel_action
from tests.factories import make_action, make_campaign, make_organizer
from tests.people import at_the_desk, make_person

from .forms import NOW, errors_of, messages_of

pytestmark = pytest.mark.django_db
LIST = "/admin/rallies/action/"
DAY = date(2026, 11, 28)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def make(title: str, **changes: Any) -> Action:
    return make_action(title=title, **{"start_date": DAY, "now": NOW} | changes)


def choose(desk: Client, step: str, *rows: Action, path: str = LIST, **sent: Any) -> Any:
    return desk.post(path, {"action": step, "_selected_action": [row.pk for row in rows], **sent})


def test_a_step_says_how_many_and_what_will_be_seen_and_does_nothing_yet(desk: Client) -> None:
    rows = [make("March"), make("Vigil"), make("Later", publish=False)]
    page = choose(desk, "cancel", *rows)
    text = page.content.decode()
    assert "<h1>Cancel 3 actions</h1>" in text and 'value="Cancel 3 actions"' in text
    assert "marked as cancelled, so that those who planned to come learn of it." in text
    assert "2 of the 3 are public now." in text and "Feeds tell calendars to ask every 4 hours." in text
    assert set(Action.objects.values_list("status", flat=True)) == {"scheduled"}


def test_what_was_chosen_is_done_and_the_list_is_as_it_was(desk: Client) -> None:
    rows = [make("March"), make("Vigil")]
    page = choose(desk, "cancel", *rows, path=f"{LIST}?q=a").context
    sent = {"keys": page["keys"], "back": page["back"], "message": "Storm."}
    done = desk.post(page["post_to"], sent)
    assert done["Location"] == f"{LIST}?q=a"
    assert messages_of(desk.get(done["Location"])) == ["2 actions are cancelled."]
    assert set(Action.objects.values_list("status", "status_message")) == {("cancelled", "Storm.")}


def test_all_of_a_search_across_pages_are_chosen_and_no_others(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rallies.admin.actions.ActionAdmin.list_per_page", 2)
    rows = [make(f"Rally {number}") for number in range(5)]
    make("Vigil")
    page = choose(desk, "confirm", rows[0], path=f"{LIST}?q=rally", select_across="1").context
    assert page["keys"] == ",".join(str(row.pk) for row in rows)
    desk.post(page["post_to"], {"keys": page["keys"]})
    assert set(Action.objects.filter(confirmed_at=NOW).values_list("pk", flat=True)) == {row.pk for row in rows}


def test_what_is_refused_is_told_with_the_way_on(desk: Client) -> None:
    on, off = make("March"), make("Off & away")
    cancel_action(off.pk, by=None, now=NOW)
    sent = {"keys": f"{on.pk},{off.pk}", "message": "Why & how", "back": ""}
    page = desk.post(f"{LIST}bulk/cancel/", sent)
    text = page.content.decode()
    assert "Nothing was changed: 1 action was refused." in text
    assert f'<a href="{LIST}{off.pk}/change/" dir="auto">Off &amp; away</a>' in text
    assert "This action is “Cancelled” and cannot be cancelled from there." in text
    assert 'value="Cancel 1 action"' in text and "Why &amp; how</textarea>" in text
    on.refresh_from_db()
    assert (on.status, page.context["keys"]) == ("scheduled", str(on.pk))
    desk.post(f"{LIST}bulk/cancel/", {**sent, "keys": page.context["keys"]})
    on.refresh_from_db()
    assert on.status == "cancelled"


def test_nothing_is_left_to_do_where_all_are_refused(desk: Client) -> None:
    draft = make("Draft", publish=False)
    text = desk.post(f"{LIST}bulk/withdraw/", {"keys": draft.pk}).content.decode()
    assert "Nothing was changed: 1 action was refused." in text and 'type="submit" class="default' not in text


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        ("+1 hour", (DAY, time(15))), ("-30 minutes", (DAY, time(13, 30))), ("7 days", (date(2026, 12, 5), time(14))),
        ("−2 weeks", (date(2026, 11, 14), time(14))), ("+26h", (date(2026, 11, 29), time(16))),
    ],
)  # fmt: skip
def test_lengths_as_people_write_them(desk: Client, typed: str, after: Any) -> None:
    action = make("March")
    desk.post(f"{LIST}bulk/move/", {"keys": action.pk, "length": typed})
    action.refresh_from_db()
    assert (action.start_date, action.start_time) == after


@pytest.mark.parametrize(
    ("step", "typed", "errors"),
    [
        ("move", {"length": "tomorrow"}, {"length": "Write it like +1 hour, -30 minutes, +7 days or +2 weeks."}),
        ("move", {"length": "+0 days"}, {"length": "Write it like +1 hour, -30 minutes, +7 days or +2 weeks."}),
        ("move", {"length": "+99999 weeks"}, {"length": "That is more than ten years."}),
        ("move", {"length": ""}, {"length": "“By how much” is empty: fill it in."}),
        ("set-field", {"kind": "rally"}, {"field": "“Field” is empty: choose one."}),
        (
            "set-field",
            {"field": "title"},
            {"field": "Select a valid choice. title is not one of the available choices."},
        ),
        ("set-field", {"field": "kind"}, {"kind": "“” is not one of the list."}),
        (
            "set-field",
            {"field": "languages", "languages": "English"},
            {"languages": "“English” is not a language code such as en or pt-BR."},
        ),
        (
            "add-to-campaign",
            {"campaign": "999999"},
            {"campaign": "Select a valid choice. That choice is not one of the available choices."},
        ),
    ],
)
def test_what_cannot_be_stands_beside_its_field(desk: Client, step: str, typed: Any, errors: Any) -> None:
    action = make("March")
    assert errors_of(desk.post(f"{LIST}bulk/{step}/", {"keys": action.pk, **typed})) == errors
    action.refresh_from_db()
    assert (action.start_date, action.kind, action.languages) == (DAY, "rally", [])


def test_a_field_and_a_campaign(desk: Client) -> None:
    action, campaign = make("March"), make_campaign(now=NOW)
    desk.post(f"{LIST}bulk/set-field/", {"keys": action.pk, "field": "access_features", "access_features": ["seating"]})
    response = desk.post(f"{LIST}bulk/add-to-campaign/", {"keys": action.pk, "campaign": campaign.pk}, follow=True)
    action.refresh_from_db()
    assert (action.access_features, action.listings.get().state) == (["seating"], "accepted")
    assert messages_of(response) == ["1 action is changed.", "1 action is added, or asks to be."]


def test_who_may_not_see_a_row_learns_nothing_of_it() -> None:
    group = make_organizer(now=NOW)
    mine, theirs = make("Mine", hosts=[group]), make("Theirs", hosts=[make_organizer(now=NOW)])
    own_desk = at_the_desk(make_person(organizes=(group,)))
    page = own_desk.post(f"{LIST}bulk/move/", {"keys": f"{mine.pk},{theirs.pk}", "length": "soon"})
    assert (page.context["count"], "Theirs" in page.content.decode()) == (1, False)
    gone = own_desk.post(
        f"{LIST}bulk/move/", {"keys": f"{theirs.pk},999999,x,{'9' * 30}", "length": "+1 day"}, follow=True
    )
    assert messages_of(gone) == ["None of these actions is there any longer."]
    contributor = at_the_desk(make_person(contributes=(group,)))
    assert contributor.post(f"{LIST}bulk/cancel/", {"keys": mine.pk}).status_code == 404
    assert contributor.get(f"{LIST}bulk/set-field/")["Location"] == LIST
    theirs.refresh_from_db()
    assert theirs.start_date == DAY


def test_too_many_are_not_begun(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 1)
    response = choose(desk, "publish", make("One", publish=False), make("Two", publish=False))
    assert messages_of(desk.get(response["Location"])) == ["Choose 1 actions at most, for example with the filters."]


def test_export_as_csv_has_the_clock_with_its_zone_and_no_formulas(desk: Client) -> None:
    row = make("=1+1", internal_note="@note", place_visibility="city", languages=["es", "en"])
    response = choose(desk, "export_csv", row)
    assert response["Content-Disposition"] == 'attachment; filename="actions-2026-11-01.csv"'
    (table,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    told = {name: table[name] for name in ("title", "start_date", "start_time", "timezone", "venue", "internal_note")}
    assert told == {
        "title": "'=1+1", "start_date": "2026-11-28", "start_time": "14:00", "timezone": "America/Chicago",
        "venue": "Old State Capitol", "internal_note": "'@note",
    }  # fmt: skip
    assert AuditEntry.objects.order_by("pk").values_list("deed", "detail").last() == ("export-actions", "1")


def test_export_as_xlsx_holds_text_as_text(desk: Client) -> None:
    response = choose(desk, "export_xlsx", make("=HYPERLINK(A1)", online_url="https://meet.example/a"))
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.namelist()
    assert "=HYPERLINK(A1)" in sheet and "https://meet.example/a" in sheet
    assert ("<f>" in sheet, "<hyperlink" in sheet, any("rels" in name and "sheet" in name for name in names)) == (
        False, False, False,
    )  # fmt: skip
    # A day and a time of day, as numbers that a format shows.
    assert "<v>46354</v>" in sheet and "<v>0.5833" in sheet


def test_a_copy_opens_as_a_draft(desk: Client) -> None:
    action = make("March")
    assert f'href="{LIST}{action.pk}/duplicate/"' in desk.get(f"{LIST}{action.pk}/change/").content.decode()
    assert "Other groups are invited again" in desk.get(f"{LIST}{action.pk}/duplicate/").content.decode()
    response = desk.post(f"{LIST}{action.pk}/duplicate/", {"start_date": "2027-03-13"}, follow=True)
    copy = Action.objects.exclude(pk=action.pk).get()
    assert response.redirect_chain == [(f"{LIST}{copy.pk}/change/", 302)]
    assert (copy.title, copy.start_date, copy.publication) == ("March", date(2027, 3, 13), "draft")


def test_a_copy_at_an_hour_that_is_skipped_is_refused_with_what_was_typed(desk: Client) -> None:
    action = make("March", start_time=time(2, 30))
    page = desk.post(f"{LIST}{action.pk}/duplicate/", {"start_date": "2027-03-14"}).content.decode()
    assert (
        "On Sunday, 14 March 2027 clocks in America/Chicago jump over 02:30." in page and 'value="2027-03-14"' in page
    )
    assert Action.objects.count() == 1


def test_a_campaign_is_held_again(desk: Client) -> None:
    campaign = make_campaign(now=NOW, name="Week one")
    make("March", campaigns=[campaign])
    path = f"/admin/rallies/campaign/{campaign.pk}/"
    assert f'href="{path}duplicate/"' in desk.get(f"{path}change/").content.decode()
    page = desk.get(f"{path}duplicate/").content.decode()
    assert "with a draft of 1 action that it shows" in page and "It was Monday, 16 March 2026." in page
    refused = desk.post(f"{path}duplicate/", {"name": "Week two", "first_day": "2300-01-01"})
    assert errors_of(refused) == {"first_day": "The year must lie between 1900 and 2199."}
    answer = desk.post(f"{path}duplicate/", {"name": "Week two", "first_day": "2027-03-15"}, follow=True)
    made = Campaign.objects.get(name="Week two")
    (said,) = messages_of(answer)
    drafts = f"{LIST}?listings__campaign__id__exact={made.pk}"
    assert said.startswith(f'The campaign is made, with 1 draft: <a href="{drafts}">')
    assert "March" in desk.get(drafts).content.decode()
    assert list(made.listings.values_list("action__title", "action__publication")) == [("March", "draft")]
