"""Lists of the desk: editing in place, filters, search."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine

from rallies.admin.campaigns import CampaignAdmin
from rallies.models import Campaign, FeedStamp, Organizer
from rallies.operations.actions import cancel_action, confirm_action
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
            "missing=confirmation",
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
        "missing=confirmation": [],
        "country=KE": ["Dateless"],
        f"listings__campaign__id__exact={week.pk}": ["Gone"],
        "publication__exact=draft": ["Draft"],
        "kind__exact=vigil": ["Draft"],
        "attendance_mode__exact=online": ["Online"],
    }
    upcoming = listed(desk, "/admin/rallies/action/?when=upcoming")
    assert (len(everything), upcoming) == (9, [title for title in everything if title not in {"Gone", "Dateless"}])


def test_actions_are_found_by_words_of_the_title_the_place_and_the_groups(desk):
    """Each word may stand elsewhere; what stands in quotation marks is one. Each action stands there once."""
    groups = [make_organizer(name="River Group"), make_organizer(name="River Choir")]
    nairobi = make_location(
        venue="Uhuru Park", locality="Nairobi", region="", region_code="", country="KE", timezone="Africa/Nairobi"
    )
    make_action(title="Marche à pied", hosts=groups, location=nairobi, start_date=NOW.date())
    make_action(title="March", hosts=groups[:1], start_date=NOW.date())
    make_action(title="Vigil", slug="candles", location=None, start_date=NOW.date())
    asked = (
        "river",
        "a pied",
        "marche nairobi",
        "river park",
        '"river choir"',
        '"choir river"',
        "candles",
        "river vigil",
        "",
    )
    found = {words: sorted(listed(desk, f"/admin/rallies/action/?{urlencode({'q': words})}")) for words in asked}
    assert found == {
        "river": ["March", "Marche à pied"],
        "a pied": ["Marche à pied"],
        "marche nairobi": ["Marche à pied"],
        "river park": ["Marche à pied"],
        '"river choir"': ["Marche à pied"],
        '"choir river"': [],
        "candles": ["Vigil"],
        "river vigil": [],
        "": ["March", "Marche à pied", "Vigil"],
    }


def test_the_list_leads_to_years_months_and_days_that_have_any(desk):
    for day in ("2026-05-01", "2026-05-09", "2026-06-01", "2027-05-01"):
        make_action(title=day, start_date=date.fromisoformat(day), now=NOW)
    make_action(title="Dateless", start_date=None, now=NOW)
    steps = ("", "start_date__year=2026", "start_date__year=2026&start_date__month=5")
    found = []
    for question in (*steps, f"{steps[-1]}&start_date__day=9", "q=2027"):
        by_day = desk.get(f"/admin/rallies/action/?{question}").context["cl"].by_day
        led = [(each["title"], each.get("link", "").replace("start_date__", "")) for each in by_day["choices"]]
        found.append((by_day["back"] and by_day["back"]["title"], led))
    assert found == [
        (None, [("2026", "?year=2026"), ("2027", "?year=2027")]),
        ("All dates", [("May 2026", "?month=5&year=2026"), ("June 2026", "?month=6&year=2026")]),
        ("2026", [("May 1", "?day=1&month=5&year=2026"), ("May 9", "?day=9&month=5&year=2026")]),
        ("May 2026", [("May 9", "")]),
        ("2027", [("May 1", "?q=2027&day=1&month=5&year=2027")]),
    ]


def test_the_list_says_of_what_is_ahead_what_it_lacks(desk):
    """In words, and as the filter finds it. Nobody completes what is over or called off."""
    today, group = NOW.date(), make_organizer()
    whole = {"description": "Come.", "hosts": [group], "start_date": today + timedelta(days=9), "now": NOW}
    soon, bare = today + timedelta(days=2), {"description": "", "hosts": [], "location": None}
    make_action(title="Whole", **whole)
    make_action(title="Bare", **{**whole, **bare, "start_time": None})
    make_action(title="Dateless", **{**whole, "start_date": None, "start_time": None})
    make_action(title="Online", attendance_mode="online", **{**whole, "location": None})
    make_action(title="Soon", **{**whole, "start_date": soon})
    make_action(title="Asked", publish=False, **{**whole, "start_date": soon})
    confirm_action(make_action(title="Confirmed", **{**whole, "start_date": soon}).pk, by=None, now=NOW)
    cancel_action(make_action(title="Off", **{**whole, **bare, "start_date": soon}).pk, by=None, now=NOW)
    make_action(title="Over", **{**whole, **bare, "start_date": today - timedelta(days=9)})
    page = desk.get("/admin/rallies/action/").content.decode()
    told = {}
    for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)[1:]:
        title = re.findall(r'/change/[^"]*"[^>]*>([^<]+)</a>', row)[0]
        told[title] = re.findall(r'data-missing="(\w+)">([^<]+)<', row)
    ahead = {
        "Whole": [],
        "Bare": [("time", "No time"), ("place", "No place"), ("host", "No host"), ("description", "No description")],
        "Dateless": [("date", "No date")],
        "Online": [],
        "Soon": [("confirmation", "Not confirmed")],
        "Asked": [],
        "Confirmed": [],
    }
    assert told == {**ahead, "Off": [], "Over": []}
    for what in ("date", "time", "place", "host", "description", "confirmation"):
        found = set(listed(desk, f"/admin/rallies/action/?missing={what}")) - {"Off", "Over"}
        assert found == {title for title, flags in ahead.items() if what in dict(flags)}, what


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


def test_dates_are_found_by_words_of_their_action_and_sorted(desk):
    make_action(title="River march", recurrence_rule="FREQ=DAILY;COUNT=3")
    uid = make_action(title="Vigil").occurrences.get().uid

    def asked(**question):
        rows = desk.get(f"/admin/rallies/occurrence/?{urlencode(question)}").context["cl"].result_list
        return [(row.action.title, row.start_date) for row in rows]

    march, vigil = asked(q="march river"), asked(q=uid)
    assert [title for title, _day in (*march, *vigil)] == ["River march"] * 3 + ["Vigil"]
    assert asked(q="nothing") == []
    assert sorted(asked(q=" ")) == sorted(march + vigil)
    latest = [day for _title, day in asked(o="-1")]
    assert latest == sorted(latest, reverse=True) and len(latest) == 4


def main_of(desk, path: str) -> str:
    """The words of the page, without its head."""
    html = desk.get(path).content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", "<main" + html).split())


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        (
            "action",
            "Actions Add an action No action is here yet. What you add stands here: first as a draft, which the public does not see.",
        ),
        ("membership", "Memberships Add membership Nothing is here yet."),
        ("change", "Changes No change is here yet: nothing was published."),
    ],
)
def test_an_empty_list_says_so_and_offers_the_one_way_on(desk, noun, said):
    assert main_of(desk, f"/admin/rallies/{noun}/") == said


@pytest.mark.parametrize(
    "asked", ["q=harbour", "publication__exact=draft", "start_date__year=2020", "q=harbour&status__exact=cancelled"]
)
def test_a_list_in_which_nothing_fits_leads_to_all_and_offers_no_step(desk, asked):
    make_action(title="Vigil")
    page = desk.get(f"/admin/rallies/action/?{asked}").content.decode()
    assert re.findall(r'<p class="desk-calm">(.*?)</p>', page) == ["Nothing fits what was looked for."]
    assert re.findall(r'<a class="button" href="([^"]*)">([^<]*)</a>', page) == [("?", "Show all")]
    assert ('name="action"' in page, 'id="searchbar"' in page) == (False, True)


def test_the_list_of_actions_says_in_which_order_it_stands_until_another_is_chosen(desk):
    make_action(title="Vigil")
    said = '<p class="help">Last changed first.</p>'
    pages = ["/admin/rallies/action/", "/admin/rallies/action/?q=vigil", "/admin/rallies/action/?o=1"]
    assert [said in desk.get(page).content.decode() for page in pages] == [True, True, False]


def test_a_city_without_a_venue_is_called_by_its_name_in_the_list_of_locations(desk):
    make_location(venue="", locality="Tucson")
    make_location(venue="Court", locality="Boston")
    page = desk.get("/admin/rallies/location/?o=3").content.decode()
    assert re.findall(r'<a href="/admin/rallies/location/\d+/change/[^"]*">([^<]*)</a>', page) == ["Court", "Tucson"]
