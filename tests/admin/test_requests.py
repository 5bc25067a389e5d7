"""What waits for an answer of the person at the desk: each kind is shown to who answers it, and answered with one button."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.models import Action, AuditEntry, Listing, Participation
from rallies.operations.actions import publish_action, withdraw_action
from rallies.operations.participations import ListingEntry, ParticipationEntry, SourceEntry
from rallies.rules.access import Actor
from rallies.selectors.requests import WAITING, RequestKind, count_requests, request_keys, requests_of
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer
from tests.people import at_the_desk, make_person

from .forms import messages_of

pytestmark = pytest.mark.django_db

CO_HOST, ENDORSER = ParticipationRole.CO_HOST, ParticipationRole.ENDORSER
INVITED, REPORTED = ParticipationState.INVITED, ParticipationState.REPORTED
ASKS, IS_ASKED = ListingState.REQUESTED_BY_HOST, ListingState.REQUESTED_BY_CAMPAIGN


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


class Desk:
    """Somebody who organizes "River" and coordinates "Autumn", and the host "Hill" of what asks them."""

    def __init__(self) -> None:
        self.river, self.hill = make_organizer(name="River"), make_organizer(name="Hill")
        self.autumn = make_campaign(name="Autumn", slug="autumn")
        self.person = make_person(username="ana", organizes=(self.river,), coordinates=(self.autumn,))
        self.client = at_the_desk(self.person)

    def invites(self, role: str = CO_HOST, state: str = INVITED, **values: Any) -> Participation:
        parts = [ParticipationEntry(self.river, role, state, source=0 if state == REPORTED else None)]
        sources = [SourceEntry(url="", outlet="Daily")] if state == REPORTED else []
        action = make_action(hosts=[self.hill], participations=parts, sources=sources, **values)
        return action.participations.get(organizer=self.river)

    def lists(self, state: str, host: Any = None, **values: Any) -> Listing:
        hosts, entry = [host or self.hill], ListingEntry(self.autumn, ListingState(state))
        return make_action(hosts=hosts, listings=[entry], **values).listings.get()

    def page(self, path: str = "/admin/requests/") -> str:
        return self.client.get(path).content.decode()

    def answers(self, kind: str, key: int, answer: str, client: Client | None = None, **sent: str) -> Any:
        path = f"/admin/requests/{kind}/{key}/"
        return (client or self.client).post(path, {"answer": answer, **sent}, follow=True)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def rows(page: str) -> list[str]:
    """The words of each row, before its buttons."""
    found = re.findall(r'<div class="desk-request-about">(.*?)</div>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", text).split()) for text in found]


def test_each_kind_says_who_asks_what_when_and_where(desk):
    desk.invites(title="March")
    desk.lists(ASKS, title="Vigil", start_time=None)
    desk.lists(IS_ASKED, host=desk.river, title="Picket", place_visibility="city")
    entered = {"by": desk.person, "location": make_location(by=desk.person)}
    make_action(hosts=[desk.river], title="Rally", publication="submitted", **entered)
    desk.invites(role=ENDORSER, state=REPORTED, title="Strike", place_visibility="city")
    day, place = (
        "Saturday, 14 March 2026",
        "Old State Capitol, 1 Old State Capitol Plaza, Springfield, Illinois, United States",
    )
    city = "Springfield, Illinois, United States"
    since, other = "since 2 March 2026", "Not on the days of the campaign"
    assert {row.replace("Saturday 14", "Saturday, 14") for row in rows(desk.page())} == {
        f"River is invited: Co-host March {day}, 14:00 · {place} Hosted by Hill {since}",
        f"Asks to join “Autumn” Vigil {day}, time to be announced · {place} Hosted by Hill {since} {other}",
        f"“Autumn” asks it to join Picket {day}, 14:00 · {place} Hosted by River {since} {other}",
        f"Submitted, to be published Rally {day}, 14:00 · {place} Hosted by River entered by ana {since}",
        f"Daily names River: Endorser Strike {day}, 14:00 · {city} Hosted by Hill {since}",
    }


def test_of_what_is_not_public_title_day_city_and_hosts_are_what_was_sent(desk):
    hall = make_location(venue="Secret hall", street_address="9 Hidden Lane")
    draft = {"title": "March", "location": hall, "description": "Zyqx", "publish": False, "internal_note": "Zyqx"}
    desk.invites(**draft)
    desk.lists(ASKS, **draft)
    page = desk.page()
    for words in ("Secret hall", "Hidden Lane", "14:00", "Zyqx"):
        assert words not in page
    facts = "Springfield, Illinois, United States Hosted by Hill since 2 March 2026 Not public yet"
    told = [row.partition(" · ")[2].replace(" Not on the days of the campaign", "") for row in rows(page)]
    assert told == [facts] * 2
    assert desk.client.get(f"/admin/rallies/action/{Action.objects.first().pk}/change/").status_code != 200


def test_what_waits_is_counted_in_the_menu_and_its_first_stand_on_the_first_page(desk):
    def number(path: str) -> list[str]:
        return re.findall(r'class="desk-waiting">(\d+)<', desk.page(path))

    assert (number("/admin/"), "Waiting for your answer" in desk.page("/admin/")) == ([], False)
    desk.invites(role=ENDORSER, state=REPORTED, title="Only reported")
    assert (number("/admin/"), "Only reported" in desk.page()) == ([], True)
    for title, day in (("Third", 17), ("Second", 16), ("Fourth", 18), ("First", 15)):
        desk.invites(title=title, start_date=date(2026, 3, day))
    desk.invites(title="Over", start_date=date(2026, 2, 1))
    assert (number("/admin/"), number("/admin/rallies/action/")) == (["5"], ["5"])
    shown = re.findall(r"<h3[^>]*><a[^>]*>(\w+)<", desk.page("/admin/"))
    assert shown == ["First", "Second", "Third"]
    assert "All 5 requests" in desk.page("/admin/")


def test_accepting_an_invitation_names_the_group_to_the_public(desk):
    part = desk.invites(title="March", slug="march")
    response = desk.answers("invited", part.pk, "yes")
    assert messages_of(response) == ["The page of “March” names River now. Role: Co-host."]
    assert response.redirect_chain == [("/admin/requests/", 302)]
    assert "River" in Client().get("/actions/march/").content.decode()
    assert "Nothing waits for your answer." in response.content.decode()
    assert [line.deed for line in AuditEntry.objects.filter(user=desk.person)] == ["decide-participation"]
    # Whoever answers a page that was open for long is told.
    again = desk.answers("invited", part.pk, "no", is_home="on")
    assert messages_of(again) == ["It was answered meanwhile, and waits no longer."]
    assert again.redirect_chain == [("/admin/", 302)]
    part.refresh_from_db()
    assert part.state == "accepted"


def test_what_lies_on_other_days_than_its_campaign_says_so(desk):
    week = desk.lists(ASKS, title="Between", start_date=date(2026, 3, 16)).campaign
    said = {
        "Last": {"start_date": week.last_day},
        "Until": {"start_date": week.first_day - timedelta(days=2), "end_date": week.first_day},
        "Later": {"start_date": week.last_day + timedelta(days=1)},
        "Weekly": {"start_date": date(2026, 3, 14), "recurrence_rule": "FREQ=WEEKLY;COUNT=4"},
        "Open": {"start_date": None, "start_time": None},
    }
    for title, days in said.items():
        desk.lists(ASKS, title=title, **days)
    told = [row.split("“Autumn” ")[1].split(" ")[0] for row in rows(desk.page()) if "Not on the days" in row]
    assert told == ["Later"]


@pytest.mark.parametrize(
    ("kind", "answer", "state", "said"),
    [
        ("invited", "no", "declined", "River does not stand at “March”. The public sees nothing of it."),
        ("named", "yes", "accepted", "“March” names River as one that agreed, no longer as named by a source."),
        ("named", "no", "declined", "“March” no longer names River."),
    ],
)
def test_groups_answer_for_themselves(desk, kind, answer, state, said):
    part = desk.invites(title="March", slug="march", state=REPORTED if kind == "named" else INVITED)
    assert messages_of(desk.answers(kind, part.pk, answer)) == [said]
    part.refresh_from_db()
    assert part.state == state
    assert ("River" in Client().get("/actions/march/").content.decode()) == (state == "accepted")


def test_a_campaign_accepts_or_returns_with_a_message_that_its_host_reads(desk):
    first, second = desk.lists(ASKS, title="March", slug="march"), desk.lists(ASKS, title="Vigil", slug="vigil")
    yes = desk.answers("joining", first.pk, "yes", message="Thanks.")
    no = desk.answers("joining", second.pk, "no", message="Another week.")
    assert [messages_of(answer) for answer in (yes, no)] == [
        ["“March” is now shown on the page and in the feeds of “Autumn”."],
        [
            "“Vigil” is not part of “Autumn”, and the public sees it there no more than before. "
            "Your message stands on its page at the desk."
        ],
    ]
    host = at_the_desk(make_person(organizes=(desk.hill,)))
    page = host.get(f"/admin/rallies/action/{second.action_id}/change/").content.decode()
    assert ("Another week." in page, "“Autumn” returned it:" in page) == (True, True)
    week = Client().get("/campaigns/autumn/").content.decode()
    assert ("March" in week, "Vigil" in week, "Another week." in week) == (True, False, False)


def test_a_host_answers_what_a_campaign_asks(desk):
    first = desk.lists(IS_ASKED, host=desk.river, title="March", slug="march")
    second = desk.lists(IS_ASKED, host=desk.river, title="Vigil", publish=False)
    assert messages_of(desk.answers("asked", first.pk, "no")) == [
        "“March” is not part of “Autumn”, and the public sees it there no more than before."
    ]
    assert messages_of(desk.answers("asked", second.pk, "yes")) == [
        "“Vigil” is part of “Autumn”. The public sees it there once both are public."
    ]
    assert list(Listing.objects.order_by("pk").values_list("state", flat=True)) == ["declined", "accepted"]


def test_who_publishes_publishes_or_returns_what_was_submitted(desk):
    first = make_action(hosts=[desk.river], title="March", slug="march", publication="submitted")
    second = make_action(campaigns=[desk.autumn], title="Vigil", slug="vigil", publication="submitted")
    assert messages_of(desk.answers("submitted", first.pk, "yes")) == [
        "“March” is published: it is on the site, in feeds and in the API."
    ]
    assert messages_of(desk.answers("submitted", second.pk, "no", message="Which hall?")) == [
        "“Vigil” is returned to its authors. The public sees nothing of it. Your message stands on its page at the desk."
    ]
    assert [Client().get(f"/actions/{slug}/").status_code for slug in ("march", "vigil")] == [200, 404]
    second.refresh_from_db()
    assert (second.publication, second.return_message) == ("draft", "Which hall?")


def test_what_cannot_be_understood_changes_nothing(desk):
    part = desk.invites(title="March")
    submitted = make_action(hosts=[desk.river], publication="submitted")
    refused = desk.answers("invited", part.pk, "maybe")
    assert messages_of(refused) == ["Select a valid choice. maybe is not one of the available choices."]
    long = desk.answers("submitted", submitted.pk, "no", message="x" * 2001)
    assert messages_of(long) == ["Ensure this value has at most 2000 characters (it has 2001)."]
    paths = (f"/admin/requests/invited/{part.pk}/", "/admin/requests/owned/1/", f"/admin/requests/invited/{10**30}/")
    asked = [desk.client.get(paths[0]), desk.client.post(paths[1]), desk.client.post(paths[2])]
    assert [answer.status_code for answer in asked] == [405, 404, 404]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.client.cookies
    assert strict.post(paths[0], {"answer": "yes"}).status_code == 403
    states = (Participation.objects.get(pk=part.pk).state, Action.objects.get(pk=submitted.pk).publication)
    assert states == ("invited", "submitted")


def test_what_was_withdrawn_asks_nothing(desk):
    for row in (desk.invites(), desk.lists(ASKS), desk.lists(IS_ASKED, host=desk.river), desk.invites(state=REPORTED)):
        withdraw_action(row.action_id, by=None, now=NOW)
    assert rows(desk.page()) == []


def test_administrators_are_not_asked_about_what_sources_name(desk):
    boss = at_the_desk(make_person(is_superuser=True))
    desk.invites(title="Strike", state=REPORTED)
    desk.invites(title="Vigil")
    page = boss.get("/admin/requests/").content.decode()
    assert ("Strike" in page, "Vigil" in page) == (False, True)


def test_many_are_paged_and_cost_no_more_queries(desk):
    everything = Actor(
        user=desk.person.pk, organizes=frozenset({desk.river.pk}), coordinates=frozenset({desk.autumn.pk})
    )

    def one_of_each() -> None:
        desk.invites()
        desk.lists(ASKS)
        desk.lists(IS_ASKED, host=desk.river)
        make_action(hosts=[desk.river], publication="submitted")
        desk.invites(state=REPORTED)

    def counted(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.client.get(path).status_code == 200
        return len(captured)

    one_of_each()
    few = [counted(path) for path in ("/admin/requests/", "/admin/")]
    for _number in range(13):
        one_of_each()
    many = [counted(path) for path in ("/admin/requests/", "/admin/")]
    # The first three are of fewer kinds then.
    assert (many[0], many[1] <= few[1]) == (few[0], True)
    assert count_requests(everything) == 56
    pages = [desk.page(f"/admin/requests/?p={number}").partition('id="named"')[0] for number in (1, 2)]
    assert [len(rows(page)) for page in pages] == [50, 6]
    assert ("1 of 2" in pages[0], 'href="?p=2" rel="next"' in pages[0]) == (True, True)
    # Whoever answers on the second page stays there.
    last = Participation.objects.filter(state=INVITED).last()
    assert desk.answers("invited", last.pk, "no", page="2").redirect_chain == [("/admin/requests/?p=2", 302)]


def test_a_series_is_told_by_its_next_date(desk):
    desk.invites(title="Weekly", start_date=date(2026, 2, 5), recurrence_rule="FREQ=WEEKLY;COUNT=8")
    actor = Actor(user=desk.person.pk, organizes=frozenset({desk.river.pk}))
    [found] = requests_of(request_keys(actor, WAITING, now=NOW), actor=actor, now=NOW)
    assert (found.kind, found.day) == (RequestKind.INVITED, date(2026, 3, 5))
    assert found.since == NOW


def test_whoever_published_it_meanwhile_is_not_undone(desk):
    submitted = make_action(hosts=[desk.river], publication="submitted")
    publish_action(submitted.pk, by=None, now=NOW + timedelta(minutes=1))
    assert messages_of(desk.answers("submitted", submitted.pk, "no")) == [
        "It was answered meanwhile, and waits no longer."
    ]
    assert Action.objects.get().publication == "published"
