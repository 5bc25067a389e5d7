import html
import re

import pytest
import time_machine

from rallies.models import Location, Place
from rallies.operations.places import COLUMNS, load_places
from rallies.places.gazetteer import gazetteer
from tests.factories import make_location
from tests.web.reading import read

from .forms import NOW, errors_of, messages_of, shown

ADD = "/admin/rallies/location/add/"
TYPED = {"venue": "Court", "locality": "Somewhere", "country": "US", "precision": "venue"}
NOW_THERE = "It is 05:00 there now: Mountain Standard Time, America/Phoenix."


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def saved(desk, **typed):
    """What the page says at its top after a location was added."""
    answer = desk.post(ADD, TYPED | typed, follow=True)
    assert errors_of(answer) == {}
    return messages_of(answer)[:-1]


def beside_the_zone(desk):
    page = desk.get(f"/admin/rallies/location/{Location.objects.get().pk}/change/").content.decode()
    said = re.search(r'id="id_timezone_helptext">(.*?)</div>', page, re.DOTALL)[1]
    return html.unescape(said).partition("Actions begin with it. ")[2]


def test_the_zone_that_was_found_is_said(desk):
    assert saved(desk, latitude="32.2226", longitude="-110.9747") == [NOW_THERE]
    assert Location.objects.get().timezone == "America/Phoenix"
    assert beside_the_zone(desk) == NOW_THERE


def test_a_point_in_the_sea_says_so_and_is_kept(desk):
    remark = "The point lies in the sea. Check it, and choose the time zone by hand."
    assert saved(desk, latitude="30", longitude="-40", timezone="America/New_York") == [remark]
    assert Location.objects.get().timezone == "America/New_York"
    assert beside_the_zone(desk) == (
        f"It is 07:00 there now: Eastern Standard Time, America/New_York. <strong>{remark}</strong>"
    )


def test_a_coast_near_a_point_in_the_sea_is_offered(desk):
    assert saved(desk, latitude="40.395", longitude="-73.35", timezone="America/New_York") == [
        "The point lies in the sea. Check it, and choose the time zone by hand: perhaps America/New_York (now 07:00)."
    ]


def test_a_point_on_a_border_asks_which_zone(desk):
    said = saved(desk, latitude="36.13", longitude="-111.24")
    remark = (
        "The point lies on or near a border of time zones. Choose the one that people there go by: "
        "America/Denver (now 05:00), America/Phoenix (now 05:00)."
    )
    assert said == ["It is 05:00 there now: Mountain Standard Time, America/Denver.", remark]
    assert beside_the_zone(desk).endswith(f"<strong>{remark}</strong>")


def test_a_zone_with_another_clock_than_the_point_is_remarked_and_kept(desk):
    assert saved(desk, latitude="32.2226", longitude="-110.9747", timezone="America/Denver") == [
        "The clock of this zone is not that of its point: America/Phoenix (now 05:00). Check the point and the time zone."
    ]
    assert Location.objects.get().timezone == "America/Denver"


def test_another_name_of_the_same_clock_is_no_remark(desk):
    assert saved(desk, latitude="32.2226", longitude="-110.9747", timezone="US/Arizona") == []


def test_saving_something_else_repeats_no_remark(desk):
    row = make_location(latitude=36.13, longitude=-111.24, timezone="America/Phoenix", now=NOW)
    path = f"/admin/rallies/location/{row.pk}/change/"
    answer = desk.post(path, shown(desk, path) | {"venue": "Court House"}, follow=True)
    assert (errors_of(answer), len(messages_of(answer))) == ({}, 1)
    assert Location.objects.get().venue == "Court House"


def test_the_country_is_chosen_by_its_name(desk):
    form = read(desk.get("/admin/rallies/location/add/").content).one("select", name="country")
    shown = {option.attributes["value"]: option.words for option in form.all("option")}
    assert (shown["DE"], shown["GE"], shown[""]) == ("Germany", "Georgia", "—")
    answer = desk.post("/admin/rallies/location/add/", TYPED | {"country": "Germany"})
    assert (answer.status_code, Location.objects.count()) == (200, 0)
    assert desk.post("/admin/rallies/location/add/", TYPED | {"country": "DE"}).status_code == 302
    assert Location.objects.get().country == "DE"


# --- words, place and point that do not go together are saved, and said

BOSTON = {"locality": "Boston", "country": "US", "venue": "", "precision": "city", "timezone": "America/New_York"}
BOSTON_POINT = {"latitude": "42.3601", "longitude": "-71.0589"}
LA_POINT = {"latitude": "34.0522", "longitude": "-118.2437", "timezone": "America/Los_Angeles"}
CHECK_WORDS = "Pages show the words, lists and maps go by the place: check which one is right."


def place_of(key):
    found = gazetteer().place(gazetteer().find(key) or 0)
    load_places([{name: getattr(found, name) for name in COLUMNS}])
    return Place.objects.get(key=key)


def test_a_place_that_is_not_what_the_words_say_is_remarked_and_kept(desk):
    munich = place_of("munich-de")
    said = saved(desk, **BOSTON | {"place": munich.pk, "timezone": "Europe/Berlin"})
    assert said == [
        f"The place that was chosen is “Munich, Bavaria, DE”, and the words say “Boston, US”. {CHECK_WORDS}"
    ]
    assert (Location.objects.get().locality, Location.objects.get().place) == ("Boston", munich)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"locality": "Portland", "region": "Oregon"}, "Portland, Oregon, US"),
        ({"locality": "Portland", "region_code": "US-OR"}, "Portland, US"),
        ({"locality": "Boston"}, "Boston, US"),
        ({"locality": "Portland", "country": "CA"}, "Portland, CA"),
        # Quarters and hamlets that no list has, and a name it goes by, contradict nothing.
        ({"locality": "Old Port Quarter"}, None),
        ({"locality": "PORTLAND", "region": "Maine"}, None),
        ({"locality": "Portland", "country": ""}, None),
    ],
)
def test_what_words_contradict_a_place(desk, words, said):
    remark = f"The place that was chosen is “Portland, Maine, US”, and the words say “{said}”. {CHECK_WORDS}"
    place = place_of("portland-me-us")
    assert saved(desk, **BOSTON | {"place": place.pk} | words) == ([remark] if said else [])


def test_a_point_far_from_the_place_is_remarked(desk):
    boston = place_of("boston-us")
    assert saved(desk, **BOSTON | LA_POINT | {"place": boston.pk}) == [
        "The point lies 4170 km from “Boston, Massachusetts, US”. Check the point and the place."
    ]
    assert Location.objects.get().place == boston


def test_a_point_that_drops_the_link_is_remarked(desk):
    place_of("boston-us")
    assert saved(desk, **BOSTON | LA_POINT) == [
        "The point lies 4170 km from “Boston, Massachusetts, US”, which the words name: the location is linked with "
        "no place. Check the point and the words."
    ]
    assert Location.objects.get().place is None


def test_a_point_in_another_country_than_the_words_is_remarked(desk):
    assert saved(desk, **BOSTON | BOSTON_POINT | {"country": "DE"}) == [
        "The point lies near “Boston, Massachusetts, US”, and the words say “Boston, Germany”. "
        "Check the point and the country."
    ]


def test_a_point_that_fits_its_words_is_no_remark(desk):
    place_of("boston-us")
    assert saved(desk, **BOSTON | BOSTON_POINT) == []


def test_near_a_border_no_country_is_doubted(desk):
    kehl = {"locality": "Kehler Au", "country": "DE", "latitude": "48.58", "longitude": "7.78"}
    assert [one for one in saved(desk, **BOSTON | kehl | {"timezone": "Europe/Berlin"}) if "country" in one] == []


def test_a_city_that_no_list_has_is_said_with_its_zone(desk):
    said = saved(desk, locality="Tinyhamlet", region="Maine", venue="", precision="city")
    assert said == [
        "It is 07:00 there now: Eastern Standard Time, America/New_York.",
        "The list of places has no “Tinyhamlet, Maine, US”: the location is found in no city, and its time zone is taken "
        "as America/New_York. If that is wrong, correct the words, choose the nearest place, set the point or choose "
        "the time zone.",
    ]
    assert Location.objects.get().timezone == "America/New_York"


def moved(desk, **typed):
    """What the page says at its top after the one location was changed."""
    path = f"/admin/rallies/location/{Location.objects.get().pk}/change/"
    answer = desk.post(path, shown(desk, path) | typed, follow=True)
    assert errors_of(answer) == {}
    return messages_of(answer)[:-1]


def test_a_zone_that_was_found_follows_other_words_and_says_so(desk):
    place_of("boston-us")
    place_of("portland-us")
    saved(desk, **BOSTON | {"timezone": ""})
    assert moved(desk, locality="Portland") == ["It is 04:00 there now: Pacific Standard Time, America/Los_Angeles."]
    assert Location.objects.get().timezone == "America/Los_Angeles"


def test_a_zone_that_was_chosen_stays_and_is_remarked(desk):
    place_of("boston-us")
    place_of("portland-us")
    saved(desk, **BOSTON | {"timezone": "America/Chicago"})
    remark = (
        "The clock of this zone is not that of “Portland, Oregon, US”: America/Los_Angeles (now 04:00). "
        "Check the place and the time zone; emptied, the time zone is found anew."
    )
    assert moved(desk, locality="Portland") == [remark]
    assert Location.objects.get().timezone == "America/Chicago"
    assert beside_the_zone(desk).endswith(f"<strong>{remark}</strong>")
