"""From the login to the desk: what is asked, in what order, and where it leads."""

import re
import time
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from rallies.accounts.adapter import SecondFactors
from rallies.http.sessions import SessionStore
from rallies.models import Session
from rallies.operations.accounts import create_administrator, save_account
from tests.signing_in import code_at, give_app, sign_in
from tests.write_guard import watching

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
AT_HAND = {"user-agent": "Mozilla/5.0 (Android 14; Mobile) Firefox/128.0"}
LIST = "/admin/rallies/action/?publication__exact=draft"


@pytest.fixture
def person(db) -> tuple[User, str]:
    return create_administrator(username="ana", now=NOW)


def log_in(client: Client, password: str, *, name: str = "ana", then: str = "") -> str:
    answer = client.post("/account/login/", {"login": name, "password": password, "next": then})
    return answer.get("Location", "")


def way(client: Client, path: str) -> list[str]:
    """Where one is led from there, to the page that stays."""
    return [path, *(address for address, _status in client.get(path, follow=True).redirect_chain)]


def test_a_stranger_is_led_to_the_login_and_back(person):
    assert way(Client(), LIST)[-1] == (
        "/account/login/?next=%2Fadmin%2Frallies%2Faction%2F%3Fpublication__exact%3Ddraft"
    )
    client = Client()
    give_app(person[0])
    assert log_in(client, person[1], then=LIST) == "/account/login/code/"
    answer = client.post("/account/login/code/", {"code": code_at(time.time())})
    assert (answer["Location"], client.get(LIST).status_code) == (LIST, 200)


@pytest.mark.parametrize("then", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_login_leads_to_no_other_site(person, then):
    give_app(person[0])
    client = Client()
    log_in(client, person[1], then=then)
    answer = client.post("/account/login/code/", {"code": code_at(time.time())})
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/login/", {"next": then})["Location"] == "/admin/"


def test_who_has_no_second_factor_sets_one_up_and_is_let_in(person):
    client = Client()
    assert log_in(client, person[1], then=LIST) == LIST
    assert way(client, LIST)[1:] == [
        "/admin/login/?next=/admin/rallies/action/%3Fpublication__exact%3Ddraft",
        "/account/set-up/?next=%2Fadmin%2Frallies%2Faction%2F%3Fpublication__exact%3Ddraft",
    ]
    secret = re.search(r'desk-secret">(\w+)<', client.get("/account/second-factor/app/").content.decode())[1]
    code = code_at(time.time(), secret=secret)
    answer = client.post("/account/second-factor/app/", {"code": code})
    assert answer["Location"] == "/account/recovery-codes/"
    page = client.get("/account/recovery-codes/").content.decode()
    assert len(re.findall(r"<li><code>\d{8}</code>", page)) == 10
    assert f'href="{LIST}"' in page
    assert way(client, LIST) == [LIST]
    # The code of the set-up is used up.
    other = Client()
    log_in(other, person[1])
    assert other.post("/account/login/code/", {"code": code}).status_code == 200


def test_a_session_of_before_the_second_factor_is_asked_for_it(person):
    client = Client()
    sign_in(client, person[0], methods=("password",))
    give_app(person[0])
    assert way(client, "/admin/")[-1] == "/account/again/code/?next=%2Fadmin%2F"
    assert way(client, "/account/")[-1] == "/account/again/code/?next=%2Faccount%2F"
    # Its password is not enough, neither for the desk nor for another factor.
    assert way(client, "/account/again/?next=/admin/")[-1] == "/account/again/code/?next=%2Fadmin%2F"
    assert client.get("/account/second-factor/app/remove/")["Location"].startswith("/account/again/code/")
    assert client.get("/account/second-factor/passkeys/add/")["Location"].startswith("/account/again/code/")
    answer = client.post("/account/again/code/?next=/admin/", {"code": code_at(time.time()), "next": "/admin/"})
    assert (answer["Location"], way(client, "/admin/")) == ("/admin/", ["/admin/"])


def test_without_the_requirement_a_password_is_enough_for_those_who_have_nothing_else(person, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client = Client()
    log_in(client, person[1])
    assert way(client, "/admin/") == ["/admin/"]
    give_app(person[0])
    assert way(client, "/admin/")[-1] == "/account/again/code/?next=%2Fadmin%2F"


def test_who_removes_the_only_factor_sets_up_another(person):
    client = Client()
    sign_in(client, person[0])
    assert client.post("/account/second-factor/app/remove/").status_code == 302
    assert Authenticator.objects.count() == 0
    assert way(client, "/admin/")[-1] == "/account/set-up/?next=%2Fadmin%2F"


def told(client: Client, path: str, sent: dict[str, str]) -> list[str]:
    """What the page says after that was sent."""
    return [str(message) for message in client.post(path, sent, follow=True).context["messages"]]


@pytest.mark.django_db(transaction=True)
def test_what_was_done_to_a_factor_is_said_as_the_desk_speaks(person):
    client = Client()
    log_in(client, person[1])
    secret = re.search(r'desk-secret">(\w+)<', client.get("/account/second-factor/app/").content.decode())[1]
    assert told(client, "/account/second-factor/app/", {"code": code_at(time.time(), secret=secret)}) == [
        "The app is set up: from now on you are asked for a code of it.", "Ten recovery codes are made.",
    ]  # fmt: skip
    assert told(client, "/account/recovery-codes/new/", {}) == ["Ten recovery codes are made."]
    assert told(client, "/account/second-factor/app/remove/", {}) == ["The app is removed."]
    assert told(client, "/account/logout/", {}) == []


def test_a_passkey_is_named_for_its_device_and_other_ways_to_prove_oneself_are_said_plainly(person):
    client = Client(headers=AT_HAND)
    sign_in(client, person[0])
    assert 'value="Firefox on Android"' in client.get("/account/second-factor/passkeys/add/").content.decode()
    with watching(False):
        Authenticator.objects.create(
            user=person[0], type="webauthn", data={"name": "Firefox on Android", "credential": {}}
        )
    with request_context(RequestFactory(headers=AT_HAND).get("/")):
        assert SecondFactors().generate_authenticator_name(person[0], "webauthn") == "Firefox on Android (2)"
    page = client.get("/account/again/code/").content.decode()
    assert re.findall(r'<li><a href="/account/again/passkey/">([^<]+)<', page) == ["With a passkey"]


def test_an_account_without_a_part_in_the_desk_is_told_so(person):
    client = Client()
    person[0].is_staff = person[0].is_superuser = False
    save_account(person[0], by=None, now=NOW)
    log_in(client, person[1])
    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get("/account/").status_code == 200


def test_somebody_deactivated_between_password_and_code_does_not_get_in(person):
    give_app(person[0])
    client = Client()
    log_in(client, person[1])
    person[0].is_active = False
    save_account(person[0], by=None, now=NOW)
    client.post("/account/login/code/", {"code": code_at(time.time())})
    assert way(client, "/admin/")[-1].startswith("/account/login/")


def test_rule_4_the_key_of_a_session_is_another_after_each_step(person):
    give_app(person[0])
    client = Client()
    keys = [client.cookies.get("rallies_session")]
    for path, sent in [
        ("/account/login/", {"login": "ana", "password": person[1]}),
        ("/account/login/code/", {"code": code_at(time.time())}),
    ]:
        client.post(path, sent)
        keys.append(client.cookies["rallies_session"].value)
    assert len(set(keys)) == 3
    assert list(Session.objects.values_list("pk", "user__username")) == [(keys[2], "ana")]


def test_rule_4_a_planted_session_does_not_come_as_far_as_the_second_factor(person):
    give_app(person[0])
    other, client = Client(), Client()
    other.get("/account/login/passkey/", headers={"x-requested-with": "XMLHttpRequest"})
    planted = client.cookies["rallies_session"] = other.cookies["rallies_session"].value
    assert log_in(client, person[1]) == "/account/login/code/"
    assert client.cookies["rallies_session"].value != planted
    assert other.post("/account/login/code/", {"code": code_at(time.time())})["Location"] == "/account/login/"
    assert client.post("/account/login/code/", {"code": code_at(time.time())})["Location"] == "/admin/"
    assert (other.get("/account/").status_code, Session.objects.filter(pk=planted).exists()) == (302, False)


def test_a_session_holds_nothing_of_where_somebody_came_from(person):
    """Nor a password, not even of a form that came too late."""
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0 very-own"})
    sign_in(client, person[0], ago=3600, seen=False)
    client.post(
        "/account/second-factor/app/remove/", {"password": "typed-secret"}, REMOTE_ADDR="192.0.2.77", follow=True
    )
    kept = str([SessionStore().decode(row.session_data) | {"device": row.device} for row in Session.objects.all()])
    assert "Firefox on Linux" in kept
    assert [word for word in ("192.0.2.77", "typed-secret", "very-own", "Mozilla") if word in kept] == []


def test_passwords_are_changed_with_the_old_one_and_end_other_sessions(person):
    client, other = Client(), Client()
    sign_in(client, person[0])
    sign_in(other, person[0])
    sent = {"oldpassword": person[1], "password1": "quite another phrase", "password2": "quite another phrase"}
    assert client.post("/account/password/", sent)["Location"] == "/account/"
    assert (client.get("/account/").status_code, other.get("/account/").status_code) == (200, 302)
    assert Session.objects.count() == 1
    wrong = client.post("/account/password/", {**sent, "oldpassword": "no"}).content.decode()
    assert "That was not right." in wrong


def test_who_has_no_password_gives_the_account_one(person):
    user, _password = person
    user.set_unusable_password()
    save_account(user, by=None, now=NOW)
    client, late = Client(), Client()
    sign_in(client, user, methods=("mfa",))
    sign_in(late, user, methods=("mfa",), ago=11 * 60)
    assert way(client, "/account/password/") == ["/account/password/", "/account/password/set/"]
    assert way(late, "/account/password/set/")[-1] == "/account/again/code/?next=%2Faccount%2Fpassword%2Fset%2F"
    page = client.get("/account/password/set/").content.decode()
    assert re.findall(r'name="(\w+)"', page.partition("desk-short-form")[2]) == [
        "csrfmiddlewaretoken", "password1", "password2",
    ]  # fmt: skip
    short = client.post("/account/password/set/", {"password1": "short", "password2": "short"}).content.decode()
    assert "That is too short: take 12 characters or more." in short
    sent = {"password1": "quite another phrase", "password2": "quite another phrase"}
    assert client.post("/account/password/set/", sent)["Location"] == "/account/"
    user.refresh_from_db()
    assert user.check_password("quite another phrase")
    assert (client.get("/account/").status_code, late.get("/account/").status_code) == (200, 302)
    # Who has one says it first.
    assert way(client, "/account/password/set/") == ["/account/password/set/", "/account/password/"]


def test_sessions_are_listed_and_ended_one_by_one_or_all(person):
    browsers = [Client(headers={"user-agent": f"({system}) Firefox/1"}) for system in ("Linux", "Android", "iPhone")]
    with time_machine.travel(NOW, tick=False):
        for client in browsers:
            sign_in(client, person[0], seen=False)
            client.get("/account/")
        page = browsers[0].get("/account/").content.decode()
        assert re.findall(r"<b>(\w+ on \w+)</b>", page) == [
            "Firefox on Linux",
            *sorted(["Firefox on Android", "Firefox on iPhone"], key=lambda name: page.index(name)),
        ]
        assert page.count("since 1 November 2026, 12:00 (UTC)") == 3
        code = re.search(r'Firefox on Android.*?name="session" value="(\w+)"', page, re.DOTALL)[1]
        browsers[0].post("/account/sessions/end/", {"session": code})
        assert [client.get("/account/").status_code for client in browsers] == [200, 302, 200]
        browsers[2].post("/account/sessions/end-others/")
        assert [client.get("/account/").status_code for client in browsers] == [302, 302, 200]


def test_a_session_of_somebody_else_is_not_ended(person):
    mine, theirs = Client(), Client()
    sign_in(mine, person[0])
    sign_in(theirs, create_administrator(username="bo", now=NOW)[0])
    code = re.search(r'name="session" value="(\w+)"', _two_sessions(theirs))[1]
    mine.post("/account/sessions/end/", {"session": code})
    assert Session.objects.filter(user__username="bo").count() == 2


def _two_sessions(client: Client) -> str:
    sign_in(Client(), User.objects.get(username="bo"))
    return client.get("/account/").content.decode()


def test_the_name_to_show_is_ones_own_to_choose(person):
    client = Client()
    sign_in(client, person[0])
    client.post("/account/", {"name": "Ana of the river group"})
    assert User.objects.get().first_name == "Ana of the river group"


@pytest.mark.parametrize("path", ["/account/signup/", "/account/password/reset/", "/account/email/"])
def test_nobody_signs_up_or_has_an_address(path):
    assert Client().get(path).status_code == 404
