"""The desk changes the pages of the site: all four from the start, none more."""

import re

import pytest
from django.test import Client

from rallies.enums import SitePageKey
from rallies.models import SitePage
from rallies.operations.accounts import create_administrator
from rallies.selectors.site_pages import shipped_page
from tests.factories import NOW, make_campaign, make_organizer
from tests.people import at_the_desk, make_person
from tests.signing_in import sign_in
from tests.web.reading import read

from .forms import told_of

pytestmark = pytest.mark.django_db

LIST = "/admin/rallies/sitepage/"
IMPRINT = f"{LIST}imprint/change/"


@pytest.fixture
def desk(client: Client) -> Client:
    user, _ = create_administrator(username="admin", now=NOW)
    sign_in(client, user)
    return client


def shown(desk):
    """What a browser would send back of the form that nobody touched."""
    form = desk.get(IMPRINT).context["adminform"].form
    return {name: form[field].value() for field in ("title", "text") for name in (field, f"initial-{field}")}


def rows():
    return list(SitePage.objects.values_list("key", "title", "text"))


def listed(desk):
    return [row.all("td")[0].words for row in read(desk.get(LIST).content).one("tbody").all("tr")]


def test_all_four_pages_are_there_from_the_start(desk):
    table = read(desk.get(LIST).content).one("tbody")
    assert [(row.one("th").words, row.all("td")[0].words, row.all("td")[2].words) for row in table.all("tr")] == [
        ("About", "the shipped one", "/about/"),
        ("Privacy", "the shipped one", "/privacy/"),
        ("Imprint", "the shipped one", "/imprint/"),
        ("Accessibility", "the shipped one", "/accessibility/"),
    ]
    for link in table.all("th"):
        form = read(desk.get(link.one("a").attributes["href"]).content)
        assert len(form.one("textarea", name="text").words) > 200


def test_a_form_that_nobody_touched_stores_nothing(desk):
    assert desk.post(IMPRINT, shown(desk)).status_code == 302
    assert rows() == []


def test_text_is_replaced_and_taken_back(desk):
    assert desk.post(IMPRINT, {**shown(desk), "text": "Group 1"}).status_code == 302
    assert rows() == [("imprint", "Imprint", "Group 1")]
    assert listed(desk) == ["the shipped one", "the shipped one", "your own", "the shipped one"]
    assert read(desk.get("/imprint/").content).one(".prose").words == "Group 1"
    assert shown_beside(desk) == "".join(shipped_page(SitePageKey.IMPRINT).text.split())
    assert desk.post(IMPRINT, {**shown(desk), "text": "", "is_shipped": "on"}).status_code == 302
    assert rows() == []


def shown_beside(desk):
    """The shipped text on the form, without white space: lines are elements there."""
    return "".join(read(desk.get(IMPRINT).content).one(".field-shipped").one(".readonly").words.split())


def test_two_people_with_the_same_form_do_not_undo_each_other(desk):
    first, second = shown(desk), shown(desk)
    desk.post(IMPRINT, {**first, "text": "Group 1"})
    desk.post(IMPRINT, {**second, "title": "Who we are"})
    assert rows() == [("imprint", "Who we are", "Group 1")]


def test_bad_input_is_said_beside_its_field(desk):
    answer = desk.post(IMPRINT, {**shown(desk), "title": "x" * 101, "text": "\x01"})
    found = dict(re.findall(r'class="errorlist" id="id_(\w+)_error"><li>(.*?)</li>', answer.content.decode()))
    assert (answer.status_code, list(found), rows()) == (200, ["title", "text"], [])


def test_history_tells_who_changed_what_also_after_going_back(desk):
    desk.post(IMPRINT, {**shown(desk), "text": "Group 1"})
    desk.post(IMPRINT, {**shown(desk), "text": "Group 2"})
    desk.post(IMPRINT, {**shown(desk), "is_shipped": "on"})
    assert [line[1:] for line in told_of(desk, f"{LIST}imprint/history/")] == [
        ["admin", "Deleted"],
        ["admin", "text", "Group 1", "Group 2"],
        ["admin", "Created"],
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"{LIST}add/", 403), (f"{LIST}imprint/delete/", 403), (f"{LIST}jobs/change/", 302)],
)
def test_no_page_is_added_or_deleted(desk, path, status):
    assert [
        desk.get(path).status_code,
        desk.post(path, {"title": "Jobs", "text": "None.", "post": "yes"}).status_code,
    ] == [
        status,
        status,
    ]
    assert rows() == []


def test_pages_of_the_site_are_the_administrators_own(db):
    organizer = at_the_desk(make_person(organizes=(make_organizer(),), coordinates=(make_campaign(),)))
    assert [organizer.get(path).status_code for path in (LIST, IMPRINT)] == [403, 403]
    assert organizer.post(IMPRINT, {"title": "Ours", "text": "Ours."}).status_code == 403
    assert rows() == []
