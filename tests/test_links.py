"""Addresses, from one place."""

import pytest

from rallies.links import absolute, action_path, calendar_path, campaign_path, organizer_path, webcal


def test_paths_of_the_nouns():
    assert [action_path("a-b"), campaign_path("a-b"), organizer_path("a-b")] == [
        "/actions/a-b/",
        "/campaigns/a-b/",
        "/organizers/a-b/",
    ]


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/campaigns/x/", "/campaigns/x.ics"),
        ("/actions/", "/actions.ics"),
        ("/actions/?campaign=x&near=tucson-us", "/actions.ics?campaign=x&near=tucson-us"),
        ("/actions/?q=a?b", "/actions.ics?q=a?b"),
    ],
)
def test_calendar_path_stands_beside_its_page(page, feed):
    assert calendar_path(page) == feed


@pytest.mark.parametrize(
    ("site", "path", "address"),
    [
        ("https://rallies.example", "/actions/a/", "https://rallies.example/actions/a/"),
        ("http://localhost:8000", "/actions.ics?a=b&c=d", "http://localhost:8000/actions.ics?a=b&c=d"),
        ("https://rallies.example", "/media/pictures/ä b.jpg", "https://rallies.example/media/pictures/%C3%A4%20b.jpg"),
        ("https://rallies.example", "/actions/?q=a%20b", "https://rallies.example/actions/?q=a%20b"),
        ("https://rallies.example", '/a"<b>\r\nx', "https://rallies.example/a%22%3Cb%3E%0D%0Ax"),
    ],
)
def test_statement_38_absolute_addresses_are_ascii(settings, site, path, address):
    settings.SITE_URL = site
    assert absolute(path) == address
    assert address.isascii()


def test_webcal_keeps_everything_but_the_scheme():
    assert webcal("https://rallies.example/actions.ics?u=http://x") == "webcal://rallies.example/actions.ics?u=http://x"
    assert webcal("http://localhost:8000/a.ics") == "webcal://localhost:8000/a.ics"
