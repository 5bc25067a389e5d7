"""The shipped week: what it holds, that it is loaded as it is, and that people's changes stay."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction
from django.forms.models import model_to_dict

from rallies.enums import ParticipationState
from rallies.models import (
    Action,
    Campaign,
    CampaignName,
    CampaignOrganizer,
    Listing,
    Location,
    Milestone,
    Occurrence,
    Organizer,
    Place,
    ReportedTotal,
    Source,
)
from rallies.operations.actions import edit_action, withdraw_action
from rallies.operations.organizers import edit_organizer
from rallies.operations.seed import Loaded, load_week
from rallies.operations.transaction import operation
from rallies.seed.reading import WEEK, UnreadableSeed, read_week
from tests.factories import NOW

LATER = NOW + timedelta(days=1)

KEYS = [
    *("albany-us", "austin-us", "berkeley-us", "boston-us", "brooklyn-us", "brunswick-me-us", "caracas-ve"),
    *("chicago-us", "detroit-us", "houston-us", "los-angeles-us", "milwaukee-us", "minneapolis-us", "new-orleans-us"),
    *("new-york-us", "norfolk-us", "philadelphia-us", "portland-us", "san-jose-us", "santa-rosa-us"),
    *("santo-domingo-do", "seattle-us", "sydney-au", "tampa-us", "tucson-us", "washington-us"),
]


def shipped(name: str) -> Any:
    return json.loads((WEEK / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loaded]:
    """The week, loaded once for this file and rolled back after it; `db` is a savepoint in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_week(read_week(), now=NOW)
        transaction.set_rollback(True)


@pytest.fixture
def week(loaded: Loaded, db: None) -> Loaded:
    return loaded


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables of ours, histories and stamps among them."""
    return {
        model._meta.db_table: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_app_config("rallies").get_models()
    }


# What ships


def test_files_hold_no_address_of_a_person():
    text = "".join(file.read_text(encoding="utf-8") for file in WEEK.glob("*.json"))
    without_links = re.sub(r"https?://\S+", "", text)
    assert re.findall(r"[\w.+-]+@[\w-]+\.\w+", text) == []
    without_uids = re.sub(r'"uid": "[^"]+"', "", without_links)
    assert re.findall(r"\+?\(?\d{2,4}\)?[ /.-]\d{3,4}[ .-]?\d{3,4}", without_uids) == []


def test_uids_are_random_and_all_different():
    campaign = shipped("campaign")
    uids = [
        campaign["uid"],
        *(entry["uid"] for entry in [*campaign["milestones"], *shipped("actions"), *shipped("organizers")]),
    ]
    assert (len(uids), len(set(uids)), {UUID(uid).version for uid in uids}) == (104, 104, {4})


def test_uids_are_those_of_the_first_release():
    actions = {entry["slug"]: entry["uid"] for entry in shipped("actions")}
    assert shipped("campaign")["uid"] == "b8398f9b-ef42-49d1-8242-734f417eb57d"
    assert actions["2025-11-13-berkeley-us"] == "97d7b426-e99f-4131-9246-15b959e25b29"
    assert actions["2025-11-23-portland-us"] == "cb0a5748-b6dc-40d0-9ed9-5d2a89f9f220"


def test_keys_of_places_are_frozen():
    places = shipped("places")
    assert [entry["key"] for entry in places] == KEYS
    assert {entry["key"] for entry in places if not entry["key"].startswith(entry["name"].lower().split()[0])} == set()


def test_every_action_stands_in_a_place_of_the_file():
    used = {entry["location"]["place"] for entry in shipped("actions")}
    assert used == set(KEYS) - {"caracas-ve"}


# What is loaded


def test_numbers_of_things(week):
    assert week == Loaded(campaigns=1, actions=27, organizers=72, milestones=4, places=26, left_out=0)
    assert {
        "campaigns": Campaign.objects.count(),
        "actions": Action.objects.published().count(),
        "dates": Occurrence.objects.count(),
        "organizers": Organizer.objects.count(),
        "milestones": Milestone.objects.count(),
        "places": Place.objects.count(),
        "sources of the campaign": Source.objects.filter(campaign__isnull=False).count(),
        "totals": ReportedTotal.objects.count(),
        "names": CampaignName.objects.count(),
        "listings": Listing.objects.count(),
    } == {
        "campaigns": 1,
        "actions": 27,
        "dates": 21,
        "organizers": 72,
        "milestones": 4,
        "places": 26,
        "sources of the campaign": 41,
        "totals": 8,
        "names": 3,
        "listings": 27,
    }


def test_what_is_stated_and_what_is_not(week):
    actions = Action.objects.all()
    assert {
        "day": actions.filter(start_date__isnull=False).count(),
        "time": actions.filter(start_time__isnull=False).count(),
        "end": actions.filter(end_date__isnull=False).count() + actions.filter(end_time__isnull=False).count(),
        "venue": actions.exclude(location__venue="").count(),
        "street": actions.exclude(location__street_address="").count(),
        "hosted": actions.filter(participations__role="host").distinct().count(),
        "undated": actions.undated().count(),
        "window": actions.filter(window_first__isnull=False).count(),
    } == {"day": 21, "time": 4, "end": 0, "venue": 17, "street": 3, "hosted": 15, "undated": 6, "window": 6}


def test_actions_are_as_shipped(week):
    expected = [
        {
            **{name: value for name, value in entry.items() if name not in ("location", "sources")},
            **{name: entry[name] or "" for name in ("time_note", "window_note")},
            "location": {name: "" if value is None else value for name, value in entry["location"].items()},
            "sources": [(url, n == 0) for n, url in enumerate(entry["sources"])],
        }
        for entry in shipped("actions")
    ]
    assert [_as_shipped(action) for action in Action.objects.order_by("pk")] == expected


def _as_shipped(action: Action) -> dict[str, Any]:
    """The row and its neighbours in the form of the file; what is null there is null or "" here."""
    names = ["uid", "slug", "title", "title_basis", "kind", "kind_detail", "time_note", "window_note", "timezone"]
    names += ["reported_status", "confidence", "confidence_note"]
    days = ["start_date", "window_first", "window_last"]
    clocks = ["start_time", "end_time"]
    place = model_to_dict(action.location, exclude=["id", "postal_code", "access_features", "access_note"])
    groups = action.participations.filter(state=ParticipationState.REPORTED, source__position=0)
    slugs = {
        role: list(groups.filter(role=role).order_by("position").values_list("organizer__slug", flat=True))
        for role in ("host", "endorser", "participant")
    }
    return {
        **{name: getattr(action, name) for name in names},
        **{name: value.isoformat() if (value := getattr(action, name)) else None for name in days},
        **{name: f"{value:%H:%M}" if (value := getattr(action, name)) else None for name in clocks},
        "location": place | {"place": action.location.place.key},
        "hosts": slugs["host"],
        "endorsers": slugs["endorser"],
        "participants": slugs["participant"],
        "listing_basis": action.listings.get(state="reported").basis,
        "sources": list(action.sources.order_by("position").values_list("url", "is_main")),
    }


def test_nothing_is_filled_in(week):
    """Columns that no fact of the week goes into have their defaults."""
    names = ["status", "attendance_mode", "place_visibility", "description", "online_url", "route_start", "route_end"]
    names += ["gathering_time", "step_off_time", "what_to_bring", "contact", "picture", "confirmed_at", "end_date"]
    expected = ("scheduled", "in-person", "exact", "", "", "", "", None, None, "", "", "", None, None)
    assert set(Action.objects.values_list(*names)) == {expected}
    assert set(Location.objects.values_list("precision", "postal_code", "access_note")) == {("city", "", "")}


def test_organizers_are_as_shipped(week):
    rows = Organizer.objects.order_by("pk").values("uid", "slug", "name", "aliases", "kind", "kind_note", "website")
    assert list(rows) == [entry | {"website": entry["website"] or ""} for entry in shipped("organizers")]


def test_the_campaign_is_as_shipped(week):
    campaign, entry = Campaign.objects.get(), shipped("campaign")
    simple = ("uid", "slug", "name", "callers_note", "totals_note", "follow_up_note", "countries")
    assert {name: getattr(campaign, name) for name in simple} == {name: entry[name] for name in simple}
    assert (str(campaign.first_day), str(campaign.last_day)) == ("2025-11-15", "2025-11-23")
    assert [
        {"name": row.name, "note": row.note or None, "source": row.source.url} for row in campaign.names.all()
    ] == entry["names"]
    assert [
        {
            "organizer": row.organizer.slug,
            "part": row.part,
            "wording": row.wording,
            "source": row.source.url if row.source else None,
        }
        for row in CampaignOrganizer.objects.all()
    ] == entry["parts"]
    assert [{"statement": row.statement, "source": row.source.url} for row in campaign.totals.all()] == entry["totals"]
    assert [
        {**row, "published_on": row["published_on"] and row["published_on"].isoformat()}
        for row in campaign.sources.values("url", "outlet", "published_on", "note")
    ] == entry["sources"]


def test_callers_and_publishers(week):
    assert Counter(CampaignOrganizer.objects.values_list("part", flat=True)) == {"caller": 4, "publisher": 2}


def test_sources_of_actions_carry_what_the_campaign_says_of_them(week):
    facts = set(Source.objects.filter(campaign__isnull=False).values_list("url", "outlet", "published_on", "note"))
    others = set(Source.objects.filter(campaign__isnull=True).values_list("url", "outlet", "published_on", "note"))
    assert others - facts == set()


def test_milestones_are_as_shipped(week):
    names = ("uid", "slug", "title", "kind", "venue", "locality", "country", "reported_status", "confidence")
    assert [
        {**{name: getattr(row, name) or None for name in names}, "start_date": row.start_date.isoformat()}
        for row in Milestone.objects.order_by("pk")
    ] == [{name: entry[name] for name in (*names, "start_date")} for entry in shipped("campaign")["milestones"]]


def test_the_march_with_two_dates_has_both_each_with_its_sources(week):
    march = Milestone.objects.get(slug="communal-youth-march")
    rows = march.sources.order_by("position").values_list("outlet", "is_main", "stated_date")
    assert [(outlet, is_main, str(day)) for outlet, is_main, day in rows] == [
        ("Fight Back! News", True, "2025-11-14"),
        ("Ciudad CCS", False, "2025-11-13"),
        ("ABC Color", False, "2025-11-13"),
        ("Ciudad MCY", False, "2025-11-13"),
    ]
    assert march.confidence_note == (
        "Event certain, day disputed; the main source does not name the city, the other reports do. "
        "Three news reports, all dated Thursday 13 November 2025, describe the march as taking place that day. "
        "The main source's date is probably one day late."
    )
    others = Source.objects.filter(milestone__isnull=False).exclude(milestone=march)
    assert set(others.values_list("stated_date", flat=True)) == {None}


def test_cities_alone_are_shared(week):
    assert [
        (location.locality, location.actions.count())
        for location in Location.objects.filter(venue="").order_by("locality")
        if location.actions.count() > 1
    ] == [("Berkeley", 2)]
    assert Location.objects.count() == 26


def test_dated_actions_are_in_calendars_under_their_uid(week):
    dated = Action.objects.filter(start_date__isnull=False)
    rows = Occurrence.objects.exclude(vevent="")
    assert sorted(rows.values_list("uid", flat=True)) == sorted(dated.values_list("uid", flat=True))
    assert {uid for uid, text in rows.values_list("uid", "vevent") if f"UID:{uid}\r\n" not in text} == set()


def test_moments_are_those_of_the_load(week):
    moments = set(Action.objects.values_list("created_at", "updated_at", "published_at"))
    assert moments == {(NOW, NOW, NOW)}


# Again, and after people


def test_a_second_load_changes_nothing(week):
    before = everything()
    assert load_week(read_week(), now=LATER) == Loaded()
    assert everything() == before


def test_a_second_load_keeps_what_people_did(week):
    tucson = Action.objects.get(slug="2025-11-22-tucson-us")
    boston = Action.objects.get(slug="2025-11-22-boston-us")
    group = Organizer.objects.get(slug="massachusetts-peace-action")
    edit_action(tucson.pk, {"title": "A title of ours", "slug": "tucson"}, by=None, now=LATER)
    withdraw_action(boston.pk, by=None, now=LATER)
    edit_organizer(group.pk, {"name": "A name of ours", "slug": "ours"}, by=None, now=LATER)
    before = everything()
    assert load_week(read_week(), now=LATER + timedelta(days=1)) == Loaded()
    assert everything() == before
    assert Action.objects.get(uid=tucson.uid).title == "A title of ours"
    assert Action.objects.get(uid=boston.uid).publication == "withdrawn"
    assert Organizer.objects.get(uid=group.uid).name == "A name of ours"


def test_what_was_removed_does_not_come_back(week):
    @operation
    def remove() -> None:
        Action.objects.get(slug="undated-albany-us").delete()
        Milestone.objects.get(slug="national-popular-consultation").delete()
        Organizer.objects.get(slug="nicaragua-solidarity-coalition").campaign_parts.all().delete()
        Organizer.objects.get(slug="nicaragua-solidarity-coalition").delete()

    remove()
    before = everything()
    assert load_week(read_week(), now=LATER) == Loaded(left_out=3)
    assert everything() == before


def test_what_a_later_release_adds_is_added_to_what_is_there(week, tmp_path):
    _write_one_more(tmp_path, {"uid": "3f0e4cc5-3a9b-4dd4-8a7d-0c7f1c9a3b11", "slug": "one-more"})
    assert load_week(read_week(tmp_path), now=LATER) == Loaded(actions=1)
    action = Action.objects.get(slug="one-more")
    first = Action.objects.get(slug="2025-11-13-berkeley-us")
    assert (action.location, action.created_at, first.created_at) == (first.location, LATER, NOW)


def test_a_name_that_is_taken_in_addresses_gets_a_number(week, tmp_path):
    new = {"uid": "3f0e4cc5-3a9b-4dd4-8a7d-0c7f1c9a3b11", "slug": "2025-11-22-tucson-us"}
    _write_one_more(tmp_path, new)
    load_week(read_week(tmp_path), now=LATER)
    assert Action.objects.get(uid=new["uid"]).slug == "2025-11-22-tucson-us-2"


# What cannot be loaded


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("actions.json", None, "{directory}/actions.json cannot be opened: No such file or directory."),
        ("actions.json", "[\n{,\n", "{directory}/actions.json is not JSON: {json_error} in line 2."),
        ("actions.json", "{}", "actions.json is not a list."),
        ("actions.json", "[1]", "actions.json, entry 1 is not an object."),
        ("places.json", '[{"key": "x"}]', "places.json, entry 1: “kind” is missing."),
        ("organizers.json", "[]", "campaign.json names the group “alliance-for-global-justice”, which is not there."),
    ],
)
def test_an_unreadable_seed_is_refused_with_a_sentence(file, text, sentence, tmp_path):
    shutil.copytree(WEEK, tmp_path, dirs_exist_ok=True)
    (tmp_path / file).unlink()
    if text is not None:
        (tmp_path / file).write_text(text, encoding="utf-8")
    expected = sentence.format(directory=tmp_path, json_error="Expecting property name enclosed in double quotes")
    with pytest.raises(UnreadableSeed) as refused:
        read_week(tmp_path)
    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"colour": "red"}, "actions.json, entry 1: “colour” is not known."),
        ({"uid": None}, "actions.json, entry 1: “uid” is empty."),
        ({"start_date": "2025-11-31"}, "actions.json, entry 1, start_date: “2025-11-31” is not a day."),
        ({"start_time": 14}, "actions.json, entry 1, start_time: 14 is not a time."),
        ({"kind": "brawl"}, "actions.json, entry 1: “brawl” is not a kind of the list."),
        ({"sources": None}, "actions.json, entry 1, sources is not a list."),
        ({"hosts": ["wbai", "wbai"]}, "2025-11-13-berkeley-us: the group “wbai” stands there twice."),
        ({"hosts": ["wbai"], "sources": []}, "2025-11-13-berkeley-us names groups and no source that names them."),
        (
            {"uid": "cb0a5748-b6dc-40d0-9ed9-5d2a89f9f220"},
            "The uid “cb0a5748-b6dc-40d0-9ed9-5d2a89f9f220” stands there twice.",
        ),
    ],
)
def test_a_bad_entry_is_refused_with_a_sentence(change, sentence, tmp_path):
    _write_first_action(tmp_path, change)
    with pytest.raises(UnreadableSeed) as refused:
        read_week(tmp_path)
    assert str(refused.value) == sentence


def test_what_the_rules_refuse_is_refused_as_a_whole(week, tmp_path):
    _write_one_more(
        tmp_path, {"uid": "3f0e4cc5-3a9b-4dd4-8a7d-0c7f1c9a3b11", "slug": "one-more", "timezone": "Mars/Olympus"}
    )
    before = everything()
    with pytest.raises(UnreadableSeed) as refused:
        load_week(read_week(tmp_path), now=LATER)
    assert str(refused.value) == (
        "one-more: “Mars/Olympus” is not a time zone. Use a name such as Europe/Berlin or America/New_York."
    )
    assert everything() == before


def _write_first_action(directory: Path, change: dict[str, Any]) -> None:
    first, *others = shipped("actions")
    _write_actions(directory, [first | change, *others])


def _write_one_more(directory: Path, change: dict[str, Any]) -> None:
    actions = shipped("actions")
    _write_actions(directory, [*actions, actions[0] | change])


def _write_actions(directory: Path, actions: list[dict[str, Any]]) -> None:
    shutil.copytree(WEEK, directory, dirs_exist_ok=True)
    (directory / "actions.json").write_text(json.dumps(actions), encoding="utf-8")
