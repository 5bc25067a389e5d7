"""Guessing: how often, told alike whatever was the matter, and codes that are good once."""

import re
import threading
import time
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client

from rallies.accounts import limits
from rallies.models import Session
from rallies.operations.accounts import create_administrator, save_account
from rallies.operations.second_factors import use_code
from tests.signing_in import SECRET, code_at, give_app, sign_in
from tests.write_guard import watching

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HASHED: list[str] = []


class CountingHasher(PBKDF2PasswordHasher):
    """What takes the time of a login."""

    iterations = 1

    def encode(self, password, salt, iterations=None):
        HASHED.append(password)
        return super().encode(password, salt, iterations)


@pytest.fixture(autouse=True)
def _empty_cache(db):
    with watching(False):
        cache.clear()


@pytest.fixture
def people(settings) -> dict[str, str]:
    """Passwords by name: of somebody, and of somebody who was deactivated."""
    settings.PASSWORD_HASHERS = ["tests.accounts.test_limits.CountingHasher"]
    found = {}
    for name in ("ana", "gone"):
        user, found[name] = create_administrator(username=name, now=NOW)
    user.is_active = False
    save_account(user, by=None, now=NOW)
    HASHED.clear()
    return found


def tried(name: str, password: str, *, address: str = "192.0.2.1") -> tuple[int, str, int]:
    """Status, page without what differs by nature, and how often a password was hashed."""
    HASHED.clear()
    answer = Client().post("/account/login/", {"login": name, "password": password}, REMOTE_ADDR=address)
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, page.replace(f'value="{name}"', 'value="…"'), len(HASHED)


def test_nothing_tells_whether_an_account_exists_or_a_password_was_right(people):
    known, unknown = tried("ana", "wrong"), tried("nobody", "wrong")
    deactivated, wrong_there = tried("gone", people["gone"]), tried("gone", "wrong")
    for _ in range(limits.PASSWORD.most):
        tried("ana", "wrong")
        tried("nobody", "wrong")
    over, over_unknown = tried("ana", people["ana"]), tried("nobody", "wrong")
    assert known[0] == 200 and "That did not let you in." in known[1] and known[2] == 1
    assert [unknown, deactivated, wrong_there, over, over_unknown] == [known] * 5


def test_who_guesses_at_an_account_locks_out_the_own_network_alone(people):
    for _ in range(limits.PASSWORD.most):
        assert tried("ana", "wrong")[0] == 200
    assert tried("ANA", people["ana"])[0] == 200
    assert tried("ana", people["ana"])[0] == 200
    assert tried("ana", people["ana"], address="192.0.2.2")[0] == 302


def test_a_lock_ends_by_itself(people):
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(limits.PASSWORD.most):
            tried("ana", "wrong")
        assert tried("ana", people["ana"])[0] == 200
        clock.shift(limits.QUARTER + 1)
        assert tried("ana", people["ana"])[0] == 302


def test_guessing_from_many_networks_and_at_many_names_ends_too(people):
    with time_machine.travel(NOW, tick=False):
        for _ in range(limits.PASSWORD_OF_NAME.most):
            limits.PASSWORD_OF_NAME.take("ana")
        assert tried("ana", people["ana"], address="198.51.100.9")[0] == 200
        for _ in range(limits.PASSWORD_OF_NETWORK.most):
            limits.PASSWORD_OF_NETWORK.take("203.0.113.5")
        give = create_administrator(username="bo", now=NOW)[1]
        assert tried("bo", give, address="203.0.113.5")[0] == 200
        assert tried("bo", give, address="203.0.113.6")[0] == 302


def test_whoever_knows_the_password_is_not_counted(people):
    for _ in range(limits.PASSWORD.most + 5):
        assert tried("ana", people["ana"])[0] == 302


def test_the_same_is_counted_where_a_password_is_asked_again(people):
    client = Client()
    sign_in(client, User.objects.get(username="ana"), methods=("password",), ago=3600)
    for _ in range(limits.PASSWORD.most):
        client.post("/account/again/", {"password": "wrong"})
    page = client.post("/account/again/?next=/account/", {"password": people["ana"]}).content.decode()
    assert "That was not right. After many attempts" in page
    sent = {"oldpassword": people["ana"], "password1": "quite another phrase", "password2": "quite another phrase"}
    assert "That was not right." in client.post("/account/password/", sent).content.decode()


def test_no_name_and_no_address_lies_in_the_database(people):
    tried("ana", "wrong", address="192.0.2.77")
    tried("nobody-at-all", "wrong", address="192.0.2.77")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM rallies_cache")
        kept = str(cursor.fetchall()) + str(list(Session.objects.values_list()))
    assert len(kept) > 400
    assert [word for word in ("192.0.2", "ana", "nobody-at-all") if word in kept] == []


# --- codes


def at_the_code(password: str, **meta: str) -> Client:
    client = Client(**meta)
    assert client.post("/account/login/", {"login": "ana", "password": password})["Location"] == "/account/login/code/"
    return client


def test_codes_are_guessed_a_few_times_only(people):
    give_app(User.objects.get(username="ana"))
    client = at_the_code(people["ana"])
    for _ in range(limits.CODE.most):
        assert "That code is not right" in client.post("/account/login/code/", {"code": "000000"}).content.decode()
    refused = client.post("/account/login/code/", {"code": code_at(time.time())})
    elsewhere = at_the_code(people["ana"], REMOTE_ADDR="192.0.2.9")
    accepted = elsewhere.post("/account/login/code/", {"code": code_at(time.time())})
    assert (refused.status_code, accepted.status_code) == (200, 302)


def test_guessing_codes_from_many_networks_ends_too(people):
    user = User.objects.get(username="ana")
    give_app(user)
    for _ in range(limits.CODE_OF_ACCOUNT.most):
        limits.CODE_OF_ACCOUNT.take(str(user.pk))
    client = at_the_code(people["ana"], REMOTE_ADDR="192.0.2.9")
    assert client.post("/account/login/code/", {"code": code_at(time.time())}).status_code == 200


def test_a_code_of_the_app_is_good_once_and_for_half_a_minute_around(people):
    user = User.objects.get(username="ana")
    give_app(user)
    stamp = NOW.timestamp()
    early, now, late, later = (code_at(stamp + offset) for offset in (-60, -30, 30, 60))
    assert use_code(user.pk, code=early, now=NOW) is None
    assert use_code(user.pk, code=later, now=NOW) is None
    assert use_code(user.pk, code=f" {now[:3]} {now[3:]} ", now=NOW) is not None
    assert use_code(user.pk, code=now, now=NOW) is None
    assert use_code(user.pk, code=late, now=NOW) is not None
    # Once a later one was used, those before it are no good.
    assert use_code(user.pk, code=code_at(stamp), now=NOW) is None
    assert Authenticator.objects.get().data == {"secret": SECRET, "last_step": int(stamp) // 30 + 1}


def test_a_used_code_is_remembered_without_the_cache(people):
    give_app(User.objects.get(username="ana"))
    code = code_at(time.time())
    first, second = at_the_code(people["ana"]), at_the_code(people["ana"])
    assert first.post("/account/login/code/", {"code": code}).status_code == 302
    with watching(False):
        cache.clear()
    assert second.post("/account/login/code/", {"code": code}).status_code == 200


def test_a_recovery_code_is_good_once(people):
    user = User.objects.get(username="ana")
    give_app(user)
    with watching(False):
        codes = RecoveryCodes.activate(user).generate_codes()
    assert use_code(user.pk, code=codes[3], now=NOW).type == "recovery_codes"
    assert use_code(user.pk, code=codes[3], now=NOW) is None
    assert use_code(user.pk, code=codes[4], now=NOW).type == "recovery_codes"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_of_two_who_come_with_the_same_code_one_gets_in(kind):
    user, _ = create_administrator(username="ana", now=NOW)
    give_app(user)
    with watching(False):
        codes = RecoveryCodes.activate(user).generate_codes()
    code = codes[0] if kind == "recovery" else code_at(NOW.timestamp())
    together, found = threading.Barrier(6), []

    def come() -> None:
        together.wait()
        found.append(use_code(user.pk, code=code, now=NOW) is not None)
        connections.close_all()

    threads = [threading.Thread(target=come) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 5 + [True]
