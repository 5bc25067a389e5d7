"""The frame of the desk: its first page, and what every page of it loads."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from rallies.operations.accounts import create_administrator
from tests.factories import make_action

NOW = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.fixture
def desk(db: None) -> Client:
    user, _password = create_administrator(username="admin", now=NOW)
    client = Client()
    client.force_login(user)
    return client


def _links(page: str) -> list[tuple[str, str]]:
    main = page.partition("<main")[2].partition("</main>")[0]
    return [(words.strip(), href) for href, words in re.findall(r'<a [^>]*href="([^"]*)">([^<]*)</a>', main)]


def test_first_page_begins_with_what_people_come_for(desk):
    links = _links(desk.get("/admin/").content.decode())
    assert links[:13] == [
        ("Add an action", "/admin/rallies/action/add/"),
        ("Actions", "/admin/rallies/action/"),
        ("Drafts", "/admin/rallies/action/?publication__exact=draft"),
        ("Submitted", "/admin/rallies/action/?publication__exact=submitted"),
        ("Published", "/admin/rallies/action/?publication__exact=published"),
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


def test_links_to_drafts_and_the_rest_narrow_the_list(desk):
    for publication in ("draft", "submitted", "published"):
        make_action(title=publication, slug=publication, publication=publication)
    for publication in ("draft", "submitted", "published"):
        page = desk.get("/admin/rallies/action/", {"publication__exact": publication}).content.decode()
        rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
        assert re.findall(r'field-title"><a [^>]*>([^<]*)<', rows) == [publication]


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/rallies/action/", "/admin/rallies/action/add/", "/admin/password_change/"]
)
def test_styles_of_django_are_left_out(desk, path):
    page = desk.get(path).content.decode()
    styles = set(re.findall(r'href="/static/(\w+)/css/[^"]*?(\w+)(?:\.min)?\.css"', page))
    assert {name for app, name in styles if app == "admin"} <= {"autocomplete", "select2"}
    assert ("rallies", "desk") in styles
    # Nor its switch of schemes: the desk follows the reader's, as the site does.
    assert "theme.js" not in page


def test_history_of_what_nobody_changed_says_so(desk):
    assert "Nothing was changed yet." in desk.get("/admin/rallies/sitepage/about/history/").content.decode()
