"""What pages of the shipped week answer around their words."""

from itertools import pairwise

import pytest
from django.test import Client

from tests.web.reading import read

pytestmark = pytest.mark.django_db


PAGES = [
    "/",
    "/actions/",
    "/actions/?campaign=week-of-action-2025",
    "/actions/2025-11-15-philadelphia-us/",
    "/actions/undated-albany-us/",
    "/campaigns/week-of-action-2025/",
    "/organizers/codepink/",
]


@pytest.mark.parametrize("path", PAGES)
def test_public_page_is_the_same_for_staff_and_strangers(week, admin_client, path):
    stranger, staff = Client().get(path), admin_client.get(path)
    for answer in (stranger, staff):
        assert {
            "status": answer.status_code,
            "cache": answer["Cache-Control"],
            "vary": answer["Vary"],
            "cookies": dict(answer.cookies),
        } == {
            "status": 200,
            "cache": "public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400",
            "vary": "Accept-Encoding",
            "cookies": {},
        }
        assert "unsafe" not in answer["Content-Security-Policy"]
    assert stranger.content == staff.content


@pytest.mark.parametrize("path", PAGES)
def test_page_makes_sense_to_machines(week, path):
    page = read(Client().get(path).content)
    assert [len(page.all(tag)) for tag in ("h1", "main", "header.masthead", "footer", "title")] == [1, 1, 1, 1, 1]
    assert page.one("a.skip").attributes["href"] == "#" + page.one("main").attributes["id"]
    assert page.one("link", rel="canonical").attributes["href"] == f"http://testserver{path}"
    assert page.one("meta", name="description").attributes["content"]
    ids = [e.attributes["id"] for e in page if "id" in e.attributes]
    assert sorted(ids) == sorted(set(ids))
    labels = {e.attributes[name] for e in page for name in ("aria-labelledby", "for") if name in e.attributes}
    assert labels - set(ids) == set()
    levels = [int(e.tag[1]) for e in page if e.tag in {"h1", "h2", "h3", "h4"}]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PAGES)
def test_page_names_the_source_of_coordinates_and_what_it_stores(week, path):
    footer = read(Client().get(path).content).one("footer")
    assert footer.one("a", rel="license noopener").attributes["href"] == "https://creativecommons.org/licenses/by/4.0/"
    assert footer.one(".footer-lines").said("li")[1:3] == [
        "No cookies, no tracking, no requests to anyone else. Visitors’ addresses are not stored.",
        "Places, their names and coordinates: GeoNames, under CC BY 4.0.",
    ]
