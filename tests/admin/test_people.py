"""Who belongs to a group: the pages of its owners, of administrators, and one's own."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.env import MailServer
from rallies.models import CampaignRole, Invitation, Membership, Organizer, RecoveryLink
from tests.factories import NOW, make_campaign, make_organizer
from tests.people import (
    make_administrator,
    make_coordinator,
    make_owner,
    make_person,
    people_of,
    put_into,
)
from tests.signing_in import sign_in

from .forms import errors_of, messages_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def group(db) -> Organizer:
    group = make_organizer(name="River Group")
    make_owner(group)
    for role in ("organizer", "contributor"):
        put_into(group, make_person(role), role)
    return group


def browser(username: str) -> Client:
    client = Client()
    sign_in(client, User.objects.get(username=username))
    return client


def page_of(group: Organizer, name: str = "", username: str = "") -> str:
    member = f"{group.memberships.get(user__username=username).pk}/" if username else ""
    return f"/admin/rallies/organizer/{group.pk}/people/{member}{name}"


def steps_of(answer) -> dict[str, list[str]]:
    return {each.username: [step.name for step, _address in each.steps] for each in answer.context["people"]}


def text_of(answer) -> str:
    main = answer.content.decode().partition("<main")[2].partition(">")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def test_an_owner_sees_the_people_and_what_can_be_done(group):
    answer = browser("owner").get(page_of(group))
    assert steps_of(answer) == {
        "owner": ["role"],
        "organizer": ["role", "hand-over", "recover", "remove"],
        "contributor": ["role", "recover", "remove"],
    }
    assert "owner (you) Owner since 2 March 2026" in text_of(answer)
    for page in (answer, browser("owner").get(page_of(group, "invite/"))):
        crumbs = page.content.decode().partition('class="breadcrumbs"')[2].partition("</div>")[0]
        assert re.findall(r">([^<]+)</a>", crumbs) == ["Home", "Organizers"]


def test_nobody_is_offered_a_recovery_link_that_would_be_refused(group):
    put_into(make_organizer(), User.objects.get(username="organizer"), "contributor")
    make_coordinator(make_campaign(), "contributor")
    answer = browser("owner").get(page_of(group))
    assert [name for name, steps in steps_of(answer).items() if "recover" in steps] == []
    assert browser("owner").get(page_of(group, "recover/", "organizer")).status_code == 404


def test_who_does_not_own_the_group_finds_nothing_there(group):
    make_owner(make_organizer(), "stranger")
    addresses = [page_of(group), page_of(group, "invite/")]
    addresses += [page_of(group, f"{step}/", "contributor") for step in ("role", "hand-over", "recover", "remove")]
    for name in ("organizer", "contributor", "stranger"):
        for method in ("get", "post"):
            answers = {getattr(browser(name), method)(address).status_code for address in addresses}
            assert (name, answers) == (name, {404})
    assert {Client().get(address).status_code for address in addresses} == {302}
    assert len(people_of(group)) == 3


def test_the_page_of_a_step_says_what_is_done_and_to_whom(group):
    desk = browser("owner")

    def headed(path):
        html = desk.get(path).content.decode()
        return re.findall(r'<(?:h1|p class="desk-when")>([^<]*)<', html)

    assert headed(page_of(group, "remove/", "contributor")) == ["Remove the person", "contributor"]
    assert headed(page_of(group, "recover/", "contributor")) == ["Make a recovery link", "contributor"]
    assert headed(page_of(group, "invite/")) == ["Make the invitation"]


def test_people_of_another_group_are_not_found_in_this_one(group):
    other = make_organizer()
    make_owner(other, "stranger")
    member = Membership.objects.get(user__username="stranger")
    for step in ("role", "remove", "recover"):
        assert browser("owner").post(f"{page_of(group)}{member.pk}/{step}/", {"role": "owner"}).status_code == 404
    assert browser("owner").get(f"{page_of(group)}{'9' * 30}/remove/").status_code == 404


def test_an_invitation_is_shown_once_and_can_be_taken_back(group):
    owner = browser("owner")
    assert [value for value, _ in owner.get(page_of(group, "invite/")).context["form"].fields["role"].choices] == [
        "contributor",
        "organizer",
    ]
    answer = owner.post(page_of(group, "invite/"), {"role": "organizer", "days": "30"})
    link = re.search(r"http://testserver(/account/join/[\w-]{32}/)", answer.content.decode())[1]
    assert "no-store" in answer["Cache-Control"]
    row = Invitation.objects.get()
    assert (row.role, row.expires_at) == ("organizer", NOW + timedelta(days=30))
    page = owner.get(page_of(group))
    assert "Organizer until 1 April 2026, 12:00 (UTC) made by owner Take back…" in text_of(page)
    assert link.split("/")[3] not in page.content.decode()
    assert Client().get(link).status_code == 200
    address = f"{page_of(group)}invitations/{row.pk}/take-back/"
    assert owner.get(address).status_code == 200
    assert messages_of(owner.post(address, follow=True)) == ["The invitation is taken back."]
    assert (Client().get(link).status_code, "Open invitations" in text_of(owner.get(page_of(group)))) == (410, False)


def test_an_owner_cannot_invite_an_owner_and_an_administrator_can(group):
    typed = {"role": "owner", "days": "7"}
    refused = browser("owner").post(page_of(group, "invite/"), typed)
    assert (list(refused.context["form"].errors), Invitation.objects.count()) == (["role"], 0)
    make_administrator()
    assert "/account/join/" in browser("admin").post(page_of(group, "invite/"), typed).content.decode()
    assert Invitation.objects.values_list("role", "is_owner").get() == ("organizer", True)


def test_roles_change_and_a_group_is_handed_over(group):
    owner = browser("owner")
    assert 'value="contributor" required id="id_role_0" checked' in owner.get(
        page_of(group, "role/", "contributor")
    ).content.decode().replace("\n", "")
    said = owner.post(page_of(group, "role/", "contributor"), {"role": "organizer"}, follow=True)
    assert messages_of(said) == ["The role is changed."]
    refused = owner.post(page_of(group, "role/", "owner"), {"role": "contributor"})
    assert "The group would have nobody who says who belongs to it." in text_of(refused)
    said = owner.post(page_of(group, "hand-over/", "contributor"), follow=True)
    assert (said.status_code, messages_of(said)) == (200, ["The group is handed over."])
    assert people_of(group) == [
        ("contributor", "organizer", True),
        ("organizer", "organizer", False),
        ("owner", "organizer", False),
    ]
    assert owner.get(page_of(group)).status_code == 404


def test_somebody_is_removed_and_a_get_removes_nobody(group):
    owner, address = browser("owner"), page_of(group, "remove/", "organizer")
    assert "What they entered stays" in text_of(owner.get(address)) and len(people_of(group)) == 3
    assert messages_of(owner.post(address, follow=True)) == ["The person is removed."]
    assert [name for name, _role, _is_owner in people_of(group)] == ["contributor", "owner"]


def test_a_recovery_link_is_shown_once(group):
    answer = browser("owner").post(page_of(group, "recover/", "organizer"))
    link = re.search(r"http://testserver(/account/recover/[\w-]{32}/)", answer.content.decode())[1]
    assert RecoveryLink.objects.values_list("user__username", "made_by__username").get() == ("organizer", "owner")
    assert "This is for the account" in Client().get(link).content.decode()


def test_administrators_make_recovery_links_for_everybody_but_themselves(group):
    admin, owner = make_administrator(), User.objects.get(username="owner")
    desk = browser("admin")
    assert f"/admin/auth/user/{owner.pk}/recover/" in desk.get(f"/admin/auth/user/{owner.pk}/change/").content.decode()
    assert "/account/recover/" in desk.post(f"/admin/auth/user/{owner.pk}/recover/").content.decode()
    assert "recover/" not in desk.get(f"/admin/auth/user/{admin.pk}/change/").content.decode()
    assert "/account/recover/" not in desk.post(f"/admin/auth/user/{admin.pk}/recover/").content.decode()
    assert browser("owner").post(f"/admin/auth/user/{admin.pk}/recover/").status_code == 404
    assert RecoveryLink.objects.count() == 1


def test_the_address_is_asked_for_only_where_mail_is_sent_and_is_kept_nowhere(group, settings):
    owner, typed = browser("owner"), {"role": "contributor", "days": "1", "address": "someone@example.org"}
    assert "address" not in owner.get(page_of(group, "invite/")).context["form"].fields
    owner.post(page_of(group, "invite/"), typed)
    assert mail.outbox == []
    settings.SMTP = MailServer(host="mail.example")
    answer = owner.post(page_of(group, "invite/"), typed)
    link = re.search(r"http://testserver/account/join/[\w-]{32}/", answer.content.decode())[0]
    [letter] = mail.outbox
    assert (letter.to, letter.subject, link in letter.body) == (
        ["someone@example.org"],
        "Invitation: River Group",
        True,
    )
    assert "It was sent to someone@example.org." in text_of(answer)
    refused = owner.post(page_of(group, "invite/"), typed | {"address": "nonsense"})
    assert (errors_of(refused), len(mail.outbox)) == ({"address": "Enter a valid email address."}, 1)


def test_a_letter_that_could_not_be_sent_leaves_the_link(group, settings):
    settings.SMTP = MailServer(host="mail.example")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    # Nobody listens there.
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = browser("owner").post(page_of(group, "recover/", "organizer"), {"address": "someone@example.org"})
    text = text_of(answer)
    assert "It could not be sent. The link is good all the same: hand it on yourself." in text
    assert "http://testserver/account/recover/" in text and "someone" not in text


def test_coordinators_say_who_coordinates(group):
    week = make_campaign(name="Autumn week")
    make_coordinator(week)
    make_coordinator(week, "second")
    desk, address = browser("coordinator"), f"/admin/rallies/campaign/{week.pk}/people/"
    assert steps_of(desk.get(address)) == {"coordinator": [], "second": []}
    assert "/account/join/" in desk.post(f"{address}invite/", {"days": "7"}).content.decode()
    second = CampaignRole.objects.get(user__username="second")
    assert desk.post(f"{address}{second.pk}/remove/").status_code == 404
    make_administrator()
    browser("admin").post(f"{address}{second.pk}/remove/")
    assert list(week.roles.values_list("user__username", flat=True)) == ["coordinator"]


def test_everybody_sees_their_own_groups_and_leaves_them(group):
    make_coordinator(make_campaign(name="Autumn week"), "organizer")
    organizer = browser("organizer")
    assert "River Group Organizer since 2 March 2026 Leave…" in text_of(
        organizer.get("/admin/rallies/membership/mine/")
    )
    leave = {
        "membership": Membership.objects.get(user__username="organizer").pk,
        "campaignrole": CampaignRole.objects.get().pk,
    }
    for noun, pk in leave.items():
        address = f"/admin/rallies/{noun}/{pk}/leave/"
        assert browser("owner").post(address).status_code == 404
        assert organizer.get(address).status_code == 200
        assert messages_of(organizer.post(address, follow=True)) == ["You have left."]
    text = text_of(organizer.get("/admin/rallies/membership/mine/"))
    assert "You belong to no group and coordinate no campaign." in text
    owner = browser("owner")
    own = Membership.objects.get(user__username="owner")
    refused = owner.post(f"/admin/rallies/membership/{own.pk}/leave/")
    assert "Hand it over to another organizer first." in text_of(refused)


def test_the_page_asks_as_often_for_thirty_as_for_three(group):
    owner = browser("owner")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert owner.get(page_of(group)).status_code == 200
        return len(captured)

    # What the menu of the desk asks about invitations differs between none and one.
    owner.post(page_of(group, "invite/"), {"role": "contributor", "days": "7"})
    owner.get(page_of(group))
    few = queries()
    for number in range(30):
        put_into(group, make_person(f"more-{number}"), "contributor")
        owner.post(page_of(group, "invite/"), {"role": "contributor", "days": "7"})
    assert queries() == few


# --- administrators


def test_administrators_put_people_in_and_take_them_out(group):
    person, desk = make_person("person"), Client()
    sign_in(desk, make_administrator())
    typed = {"user": person.pk, "organizer": group.pk, "role": "organizer", "is_owner": "on"}
    desk.post("/admin/rallies/membership/add/", typed)
    assert people_of(group)[-1] == ("person", "organizer", True)
    member = Membership.objects.get(user=person)
    change = f"/admin/rallies/membership/{member.pk}/change/"
    refused = desk.post(change, {"role": "contributor", "is_owner": "on", "initial-is_owner": "True"})
    assert errors_of(refused) == {"role": "An owner is an organizer of the group."}
    desk.post(change, {"role": "contributor", "initial-role": "organizer", "initial-is_owner": "True"})
    assert people_of(group)[-1] == ("person", "contributor", False)
    desk.post(f"/admin/rallies/membership/{member.pk}/delete/", {"post": "yes"})
    assert len(people_of(group)) == 3
    last = Membership.objects.get(user__username="owner")
    said = desk.post(f"/admin/rallies/membership/{last.pk}/delete/", {"post": "yes"}, follow=True)
    assert "Hand it over to another organizer first." in messages_of(said)[-1]


def test_administrators_see_all_links_without_what_is_kept_of_tokens_and_take_them_back(group):
    browser("owner").post(page_of(group, "invite/"), {"role": "organizer", "days": "30"})
    browser("owner").post(page_of(group, "recover/", "organizer"))
    desk = Client()
    sign_in(desk, make_administrator())
    for model in (Invitation, RecoveryLink):
        row, noun = model.objects.get(), model._meta.model_name
        page = desk.get(f"/admin/rallies/{noun}/{row.pk}/change/").content.decode()
        assert ("owner" in page, row.token_hash in page) == (True, False)
        desk.post(f"/admin/rallies/{noun}/", {"action": "take_back", "_selected_action": [row.pk]})
        row.refresh_from_db()
        assert row.revoked_at == NOW


def test_the_last_administrator_stays_one(group):
    admin, desk = make_administrator(), Client()
    sign_in(desk, admin)
    address = f"/admin/auth/user/{admin.pk}/change/"
    sentence = "This is the last administrator: make somebody else one first, or nobody could run the site."
    assert errors_of(desk.post(address, {"username": "admin", "is_active": "on"})) == {"is_superuser": sentence}
    assert errors_of(desk.post(address, {"username": "admin", "is_superuser": "on"})) == {"is_active": sentence}
    owner = User.objects.get(username="owner")
    desk.post(f"/admin/auth/user/{owner.pk}/change/", {"username": "owner", "is_active": "on", "is_superuser": "on"})
    desk.post(address, {"username": "admin", "first_name": "Ana", "is_active": "on"})
    rows = User.objects.filter(username__in=["admin", "owner"]).order_by("username")
    assert list(rows.values_list("first_name", "is_superuser", "is_staff")) == [("Ana", False, True), ("", True, True)]
