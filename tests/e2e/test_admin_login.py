"""Signing in on a phone: with an app and with a passkey, under the strict policy."""

import time
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from rallies.operations.accounts import create_administrator
from tests.signing_in import code_at

from .axe import faults_in_both_schemes
from .desk import log_in, sign_in

pytestmark = pytest.mark.e2e

NOW = datetime(2025, 11, 1, tzinfo=UTC)
PHONE = {"width": 390, "height": 844}
HELLO = "What is happening next?"


@pytest.fixture
def password(transactional_db) -> str:
    return create_administrator(username="admin", now=NOW)[1]


@pytest.fixture
def phone(context, live_server, settings, password):
    """A page on a phone that keeps passkeys and knows its owner."""
    settings.SITE_URL = live_server.url
    page = context.new_page()
    page.set_viewport_size(PHONE)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    page.key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    page.devtools = devtools
    return page


def seen(page) -> list[str]:
    room, taken = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollWidth]")
    return [*([f"{page.url} takes {taken} of {room} pixels"] if taken > room else []), *faults_in_both_schemes(page)]


def test_an_app_is_set_up_and_signs_in(phone, password):
    phone.goto("/admin/")
    log_in(phone, password)
    phone.get_by_role("link", name="An app with codes").click()
    secret = phone.locator(".desk-secret").inner_text()
    # A code of before, so that the next login can take the current one.
    phone.get_by_label("Code that the app shows").fill(code_at(time.time() - 30, secret=secret))
    phone.get_by_role("button", name="Set up").click()
    assert phone.locator(".desk-codes li").count() == 10
    phone.get_by_role("link", name="I kept them: go on").click()
    phone.get_by_role("heading", name=HELLO).wait_for()
    cookies = {cookie["name"]: (cookie["httpOnly"], cookie["sameSite"]) for cookie in phone.context.cookies()}
    assert cookies == {"rallies_session": (True, "Lax"), "rallies_csrf": (True, "Lax")}
    phone.get_by_role("button", name="Log out").click()
    phone.goto("/admin/")
    log_in(phone, password)
    phone.get_by_label("Code").fill(code_at(time.time(), secret=secret))
    phone.get_by_role("button", name="Log in", exact=True).click()
    phone.get_by_role("heading", name=HELLO).wait_for()


def test_a_passkey_is_set_up_and_signs_in_after_the_password_and_alone(phone, password):
    phone.goto("/admin/")
    log_in(phone, password)
    phone.get_by_role("link", name="A passkey").click()
    phone.get_by_label("Name", exact=True).fill("My phone")
    phone.get_by_label("Sign in with it alone").check()
    phone.get_by_role("button", name="Add a passkey").click()
    phone.get_by_role("link", name="I kept them: go on").click()
    phone.get_by_role("heading", name=HELLO).wait_for()
    key = Authenticator.objects.get(type="webauthn")
    assert (key.wrap().name, key.wrap().is_passwordless) == ("My phone", True)

    phone.get_by_role("button", name="Log out").click()
    phone.goto("/admin/rallies/location/")
    log_in(phone, password)
    phone.get_by_role("button", name="Use a passkey").click()
    phone.wait_for_url("**/admin/rallies/location/")

    phone.get_by_role("button", name="Log out").click()
    phone.goto("/admin/rallies/location/")
    phone.get_by_role("button", name="Log in with a passkey").click()
    phone.wait_for_url("**/admin/rallies/location/")


def test_a_passkey_that_the_browser_lacks_is_said(phone, password):
    phone.devtools.send("WebAuthn.setUserVerified", {"authenticatorId": phone.key, "isUserVerified": False})
    phone.goto("/account/login/")
    phone.get_by_role("button", name="Log in with a passkey").click()
    phone.get_by_text("The browser gave no passkey").wait_for()


def test_without_scripts_an_app_signs_in_and_a_passkey_says_what_it_needs(browser, live_server, password):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/account/login/")
    assert page.get_by_text("A passkey needs scripts").is_visible()
    assert page.get_by_role("button", name="passkey").count() == 0
    sign_in(page, password)
    assert page.get_by_role("heading", name=HELLO).is_visible()
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_the_account_are_for_everyone(phone, password, width):
    phone.set_viewport_size({"width": width, "height": 844})
    faults = []
    phone.goto("/account/login/")
    faults += seen(phone)
    log_in(phone, "wrong")
    phone.get_by_text("That did not let you in").wait_for()
    faults += seen(phone)
    log_in(phone, password)
    phone.get_by_role("heading", name="Set up a second factor").wait_for()
    for path in (
        "/account/set-up/",
        "/account/second-factor/app/",
        "/account/again/",
        "/account/second-factor/passkeys/add/",
    ):
        phone.goto(path)
        faults += seen(phone)
    phone.get_by_role("button", name="Add a passkey").click()
    phone.get_by_role("link", name="I kept them: go on").wait_for()
    faults += seen(phone)
    sign_in(phone.context.browser.new_context(base_url=phone.url.split("/account")[0]).new_page(), password)
    key = Authenticator.objects.get(type="webauthn").pk
    for path in (
        *("/account/", "/account/password/", "/account/second-factor/", "/account/recovery-codes/new/"),
        *("/account/again/code/", "/account/again/passkey/", "/account/second-factor/app/remove/"),
        *(f"/account/second-factor/passkeys/{key}/", f"/account/second-factor/passkeys/{key}/remove/"),
    ):
        answer = phone.goto(path)
        assert (path, answer.status, phone.url.endswith(path)) == (path, 200, True)
        faults += seen(phone)
    assert User.objects.get().sessions.count() == 2
    phone.get_by_role("button", name="Log out").click()
    log_in(phone, password)
    phone.get_by_label("Code").wait_for()
    faults += seen(phone)
    assert faults == []
