"""The picture of the site, which an operator can replace."""

import pytest
from django.test import Client

from config.env import Mark
from tests.web.reading import read

pytestmark = pytest.mark.django_db

OWN = Mark(name="0123456789ab.png", content_type="image/png", body=b"\x89PNG\r\n\x1a\nours")


def shown(path="/"):
    """The addresses of the mark in the masthead and as the icon, with the icon's type."""
    page = read(Client().get(path).content)
    icon = page.one("link", rel="icon").attributes
    return page.one(".masthead-mark").attributes["src"], icon["href"], icon["type"]


def test_the_mark_that_ships_is_shown_unless_there_is_another():
    address = "/static/rallies/img/mark.svg"
    assert shown() == (address, address, "image/svg+xml")
    assert Client().get("/favicon.ico")["Location"] == address
    assert Client().get(f"/mark/{OWN.name}").status_code == 404


def test_an_operators_mark_is_shown_everywhere(settings):
    settings.SITE_MARK = OWN
    address = f"/mark/{OWN.name}"
    for path in ("/", "/no-such-page/"):
        assert shown(path) == (address, address, "image/png")
    assert Client().get("/favicon.ico")["Location"] == address


def test_an_operators_mark_is_kept_and_can_do_nothing(settings):
    settings.SITE_MARK = OWN
    answer = Client().get(f"/mark/{OWN.name}")
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (200, OWN.body, {})
    assert {name: answer[name] for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")} == {
        "Content-Type": "image/png",
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert Client().get("/mark/another.png").status_code == 404
    assert Client(enforce_csrf_checks=True).post(f"/mark/{OWN.name}").status_code == 405
