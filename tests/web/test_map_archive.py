"""The map with streets in one file."""

import pytest
from django.test import Client

from config.env import Archive
from tests.archives import raster_archive
from tests.factories import make_action, make_location
from tests.web.reading import read

pytestmark = pytest.mark.django_db


def test_there_is_none_unless_it_is_set(settings):
    assert Client().get("/map.pmtiles").status_code == 404
    settings.MAP_PMTILES = Archive(url="https://tiles.example/map.pmtiles", origin="https://tiles.example")
    assert Client().get("/map.pmtiles").status_code == 404


def test_parts_of_the_file_are_sent_without_cookies(settings, tmp_path):
    settings.MAP_PMTILES = raster_archive(tmp_path / "map.pmtiles")
    whole = (tmp_path / "map.pmtiles").read_bytes()
    answer = Client(headers={"Cookie": "rallies_session=x"}).get("/map.pmtiles", headers={"Range": "bytes=0-126"})
    assert (answer.status_code, answer.getvalue(), dict(answer.cookies)) == (206, whole[:127], {})
    names = ("Content-Type", "Content-Length", "Content-Range", "Cache-Control", "Vary")
    assert [answer.get(name) for name in names] == [
        "application/vnd.pmtiles",
        "127",
        f"bytes 0-126/{len(whole)}",
        "public, max-age=86400",
        None,
    ]
    head = Client().head("/map.pmtiles")
    assert (head.status_code, head.getvalue(), head["Content-Length"]) == (200, b"", str(len(whole)))
    assert Client().post("/map.pmtiles").status_code == 405


def test_a_file_that_went_away_is_not_found(settings, tmp_path):
    settings.MAP_PMTILES = Archive(file=tmp_path / "gone.pmtiles")
    assert Client().get("/map.pmtiles").status_code == 404


@pytest.mark.parametrize("credit", ["", "© <Ours>"])
def test_maps_name_the_archive_and_whose_it_is(settings, tmp_path, credit):
    settings.MAP_PMTILES = Archive(file=tmp_path / "map.pmtiles")
    settings.MAP_TILES_ATTRIBUTION = credit
    action = make_action(location=make_location(latitude=39.8017, longitude=-89.6489))
    page = read(Client().get(f"/actions/{action.slug}/").content)
    assert page.one("div", **{"data-archive": "/map.pmtiles"})
    credits = [e for e in page if "data-map-credit" in e.attributes]
    assert len(credits) == (0 if credit else 1)
    body = Client().get(f"/actions/{action.slug}/").content.decode()
    assert ("© &lt;Ours&gt;" in body) == bool(credit)
    assert "The map shows no streets." not in body


def test_another_host_is_named_on_the_page_on_privacy(settings):
    settings.MAP_PMTILES = Archive(url="https://tiles.example/map.pmtiles", origin="https://tiles.example")
    assert "tiles.example" in Client().get("/privacy/").content.decode()
