"""Lists of the desk: editing in place, filters, search."""

from datetime import date, timedelta

import pytest
import time_machine

from rallies.admin.campaigns import CampaignAdmin
from rallies.models import Campaign, FeedStamp, Organizer
from rallies.operations.errors import RulesBroken
from rallies.rules.errors import BadValue
from tests.factories import make_action, make_campaign, make_location, make_organizer

from .forms import NOW, errors_of, messages_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def listed(desk, path: str) -> list[str]:
    return sorted(str(row) for row in desk.get(path).context["cl"].result_list)


def rows(*given, **typed) -> dict[str, object]:
    """What the list of these rows sends back; `typed` is for the first."""
    sent: dict[str, object] = {"form-TOTAL_FORMS": len(given), "form-INITIAL_FORMS": len(given), "_save": "Save"}
    for number, row in enumerate(given):
        sent[f"form-{number}-id"] = row.pk
        if isinstance(row, Organizer):
            sent[f"form-{number}-kind"] = sent[f"initial-form-{number}-kind"] = row.kind
        elif row.is_public:
            sent[f"form-{number}-is_public"] = sent[f"initial-form-{number}-is_public"] = "on"
    return sent | {f"form-0-{name}": value for name, value in typed.items()}


def test_a_list_edited_in_place_goes_through_operations(desk):
    first, second = make_organizer(name="First"), make_organizer(name="Second")
    before = FeedStamp.objects.get(scope="site").number
    response = desk.post("/admin/rallies/organizer/", rows(first, second, kind="student-group"), follow=True)
    assert messages_of(response) == ["1 organizer was changed successfully."]
    assert list(Organizer.objects.values_list("name", "kind")) == [
        ("First", "student-group"),
        ("Second", second.kind),
    ]
    assert FeedStamp.objects.get(scope="site").number == before + 1
    assert Organizer.history.filter(history_type="~").get().history_user.username == "admin"


def test_a_campaign_is_taken_from_the_public_in_the_list(desk):
    week = make_campaign(name="Week", slug="week")
    desk.post("/admin/rallies/campaign/", {**rows(week), "form-0-is_public": ""})
    assert Campaign.objects.get().is_public is False
    assert desk.get("/campaigns/week/").status_code == 404


def test_two_people_with_the_same_list_do_not_undo_each_other(desk):
    first, second = make_organizer(name="First"), make_organizer(name="Second")
    shown_before = rows(first, second, kind="student-group")
    desk.post("/admin/rallies/organizer/", {**rows(first, second), "form-1-kind": "faith-group"})
    desk.post("/admin/rallies/organizer/", shown_before)
    assert list(Organizer.objects.values_list("kind", flat=True)) == ["student-group", "faith-group"]


def test_what_is_refused_in_a_list_stands_beside_its_field_and_nothing_is_saved(desk, monkeypatch):
    """No operation refuses what these lists offer today; the base of all lists must be ready for one that does."""
    first, second = make_campaign(name="First", is_public=False), make_campaign(name="Second")
    edit = CampaignAdmin.edit

    def refuse(self, pk, values, request):
        row = edit(self, pk, values, request)
        if pk == second.pk:
            raise RulesBroken([BadValue("Not this one.", field="is_public")])
        return row

    monkeypatch.setattr(CampaignAdmin, "edit", refuse)
    # The list has the last one first.
    sent = {**rows(second, first), "form-0-is_public": "", "form-1-is_public": "on"}
    response = desk.post("/admin/rallies/campaign/", sent)
    assert response.status_code == 200
    assert "Not this one." in response.content.decode()
    assert list(Campaign.objects.order_by("name").values_list("is_public", flat=True)) == [False, True]


def test_a_value_of_no_list_is_refused_in_place(desk):
    group = make_organizer(name="First")
    response = desk.post("/admin/rallies/organizer/", rows(group, kind="gang"))
    assert errors_of(response) == {
        "form-0-kind": "Select a valid choice. gang is not one of the available choices.",
    }


def test_filters_of_actions(desk):
    ahead, behind = NOW.date() + timedelta(days=9), NOW.date() - timedelta(days=9)
    group, week, _other = make_organizer(name="River Group"), make_campaign(name="Week"), make_campaign()
    nairobi = make_location(
        venue="", locality="Nairobi", region="", region_code="", country="KE", timezone="Africa/Nairobi"
    )
    kwargs = {"description": "Come.", "hosts": [group], "now": NOW}
    make_action(title="Whole", start_date=ahead, **kwargs)
    make_action(title="Timeless", start_date=ahead, start_time=None, **kwargs)
    make_action(title="Placeless", start_date=ahead, **{**kwargs, "location": None})
    make_action(title="Online", start_date=ahead, attendance_mode="online", **{**kwargs, "location": None})
    make_action(title="Hostless", start_date=ahead, **{**kwargs, "hosts": []})
    make_action(title="Wordless", start_date=ahead, **{**kwargs, "description": ""})
    make_action(title="Gone", start_date=behind, campaigns=[week], **kwargs)
    make_action(title="Dateless", start_date=None, location=nairobi, **kwargs)
    make_action(title="Draft", publish=False, kind="vigil", start_date=ahead, **kwargs)
    found = {
        question: listed(desk, f"/admin/rallies/action/?{question}")
        for question in (
            "when=undated",
            "when=past",
            "missing=date",
            "missing=time",
            "missing=place",
            "missing=host",
            "missing=description",
            "country=KE",
            f"listings__campaign__id__exact={week.pk}",
            "publication__exact=draft",
            "kind__exact=vigil",
            "attendance_mode__exact=online",
            "when=nonsense&missing=nonsense",
        )
    }
    everything = found.pop("when=nonsense&missing=nonsense")
    assert found == {
        "when=undated": ["Dateless"],
        "when=past": ["Gone"],
        "missing=date": ["Dateless"],
        "missing=time": ["Timeless"],
        "missing=place": ["Placeless"],
        "missing=host": ["Hostless"],
        "missing=description": ["Wordless"],
        "country=KE": ["Dateless"],
        f"listings__campaign__id__exact={week.pk}": ["Gone"],
        "publication__exact=draft": ["Draft"],
        "kind__exact=vigil": ["Draft"],
        "attendance_mode__exact=online": ["Online"],
    }
    upcoming = listed(desk, "/admin/rallies/action/?when=upcoming")
    assert (len(everything), upcoming) == (9, [title for title in everything if title not in {"Gone", "Dateless"}])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("sao PAULO", ["March in São Paulo"]),
        ("são", ["March in São Paulo"]),
        ("march paulo", ["March in São Paulo"]),
        ("river", ["Vigil"]),
        ("library", ["Vigil"]),
        ("vigil march", []),
        ("\"%_' \x00", []),
    ],
)
def test_search_of_actions_finds_titles_places_and_groups(desk, words, found):
    make_action(title="March in São Paulo", start_date=date(2026, 12, 1), now=NOW)
    place = make_location(venue="Library", now=NOW)
    groups = [make_organizer(name="River Group"), make_organizer(name="River Choir")]
    make_action(title="Vigil", start_date=date(2026, 12, 1), location=place, hosts=groups, now=NOW)
    response = desk.get("/admin/rallies/action/", {"q": words}, follow=True)
    shown = sorted(str(row) for row in response.context["cl"].result_list)
    assert shown == (found if "\x00" not in words else ["March in São Paulo", "Vigil"])


def test_search_of_groups_finds_other_names(desk):
    make_organizer(name="River Group", aliases=["RG South"])
    make_organizer(name="Other")
    assert listed(desk, "/admin/rallies/organizer/?q=rg+south") == ["River Group"]
