"""Secrets of apps and recovery codes lie sealed, and what another secret key of the site comes to."""

import io
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client

from rallies.management.closed import say_closed_secrets
from rallies.models import AuditEntry
from rallies.operations.accounts import create_administrator
from rallies.operations.backup import make_backup
from rallies.operations.second_factors import seal_secrets, use_code
from rallies.sealed import WrongKey, unseal
from tests.people import make_person
from tests.signing_in import SECRET, code_at, give_app, sign_in
from tests.write_guard import watching

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SORRY = "The site has another secret key than when your app and your recovery codes were made"


@pytest.fixture
def ana(db, settings) -> tuple[User, str]:
    settings.SECRET_KEY = "first"
    return create_administrator(username="ana", now=NOW)


def rows() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        return str(cursor.fetchall())


def codes_of(user: User) -> list[str]:
    with watching(False):
        return RecoveryCodes.activate(user).generate_codes()


def set_up_by_hand(user: User) -> str:
    """An app, as allauth's own pages give one; its secret."""
    client = Client()
    sign_in(client, user, methods=("password",))
    client.get("/account/second-factor/app/")
    secret = unseal(client.session["mfa.totp.secret"])
    client.post("/account/second-factor/app/", {"code": code_at(time.time() - 30, secret=secret)})
    return secret


def test_rule_1_nothing_in_the_database_makes_codes(ana):
    user, password = ana
    secret = set_up_by_hand(user)
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert (secret in rows(), seed.startswith("sealed:"), rows().count("sealed:")) == (False, True, 2)
    client = Client()
    client.post("/account/login/", {"login": "ana", "password": password})
    answer = client.post("/account/login/code/", {"code": code_at(time.time(), secret=secret)})
    assert answer["Location"] == "/admin/"
    assert use_code(user.pk, code=codes_of(user)[0], now=NOW).type == "recovery_codes"


def test_rule_1_the_secret_of_an_app_lies_sealed_while_it_is_set_up(ana, settings):
    client = Client()
    sign_in(client, ana[0], methods=("password",))
    shown = client.get("/account/second-factor/app/").context["form"].secret
    refused = client.post("/account/second-factor/app/", {"code": "1"})
    kept = client.session["mfa.totp.secret"]
    assert (shown in kept, unseal(kept), refused.context["form"].secret) == (False, shown, shown)
    # Sealed under a key that went meanwhile, while the session itself was written anew.
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    assert client.get("/account/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    refused = client.post("/account/second-factor/app/", {"code": code_at(time.time(), secret=shown)})
    another = refused.context["form"].secret
    assert (refused.status_code, another == shown, unseal(client.session["mfa.totp.secret"])) == (200, False, another)
    accepted = client.post("/account/second-factor/app/", {"code": code_at(time.time(), secret=another)})
    assert (accepted.status_code, "mfa.totp.secret" in client.session) == (302, False)


def test_rule_1_what_lay_open_goes_on_working_and_is_sealed_by_the_next_start(ana):
    user, _password = ana
    give_app(user)
    with watching(False):
        Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "0a" * 40, "used_mask": 1})
    assert use_code(user.pk, code=code_at(NOW.timestamp() - 30), now=NOW).type == "totp"
    assert seal_secrets() == []
    assert (SECRET in rows(), "0a0a" in rows()) == (False, False)
    sealed = rows()
    assert seal_secrets() == [] and rows() == sealed, "what is sealed stays as it is"
    assert use_code(user.pk, code=code_at(NOW.timestamp() - 30), now=NOW) is None, "used before it was sealed"
    assert use_code(user.pk, code=code_at(NOW.timestamp()), now=NOW).type == "totp"
    codes = codes_of(user)
    assert use_code(user.pk, code=codes[0], now=NOW) is None, "used before it was sealed"
    assert use_code(user.pk, code=codes[1], now=NOW).type == "recovery_codes"


def test_rule_1_a_new_key_takes_over_from_the_one_before(ana, settings):
    user, _password = ana
    give_app(user)
    codes = codes_of(user)
    seal_secrets()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    assert use_code(user.pk, code=codes[0], now=NOW) is not None
    assert seal_secrets() == []
    settings.SECRET_KEY_FALLBACKS = []
    assert use_code(user.pk, code=codes[1], now=NOW) is not None
    assert use_code(user.pk, code=code_at(NOW.timestamp()), now=NOW) is not None


def test_another_key_is_said_to_whoever_knows_the_password_and_to_administrators(ana, settings):
    user, password = ana
    give_app(user)
    codes = codes_of(user)
    seal_secrets()
    settings.SECRET_KEY = "second"
    for code in (code_at(time.time()), codes[0]):
        client = Client()
        client.post("/account/login/", {"login": "ana", "password": password})
        answer = client.post("/account/login/code/", {"code": code})
        assert (answer.status_code, SORRY in answer.content.decode()) == (200, True)
        assert "_auth_user_id" not in client.session
    # Who only guesses learns nothing of it.
    assert SORRY not in Client().post("/account/login/", {"login": "ana", "password": "no"}).content.decode()
    refused = AuditEntry.objects.filter(deed="sign-in-refused").order_by("pk")
    assert list(refused.values_list("words", "detail")) == [
        ("ana", "secret of another key"),
        ("ana", "wrong password"),
    ]
    settings.SECRET_KEY_FALLBACKS = ["first"]
    assert use_code(user.pk, code=codes[0], now=NOW) is not None, "the key came back, and nothing was lost"


def test_who_has_one_that_can_be_read_is_told_of_a_wrong_code(ana, settings):
    user, _password = ana
    codes = codes_of(user)
    seal_secrets()
    settings.SECRET_KEY = "second"
    with pytest.raises(WrongKey):
        use_code(user.pk, code=codes[0], now=NOW)
    give_app(user)
    assert use_code(user.pk, code=codes[0], now=NOW) is None
    assert use_code(user.pk, code=code_at(NOW.timestamp()), now=NOW).type == "totp"


def test_recovery_codes_of_another_key_are_made_anew(ana, settings):
    user, _password = ana
    old = codes_of(user)
    settings.SECRET_KEY = "second"
    client = Client()
    sign_in(client, user)
    page = client.get("/account/recovery-codes/").content.decode()
    assert "They were made under another secret key of the site" in page and "<li><code>" not in page
    assert client.get("/account/recovery-codes/file/")["Location"] == "/account/recovery-codes/"
    assert client.get("/account/recovery-codes/new/").status_code == 200
    client.post("/account/recovery-codes/new/")
    page = client.get("/account/recovery-codes/").content.decode()
    assert page.count("<li><code>") == 10
    assert client.get("/account/recovery-codes/file/").status_code == 200
    assert use_code(user.pk, code=old[0], now=NOW) is None
    assert use_code(user.pk, code=codes_of(user)[0], now=NOW) is not None


def test_starts_name_the_accounts_and_the_way_out(ana, settings):
    for number in range(11):
        give_app(make_person(f"member{number:02}"))
    give_app(ana[0])
    said = io.StringIO()
    say_closed_secrets(said)
    assert said.getvalue() == ""
    kept = rows()
    settings.SECRET_KEY = "second"
    say_closed_secrets(said)
    text = " ".join(said.getvalue().split())
    assert "Accounts: ana, member00, " in text and "member08 and 2 more Bring that key back" in text
    assert "manage.py createsuperuser --username NAME" in text
    assert rows() == kept


@pytest.mark.django_db(transaction=True)
def test_a_restore_says_whether_the_key_is_another(ana, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    give_app(ana[0])
    seal_secrets()
    file: Path = tmp_path / "rallies.zip"
    make_backup(file, media=Path(settings.MEDIA_ROOT), now=NOW)
    for key, is_said in [("second", True), ("first", False)]:
        settings.SECRET_KEY, out = key, io.StringIO()
        call_command("restore", file, replace=True, stdout=out)
        assert ("made under another secret key" in out.getvalue()) is is_said
