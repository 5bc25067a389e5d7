"""Invented actions come out as the operations would make them one by one."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils.translation import override

from rallies.models import Action, Campaign, Change, FeedStamp, Listing, Location, Occurrence, Organizer, Participation
from rallies.operations.action_change import EDITABLE
from rallies.operations.actions import cancel_action, create_action, postpone_action, publish_action
from rallies.operations.generate import Generated, generate_actions
from rallies.operations.locations import broken_rules as broken_rules_of_location
from rallies.operations.participations import ListingEntry, ParticipationEntry, SourceEntry
from rallies.rules.actions import broken_rules
from rallies.rules.times import derive_span
from rallies.seed.inventing import cities, invent
from tests.factories import NOW

AMONG = cities()


def test_cities_have_their_frozen_keys():
    keys = [city.key for city in AMONG]
    assert (len(keys), len(set(keys)), [key for key in keys if not key.isascii() or key != key.lower()]) == (
        104,
        104,
        [],
    )
    assert {
        "apia-ws",
        "kathmandu-np",
        "kolkata-in",
        "cairo-eg",
        "phoenix-us",
        "sao-paulo-br",
        "brunswick-me-us",
    } <= set(keys)


def test_an_action_is_the_same_for_the_same_number_seed_and_day():
    first = invent(7, seed=1, today=NOW.date(), among=AMONG)
    assert invent(7, seed=1, today=NOW.date(), among=AMONG) == first
    others = [
        invent(8, seed=1, today=NOW.date(), among=AMONG),
        invent(7, seed=2, today=NOW.date(), among=AMONG),
        invent(7, seed=1, today=NOW.date() + timedelta(days=1), among=AMONG),
    ]
    assert len({first.uid, *(other.uid for other in others)}) == 4


@pytest.mark.django_db
def test_variety():
    made = generate_actions(range(400), seed=1, among=AMONG, now=NOW)
    actions = Action.objects.all()
    assert made == Generated(actions=400, dates=Occurrence.objects.count(), there=0)
    assert [
        name
        for name, is_there in {
            "undated": actions.undated().exists(),
            "with a window": actions.filter(window_first__isnull=False).exists(),
            "without a time": actions.filter(start_date__isnull=False, start_time__isnull=True).exists(),
            "with an end": actions.filter(end_time__isnull=False).exists(),
            "over midnight": actions.filter(end_time__isnull=False, end_date__isnull=False).exists(),
            "cancelled": actions.filter(status="cancelled").exists(),
            "postponed": actions.filter(status="postponed").exists(),
            "online": actions.filter(attendance_mode="online").exists(),
            "withheld": actions.filter(place_visibility="city").exists(),
            "at a venue": actions.filter(location__precision="venue").exists(),
            "in a city": actions.filter(location__precision="city").exists(),
            "invited only": Participation.objects.filter(state="invited").exists(),
            "in each campaign": Listing.objects.values("campaign").distinct().count() == 3,
            "of many kinds": actions.values("kind").distinct().count() > 30,
            "in many zones": actions.values("timezone").distinct().count() > 50,
            "past and to come": Occurrence.objects.filter(over_at__lt=NOW).exists()
            and Occurrence.objects.filter(starts_at__gt=NOW).exists(),
            "in other scripts": actions.filter(title__contains="公園").exists()
            and actions.filter(title__contains="مسيرة").exists(),
        }.items()
        if not is_there
    ] == []
    assert {"Group 1", "Group 40"} <= set(Organizer.objects.values_list("name", flat=True))


@pytest.mark.django_db
def test_no_rule_is_broken():
    """The operation does not ask the rules about what is invented here."""
    generate_actions(range(150), seed=3, among=AMONG, now=NOW)
    actions = Action.objects.select_related("location")
    assert [broken for row in actions for broken in broken_rules({name: getattr(row, name) for name in EDITABLE})] == []
    assert [broken for row in Location.objects.all() for broken in broken_rules_of_location(row)] == []


@pytest.mark.django_db
def test_rows_are_those_that_the_operations_make():
    numbers = range(60)
    generate_actions(numbers, seed=1, among=AMONG, now=NOW)
    invented = [invent(number, seed=1, today=NOW.date(), among=AMONG) for number in numbers]
    assert {entry.fate for entry in invented} == {"", "cancel", "postpone"}
    in_bulk = {entry.number: _face(Action.objects.get(uid=entry.uid)) for entry in invented}
    groups = {row.name: row for row in Organizer.objects.all()}
    weeks = {row.name: row for row in Campaign.objects.all()}
    one_by_one = {}
    for entry in invented:
        twin = Action.objects.get(uid=entry.uid)
        row = create_action(
            entry.values | {"location": twin.location},
            by=None,
            now=NOW,
            slug=f"{twin.slug}-twin",
            sources=[SourceEntry(url=entry.source, outlet="Example", is_main=True)] if entry.source else [],
            participations=[
                ParticipationEntry(groups[f"Group {group + 1}"], role=role, state=state)
                for group, role, state in entry.groups
            ],
            listings=[]
            if entry.campaign is None
            else [ListingEntry(weeks[f"Invented week {entry.campaign + 1}"], "accepted")],
        )
        publish_action(row.pk, by=None, now=NOW)
        if entry.fate:
            {"cancel": cancel_action, "postpone": postpone_action}[entry.fate](
                row.pk, message=entry.message, by=None, now=NOW
            )
        one_by_one[entry.number] = _face(Action.objects.get(pk=row.pk), twin=twin)
    assert in_bulk == one_by_one


def _face(action: Action, *, twin: Action | None = None) -> dict[str, Any]:
    """All that is stored of an action, without keys; names of a twin are made those of the other."""
    own = {"id", "uid", "slug", "pick_code"}

    def told(text: str) -> str:
        # Long lines are folded elsewhere when the address in them is longer.
        text = text.replace("\r\n ", "")
        return text.replace(action.slug, twin.slug).replace(action.uid, twin.uid) if twin else text

    def row(one: Any, *apart: str) -> dict[str, Any]:
        names = [field.attname for field in one._meta.concrete_fields]
        return {name: getattr(one, name) for name in names if name not in {"id", "action_id", *apart}}

    return {
        "action": row(action, *own),
        "dates": [row(date, "uid", "vevent") | {"text": told(date.vevent)} for date in action.occurrences.all()],
        "changes": [row(change, "number") for change in action.changes.all()],
        "sources": [row(source) for source in action.sources.all()],
        "groups": [row(part, "source_id") | {"history": part.history.count()} for part in action.participations.all()],
        "listings": [row(listing) | {"history": listing.history.count()} for listing in action.listings.all()],
        "same uid": [date.uid == action.uid for date in action.occurrences.all()],
    }


@pytest.mark.django_db
def test_stamps_and_history_follow():
    generate_actions(range(30), seed=1, among=AMONG, now=NOW)
    site = FeedStamp.objects.get(scope="site")
    public = set(Participation.objects.public().values_list("organizer", flat=True))
    assert set(Change.objects.values_list("number", flat=True)) == {site.number}
    # A group has a stamp from its first public action on.
    numbers = dict(FeedStamp.objects.filter(scope="organizer").values_list("organizer", "number"))
    assert numbers == dict.fromkeys(public, 1)
    for model in (Action, Location, Participation, Listing):
        lines = [
            (line.history_type, line.history_user, _columns(line.instance)) for line in model.history.order_by("id")
        ]
        assert lines == [("+", None, _columns(row)) for row in model.objects.order_by("id")]
    moments = {
        *Action.history.values_list("history_date", flat=True),
        *Location.history.values_list("history_date", flat=True),
    }
    assert moments == {NOW}


def _columns(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.django_db
def test_numbers_that_are_there_are_left_alone():
    generate_actions(range(10), seed=1, among=AMONG, now=NOW)
    uids = set(Action.objects.values_list("uid", flat=True))
    again = generate_actions(range(15), seed=1, among=AMONG, now=NOW + timedelta(hours=1))
    assert (again.actions, again.there, Action.objects.count()) == (5, 10, 15)
    assert uids < set(Action.objects.values_list("uid", flat=True))
    assert Counter(Action.objects.values_list("created_at", flat=True)) == {NOW: 10, NOW + timedelta(hours=1): 5}


def test_times_exist_where_clocks_jump():
    names = ("start_date", "start_time", "end_date", "end_time", "timezone", "kind")
    made = [invent(number, seed=9, today=NOW.date(), among=AMONG).values for number in range(3000)]
    spans = [derive_span(**{name: one.get(name) for name in names}) for one in made if one["start_date"]]
    assert {span.over_at > span.starts_at for span in spans} == {True}


@pytest.mark.django_db
def test_queries_do_not_grow_with_each_action(django_assert_max_num_queries):
    generate_actions(range(1), seed=1, among=AMONG, now=NOW)
    with django_assert_max_num_queries(350), override("de"):
        generate_actions(range(1, 151), seed=1, among=AMONG, now=NOW)
    assert {text.count("BEGIN:VEVENT") for text in Occurrence.objects.values_list("vevent", flat=True)} == {1}
    assert not Occurrence.objects.filter(vevent__contains="Vereinigte Staaten").exists()


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("generate_actions", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_the_command_says_what_it_adds(time_machine):
    time_machine.move_to(NOW, tick=False)
    first, second = run("12"), run("12")
    assert first[0] == (
        "Adding 12 invented, published actions (seed 1) in 104 cities, from 2025-08-14 to 2027-04-06, "
        "with 40 groups and 3 campaigns. They stay as long as the database …"
    )
    dates = Occurrence.objects.count()
    assert first[1].startswith(f"Added 12 actions with {dates} dates in ")
    assert second[1].startswith("Added 0 actions with 0 dates in ")
    assert second[2] == "12 were there already; for others, give another --seed."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("http://localhost:8000", False),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://calendar", False),
        ("https://calendar.example.org", True),
        ("http://192.0.2.7", True),
        ("http://[2001:db8::1]", True),
    ],
)
def test_a_site_that_others_reach_is_asked_for_first(address, is_refused):
    with override_settings(SITE_URL=address):
        if not is_refused:
            run("1")
        else:
            with pytest.raises(CommandError) as refused:
                run("1")
            assert str(refused.value) == (
                f"This would publish invented actions on {address}, and nothing takes them away again. "
                "If you want that, add --yes."
            )
            assert Action.objects.count() == 0
            run("1", "--yes")
        assert Action.objects.count() == 1


@pytest.mark.parametrize("count", ["0", "-5"])
def test_a_count_that_adds_nothing_is_refused(count):
    with pytest.raises(CommandError) as refused:
        run("--", count)
    assert str(refused.value) == "Give a number of actions, as in: manage.py generate_actions 1000"
