"""The public point of an action stands on its dates, whatever changes it."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command

from rallies.models import Action, FeedStamp, Occurrence
from rallies.operations.actions import (
    edit_action,
    move_action_in_place,
    move_action_online,
    reveal_place,
    withdraw_action,
)
from rallies.operations.locations import edit_location
from rallies.operations.rebuild import texts_are_current
from rallies.operations.transaction import operation
from rallies.places.cells import cell_of
from rallies.places.distance import Point, unit_vector
from rallies.selectors.stamps import site_stamp
from tests.factories import NOW, make_action, make_location, make_place
from tests.operations.state import LATER, date_of

pytestmark = pytest.mark.django_db
HALL, CITY, ELSEWHERE = Point(39.8017, -89.6489), Point(39.8017, -89.6437), Point(-17.8, 179.9)


def point_of_dates(action: Action) -> Point | None:
    """The point on which all dates of an action agree, in all its forms."""
    names = ("latitude", "longitude", "unit_x", "unit_y", "unit_z", "cell")
    [values] = set(Occurrence.objects.filter(action=action).values_list(*names))
    if values == (None,) * 6:
        return None
    point = Point(*values[:2])
    assert values[2:] == (pytest.approx(unit_vector(point)[0]), *values[3:])
    assert values[3:] == (*(pytest.approx(value) for value in unit_vector(point)[1:]), cell_of(point))
    return point


def weekly(**changes: object) -> Action:
    changes.setdefault("location", make_location(place=make_place()))
    return make_action(recurrence_rule="FREQ=WEEKLY;COUNT=3", **changes)  # type: ignore[arg-type]


def test_published_and_withdrawn() -> None:
    action = weekly(publish=False)
    assert point_of_dates(action) is None
    action = weekly()
    assert point_of_dates(action) == HALL
    withdraw_action(action.pk, by=None, now=LATER)
    assert point_of_dates(action) is None


def test_another_place() -> None:
    action = weekly()
    there = make_location(latitude=ELSEWHERE.latitude, longitude=ELSEWHERE.longitude)
    move_action_in_place(action.pk, location=there, by=None, now=LATER)
    assert point_of_dates(action) == ELSEWHERE
    edit_location(there.pk, {"latitude": CITY.latitude, "longitude": CITY.longitude}, by=None, now=LATER)
    assert point_of_dates(action) == CITY
    edit_location(there.pk, {"latitude": None, "longitude": None, "precision": "city"}, by=None, now=LATER)
    assert point_of_dates(action) is None
    edit_location(there.pk, {"place": make_place()}, by=None, now=LATER)
    assert point_of_dates(action) == CITY


def test_online_and_back() -> None:
    action = weekly()
    move_action_online(action.pk, online_url="https://example.org/", by=None, now=LATER)
    assert point_of_dates(action) is None
    assert action.location is not None
    move_action_in_place(action.pk, location=action.location, by=None, now=LATER)
    assert point_of_dates(action) == HALL


def test_withheld_and_revealed() -> None:
    action = weekly(place_visibility="city-until", place_revealed_from=NOW + timedelta(days=1))
    assert point_of_dates(action) == CITY
    reveal_place(action.pk, now=NOW + timedelta(days=2))
    assert point_of_dates(action) == HALL
    edit_action(action.pk, {"place_visibility": "city", "place_revealed_from": None}, by=None, now=LATER)
    assert point_of_dates(action) == CITY
    edit_action(action.pk, {"place_visibility": "exact"}, by=None, now=LATER)
    assert point_of_dates(action) == HALL


def test_dates_of_a_series_that_are_long_past_move_with_it() -> None:
    action = weekly()
    edit_action(action.pk, {"place_visibility": "city"}, by=None, now=NOW + timedelta(days=3000))
    assert (point_of_dates(action), action.occurrences.count()) == (CITY, 3)


@pytest.mark.parametrize(("end", "is_long"), [(None, False), (date(2026, 3, 15), True), (date(2026, 3, 20), True)])
def test_what_lasts_longer_than_a_day_is_long(end: date | None, is_long: bool) -> None:
    action = make_action(start_time=None, end_date=end)
    assert date_of(action).is_long is is_long


def test_an_installation_without_points_gets_them_when_it_starts() -> None:
    """As after the migration: the columns are there, and empty."""
    make_action(location=make_location(place=make_place()))
    long = make_action(end_date=date(2026, 3, 20), end_time=None)
    wanted = list(Occurrence.objects.order_by("pk").values())

    @operation
    def upgrade() -> None:
        columns = ("latitude", "longitude", "unit_x", "unit_y", "unit_z", "cell")
        Occurrence.objects.update(**dict.fromkeys(columns), is_long=False)
        FeedStamp.objects.filter(scope="site").update(made_of="what an older version was made of")

    upgrade()
    before = site_stamp().number
    call_command("rebuild_feeds", if_needed=True)
    assert list(Occurrence.objects.order_by("pk").values()) == wanted
    assert (date_of(long).is_long, texts_are_current(), site_stamp().number) == (True, True, before + 1)
