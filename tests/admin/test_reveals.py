"""From when on a withheld place is shown, chosen at the desk: on the clock of the place, and said in words."""

import re
from datetime import UTC, date, datetime, time
from html import unescape

import pytest
import time_machine

from rallies.models import Action, Location, Participation
from rallies.operations.actions import create_action, publish_action, reveal_place
from rallies.operations.locations import create_location
from rallies.operations.parts import save_parts
from tests.factories import make_organizer
from tests.people import at_the_desk, make_person

from .forms import errors_of, messages_of, shown, told_of

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 11, 19, 12, tzinfo=UTC)
MOMENT = datetime(2025, 11, 21, 16, tzinfo=UTC)
PREVIEW = "/admin/rallies/action/place-seen/"
ADD = "/admin/rallies/action/add/"
IN_WORDS = "Friday, 21 November 2025, 09:00 in Tucson (Mountain Standard Time)"
CITY = "Tucson, Arizona, United States"
EXACT = f"Square, 1 Main Street, {CITY}"
UNTIL = f"Until {IN_WORDS} the public sees only: {CITY}. Then: the whole address, {EXACT}."
SINCE = f"Since {IN_WORDS} the public sees the whole address: {EXACT}."
PASSED = (
    "That moment has passed, so the exact place would be shown at once. Give one that is to come, or choose "
    "“The exact place”."
)
AT_NINE = {
    "place_visibility": "city-until",
    "place_revealed_from_day": "2025-11-21",
    "place_revealed_from_time": "09:00",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def make_location(**changes) -> Location:
    values = {"venue": "Square", "street_address": "1 Main Street", "locality": "Tucson", "region": "Arizona"}
    values |= {"country": "US", "timezone": "America/Phoenix"}
    return create_location(values | changes, by=None, now=NOW)


@pytest.fixture
def location(db) -> Location:
    return make_location()


def berlin() -> Location:
    return make_location(venue="Platz", locality="Berlin", region="", country="DE", timezone="Europe/Berlin")


def withheld(location, **changes) -> Action:
    values = {"title": "Rally", "location": location, "start_date": date(2025, 11, 21), "start_time": time(14, 30)}
    values |= {"place_visibility": "city-until", "place_revealed_from": MOMENT}
    return create_action(values | changes, by=None, now=NOW)


def page_of(action) -> str:
    return f"/admin/rallies/action/{action.pk}/change/"


def save(desk, action, **typed):
    """Send the form back as it was shown, but for what is typed."""
    return desk.post(page_of(action), {**shown(desk, page_of(action)), **typed}, follow=True)


def add(desk, location, **typed):
    typed = {"title": "Rally", "start_date": "2025-11-21", "start_time": "14:30", **AT_NINE, **typed}
    return desk.post(ADD, {**shown(desk, ADD), "location": location.pk, **typed}, follow=True)


def stored() -> tuple[object, ...]:
    action = Action.objects.get()
    return action.place_visibility, action.place_revealed_from, action.timezone


def said(response) -> list[str]:
    """What stands below the field."""
    html = re.split(r"data-said-asks=\"place_visibility[^>]*>", response.content.decode())[-1].split("</div>")[0]
    return [unescape(found.strip()) for found in re.findall(r"<p[^>]*>(.*?)</p>", html, re.DOTALL)]


def test_a_moment_is_typed_on_the_clock_of_the_place_and_said_in_words(desk, location):
    response = add(desk, location)
    assert (stored(), UNTIL in messages_of(response)) == (("city-until", MOMENT, "America/Phoenix"), True)
    page = desk.get(page_of(Action.objects.get()))
    sent = {
        name: str(typed) for name, typed in shown(desk, page_of(Action.objects.get())).items() if "revealed" in name
    }
    assert (sent, said(page)[0]) == (
        {
            "place_revealed_from_day": "2025-11-21",
            "place_revealed_from_time": "09:00:00",
            "initial-place_revealed_from_day": "2025-11-21",
            "initial-place_revealed_from_time": "09:00:00",
        },
        UNTIL,
    )
    folds = [fieldset.is_collapsible for fieldset in page.context["adminform"] if "place_visibility" in fieldset.fields]
    assert folds == [False]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        (
            {"place_revealed_from_day": "", "place_revealed_from_time": ""},
            "Say from when on the exact place may be shown.",
        ),
        ({"place_revealed_from_time": ""}, "Give the time too."),
        ({"place_revealed_from_day": ""}, "Give the day too."),
        ({"place_revealed_from_day": "21.11."}, "Write the day like 2027-03-14."),
        ({"place_revealed_from_time": "nine"}, "Write the time like 18:30, or 6:30 pm."),
        (
            {
                "timezone": "America/New_York",
                "place_revealed_from_day": "2026-03-08",
                "place_revealed_from_time": "02:30",
            },
            "On Sunday, 8 March 2026 clocks in America/New_York jump over 02:30. The nearest times that exist are 01:59 and 03:00.",
        ),
        ({"place_revealed_from_day": "2025-11-19", "place_revealed_from_time": "05:00"}, PASSED),
        ({"place_revealed_from_day": "2024-11-21"}, PASSED),
        ({"place_revealed_from_day": "2925-11-21"}, "The year must lie between 1900 and 2199."),
        (
            {"place_visibility": "exact"},
            "A moment only belongs to “the city until a moment”. Choose that, or leave the moment empty.",
        ),
        (
            {"place_visibility": "city"},
            "A moment only belongs to “the city until a moment”. Choose that, or leave the moment empty.",
        ),
    ],
)
def test_a_moment_that_will_not_do_is_refused_beside_its_field_and_kept(desk, location, typed, error):
    response = add(desk, location, **typed)
    assert (errors_of(response), Action.objects.count()) == ({"place_revealed_from": error}, 0)
    page = response.content.decode()
    kept = [
        re.search(rf'name="place_revealed_from_{part}"(?: value="(.*?)")?', page)[1] or "" for part in ("day", "time")
    ]
    wanted = {**AT_NINE, **typed}
    assert kept == [wanted["place_revealed_from_day"], wanted["place_revealed_from_time"]]
    folds = [one.is_collapsible for one in response.context["adminform"] if "place_visibility" in one.fields]
    assert folds == [False]


def test_a_moment_in_an_unknown_zone_is_refused_beside_the_zone_alone(desk, location):
    response = add(desk, location, timezone="Mars/Olympus")
    assert list(errors_of(response)) == ["timezone"]


def test_a_moment_that_comes_twice_is_the_first(desk, location):
    add(
        desk,
        location,
        timezone="America/New_York",
        start_date="2026-11-02",
        place_revealed_from_day="2026-11-01",
        place_revealed_from_time="01:30",
    )
    assert stored() == ("city-until", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "America/New_York")


def test_a_moment_without_a_place_is_refused_beside_the_choice(desk):
    typed = {**shown(desk, ADD), "title": "Rally", **AT_NINE}
    assert errors_of(desk.post(ADD, typed)) == {"place_visibility": "There is no location to withhold."}


def test_the_moment_keeps_its_time_when_the_place_changes_and_the_zone_goes_along(desk, location):
    action = withheld(location)
    response = save(desk, action, location=berlin().pk)
    assert stored() == ("city-until", datetime(2025, 11, 21, 8, tzinfo=UTC), "Europe/Berlin")
    assert "It is 13:00 there now: Central European Standard Time, Europe/Berlin." in messages_of(response)


def test_a_moment_typed_with_another_place_is_on_its_clock(desk, location):
    action = withheld(location)
    save(desk, action, location=berlin().pk, place_revealed_from_time="10:00")
    assert stored() == ("city-until", datetime(2025, 11, 21, 9, tzinfo=UTC), "Europe/Berlin")


def test_a_zone_that_was_chosen_stays_with_another_place_and_that_is_said(desk, location):
    action = withheld(location, timezone="America/New_York")
    response = save(desk, action, location=berlin().pk)
    assert stored() == ("city-until", MOMENT, "America/New_York")
    assert (
        "The time is on the clock of America/New_York, and clocks at “Platz, 1 Main Street, Berlin, DE” go by "
        "Europe/Berlin. If that is not meant, empty the time zone."
    ) in messages_of(response)


def test_another_place_whose_clock_has_passed_the_moment_is_refused(desk, location):
    # 08:00 on the 19th in Tucson is to come, in Berlin it is not.
    action = withheld(location, place_revealed_from=datetime(2025, 11, 19, 15, tzinfo=UTC))
    response = save(desk, action, location=berlin().pk)
    assert (errors_of(response), stored()[2]) == ({"place_revealed_from": PASSED}, "America/Phoenix")


def test_a_moment_that_came_is_no_obstacle_to_other_changes(desk, location):
    action = withheld(location)
    publish_action(action.pk, by=None, now=NOW)
    with time_machine.travel(MOMENT, tick=False):
        due = said(desk.get(page_of(action)))[0]
        reveal_place(action.pk, now=MOMENT)
        response = save(desk, action, title="Another rally")
        assert (Action.objects.get().title, stored(), errors_of(response)) == (
            "Another rally",
            ("city-until", MOMENT, "America/Phoenix"),
            {},
        )
        assert (due, said(desk.get(page_of(action)))) == (
            f"The moment has come: {IN_WORDS}. The worker shows the whole address on its next round: {EXACT}.",
            [SINCE],
        )


@pytest.mark.parametrize("visibility", ["exact", "city"])
def test_another_choice_needs_no_emptied_moment(desk, location, visibility):
    action = withheld(location)
    save(desk, action, place_visibility=visibility)
    assert stored() == (visibility, None, "America/Phoenix")


def test_a_form_that_nobody_touched_changes_nothing(desk, location):
    # The second 01:30 of that night, with seconds: no field can say it.
    odd = datetime(2026, 11, 1, 6, 30, 20, tzinfo=UTC)
    action = withheld(location, timezone="America/New_York", place_revealed_from=odd)
    save(desk, action, title="Another rally")
    assert stored() == ("city-until", odd, "America/New_York")


def test_two_people_with_the_same_form_do_not_undo_each_others_moment(desk, location):
    action = withheld(location)
    old = shown(desk, page_of(action))
    save(desk, action, place_revealed_from_time="11:00")
    desk.post(page_of(action), {**old, "title": "Another rally"})
    assert (Action.objects.get().title, stored()[1]) == ("Another rally", datetime(2025, 11, 21, 18, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "warnings"),
    [
        ({"place_revealed_from": datetime(2025, 11, 21, 21, 30, tzinfo=UTC)}, []),
        (
            {"place_revealed_from": datetime(2025, 11, 21, 22, tzinfo=UTC)},
            ["By then the action has begun: who comes in time does not see where it takes place."],
        ),
        (
            {"place_revealed_from": datetime(2026, 11, 21, 16, tzinfo=UTC)},
            [
                "By then the action is over: nobody learns in time where it takes place. Check the day and the year.",
            ],
        ),
        (
            {"place_revealed_from": datetime(2025, 11, 22, 16, tzinfo=UTC), "recurrence_rule": "FREQ=WEEKLY"},
            ["Dates before that moment take place while the public sees the city only."],
        ),
        ({"place_revealed_from": datetime(2026, 11, 21, 16, tzinfo=UTC), "start_date": None, "start_time": None}, []),
    ],
)
def test_a_moment_that_brings_nobody_there_in_time_is_said(desk, location, changes, warnings):
    action = withheld(location, **changes)
    found = said(desk.get(page_of(action)))[1:-1]
    assert found == warnings
    assert [one for one in messages_of(save(desk, action, title="Other")) if one in warnings] == warnings


def test_what_is_said_of_the_other_choices(desk, location):
    city = make_location(venue="", street_address="")
    exact = create_action({"title": "A", "location": location}, by=None, now=NOW)
    only = create_action({"title": "B", "location": location, "place_visibility": "city"}, by=None, now=NOW)
    vague = create_action({"title": "C", "location": city, "place_visibility": "city"}, by=None, now=NOW)
    none = create_action({"title": "D", "timezone": "UTC"}, by=None, now=NOW)
    never = f"The public sees only: {CITY}. The exact place never appears: tell it to those who come yourselves."
    assert [said(desk.get(page_of(action))) for action in (exact, only, vague, none)] == [
        [f"The public sees the whole address: {EXACT}."],
        [never],
        [never, "The location is a city alone: there is nothing to withhold."],
        [],
    ]


def test_history_tells_the_moment_on_the_clock_of_the_place(desk, location):
    action = withheld(location)
    save(desk, action, place_revealed_from_time="11:00")
    told = [line[2:] for line in told_of(desk, f"/admin/rallies/action/{action.pk}/history/")]
    assert [
        "exact place from",
        "Friday, 21 November 2025, 09:00 (Mountain Standard Time)",
        "Friday, 21 November 2025, 11:00 (Mountain Standard Time)",
    ] in told


def test_who_may_only_look_reads_the_moment_in_words(location):
    action = withheld(location)
    ours = make_organizer()
    part = Participation(action=action, organizer=ours, role="co-host", state="accepted")
    save_parts(action.pk, saved=[part], by=None, now=NOW)
    client = at_the_desk(make_person(organizes=(ours,)))
    page = unescape(client.get(page_of(action)).content.decode())
    assert (UNTIL in page, "place_revealed_from" in page) == (True, False)


def test_the_sentence_follows_what_is_typed(desk, location):
    there = berlin()
    sent = {**AT_NINE, "location": location.pk, "timezone": "", "start_date": "2025-11-21", "start_time": "14:30"}
    asked = [
        sent,
        {**sent, "place_revealed_from_time": "4 pm"},
        {**sent, "timezone": "America/New_York"},
        {**sent, "place_visibility": "city"},
        {**sent, "place_revealed_from_time": ""},
        {**sent, "place_revealed_from_day": ""},
        {**sent, "place_revealed_from_day": "", "place_revealed_from_time": ""},
        {**sent, "place_revealed_from_day": "2024-11-21"},
        {**sent, "timezone": "Mars"},
        {**sent, "location": ""},
        # A place that was just chosen, and the zone of the one before.
        {
            **sent,
            "location": there.pk,
            "timezone": "America/Phoenix",
            "initial-location": location.pk,
            "initial-timezone": "America/Phoenix",
        },
    ]
    assert [(said(desk.get(PREVIEW, query)) or [""])[0] for query in asked] == [
        UNTIL,
        UNTIL.replace("09:00", "16:00"),
        UNTIL.replace("Mountain", "Eastern"),
        f"The public sees only: {CITY}. The exact place never appears: tell it to those who come yourselves.",
        "Give the time too.",
        "Give the day too.",
        "Say from when on the exact place may be shown.",
        PASSED,
        "“Mars” is not a time zone. Use a name such as Europe/Berlin or America/New_York.",
        "",
        "Until Friday, 21 November 2025, 09:00 in Berlin (Central European Standard Time) the public sees only: "
        "Berlin, Germany. Then: the whole address, Platz, 1 Main Street, Berlin, Germany.",
    ]


@pytest.mark.parametrize("odd", ["\0", "9" * 30, "abc", "x" * 9999, "<b>"])
@pytest.mark.parametrize("field", ["location", "timezone", "place_revealed_from_day", "start_date", "initial-location"])
def test_odd_questions_are_answered(desk, location, field, odd):
    answer = desk.get(PREVIEW, {**AT_NINE, "location": location.pk, field: odd})
    assert (answer.status_code, "<b>" in answer.content.decode()) == (200, False)


def test_the_preview_is_closed_to_those_who_may_change_no_action(client):
    answer = client.get(PREVIEW, AT_NINE)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")
    assert at_the_desk(make_person()).get(PREVIEW, AT_NINE).status_code == 403
