"""Signing in at the desk, as an organizer does."""

import time

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page

from tests import signing_in
from tests.signing_in import code_at, give_app


def sign_in(page: Page, password: str, *, username: str = "admin") -> None:
    """With an app that the account has already, or gets."""
    give_app(User.objects.get(username=username))
    page.goto("/admin/")
    log_in(page, password, username=username)
    page.get_by_label("Code").fill(code_at(time.time()))
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("link", name="Your account").wait_for()


def enter(page: Page, url: str, *, username: str = "admin") -> None:
    """Past the pages of the login, which have tests of their own; `url` is that of the site."""
    client = Client()
    signing_in.sign_in(client, User.objects.get(username=username))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


def log_in(page: Page, password: str, *, username: str = "admin") -> None:
    """The first page alone."""
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
