"""Maps with streets: of a tile server, and of a PMTiles archive of pictures or of vectors."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.archives import BLUE, raster_archive, vector_archive
from tests.factories import make_action, make_campaign, make_location

pytestmark = pytest.mark.e2e

# As tokens.css has them.
SEA = {"light": "227,232,234", "dark": "21,23,28"}
LAND = {"light": "250,249,245", "dark": "38,41,48"}
ROAD = {"light": "210,203,182", "dark": "82,87,99"}
# Which colours there are on the tiles, those of at least 1 of 1,000 points.
COLOURS = """(selector) => {
  const counts = new Map();
  for (const tile of document.querySelectorAll(selector)) {
    const copy = Object.assign(document.createElement("canvas"), { width: 256, height: 256 }).getContext("2d");
    copy.imageSmoothingEnabled = false;
    copy.drawImage(tile, 0, 0, 256, 256);
    const { data } = copy.getImageData(0, 0, 256, 256);
    for (let n = 0; n < data.length; n += 4) {
      const colour = data[n + 3] ? `${data[n]},${data[n + 1]},${data[n + 2]}` : "none";
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  }
  const all = [...counts.values()].reduce((sum, one) => sum + one, 0);
  return [...counts].filter(([, count]) => count * 1000 > all).map(([colour]) => colour);
}"""


@pytest.fixture
def autumn(transactional_db: None) -> None:
    campaign = make_campaign(slug="autumn", name="Autumn", first_day=date(2026, 3, 9), last_day=date(2026, 3, 15))
    for latitude, longitude in ((48.137, 11.575), (-33.868, 151.209)):
        make_action(location=make_location(latitude=latitude, longitude=longitude), campaigns=[campaign])


def unfold(page: Page, scheme: str = "light") -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto("/campaigns/autumn/")
    page.get_by_text("Show on a map").click()
    page.locator("[data-map][data-state=open]").wait_for()
    assert page.locator(".map-pin").count() == 2


def has_colours(page: Page, selector: str, *colours: str) -> None:
    page.wait_for_function(
        f"(wanted) => {{ const found = ({COLOURS})({selector!r}); return wanted.every((one) => found.includes(one)); }}",
        arg=list(colours),
        timeout=10_000,
    )


def test_pictures_of_a_tile_server(autumn, page, settings):
    settings.MAP_TILES_URL = "/tiles/{z}/{x}/{y}.png"
    settings.MAP_TILES_ATTRIBUTION = "© Ours"
    picture = BytesIO()
    Image.new("RGB", (256, 256), BLUE).save(picture, "PNG")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/tiles/*/*/*.png", lambda route: route.fulfill(content_type="image/png", body=picture.getvalue()))
    unfold(page)
    has_colours(page, ".leaflet-tile-pane img", ",".join(map(str, BLUE)))
    expect(page.get_by_text("© Ours")).to_be_visible()
    assert [url for url in asked if any(part in url for part in ("atlas", "map_ground", "pmtiles"))] == []


@pytest.mark.parametrize("credit", ["", "© Ours"])
def test_pictures_of_an_archive(autumn, page, settings, tmp_path, credit):
    settings.MAP_PMTILES = raster_archive(tmp_path / "map.pmtiles")
    settings.MAP_TILES_ATTRIBUTION = credit
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    unfold(page)
    has_colours(page, ".leaflet-tile-pane canvas", ",".join(map(str, BLUE)))
    expect(page.get_by_text(credit or "© OpenStreetMap contributors & others", exact=True)).to_be_visible()
    assert page.locator("[data-map-credit] *").count() == 0
    # The last tiles are enlarged, four zooms on and no further.
    assert page.locator("[data-map]").evaluate("(box) => box.map.getMaxZoom()") == 6
    parts = ("atlas", "map_ground", "protomaps", "no-such-picture")
    assert [url for url in asked if any(part in url for part in parts)] == []


@pytest.mark.parametrize("schema", ["protomaps", "openmaptiles"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_vectors_of_an_archive_have_our_colours(autumn, page, settings, tmp_path, scheme, schema):
    settings.MAP_PMTILES = vector_archive(tmp_path / "map.pmtiles", deepest=8, schema=schema)
    unfold(page, scheme)
    has_colours(page, ".leaflet-tile-pane canvas", SEA[scheme], LAND[scheme])
    # The road of a tile that is enlarged.
    page.locator("[data-map]").evaluate("(box) => void box.map.setView([-0.35, 0.35], 11, { animate: false })")
    has_colours(page, ".leaflet-tile-pane canvas", LAND[scheme], ROAD[scheme])
    expect(page.get_by_text("© Testland", exact=True)).to_be_visible()
    other = "dark" if scheme == "light" else "light"
    page.emulate_media(color_scheme=other)
    has_colours(page, ".leaflet-tile-pane canvas", LAND[other], ROAD[other])


def test_an_archive_that_is_none_says_so(autumn, page, settings, tmp_path):
    settings.MAP_PMTILES = raster_archive(tmp_path / "map.pmtiles")
    (tmp_path / "map.pmtiles").write_bytes(b"no archive" * 1000)
    page.goto("/campaigns/autumn/")
    page.get_by_text("Show on a map").click()
    expect(page.get_by_text("The map could not be loaded.")).to_be_visible()
