"""The page that shows the face: everything is on it, and only developers see it."""

import re
from pathlib import Path

import pytest
from django.test import Client

from rallies.web.styleguide import TOKENS, tokens
from tests.web.reading import read

ROOT = Path(__file__).parent.parent.parent
PARTIALS = sorted((ROOT / "templates" / "partials").glob("_*.html"))
STYLES = {path.stem: path for path in (ROOT / "rallies" / "static" / "rallies" / "css").glob("*.css")}
# Partials that are a part of another component, or of one page, and are styled with it.
STYLED_WITH = {
    **{
        "gap": {"day"},
        "undated": {"day"},
        "question_form": {"narrow"},
        "poster": {"home"},
        "week": {"poster"},
    },
    **{"map_fold": {"map"}, "map_credit": {"map"}, "ticket": {"map"}, "map_apps": {"ticket"}},
}


@pytest.fixture
def guide(settings):
    """The styleguide's answer. No test here asks for a database: to touch one would be an error."""
    settings.DEBUG = True
    answer = Client().get("/styleguide/")
    assert answer.status_code == 200
    return answer


@pytest.mark.django_db
def test_visitors_find_no_styleguide():
    answer = Client().get("/styleguide/")
    assert answer.status_code == 404
    assert read(answer.content).said("h1") == ["Nothing is listed here"]


def test_every_partial_is_on_the_styleguide(guide):
    shown = {template.name for template in guide.templates}
    assert [path.name for path in PARTIALS if f"partials/{path.name}" not in shown] == []


def test_every_style_is_on_the_styleguide_except_those_of_whole_pages_and_the_desk(guide):
    linked = {Path(e.attributes["href"]).stem for e in read(guide.content).all("link", rel="stylesheet")}
    pages = {path.stem for path in (ROOT / "templates" / "pages").glob("*.html")}
    desk = {style for style in STYLES if style.startswith("desk")}
    assert set(STYLES) - desk - linked - (pages - {path.stem.lstrip("_") for path in PARTIALS}) == set()


def test_every_token_is_shown_by_its_name(guide):
    names = set(re.findall(r"--([a-z0-9-]+):", TOKENS.read_text(encoding="utf-8")))
    assert {token.name for family in tokens().values() for token in family} == names
    said = set(read(guide.content).said("code"))
    assert [name for name in sorted(names) if f"--{name}" not in said] == []
    own = STYLES["styleguide"].read_text(encoding="utf-8")
    drawn = {token.name for family in ("colour", "size", "space") for token in tokens()[family]}
    assert [name for name in sorted(drawn) if f'[data-token="{name}"]' not in own] == []


def test_components_are_shown_in_every_state(guide):
    page = read(guide.content)
    states = {e.attributes["data-status"] for e in page.all(".entry")}
    assert states == {"scheduled", "cancelled", "postponed", "tentative", "moved-online"}
    assert [e.attributes["data-status"] for e in page.all(".banner")] == [
        *("cancelled", "cancelled", "postponed", "tentative", "moved-online", "moved", "moved")
    ]
    assert page.said(".entry-open") == [
        *("time to be announced", "time to be announced", "some day from 10 to 16 May 2031")
    ]
    assert len(page.all(".ticket")) == 7
    ids = [e.attributes["id"] for e in page if "id" in e.attributes]
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


@pytest.mark.parametrize("partial", PARTIALS, ids=[path.name for path in PARTIALS])
def test_a_partial_is_styled_by_a_file_of_its_name(partial):
    own = partial.stem.lstrip("_")
    homes = {own, "base"} | STYLED_WITH.get(own, set())
    used = {name for value in re.findall(r'class="([^"{]*)', partial.read_text()) for name in value.split()}
    styled = {
        stem: set(re.findall(r"\.([a-z][a-z0-9-]*)", re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)))
        for stem, path in STYLES.items()
        if stem != "styleguide"
    }
    elsewhere = {
        name: {stem for stem, names in styled.items() if name in names}
        for name in used
        if any(name in names for names in styled.values()) and not any(name in styled.get(home, ()) for home in homes)
    }
    assert elsewhere == {}
