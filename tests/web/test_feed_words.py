"""What pages say that a feed holds: the parts of the sentence are those of the question, and the feed holds exactly that."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from math import acos, cos, radians, sin
from urllib.parse import quote
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from rallies.enums import ActionKind
from rallies.http.asked_words import KINDS, parts_of
from rallies.http.query import read_question
from rallies.models import Action, Occurrence, Place
from rallies.operations import actions as operations
from rallies.selectors.filters import ActionFilter
from rallies.text import fold
from rallies.web.addresses import feed_beside
from rallies.web.feed_words import feed_words, times_of
from tests.factories import make_action, make_campaign, make_location, make_organizer, make_place
from tests.web.reading import read

# Which actions a question finds is asked of each database in tests/doors.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.xdist_group("feed words")]

NOW = datetime(2025, 11, 18, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
LANGUAGES = ("en", "es", "fr", "de", "pt", "ar")
WEEK = "week-of-action-2025"
QUESTIONS = [
    "",
    "when=past",
    "when=today",
    "when=weekend",
    "when=week",
    "from=2025-11-15",
    "to=2025-11-16",
    "from=2025-11-15&to=2025-11-23",
    "when=past&from=2025-11-15",
    "kind=march",
    "kind=vigil&when=past",
    "kind=rally&country=US",
    "kind=rally&near=philadelphia-us&within=100",
    "near=tucson-us",
    "near=auckland-nz&within=25&when=week",
    "near=washington-us&within=250&sort=distance",
    "near=philadelphia-us&from=2025-11-15&to=2025-11-16",
    "country=US",
    "country=NZ&from=2025-01-01&to=2026-12-31",
    "city=philadelphia-us",
    "city=auckland-nz&from=2025-11-01&to=2026-02-01",
    f"campaign={WEEK}",
    f"campaign={WEEK}&kind=march",
    f"campaign={WEEK}&country=US&from=2025-11-15&to=2025-11-15",
    "campaign=winter",
    "organizer=river-group",
    "organizer=codepink&from=2025-11-01&to=2025-11-30",
    "q=march",
    "q=march&sort=relevance&when=week",
    "q=by+the+river&from=2025-11-01&to=2026-03-01",
    "attendance=online",
    "attendance=in-person&organizer=river-group",
    "access=step-free",
    "access=seating,toilets",
    "language=es",
    "language=es-mx&attendance=online&access=captions",
    "organizer=river-group&kind=vigil&near=auckland-nz&within=10&from=2025-12-01&to=2025-12-31",
    f"campaign={WEEK}&when=past&kind=rally&country=US",
]


@pytest.fixture(scope="module")
def calendar(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        call_command("seed", stdout=StringIO())
        fill()
        yield
        call_command("flush", interactive=False, stdout=StringIO())


def fill():
    group, winter = make_organizer(slug="river-group", name="River Group"), make_campaign(slug="winter", name="Winter")
    auckland = make_location(
        locality="Auckland",
        region="",
        region_code="",
        country="NZ",
        timezone="Pacific/Auckland",
        place=make_place("auckland-nz", country="NZ", latitude=-36.85, longitude=174.76),
        latitude=-36.85,
        longitude=174.8,
        access_features=["toilets"],
    )
    both = {"hosts": [group], "campaigns": [winter], "now": NOW}
    for number in range(6):
        # One action each: a series stands whole in feeds, which is tested elsewhere.
        day = date(2025, 11, 13) + timedelta(days=7 * number)
        make_action(title="Vigil by the river", kind="vigil", start_date=day, location=auckland, **both)
    make_action(
        title="On screen",
        start_date=date(2025, 11, 19),
        attendance_mode="online",
        languages=["es-MX", "en"],
        access_features=["captions", "step-free"],
        **both,
    )
    make_action(
        title="Both ways",
        start_date=date(2025, 11, 18),
        attendance_mode="hybrid",
        languages=["es"],
        access_features=["step-free", "seating"],
        location=auckland,
        now=NOW,
    )
    hidden = {"place_visibility": "city", "location": auckland}
    make_action(title="Withheld", start_date=date(2025, 11, 22), access_features=["seating"], **hidden, **both)
    make_action(title="Long past", start_date=TODAY - timedelta(days=61), now=NOW)
    make_action(title="Not so long past", start_date=TODAY - timedelta(days=60), now=NOW)
    make_action(title="No date", start_date=None, **both)
    off = make_action(title="March called off", kind="march", start_date=date(2025, 11, 21), **both)
    operations.cancel_action(off.pk, message="Storm.", by=None, now=NOW)
    for publication in ("draft", "submitted", "withdrawn"):
        make_action(title=f"Planted {publication}", start_date=date(2025, 11, 21), publication=publication, **both)


def asked(question: str) -> ActionFilter:
    return read_question(QueryDict(question))


# What a sentence says, tried on each row by itself: no index, no entry, nothing that the selectors know.


def is_in(place: Place, action: Action) -> bool:
    return action.location is not None and action.location.place_id == place.pk


def kilometres_from(place: Place, action: Action) -> float:
    if action.location is None or action.attendance_mode == "online":
        return float("inf")
    at = action.location.place if action.place_visibility == "city" else action.location
    if at is None or at.latitude is None:
        return float("inf")
    south, north = radians(place.latitude), radians(at.latitude)
    angle = sin(south) * sin(north) + cos(south) * cos(north) * cos(radians(at.longitude - place.longitude))
    return 6371 * acos(max(min(angle, 1), -1))


def stated(action: Action) -> set[str]:
    of_place = action.location.access_features if action.location and action.place_visibility == "exact" else []
    return {*action.access_features, *of_place}


def shown_words(action: Action) -> list[str]:
    groups = [row.organizer for row in action.participations.filter(state__in=["accepted", "reported"])]
    texts = [action.title, action.description, *(name for group in groups for name in (group.name, *group.aliases))]
    if action.location:
        texts += [action.location.venue, action.location.locality, action.location.region]
    return fold(" ".join(texts)).replace("-", " ").split()


def days_said(question: ActionFilter, row: Occurrence) -> bool:
    begins = datetime.combine(TODAY, datetime.min.time(), UTC)
    if question.when == "past" and row.over_at > begins:
        return False
    if question.when in {"today", "week", "weekend"}:
        # By the day of its place, at any hour of this day in UTC.
        zone = ZoneInfo(row.action.timezone)
        here = {(begins + timedelta(minutes=15 * n)).astimezone(zone).date() for n in range(96)}
        week = {day + timedelta(days=n) for day in here for n in range(7)}
        wanted = {"today": here, "week": week, "weekend": {day for day in week if day.weekday() >= 5}}[question.when]
        taken = {row.start_date + timedelta(days=n) for n in range((row.last_day - row.start_date).days + 1)}
        if not taken & wanted or row.over_at <= begins:
            return False
    if question.is_upcoming and row.last_day < TODAY - timedelta(days=60):
        return False
    first, last = question.from_day or date.min, question.to_day or date.max
    return first <= row.last_day and row.start_date <= last


def says_so(question: ActionFilter, row: Occurrence) -> bool:
    action = row.action
    place = Place.objects.get(key=question.city or question.near) if question.city or question.near else None
    campaigns = action.listings.filter(state__in=["accepted", "reported"], campaign__is_public=True)
    groups = action.participations.filter(state__in=["accepted", "reported"])
    modes = {"in-person": {"in-person"}, "online": {"online"}, "hybrid": {"in-person", "online"}}[
        action.attendance_mode
    ]
    languages = [code.lower() for code in action.languages]
    words = fold(question.words).split()
    tests = {
        "kind": action.kind == question.kind,
        "country": action.location is not None and action.location.country == question.country,
        "city": bool(place) and is_in(place, action),
        "near": bool(place) and kilometres_from(place, action) <= question.within,
        "campaign": question.campaign in {listing.campaign.slug for listing in campaigns},
        "organizer": question.organizer in {group.organizer.slug for group in groups},
        "attendance": question.attendance in modes,
        "access": set(question.access) <= stated(action),
        "language": any(f"{code}-".startswith(f"{question.language}-") for code in languages),
        "words": bool(words)
        and all(word in shown_words(action) for word in words[:-1])
        and any(shown.startswith(words[-1]) for shown in shown_words(action)),
    }
    return all(holds for field, holds in tests.items() if getattr(question, field)) and days_said(question, row)


def feed_of(question: str) -> set[str]:
    answer = Client().get(f"/actions.ics?{question}")
    events = icalendar.Calendar.from_ical(answer.getvalue()).walk("VEVENT")
    return {str(event["UID"]) for event in events if "RRULE" not in event}


def test_there_are_more_than_thirty_questions():
    assert len(set(QUESTIONS)) == 38


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_feed_holds_what_the_sentence_says(calendar, question):
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        found = feed_of(question)
    rows = Occurrence.objects.filter(action__publication="published", action__recurrence_rule="")
    rows = rows.select_related("action__location__place")
    wanted = {row.uid for row in rows if says_so(asked(question), row)}
    titles = dict(Occurrence.objects.values_list("uid", "action__title"))
    assert {titles[uid] for uid in found ^ wanted} == set()
    assert found == wanted


def test_the_questions_tell_the_sentences_apart(calendar):
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        answers = [frozenset(feed_of(question)) for question in QUESTIONS]
    assert (len(set(answers)) >= 25, sum(map(bool, answers)) >= 30) == (True, True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_each_part_of_a_question_is_said_and_nothing_else(calendar, question, language):
    """Each part once, and a single day as one part, in every language."""
    filter_ = asked(question)
    fields = {field for field in ActionFilter.__dataclass_fields__ if getattr(filter_, field)} - {"sort", "within"}
    if filter_.from_day == filter_.to_day:
        fields -= {"to_day"}
    with translation.override(language):
        parts, times, sentence = parts_of(filter_), times_of(filter_), feed_words(filter_)
        kind = {"kind": KINDS[filter_.kind]()} if filter_.kind else {}
    assert ({*parts, *times, *kind} - {""}) == fields
    said = [*parts.values(), *times.values(), *kind.values()]
    assert ([words for words in said if words not in sentence], "%(" in sentence) == ([], False)
    assert "" in times or times.keys() & {"when", "from_day", "to_day"}


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("", "All actions of this calendar: coming ones, and those of the last 60 days."),
        (
            "kind=rally&near=tucson-us",
            "Rallies within 50 km (31 miles) of Tucson, Arizona: coming ones, and those of the last 60 days.",
        ),
        ("kind=march&when=past&country=US", "Marches in United States: those that are over."),
        ("campaign=winter", "Actions part of Winter: all of them, past ones too."),
        ("from=2025-11-15&to=2025-11-15", "All actions of this calendar: on 15 November 2025."),
        (
            "from=2025-11-15&to=2025-11-23&access=seating,step-free&language=es",
            "Actions held in Spanish, with stated access (Seating, Step-free access): from 15 November 2025,"
            " to 23 November 2025.",
        ),
    ],
)
def test_sentences(calendar, question, sentence):
    end = "Cancelled ones are marked; those without a date come in once they have one."
    assert feed_words(asked(question)) == f"{sentence} {end}"


def test_every_kind_has_a_word_for_several():
    assert set(KINDS) == set(ActionKind)
    assert len({words() for words in KINDS.values()}) == len(ActionKind)


@pytest.mark.parametrize(
    "page",
    [
        "/actions/?kind=march&country=US",
        "/actions/month/2025-11/?kind=march&country=US",
        "/countries/us/",
        "/places/tucson-us/",
        "/places/philadelphia-us/",
        f"/campaigns/{WEEK}/",
        "/organizers/codepink/",
        "/es/actions/?kind=march",
        "/",
    ],
)
def test_every_filtered_page_says_what_its_feed_holds_and_offers_the_ways(calendar, page):
    with time_machine.travel(NOW, tick=False):
        shown = read(Client().get(page).content)
    box = shown.one(".subscribe")
    [alternate] = [link.attributes["href"] for link in shown.all("link", rel="alternate") if "type" in link.attributes]
    if "/actions.ics" in alternate:
        question = asked(alternate.partition("?")[2])
        with translation.override("es" if page.startswith("/es/") else "en"):
            assert box.one(".subscribe-holds").words == feed_words(question)
    address = box.one("input").attributes["value"]
    assert address.endswith(alternate)
    ways = {link.words: link.attributes for link in box.all(".subscribe-way")}
    in_title = f"{address}{'&' if '?' in address else '?'}cancelled=title"
    google = f"https://calendar.google.com/calendar/r?cid={quote('webcal' + in_title[in_title.index(':') :], safe='')}"
    assert ways["Google Calendar"]["href"] == google
    for name, host in (("Outlook.com", "outlook.live.com"), ("Microsoft 365", "outlook.office.com")):
        wanted = f"https://{host}/calendar/0/addfromweb?url={quote(address, safe='')}&name="
        assert ways[name]["href"].startswith(wanted)
    assert {way["rel"] for way in ways.values()} == {"nofollow noopener noreferrer"}
    assert box.one("a.button").attributes["href"].startswith("webcal://")
    names = [name.words for name in box.one(".subscribe-often").all("dt")]
    assert names[:4] == ["Google Calendar", "Apple Calendar", "Outlook", "Thunderbird"]


def test_google_is_not_offered_what_it_does_not_take():
    names = [way.name for way in feed_beside(f"/actions/?q={'x' * 250}").ways]
    assert names == ["Outlook.com", "Microsoft 365"]
