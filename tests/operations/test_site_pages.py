import pytest

from rallies.enums import SitePageKey
from rallies.models import SitePage
from rallies.operations.errors import RulesBroken
from rallies.operations.site_pages import edit_site_page, restore_site_page
from rallies.selectors.site_pages import shipped_page
from tests.factories import NOW
from tests.operations.state import LATER, dump

pytestmark = pytest.mark.django_db

IMPRINT = SitePageKey.IMPRINT


def rows():
    return list(SitePage.objects.values_list("key", "title", "text", "created_at", "updated_at"))


def history():
    return [(h.title, h.history_type, h.history_date) for h in SitePage.history.order_by("history_id")]


def test_edit_writes_a_row_from_the_shipped_text_and_cleans_what_was_typed():
    edit_site_page(IMPRINT, {"text": " Group 1\r\nExample\x00 Street 1 "}, by=None, now=NOW)
    assert rows() == [("imprint", "Imprint", "Group 1\nExample Street 1", NOW, NOW)]
    edit_site_page(IMPRINT, {"title": "Who\twe are"}, by=None, now=LATER)
    assert rows() == [("imprint", "Who we are", "Group 1\nExample Street 1", NOW, LATER)]
    assert history() == [("Imprint", "+", NOW), ("Who we are", "~", LATER)]


def test_what_the_shipped_page_says_is_not_stored():
    shipped = shipped_page(IMPRINT)
    before = dump()
    edit_site_page(IMPRINT, {"title": shipped.title, "text": shipped.text.replace("\n", "\r\n")}, by=None, now=NOW)
    assert dump() == before


def test_edit_with_nothing_different_changes_no_table():
    edit_site_page(IMPRINT, {"text": "Us."}, by=None, now=NOW)
    before = dump()
    edit_site_page(IMPRINT, {"title": "Imprint", "text": "Us. "}, by=None, now=LATER)
    assert dump() == before


@pytest.mark.parametrize(
    "restore",
    [
        lambda: restore_site_page(IMPRINT, by=None, now=LATER),
        lambda: edit_site_page(IMPRINT, {"text": shipped_page(IMPRINT).text}, by=None, now=LATER),
    ],
)
def test_going_back_to_the_shipped_text_takes_the_row_away_and_keeps_history(restore):
    edit_site_page(IMPRINT, {"text": "Us."}, by=None, now=NOW)
    page = restore()
    assert (page.title, page.text, rows()) == ("Imprint", shipped_page(IMPRINT).text, [])
    assert history() == [("Imprint", "+", NOW), ("Imprint", "-", LATER)]


def test_going_back_where_nothing_was_written_changes_no_table():
    before = dump()
    restore_site_page(IMPRINT, by=None, now=NOW)
    assert dump() == before


def test_bad_input_changes_nothing():
    before = dump()
    with pytest.raises(RulesBroken) as caught:
        edit_site_page(IMPRINT, {"title": " ", "text": "\x00"}, by=None, now=NOW)
    assert [rule.field for rule in caught.value.broken] == ["title", "text"]
    with pytest.raises(TypeError, match="key"):
        edit_site_page(IMPRINT, {"key": "about"}, by=None, now=NOW)
    assert dump() == before
