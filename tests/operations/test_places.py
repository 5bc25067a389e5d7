"""Loading the gazetteer: what is missing, the same on every database."""

import hashlib
from time import perf_counter

import pytest
from django.core.management import call_command

from rallies.models import Location, Place
from rallies.operations.places import COLUMNS, load_gazetteer, load_places
from rallies.places.gazetteer import gazetteer
from tests.factories import NOW, make_location, make_place
from tests.operations.state import LATER

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("gazetteer")]

# Of all rows by key, their columns beside the primary key: the same on SQLite and PostgreSQL, and on every machine.
DIGEST = "397b7a0a9abb5faee6bbd829a874243248442a72e7d4e6fcfbd7abc78c148b91"


def digest_of_rows() -> str:
    digest = hashlib.sha256()
    # By key in the order of its bytes: databases sort letters and hyphens in ways of their own.
    for row in sorted(Place.objects.values_list(*COLUMNS)):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def test_everything_is_loaded_once_and_alike_on_every_database(capsys):
    begun = perf_counter()
    assert load_gazetteer(now=NOW) == len(gazetteer())
    took = perf_counter() - begun
    with capsys.disabled():
        print(f"\n{len(gazetteer()):,} places in {took:.1f} s")
    assert Place.objects.count() == len(gazetteer())
    assert digest_of_rows() == DIGEST
    before = list(Place.objects.order_by("pk").values_list("pk", "key"))
    assert load_gazetteer(now=LATER) == 0
    assert list(Place.objects.order_by("pk").values_list("pk", "key")) == before


def test_what_is_there_is_not_touched():
    there = make_place(key="portland-us", name="Ours", geonameid=None)
    # The same place, which came under another key.
    other = make_place(key="our-paris", name="Paris", country="FR", geonameid=2988507)
    rows = Place.objects.filter(pk__in=[there.pk, other.pk]).order_by("pk")
    before = list(rows.values())
    assert load_gazetteer(now=NOW) == len(gazetteer()) - 2
    assert list(rows.values()) == before
    assert not Place.objects.filter(key="paris-fr").exists()


def test_locations_without_a_place_are_linked():
    location = make_location(locality="NYC", region="", region_code="", country="US", latitude=None, longitude=None)
    beyond = make_location(
        locality="Nowhere at all", region="", region_code="", country="US", latitude=None, longitude=None
    )
    assert (location.place, beyond.place) == (None, None)
    load_gazetteer(now=LATER)
    found = Location.objects.in_bulk([location.pk, beyond.pk])
    assert found[location.pk].place.key == "new-york-us"
    assert (found[beyond.pk].place, found[beyond.pk].locality) == (None, "Nowhere at all")


def test_the_command_says_what_it_did(capsys):
    load_places({name: getattr(place, name) for name in COLUMNS} for place in gazetteer() if place.key != "paris-fr")
    call_command("load_places")
    call_command("load_places")
    assert capsys.readouterr().out == "Added 1 places.\nAll places are there already; nothing was changed.\n"
