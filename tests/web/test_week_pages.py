"""The public pages with the shipped week, read as HTML."""

from datetime import date, time

import pytest
import time_machine
from django.test import Client

from tests.factories import make_action, make_organizer
from tests.web.reading import read

pytestmark = pytest.mark.django_db


AFTERWARDS = "2026-03-02T12:00:00Z"


DURING = "2025-11-19T12:00:00Z"


LOCAL = "http://testserver"


@pytest.fixture(autouse=True)
def afterwards():
    with time_machine.travel(AFTERWARDS, tick=False) as traveller:
        yield traveller


def page(path, status=200):
    answer = Client().get(path)
    assert answer.status_code == status
    return read(answer.content)


def listed(element):
    """Title and time of each entry."""
    return [(e.one(".entry-title").words, e.one(".entry-when").words) for e in element.all(".entry")]


def test_home_after_the_week_says_so_and_leads_there(week):
    home = page("/")
    assert home.said(".home-lede") == [
        "No upcoming action is listed today. What has been listed stays here, with its places, times and sources."
    ]
    poster = home.one(".poster")
    assert poster.said(".poster-state") + poster.said(".poster-days") == [
        "This campaign is over",
        "15–23 November 2025",
    ]
    assert poster.one("a.button").attributes["href"] == week
    assert poster.said("a.button") == ["See all 27 actions, day by day"]
    assert home.all(".entry") == []


def test_home_in_the_week_lists_what_is_next(week, afterwards):
    afterwards.move_to(DURING)
    home = page("/")
    assert home.said(".poster-state") == ["Going on now"]
    days = [day.words for day in home.one(".home-next").all(".day-head")]
    assert days[:2] == ["Wednesday 19 November 2025", "Thursday 20 November 2025"]


def test_home_lists_what_is_to_come_above_a_campaign_that_is_over(week):
    make_action(title="Spring march", start_date=date(2026, 3, 14), start_time=time(14, 0))
    home = page("/")
    sections = [e.attributes.get("aria-labelledby") for e in home.all("section")]
    assert (sections.index("next") < sections.index("featured"), listed(home)) == (True, [("Spring march", "14:00")])


def test_campaign_lists_the_week_by_day(week):
    campaign = page(week)
    heads = [(d.one(".day-head").words, len(d.all(".entry"))) for d in campaign.all("section.day")]
    assert heads == [
        ("Thursday 13 November 2025", 1),
        ("Saturday 15 November 2025", 4),
        ("Sunday 16 November 2025", 1),
        ("Wednesday 19 November 2025", 2),
        ("Thursday 20 November 2025", 2),
        ("Friday 21 November 2025", 1),
        ("Saturday 22 November 2025", 7),
        ("Sunday 23 November 2025", 3),
        ("Date not stated", 6),
    ]
    assert campaign.said(".span-head") == ["Before the campaign’s first day"]
    assert campaign.said(".gap") == ["17–18 November No action listed"]
    assert [t.words for t in campaign.one(".week").all(".week-tile")] == [
        "Sat 15 4 actions",
        "Sun 16 1 action",
        "Mon 17 – no action listed",
        "Tue 18 – no action listed",
        "Wed 19 2 actions",
        "Thu 20 2 actions",
        "Fri 21 1 action",
        "Sat 22 7 actions",
        "Sun 23 3 actions",
    ]


def test_campaign_never_shows_an_unannounced_time_as_midnight(week):
    campaign = page(week)
    times = campaign.said(".entry-when")
    assert {said: times.count(said) for said in times} == {
        "14:00": 3,
        "16:00": 1,
        "time to be announced": 17,
        "some day from 15 to 23 November 2025": 5,
        "some day from 15 to 18 November 2025": 1,
    }
    assert "00:00" not in campaign.words


def test_campaign_shows_both_dates_of_a_milestone_with_their_sources(week):
    march = page(week).all(".milestone")[0]
    assert march.said(".milestone-title") == ["Communal Youth day march"]
    assert [li.words for li in march.one(".milestone-dates").all("li")] == [
        "Thursday, 13 November 2025 Ciudad CCS 13 November 2025 ABC Color 13 November 2025 Ciudad MCY 13 November 2025",
        "Friday, 14 November 2025 Fight Back! News 19 November 2025",
    ]


def test_campaign_cites_totals_countries_and_callers_side_by_side(week):
    campaign = page(week)
    assert len(campaign.all(".total")) == 8
    assert campaign.all(".total")[2].words == "more than 70 events across the country Fight Back! News 24 November 2025"
    assert campaign.one(".side-words").said("li")[:3] == ["United States", "Canada", "Australia"]
    folds = ["How often calendars ask for changes", "If an action is cancelled", "If a link does not work"]
    assert campaign.said("summary") == ["Show on a map", *folds, "41 sources"]


def test_campaign_offers_its_feed_and_says_when_it_is_past(week, afterwards):
    box = page(week).one(".subscribe")
    assert box.one("a.button").attributes["href"] == "webcal://testserver/campaigns/week-of-action-2025.ics"
    assert box.one("input").attributes["value"] == f"{LOCAL}/campaigns/week-of-action-2025.ics"
    past = "The campaign is over: its actions appear in the past of your calendar."
    assert past in box.words
    afterwards.move_to(DURING)
    assert past not in page(week).one(".subscribe").words


def test_campaign_asked_with_filters_is_the_list_of_that_campaign(week):
    answer = Client().get(f"{week}?kind=march")
    assert (answer.status_code, answer["Location"]) == (302, "/actions/?campaign=week-of-action-2025&kind=march")


def test_action_says_when_where_who_and_where_it_is_from(week):
    action = page("/actions/2025-11-15-philadelphia-us/")
    assert action.said("h1") == ["'Hands Off Venezuela' March"]
    assert action.one(".ticket-words").words == (
        "Saturday, 15 November 2025, 14:00 Eastern Standard Time (America/New_York)"
    )
    assert action.one(".ticket-words").one("time").attributes == {"datetime": "2025-11-15T14:00-05:00"}
    assert action.one("address").words == (
        "Philadelphia City Hall 1400 John F Kennedy Blvd Philadelphia Pennsylvania United States"
    )
    assert action.said(".groups-head") == ["Named as organizing", "Named as taking part"]
    assert [len(groups.all("li")) for groups in action.all(".groups")] == [14, 1]
    assert action.said(".source-outlet") == [
        "Fight Back! News",
        "CODEPINK",
        "The Philadelphia Inquirer",
        "International Action Center",
    ]
    # It is over, so that no calendar is offered; its file stays where it was.
    assert (action.all(".add"), [link.attributes["href"] for link in action.all("link", type="text/calendar")]) == (
        [],
        ["/actions/2025-11-15-philadelphia-us.ics"],
    )
    assert "The source says that this action is part of the campaign." in action.words


def test_reported_groups_are_said_to_be_reported(week):
    notes = set(page("/actions/2025-11-15-philadelphia-us/").said(".groups-note"))
    assert notes == {"As reported by Fight Back! News; not confirmed by the groups themselves."}


def test_undated_action_has_a_window_in_words_and_no_calendar(week):
    action = page("/actions/undated-albany-us/")
    assert action.one(".ticket-words").words == "Date not stated some day from 15 to 23 November 2025"
    assert (action.all(".add"), action.all("link", type="text/calendar")) == ([], [])


def test_organizer_has_what_is_to_come_and_what_was(week):
    make_action(title="Spring march", hosts=[make_organizer(name="River Alliance", slug="river")])
    make_action(
        title="Winter march", start_date=date(2026, 2, 1), hosts=[make_organizer(name="Hill Alliance", slug="hill")]
    )
    sections = {
        slug: {
            part.one(".span-head").words: [e.words for e in part.all(".entry-title")]
            for part in page(f"/organizers/{slug}/").all("section.span")
        }
        for slug in ("river", "hill", "codepink")
    }
    assert sections == {
        "river": {"Upcoming": ["Spring march"]},
        "hill": {"Upcoming": [], "Past": ["Winter march"]},
        "codepink": {"Upcoming": [], "Past": ["Rally at Lafayette Square on U.S. policy toward Venezuela"]},
    }


def test_organizer_lists_undated_actions_once(week):
    undated = page("/organizers/fuerza-de-la-revolucion/").one(".day-undated")
    assert len(undated.all(".entry")) == 1


def test_list_restates_its_question_with_each_part_removable(week):
    answer = page("/actions/?campaign=week-of-action-2025&kind=march&country=US&from=2025-11-01&q=rally&utm_source=x")
    campaign = 'International Call for a Week of Action ("Hands Off Venezuela" rallies)'
    chips = [(c.all("span")[0].words, c.one("a.question-off").attributes["href"]) for c in answer.all(".question-part")]
    assert chips == [
        (f"part of {campaign}", "/actions/?kind=march&country=US&from=2025-11-01&q=rally"),
        ("March", "/actions/?campaign=week-of-action-2025&country=US&from=2025-11-01&q=rally"),
        ("in United States", "/actions/?campaign=week-of-action-2025&kind=march&from=2025-11-01&q=rally"),
        ("from 1 November 2025", "/actions/?campaign=week-of-action-2025&kind=march&country=US&q=rally"),
        ("with “rally”", "/actions/?campaign=week-of-action-2025&kind=march&country=US&from=2025-11-01"),
    ]
    assert [e.words for e in answer.all(".entry-title")] == [
        "Rally on Boston Common and march through Downtown Crossing",
        "March and rally, Clark Park",
        "Rally at the Trump Building, Wall Street, and march",
        "Rally and March Opposing U.S. Military Actions in Venezuela",
    ]
    query = "campaign=week-of-action-2025&kind=march&country=US&from=2025-11-01&q=rally"
    assert answer.one("link", rel="canonical").attributes["href"] == f"{LOCAL}/actions/?{query}"
    assert answer.one("link", type="text/calendar").attributes["href"] == f"/actions.ics?{query}"


@pytest.mark.parametrize(
    ("query", "head"),
    [
        ("", "No upcoming action is listed"),
        ("?kind=march", "No upcoming action fits all of this"),
        ("?from=2027-01-01", "Nothing is listed that fits all of this"),
    ],
)
def test_empty_list_says_what_is_empty(week, query, head):
    assert page(f"/actions/{query}").said(".empty-head") == [head]
