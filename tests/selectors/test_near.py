"""What is near is what plain haversine says, in the same order: 1,000 questions, poles and the date line among them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from math import asin, cos, degrees, radians
from random import Random
from uuid import UUID

import pytest

from rallies.enums import Publication
from rallies.models import Action, Location, Occurrence, Place
from rallies.operations.dates import whereabouts
from rallies.operations.transaction import operation
from rallies.places.distance import RADII_KM, Point, kilometres
from rallies.selectors.actions import dated_at, in_asked_order, list_actions, nearest_beyond
from rallies.selectors.batches import Position, occurrences_after
from rallies.selectors.errors import UnknownPlace
from rallies.selectors.filters import ActionFilter
from rallies.selectors.near import first_dates_near
from rallies.selectors.places import near_point
from tests.factories import NOW, make_action, make_campaign, make_location, make_place

pytestmark = pytest.mark.django_db

SPECIAL = [
    Point(90, 0),
    Point(90, 137.5),
    Point(-90, -12),
    Point(89.8, 44),
    Point(-89.7, -170),
    Point(0, 180),
    Point(0, -180),
    Point(-17.7, 179.95),
    Point(-17.9, -179.9),
    Point(65.7, -179.98),
    Point(65.9, 179.9),
    Point(0, 0),
    Point(58.29, 10.9),
]
TOWNS = 40
ROWS = 1500
QUESTIONS = 1000


def _around(random: Random, middle: Point, *, degrees_away: float) -> Point:
    lat = max(-90.0, min(90.0, middle.latitude + random.gauss(0, degrees_away)))
    wide = degrees_away / max(cos(radians(lat)), 0.02)
    lon = (middle.longitude + random.gauss(0, wide) + 540) % 360 - 180
    return Point(lat, lon)


@operation
def _fill(random: Random) -> None:
    towns = SPECIAL + [
        Point(degrees(asin(random.uniform(-1, 1))), random.uniform(-180, 180)) for _ in range(TOWNS - len(SPECIAL))
    ]
    Place.objects.bulk_create(
        Place(key=f"town-{n}", kind="city", name=f"Town {n}", country="US", latitude=p.latitude, longitude=p.longitude)
        for n, p in enumerate(towns)
    )
    points = [
        random.choice(towns)
        if n % 20 == 0
        else _around(random, random.choice(towns), degrees_away=random.choice([0.1, 0.6, 2]))
        for n in range(ROWS)
    ]
    moments = {"created_at": NOW, "updated_at": NOW}
    halls = Location.objects.bulk_create(
        Location(locality="X", timezone="UTC", latitude=p.latitude, longitude=p.longitude, **moments) for p in points
    )
    actions = Action.objects.bulk_create(
        Action(
            slug=f"a-{n}",
            title=f"A {n}",
            kind=random.choice(["rally", "march"]),
            timezone="UTC",
            location=hall,
            start_date=NOW.date(),
            publication=Publication.PUBLISHED,
            published_at=NOW,
            **moments,
        )
        for n, hall in enumerate(halls)
    )
    Occurrence.objects.bulk_create(_date(random, action, **moments) for action in actions)


def _date(random: Random, action: Action, **moments: datetime) -> Occurrence:
    # On the hour, so that many begin together.
    starts_at = NOW.replace(minute=0) + timedelta(hours=random.randint(-24 * 40, 24 * 40))
    over_at = starts_at + random.choice(
        [timedelta(hours=2), timedelta(days=1), timedelta(days=1, hours=1), timedelta(days=30)]
    )
    return Occurrence(
        action=action,
        uid=str(UUID(int=random.getrandbits(128))),
        start_date=starts_at.date(),
        start_time=time(starts_at.hour),
        starts_at=starts_at,
        over_at=over_at,
        last_day=over_at.date(),
        **whereabouts(action, starts_at=starts_at, over_at=over_at),
        **moments,
    )


def _distances(rows: Sequence[Occurrence]) -> dict[str, list[float]]:
    """How many kilometres each row is from each town, by the key of the town, in the order of the rows."""
    points = [Point(row.action.location.latitude, row.action.location.longitude) for row in rows]
    towns = Place.objects.values_list("key", "latitude", "longitude")
    return {key: [kilometres(Point(lat, lon), to=point) for point in points] for key, lat, lon in towns}


def _by_haversine(
    rows: Sequence[Occurrence], question: ActionFilter, *, distances: dict[str, list[float]], now: datetime
) -> list[int]:
    """Every row is looked at, and nothing of what is tested is used but the formula."""
    fits = []
    for row, far in zip(rows, distances[question.near], strict=True):
        if (question.is_past and row.over_at > now) or (question.is_upcoming and row.over_at <= now):
            continue
        if question.kind and row.action.kind != question.kind:
            continue
        if question.from_day and row.last_day < question.from_day:
            continue
        if far <= question.within:
            fits.append((round(far * 1000) if question.is_by_distance else 0, row.starts_at, row.pk))
    return [pk for _, _, pk in sorted(fits)]


def _newest_first(rows: Sequence[Occurrence], keys: Sequence[int]) -> list[int]:
    starts = {row.pk: row.starts_at for row in rows}
    return sorted(keys, key=lambda pk: (starts[pk], pk), reverse=True)


def test_what_is_nearest_beyond_is_what_haversine_says(django_assert_max_num_queries) -> None:
    random = Random(7)
    _fill(random)
    rows = list(Occurrence.objects.select_related("action__location"))
    uids = {row.uid: row.pk for row in rows}
    middle = Point(-44.0, -120.0)
    make_place("sea-cl", latitude=middle.latitude, longitude=middle.longitude)
    for kind in ("", "march"):
        for limit in (1, 5, 30):
            question = ActionFilter(near="sea-cl", within=50, kind=kind)
            fits = sorted(
                (round(kilometres(middle, to=Point(row.latitude, row.longitude)) * 1000), row.starts_at, row.pk)
                for row in rows
                if row.over_at > NOW and kind in ("", row.action.kind)
            )
            assert fits[0][0] > 250_000
            with django_assert_max_num_queries(40):
                found = nearest_beyond(question, now=NOW, limit=limit)
            assert [uids[action.uid] for action in found] == [pk for _, _, pk in fits[:limit]]


def test_a_thousand_questions_are_answered_as_haversine_does() -> None:
    random = Random(20251115)
    _fill(random)
    rows = list(Occurrence.objects.select_related("action__location"))
    uids = {row.uid: row.pk for row in rows}
    distances = _distances(rows)
    found_in_all, by_distance = 0, 0
    for _ in range(QUESTIONS):
        now = NOW + timedelta(minutes=random.randint(-60 * 24 * 30, 60 * 24 * 30))
        question = ActionFilter(
            near=f"town-{random.randrange(TOWNS)}",
            within=random.choice(RADII_KM),
            kind=random.choice(["", "", "march"]),
            when=random.choice(["", "", "past"]),
            from_day=random.choice([None, None, None, now.date()]),
            sort=random.choice(["", "", "distance"]),
        )
        wanted = _by_haversine(rows, question, distances=distances, now=now)
        assert list(in_asked_order(dated_at(question, now=now), question).values_list("pk", flat=True)) == wanted
        # Pages, which look into smaller circles first, and count by the index alone.
        size = random.choice([1, 3, 20])
        page = list_actions(question, now=now, size=size)
        newest_first = question.is_past and not question.is_by_distance
        ordered = _newest_first(rows, wanted) if newest_first else wanted
        assert [uids[action.uid] for action in page.actions] == ordered[:size]
        assert page.dated_total == len(wanted)
        if question.is_only_near:
            assert first_dates_near(question, now=now, limit=20) == wanted[:20]
            assert first_dates_near(question, now=now, limit=ROWS) == wanted
        found_in_all += len(wanted)
        by_distance += question.is_by_distance and len(wanted) > 1
    # The questions could find a fault.
    assert (found_in_all > 5_000, by_distance > 100) == (True, True), (found_in_all, by_distance)


@pytest.mark.parametrize("sort", ["", "distance"])
def test_a_walk_meets_every_date_once_in_the_order_of_the_list(sort: str) -> None:
    _fill(Random(3))
    question = ActionFilter(near="town-0", within=250, sort=sort)
    wanted = [action.uid for action in list_actions(question, now=NOW, size=1000).actions]
    walked: list[str] = []
    after: Position | None = None
    while True:
        batch = occurrences_after(question, now=NOW, after=after, size=7)
        walked += [action.uid for action in batch.entries]
        after = batch.following
        if after is None:
            break
    pages = [list_actions(question, now=NOW, page=number, size=7).actions for number in range(1, len(wanted) // 7 + 2)]
    assert walked == wanted
    assert [action.uid for page in pages for action in page] == wanted
    assert len(wanted) > 20


def titles(**question: object) -> list[str]:
    return [action.title for action in list_actions(ActionFilter(**question), now=NOW).actions]  # type: ignore[arg-type]


def test_only_the_public_place_counts() -> None:
    city = make_place(latitude=39.8, longitude=-89.6)
    far = make_place("elsewhere-us", latitude=45.0, longitude=-89.6)
    hall = {"latitude": 45.0, "longitude": -89.6, "place": city}
    make_action(title="exact", location=make_location(**hall))
    make_action(title="withheld", location=make_location(**hall), place_visibility="city")
    make_action(title="no point", location=make_location(place=city, latitude=None, longitude=None))
    make_action(title="undated", start_date=None, location=make_location(**hall), place_visibility="city")
    make_action(
        title="online", location=make_location(place=city), attendance_mode="online", online_url="https://a.example/"
    )
    make_action(title="nowhere", location=make_location(latitude=None, longitude=None))
    make_action(title="draft", location=make_location(place=city), publish=False)
    assert titles(near=city.key, within=25) == ["withheld", "no point", "undated"]
    assert titles(near=far.key, within=25) == ["exact"]
    assert titles(near=city.key, within=25, country="US", sort="distance") == ["withheld", "no point", "undated"]


def test_what_goes_on_is_near_however_long_ago_it_began() -> None:
    make_place(latitude=39.8, longitude=-89.6)
    for title, start, end in [
        ("camp", date(2026, 2, 1), date(2026, 3, 9)),
        ("over", date(2026, 2, 1), date(2026, 2, 9)),
        ("today", date(2026, 3, 2), None),
        ("later", date(2026, 3, 5), None),
    ]:
        make_action(title=title, start_date=start, start_time=None, end_date=end)
    assert titles(near="springfield-us", within=10) == ["camp", "today", "later"]
    assert titles(near="springfield-us", within=10, when="past") == ["over"]


@pytest.mark.parametrize(
    "changes", [{"key": "a-us", "kind": "region"}, {"key": "b-us", "latitude": None, "longitude": None}]
)
def test_a_region_and_a_place_without_a_point_are_nothing_to_be_near_to(changes: dict[str, object]) -> None:
    make_place(**changes)  # type: ignore[arg-type]
    for key in (str(changes["key"]), "nowhere-us", ""):
        with pytest.raises(UnknownPlace):
            near_point(key)


def test_nothing_that_is_over_is_nearest_beyond_in_a_campaign() -> None:
    make_place("berlin-de", latitude=52.5, longitude=13.4)
    week = make_campaign()
    make_action(campaigns=[week], start_date=NOW.date() - timedelta(days=9))
    question = ActionFilter(campaign=week.slug, near="berlin-de", within=25)
    assert nearest_beyond(question, now=NOW) == ()
    make_action(campaigns=[week], slug="to-come", start_date=NOW.date() + timedelta(days=9))
    assert [action.slug for action in nearest_beyond(question, now=NOW)] == ["to-come"]
