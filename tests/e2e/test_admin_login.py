from datetime import UTC, datetime

import pytest

from rallies.operations.accounts import create_administrator

pytestmark = pytest.mark.e2e


def test_admin_signs_in_under_the_strict_policy(staff_page, db):
    _user, password = create_administrator(username="admin", now=datetime(2025, 11, 1, tzinfo=UTC))
    staff_page.goto("/admin/")
    staff_page.get_by_label("Username").fill("admin")
    staff_page.get_by_label("Password").fill(password)
    staff_page.get_by_role("button", name="Log in").click()
    assert staff_page.get_by_role("heading", name="What is happening next?").is_visible()
    cookies = {cookie["name"]: (cookie["httpOnly"], cookie["sameSite"]) for cookie in staff_page.context.cookies()}
    assert cookies == {"rallies_session": (True, "Lax"), "rallies_csrf": (True, "Lax")}
