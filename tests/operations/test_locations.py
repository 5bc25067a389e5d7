from datetime import timedelta
from typing import Any

import pytest

from rallies.models import Action, Location, Occurrence, Place
from rallies.operations.errors import RulesBroken
from rallies.operations.locations import create_location, edit_location
from rallies.operations.places import COLUMNS, load_places
from rallies.places.gazetteer import gazetteer
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place
from tests.operations.state import LATER, date_of, dump, event, fresh_texts, moved, stamps, stored_texts

pytestmark = pytest.mark.django_db


def test_create_cleans_and_is_not_public() -> None:
    make_action()
    before = stamps()
    row = create_location(
        {"venue": " Gate\u2028 1 ", "locality": "Köln", "country": "de", "timezone": "Europe/Berlin"}, by=None, now=NOW
    )
    row = Location.objects.get(pk=row.pk)
    assert (row.venue, row.locality, row.country, row.precision) == ("Gate 1", "Köln", "DE", "city")
    assert (stamps(), row.history.count()) == (before, 1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"locality": ""}, "locality"),
        ({"venue": "x" * 201}, "venue"),
        ({"postal_code": "x" * 21}, "postal_code"),
        ({"country": "USA", "region_code": ""}, "country"),
        ({"country": "DE"}, "region_code"),
        ({"region_code": "Illinois"}, "region_code"),
        ({"latitude": None}, "latitude"),
        ({"longitude": None}, "longitude"),
        ({"latitude": 90.1}, "latitude"),
        ({"longitude": -180.1}, "longitude"),
        ({"venue": ""}, "venue"),
        ({"timezone": "Springfield"}, "timezone"),
        ({"access_features": ["lift"]}, "access_features"),
    ],
)
def test_bad_input_changes_nothing(values: dict[str, Any], field: str) -> None:
    location = make_location()
    make_action(location=location)
    before = dump()
    with pytest.raises(RulesBroken) as caught:
        edit_location(location.pk, values, by=None, now=LATER)
    assert [rule.field for rule in caught.value.broken] == [field]
    assert dump() == before


def test_14_edit_refreshes_exactly_the_events_held_there() -> None:
    hall, library = make_location(), make_location(venue="Lincoln Library")
    week, host, stranger = make_campaign(), make_organizer(), make_organizer()
    here = [make_action(location=hall, campaigns=[week]), make_action(location=hall, hosts=[host])]
    elsewhere = make_action(location=library, hosts=[stranger])
    draft = make_action(location=hall, publish=False, hosts=[stranger])
    before, numbers = {row["action_id"]: row for row in Occurrence.objects.values()}, stamps()
    edit_location(hall.pk, {"venue": "New Capitol"}, by=None, now=LATER)
    after = {row["action_id"]: row for row in Occurrence.objects.values()}
    assert {pk for pk, row in after.items() if row != before[pk]} == {action.pk for action in here}
    assert [(after[a.pk]["changed_at"], after[a.pk]["sequence"]) for a in here] == [(LATER, 1)] * 2
    assert [event(a)["LOCATION"].partition("\\,")[0] for a in here] == ["New Capitol"] * 2
    assert (after[elsewhere.pk], after[draft.pk]) == (before[elsewhere.pk], before[draft.pk])
    assert moved(numbers) == {("site", None): 1, ("campaign", week.pk): 1, ("organizer", host.pk): 1}
    assert stored_texts() == fresh_texts()


def test_a_corrected_point_is_no_new_version_of_time_or_place() -> None:
    hall = make_location()
    action = make_action(location=hall)
    edit_location(hall.pk, {"latitude": 39.9}, by=None, now=LATER)
    text = event(action)
    assert (text["GEO"], text["SEQUENCE"], text["LAST-MODIFIED"]) == ("39.900000;-89.648900", "0", "20260302T130000Z")


def test_edit_of_a_withheld_place_tells_nothing() -> None:
    hall = make_location(place=make_place())
    action = make_action(location=hall, place_visibility="city")
    text = date_of(action).vevent
    edit_location(hall.pk, {"venue": "Hidden House", "latitude": 41.1234, "postal_code": "62799"}, by=None, now=LATER)
    assert date_of(action).vevent == text
    assert stored_texts() == fresh_texts()


def test_edit_of_the_zone_leaves_the_times_of_actions_as_typed() -> None:
    hall = make_location()
    action = make_action(location=hall)
    edit_location(hall.pk, {"timezone": "America/New_York"}, by=None, now=LATER)
    assert (Action.objects.get().timezone, event(action)["DTSTART"]) == (
        "America/Chicago",
        ";TZID=America/Chicago:20260314T140000",
    )


def test_edit_where_nothing_is_held_moves_no_stamp() -> None:
    hall = make_location()
    make_action(location=hall, publish=False)
    before = stamps()
    edit_location(hall.pk, {"venue": "New Capitol"}, by=None, now=LATER)
    assert stamps() == before


def test_edit_with_nothing_different_changes_no_table() -> None:
    hall = make_location(access_features=["step-free"])
    make_action(location=hall)
    before = dump()
    edit_location(
        hall.pk, {"venue": f" {hall.venue}", "country": "us", "access_features": ["step-free"]}, by=None, now=LATER
    )
    assert dump() == before


def test_edits_within_a_second_each_raise_last_modified() -> None:
    hall = make_location()
    action = make_action(location=hall)
    for venue in ("One", "Two"):
        edit_location(hall.pk, {"venue": venue}, by=None, now=LATER)
    assert date_of(action).changed_at == LATER + timedelta(seconds=1)


TUCSON = {"venue": "Court", "locality": "Tucson", "country": "US", "latitude": 32.2226, "longitude": -110.9747}


def test_a_location_without_a_zone_gets_that_of_its_point() -> None:
    place = make_place()
    assert create_location({**TUCSON, "place": place, "timezone": ""}, by=None, now=NOW).timezone == "America/Phoenix"
    assert create_location(TUCSON, by=None, now=NOW).timezone == "America/Phoenix"


def test_an_explicit_zone_wins_over_the_point() -> None:
    assert create_location({**TUCSON, "timezone": "America/Denver"}, by=None, now=NOW).timezone == "America/Denver"


@pytest.mark.parametrize(
    ("point", "with_place", "zone"),
    [
        ((None, None), True, "America/Chicago"),
        ((None, None), False, "America/New_York"),
        ((30.0, -40.0), True, "America/Chicago"),
        ((30.0, -40.0), False, "Etc/GMT+3"),
    ],
)
def test_a_location_without_a_point_on_land(point: Any, with_place: bool, zone: str) -> None:
    values = {"locality": "X", "country": "US", "place": make_place() if with_place else None}
    row = create_location({**values, "latitude": point[0], "longitude": point[1]}, by=None, now=NOW)
    assert row.timezone == zone


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ({"country": "US", "region": "Maine"}, "America/New_York"),
        ({"country": "US", "region_code": "US-HI"}, "Pacific/Honolulu"),
        ({"country": "US", "region": "Tennessee"}, "America/Chicago"),
        ({"country": "US", "region": "Elsewhere"}, "America/New_York"),
        ({"country": "DE"}, "Europe/Berlin"),
        ({"country": "BR"}, "America/Sao_Paulo"),
        ({"country": ""}, "UTC"),
    ],
)
def test_a_city_that_no_list_has_gets_the_zone_of_most_people_there(words: dict[str, str], zone: str) -> None:
    assert create_location({"locality": "Tinyhamlet", **words}, by=None, now=NOW).timezone == zone


def test_a_zone_that_is_emptied_is_found_anew_and_one_that_was_chosen_stays() -> None:
    hall = make_location(timezone="America/Denver")
    edit_location(hall.pk, {"latitude": 32.2226, "longitude": -110.9747}, by=None, now=LATER)
    assert Location.objects.get().timezone == "America/Denver"
    edit_location(hall.pk, {"timezone": ""}, by=None, now=LATER)
    assert Location.objects.get().timezone == "America/Phoenix"


def test_a_zone_that_was_found_follows_the_point_and_actions_keep_theirs() -> None:
    hall = make_location()
    action = make_action(location=hall)
    edit_location(hall.pk, {"venue": "New Capitol"}, by=None, now=LATER)
    assert Location.objects.get().timezone == "America/Chicago"
    edit_location(hall.pk, {"latitude": 32.2226, "longitude": -110.9747}, by=None, now=LATER)
    assert (Location.objects.get().timezone, Action.objects.get().timezone) == ("America/Phoenix", "America/Chicago")
    assert event(action)["DTSTART"] == ";TZID=America/Chicago:20260314T140000"
    assert stored_texts() == fresh_texts()


@pytest.mark.parametrize(
    ("before", "after"),
    [("America/New_York", "America/Los_Angeles"), ("America/Denver", "America/Denver"), ("", "America/Los_Angeles")],
)
def test_a_zone_that_was_found_follows_the_words(before: str, after: str) -> None:
    places_of("portland-us", "boston-us")
    row = create_location(where("Boston", timezone=before), by=None, now=NOW)
    moved_to = edit_location(row.pk, {"locality": "Portland"}, by=None, now=LATER)
    assert (moved_to.place and moved_to.place.key, moved_to.timezone) == ("portland-us", after)


def test_a_zone_that_was_found_follows_the_place() -> None:
    west, east = places_of("portland-us", "portland-me-us")
    row = create_location(where("Portland", timezone="", place=west), by=None, now=NOW)
    assert edit_location(row.pk, {"place": east}, by=None, now=LATER).timezone == "America/New_York"
    # One that is typed at the same time was chosen.
    values = {"place": west, "timezone": "America/Denver"}
    assert edit_location(row.pk, values, by=None, now=LATER).timezone == "America/Denver"


def test_the_zone_of_the_site_gives_way_to_what_is_known_later() -> None:
    places_of("boston-us")
    row = create_location(where("Tinyhamlet", timezone="UTC"), by=None, now=NOW)
    assert edit_location(row.pk, {"locality": "Boston"}, by=None, now=LATER).timezone == "America/New_York"


def test_a_bad_point_is_refused_beside_itself_also_without_a_zone() -> None:
    with pytest.raises(RulesBroken) as caught:
        create_location({**TUCSON, "latitude": 95.0}, by=None, now=NOW)
    assert [rule.field for rule in caught.value.broken] == ["latitude"]


# --- the place that the words name


def where(locality: str, **more: Any) -> dict[str, Any]:
    return {"locality": locality, "country": "US", "timezone": "America/New_York", **more}


def places_of(*keys: str) -> list[Any]:
    found = [gazetteer().place(gazetteer().find(key) or 0) for key in keys]
    load_places({name: getattr(place, name) for name in COLUMNS} for place in found)
    return [Place.objects.get(key=key) for key in keys]


@pytest.mark.parametrize("words", ["NYC", "New York", "New York City", "Nueva York", "ニューヨーク"])
def test_every_name_of_a_city_is_one_place(words: str) -> None:
    [city] = places_of("new-york-us")
    assert create_location(where(words), by=None, now=NOW).place == city


def test_region_and_point_tell_cities_of_one_name_apart() -> None:
    west, east = places_of("portland-us", "portland-me-us")
    here = {"latitude": 43.66, "longitude": -70.25}
    made = [where("Portland"), where("Portland", region="Maine"), where("Portland", **here)]
    assert [create_location(one, by=None, now=NOW).place for one in made] == [west, east, east]


def test_words_stay_where_no_place_fits() -> None:
    places_of("portland-us")
    row = create_location(where("Portland Junction", region="Elsewhere"), by=None, now=NOW)
    assert (row.place, row.locality, row.region) == (None, "Portland Junction", "Elsewhere")


def test_a_place_whose_row_is_not_there_is_not_linked() -> None:
    assert create_location(where("Portland"), by=None, now=NOW).place is None


def test_a_place_that_was_chosen_is_kept() -> None:
    west, east = places_of("portland-us", "portland-me-us")
    row = create_location(where("Portland", place=east), by=None, now=NOW)
    assert row.place == east
    assert edit_location(row.pk, {"locality": "Old Port"}, by=None, now=LATER).place == east
    assert edit_location(row.pk, {"locality": "Portland", "place": west}, by=None, now=LATER).place == west


def test_other_words_move_the_place_that_the_words_had_named() -> None:
    west, east = places_of("portland-us", "portland-me-us")
    row = create_location(where("Portland"), by=None, now=NOW)
    assert row.place == west
    assert edit_location(row.pk, {"region": "Maine"}, by=None, now=LATER).place == east
    assert edit_location(row.pk, {"locality": "Nowhere at all"}, by=None, now=LATER).place is None
    assert edit_location(row.pk, {"locality": "Portland"}, by=None, now=LATER).place == east
