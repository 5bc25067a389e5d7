"""A withheld place is shown by itself when its moment comes, at every door, and not before (FEED_CONTRACT 14, 16, 47)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from rallies.models import Action, Change
from rallies.worker.loop import run_due
from tests.factories import NOW, make_action, make_campaign, make_location, make_place
from tests.operations.state import date_of, event, fresh_texts, moved, stamps, stored_texts

pytestmark = pytest.mark.django_db
MOMENT = NOW + timedelta(days=1)
WITHHELD = {"place_visibility": "city-until", "place_revealed_from": MOMENT}
EXACT, CITY = (39.8017, -89.6489), (39.8017, -89.6437)


def secret(**changes) -> Action:
    return make_action(slug="secret", location=make_location(place=make_place()), **WITHHELD | changes)


def at(moment):
    return time_machine.travel(moment, tick=False)


def feed(moment, **headers):
    with at(moment):
        return Client().get("/actions.ics", headers=headers)


def tick(moment) -> dict[str, int]:
    return run_due(clock=lambda: moment)


def seen() -> tuple[str, str, str]:
    found = event(Action.objects.get())
    return found["LOCATION"], found["SEQUENCE"], found["LAST-MODIFIED"]


def point() -> tuple[float, float]:
    row = date_of(Action.objects.get())
    return row.latitude, row.longitude


def test_14_16_47_the_feed_changes_by_itself_when_the_moment_comes():
    campaign = make_campaign()
    secret(campaigns=[campaign])
    before = stamps()
    first = feed(MOMENT)
    assert (seen(), point()) == (("Springfield\\, Illinois\\, United States", "0", "20260302T120000Z"), CITY)

    assert tick(MOMENT - timedelta(seconds=1)) == {"reveal": 0, "horizon": 0, "postponed": 0, "expired": 0}
    # Due, and not yet carried out: everything still tells the city.
    unchanged = feed(MOMENT + timedelta(seconds=29), **{"if-none-match": first["ETag"]})
    assert (unchanged.status_code, moved(before)) == (304, {})
    assert "Old State Capitol" not in first.content.decode()

    assert tick(MOMENT + timedelta(seconds=30)) == {"reveal": 0}
    second = feed(MOMENT + timedelta(seconds=31), **{"if-none-match": first["ETag"]})
    assert seen() == (
        "Old State Capitol\\, 1 Old State Capitol Plaza\\, Springfield\\, Illinois\\, United States",
        "1",
        "20260303T120030Z",
    )
    assert (second.status_code, second["Last-Modified"]) == (200, "Tue, 03 Mar 2026 12:00:30 GMT")
    assert second["ETag"] != first["ETag"] and second.content != first.content
    assert (point(), moved(before)) == (EXACT, {("site", None): 1, ("campaign", campaign.pk): 1})
    assert stored_texts() == fresh_texts()
    assert list(Change.objects.order_by("pk").values_list("kind", flat=True)) == [
        "published",
        "place-revealed",
    ]


@pytest.mark.parametrize("path", ["/actions/secret/", "/actions/secret.ics", "/api/v1/actions/", "/actions.csv"])
def test_every_door_tells_it_together(path):
    secret()

    def tells(moment) -> bool:
        with at(moment):
            return "Old State Capitol" in Client().get(path).getvalue().decode()

    late = MOMENT + timedelta(hours=1)
    told = [tells(MOMENT - timedelta(seconds=1)), tells(late)]
    tick(late)
    assert (told, tells(late)) == ([False, False], True)


def test_nothing_happens_twice():
    secret()
    tick(MOMENT)
    before = stamps(), stored_texts()
    assert tick(MOMENT + timedelta(hours=1)) == {"reveal": 0, "expired": 0}
    assert (stamps(), stored_texts()) == before


def test_a_draft_shows_its_place_at_once_when_it_is_published_after_the_moment():
    draft = secret(publish=False)
    before = stamps()
    tick(MOMENT)
    draft.refresh_from_db()
    assert (draft.place_revealed_at, moved(before), Change.objects.count()) == (MOMENT, {}, 0)


def test_a_city_only_stays_a_city():
    secret(place_visibility="city", place_revealed_from=None)
    tick(MOMENT + timedelta(days=400))
    assert (seen()[0], point()) == ("Springfield\\, Illinois\\, United States", CITY)


def test_looking_reads_only_what_is_due(django_assert_max_num_queries):
    for _ in range(3):
        make_action(location=make_location(), **WITHHELD)
    tick(MOMENT - timedelta(hours=1))
    # How the jobs stand, and the one question of what comes next, which an index answers.
    with django_assert_max_num_queries(2):
        assert tick(MOMENT - timedelta(hours=1) + timedelta(seconds=30)) == {}
