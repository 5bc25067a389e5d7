"""One question, every format: each door is asked the same and tells of the same actions."""

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from urllib.parse import parse_qsl, urlencode

import icalendar
import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.models import Action, Campaign, Occurrence, Organizer
from rallies.operations import actions as operations
from rallies.operations.campaigns import edit_campaign
from rallies.operations.organizers import edit_organizer
from rallies.operations.participations import ListingEntry, ParticipationEntry
from tests.factories import make_action, make_campaign, make_location, make_organizer, make_place
from tests.web.reading import read

from .doors import DATED_ONLY, DOORS, PATHS, Answer, body_of, with_query

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("one question")]

NOW = datetime(2025, 11, 18, 12, 0, tzinfo=UTC)
WEEK = "week-of-action-2025"
# Each has from and to, so that no door's own idea of "upcoming" comes in; every filter is in some of them.
QUESTIONS = [
    "from=2025-11-15&to=2025-11-23",
    "from=2025-11-15&to=2025-11-15",
    "from=2025-11-16&to=2025-11-16",
    "from=2025-11-22&to=2025-11-22",
    "from=2025-10-01&to=2026-02-28",
    "from=2025-12-31&to=2026-01-01",
    "from=2024-01-01&to=2024-12-31",
    "from=2000-01-01&to=2100-01-01",
    f"campaign={WEEK}&from=2025-11-15&to=2025-11-23",
    f"campaign={WEEK}&from=2025-11-22&to=2025-11-23",
    "campaign=winter&from=2025-11-01&to=2026-03-01",
    "organizer=codepink&from=2025-11-01&to=2025-11-30",
    "organizer=river-group&from=2025-11-01&to=2026-03-01",
    "kind=march&from=2025-11-01&to=2025-11-30",
    "kind=vigil&from=2025-11-01&to=2026-03-01",
    "kind=strike&from=2025-11-01&to=2026-03-01",
    "country=US&from=2025-11-15&to=2025-11-23",
    "country=us&from=2025-11-15&to=2025-11-23",
    "country=NZ&from=2025-11-01&to=2026-03-01",
    "country=KI&from=2025-12-30&to=2026-01-02",
    "city=philadelphia-us&from=2025-11-01&to=2025-11-30",
    "city=auckland-nz&from=2025-12-01&to=2026-01-31",
    "q=march&from=2025-11-01&to=2026-03-01",
    "q=sao&from=2025-11-01&to=2026-03-01",
    "q=%22%25_%27&from=2025-11-01&to=2026-03-01",
    f"campaign={WEEK}&kind=march&country=US&from=2025-11-15&to=2025-11-16",
    "organizer=river-group&kind=vigil&city=auckland-nz&q=river&from=2025-12-01&to=2026-01-31",
    "when=past&from=2025-11-15&to=2025-11-23",
    f"when=past&campaign={WEEK}&from=2025-11-01&to=2025-11-17",
    "from=2025-11-15&to=2025-11-23&utm_source=x&fbclid=y&_=1&kind=&q=",
    "near=tucson-us&within=50&from=2025-11-01&to=2025-11-30",
    "near=philadelphia-us&from=2025-11-15&to=2025-11-23",
    "near=philadelphia-us&within=250&sort=distance&from=2025-11-01&to=2025-11-30",
    "near=auckland-nz&within=10&from=2025-11-01&to=2026-03-01",
    f"near=washington-us&within=100&campaign={WEEK}&from=2025-11-15&to=2025-11-23",
    "near=date-line-fj&within=25&from=2025-11-01&to=2026-03-01",
    "near=auckland-nz&within=25&kind=vigil&sort=distance&from=2025-12-01&to=2026-01-31",
    "near=springfield-us&within=25&sort=start&when=past&from=2025-11-01&to=2025-11-30",
    "attendance=online&from=2025-11-01&to=2026-03-01",
    "q=march&sort=relevance&from=2025-11-01&to=2026-03-01",
    "q=river+auck&sort=start&from=2025-11-01&to=2026-03-01",
    "q=neuseeland&kind=vigil&from=2025-11-01&to=2026-03-01",
    "q=%2A%22NEAR%28&from=2025-11-01&to=2026-03-01",
    "q=hall+with&from=2025-11-01&to=2026-03-01",
    "q=%00&from=2025-11-01&to=2025-11-30",
    "attendance=in-person&kind=vigil&from=2025-11-01&to=2026-03-01",
    "access=step-free&from=2025-11-01&to=2026-03-01",
    "access=toilets,step-free&from=2025-11-01&to=2026-03-01",
    "access=step-free,seating&country=NZ&from=2025-11-01&to=2026-03-01",
    "language=es&from=2025-11-01&to=2026-03-01",
    "language=es-mx&attendance=online&access=captions&from=2025-11-01&to=2026-03-01",
    "city=auckland-nz&attendance=in-person&from=2025-11-01&to=2026-03-01",
    # Around Auckland, over the date line, up to it, a continent, and with what else narrows.
    "bbox=174,-37.5,175.5,-36.5&from=2025-11-01&to=2026-03-01",
    "bbox=179,-18,-179,-16&from=2025-11-01&to=2026-03-01",
    "bbox=179,-18,180,-16&from=2025-11-01&to=2026-03-01",
    "bbox=-130,20,-65,50&from=2025-11-15&to=2025-11-23",
    "bbox=-180,-90,180,90&kind=vigil&from=2025-11-01&to=2026-03-01",
    "bbox=170,-40,180,-30&near=auckland-nz&within=25&sort=distance&q=river&from=2025-12-01&to=2026-01-31",
]
BAD = [
    "colour=red",
    "From=2025-11-15",
    "near=nowhere-us",
    "near=Tucson-us",
    "near=tucson-us&within=51",
    "near=tucson-us&within=ten",
    "within=50",
    "sort=distance",
    "near=tucson-us&sort=name",
    "kind=parade",
    "kind=March",
    "country=ZZ",
    "country=USA",
    "city=nowhere-us",
    "campaign=nowhere",
    "campaign=hidden",
    "organizer=nowhere",
    "when=later",
    "when=Today",
    "attendance=hybrid",
    "access=lift",
    "access=seating,lift",
    "language=qqx",
    "language=Spanish",
    "language=es&language=en",
    "when=upcoming",
    "from=yesterday",
    "from=2025-1-5",
    "from=2025-02-30",
    "to=0001-01-01",
    "from=2025-11-20&to=2025-11-19",
    "kind=march&kind=rally",
    "sort=relevance",
    "q=march&sort=best",
    "bbox=1,2,3",
    "bbox=174.1,-37.5,175.5,-36.5",
    "bbox=174,-37.5,174,-36.5",
    "bbox=174,-37.5,175.5,-36.5&bbox=1,1,2,2",
]


@pytest.fixture(scope="module")
def calendar(django_db_setup, django_db_blocker):
    """The seed, and what it has nothing of. Read by all tests of this file, and taken away after them."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        call_command("seed", stdout=StringIO())
        _fill()
        yield
        call_command("flush", interactive=False, stdout=StringIO())


def _fill():
    group, winter = make_organizer(slug="river-group", name="River Group"), make_campaign(slug="winter", name="Winter")
    make_campaign(slug="hidden", is_public=False)
    place = make_place("auckland-nz", name="Auckland", country="NZ", latitude=-36.85, longitude=174.76)
    make_place()
    make_place("date-line-fj", latitude=-17.0, longitude=-179.95)
    auckland = make_location(
        locality="Auckland",
        region="",
        region_code="",
        country="NZ",
        timezone="Pacific/Auckland",
        place=place,
        latitude=-36.85,
        longitude=174.8,
    )
    kiritimati = make_location(
        locality="Kiritimati", region="", region_code="", country="KI", timezone="Pacific/Kiritimati", place=None
    )
    island = make_location(
        locality="Taveuni", region="", region_code="", country="FJ", latitude=-17.0, longitude=179.99
    )
    make_action(title="Over the line", start_date=date(2025, 12, 6), location=island, now=NOW)
    window = {"start_date": None, "window_first": date(2025, 11, 20), "window_last": date(2025, 12, 2)}
    make_action(title="Some day on the island", location=island, **window, now=NOW)
    kwargs = {"hosts": [group], "campaigns": [winter], "now": NOW}
    make_action(
        slug="weekly",
        title="Vigil by the river",
        kind="vigil",
        start_date=date(2025, 12, 4),
        location=auckland,
        recurrence_rule="FREQ=WEEKLY;COUNT=8",
        **kwargs,
    )
    make_action(title="New year", start_date=date(2026, 1, 1), start_time=time(0, 30), location=kiritimati, **kwargs)
    make_action(title="Old year", start_date=date(2025, 12, 31), start_time=time(23, 30), location=auckland, **kwargs)
    make_action(
        title="São Paulo march", kind="march", start_date=date(2025, 11, 17), end_date=date(2025, 11, 19), **kwargs
    )
    make_action(title="Long strike", kind="strike", start_date=date(2025, 11, 20), start_time=None, **kwargs)
    make_action(title="\"%_' march", kind="march", start_date=date(2025, 12, 1), **kwargs)
    window = {"start_date": None, "window_first": date(2025, 11, 20), "window_last": date(2025, 12, 2)}
    make_action(title="Some day", **window, **kwargs)
    make_action(title="Any day", start_date=None, **kwargs)
    make_action(title="Withheld", start_date=date(2025, 11, 22), place_visibility="city", location=auckland, now=NOW)
    make_action(
        title="On screen",
        start_date=date(2025, 11, 19),
        attendance_mode="online",
        languages=["es-MX", "en"],
        access_features=["captions", "step-free"],
        **kwargs,
    )
    make_action(
        title="Both",
        start_date=date(2025, 11, 19),
        attendance_mode="hybrid",
        languages=["es"],
        access_features=["toilets", "step-free", "seating"],
        location=auckland,
        now=NOW,
    )
    hall = make_location(access_features=["step-free", "toilets"], venue="Hall with a ramp")
    make_action(title="By its hall", start_date=date(2025, 11, 18), location=hall, now=NOW)
    make_action(title="Hall withheld", start_date=date(2025, 11, 18), location=hall, place_visibility="city", now=NOW)
    window = {"start_date": None, "window_first": date(2025, 11, 18), "window_last": date(2025, 11, 18)}
    make_action(title="Perhaps today", access_features=["step-free"], **window, now=NOW)
    cancelled = make_action(title="Cancelled", start_date=date(2025, 11, 21), now=NOW)
    operations.cancel_action(cancelled.pk, message="Storm.", by=None, now=NOW)
    postponed = make_action(title="Postponed", start_date=date(2025, 11, 23), now=NOW)
    operations.postpone_action(postponed.pk, by=None, now=NOW)
    for publication in ("draft", "submitted", "withdrawn"):
        make_action(title=f"Planted {publication}", start_date=date(2025, 11, 21), publication=publication, **kwargs)
    invited = ParticipationEntry(group, ParticipationRole.CO_HOST, ParticipationState.INVITED)
    asked = ListingEntry(winter, ListingState.REQUESTED_BY_HOST)
    make_action(title="Not agreed", start_date=date(2025, 11, 21), participations=[invited], listings=[asked], now=NOW)


def asked_everywhere(question):
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        return {name: door(question) for name, door in DOORS.items()}


def test_there_are_more_than_thirty_questions():
    assert len(set(QUESTIONS)) == 58


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_door_tells_of_the_same_actions(calendar, question):
    found = asked_everywhere(question)
    page = found["page"]
    wanted = {name: Answer(page.dated, frozenset() if name in DATED_ONLY else page.undated) for name in DOORS}
    assert found == wanted


def test_the_questions_tell_the_doors_apart(calendar):
    """The questions could find a fault: their answers differ, and none is everything."""
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        answers = {question: DOORS["csv"](question) for question in QUESTIONS}
    assert len(set(answers.values())) >= 20
    everything = answers["from=2000-01-01&to=2100-01-01"]
    published = Occurrence.objects.filter(action__publication="published").values_list("uid", flat=True)
    assert everything.dated == set(published) and len(everything.undated) >= 1
    assert [q for q, a in answers.items() if not a.dated <= everything.dated] == []
    assert sum(bool(answer.dated) for answer in answers.values()) >= 25


@pytest.mark.parametrize(
    "question",
    [
        "",
        f"campaign={WEEK}",
        "when=past",
        "kind=march",
        "near=washington-us&within=250",
        "near=washington-us&within=250&sort=distance",
    ],
)
def test_questions_without_days_agree_too_where_the_calendar_app_need_not_remember(calendar, question):
    """`.ics` adds the last 60 days to what is upcoming, and for the past goes by the day."""
    found = asked_everywhere(question)
    ics = found.pop("ics")
    page = found["page"]
    wanted = {name: Answer(page.dated, frozenset() if name in DATED_ONLY else page.undated) for name in found}
    assert found == wanted
    assert ics.dated == page.dated if question.startswith("campaign") else ics.dated >= page.dated - ics.dated
    if question in {"", "kind=march", "near=washington-us&within=250"}:
        assert ics.dated > page.dated


@pytest.mark.parametrize(
    "more", ["", "&kind=vigil", "&attendance=online", "&country=NZ&access=step-free", "&language=es"]
)
@pytest.mark.parametrize("when", ["today", "weekend", "week"])
def test_days_that_move_agree_too(calendar, when, more):
    """`.ics` goes by the UTC day: it has whatever is on such a day at any hour of it."""
    found = asked_everywhere(f"when={when}{more}")
    ics, page = found.pop("ics"), found["page"]
    wanted = {name: Answer(page.dated, frozenset() if name in DATED_ONLY else page.undated) for name in found}
    assert found == wanted
    assert ics.dated >= page.dated
    first, last = ics_days(when)
    days = Occurrence.objects.filter(uid__in=ics.dated).values_list("start_date", "last_day")
    assert [day for day in days if day[1] < first or day[0] > last] == []


def ics_days(when):
    """Of Tuesday the 18th in UTC, from the evening of the 17th in Honolulu to the 19th on Kiritimati."""
    tuesday = date(2025, 11, 18)
    if when == "weekend":
        return date(2025, 11, 22), date(2025, 11, 23)
    return tuesday - timedelta(days=1), tuesday + timedelta(days=1 if when == "today" else 7)


def test_today_finds_something_and_not_all(calendar):
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        found = {when: DOORS["csv"](f"when={when}") for when in ("today", "weekend", "week")}
        titles = set(Occurrence.objects.filter(uid__in=found["today"].dated).values_list("action__title", flat=True))
        undated = set(Action.objects.filter(uid__in=found["today"].undated).values_list("title", flat=True))
    # In Auckland it is the 19th already; what is on screen that day is so in Illinois.
    assert titles >= {"By its hall", "Hall withheld", "São Paulo march", "Both"} and "On screen" not in titles
    assert "Perhaps today" in undated and "Some day" not in undated
    assert found["today"].dated < found["week"].dated and found["weekend"].dated < found["week"].dated


def test_access_is_found_by_what_the_world_may_know(calendar):
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        uids = DOORS["csv"]("access=step-free,toilets&from=2025-11-01&to=2026-03-01").dated
    titles = sorted(Occurrence.objects.filter(uid__in=uids).values_list("action__title", flat=True))
    assert titles == ["Both", "By its hall"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_month_shows_what_the_question_has_in_it(calendar, question):
    """The table has room for five a day, and says how many more there are."""
    asked = dict(parse_qsl(question))
    inside = asked | {"from": max(asked["from"], "2025-11-01"), "to": min(asked["to"], "2025-11-30")}
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        shown = read(body_of(f"/actions/month/2025-11/?{question}".replace("&kind=&q=", "")))
        wanted = DOORS["csv"](urlencode(inside)).dated if inside["from"] <= inside["to"] else frozenset()
    [caption] = shown.said("caption")
    said = caption.partition(" ")[0]
    assert (int(said) if said.isdecimal() else 0) == len(wanted)
    days = days_of(wanted, first=inside["from"], last=inside["to"])
    table = {}
    for cell in shown.all(".month-full"):
        entries = {entry.attributes["data-uid"] for entry in cell.all(".slot")}
        more = sum(int(words.partition(" ")[0]) for words in cell.said(".month-more"))
        table[cell.one("time").attributes["datetime"]] = (entries, len(entries) + more)
    assert {day: count for day, (_, count) in table.items()} == {day: len(uids) for day, uids in days.items()}
    assert {day for day, (entries, count) in table.items() if len(entries) != min(count, 5)} == set()
    assert {day for day, (entries, _) in table.items() if not entries <= days[day]} == set()


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_week_and_its_days_show_what_the_question_has_in_them(calendar, question):
    """The table has room for eight a day and counts all; the page of a day has them, and what may fall on it."""
    asked = dict(parse_qsl(question))
    noiseless = question.replace("&kind=&q=", "")
    inside = asked | {"from": max(asked["from"], "2025-11-17"), "to": min(asked["to"], "2025-11-23")}
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        shown = read(body_of(f"/actions/week/2025-11-17/?{noiseless}"))
        wanted = DOORS["csv"](urlencode(inside)).dated if inside["from"] <= inside["to"] else frozenset()
        saturday = read(body_of(f"/2025/11/22/?{noiseless}"))
        on_it = asked | {"from": max(asked["from"], "2025-11-22"), "to": min(asked["to"], "2025-11-22")}
        listed = DOORS["csv"](urlencode(on_it)) if on_it["from"] <= on_it["to"] else Answer(frozenset())
    days = days_of(wanted, first=inside["from"], last=inside["to"])
    table = {}
    for row in shown.one("table").one("tbody").all("tr"):
        entries = {entry.attributes["data-uid"] for entry in row.all(".slot")}
        more = sum(int(words.partition(" ")[0]) for words in row.said(".grid-more"))
        if entries:
            table[row.one("time").attributes["datetime"]] = (entries, len(entries) + more)
    assert {day: count for day, (_, count) in table.items()} == {day: len(uids) for day, uids in days.items()}
    assert {day for day, (entries, count) in table.items() if len(entries) != min(count, 8)} == set()
    assert {day for day, (entries, _) in table.items() if not entries <= days[day]} == set()
    assert {entry.attributes["data-uid"] for entry in saturday.all(".entry")} == listed.dated | listed.undated


@pytest.mark.parametrize(
    "question",
    [
        *(q.partition("from=")[0].rstrip("&") for q in QUESTIONS if not q.startswith("from=")),
        *QUESTIONS[:5],
        "when=week",
    ],
)
def test_a_question_goes_from_view_to_view_to_feed_and_back(calendar, question):
    """Each view leads to every other one with the whole question, and says it in the same words; so does the feed."""
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        start = read(body_of(with_query("/actions/", question)))
        here = start.one("link", rel="canonical").attributes["href"].removeprefix("http://testserver")
        kept = here.partition("?")[2]
        for name in ("Week", "Month"):
            [way] = [a.attributes["href"] for a in start.all(".views-way") if a.words == name]
            there = read(body_of(way))
            assert way.partition("?")[2] == "&".join(part for part in kept.split("&") if part != "when=past")
            assert [part.all("span")[0].words for part in there.all(".question-part")] == [
                part.all("span")[0].words for part in start.all(".question-part")
            ]
            feed = there.one("input", id="feed-address").attributes["value"].removeprefix("http://testserver")
            assert feed.partition("?")[2] == way.partition("?")[2]
            [back] = [a.attributes["href"] for a in there.all(".views-way") if a.words == way_back(question)]
            assert back == here
            # A calendar app shows where its feed comes from.
            calendar_text = icalendar.Calendar.from_ical(body_of(feed))
            wanted = feed.replace("/actions.ics", "/actions/")
            assert str(calendar_text["URL"]).removeprefix("http://testserver") == wanted


def way_back(question):
    asked = dict(parse_qsl(question))
    if asked.get("when") == "past":
        return "Past"
    return "Chosen days" if asked.keys() & {"from", "to", "when"} else "Upcoming"


def days_of(uids, *, first, last):
    """Day → those of the dates that take place on it, from `first` to `last`."""
    found = {}
    for uid, begins, ends in Occurrence.objects.filter(uid__in=uids).values_list("uid", "start_date", "last_day"):
        day = begins
        while day <= ends:
            if first <= day.isoformat() <= last:
                found.setdefault(day.isoformat(), set()).add(uid)
            day += timedelta(days=1)
    return found


@pytest.mark.parametrize("question", BAD)
@pytest.mark.parametrize("path", ["/actions/month/2025-11/", "/actions/week/2025-11-17/", "/2025/11/22/"])
def test_what_means_nothing_is_refused_by_tables_and_days(calendar, path, question):
    answer = Client().get(f"{path}?{question}")
    assert (answer.status_code, "“" in answer.getvalue().decode()) == (400, True)


@pytest.mark.parametrize("question", BAD)
@pytest.mark.parametrize("door", DOORS)
def test_what_means_nothing_is_refused_at_every_door(calendar, door, question):
    answer = Client().get(with_query(PATHS[door], "") + "?" + question)
    assert (answer.status_code, "“" in answer.getvalue().decode()) == (400, True)


@pytest.mark.parametrize("door", DOORS)
def test_a_renamed_value_redirects_at_every_door(calendar, door, db):
    organizer, campaign = Organizer.objects.get(slug="river-group"), Campaign.objects.get(slug="winter")
    from_names = [
        (f"{PATHS[door]}?organizer=old-group&kind=vigil", f"{PATHS[door]}?organizer=river-group&kind=vigil"),
        (f"{PATHS[door]}?campaign=old-winter", f"{PATHS[door]}?campaign=winter"),
    ]
    remember(organizer=organizer, campaign=campaign)
    answers = [Client().get(asked) for asked, _ in from_names]
    assert [(a.status_code, a["Location"]) for a in answers] == [(301, wanted) for _, wanted in from_names]


def remember(*, organizer, campaign):
    """Both had another name once."""
    for name, group in (("old-group", "old-winter"), ("river-group", "winter")):
        edit_organizer(organizer.pk, {"slug": name}, by=None, now=NOW)
        edit_campaign(campaign.pk, {"slug": group}, by=None, now=NOW)


@pytest.mark.parametrize("door", DOORS)
def test_planted_words_are_in_no_answer(calendar, door):
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        for question in ("", "from=2000-01-01&to=2100-01-01", "q=planted"):
            text = Client().get(with_query(PATHS[door], question)).getvalue().decode()
            assert "Planted" not in text
