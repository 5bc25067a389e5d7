"""The frame of the desk: its first page, and what every page of it loads."""

import re

import pytest
from django.contrib.auth.models import User

from rallies.enums import ReportKind
from rallies.models import Location
from rallies.operations.actions import cancel_action
from rallies.operations.reports import report_error
from tests.factories import make_action, make_place

from .forms import NOW

pytestmark = pytest.mark.django_db


def _links(page: str) -> list[tuple[str, str]]:
    main = page.partition("<main")[2].partition("</main>")[0]
    return [(words.strip(), href) for href, words in re.findall(r'<a [^>]*href="([^"]*)">([^<]*)</a>', main)]


def test_first_page_begins_with_what_people_come_for(desk):
    links = _links(desk.get("/admin/").content.decode())
    assert links[:14] == [
        ("Add an action", "/admin/rallies/action/add/"),
        ("Actions", "/admin/rallies/action/"),
        ("Drafts", "/admin/rallies/action/?publication__exact=draft"),
        ("Submitted", "/admin/rallies/action/?publication__exact=submitted"),
        ("Published", "/admin/rallies/action/?publication__exact=published"),
        ("Removed", "/admin/rallies/action/?publication__exact=withdrawn"),
        ("Campaigns", "/admin/rallies/campaign/"),
        ("Add a campaign", "/admin/rallies/campaign/add/"),
        ("Organizers", "/admin/rallies/organizer/"),
        ("Add an organizer", "/admin/rallies/organizer/add/"),
        ("Locations", "/admin/rallies/location/"),
        ("Add a location", "/admin/rallies/location/add/"),
        ("Error reports", "/admin/rallies/errorreport/"),
        ("Pages of the site", "/admin/rallies/sitepage/"),
    ]
    assert ("Users", "/admin/auth/user/") in links[13:]


def test_open_reports_are_counted_on_the_first_page_and_beside_their_action(desk):
    action, other = make_action(now=NOW), make_action(now=NOW)
    paths = ["/admin/", *(f"/admin/rallies/action/{row.pk}/change/" for row in (action, other))]
    shown = [
        [link for link in _links(desk.get(path).content.decode()) if "state__exact=open" in link[1]] for path in paths
    ]
    assert shown == [[], [], []]
    for text in ("Not at noon.", "Not there."):
        report_error(action.uid, kind=ReportKind.TIME, text=text, now=NOW)
    shown = [
        [link for link in _links(desk.get(path).content.decode()) if "state__exact=open" in link[1]] for path in paths
    ]
    of_action = f"/admin/rallies/errorreport/?action__id__exact={action.pk}&amp;state__exact=open"
    assert shown == [
        [("2 are open", "/admin/rallies/errorreport/?state__exact=open")],
        [("2 errors are reported", of_action)],
        [],
    ]
    page = desk.get(of_action.replace("&amp;", "&"))
    assert sorted(report.text for report in page.context["cl"].result_list) == ["Not at noon.", "Not there."]


def test_history_that_is_not_kept_is_not_offered(desk):
    place, action = make_place(), make_action(now=NOW)
    assert "/history/" not in desk.get(f"/admin/rallies/place/{place.pk}/change/").content.decode()
    assert desk.get(f"/admin/rallies/place/{place.pk}/history/").status_code == 404
    assert "/history/" in desk.get(f"/admin/rallies/action/{action.pk}/change/").content.decode()


def test_list_of_actions_flags_what_is_not_simply_on(desk):
    for publication in ("draft", "published", "withdrawn"):
        make_action(slug=publication, publication=publication, now=NOW)
    cancel_action(make_action(slug="off", now=NOW).pk, by=None, now=NOW)
    html = desk.get("/admin/rallies/action/").content.decode()
    cells = [cell.strip() for cell in re.findall(r'field-standing">(.*?)</td>', html)]
    assert sorted(cells) == [
        '<span class="flag" data-publication="draft">Draft</span>',
        '<span class="flag" data-publication="withdrawn">Withdrawn</span> It can be put back until Thursday, 31 December 2026.',
        '<span class="flag" data-status="cancelled">Cancelled</span>',
        "Published",
    ]


def test_location_without_a_zone_has_that_of_its_place(desk):
    place = make_place("nairobi-ke", timezone="Africa/Nairobi")
    typed = {"locality": "Nairobi", "country": "KE", "precision": "city", "place": place.pk}
    assert desk.post("/admin/rallies/location/add/", typed).status_code == 302
    assert Location.objects.get().timezone == "Africa/Nairobi"


def test_links_to_drafts_and_the_rest_narrow_the_list(desk):
    for publication in ("draft", "submitted", "published"):
        make_action(title=publication, slug=publication, publication=publication)
    for publication in ("draft", "submitted", "published"):
        page = desk.get("/admin/rallies/action/", {"publication__exact": publication}).content.decode()
        rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
        assert re.findall(r'field-title"><a [^>]*>([^<]*)<', rows) == [publication]


@pytest.mark.parametrize("path", ["/admin/", "/admin/rallies/action/", "/admin/rallies/action/add/", "/account/"])
def test_styles_of_django_are_left_out(desk, path):
    page = desk.get(path).content.decode()
    styles = set(re.findall(r'href="/static/(\w+)/css/[^"]*?(\w+)(?:\.min)?\.css"', page))
    assert {name for app, name in styles if app == "admin"} <= {"autocomplete", "select2"}
    assert ("rallies", "desk") in styles
    # Nor its switch of schemes: the desk follows the reader's, as the site does.
    assert "theme.js" not in page


def test_history_of_what_nobody_changed_says_so(desk):
    assert "Nothing was changed yet." in desk.get("/admin/rallies/sitepage/about/history/").content.decode()


def test_days_and_hours_are_asked_with_the_pickers_of_the_browser(desk):
    """Everywhere, as on the form of an action: without scripts too, and a phone has wheels of its own."""
    action = make_action(start_date=NOW.date(), now=NOW)
    asked = {
        f"/admin/rallies/action/{action.pk}/move-time/": {"date": 2, "time": 2},
        f"/admin/rallies/action/{action.pk}/duplicate/": {"date": 1, "time": 0},
        # Two of a source that scripts add, and two of one that is there for those without scripts.
        "/admin/rallies/campaign/add/": {"date": 6, "time": 0},
        "/admin/rallies/milestone/add/": {"date": 5, "time": 0},
    }
    pages = {path: desk.get(path).content.decode() for path in asked}
    found = {path: {kind: page.count(f'type="{kind}"') for kind in ("date", "time")} for path, page in pages.items()}
    assert found == asked
    assert not [path for path, page in pages.items() if "DateTimeShortcuts" in page]


def test_accounts_are_told_in_words_of_the_desk(desk):
    pages = [
        desk.get(f"/admin/auth/user/{page}").content.decode()
        for page in ("", "add/", f"{User.objects.get().pk}/change/")
    ]
    assert [
        word
        for word in ("Superuser", "superuser status", "Single Sign-On", "user options")
        if any(word in page for page in pages)
    ] == []
    assert desk.get("/admin/auth/user/?is_superuser__exact=0").context["cl"].result_count == 0
    typed = {"username": "clerk", "password1": "tell-nobody-9", "password2": "tell-nobody-9"}
    assert desk.post("/admin/auth/user/add/", typed).status_code == 302
    assert User.objects.get(username="clerk").check_password("tell-nobody-9")
