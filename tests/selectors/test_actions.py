from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rallies.models import Action
from rallies.operations.actions import edit_action, withdraw_action
from rallies.operations.campaigns import edit_campaign
from rallies.operations.organizers import edit_organizer
from rallies.operations.participations import ListingEntry, ParticipationEntry, SourceEntry
from rallies.selectors.actions import get_action, list_actions
from rallies.selectors.campaigns import get_campaign, list_campaigns
from rallies.selectors.errors import ActionNotFound, CampaignNotFound, Renamed, Withdrawn
from rallies.selectors.feeds import feed_text
from rallies.selectors.filters import ActionFilter
from rallies.selectors.organizers import get_organizer
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def titles(*, now: datetime = NOW, **question: Any) -> list[str]:
    page = list_actions(ActionFilter(**question), now=now)
    found = [action.title for action in page.actions]
    assert (page.total, page.dated_total + page.undated_total) == (len(found), len(found))
    return found


# --- upcoming -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "over_at"),
    [
        ({"end_time": time(15, 30)}, datetime(2026, 3, 14, 20, 30, tzinfo=UTC)),
        ({}, datetime(2026, 3, 14, 21, 0, tzinfo=UTC)),
        ({"kind": "vigil"}, datetime(2026, 3, 14, 20, 0, tzinfo=UTC)),
        ({"kind": "strike"}, datetime(2026, 3, 15, 3, 0, tzinfo=UTC)),
        ({"start_time": None}, datetime(2026, 3, 15, 5, 0, tzinfo=UTC)),
        ({"end_date": date(2026, 3, 16)}, datetime(2026, 3, 17, 5, 0, tzinfo=UTC)),
        ({"timezone": "Asia/Tokyo"}, datetime(2026, 3, 14, 7, 0, tzinfo=UTC)),
        ({"timezone": "Asia/Tokyo", "start_time": None}, datetime(2026, 3, 14, 15, 0, tzinfo=UTC)),
    ],
)
def test_upcoming_lasts_to_the_end_in_the_zone_of_the_action(changes: dict[str, Any], over_at: datetime) -> None:
    make_action(title="A", **changes)
    assert titles(now=over_at - timedelta(microseconds=1)) == ["A"]
    assert titles(now=over_at) == []


def test_upcoming_is_by_start_then_as_made_and_undated_last() -> None:
    for title, changes in [
        ("no window", {"start_date": None}),
        ("later window", {"start_date": None, "window_first": date(2026, 5, 1), "window_last": date(2026, 5, 2)}),
        ("early window", {"start_date": None, "window_first": date(2026, 4, 1), "window_last": date(2026, 9, 1)}),
        ("second", {"start_date": date(2026, 4, 1)}),
        ("first", {}),
        ("first too", {}),
        ("past", {"start_date": date(2026, 3, 1)}),
        ("Tokyo", {"timezone": "Asia/Tokyo"}),
    ]:
        make_action(title=title, **changes)
    assert titles() == ["Tokyo", "first", "first too", "second", "early window", "later window", "no window"]


@pytest.mark.parametrize(
    ("day", "shown"), [(date(2026, 3, 2), True), (date(2026, 3, 1), True), (date(2026, 2, 28), False)]
)
def test_an_undated_action_is_upcoming_until_its_window_is_over_everywhere(day: date, shown: bool) -> None:
    make_action(title="A", start_date=None, window_first=date(2026, 2, 1), window_last=day)
    assert titles() == (["A"] if shown else [])


def test_cancelled_and_postponed_actions_stay_listed() -> None:
    from rallies.operations.actions import cancel_action, postpone_action

    cancel_action(make_action(title="A").pk, by=None, now=LATER)
    postpone_action(make_action(title="B").pk, by=None, now=LATER)
    assert titles() == ["A", "B"]


def test_each_date_of_a_series_is_an_entry() -> None:
    make_action(title="A", recurrence_rule="FREQ=WEEKLY;COUNT=3")
    page = list_actions(ActionFilter(), now=NOW + timedelta(days=13))
    assert [(a.when.start_date, a.action_uid == Action.objects.get().uid) for a in page.actions] == [
        (date(2026, 3, 21), True),
        (date(2026, 3, 28), True),
    ]
    assert len({a.uid for a in page.actions}) == 2


# --- filters --------------------------------------------------------------------------------------


def test_campaign_alone_is_the_whole_campaign() -> None:
    week = make_campaign()
    for title, changes in [
        ("past", {"start_date": date(2025, 1, 1)}),
        ("to come", {}),
        ("window past", {"start_date": None, "window_first": date(2025, 1, 1), "window_last": date(2025, 1, 2)}),
    ]:
        make_action(title=title, campaigns=[week], **changes)
    make_action(title="elsewhere")
    assert titles(campaign=week.slug) == ["past", "to come", "window past"]
    assert titles(campaign=week.slug, kind="rally") == ["to come"]
    assert [ActionFilter(campaign="x", **more).moves for more in ({}, {"kind": "rally"})] == [False, True]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-03-10", "2026-03-10", ["long", "window"]),
        ("2026-03-14", "2026-03-14", ["long", "Tokyo", "Saturday", "window"]),
        ("2026-03-15", None, ["long", "night", "next year", "window"]),
        ("2026-03-17", "2026-03-31", ["window"]),
        (None, "2026-03-08", []),
        (None, "2026-03-09", ["long"]),
        (None, "2026-03-10", ["long", "window"]),
        ("2026-04-02", None, ["next year"]),
        ("2026-04-01", "2026-04-01", ["window"]),
    ],
)
def test_from_and_to_are_local_days_inclusive(first: str | None, last: str | None, expected: list[str]) -> None:
    for title, changes in [
        ("long", {"start_date": date(2026, 3, 9), "start_time": None, "end_date": date(2026, 3, 16)}),
        ("Tokyo", {"timezone": "Asia/Tokyo", "start_time": time(7)}),  # 13 March in UTC
        ("Saturday", {"start_time": time(23, 30), "end_time": time(23, 59)}),  # 15 March in UTC
        ("night", {"start_date": date(2026, 3, 15), "start_time": time(22), "end_time": time(0)}),
        ("next year", {"start_date": date(2027, 1, 1)}),
        ("window", {"start_date": None, "window_first": date(2026, 3, 10), "window_last": date(2026, 4, 1)}),
        ("no window", {"start_date": None}),
    ]:
        make_action(title=title, **changes)
    days = {name: date.fromisoformat(day) for name, day in (("from_day", first), ("to_day", last)) if day}
    # Days overrule what is upcoming.
    assert titles(now=NOW + timedelta(days=1000), **days) == expected


def test_filters_narrow_together() -> None:
    week, group = make_campaign(), make_organizer()
    berlin = {
        "locality": "Berlin",
        "region": "",
        "region_code": "",
        "country": "DE",
        "timezone": "Europe/Berlin",
        "place": make_place("berlin-de"),
    }
    springfield = make_location(place=make_place())
    whole = {"kind": "march", "campaigns": [week], "hosts": [group], "location": springfield}
    make_action(title="March for École", **whole)
    make_action(title="March for ecole", **whole | {"location": make_location(**berlin)})
    make_action(title="March for ecole", **whole | {"kind": "vigil"})
    make_action(title="March for ecole", **whole | {"hosts": []})
    make_action(title="March for ecole", **whole | {"campaigns": []})
    make_action(title="March for schools", **whole)
    make_action(title="Ecole without a date", start_date=None, **whole)
    question: dict[str, Any] = {
        "kind": "march",
        "campaign": week.slug,
        "organizer": group.slug,
        "country": "US",
        "city": "springfield-us",
        "words": "ÉCOLE",
    }
    assert titles(**question) == ["March for École", "Ecole without a date"]
    more = {name: len(titles(**{k: v for k, v in question.items() if k != name})) for name in question}
    # City and country each leave out what the other does.
    assert more == {"kind": 3, "campaign": 3, "organizer": 3, "country": 2, "city": 2, "words": 3}
    assert len(titles(**{k: v for k, v in question.items() if k not in ("country", "city")})) == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("march water", ["Water march"]),
        ("MARCH", ["Water march", "100% march_of"]),
        ("%", []),
        ("100% march_of", ["100% march_of"]),
        ("écolé", ["École ouverte"]),
        ("ecole OUVERTE", ["École ouverte"]),
        ("grosse", ["Größe zeigen"]),
        ("مسيرة", ["مسيرة"]),
        ("'; DROP TABLE", []),
    ],
)
def test_words_are_found_without_case_and_accents(words: str, expected: list[str]) -> None:
    for title in ("Water march", "100% march_of", "École ouverte", "Größe zeigen", "مسيرة"):
        make_action(title=title)
    assert titles(words=words) == expected


def test_words_follow_a_new_title() -> None:
    action = make_action(title="Former")
    edit_action(action.pk, {"title": "Nüw"}, by=None, now=LATER)
    assert (titles(words="former"), titles(words="nuw")) == ([], ["Nüw"])


def test_a_place_withheld_is_found_by_its_city() -> None:
    make_action(title="A", location=make_location(place=make_place()), place_visibility="city")
    assert (titles(city="springfield-us"), titles(country="US"), titles(words="capitol")) == (["A"], ["A"], [])


# --- what the world may not see -------------------------------------------------------------------


@pytest.mark.parametrize("dated", [True, False])
def test_what_is_not_published_or_not_agreed_never_counts(dated: bool) -> None:
    week, hidden, group = make_campaign(), make_campaign(), make_organizer()
    when: dict[str, Any] = {} if dated else {"start_date": None}
    for publication in ("draft", "submitted", "withdrawn"):
        make_action(title=publication, publication=publication, campaigns=[week], hosts=[group], **when)
    for state in ("requested-by-host", "requested-by-campaign", "declined"):
        make_action(title=state, listings=[ListingEntry(week, state)], **when)
    for state in ("invited", "declined"):
        make_action(title=f"group {state}", participations=[ParticipationEntry(group, "host", state)], **when)
    make_action(title="in hidden", campaigns=[hidden], hosts=[group], **when)
    edit_campaign(hidden.pk, {"is_public": False}, by=None, now=NOW)
    reported: dict[str, Any] = {
        "sources": [SourceEntry(url="https://example.org/", outlet="An outlet")],
        "listings": [ListingEntry(week, "reported", basis="implied")],
        "participations": [ParticipationEntry(group, "participant", "reported", source=0)],
    }
    make_action(title="reported", **reported, **when)
    assert titles(campaign=week.slug) == ["reported"]
    assert titles(organizer=group.slug) == ["in hidden", "reported"]
    assert titles(campaign=hidden.slug) == []
    assert sorted(titles()) == [
        "declined",
        "group declined",
        "group invited",
        "in hidden",
        "reported",
        "requested-by-campaign",
        "requested-by-host",
    ]
    assert {c.slug: c.actions for c in list_campaigns(now=NOW)} == {week.slug: 1}
    feed = feed_text(ActionFilter(campaign=week.slug), today=NOW.date())
    assert len(feed.texts) == (1 if dated else 0)


def test_groups_and_campaigns_that_did_not_agree_stand_nowhere() -> None:
    asked, invited = make_campaign(name="Asked week"), make_organizer(name="Invited group")
    action = make_action(
        listings=[ListingEntry(asked, "requested-by-host")],
        participations=[ParticipationEntry(invited, "host", "invited")],
    )
    assert [(a.listings, a.participations) for a in get_action(action.slug, now=NOW)] == [((), ())]


def test_hidden_contact_and_notes_of_the_desk_never_leave() -> None:
    group = make_organizer(contact="group-secret@example.org")
    action = make_action(
        contact="secret@example.org", internal_note="the informer's name", hosts=[group], campaigns=[make_campaign()]
    )
    edit_action(action.pk, {"contact": "other-secret@example.org"}, by=None, now=LATER)
    everything = repr(get_action(action.slug, now=NOW)) + repr(list_actions(ActionFilter(), now=NOW))
    everything += repr(get_organizer(group.slug, now=NOW)) + repr(feed_text(ActionFilter(), today=NOW.date()))
    assert [word for word in ("secret", "informer") if word in everything] == []
    edit_action(action.pk, {"contact_is_public": True}, by=None, now=LATER)
    edit_organizer(group.pk, {"contact_is_public": True}, by=None, now=LATER)
    assert get_action(action.slug, now=NOW)[0].contact == "other-secret@example.org"
    assert get_organizer(group.slug, now=NOW).contact == "group-secret@example.org"


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 50])
def test_pages_over_dated_and_undated_are_complete_and_without_repeats(size: int) -> None:
    for number in range(4):
        make_action(title=f"d{number}")
    for number in range(3):
        make_action(title=f"u{number}", start_date=None)
    expected = ["d0", "d1", "d2", "d3", "u0", "u1", "u2"]
    pages = -(-7 // size)
    found = [list_actions(ActionFilter(), now=NOW, page=page, size=size) for page in range(1, pages + 2)]
    assert [a.title for page in found for a in page.actions] == expected
    assert {(page.pages, page.total, page.dated_total, page.undated_total) for page in found} == {(pages, 7, 4, 3)}
    assert found[-1].actions == ()


def test_nothing_is_one_empty_page() -> None:
    page = list_actions(ActionFilter(), now=NOW)
    assert (page.actions, page.page, page.pages, page.total) == ((), 1, 1, 0)


# --- one action -----------------------------------------------------------------------------------


def test_a_series_shows_upcoming_dates_first_then_past_ones_newest_first() -> None:
    action = make_action(recurrence_rule="FREQ=WEEKLY;COUNT=4")
    found = get_action(action.slug, now=NOW + timedelta(days=20))
    days = [date(2026, 3, 28), date(2026, 4, 4), date(2026, 3, 21), date(2026, 3, 14)]
    assert [a.when.start_date for a in found] == days


def test_an_undated_action_is_one_value() -> None:
    action = make_action(start_date=None, window_note="in spring")
    [found] = get_action(action.slug, now=NOW)
    assert (found.uid, found.when.start_date, found.when.window_note, found.sequence) == (
        action.uid,
        None,
        "in spring",
        0,
    )


@pytest.mark.parametrize("publication", ["draft", "submitted"])
def test_what_was_never_public_is_not_found(publication: str) -> None:
    action = make_action(publication=publication)
    with pytest.raises(ActionNotFound):
        get_action(action.slug, now=NOW)


def test_a_withdrawn_action_is_gone_under_each_of_its_names() -> None:
    action = make_action(slug="old")
    edit_action(action.pk, {"slug": "newer"}, by=None, now=NOW)
    withdraw_action(action.pk, by=None, now=NOW)
    with pytest.raises(Withdrawn):
        get_action("newer", now=NOW)
    with pytest.raises(Renamed) as caught:
        get_action("old", now=NOW)
    assert caught.value.slug == "newer"


@pytest.mark.parametrize("slug", ["", "nothing", "x" * 5000, "a\x00b", "ä", "' OR 1=1"])
def test_what_is_not_there_is_not_found(slug: str) -> None:
    if connection.vendor == "postgresql" and "\x00" in slug:
        # Addresses hold no NUL: the pattern of the address refuses it.
        slug = "ab"
    with pytest.raises(ActionNotFound):
        get_action(slug, now=NOW)


def test_a_hidden_campaign_is_not_found_under_each_of_its_names() -> None:
    week = make_campaign(slug="old")
    edit_campaign(week.pk, {"slug": "newer", "is_public": False}, by=None, now=NOW)
    for slug in ("old", "newer"):
        with pytest.raises(CampaignNotFound):
            get_campaign(slug, now=NOW)


# --- queries --------------------------------------------------------------------------------------


def test_as_many_queries_for_thirty_actions_as_for_two() -> None:
    hosts, place = [make_organizer(), make_organizer()], make_location(place=make_place())
    week = make_campaign()

    def make_rich(number: int) -> None:
        make_action(
            hosts=hosts,
            campaigns=[week],
            sources=[SourceEntry(url=f"https://a.example/{number}", outlet="A")],
            location=place,
            start_date=None if number % 2 else date(2026, 3, 14),
        )
        make_campaign()

    counts = []
    for total in (2, 30):
        for number in range(Action.objects.count(), total):
            make_rich(number)
        with CaptureQueriesContext(connection) as listing:
            assert len(list_actions(ActionFilter(), now=NOW).actions) == total
        with CaptureQueriesContext(connection) as feed:
            feed_text(ActionFilter(), today=NOW.date())
        with CaptureQueriesContext(connection) as campaigns:
            assert len(list_campaigns(now=NOW)) == total + 1
        # Apart from what PostgreSQL is told of how to answer.
        counts.append(
            tuple(sum(query["sql"].startswith("SELECT") for query in asked) for asked in (listing, feed, campaigns))
        )
    assert counts[0] == counts[1] and counts[0][1:] == (3, 1)


def test_as_many_queries_for_a_series_as_for_one_date() -> None:
    counts = []
    for rule in ("", "FREQ=WEEKLY;COUNT=30"):
        action = make_action(recurrence_rule=rule, hosts=[make_organizer()], campaigns=[make_campaign()])
        with CaptureQueriesContext(connection) as captured:
            get_action(action.slug, now=NOW)
        counts.append(len(captured))
    assert counts[0] == counts[1]
