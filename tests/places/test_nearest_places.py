"""The places among which a browser finds the nearest one: what ships is what the script makes of the gazetteer."""

import gzip
import json

from rallies.places.distance import Point, kilometres
from rallies.places.gazetteer import gazetteer
from scripts.make_nearest_places import BIG, CLOSE_KM, FILE, PER_DEGREE, kept, text_of


def test_what_ships_is_small_and_what_the_script_makes():
    text = text_of(kept())
    assert FILE.read_text(encoding="utf-8") == text
    assert len(gzip.compress(text.encode())) <= 200_000


def test_every_key_is_a_place_of_the_gazetteer_at_its_point():
    places = {place.key: place for place in gazetteer()}
    held = json.loads(FILE.read_text(encoding="utf-8"))["countries"]
    far = {}
    for code, (names, latitudes, longitudes) in held.items():
        for name, north, east in zip(names.split(" "), latitudes, longitudes, strict=True):
            place = places[f"{name}-{code}"]
            point = Point(place.latitude or 0.0, place.longitude or 0.0)
            far[place.key] = kilometres(point, to=Point(north / PER_DEGREE, east / PER_DEGREE))
    assert len(far) > 20_000 and max(far.values()) < 4


def test_no_place_is_far_from_one_that_is_kept_or_as_big():
    keys = {place.key for place in kept()}
    assert {place.key for place in gazetteer() if place.kind == "city" and place.population >= BIG} <= keys
    kept_points = [Point(place.latitude or 0.0, place.longitude or 0.0) for place in kept()]
    left_out = [p for p in gazetteer() if p.kind == "city" and p.latitude is not None and p.key not in keys]
    for place in left_out[::2000]:
        point = Point(place.latitude or 0.0, place.longitude or 0.0)
        assert min(kilometres(point, to=other) for other in kept_points) < CLOSE_KM
