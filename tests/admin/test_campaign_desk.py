"""The desk of a campaign: what waits there, what it asks, and what it tells."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from rallies.admin.campaign_numbers import kept_numbers, shown_numbers
from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.models import Action, AuditEntry, Listing
from rallies.operations.actions import cancel_action, confirm_action
from rallies.operations.campaigns import TotalEntry, edit_campaign
from rallies.operations.participations import ListingEntry, ParticipationEntry, SourceEntry
from rallies.operations.parts import decide_listing, save_parts
from rallies.selectors.campaign_numbers import City, days_of, numbers_of
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place
from tests.people import at_the_desk, make_person

from .forms import messages_of

pytestmark = pytest.mark.django_db

ASKS, IS_ASKED = ListingState.REQUESTED_BY_HOST, ListingState.REQUESTED_BY_CAMPAIGN


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


class Desk:
    """A coordinator of "Autumn", and the host "Hill" of what is listed there."""

    def __init__(self) -> None:
        self.hill = make_organizer(name="Hill")
        self.autumn, self.winter = make_campaign(name="Autumn", slug="autumn"), make_campaign(name="Winter")
        self.person = make_person(username="ana", coordinates=(self.autumn,))
        self.client = at_the_desk(self.person)
        self.path = f"/admin/rallies/campaign/{self.autumn.pk}/desk/"

    def lists(self, state: str, campaign: Any = None, **values: Any) -> Action:
        values = {"hosts": [self.hill], **values}
        return make_action(listings=[ListingEntry(campaign or self.autumn, ListingState(state))], **values)

    def page(self, path: str = "", client: Client | None = None) -> str:
        answer = (client or self.client).get(self.path + path)
        assert answer.status_code == 200
        return answer.content.decode()

    def asks(self, **sent: Any) -> Any:
        return self.client.post(f"{self.path}ask/", sent, follow=True)

    def offered(self, words: str = "") -> list[str]:
        query = {"app_label": "rallies", "model_name": "listing", "field_name": "action", "term": words}
        return [row["text"] for row in self.client.get("/admin/autocomplete/", query).json()["results"]]


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def titles(page: str) -> list[str]:
    """Of what waits."""
    return re.findall(r'<h3 dir="auto">(?:<a[^>]*>)?([^<]*)<', page)


def test_links_lead_there_from_the_first_page_the_list_and_the_page_of_the_campaign(desk):
    for path in ("/admin/", "/admin/rallies/campaign/", f"/admin/rallies/campaign/{desk.autumn.pk}/change/"):
        assert f'href="{desk.path}"' in desk.client.get(path).content.decode(), path
    assert "Autumn" in desk.page()


def test_its_queue_holds_what_waits_for_this_campaign_alone(desk):
    winter = make_person(coordinates=(desk.autumn, desk.winter))
    desk.lists(ASKS, title="Joins", publish=False)
    desk.lists(ASKS, title="Joins winter", campaign=desk.winter)
    desk.lists("accepted", title="Submitted", hosts=[], publication="submitted")
    desk.lists("accepted", title="Submitted by its host", publication="submitted")
    make_action(title="Of winter", hosts=[], campaigns=[desk.winter], publication="submitted")
    assert titles(desk.page()) == ["Joins", "Submitted"]
    assert titles(desk.page(client=at_the_desk(winter))) == ["Joins", "Submitted"]
    # Administrators answer what a host submitted, too.
    boss = at_the_desk(make_person(is_superuser=True))
    assert titles(desk.page(client=boss)) == ["Joins", "Submitted", "Submitted by its host"]


def test_an_answer_leads_back_to_the_desk_of_the_campaign(desk):
    listing = desk.lists(ASKS, title="March").listings.get()
    page = desk.page()
    assert f'<input type="hidden" name="campaign" value="{desk.autumn.pk}">' in page
    sent = {"answer": "no", "message": "Another week.", "campaign": desk.autumn.pk, "page": "1"}
    answer = desk.client.post(f"/admin/requests/joining/{listing.pk}/", sent, follow=True)
    assert answer.redirect_chain == [(f"{desk.path}?p=1", 302)]
    listing.refresh_from_db()
    assert (listing.state, listing.message, titles(desk.page())) == ("declined", "Another week.", [])


def test_an_action_is_asked_by_choosing_it_or_by_the_address_of_its_page(desk):
    first, second = make_action(title="March", hosts=[desk.hill]), make_action(title="Vigil", slug="vigil")
    said = "is asked to join. Whoever publishes it answers; until then nobody else sees that."
    answers = [desk.asks(action=first.pk), desk.asks(address="https://example.org/es/actions/vigil/?x=1")]
    assert [messages_of(answer) for answer in answers] == [[f"“March” {said}"], [f"“Vigil” {said}"]]
    assert answers[1].redirect_chain == [(desk.path, 302)]
    assert set(Listing.objects.values_list("action", "state")) == {(first.pk, IS_ASKED), (second.pk, IS_ASKED)}
    assert "2 actions were asked, and have not answered yet" in desk.page()
    host = at_the_desk(make_person(organizes=(desk.hill,)))
    assert "“Autumn” asks it to join" in host.get("/admin/requests/").content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose an action, or give the address of its page."),
        ({"address": "/actions/nowhere/"}, "No published action has this address."),
        ({"address": "/actions/draft/"}, "No published action has this address."),
        ({"address": "/actions/asked/"}, "It is asked already, and has not answered yet."),
        ({"action": "x"}, "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(desk, sent, said):
    make_action(slug="draft", publish=False)
    desk.lists(IS_ASKED, slug="asked")
    answer = desk.asks(**sent)
    assert re.findall(r'<ul class="errorlist"[^>]*><li>([^<]*)</li>', answer.content.decode()) == [said]
    assert Listing.objects.count() == 1


def test_what_is_offered_is_found_by_what_the_public_sees_of_it(desk):
    hall = make_location(venue="Secret hall", street_address="9 Hidden Lane")
    make_action(title="Árbol", location=hall, place_visibility="city", hosts=[desk.hill])
    make_action(title="Draft", publish=False)
    shown = ["Árbol · Saturday, 14 March 2026 · Springfield"]
    asked = {words: desk.offered(words) for words in ("", "arbol springfield", "secret", "hidden", "Hill", "draft")}
    asked = {words: [text.replace("Saturday 14", "Saturday, 14") for text in found] for words, found in asked.items()}
    assert asked == {"": shown, "arbol springfield": shown, "secret": [], "hidden": [], "Hill": [], "draft": []}


def test_numbers_stand_there_as_charts_and_tables_with_what_sources_report_apart(desk):
    total = TotalEntry("over 100 actions", "https://example.org/x")
    sources = [SourceEntry(url="https://example.org/x", outlet="Daily", published_on=NOW.date())]
    week = make_campaign(name="Spring", slug="spring", parts={"sources": sources, "totals": [total]})
    boss = at_the_desk(make_person(is_superuser=True))
    make_action(title="March", start_date=week.first_day, campaigns=[week], location=make_location(place=make_place()))
    page = boss.get(f"/admin/rallies/campaign/{week.pk}/desk/").content.decode()
    assert re.findall(r'<title id="days-title">([^<]*)</title>', page) == ["Dates on each day"]
    assert re.findall(r"<rect[^>]*><title>([^<]*)</title>", page) == ["16 March 2026: 1"]
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["1", "0", "1", "0", "0"]
    words = " ".join(re.sub(r"<[^>]*>", " ", page.partition('id="totals"')[2]).split())
    assert "over 100 actions Daily 2 March 2026" in words
    # Each number leads to as many rows.
    leads = re.findall(r'<a href="(/admin/rallies/action/\?shown_by=[^"]*)"[^>]*>(\d+)<', page)
    assert len(leads) >= 6
    listed = {path: boss.get(path.replace("&amp;", "&")).context["cl"].result_count for path, _count in leads}
    assert listed == {path: int(count) for path, count in leads}


def test_an_empty_campaign_says_so(desk):
    page = desk.page()
    assert "No action asks to join, and none that you care for is submitted." in page
    assert "No published action is part of the campaign yet." in page


@pytest.mark.parametrize(
    "asked", ["shown_by=x", "shown_by=99", "on=soon", "on=2026-02-30", "city=nowhere-us", "shown_by=1&on=2026-03-14%00"]
)
def test_filters_that_numbers_lead_to_narrow_nothing_when_they_are_not_understood(desk, asked):
    make_action(title="March", hosts=[desk.hill])
    boss = at_the_desk(make_person(is_superuser=True))
    answer = boss.get(f"/admin/rallies/action/?{asked}", follow=True)
    assert (answer.status_code, answer.context["cl"].result_count) == (200, 1)


def cells(page: str) -> list[list[str]]:
    """Of the table of cities and days: where each number leads, or the number."""
    body = page.partition('id="cities-first"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in body.split("<tr>")[1:]]
    found = [[re.findall(r'href="([^"]*)"', cell) or re.findall(r"\d+", cell) for cell in row] for row in rows]
    return [[cell[0].replace("&amp;", "&") for cell in row] for row in found]


def test_cities_and_days_lead_coordinators_to_the_public_list_and_administrators_to_theirs(desk):
    place = make_location(place=make_place())
    days = [desk.autumn.first_day, desk.autumn.last_day, desk.autumn.last_day]
    for number, day in enumerate(days):
        make_action(title=f"March {number}", campaigns=[desk.autumn], hosts=[desk.hill], start_date=day, location=place)
    boss = at_the_desk(make_person(is_superuser=True))
    public = [f"/actions/?campaign=autumn&from={day}&to={day}&city=springfield-us" for day in days[:2]]
    own = [f"/admin/rallies/action/?shown_by={desk.autumn.pk}&on={day}&city=springfield-us" for day in days[:2]]
    assert cells(desk.page()) == [[public[0], *"00000", public[1], "3"]]
    assert cells(desk.page(client=boss)) == [[own[0], *"00000", own[1], "3"]]
    assert boss.get(own[1]).context["cl"].result_count == 2
    assert "March 1" in Client().get(public[1]).content.decode()
    assert 'data-geojson="/campaigns/autumn.geojson"' in desk.page()


def test_of_a_campaign_that_is_not_public_nothing_leads_to_public_pages(desk):
    hidden = make_campaign(name="Hidden", is_public=False)
    place = make_location(place=make_place())
    make_action(campaigns=[hidden], hosts=[desk.hill], start_date=hidden.first_day, location=place)
    coordinator = at_the_desk(make_person(coordinates=(hidden,)))
    page = coordinator.get(f"/admin/rallies/campaign/{hidden.pk}/desk/").content.decode()
    assert cells(page) == [[*"1000000", "1"]]
    assert ("data-geojson" in page, "There is a map once the public sees the campaign." in page) == (False, True)


def test_cities_beyond_thirty_are_folded_and_long_campaigns_have_days_with_dates_alone(desk):
    desk.autumn.last_day = desk.autumn.first_day + timedelta(days=99)
    days = days_of(desk.autumn)
    cities = tuple(City(f"City {number}", "", "US", "", {days[number]: 1}) for number in range(32))
    numbers = replace(
        numbers_of(desk.autumn, now=NOW), cities=cities, by_day={day: int(day in days[:32]) for day in days}
    )
    shown = shown_numbers(numbers, desk.autumn, is_administrator=True, today=NOW.date())
    assert (len(shown.cities), [row.name for row in shown.more_cities]) == (30, ["City 30", "City 31"])
    assert (shown.columns, shown.leaves_days_out, len(shown.days.columns)) == (tuple(days[:31]), True, 100)


def table(answer: Any) -> list[dict[str, str]]:
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_exported_actions_of_others_are_what_the_public_sees(desk):
    hall = {"location": make_location(venue="Secret hall"), "place_visibility": "city", "internal_note": "Zyqx"}
    hidden = {**hall, "contact": "Zyqx", "contact_is_public": False}
    invited = [ParticipationEntry(make_organizer(name="Zyqx"), ParticipationRole.HOST, ParticipationState.INVITED)]
    theirs = {"campaigns": [desk.autumn], "hosts": [desk.hill], "participations": invited, **hidden}
    make_action(title="Theirs", description="Come.", **theirs)
    make_action(title="Their draft", publish=False, **theirs)
    desk.lists(ASKS, title="Asks", publish=False)
    make_action(title="Ours", campaigns=[desk.autumn], **hidden)
    make_action(title="Our draft", campaigns=[desk.autumn], publish=False, start_date=None)
    rows = table(desk.client.post(f"{desk.path}actions.csv"))
    asked = (
        "title",
        "publication",
        "venue",
        "locality",
        "hosts",
        "campaigns",
        "internal_note",
        "contact",
        "description",
    )
    assert [[row[name] for name in asked] for row in rows if row["title"] != "Our draft"] == [
        ["Theirs", "published", "", "Springfield", "Hill", "Autumn", "", "", "Come."],
        ["Ours", "published", "Secret hall", "Springfield", "", "Autumn", "Zyqx", "Zyqx", ""],
    ]
    assert {row["title"] for row in rows} == {"Theirs", "Ours", "Our draft"}
    assert "Zyqx" not in str(rows[[row["title"] for row in rows].index("Theirs")])
    line = AuditEntry.objects.get()
    assert (line.deed, line.noun, line.words, line.detail) == ("export-actions", "rallies.campaign", "Autumn", "3")
    boss = at_the_desk(make_person(is_superuser=True))
    all_rows = table(boss.post(f"{desk.path}actions.csv"))
    assert {row["title"] for row in all_rows} == {"Theirs", "Their draft", "Ours", "Our draft"}
    assert {row["venue"] for row in all_rows if row["title"] == "Theirs"} == {"Secret hall"}


def test_public_and_own_rows_of_an_export_say_the_same_of_what_is_public(desk):
    """Columns that the public sees hold the same words, whoever exports."""
    action = make_action(title="March", campaigns=[desk.autumn], hosts=[desk.hill], languages=["en", "es"])
    confirm_action(action.pk, by=None, now=NOW)
    boss = at_the_desk(make_person(is_superuser=True))
    [public], [own] = (table(client.post(f"{desk.path}actions.csv")) for client in (desk.client, boss))
    differing = {name: (public[name], own[name]) for name in own if public[name] != own[name]}
    assert differing == {"place_visibility": ("", "exact"), "contact_is_public": ("", "no")}


def test_numbers_are_exported_with_what_sources_report_in_columns_of_its_own(desk):
    sources = [SourceEntry(url="https://example.org/x", outlet="Daily", published_on=NOW.date())]
    totals = [TotalEntry("over 100 actions", "https://example.org/x")]
    week = make_campaign(name="Spring", slug="spring", parts={"sources": sources, "totals": totals})
    make_action(start_date=week.first_day, campaigns=[week])
    boss = at_the_desk(make_person(is_superuser=True))
    path = f"/admin/rallies/campaign/{week.pk}/desk/numbers"
    answer = boss.get(f"{path}.csv")
    assert 'filename="spring-numbers-2026-03-02.csv"' in answer["Content-Disposition"]
    rows = [tuple(row.values()) for row in table(answer)]
    assert rows[0] == ("actions", "", "", "1", "", "")
    assert ("dates_on_day", "", "2026-03-16", "1", "", "") in rows
    assert ("dates_in_city_on_day", "Springfield, Illinois, US", "2026-03-16", "1", "", "") in rows
    assert rows[-2:] == [
        ("joined_on_day", "", "2026-03-02", "1", "", ""),
        ("reported_total", "over 100 actions", "", "", "Daily", "2026-03-02"),
    ]
    assert boss.get(f"{path}.xlsx").content[:2] == b"PK"
    assert [boss.get(f"{path}.pdf").status_code, boss.post(f"{path}.csv").status_code] == [404, 405]


def test_numbers_are_counted_again_after_each_change_of_what_they_count(django_assert_num_queries):
    group, campaign = make_organizer(), make_campaign(is_public=False)
    march = make_action(campaigns=[campaign], hosts=[group])
    asked = make_action(listings=[ListingEntry(campaign, ASKS)]).listings.get()

    def told() -> tuple[int, int, int]:
        numbers = kept_numbers(campaign, now=NOW)
        assert numbers == numbers_of(campaign, now=NOW)
        return numbers.actions, numbers.missing["host"], numbers.statuses.get("cancelled", 0)

    assert told() == (1, 0, 0)
    with django_assert_num_queries(3):
        kept_numbers(campaign, now=NOW)
    decide_listing(asked.pk, is_accepted=True, by=None, now=NOW)
    assert told() == (2, 1, 0)
    cancel_action(march.pk, by=None, now=NOW)
    assert told() == (2, 1, 1)
    save_parts(march.pk, saved=[], removed=[march.participations.get()], by=None, now=NOW)
    assert told() == (2, 2, 1)
    save_parts(march.pk, saved=[], removed=[march.listings.get()], by=None, now=NOW)
    assert told() == (1, 1, 0)
    edit_campaign(
        campaign.pk, {"last_day": campaign.last_day + timedelta(days=1)}, by=None, now=NOW + timedelta(days=1)
    )
    campaign.refresh_from_db()
    assert told() == (1, 1, 0)
    assert len(kept_numbers(campaign, now=NOW).by_day) == len(days_of(campaign))
    near = asked.action.occurrences.get().starts_at - timedelta(days=1)
    assert [kept_numbers(campaign, now=moment).missing["confirmation"] for moment in (NOW, near)] == [0, 1]
