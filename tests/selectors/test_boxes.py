"""What lies in an area, and that a withheld place is nowhere but in its city."""

from datetime import date

import pytest

from rallies.places.boxes import Box, snap
from rallies.selectors.actions import list_actions
from rallies.selectors.filters import ActionFilter
from tests.factories import NOW, make_action, make_location, make_place

pytestmark = pytest.mark.django_db

SPRINGFIELD = Box(-90, 39.5, -89.5, 40)


def found(box: Box) -> set[str]:
    return {action.title for action in list_actions(ActionFilter(bbox=box), now=NOW).actions}


@pytest.fixture
def hall():
    """Far from the city that it is said to be in."""
    place = make_place(latitude=39.8, longitude=-89.64)
    return make_location(place=place, latitude=45.125, longitude=-80.125)


def test_a_withheld_place_is_in_its_city_wherever_the_area_is_moved(hall):
    make_action(title="Quiet", location=hall, place_visibility="city")
    make_action(title="Quiet some day", location=hall, place_visibility="city", start_date=None)
    around = {
        Box(-80.125 + east - size, 45.125 + north - size, -80.125 + east + size, 45.125 + north + size)
        for size in (0.1, 1, 3)
        for east in (-size, 0, size)
        for north in (-size, 0, size)
    }
    boxes = {snap(box) for box in around}
    assert len(boxes) > 15 and {frozenset(found(b)) for b in boxes} == {frozenset()}
    assert found(SPRINGFIELD) == {"Quiet", "Quiet some day"}


def test_an_open_place_is_where_it_is(hall):
    make_action(title="Open", location=hall)
    make_action(title="Open some day", location=hall, start_date=None)
    assert found(snap(Box(-80.2, 45.1, -80.1, 45.2))) == {"Open", "Open some day"}
    assert found(SPRINGFIELD) == set()


def test_what_has_no_point_is_in_no_area():
    make_action(title="Talk", location=None, attendance_mode="online", online_url="https://example.org/room")
    make_action(title="Draft", publish=False)
    assert found(Box(-180, -90, 180, 90)) == set()


@pytest.mark.parametrize("size", ["small", "large"])
def test_both_sides_of_the_date_line(size):
    points = {"West": 179.5, "East": -179.5, "On it": 180.0, "On it too": -180.0, "Away": 170.0}
    for title, longitude in points.items():
        location = make_location(latitude=-17.1, longitude=longitude, timezone="Pacific/Fiji")
        make_action(title=title, location=location)
        make_action(title=f"{title}, some day", location=location, start_date=None)
    high = (-18, -16) if size == "small" else (-60, 60)
    boxes = {
        Box(179, high[0], -179, high[1]): {"West", "East", "On it", "On it too"},
        Box(179, high[0], 180, high[1]): {"West", "On it", "On it too"},
        Box(-180, high[0], -179, high[1]): {"East", "On it", "On it too"},
    }
    with_undated = {box: titles | {f"{title}, some day" for title in titles} for box, titles in boxes.items()}
    assert {box: found(box) for box in boxes} == with_undated


def test_the_rest_of_the_question_holds_too(hall):
    make_action(title="March", kind="march", location=hall)
    make_action(title="Later", location=hall, start_date=date(2026, 4, 1))
    question = ActionFilter(bbox=snap(Box(-80.2, 45.1, -80.1, 45.2)), to_day=date(2026, 3, 31), kind="march")
    assert [action.title for action in list_actions(question, now=NOW).actions] == ["March"]
