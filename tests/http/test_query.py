from contextlib import nullcontext
from datetime import date
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from rallies.enums import ActionKind
from rallies.http.query import BadQuestion, RenamedValue, query_string, read_question, refuse_filters
from rallies.operations.campaigns import edit_campaign
from rallies.operations.organizers import edit_organizer
from rallies.places.boxes import Box
from rallies.selectors.filters import ActionFilter
from rallies.terms import cut_question
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place

pytestmark = pytest.mark.django_db
FILTERS = "campaign, organizer, kind, country, city, near, within, bbox, sort, q, when, attendance, access, language, from, to"


def read(query: str) -> ActionFilter:
    return read_question(QueryDict(query))


def refused(query: str) -> str:
    with pytest.raises(BadQuestion) as caught:
        read(query)
    return caught.value.sentence


def test_every_filter() -> None:
    make_campaign(slug="autumn")
    make_organizer(slug="group")
    make_place()
    assert read(
        "campaign=autumn&organizer=group&kind=teach-in&country=us&city=springfield-us"
        "&from=2025-11-15&to=2025-11-23&q=+water++march+"
    ) == ActionFilter(
        campaign="autumn",
        organizer="group",
        kind="teach-in",
        country="US",
        city="springfield-us",
        from_day=date(2025, 11, 15),
        to_day=date(2025, 11, 23),
        words="water march",
    )


@pytest.mark.parametrize(
    "query", ["access=seating,step-free", "access=step-free&access=seating", "access=,step-free,+seating,seating"]
)
def test_features_are_asked_for_in_one_form(query: str) -> None:
    question = read(query)
    assert question == ActionFilter(access=("seating", "step-free"))
    assert query_string(question) == "access=seating,step-free"


def test_a_language_code_is_read_in_any_case() -> None:
    assert read("language=pt-BR") == ActionFilter(language="pt-br")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "attendance=hybrid",
            "There is no attendance called “hybrid”. It is one of in-person, online; what is both fits either.",
        ),
        ("language=qqx", "“qqx” is not a language code such as en or pt-BR."),
        (
            "when=now",
            "There is no “now”. It is one of past, today, weekend, week; without it the answer is what is upcoming.",
        ),
    ],
)
def test_values_of_closed_lists(query: str, sentence: str) -> None:
    assert refused(query) == f"“{query.partition('=')[0]}”: {sentence}"


@pytest.mark.parametrize("query", ["", "campaign=", "kind=&q=&from=", "q=+++", "page=3", "&&", "page=1&page=2"])
def test_empty_values_ask_nothing(query: str) -> None:
    assert read(query) == ActionFilter()


@pytest.mark.parametrize("name", ["utm_source", "utm_", "utm_x", "fbclid", "gclid", "_", "cb", "nocache", "ts", "v"])
def test_noise_is_dropped_also_when_given_twice_or_senseless(name: str) -> None:
    assert read(f"{name}=1&kind=rally&{name}=%00%FF") == ActionFilter(kind="rally")


@pytest.mark.parametrize(
    "name",
    ["radius", "Kind", "kind ", "utm", "_x", "v2", "from_day", "words", "all", "x" * 10_000, "k\x00", "القسم", "[]"],
)
def test_another_name_is_refused_with_the_names_there_are(name: str) -> None:
    assert refused(urlencode({name: "x"})) == f"“{name}” is not a filter. Filters are: {FILTERS}."


def test_the_name_of_another_door_is_refused_there() -> None:
    with pytest.raises(BadQuestion, match="“page” is not a filter"):
        read_question(QueryDict("page=2"), also=frozenset())


@pytest.mark.parametrize("query", ["kind=rally&kind=rally", "q=&q=", "from=2025-11-15&from=2025-11-16"])
def test_a_name_given_twice_is_refused(query: str) -> None:
    assert refused(query) == f"“{query.partition('=')[0]}” is given twice. Give it once."


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize(
    "value",
    [
        "2025-02-29",
        "2025-11-31",
        "2025-13-01",
        "2025-00-10",
        "2025-1-5",
        "2025-11-15T10:00",
        "15.11.2025",
        "20251115",
        "today",
        "２０２５-11-15",
        "٢٠٢٥-١١-١٥",
        "2025-11-15\x00",
        "\x00",
        "-2025-11-15",
        "12025-11-15",
        "9" * 10_000,
        "0000-01-01",
    ],
)
def test_a_day_that_does_not_exist_or_is_written_otherwise_is_refused(name: str, value: str) -> None:
    assert refused(urlencode({name: value})) == f"“{name}” must be a day that exists, written like 2025-11-15."


@pytest.mark.parametrize("value", ["1899-12-31", "2200-01-01", "0001-01-01", "9999-12-31"])
def test_a_year_that_no_calendar_carries_is_refused(value: str) -> None:
    assert refused(f"from={value}") == "“from”: The year must lie between 1900 and 2199."


def test_to_before_from_is_refused_and_the_same_day_is_not() -> None:
    assert refused("from=2025-11-16&to=2025-11-15") == "“to” lies before “from”."
    assert read("from=2025-11-15&to=2025-11-15").to_day == date(2025, 11, 15)
    assert read("to=2025-11-15").has_days


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("campaign=nothing", "There is no campaign called “nothing”."),
        ("organizer=nothing", "There is no group called “nothing”."),
        ("city=atlantis", "“city”: There is no place called “atlantis” here."),
        ("country=XX", "“country”: No country has the code “XX”."),
        ("country=%C3%9F", "“country”: No country has the code “ß”."),
        ("country=USA", "“country”: Ensure this value has at most 2 characters (it has 3)."),
        ("campaign=a%00b", "“campaign”: Null characters are not allowed."),
        ("city=%00", "“city”: Null characters are not allowed."),
        ("campaign=" + "x" * 10_000, "“campaign”: Ensure this value has at most 120 characters (it has 10000)."),
        ("kind=" + "x" * 10_000, "“kind”: Ensure this value has at most 40 characters (it has 10000)."),
    ],
)
def test_values_that_mean_nothing_are_refused(query: str, sentence: str) -> None:
    assert refused(query) == sentence


def test_an_unknown_kind_is_refused_with_the_kinds_there_are() -> None:
    assert refused("kind=Rally") == (
        f"“kind”: There is no kind of action called “Rally”. Kinds are: {', '.join(ActionKind.values)}."
    )


def test_the_country_of_an_action_is_known_without_a_gazetteer() -> None:
    make_action(location=make_location())
    assert read("country=us") == ActionFilter(country="US")


def test_a_hidden_campaign_is_no_filter() -> None:
    make_campaign(slug="autumn", is_public=False)
    assert refused("campaign=autumn") == "There is no campaign called “autumn”."


# --- renamed values -------------------------------------------------------------------------------


def redirected(query: str) -> str:
    with pytest.raises(RenamedValue) as caught:
        read(query)
    return caught.value.query_string


def test_a_renamed_value_leads_on_without_noise_and_with_everything_else() -> None:
    week, group = make_campaign(slug="autumn"), make_organizer(slug="group")
    for name in ("autumn-2", "autumn-3"):
        edit_campaign(week.pk, {"slug": name}, by=None, now=NOW)
    edit_organizer(group.pk, {"slug": "collective"}, by=None, now=NOW)
    assert redirected("utm_source=x&campaign=autumn&kind=rally&_=5&q=a%26b+%C3%A9&page=2") == (
        "campaign=autumn-3&kind=rally&q=a%26b+%C3%A9&page=2"
    )
    assert redirected("organizer=group&campaign=autumn-2") == "organizer=collective&campaign=autumn-3"
    assert read("organizer=collective&campaign=autumn-3") == ActionFilter(organizer="collective", campaign="autumn-3")


def test_a_bad_value_beside_a_renamed_one_is_refused() -> None:
    week = make_campaign(slug="autumn")
    edit_campaign(week.pk, {"slug": "autumn-2"}, by=None, now=NOW)
    assert refused("campaign=autumn&organizer=nothing") == "There is no group called “nothing”."
    assert refused("campaign=autumn&radius=x").startswith("“radius” is not a filter.")


# --- an area --------------------------------------------------------------------------------------

AREA = "It is written west,south,east,north in degrees, such as bbox=-111.5,31.75,-110.5,32.5."
GRID = "The corners of an area lie on a grid that is coarser for larger ones: ask for bbox="


def test_an_area_has_one_address() -> None:
    question = read_question(QueryDict("bbox=177,-19.5,-178,-16&kind=rally"))
    assert question == ActionFilter(kind="rally", bbox=Box(177, -19.5, -178, -16))
    assert query_string(question) == "kind=rally&bbox=177,-19.5,-178,-16"
    assert read_question(QueryDict("bbox=")) == ActionFilter()


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("1,2,3", f"“1,2,3” is no area. {AREA}"),
        ("0,0,1,91", f"“0,0,1,91” is no area. {AREA}"),
        ("-111.31415,31.9,-110.6,32.4", f"{GRID}-111.5,31.75,-110.5,32.5."),
    ],
)
def test_an_area_that_is_none(value: str, sentence: str) -> None:
    with pytest.raises(BadQuestion) as refused:
        read_question(QueryDict(f"bbox={value}"))
    assert refused.value.sentence == f"“bbox”: {sentence}"


# --- near -----------------------------------------------------------------------------------------

KEYS = "Keys are like tucson-us or portland-me-us: /places/complete?q=tucson finds the one of a name."


@pytest.mark.parametrize(
    ("query", "expected", "canonical"),
    [
        ("near=springfield-us", ActionFilter(near="springfield-us", within=50), "near=springfield-us&within=50"),
        (
            "near=springfield-us&within=",
            ActionFilter(near="springfield-us", within=50),
            "near=springfield-us&within=50",
        ),
        ("within=10&near=springfield-us&sort=start", ActionFilter(near="springfield-us", within=10), None),
        (
            "sort=distance&within=250&near=springfield-us",
            ActionFilter(near="springfield-us", within=250, sort="distance"),
            "near=springfield-us&within=250&sort=distance",
        ),
        ("near=&within=&sort=", ActionFilter(), ""),
        ("sort=start", ActionFilter(), ""),
        ("q=&sort=relevance&kind=march", ActionFilter(kind="march"), "kind=march"),
    ],
)
def test_near(query: str, expected: ActionFilter, canonical: str | None) -> None:
    make_place()
    assert read(query) == expected
    assert query_string(expected) == (query_string(read(query)) if canonical is None else canonical)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("near=nowhere-us", f"“near”: No city has the key “nowhere-us”. {KEYS}"),
        ("near=Springfield-us", f"“near”: No city has the key “Springfield-us”. {KEYS}"),
        ("near=illinois-us&within=50", f"“near”: No city has the key “illinois-us”. {KEYS}"),
        (
            "near=springfield-us&within=51",
            "“within”: A radius of “51” is not offered. It is one of 10, 25, 50, 100, 250, in kilometres.",
        ),
        (
            "near=springfield-us&within=050",
            "“within”: A radius of “050” is not offered. It is one of 10, 25, 50, 100, 250, in kilometres.",
        ),
        ("within=50", "“within”: This needs a place to be near to: add “near”, such as near=tucson-us."),
        ("sort=distance", "“sort”: This needs a place to be near to: add “near”, such as near=tucson-us."),
        (
            "near=springfield-us&sort=name",
            "“sort”: There is no order called “name”. It is one of start, distance, relevance.",
        ),
        ("near=springfield-us&near=springfield-us", "“near” is given twice. Give it once."),
    ],
)
def test_near_that_means_nothing_is_refused(query: str, sentence: str) -> None:
    make_place()
    make_place("illinois-us", kind="region")
    assert refused(query) == sentence


# --- there and back -------------------------------------------------------------------------------

DAYS = st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31))
WORDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=250).map(
    lambda text: cut_question(text)[0]
)


class TestThereAndBack(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        make_campaign(slug="autumn")
        make_organizer(slug="group")
        make_place()

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(
        campaign=st.sampled_from(["", "autumn"]),
        organizer=st.sampled_from(["", "group"]),
        kind=st.sampled_from(["", *ActionKind.values]),
        country=st.sampled_from(["", "US"]),
        city=st.sampled_from(["", "springfield-us"]),
        days=st.tuples(DAYS, DAYS),
        words=WORDS,
    )
    def test_a_question_is_read_back_from_its_query_string(self, days: tuple, **values: str) -> None:
        first, last = sorted(days, key=str) if None not in days else days
        question = ActionFilter(from_day=first, to_day=last, **values)
        query = query_string(question)
        assert read(query) == question
        assert query_string(read(query)) == query
        assert query.isascii()

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from([*FILTERS.split(", "), "page", "v"]) | st.text(max_size=5), st.text(max_size=12))
        )
    )
    def test_whatever_is_asked_is_answered_or_refused_with_a_sentence(self, pairs: list[tuple[str, str]]) -> None:
        query = urlencode([(n.encode(errors="replace"), v.encode(errors="replace")) for n, v in pairs])
        sentences: list[str] = []
        try:
            assert isinstance(read(query), ActionFilter)
        except BadQuestion as refusal:
            sentences.append(refusal.sentence)
        assert [sentence for sentence in sentences if not sentence.endswith((".", ")."))] == []


def test_names_stand_in_one_order() -> None:
    question = ActionFilter(words="a b", to_day=date(2025, 11, 23), campaign="autumn", kind="rally")
    assert (query_string(question), query_string(ActionFilter())) == (
        "campaign=autumn&kind=rally&to=2025-11-23&q=a+b",
        "",
    )


@pytest.mark.parametrize(
    ("query", "is_refused"),
    [
        ("", False),
        ("utm_source=x&_=1", False),
        ("kind=&q=%20", False),
        ("page=2", False),
        ("kind=march", True),
        ("kind=zz", True),
        ("kind=&kind=march", True),
        ("organizer=nowhere", True),
        ("colour=red", True),
        ("colour=", True),
    ],
)
def test_an_address_without_filters_refuses_each_name(query, is_refused):
    refusal = pytest.raises(BadQuestion, match=r"^This address takes no filters\.$") if is_refused else nullcontext()
    with refusal:
        refuse_filters(QueryDict(query), also=frozenset({"page"}))


@pytest.mark.parametrize(("asked", "quoted"), [("=x", "=x"), ("=", "="), ("%20=" + "x" * 99, "=" + "x" * 40)])
def test_a_value_without_a_name_is_quoted_with_its_sign(asked: str, quoted: str) -> None:
    assert refused(asked) == f"“{quoted}” is not a filter. Filters are: {FILTERS}."
