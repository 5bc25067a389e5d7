"""Links that are good once, as those see them who open them."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client

from rallies.models import Session
from rallies.operations.invitations import invite_to_campaign, invite_to_group, revoke_invitation
from rallies.operations.recovery import make_recovery_link
from tests.factories import NOW, make_campaign, make_organizer
from tests.operations.state import dump
from tests.people import make_administrator, make_owner, make_person, people_of, put_into
from tests.signing_in import give_app, sign_in
from tests.write_guard import watching

pytestmark = pytest.mark.django_db

SET_UP = "/account/set-up/?next=%2Fadmin%2F"
PASSWORD = "four words for a door"
TYPED = {"username": "newcomer", "name": "Ana", "password": PASSWORD}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def group(db):
    group = make_organizer(name="River Group")
    make_owner(group)
    return group


def owner() -> User:
    return User.objects.get(username="owner")


def invited(group, **changes) -> str:
    values = {"role": "contributor", "by": owner(), "now": NOW} | changes
    return f"/account/join/{invite_to_group(group.pk, **values)[1]}/"


def recovery_of(group) -> str:
    member = make_person("member", password="old, long enough")
    put_into(group, member)
    return f"/account/recover/{make_recovery_link(member.pk, by=owner(), now=NOW)[1]}/"


def said(answer) -> str:
    main = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", main.partition(">")[2]).split())


def test_an_invitation_says_where_it_leads_and_a_get_uses_nothing_up(group):
    path = invited(group)
    before = dump()
    answers = [Client().get(path), Client().head(path), Client().get(path)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    text = said(answers[0])
    assert "River Group" in text and "You are invited into this group as: Contributor ." in text
    assert "until 9 March 2026, 12:00 (UTC)" in text
    assert "owner" not in text.lower()
    assert dump() == before


def test_an_invitation_makes_an_account_that_is_signed_in(group):
    client = Client()
    answer = client.post(invited(group), TYPED)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert client.session["_auth_user_id"] == str(User.objects.get(username="newcomer").pk)
    assert people_of(group) == [("newcomer", "contributor", False), ("owner", "organizer", True)]
    assert client.get("/admin/", follow=True).status_code == 200


def test_what_is_typed_wrongly_is_said_beside_its_field(group):
    path = invited(group)
    answer = Client().post(path, {"username": "owner", "name": "Ana", "password": "short"})
    errors = {name: list(each) for name, each in answer.context["form"].errors.items()}
    assert errors == {
        "username": ["Another account has this user name: choose a different one."],
        "password": ["That is too short: take 12 characters or more."],
    }
    assert 'value="Ana"' in answer.content.decode() and "short" not in re.findall(r'value="(\w+)"', said(answer))
    assert Client().post(path, TYPED).status_code == 302


def test_who_is_signed_in_joins_with_one_button(group):
    path, client = invited(group, role="organizer"), Client()
    client.force_login(make_person("member"))
    text = said(client.get(path))
    assert "You are signed in as member ." in text and "password" not in text
    # The fields of the other form are of no account to who has one.
    answer = client.post(path, TYPED)
    assert (answer["Location"], User.objects.count()) == ("/admin/", 2)
    assert people_of(group) == [("member", "organizer", False), ("owner", "organizer", True)]
    again = client.post(invited(group), {})
    assert "You belong to this group already. The link stays good for somebody else." in said(again)


def test_who_has_an_account_is_led_to_sign_in_and_back(group):
    path = invited(group)
    href = re.search(r'href="([^"]+)">Log in and join with it', Client().get(path).content.decode())[1]
    assert href == f"/account/login/?next={path.replace('/', '%2F')}"


def test_a_campaign_is_joined_alike(group):
    week = make_campaign(name="Autumn week")
    path = f"/account/join/{invite_to_campaign(week.pk, by=make_administrator(), now=NOW)[1]}/"
    assert "Autumn week You are invited to this campaign as: Coordinator ." in said(Client().get(path))
    Client().post(path, TYPED)
    assert list(week.roles.values_list("user__username", flat=True)) == ["newcomer"]


def test_a_recovery_link_gives_another_password_and_a_get_none(group):
    path, client = recovery_of(group), Client()
    before = dump()
    assert "This is for the account member ." in said(client.get(path))
    assert dump() == before
    refused = client.post(path, {"password": "123412341234"})
    assert list(refused.context["form"].errors) == ["password"]
    answer = client.post(path, {"password": PASSWORD})
    assert (answer["Location"], client.get("/admin/", follow=True).status_code) == ("/admin/", 200)
    assert User.objects.get(username="member").check_password(PASSWORD)


def test_who_joins_sets_up_a_second_factor_first_and_need_not_type_the_password_again(group):
    client = Client()
    answer = client.post(invited(group), TYPED, follow=True)
    assert answer.redirect_chain[-1] == (SET_UP, 302)
    assert "Welcome: your account is made." in answer.content.decode()
    assert client.get("/account/second-factor/app/").status_code == 200


def test_a_recovery_forgets_the_second_factor_and_all_sessions_and_leads_to_a_new_one(group):
    path, other, client = recovery_of(group), Client(), Client()
    member = User.objects.get(username="member")
    sign_in(other, member)
    with watching(False):
        Authenticator.objects.create(user=member, type="webauthn", data={"name": "Phone"})
        Authenticator.objects.create(user=member, type="recovery_codes", data={"seed": "0"})
    give_app(owner())
    assert other.get("/admin/").status_code == 200
    client.post(path, {"password": PASSWORD})
    assert list(Authenticator.objects.values_list("user__username", "type")) == [("owner", "totp")]
    assert (other.get("/admin/").status_code, "_auth_user_id" in other.session) == (302, False)
    assert [address for address, _ in client.get("/admin/", follow=True).redirect_chain][-1] == SET_UP
    assert client.get("/account/second-factor/app/").status_code == 200
    assert [row.user_id for row in Session.objects.all()] == [member.pk]


@pytest.mark.parametrize("make", [invited, recovery_of])
def test_links_that_are_gone_say_why_and_nothing_more(group, make):
    path = make(group)
    used = Client().post(path, TYPED)
    assert used.status_code == 302
    for method in ("get", "post"):
        answer = getattr(Client(), method)(path, TYPED)
        assert answer.status_code == 410
        assert said(answer) == (
            "This link no longer works This link was used. It is good only once."
            " Ask whoever sent it to you for another one. Back to the site"
        )
        unknown = getattr(Client(), method)("/".join([*path.split("/")[:3], "x" * 32, ""]), TYPED)
        assert (unknown.status_code, "There is no such link." in said(unknown)) == (404, True)


def test_links_that_have_expired_or_were_taken_back_are_gone(group):
    link, token = invite_to_group(group.pk, role="organizer", by=owner(), now=NOW)
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        answer = Client().get(f"/account/join/{token}/")
    assert (answer.status_code, "This link has expired." in said(answer)) == (410, True)
    revoke_invitation(link.pk, by=owner(), now=NOW)
    answer = Client().get(f"/account/join/{token}/")
    assert (answer.status_code, "This link was taken back." in said(answer)) == (410, True)
    assert "River" not in answer.content.decode()


@pytest.mark.parametrize("make", [invited, recovery_of])
def test_forms_of_other_sites_use_nothing_up(group, make):
    path, client = make(group), Client(enforce_csrf_checks=True)
    before = dump()
    assert client.post(path, TYPED).status_code == 403
    page = client.get(path)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    forged = client.post(path, TYPED | {"csrfmiddlewaretoken": token}, headers={"origin": "https://evil.example"})
    assert (forged.status_code, dump()) == (403, before)
    assert client.post(path, TYPED | {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.parametrize("make", [invited, recovery_of])
def test_pages_with_a_token_in_their_address_are_kept_and_named_nowhere(group, make):
    path = make(group)
    for address in (path, "/account/join/none/", "/account/recover/none/"):
        answer = Client().get(address)
        assert {name: answer[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")} == {
            "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
            "Referrer-Policy": "strict-origin",
            "X-Robots-Tag": "noindex",
        }
    assert Client().put(path).status_code == 405


def test_one_link_does_not_tell_of_many_names(group):
    """Each refusal says whether somebody has that name, which a login page does not tell."""
    path = invited(group)
    tries = [Client().post(path, {**TYPED, "username": name}) for name in ["owner"] * 12 + ["newcomer"]]
    assert [answer.status_code for answer in tries] == [200] * 12 + [429]
    assert "This link was tried too often. Wait an hour, and try it again." in said(tries[-1])
    with time_machine.travel(NOW + timedelta(hours=1, seconds=1), tick=False):
        assert Client().post(path, TYPED).status_code == 302


def test_many_links_of_one_person_do_not_tell_of_many_names(group):
    paths = [invited(group) for _number in range(5)]
    # Who comes in takes nothing away from the others.
    assert Client().post(paths.pop(), TYPED).status_code == 302
    taken = {**TYPED, "username": "owner"}
    tries = [Client().post(path, taken).status_code for path in paths for _try in range(11)]
    assert tries == [200] * 40 + [429] * 4


def test_user_names_are_of_letters_that_look_like_no_others(group):
    answer = Client().post(invited(group), {**TYPED, "username": "аdmin"})
    assert "A user name has at most 150 letters from a to z" in said(answer)
