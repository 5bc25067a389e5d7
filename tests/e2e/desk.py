"""Signing in at the desk, as an organizer does."""

from playwright.sync_api import Page


def sign_in(page: Page, password: str, *, username: str = "admin") -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").first.wait_for()
