"""The desk's picker of places."""

import pytest

from rallies.operations.places import COLUMNS, load_places
from rallies.places.gazetteer import gazetteer
from tests.factories import make_place

pytestmark = pytest.mark.django_db

KEYS = ("portland-us", "portland-me-us", "new-york-us", "los-angeles-us", "lagos-ng")


@pytest.fixture
def picked(admin_client):
    """What the picker offers for a term, in order."""
    found = [gazetteer().place(gazetteer().find(key)) for key in KEYS]
    load_places({name: getattr(place, name) for name in COLUMNS} for place in reversed(found))

    def ask(term: str) -> list[str]:
        asked = {"term": term, "app_label": "rallies", "model_name": "location", "field_name": "place"}
        return [row["text"] for row in admin_client.get("/admin/autocomplete/", asked).json()["results"]]

    return ask


@pytest.mark.parametrize(
    ("term", "offered"),
    [
        ("Portland", ["Portland, Oregon, US", "Portland, Maine, US"]),
        ("portland maine", ["Portland, Maine, US"]),
        ("NYC", ["New York, New York, US"]),
        ("Нью-Йорк", ["New York, New York, US"]),
        # The likeliest, although another that begins so is bigger.
        ("LA", ["Los Angeles, California, US", "Lagos, Lagos, NG"]),
        ("zzqqxxyy", []),
    ],
)
def test_the_picker_finds_places_by_any_name(picked, term, offered):
    assert picked(term) == offered


def test_the_picker_offers_the_biggest_first_when_nothing_is_typed(picked):
    assert [text.partition(",")[0] for text in picked("")] == [
        *("Lagos", "New York", "Los Angeles", "Portland", "Portland")
    ]


def test_a_place_that_completion_does_not_know_is_found_by_its_name(picked):
    make_place(key="our-corner-us", name="Our Corner", region="", geonameid=None)
    assert picked("our corner") == ["Our Corner, US"]
