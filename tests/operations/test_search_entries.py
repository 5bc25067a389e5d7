"""What actions are found by follows whatever it is made of, in the same operation."""

from datetime import date

import pytest
from django.db import connection

from rallies.models import SearchEntry
from rallies.operations.actions import edit_action, publish_action, withdraw_action
from rallies.operations.locations import edit_location
from rallies.operations.organizers import edit_organizer
from rallies.operations.parts import save_parts
from rallies.operations.rebuild import rebuild_texts, stale_actions, texts_are_current
from rallies.operations.search_words import forget_all_words
from rallies.operations.transaction import operation
from rallies.selectors.actions import all_actions, list_actions
from rallies.selectors.filters import ActionFilter
from rallies.selectors.search import access_bits
from tests.factories import NOW, make_action, make_location, make_organizer, make_place

pytestmark = pytest.mark.django_db


def entry(pk: int) -> dict[str, object] | None:
    names = ("kind", "country", "is_in_person", "is_online", "access", "languages")
    return SearchEntry.objects.filter(pk=pk).values(*names).first()


def test_only_what_is_published_has_an_entry() -> None:
    draft = make_action(publish=False, kind="march", languages=["es-MX"], attendance_mode="hybrid")
    assert entry(draft.pk) is None
    publish_action(draft.pk, by=None, now=NOW)
    assert entry(draft.pk) == {
        "kind": "march",
        "country": "US",
        "is_in_person": True,
        "is_online": True,
        "access": 0,
        "languages": " es es-mx ",
    }
    edit_action(draft.pk, {"kind": "vigil", "languages": ["en"], "attendance_mode": "in-person"}, by=None, now=NOW)
    changed = entry(draft.pk)
    assert changed and (changed["kind"], changed["languages"], changed["is_online"]) == ("vigil", " en ", False)
    withdraw_action(draft.pk, by=None, now=NOW)
    assert entry(draft.pk) is None


def test_the_access_of_a_place_is_found_once_the_place_is_shown() -> None:
    hall = make_location(access_features=["seating"])
    shown, withheld = make_action(location=hall), make_action(location=hall, place_visibility="city")
    edit_location(hall.pk, {"access_features": ["seating", "captions"]}, by=None, now=NOW)
    found = [row["access"] for row in map(entry, (shown.pk, withheld.pk)) if row]
    assert found == [access_bits(["seating", "captions"]), 0]


def test_the_point_of_what_has_no_date_is_the_one_that_the_world_sees() -> None:
    def point(pk: int) -> tuple[float | None, float | None]:
        return SearchEntry.objects.values_list("latitude", "longitude").get(pk=pk)

    hall = make_location(latitude=39.9, longitude=-89.7, place=make_place(latitude=39.8, longitude=-89.6))
    action = make_action(location=hall, start_date=None)
    assert point(action.pk) == (39.9, -89.7)
    edit_location(hall.pk, {"latitude": 39.95}, by=None, now=NOW)
    assert point(action.pk) == (39.95, -89.7)
    edit_action(action.pk, {"place_visibility": "city"}, by=None, now=NOW)
    assert point(action.pk) == (39.8, -89.6)
    edit_action(action.pk, {"start_date": date(2026, 4, 1)}, by=None, now=NOW)
    assert point(action.pk) == (None, None)


def test_words_know_which_actions_have_no_date() -> None:
    def totals() -> tuple[int, int]:
        page = list_actions(ActionFilter(words="water"), now=NOW)
        return page.dated_total, page.undated_total

    action = make_action(title="Water", start_date=None)
    assert totals() == (0, 1)
    edit_action(action.pk, {"start_date": date(2026, 4, 1)}, by=None, now=NOW)
    assert totals() == (1, 0)
    edit_action(action.pk, {"start_date": None}, by=None, now=NOW)
    assert totals() == (0, 1)


def test_an_older_installation_gets_its_entries_with_its_texts() -> None:
    action = make_action(access_features=["captions"])
    before = entry(action.pk)
    operation(SearchEntry.objects.all().delete)()
    assert (texts_are_current(), stale_actions(now=NOW)) == (False, [action.slug])
    rebuild_texts(now=NOW)
    assert (texts_are_current(), stale_actions(now=NOW), entry(action.pk)) == (True, [], before)


def found(words: str) -> list[str]:
    return [action.slug for action in all_actions(ActionFilter(words=words), now=NOW)]


def test_words_follow_whatever_they_are_made_of() -> None:
    hall, group = make_location(venue="Blue Hall", street_address=""), make_organizer(name="Old name")
    action = make_action(slug="a", title="First", location=hall, hosts=[group])
    assert [found(words) for words in ("first", "blue", "old name")] == [["a"]] * 3
    edit_action(action.pk, {"title": "Second", "description": "Umbrellas"}, by=None, now=NOW)
    edit_location(hall.pk, {"venue": "Green Hall"}, by=None, now=NOW)
    edit_organizer(group.pk, {"name": "New name"}, by=None, now=NOW)
    assert [found(words) for words in ("first", "blue", "old name")] == [[]] * 3
    assert [found(words) for words in ("second", "umbrella", "green", "new name")] == [["a"]] * 4
    save_parts(action.pk, saved=[], removed=list(action.participations.all()), by=None, now=NOW)
    assert found("new name") == []
    edit_action(action.pk, {"place_visibility": "city"}, by=None, now=NOW)
    assert (found("green"), found("springfield")) == ([], ["a"])
    edit_action(action.pk, {"place_visibility": "exact"}, by=None, now=NOW)
    assert found("green") == ["a"]
    withdraw_action(action.pk, by=None, now=NOW)
    assert (found("second"), words_kept(action.pk)) == ([], 0)


def test_words_that_were_lost_are_made_again() -> None:
    action = make_action(slug="a", title="Umbrella march")
    operation(forget_all_words)()
    assert found("umbrella") == []
    rebuild_texts(now=NOW)
    assert (found("umbrella"), words_kept(action.pk)) == (["a"], 1)


def test_a_city_is_found_by_what_it_is_called_elsewhere_after_what_says_so_itself() -> None:
    munich, geneva, tokyo = (make_place(key, region="") for key in ("munich-de", "geneva-ch", "tokyo-jp"))
    for place in (munich, geneva, tokyo):
        location = make_location(
            **{"locality": place.name, "country": place.country, "region": "", "region_code": "", "place": place}
        )
        visibility = "city" if place is geneva else "exact"
        make_action(slug=place.key, title="Vigil", location=location, place_visibility=visibility)
    make_action(slug="told", title="From München to the sea", start_date=date(2026, 4, 1))
    told = {
        "munich-de": ("Munich", "muenchen", "Monaco di Baviera", "ミュンヘン"),
        "geneva-ch": ("Genf", "Genève", "Vigil Genf"),
        "tokyo-jp": ("Tokio", "東京"),
    }
    assert {key: [found(words) for words in names] for key, names in told.items()} == {
        key: [[key]] * len(names) for key, names in told.items()
    }
    assert (found("とう"), found("Monaco di Genf")) == ([], [])
    best = all_actions(ActionFilter(words="München", sort="relevance"), now=NOW)
    assert [action.slug for action in best] == ["told", "munich-de"]


def words_kept(key: int) -> int:
    column = "action_id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM rallies_searchwords WHERE {column} = %s", [key])
        return int(cursor.fetchone()[0])
