import pytest

from rallies.places.boxes import Box, NoBox, box_of, snap
from rallies.places.distance import Point


@pytest.mark.parametrize(
    ("box", "snapped"),
    [
        (Box(-111.3, 31.9, -110.6, 32.4), "-111.5,31.75,-110.5,32.5"),
        (Box(-111.5, 31.75, -110.5, 32.5), "-111.5,31.75,-110.5,32.5"),
        (Box(-0.1, -0.1, 0.1, 0.1), "-0.25,-0.25,0.25,0.25"),
        # Larger ones lie on coarser grids.
        (Box(5.9, 47.2, 15.1, 55.1), "5,47,16,56"),
        (Box(-125.2, 24.3, -66.9, 49.4), "-130,20,-65,50"),
        # Over the date line, and up to it from either side.
        (Box(177.1, -19.3, -178.2, -16.1), "177,-19.5,-178,-16"),
        (Box(179.1, -19.3, 179.9, -16.1), "179,-19.5,180,-16"),
        (Box(-179.9, -19.3, -179.1, -16.1), "-180,-19.5,-179,-16"),
        (Box(179.9, -17, 180, -16), "179.75,-17,180,-16"),
        (Box(180, -17, -179.9, -16), "-180,-17,-179.75,-16"),
        (Box(-180, -90, 180, 90), "-180,-90,180,90"),
        (Box(10.1, -80.2, 9.9, 80), "-180,-90,180,80"),
    ],
)
def test_boxes_lie_on_a_grid_and_hold_what_was_asked(box, snapped):
    found = snap(box)
    assert (str(found), box_of(snapped), snap(found)) == (snapped, found, found)
    for longitude in (box.west, box.east):
        # Of the date line either name may be the one on the other side.
        assert found.holds(Point(box.south, longitude)) or abs(longitude) == 180


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "1,2,3",
            "1,2,3,4,5",
            "a,b,c,d",
            "nan,0,1,1",
            "inf,0,1,1",
            "0,0,0,1",
            "0,1,1,0",
            "0,0,1,91",
            "-181,0,1,1",
        ),
        *("0,0,1,1e999", "0,5,1,5"),
    ],
)
def test_what_is_no_rectangle_is_refused(text):
    with pytest.raises(NoBox) as refused:
        box_of(text)
    assert refused.value.snapped is None


@pytest.mark.parametrize(
    ("text", "snapped"),
    [
        ("-111.31415,31.9,-110.6,32.4", "-111.5,31.75,-110.5,32.5"),
        ("-111.50,31.75,-110.5,32.5", "-111.5,31.75,-110.5,32.5"),
        (" 0,0,1,1", "0,0,1,1"),
        ("-0,0,1,1", "0,0,1,1"),
        ("0,0,4.25,1", "0,0,4.5,1"),
    ],
)
def test_one_box_has_one_address(text, snapped):
    with pytest.raises(NoBox) as refused:
        box_of(text)
    assert str(refused.value.snapped) == snapped


def test_points_on_an_edge_and_over_the_line_are_in():
    fiji = Box(177, -20, -178, -16)
    held = {(-18, 179): True, (-18, -179): True, (-18, 180): True, (-18, -180): True, (-18, 176.9): False}
    date_line = {Box(179, -20, 180, -16): True, Box(-180, -20, -179, -16): True, Box(178, -20, 179, -16): False}
    assert {box: (box.holds(Point(-18, 180)), box.holds(Point(-18, -180))) for box in date_line} == {
        box: (is_in, is_in) for box, is_in in date_line.items()
    }
    held |= {(-18, -177.9): False, (-20, 177): True, (-20.1, 177): False}
    assert {at: fiji.holds(Point(*at)) for at in held} == held
    assert (fiji.middle, round(fiji.reach_km)) == (Point(-18, 179.5), 347)
