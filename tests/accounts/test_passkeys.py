"""Passkeys at the login: who has one gets in; tries are counted and noted as those with passwords and codes are."""

import json
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rallies.accounts import limits
from rallies.models import AuditEntry
from rallies.operations.accounts import create_administrator, save_account
from tests.passkeys import ORIGIN, Passkey, give_passkey, riddle, text
from tests.signing_in import sign_in
from tests.write_guard import watching

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
REFUSED = "That passkey did not let you in. After many attempts, wait a quarter of an hour."


@pytest.fixture
def ana(db, settings) -> tuple[User, str, Passkey]:
    """Somebody with a password and a passkey."""
    settings.SITE_URL = ORIGIN
    with watching(False):
        cache.clear()
    user, password = create_administrator(username="ana", now=NOW)
    client = Client()
    sign_in(client, user, methods=("password",))
    passkey = give_passkey(client)
    with watching(False):
        AuditEntry.objects.all().delete()
    return user, password, passkey


def told() -> list[tuple[str, str]]:
    """Whose, and why."""
    return list(AuditEntry.objects.filter(deed="sign-in-refused").order_by("pk").values_list("words", "detail"))


def alone(passkey: Passkey, *, address: str = "192.0.2.1", **changes) -> tuple[bool, str]:
    """Whether it let somebody in by itself, and what was said."""
    client = Client(REMOTE_ADDR=address)
    client.post("/account/login/passkey/", {"credential": passkey.answer(riddle(client), **changes)})
    return "_auth_user_id" in client.session, said(client.get("/account/login/").content.decode())


def after_password(password: str, passkey: Passkey, *, address: str = "192.0.2.1", **changes) -> tuple[bool, str]:
    client = Client(REMOTE_ADDR=address)
    client.post("/account/login/", {"login": "ana", "password": password})
    options = client.get("/account/login/code/").context["js_data"]["request_options"]["publicKey"]
    answer = client.post("/account/login/code/", {"credential": passkey.answer(options, **changes)})
    return "_auth_user_id" in client.session, said(answer.content.decode())


def said(page: str) -> str:
    return REFUSED if REFUSED in page else ""


def test_rule_2_who_has_it_gets_in_as_often_as_they_like(ana):
    _user, password, passkey = ana
    for _ in range(limits.PASSKEY.most + 2):
        assert alone(passkey) == (True, "")
        assert after_password(password, passkey) == (True, "")
    assert told() == []


def test_rule_2_a_wrong_one_is_refused_and_noted_once_an_hour(ana):
    _user, password, passkey = ana
    wrong = {"signature": text(b"0" * 70)}
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(3):
            assert alone(passkey, **wrong) == (False, REFUSED)
            assert after_password(password, passkey, **wrong) == (False, REFUSED)
        assert told() == [("ana", "wrong passkey")]
        clock.shift(3601)
        alone(passkey, **wrong)
        assert told() == [("ana", "wrong passkey")] * 2


def test_when_asked_again_it_is_noted_too(ana):
    user, _password, passkey = ana
    client = Client()
    sign_in(client, user, methods=("password", "mfa"), ago=3600)
    options = client.get("/account/again/passkey/").context["js_data"]["request_options"]["publicKey"]
    answer = client.post(
        "/account/again/passkey/", {"credential": passkey.answer(options, signature="AAAA")}, follow=True
    )
    assert (said(answer.content.decode()), told()) == (REFUSED, [("ana", "wrong passkey")])


def test_rule_2_who_tries_locks_out_the_own_network_alone(ana):
    passkey = ana[2]
    for _ in range(limits.PASSKEY.most):
        alone(passkey, signature="AAAA")
    assert alone(passkey) == (False, REFUSED)
    assert told() == [("ana", "wrong passkey"), ("ana", "too many passkeys")]
    assert alone(passkey, address="192.0.2.2") == (True, "")


def test_rule_2_who_knows_the_password_tries_from_many_networks_and_only_so_often(ana):
    user, password, passkey = ana
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(limits.PASSKEY_OF_ACCOUNT.most):
            limits.PASSKEY_OF_ACCOUNT.take(str(user.pk))
        assert after_password(password, passkey, address="198.51.100.9") == (False, REFUSED)
        # Without the password anybody could say whose passkey it is, and so lock people out.
        assert alone(passkey, address="198.51.100.9") == (True, "")
        clock.shift(3601)
        assert after_password(password, passkey, address="198.51.100.9") == (True, "")


def test_nothing_tells_whether_there_is_such_an_account(ana):
    user, _password, passkey = ana
    nobody = text(b"zzzz")
    told_of = [
        alone(passkey, signature="AAAA"),
        alone(passkey, userHandle=nobody),
        alone(Passkey(), userHandle=text(b"1")),
    ]
    user.is_active = False
    save_account(user, by=None, now=NOW)
    for _ in range(limits.PASSKEY.most):
        told_of += [alone(passkey, signature="AAAA"), alone(passkey, userHandle=nobody)]
    assert set(told_of) == {(False, REFUSED)}
    assert {words for words, _detail in told()} <= {"ana"}


def test_rule_2_an_account_that_is_there_takes_no_longer_however_many_passkeys_it_has(ana):
    """The account is looked for, and its passkeys are taken apart, only for whoever comes with one of them."""
    other = create_administrator(username="other", now=NOW)[0]
    many = Client()
    sign_in(many, other, methods=("mfa",))
    handles = {give_passkey(many).handle for _ in range(3)} | {ana[2].handle, text(b"zzzz")}
    asked = {}
    for handle in [*sorted(handles), *sorted(handles)]:
        client = Client()
        answer = Passkey().answer(riddle(client), userHandle=handle)
        with CaptureQueriesContext(connection) as queries:
            client.post("/account/login/passkey/", {"credential": answer})
        # Of the first try a line is written, once an hour, and after the answer went out.
        asked[handle] = [re.findall(r'^\w+|(?:FROM|INTO|JOIN|UPDATE) "(\w+)"', query["sql"]) for query in queries]
    assert len(handles) == 3
    first, *others = asked.values()
    assert others == [first, first]
    assert sum("mfa_authenticator" in tables for tables in first) == 1


def test_somebody_deactivated_is_noted_as_that(ana):
    user, _password, passkey = ana
    user.is_active = False
    save_account(user, by=None, now=NOW)
    assert alone(passkey)[0] is False
    assert told() == [("ana", "deactivated")]


def test_no_address_lies_in_the_database(ana):
    alone(ana[2], address="192.0.2.77", signature="AAAA")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM rallies_cache")
        kept = str(cursor.fetchall()) + str(list(AuditEntry.objects.values_list()))
    assert "wrong passkey" in kept and "192.0.2" not in kept


def test_riddles_are_given_so_often_and_make_no_try_less(ana):
    for _ in range(limits.RIDDLE_OF_NETWORK.most):
        limits.RIDDLE_OF_NETWORK.take("192.0.2.1")
    answer = Client(REMOTE_ADDR="192.0.2.1").get("/account/login/passkey/")
    assert answer.status_code == 429
    assert after_password(ana[1], ana[2]) == (True, "")


BROKEN = {
    "list": "[]",
    "deep": "[" * 200_000,
    "long number": '{"response": {"userHandle": ' + "1" * 5000 + "}}",
    "no response": '{"response": null}',
    **{
        f"{name} {value!r}": {name: value}
        for name in ("id", "rawId", "type", "clientExtensionResults", "response")
        for value in (1, [], "x", None)
    },
    **{
        f"{name} {value!r}": {"response": {name: value}}
        for name in ("clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject")
        for value in (1, [], None, "!!", "AAAA", text(b"1"), text(b"[]"), text(b"\xff" * 60), text(b"9" * 400))
    },
}


def broken(whole: str, change: str | dict) -> str:
    if isinstance(change, str):
        return change
    values = json.loads(whole)
    inner = change.get("response")
    return json.dumps(values | ({"response": values["response"] | inner} if isinstance(inner, dict) else change))


def test_whatever_a_stranger_sends_is_refused_and_never_an_error(ana):
    user, _password, passkey = ana
    for name, change in BROKEN.items():
        with watching(False):
            cache.clear()
        client = Client()
        whole = passkey.answer(riddle(client))
        answer = client.post("/account/login/passkey/", {"credential": broken(whole, change)})
        assert (name, answer.status_code) == (name, 302)
        if name.partition(" ")[0] in {"clientDataJSON", "authenticatorData", "signature"}:
            assert (name, "_auth_user_id" in client.session) == (name, False)
        client = Client()
        sign_in(client, user, methods=("mfa",))
        made = Passkey()
        page = client.get("/account/second-factor/passkeys/add/")
        whole = made.made(page.context["js_data"]["creation_options"]["publicKey"])
        sent = {"credential": broken(whole, change), "name": "x"}
        assert (name, client.post("/account/second-factor/passkeys/add/", sent).status_code) in {
            (name, 200),
            (name, 302),
        }


def test_what_is_sent_a_second_time_does_not_let_in(ana):
    client, other = Client(), Client()
    answer = ana[2].answer(riddle(client))
    riddle(other)
    for browser in (other, client):
        browser.post("/account/login/passkey/", {"credential": answer})
    assert ["_auth_user_id" in browser.session for browser in (other, client)] == [False, True]
    client.post("/account/logout/")
    client.post("/account/login/passkey/", {"credential": answer})
    assert "_auth_user_id" not in client.session


def test_it_leads_to_no_other_site(ana):
    for then in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/", "javascript:alert(1)"):
        client = Client()
        answer = client.post("/account/login/passkey/", {"credential": ana[2].answer(riddle(client)), "next": then})
        assert re.fullmatch(r"/admin/", answer["Location"])
