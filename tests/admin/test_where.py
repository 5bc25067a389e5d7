"""The place of an action, found, described and made within its form."""

import pytest
from django.test import Client

from rallies.models import Action, Location, Organizer, Place
from tests.factories import NOW, make_action, make_location, make_organizer, make_place
from tests.people import at_the_desk, make_person

from .forms import errors_of, shown

pytestmark = pytest.mark.django_db
ADD, PATH = "/admin/rallies/action/add/", "/admin/rallies/action/"


@pytest.fixture
def tucson() -> Place:
    values = {"latitude": 32.2217, "longitude": -110.9265, "timezone": "America/Phoenix", "region": "Arizona"}
    return make_place("tucson-us", **values, region_code="US-AZ")


@pytest.fixture
def ours() -> Organizer:
    return make_organizer(name="Ours")


@pytest.fixture
def organizer(ours: Organizer) -> Client:
    return at_the_desk(make_person(organizes=(ours,)))


def venue(tucson: Place, name: str, street: str = "", *, point=(32.2226, -110.9747), **action: object) -> Location:
    """A location in Tucson; `action` are fields of the action that is held there, if any."""
    words = {"locality": "Tucson", "region": "Arizona", "region_code": "US-AZ", "place": tucson}
    row = make_location(
        venue=name, street_address=street, latitude=point[0], longitude=point[1], timezone="America/Phoenix", **words
    )
    if action:
        make_action(location=row, now=NOW, **action)
    return row


def posted(desk: Client, **changes: object):
    sent = {**shown(desk, ADD), "title": "Vigil", "start_date": "2027-03-14", "start_time": "14:00", **changes}
    return desk.post(ADD, sent)


def options(desk: Client, words: str) -> list[str]:
    answer = desk.get(f"{PATH}places/", {"q": words})
    assert answer.status_code == 200
    return [part.split('"')[0] for part in answer.content.decode().split('data-value="')[1:]]


def test_known_venues_come_first_and_the_nearest_of_them(organizer, ours, tucson):
    far = venue(tucson, "Plaza Norte", point=(33.4, -112.0), publish=True)
    near = venue(tucson, "Plaza Sur", point=(32.23, -110.95), hosts=[ours])
    assert options(organizer, "plaza")[:2] == [str(near.pk), str(far.pk)]
    assert options(organizer, "tucson arizona")[-1] == "place-tucson-us"
    said = organizer.get(f"{PATH}places/", {"q": "plaza norte"}).content.decode()
    assert "Tucson, Arizona, United States" in said and "miles)" in said
    assert options(organizer, "") == []


def test_a_withheld_place_of_others_is_nowhere_told_of(organizer, tucson):
    secret = venue(tucson, "Back room", "5 Hidden Street", hosts=[make_organizer()], place_visibility="city")
    assert str(secret.pk) not in options(organizer, "back room")
    described = {"location_venue": "Back room", "location_city": "Tucson", "location_latitude": "32.2226"}
    described |= {"location_longitude": "-110.9747", "location_street_address": "5 Hidden Street"}
    same = organizer.get(f"{PATH}same-places/", described)
    assert (same.status_code, same.content.strip()) == (200, b"")
    clock = [organizer.get(f"{PATH}clock/", {"location": key, "start_time": "14:00"}) for key in (secret.pk, 10**9)]
    assert clock[0].content.strip() == clock[1].content.strip() == b""
    sent = [posted(organizer, location=key) for key in (secret.pk, 10**9)]
    assert errors_of(sent[0]) == errors_of(sent[1]) != {}
    # One's own row is made, and nobody learns that there are two.
    assert posted(organizer, **described).status_code == 302
    assert Location.objects.filter(venue="Back room").count() == 2


def test_withheld_places_of_others_take_no_room(organizer, ours, tucson):
    """Else a search that they crowd out would tell how many of them have these words, and how near."""
    theirs = make_organizer()
    for number in range(101):
        make_location(venue=f"Box {number}", locality="Tucson", region="Arizona", place=tucson)
    shown_one = make_location(venue="Box shown", latitude=34.0)
    make_action(hosts=[theirs], location=shown_one, now=NOW)
    own = venue(tucson, "Box of ours", point=(33.0, -110.9), hosts=[ours], publish=False)
    assert [key for key in options(organizer, "Box") if key.isdecimal()] == [str(own.pk), str(shown_one.pk)]


def test_nothing_is_offered_unasked(organizer, tucson):
    venue(tucson, "Plaza Sur", publish=True)
    assert "location_choice" not in organizer.get(ADD).content.decode()


def test_a_city_is_enough_and_is_made_once(organizer, tucson):
    for month in ("03", "06"):
        assert (
            posted(organizer, start_date=f"2027-{month}-14", location="place-tucson-us", _publish="x").status_code
            == 302
        )
    rows = {(a.location_id, a.location.locality, a.location.venue, a.timezone) for a in Action.objects.all()}
    assert rows == {(Location.objects.get().pk, "Tucson", "", "America/Phoenix")}


def test_another_place_is_made_with_the_action_and_its_zone_follows_the_point(organizer, tucson):
    described = {"location_venue": "Reid Park", "location_latitude": "32.21", "location_longitude": "-110,92"}
    assert posted(organizer, **described).status_code == 302
    made = Location.objects.get()
    assert (made.venue, made.locality, made.country, made.place, made.precision, made.timezone) == (
        "Reid Park", "Tucson", "US", tucson, "venue", "America/Phoenix",
    )  # fmt: skip
    assert Action.objects.get().location == made and Action.objects.get().timezone == "America/Phoenix"


def test_what_is_described_takes_the_place_of_what_was_chosen(organizer, ours, tucson):
    """Else somebody who describes where an action goes next saves it where it was."""
    square = venue(tucson, "Plaza Sur", hosts=[ours], title="Rally one", publish=False)
    path = f"{PATH}{Action.objects.get().pk}/change/"
    sent = {**shown(organizer, path), "location_venue": "Reid Park", "location_city": "Tucson"}
    sent["location_words"] = "Plaza Sur, Tucson, Arizona, United States"
    assert (sent["location"], organizer.post(path, sent).status_code) == (square.pk, 302)
    assert Action.objects.get().location.venue == "Reid Park"


def test_what_was_chosen_of_likely_ones_stays_chosen_when_something_else_is_refused(organizer, tucson):
    square = venue(tucson, "Plaza Sur", publish=True)
    described = {"location_venue": "plaza sur", "location_city": "Tucson", "location_choice": square.pk, "title": ""}
    page = posted(organizer, **described).content.decode()
    assert f'name="location" value="{square.pk}"' in page and 'value="Plaza Sur, Tucson, ' in page
    assert "plaza sur" not in page


@pytest.mark.parametrize(
    ("typed", "is_offered"),
    [
        ("joel d valdez main library", True),
        ("Joel Valdez Main Library", True),
        ("Valdez Library", True),
        ("Joel D. Valdez MainLibrary", True),
        ("Joel D. Valdez Main Library, east door", True),
        ("Library", False),
        ("Valdez Square", False),
        ("Quincie Douglas Library", False),
    ],
)
def test_a_venue_of_much_the_same_name_is_offered_before_another_is_made(organizer, tucson, typed, is_offered):
    library = venue(tucson, "Joel D. Valdez Main Library", publish=True)
    same = organizer.get(f"{PATH}same-places/", {"location_venue": typed, "location_city": "Tucson"}).content.decode()
    assert (f'name="location_choice" value="{library.pk}"' in same) is is_offered


def test_the_same_name_is_offered_before_one_like_it(organizer, tucson):
    keys = [venue(tucson, name, publish=True).pk for name in ("Reid Park Bandshell", "Reid Park")]
    same = organizer.get(
        f"{PATH}same-places/", {"location_venue": "reid park", "location_city": "Tucson"}
    ).content.decode()
    assert [int(part.split('"')[0]) for part in same.split('name="location_choice" value="')[1:-1]] == keys[::-1]


def test_what_the_form_refuses_leaves_no_place_behind(organizer, tucson):
    answer = posted(organizer, title="", location_venue="Reid Park", location_city="Tucson")
    assert list(errors_of(answer)) == ["title"]
    assert 'value="Reid Park"' in answer.content.decode()
    assert Location.objects.count() == Action.objects.count() == 0


@pytest.mark.parametrize(
    ("described", "error"),
    [
        ({"location_venue": "Hall"}, "Give the city too."),
        ({"location_venue": "Hall", "location_city": "Xqzvv"}, "No city is known by “Xqzvv”."),
        ({"location_venue": "Hall", "location_city": "Tucson", "location_latitude": "95"}, "Give the point as two"),
        ({"location_latitude": "95", "location_longitude": "1"}, "The point lies off the earth"),
        ({"location_words": "Xqzvv xqzvv"}, "No place is known by these words."),
        ({"location": "place-nowhere"}, "Select a valid choice"),
        ({"location": "12; drop"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_the_place_and_kept(organizer, tucson, described, error):
    answer = posted(organizer, **described)
    assert error in errors_of(answer)["location"]
    for name in ("location_venue", "location_city", "location_words"):
        assert f'name="{name}" value="{described.get(name, "")}"' in answer.content.decode()


def test_a_village_that_no_list_has_is_named_with_its_country(organizer, tucson):
    assert posted(organizer, location_venue="Hall", location_city="Xqzvv, Canada").status_code == 302
    assert list(Location.objects.values_list("locality", "country")) == [("Xqzvv", "CA")]


@pytest.mark.parametrize(
    "described",
    [
        {"location_venue": "PLAZA Súr", "location_city": "Tucson"},
        {"location_street_address": "1 main street", "location_city": "Tucson"},
        {"location_venue": "The square", "location_latitude": "32.2230", "location_longitude": "-110.9750"},
    ],
)
def test_a_likely_duplicate_is_offered_before_a_second_is_made(organizer, tucson, described):
    known = venue(tucson, "Plaza Sur", "1 Main Street", publish=True)
    assert f'value="{known.pk}"' in organizer.get(f"{PATH}same-places/", described).content.decode()
    answer = posted(organizer, **described)
    assert errors_of(answer) == {"location": "Is it one of these? Choose it, or say that it is another one."}
    assert f'name="location_choice" value="{known.pk}"' in answer.content.decode()
    assert posted(organizer, **described, location_choice=known.pk).status_code == 302
    assert Action.objects.latest("pk").location == known
    assert posted(organizer, start_date="2027-06-14", **described, location_choice="new").status_code == 302
    assert Location.objects.count() == 2 and Action.objects.latest("pk").location != known


def test_another_venue_in_the_city_is_no_duplicate(organizer, tucson):
    venue(tucson, "Plaza Sur", "1 Main Street", publish=True)
    assert posted(organizer, location_venue="Plaza Norte", location_city="Tucson").status_code == 302


def test_words_alone_come_back_with_what_fits_and_scripts_are_not_needed(organizer, tucson):
    known = venue(tucson, "Plaza Sur", publish=True)
    answer = posted(organizer, location="", location_words="plaza")
    assert errors_of(answer)["location"].startswith("Choose which one is meant")
    assert f'name="location_choice" value="{known.pk}"' in answer.content.decode()
    assert posted(organizer, location="", location_words="plaza", location_choice=known.pk).status_code == 302
    assert Action.objects.latest("pk").location == known
    # What is typed over a place that was chosen is looked for anew.
    page = f"{PATH}{Action.objects.latest('pk').pk}/change/"
    changed = organizer.post(page, {**shown(organizer, page), "location_words": "tucson"})
    assert errors_of(changed)["location"].startswith("Choose which one is meant")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"location": "place-tucson-us", "start_time": "14:00", "start_date": "2027-07-14"},
         "14:00 in Tucson, Mountain Standard Time"),
        ({"location": "place-tucson-us"}, "In Tucson clocks go by Mountain Standard Time."),
        ({"location_venue": "Park", "location_city": "Tucson", "start_time": "9:05"},
         "09:05 in Tucson, Mountain Standard Time"),
        ({"start_time": "14:00"}, ""),
        ({"location": "place-tucson-us", "start_time": "99"}, ""),
    ],
)  # fmt: skip
def test_the_clock_of_the_place_is_said_in_words(organizer, tucson, asked, said):
    html = organizer.get(f"{PATH}clock/", asked).content.decode()
    # With the point of the city, to which the map goes.
    at = f' data-latitude="{tucson.latitude}" data-longitude="{tucson.longitude}"'
    assert html.strip() == (f'<p class="desk-said-sentence"{at}>{said}</p>' if said else "")


def test_a_pin_far_from_the_city_that_is_typed_is_told_while_typing_and_afterwards(organizer, tucson):
    described = {
        "location_venue": "Old Mill",
        "location_city": "Tucson",
        "location_latitude": "6.98",
        "location_longitude": "7.03",
    }
    told = "km from “Tucson, Arizona, US”. Check the point and the place."
    assert told in organizer.get(f"{PATH}clock/", described).content.decode()
    assert posted(organizer, **described).status_code == 302
    path = f"{PATH}{Action.objects.get().pk}/change/"
    assert told in organizer.get(path).content.decode()
    # Not again for what stands there.
    organizer.post(path, {**shown(organizer, path), "title": "Another"})
    assert told not in organizer.get(path).content.decode()


@pytest.mark.parametrize("name", ["places", "same-places", "clock"])
def test_helpers_are_closed_to_those_who_may_enter_no_action(name):
    assert at_the_desk(make_person()).get(f"{PATH}{name}/", {"q": "x"}).status_code == 403
