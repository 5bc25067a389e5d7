"""Words find the same actions in the same order on SQLite and on PostgreSQL: each answer stands here, and both give it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rallies.enums import ParticipationRole, ParticipationState
from rallies.operations.participations import ParticipationEntry
from rallies.places.boxes import Box
from rallies.selectors import keys
from rallies.selectors.actions import all_actions, first_to_come, list_actions
from rallies.selectors.batches import actions_after, occurrences_after
from rallies.selectors.choices import counts
from rallies.selectors.days import actions_of_day, day_after, day_before
from rallies.selectors.feeds import feed_is_cut, feed_text
from rallies.selectors.filters import ActionFilter
from rallies.selectors.months import span_of
from tests.factories import NOW, make_action, make_location, make_organizer, make_place

pytestmark = pytest.mark.django_db


def found(words: str, *, sort: str = "relevance", **more: object) -> list[str]:
    question = ActionFilter(words=words, sort=sort, **more)  # type: ignore[arg-type]
    return [action.slug for action in all_actions(question, now=NOW)]


def corpus() -> None:
    """Slugs in the order of their starts: a, b, c …; z has no date."""
    berlin = make_location(
        locality="Berlin", region="", region_code="", country="DE", venue="Brandenburger Tor", street_address=""
    )
    sao_paulo = make_location(
        locality="São Paulo", region="", region_code="", country="BR", venue="Praça da Sé", street_address=""
    )
    tokyo = make_location(
        locality="東京都", region="", region_code="", country="JP", venue="日比谷公園", street_address=""
    )
    river = make_organizer(name="River & Water Network")
    quiet = make_organizer(name="Zebra Society")
    city = {"locality": "Springfield", "venue": "Old State Capitol"}
    springfield = make_location(**city)
    hidden = make_location(
        **city | {"venue": "Secret Cellar", "street_address": "9 Hidden Lane", "postal_code": "62799"}
    )
    invited = ParticipationEntry(quiet, ParticipationRole.CO_HOST, ParticipationState.INVITED)
    declined = ParticipationEntry(quiet, ParticipationRole.CO_HOST, ParticipationState.DECLINED)
    rows: list[dict[str, object]] = [
        {
            "title": "Vigil",
            "location": springfield,
            "description": "For **water** and [air](https://example.org/clean).",
        },
        {"title": "Water march", "location": berlin},
        {"title": "March for peace", "location": springfield, "hosts": [river]},
        {"title": "Marcha por el agua", "location": sao_paulo, "description": "Berlin also marches."},
        {"title": "Peace picnic", "location": hidden, "place_visibility": "city", "participations": [invited]},
        {"title": "デモ 平和", "location": tokyo, "description": "東京の水"},
        {"title": "서울에서 평화 행진", "location": None, "attendance_mode": "online"},
        {"title": "مَسيرة من أجل السلام", "location": berlin},
        {"title": "Démonstration à l'aube — œuvre", "location": springfield, "participations": [declined]},
        {"title": "🎉 Party 50% off_peak", "location": berlin, "description": "x" * 300},
        {"title": "Ёлка и мир", "location": springfield, "route_start": "Water tower"},
        {"title": "Straßenfest NEAR the gate", "location": berlin, "attendance_mode": "hybrid"},
    ]
    for number, row in enumerate(rows):
        make_action(slug=chr(ord("a") + number), start_date=date(2026, 3, 10 + number), **row)  # type: ignore[arg-type]
    make_action(slug="z", title="Water some day", start_date=None, location=springfield)
    for state in ("draft", "submitted", "withdrawn"):
        make_action(title=f"Water {state}", slug=state, publication=state, location=berlin)


QUERIES = {
    "water": "bkcaz",
    "WATER": "bkcaz",
    "wat": "bkcaz",
    "w": "bkcaz",
    "m": "bcd",
    "м": "k",
    "م": "h",
    "5": "j",
    "평": "g",
    "ç": "acikz",
    "w m": "",
    "water m": "bc",
    "ater": "",
    "water march": "bc",
    "march water": "bc",
    "march": "bcd",
    "marches": "d",
    "marcha": "d",
    "berlin": "bhjld",
    "march berlin": "b",
    "marcha berlin": "d",
    "berlin march": "bd",
    "Deutschland": "bhjl",
    "germany": "bhjl",
    "Alemania water": "b",
    "allemagne": "bhjl",
    "ألمانيا": "bhjl",
    "são paulo": "d",
    "SAO PAULO": "d",
    "sao pau": "d",
    "paulo brasil": "d",
    "praça": "d",
    "river": "c",
    "network peace": "c",
    "peace": "ce",
    "zebra": "",
    "society": "",
    "secret": "",
    "cellar": "",
    "hidden lane": "",
    "62799": "",
    "springfield peace": "ce",
    "old state capitol": "acikz",
    "東京": "f",
    "京": "f",
    "水": "f",
    "東京 水": "f",
    "日比谷": "f",
    "都日": "",
    "テモ": "f",
    "서울": "g",
    "평화 행진": "g",
    "مسيرة": "h",
    "السلام": "h",
    "demonstration aube": "i",
    "l'aube": "i",
    "oeuvre": "i",
    "ŒUVRE": "i",
    "🎉": "j",
    "50%": "j",
    "off_peak": "j",
    "x" * 300: "j",
    "xxx": "j",
    "елка": "k",
    "Мир": "k",
    "water tower": "k",
    "strassenfest": "l",
    "NEAR": "l",
    'NEAR("water" "march", 2)': "",
    "water AND march": "",
    "water OR march": "",
    "NOT water": "",
    "title:water": "",
    "water*": "bkcaz",
    '"water"': "bkcaz",
    "wat*er": "",
    "water' OR 1=1 --": "",
    "water & !march": "bc",
    "\\": "",
    "%": "",
    "_": "",
    "'": "",
    "^water": "bkcaz",
    "{title}": "",
    "example.org": "a",
    "∅": "",
    "!water": "bkcaz",
    "draft": "",
    "withdrawn": "",
}


@pytest.fixture(scope="module")
def calendar(django_db_setup: object, django_db_blocker: object) -> object:
    from django.core.management import call_command

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        corpus()
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.mark.xdist_group("search")
@pytest.mark.parametrize("words", QUERIES)
def test_words_find_the_same_in_the_same_order_everywhere(calendar: object, words: str) -> None:
    assert "".join(found(words)) == QUERIES[words]


@pytest.mark.xdist_group("search")
@pytest.mark.parametrize("words", QUERIES)
def test_without_an_order_they_come_by_start(calendar: object, words: str) -> None:
    assert "".join(found(words, sort="")) == "".join(sorted(QUERIES[words]))


@pytest.mark.xdist_group("search")
@pytest.mark.parametrize("ahead", [100, 1])
@pytest.mark.parametrize("words", QUERIES)
def test_pages_have_the_same_order_for_few_and_for_many(
    calendar: object, monkeypatch: pytest.MonkeyPatch, words: str, ahead: int
) -> None:
    monkeypatch.setitem(keys.AHEAD, connection.vendor, ahead)
    for sort in ("relevance", ""):
        question = ActionFilter(words=words, sort=sort)
        pages = [list_actions(question, now=NOW, page=page, size=2) for page in range(1, 4)]
        slugs = [action.slug for page in pages for action in page.actions]
        assert slugs == found(words, sort=sort)
        assert {page.total for page in pages} == {len(slugs)}


SINCE = {"from_day": date(2026, 3, 13)}
NARROWED: list[dict[str, object]] = [
    {},
    {"sort": "relevance"},
    {"when": "past"},
    {"when": "weekend"},
    SINCE,
    SINCE | {"to_day": date(2026, 4, 13)},
    {"kind": "march", "country": "DE", "attendance": "in-person", "access": ("step-free",), "language": "de"},
    {"campaign": "some-week"},
    {"organizer": "some-group"},
    {"city": "berlin-de"},
    {"city": "california-region-us"},
    {"near": "springfield-us", "within": 50},
    {"near": "springfield-us", "within": 50, "sort": "distance"},
    {"bbox": Box(13.0, 52.0, 14.0, 53.0)},
]


def reads_a_whole_table(query: str) -> bool:
    """On PostgreSQL; SQLite decides by what it counted, and there is little to count here."""
    if connection.vendor == "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query}")
        return any("Seq Scan" in line for (line,) in cursor.fetchall())


@pytest.mark.xdist_group("search")
@pytest.mark.parametrize("more", NARROWED, ids=str)
def test_no_question_with_words_has_to_read_a_whole_table(calendar: object, more: dict[str, object]) -> None:
    """Where PostgreSQL has no other way it plans badly all around (`keys.by_indexes`)."""
    make_place()
    make_place("california-region-us", kind="region", region_code="US-CA")
    make_place("berlin-de", latitude=52.5, longitude=13.4)
    question = ActionFilter(words="water", **more)  # type: ignore[arg-type]
    day = {"first": date(2026, 3, 10), "last": date(2026, 3, 16)}
    asks = (
        lambda: list_actions(question, now=NOW),
        lambda: list(all_actions(question, now=NOW)),
        lambda: counts(question, now=NOW),
        lambda: first_to_come(question, now=NOW, limit=5),
        lambda: span_of(question, on_a_day=2, now=NOW, **day),
        lambda: actions_of_day(question, day=date(2026, 3, 11), now=NOW),
        lambda: (day_before(question, day=NOW.date(), now=NOW), day_after(question, day=NOW.date(), now=NOW)),
        lambda: occurrences_after(question, now=NOW, after=None, size=2),
        lambda: actions_after(question, now=NOW, after=None, size=2),
        lambda: feed_text(question, today=NOW.date()),
        lambda: feed_is_cut(question, today=NOW.date()),
    )
    with CaptureQueriesContext(connection) as captured:
        for ask in asks:
            ask()
    queries = [query["sql"] for query in captured if "rallies_searchwords" in query["sql"]]
    assert len(queries) >= len(asks)
    assert [query for query in queries if reads_a_whole_table(query)] == []


@pytest.mark.xdist_group("search")
def test_there_are_enough_queries_and_they_differ() -> None:
    assert len(QUERIES) >= 40 and len(set(QUERIES.values())) >= 20


@pytest.mark.xdist_group("search")
def test_filters_hold_too(calendar: object) -> None:
    assert found("water", country="DE") == ["b"]
    assert found("berlin", attendance="online") == ["l"]
    assert found("peace", from_day=date(2026, 3, 13)) == ["e"]
