import pytest
from django.contrib.auth.models import User
from django.test import Client

from rallies.operations.accounts import edit_account, save_account
from rallies.rules.access import NotAllowed
from rallies.rules.joining import AdministratorNeeded
from tests.factories import NOW, make_organizer
from tests.operations.test_invitations import at_once
from tests.people import make_administrator, make_owner, make_person
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def open_administrators() -> list[str]:
    return sorted(User.objects.filter(is_superuser=True, is_active=True).values_list("username", flat=True))


def test_an_account_holds_no_more_of_a_person_whoever_fills_it_in() -> None:
    person = make_person("person")
    person.email, person.last_name, person.first_name = "someone@example.org", "Doe", "Ana"
    save_account(person, by=None, now=NOW)
    assert User.objects.values_list("email", "last_name", "first_name").get() == ("", "", "Ana")


def test_a_closed_account_is_signed_out_at_once_and_keeps_what_it_belongs_to() -> None:
    group, admin = make_organizer(), make_administrator()
    owner, browser = make_owner(group), Client()
    sign_in(browser, owner)
    assert browser.get("/admin/").status_code == 200
    edit_account(owner, is_active=False, is_administrator=False, by=admin, now=NOW)
    assert (browser.get("/admin/").status_code, owner.memberships.count()) == (302, 1)
    edit_account(owner, is_active=True, is_administrator=False, by=admin, now=NOW)
    assert browser.get("/admin/").status_code == 302


def test_one_administrator_remains() -> None:
    admin, person = make_administrator(), make_person("person")
    for is_active, is_administrator in ((False, True), (True, False)):
        with pytest.raises(AdministratorNeeded):
            edit_account(admin, is_active=is_active, is_administrator=is_administrator, by=admin, now=NOW)
    edit_account(person, is_active=True, is_administrator=True, by=admin, now=NOW)
    assert open_administrators() == ["admin", "person"]
    edit_account(admin, is_active=False, is_administrator=True, by=person, now=NOW)
    with pytest.raises(AdministratorNeeded):
        edit_account(person, is_active=True, is_administrator=False, by=person, now=NOW)
    assert open_administrators() == ["person"]


def test_administrators_alone_edit_accounts() -> None:
    person = make_owner(make_organizer())
    with pytest.raises(NotAllowed):
        edit_account(person, is_active=True, is_administrator=True, by=person, now=NOW)
    assert open_administrators() == []


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_at_once_do_not_both_succeed() -> None:
    one, other = make_administrator("one"), make_administrator("other")
    ends = at_once(
        lambda: edit_account(one, is_active=True, is_administrator=False, by=other, now=NOW),
        lambda: edit_account(other, is_active=True, is_administrator=False, by=one, now=NOW),
    )
    assert (len(open_administrators()), ends[0]) == (1, "")
