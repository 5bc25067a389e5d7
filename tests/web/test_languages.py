"""Every page in every language, and nothing on it that leads out of the language."""

import re
from io import StringIO
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils.translation import trans_real

from rallies.links import WITHOUT_LANGUAGES, in_language
from rallies.web.languages import in_all_languages
from tests.doors.addresses import in_other_languages
from tests.doors.plants import NOW, public_calendar
from tests.doors.test_leaks import ADDRESSES
from tests.web.reading import read

# Words and addresses; what stands in the rows is asked of each database elsewhere.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.xdist_group("languages")]

CODES = [code for code, _ in settings.LANGUAGES]
FIRST = in_other_languages(ADDRESSES, code="es")
LEADING = ("href", "action", "data-complete", "data-list", "data-geojson")


@pytest.fixture(scope="module")
def calendar(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        public_calendar()
        yield
        call_command("flush", interactive=False, stdout=StringIO())


def pages(code):
    """Path → page, of everything that the first page of the language leads to."""
    found, waiting = {}, [in_language("/", language=code), in_language("/about/", language=code)]
    while waiting:
        path = waiting.pop()
        answer = Client().get(path, follow=True)
        assert answer.status_code == 200, path
        is_page = answer["Content-Type"].startswith("text/html")
        found[path] = read(answer.getvalue()) if is_page else answer.getvalue().decode()
        if not is_page:
            continue
        for to in leads(found[path]):
            # One month has another beside it for ever, and one question a narrower one.
            is_same = to.startswith(in_language("/", language=code)) and not re.search(r"[?#]|/(month|week)/2", to)
            if is_same and to not in found and to not in waiting:
                waiting.append(to)
    return found


def leads(page):
    """The paths on this site that a page leads to, but for its own in other languages."""
    kept = [e for e in page if "hreflang" not in e.attributes and e.attributes.get("rel") != "icon"]
    found = [e.attributes[name] for e in kept for name in LEADING if name in e.attributes]
    parts = [urlsplit(address) for address in found]
    return [
        f"{part.path}?{part.query}" if part.query else part.path
        for part in parts
        if part.netloc in {"", "testserver"} and part.path.startswith("/")
    ]


def test_no_link_leaves_the_language(calendar):
    with time_machine.travel(NOW, tick=False):
        found = pages("es")
    strays = {
        path: [to for to in leads(page) if not to.startswith(("/es/", *WITHOUT_LANGUAGES))]
        for path, page in found.items()
        if not isinstance(page, str)
    }
    assert {path: to for path, to in strays.items() if to} == {}
    feeds = {
        path: re.findall(r"http://testserver/(?!es/)\S+", text) for path, text in found.items() if isinstance(text, str)
    }
    assert {path: to for path, to in feeds.items() if to} == {}
    assert (len(strays) > 20, len(feeds) > 5) == (True, True)


@pytest.mark.parametrize("code", CODES)
def test_every_page_says_its_language_and_direction(calendar, code):
    said = {}
    for path in FIRST:
        with time_machine.travel(NOW, tick=False):
            answer = Client().get(in_language(path.removeprefix("/es"), language=code), follow=True)
            body = answer.getvalue().decode()
        if answer["Content-Type"].startswith("text/html"):
            html = read(body.encode()).one("html")
            said[path] = (html.attributes["lang"], html.attributes["dir"])
        else:
            # Neither a calendar nor a table of hidden or missing things.
            assert answer.status_code in {200, 404}, path
    assert said == dict.fromkeys(said, (code, "rtl" if code == "ar" else "ltr"))
    assert len(said) >= 15


def test_pages_of_the_same_in_other_languages_are_named(calendar):
    page = read(Client().get("/es/actions/?kind=march&utm_source=x").content)
    named = {
        e.attributes["hreflang"]: e.attributes["href"]
        for e in page.all("link", rel="alternate")
        if "hreflang" in e.attributes
    }
    assert named == {
        "en": "http://testserver/actions/?kind=march",
        "es": "http://testserver/es/actions/?kind=march",
        "fr": "http://testserver/fr/actions/?kind=march",
        "de": "http://testserver/de/actions/?kind=march",
        "pt": "http://testserver/pt/actions/?kind=march",
        "ar": "http://testserver/ar/actions/?kind=march",
        "x-default": "http://testserver/actions/?kind=march",
    }
    assert page.one("link", rel="canonical").attributes["href"] == named["es"]


def test_the_switch_keeps_the_page_and_the_question(calendar):
    page = read(Client().get("/es/actions/?kind=march").content)
    ways = page.one(".footer-languages").all("a")
    assert [(way.words, way.attributes["href"], way.attributes["dir"]) for way in ways] == [
        ("English", "/actions/?kind=march", "ltr"),
        ("Español", "/es/actions/?kind=march", "ltr"),
        ("Français", "/fr/actions/?kind=march", "ltr"),
        ("Deutsch", "/de/actions/?kind=march", "ltr"),
        ("Português", "/pt/actions/?kind=march", "ltr"),
        ("العربية", "/ar/actions/?kind=march", "rtl"),
    ]
    assert [way.words for way in ways if "aria-current" in way.attributes] == ["Español"]


@pytest.mark.parametrize("path", ["/api/v1/docs/", "/es/nowhere/", "/account/login/"])
def test_what_stands_in_one_language_offers_no_other(calendar, path):
    page = read(Client().get(path).content)
    assert (page.all(".footer-languages"), [e for e in page.all("link") if "hreflang" in e.attributes]) == ([], [])


def test_the_own_language_is_the_one_without_a_code(settings):
    settings.LANGUAGE_CODE = "fr"
    assert [(one.code, one.address) for one in in_all_languages("http://testserver/about/")][:3] == [
        ("en", "http://testserver/en/about/"),
        ("es", "http://testserver/es/about/"),
        ("fr", "http://testserver/about/"),
    ]


def test_a_text_that_nobody_translated_says_so(monkeypatch, tmp_path):
    empty = trans_real.DjangoTranslation("fr", domain="nothing", localedirs=[str(tmp_path)])
    monkeypatch.setitem(trans_real._translations, "fr", empty)
    english, foreign = read(Client().get("/about/").content), read(Client().get("/fr/about/").content)
    assert "lang" not in english.one(".prose").attributes
    assert (foreign.one(".prose").attributes["lang"], foreign.one("html").attributes["lang"]) == ("en", "fr")
    links = [a.attributes["href"] for a in foreign.one(".prose").all("a") if a.attributes["href"].startswith("/")]
    assert sorted(set(links)) == ["/api/v1/docs/", "/fr/actions/", "/fr/actions/month/", "/fr/imprint/"]
