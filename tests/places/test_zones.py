from zoneinfo import available_timezones

import pytest
from tzfpy import timezonenames

from rallies.places.zones import PointZone, known_zone, zone_at, zone_of_location

CITIES = {
    "Tucson": (32.2226, -110.9747, "America/Phoenix"),
    "Philadelphia": (39.9526, -75.1652, "America/New_York"),
    "Chicago": (41.8781, -87.6298, "America/Chicago"),
    "Honolulu": (21.3069, -157.8583, "Pacific/Honolulu"),
    "St. John's": (47.5615, -52.7126, "America/St_Johns"),
    "Mexico City": (19.4326, -99.1332, "America/Mexico_City"),
    "Santo Domingo": (18.4861, -69.9312, "America/Santo_Domingo"),
    "São Paulo": (-23.5505, -46.6333, "America/Sao_Paulo"),
    "Nuuk": (64.1835, -51.7216, "America/Nuuk"),
    "London": (51.5072, -0.1276, "Europe/London"),
    "Zürich": (47.3769, 8.5417, "Europe/Zurich"),
    "Kyiv": (50.4501, 30.5234, "Europe/Kyiv"),
    "Venice, on its island": (45.4375, 12.3358, "Europe/Rome"),
    "Longyearbyen": (78.2232, 15.6267, "Arctic/Longyearbyen"),
    "Nairobi": (-1.2921, 36.8219, "Africa/Nairobi"),
    "Mumbai": (19.0760, 72.8777, "Asia/Kolkata"),
    "Malé": (4.1755, 73.5093, "Indian/Maldives"),
    "Eucla": (-31.6770, 128.8890, "Australia/Eucla"),
    "Lord Howe Island": (-31.5300, 159.0700, "Australia/Lord_Howe"),
    "Chatham Islands": (-43.9500, -176.5500, "Pacific/Chatham"),
    "Kiritimati": (1.8700, -157.4000, "Pacific/Kiritimati"),
    "Taveuni, on the 180th meridian": (-16.8000, 180.0, "Pacific/Fiji"),
    "Taveuni from the other side": (-16.8000, -180.0, "Pacific/Fiji"),
    "South Pole": (-90.0, 0.0, "Antarctica/McMurdo"),
    # Indian nations of Arizona: the Navajo Nation changes its clocks, the Hopi within it and the Tohono O'odham do not.
    "Window Rock": (35.6806, -109.0526, "America/Denver"),
    "Oraibi": (35.8764, -110.6174, "America/Phoenix"),
    "Sells": (31.9120, -111.8812, "America/Phoenix"),
    # Counties of Indiana that went their own ways.
    "Tell City": (37.9514, -86.7678, "America/Indiana/Tell_City"),
    "Winamac": (41.0514, -86.6031, "America/Indiana/Winamac"),
    "Knox": (41.2959, -86.6250, "America/Indiana/Knox"),
}


@pytest.mark.parametrize(("latitude", "longitude", "timezone"), CITIES.values(), ids=CITIES)
def test_the_zone_of_a_city(latitude, longitude, timezone):
    found = zone_at(latitude, longitude)
    assert (found.timezone, found.here, found.is_sea) == (timezone, (timezone,), False)


AWAY_FROM_BORDERS = ("Tucson", "Zürich", "Nairobi", "Venice, on its island", "Sells", "Oraibi", "Knox", "South Pole")


@pytest.mark.parametrize("city", AWAY_FROM_BORDERS)
def test_far_from_a_border_there_is_none(city):
    latitude, longitude, timezone = CITIES[city]
    assert zone_at(latitude, longitude) == PointZone(timezone, here=(timezone,))


BORDERS = {
    "Basel": (47.5596, 7.5886, ("Europe/Zurich", "Europe/Berlin", "Europe/Paris")),
    "Raxaul": (26.9800, 84.8500, ("Asia/Kolkata", "Asia/Kathmandu")),
    "Birgunj": (27.0100, 84.8700, ("Asia/Kathmandu", "Asia/Kolkata")),
    "Tuba City, of the Navajo": (36.1300, -111.2400, ("America/Denver", "America/Phoenix")),
    "Moenkopi, of the Hopi": (36.1110, -111.2220, ("America/Phoenix", "America/Denver")),
    "Nogales": (31.3400, -110.9400, ("America/Phoenix", "America/Hermosillo")),
    "Vincennes": (38.6773, -87.5286, ("America/Indiana/Vincennes", "America/Chicago")),
    "Ceuta": (35.8890, -5.3210, ("Africa/Ceuta", "Africa/Casablanca")),
    "Little Diomede, with the date line in the strait": (65.7500, -168.9300, ("America/Nome", "Asia/Anadyr")),
}


@pytest.mark.parametrize(("latitude", "longitude", "choices"), BORDERS.values(), ids=BORDERS)
def test_on_a_border_the_zones_beyond_are_named(latitude, longitude, choices):
    found = zone_at(latitude, longitude)
    assert (found.choices, found.timezone, found.is_border, found.is_sea) == (choices, choices[0], True, False)


def test_where_two_zones_claim_a_point_both_are_here():
    found = zone_at(43.82, 87.60)
    assert found == PointZone("Asia/Shanghai", here=("Asia/Shanghai", "Asia/Urumqi"))
    assert found.is_border


SEAS = {
    "Atlantic": (30.0, -40.0, "Etc/GMT+3"),
    "Gulf of Guinea": (0.0, 0.0, "Etc/GMT"),
    "Caspian Sea": (42.0, 50.5, "Etc/GMT-3"),
    "North Pole": (90.0, 0.0, "Etc/GMT"),
    "Pacific, east of 180": (0.0, -180.0, "Etc/GMT+12"),
    "Pacific, west of 180": (0.0, 180.0, "Etc/GMT-12"),
}


@pytest.mark.parametrize(("latitude", "longitude", "timezone"), SEAS.values(), ids=SEAS)
def test_the_open_sea_has_a_nautical_zone_and_no_border(latitude, longitude, timezone):
    found = zone_at(latitude, longitude)
    assert (found, found.is_sea, found.is_border) == (PointZone(timezone, here=(timezone,)), True, False)


def test_a_coast_nearby_is_named_from_the_sea():
    # New York's waters end 22 km from its coast.
    found = zone_at(40.3950, -73.3500)
    assert (found.is_sea, found.choices, found.is_border) == (True, ("America/New_York",), False)


@pytest.mark.parametrize("point", [(90.1, 0.0), (-90.1, 0.0), (0.0, 180.1), (0.0, -180.1), (float("nan"), 0.0)])
def test_what_is_no_point_is_refused(point):
    with pytest.raises(ValueError, match="not a point"):
        zone_at(*point)


def test_every_zone_of_the_shapes_is_known():
    assert {name for name in timezonenames() if known_zone(name) not in available_timezones()} == set()


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kyiv", "Europe/Kyiv"),
        ("Europe/Atlantis", ""),
        ("", ""),
    ],
)
def test_old_names_become_the_present_ones(asked, known):
    assert known_zone(asked) == known


def test_older_zone_data_is_asked_for_the_older_name(monkeypatch):
    older = frozenset(available_timezones() - {"Europe/Kyiv"})
    monkeypatch.setattr("rallies.places.zones._known", lambda: older)
    assert (known_zone("Europe/Kyiv"), known_zone("Europe/Paris")) == ("Europe/Kiev", "Europe/Paris")


LAND = PointZone("Asia/Shanghai", here=("Asia/Shanghai", "Asia/Urumqi"))
SEA = PointZone("Etc/GMT+5", here=("Etc/GMT+5",))


@pytest.mark.parametrize(
    ("point", "place_zone", "zone"),
    [
        (None, "Asia/Tokyo", "Asia/Tokyo"),
        (None, "", ""),
        (LAND, "", "Asia/Shanghai"),
        (LAND, "Asia/Tokyo", "Asia/Shanghai"),
        (LAND, "Asia/Urumqi", "Asia/Urumqi"),
        (SEA, "", "Etc/GMT+5"),
        (SEA, "America/New_York", "America/New_York"),
    ],
)
def test_point_and_place_settle_the_zone_of_a_location(point, place_zone, zone):
    assert zone_of_location(point, place_zone=place_zone) == zone
