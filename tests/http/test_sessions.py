"""Whose a session is, since when, and when it was last used."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from rallies.http.sessions import SessionStore
from rallies.models import Session
from rallies.operations.accounts import create_administrator, save_account
from tests.signing_in import code_at, sign_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, 34, 56, tzinfo=UTC)
AGENT = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def rows() -> list[tuple]:
    return list(Session.objects.order_by("began_at").values_list("user__username", "began_at", "seen_at", "device"))


def browser(user: User, agent: str = AGENT) -> Client:
    client = Client(headers={"user-agent": agent})
    sign_in(client, user, seen=False)
    return client


@pytest.fixture
def admin(db) -> User:
    return create_administrator(username="admin", now=NOW)[0]


def test_a_session_says_whose_it_is_to_the_hour_and_in_few_words(admin):
    with time_machine.travel(NOW, tick=False):
        client = browser(admin)
        client.get("/admin/")
    noon, two = (NOW.replace(hour=hour, minute=0, second=0) for hour in (12, 14))
    assert rows() == [("admin", noon, noon, "Firefox on Android")]
    with time_machine.travel(NOW.replace(hour=14), tick=False):
        client.get("/admin/")
    assert rows() == [("admin", noon, two, "Firefox on Android")]


def test_a_session_is_written_once_an_hour(admin, django_assert_num_queries):
    with time_machine.travel(NOW, tick=False):
        client = browser(admin)
        client.get("/admin/rallies/place/")
        before = Session.objects.get().session_data
        client.get("/admin/rallies/place/")
    assert Session.objects.get().session_data == before


def test_a_session_ends_two_weeks_after_the_hour_in_which_it_was_last_used(admin):
    with time_machine.travel(NOW, tick=False):
        client = browser(admin)
        client.get("/admin/")
    for day, status in [(10, 200), (20, 200), (35, 302)]:
        with time_machine.travel(NOW.replace(day=1, month=11).timestamp() + day * 86_400, tick=False):
            assert (day, client.get("/admin/").status_code) == (day, status)


def test_rule_3_a_session_ends_a_month_after_it_began_however_often_it_is_used(admin):
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser(admin)
        for day in range(30):
            answer = client.get("/admin/")
            assert (day, answer.status_code) == (day, 200)
            clock.shift(timedelta(days=1))
        left = client.cookies["rallies_session"]["max-age"]
        # Begun at 12:00: hours are all that is kept.
        assert left == timedelta(days=1).total_seconds() - 34 * 60 - 56
        assert Session.objects.get().expire_date == NOW.replace(minute=0, second=0) + timedelta(days=30)
        answer = client.get("/admin/")
        assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/")
        assert client.post("/account/sessions/end-others/")["Location"].startswith("/account/login/")


def test_rule_3_proving_oneself_again_makes_no_session_longer(admin):
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser(admin)
        client.get("/admin/")
        clock.shift(timedelta(days=10))
        answer = client.post("/account/again/code/", {"code": code_at(time.time()), "next": "/admin/"})
        assert answer["Location"] == "/admin/"
    assert rows()[0][1] == NOW.replace(minute=0, second=0)


@pytest.mark.parametrize(("days", "status"), [(2, 200), (1, 302)])
def test_rule_3_a_shorter_time_holds_for_those_who_are_signed_in(admin, settings, days, status):
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser(admin)
        client.get("/admin/")
        clock.shift(timedelta(days=1))
        settings.SESSION_DAYS = days
        assert client.get("/admin/").status_code == status
        # Whoever signs in again has the whole time, and sees no session listed that has ended.
        again = browser(admin, AGENT.replace("Android 15", "X11; Linux"))
        assert again.get("/admin/").status_code == 200
        listed = [session.device for session in again.get("/account/").context["sessions"]]
        assert listed == ["Firefox on Linux", "Firefox on Android"][:days]


def test_public_pages_do_not_touch_a_session(admin):
    client = browser(admin)
    client.get("/")
    assert rows() == [("admin", None, None, "")]


def test_somebody_who_is_deactivated_is_signed_out_for_good(admin):
    client, other = browser(admin), browser(create_administrator(username="other", now=NOW)[0])
    admin.is_active = False
    save_account(admin, by=None, now=NOW)
    assert [row[0] for row in rows()] == ["other"]
    admin.is_active = True
    save_account(admin, by=None, now=NOW)
    assert (client.get("/admin/").status_code, other.get("/admin/").status_code) == (302, 200)


def test_another_password_signs_out_everywhere_and_another_name_does_not(admin):
    browser(admin), browser(admin)
    admin.first_name = "Ana"
    save_account(admin, by=None, now=NOW)
    assert len(rows()) == 2
    admin.set_password("another, long enough")
    save_account(admin, by=None, now=NOW)
    assert rows() == []


def test_a_session_of_an_account_that_is_gone_can_be_made_and_is_nobodys():
    """Django would try for ever to make it, if the database refused."""
    session = SessionStore()
    session["_auth_user_id"] = "4711"
    session.create()
    assert Session.objects.get().user_id == 4711
