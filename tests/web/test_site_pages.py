"""About, privacy, imprint, accessibility: the shipped texts, and those of an operator."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rallies import links
from rallies.enums import SitePageKey
from rallies.operations.site_pages import edit_site_page, restore_site_page
from tests.factories import NOW
from tests.web.reading import read

pytestmark = pytest.mark.django_db

TITLES = {"about": "About this calendar", "privacy": "Privacy", "imprint": "Imprint", "accessibility": "Accessibility"}
FOOTER = [
    ("About", "/about/"),
    ("Privacy", "/privacy/"),
    ("Imprint", "/imprint/"),
    ("Accessibility", "/accessibility/"),
]


def page(path):
    answer = Client().get(path)
    assert answer.status_code == 200
    return read(answer.content)


def prose(path):
    return page(path).one(".prose")


@pytest.mark.parametrize("key", TITLES)
def test_page_has_one_title_and_whole_headings(key):
    shown = page(f"/{key}/")
    assert shown.said("h1") == [TITLES[key]]
    assert shown.one("title").words == f"{TITLES[key]} · Rallies"
    assert len(shown.one(".prose").all("h2")) >= 3
    # What a template or Markdown would leave behind.
    assert [mark for mark in ("{{", "{%", "**", "](", "\\", "None") if mark in shown.one("main").words] == []
    assert [a.attributes["href"] for a in shown.all("a", aria_current="page")] == [f"/{key}/"]


def test_every_page_links_them_in_its_foot():
    for path in ("/", "/about/", "/nowhere/"):
        foot = read(Client().get(path).content).one(".footer-pages")
        assert [(a.words, a.attributes["href"]) for a in foot.all("a")] == FOOTER


def test_written_paths_are_the_url_patterns():
    assert [links.site_page_path(key.value) for key in SitePageKey] == [
        reverse(f"rallies:{key.value}") for key in SitePageKey
    ]


def test_answer_has_the_headers_of_a_public_page_and_no_cookie():
    answer = Client().get("/privacy/")
    assert (answer["Cache-Control"], dict(answer.cookies), "Cookie" in answer["Vary"]) == (
        "public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400",
        {},
        False,
    )


def test_page_takes_no_filters():
    answers = [Client().get(path) for path in ("/about/?kind=march", "/about/?colour=red", "/about/?utm_source=x")]
    assert [answer.status_code for answer in answers] == [400, 400, 200]


@pytest.mark.parametrize("key", TITLES)
def test_page_asks_once(key):
    with CaptureQueriesContext(connection) as asked:
        page(f"/{key}/")
    assert len(asked) == 1


def test_imprint_says_plainly_that_nobody_is_stated(settings):
    settings.SITE_CONTACT = settings.SITE_OPERATOR = settings.SITE_OPERATOR_ADDRESS = ""
    said = prose("/imprint/").said("p")
    assert said[:2] == [
        "The operator of this site has not yet stated here who they are.",
        "The operator has not yet stated a contact. Errors in an action can be reported on its own page: "
        "“Report an error”, at its end.",
    ]


def test_imprint_says_who_runs_the_site(settings):
    settings.SITE_OPERATOR, settings.SITE_OPERATOR_ADDRESS = (
        "Peace & [Justice]_Group_",
        "1 *Example* Street, Springfield",
    )
    settings.SITE_CONTACT = "calendar@example.org"
    shown = prose("/imprint/")
    assert shown.said("p")[:2] == [
        "Peace & [Justice]_Group_ 1 *Example* Street, Springfield",
        "calendar@example.org",
    ]
    assert shown.said("strong") == ["Peace & [Justice]_Group_"]
    assert shown.all("a")[0].attributes["href"] == "mailto:calendar@example.org"


@pytest.mark.parametrize(
    ("contact", "words", "href"),
    [
        ("calendar@example.org", "calendar@example.org", "mailto:calendar@example.org"),
        ("https://example.org/a_b_c/?x=1&y=(2)", "example.org/a_b_c", "https://example.org/a_b_c/?x=1&y=%282%29"),
    ],
)
@pytest.mark.parametrize("key", TITLES)
def test_every_page_names_the_contact(settings, key, contact, words, href):
    settings.SITE_CONTACT = contact
    found = {(a.words, a.attributes["href"]) for a in prose(f"/{key}/").all("a")}
    assert (words, href) in found


@pytest.mark.parametrize("key", TITLES)
def test_every_page_names_the_site_its_operator_or_the_version(settings, key):
    settings.SITE_NAME, settings.SITE_OPERATOR = "Vigils *of* Utopia", "Group 1"
    words = prose(f"/{key}/").words
    assert ("Vigils *of* Utopia" in words) or (key == "imprint" and "Group 1" in words)


@pytest.mark.parametrize("name", ["1. Tom & Co", "# X", "- x", "+ x", "> x"])
def test_names_at_the_beginning_of_a_line_are_no_lists_or_headings(settings, name):
    settings.SITE_NAME, settings.SITE_OPERATOR = name, name
    about, privacy, imprint = (prose(f"/{key}/") for key in ("about", "privacy", "imprint"))
    assert about.said("p")[0].startswith(f"{name} lists public actions")
    assert [words for words in about.said("p") if words.startswith(f"{name}; see")] == [f"{name}; see the imprint."]
    assert (privacy.said("strong"), imprint.said("strong")) == (
        [f"{name} stores nothing about those who visit it."],
        [name],
    )


def test_privacy_says_what_is_stored_and_what_the_software_cannot_know():
    shown = prose("/privacy/")
    assert shown.said("h2") == [
        "When you look at a page",
        "When you subscribe to a calendar",
        "When you report an error",
        "What stands in the calendar",
        "If you have an account",
        "What the software cannot know",
        "Whom to ask",
    ]
    assert shown.said("strong") == ["Rallies stores nothing about those who visit it."]


@pytest.mark.parametrize(
    ("contact", "elsewhere"),
    [
        ("", "ask whoever runs the site; see the imprint."),
        ("calendar@example.org", "write to calendar@example.org."),
    ],
)
def test_privacy_says_where_to_have_something_taken_off(settings, contact, elsewhere):
    """Only pages of actions have a link to report an error."""
    settings.SITE_CONTACT = contact
    [said] = [words for words in prose("/privacy/").said("li") if "“Report an error”" in words]
    assert said == (
        "If something about you stands here that should not, use “Report an error” on the page of the action. "
        f"For what stands elsewhere, such as on the page of a group or a campaign, {elsewhere}"
    )


def test_text_of_the_operator_replaces_the_shipped_one_until_it_is_taken_back():
    edit_site_page(
        SitePageKey.IMPRINT,
        {"title": "Who we are", "text": "# Group 1\n\nSee <script>alert(1)</script> [x](javascript:alert(1)) **us**."},
        by=None,
        now=NOW,
    )
    shown = page("/imprint/")
    assert (shown.said("h1"), shown.one(".prose").said("h2"), shown.one(".prose").said("p")) == (
        ["Who we are"],
        ["Group 1"],
        ["See <script>alert(1)</script> [x](javascript:alert(1)) us."],
    )
    assert shown.said(".site-page-at") == ["Last changed 2 March 2026, 12:00 UTC"]
    restore_site_page(SitePageKey.IMPRINT, by=None, now=NOW)
    assert (page("/imprint/").said("h1"), page("/imprint/").said(".site-page-at")) == (["Imprint"], [])
