"""What the log of administrators says of signing in, and that nothing of it shows outside."""

import time
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rallies.accounts import limits
from rallies.accounts.log import note_refused, noting_later, ways_in
from rallies.models import AuditEntry
from rallies.operations.accounts import create_administrator, save_account
from rallies.sealed import unseal
from tests.signing_in import SECRET, code_at, give_app, sign_in
from tests.write_guard import watching

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def ana(db) -> tuple[User, str]:
    with watching(False):
        cache.clear()
    made = create_administrator(username="ana", now=NOW)
    with watching(False):
        AuditEntry.objects.all().delete()
    return made


def told() -> list[tuple[str, str, str, str]]:
    """The log, oldest first: who, what, about whom, detail."""
    lines = AuditEntry.objects.order_by("pk")
    return list(lines.values_list("who", "deed", "words", "detail"))


def log_in(client: Client, password: str, *, name: str = "ana") -> str:
    answer = client.post("/account/login/", {"login": name, "password": password}, REMOTE_ADDR="192.0.2.77")
    return answer.get("Location", "")


def test_signing_in_says_with_what_and_signing_out_is_said_at_both_doors(ana):
    user, password = ana
    client = Client()
    log_in(client, password)
    client.post("/account/logout/")
    give_app(user)
    log_in(client, password)
    assert len(told()) == 2, "not before the second factor"
    client.post("/account/login/code/", {"code": code_at(time.time())})
    client.post("/admin/logout/")
    signed_out = ("ana", "signed-out", "ana", "")
    assert told() == [
        ("ana", "signed-in", "ana", "password"),
        signed_out,
        ("ana", "signed-in", "ana", "password, app with codes"),
        signed_out,
    ]
    # Nobody signs out who is not signed in.
    Client().post("/account/logout/")
    assert len(told()) == 4


def test_a_recovery_code_is_noted_when_it_is_used(ana):
    user, password = ana
    give_app(user)
    with watching(False):
        codes = RecoveryCodes.activate(user).generate_codes()
    client = Client()
    log_in(client, password)
    client.post("/account/login/code/", {"code": codes[0]})
    client.post("/account/again/code/", {"code": codes[1]})
    used = ("ana", "recovery-code-used", "ana", "")
    assert told() == [used, ("ana", "signed-in", "ana", "password, recovery code"), used]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([{"method": "password"}], "password"),
        ([{"method": "password"}, {"method": "mfa", "type": "webauthn"}], "password, passkey"),
        # Somebody began with the password, and then took the passkey alone.
        ([{"method": "password"}, {"method": "mfa", "type": "webauthn", "passwordless": True}], "passkey"),
    ],
)
def test_ways_in_are_those_of_this_sign_in(ana, records, said, rf):
    request = rf.get("/")
    request.session = {
        "account_authentication_methods": records,
        "account_authentication_methods_user": str(ana[0].pk),
    }
    assert ways_in(request, ana[0]) == said


def test_failing_is_said_once_an_hour_for_each_reason_and_never_of_names_that_are_nobodys(ana):
    user, password = ana
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(limits.PASSWORD.most + 3):
            log_in(Client(), "wrong")
            log_in(Client(), "wrong", name="nobody-at-all")
        log_in(Client(), password)
        wrong, too_many = (
            ("", "sign-in-refused", "ana", "wrong password"),
            ("", "sign-in-refused", "ana", "too many attempts"),
        )
        assert told() == [wrong, too_many]
        clock.shift(3601)
        log_in(Client(), "wrong")
        user.is_active = False
        save_account(user, by=None, now=NOW)
        log_in(Client(), password)
        log_in(Client(), "wrong")
        assert told() == [wrong, too_many, wrong, ("", "sign-in-refused", "ana", "deactivated")]
    kept = str(list(AuditEntry.objects.values_list()))
    assert [word for word in ("192.0.2", "nobody-at-all", password) if word in kept] == []


def test_wrong_codes_and_a_wrong_password_when_asked_again_are_said_too(ana):
    user, password = ana
    give_app(user)
    client = Client()
    log_in(client, password)
    for _ in range(limits.CODE.most + 2):
        client.post("/account/login/code/", {"code": "000000"})
    other = Client()
    sign_in(other, user)
    other.post(
        "/account/password/", {"oldpassword": "no", "password1": "a b c d e f g h", "password2": "a b c d e f g h"}
    )
    assert [line[1:] for line in told()] == [
        ("sign-in-refused", "ana", "wrong code"),
        ("sign-in-refused", "ana", "too many codes"),
        ("sign-in-refused", "ana", "wrong password"),
    ]


def test_somebody_deactivated_between_password_and_code_is_refused(ana):
    user, password = ana
    give_app(user)
    client = Client()
    log_in(client, password)
    user.is_active = False
    save_account(user, by=None, now=NOW)
    client.post("/account/login/code/", {"code": code_at(time.time())})
    assert told() == [("", "sign-in-refused", "ana", "deactivated")]


def test_factors_and_recovery_codes_are_noted_without_their_names_and_secrets(ana, django_capture_on_commit_callbacks):
    user, _password = ana
    client = Client()
    sign_in(client, user, methods=("password",))
    client.get("/account/second-factor/app/")
    secret = unseal(client.session["mfa.totp.secret"])
    # allauth tells of some of it once it is written for good.
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/second-factor/app/", {"code": code_at(time.time(), secret=secret)})
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/recovery-codes/new/")
    with watching(False):
        key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Phone of Ana", "credential": {}})
    client.post(f"/account/second-factor/passkeys/{key.pk}/remove/")
    client.post("/account/second-factor/app/remove/")
    codes = ("ana", "recovery-codes-made", "ana", "")
    assert told() == [
        ("ana", "second-factor-added", "ana", "app with codes"),
        codes,
        codes,
        ("ana", "second-factor-removed", "ana", "passkey"),
        ("ana", "second-factor-removed", "ana", "app with codes"),
    ]
    assert SECRET not in str(told()) and secret not in str(told())


def test_ended_sessions_and_a_changed_password_are_noted(ana):
    user, password = ana
    client, others = Client(), [Client() for _ in range(3)]
    for browser in (client, *others):
        sign_in(browser, user)
    page = client.get("/account/").content.decode()
    client.post("/account/sessions/end/", {"session": page.partition('name="session" value="')[2].partition('"')[0]})
    for _ in range(2):
        client.post("/account/sessions/end-others/")
    sent = {"oldpassword": password, "password1": "quite another phrase", "password2": "quite another phrase"}
    client.post("/account/password/", sent)
    assert told() == [
        ("ana", "sessions-ended", "ana", "1"),
        ("ana", "sessions-ended", "ana", "2"),
        ("ana", "save-account", "ana", "password"),
    ]


def test_nothing_is_asked_about_a_name_before_the_answer_was_sent(ana, rf):
    """Or the time would say whether there is such an account. Afterwards as much is asked about each, but for a line."""

    @noting_later
    def view(request, name):
        note_refused(request, name, why="wrong password")
        response = HttpResponse("no")
        response.close = lambda: closed.append(name)
        return response

    asked, closed = [], []
    for name in ("ana", "ana", "nobody"):
        with CaptureQueriesContext(connection) as before:
            response = view(rf.get("/"), name)
        with CaptureQueriesContext(connection) as after:
            response.close()
        asked.append((len(before), len(after)))
    assert (asked[0][0], asked[1:], closed) == (0, [(0, asked[1][1])] * 2, ["ana", "ana", "nobody"])
    assert asked[0][1] > asked[1][1] > 1
    assert told() == [("", "sign-in-refused", "ana", "wrong password")]
