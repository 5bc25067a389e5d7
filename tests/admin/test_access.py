"""What accounts with few rights see and may do at the desk: nothing beyond them, and never an error."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from rallies.admin.steps import STEPS
from rallies.models import Action
from rallies.operations.reports import report_error
from tests import write_guard
from tests.factories import make_action, make_campaign, make_organizer
from tests.signing_in import sign_in

from .forms import NOW, shown

pytestmark = pytest.mark.django_db


def clerk(*codenames: str) -> Client:
    """A browser in which somebody with these rights alone is signed in."""
    # Rights are given by nothing of ours yet.
    with write_guard.watching(False):
        user = User.objects.create_user("clerk", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames, content_type__app_label="rallies"))
    client = Client()
    sign_in(client, user)
    return client


@pytest.fixture
def action(db) -> Action:
    return make_action(slug="one", hosts=[make_organizer()], campaigns=[make_campaign()], now=NOW)


def test_who_may_only_look_sees_every_page_and_changes_nothing(action):
    desk = clerk(*Permission.objects.filter(codename__startswith="view_").values_list("codename", flat=True))
    for model in admin.site._registry:
        if model._meta.app_label != "rallies":
            continue
        name = f"admin:rallies_{model._meta.model_name}"
        assert desk.get(reverse(f"{name}_changelist")).status_code == 200
        row = model._default_manager.first()
        if row is not None:
            assert desk.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200, name
            assert desk.get(reverse(f"{name}_delete", args=[row.pk])).status_code == 403, name
    page = desk.get(reverse("admin:rallies_action_change", args=[action.pk])).content.decode()
    assert "desk-step" not in page and "_publish" not in page


def test_bulk_steps_need_the_right_to_change(action):
    draft = make_action(publish=False, now=NOW)
    desk = clerk("view_action")
    for step in ("publish", "withdraw", "confirm", "delete_selected"):
        desk.post("/admin/rallies/action/", {"action": step, "_selected_action": [action.pk, draft.pk], "post": "yes"})
    rows = list(Action.objects.order_by("pk").values_list("publication", "confirmed_at"))
    assert rows == [("published", None), ("draft", None)]
    assert [
        name
        for name, _ in desk.get("/admin/rallies/action/")
        .context["cl"]
        .model_admin.get_action_choices(desk.get("/admin/rallies/action/").wsgi_request)
    ] == [""]


@pytest.mark.parametrize("step", [step.name for step in STEPS])
@pytest.mark.parametrize("rights", [(), ("view_action",), ("add_action", "view_action")])
def test_pages_of_steps_need_the_right_to_change(action, rights, step):
    desk, path = clerk(*rights), f"/admin/rallies/action/{action.pk}/{step}/"
    assert (desk.get(path).status_code, desk.post(path, {"message": "x"}).status_code) == (403, 403)
    action.refresh_from_db()
    assert (action.status, action.publication) == ("scheduled", "published")


def test_adding_is_not_publishing(action):
    desk = clerk("add_action", "view_action")
    typed = {**shown(desk, "/admin/rallies/action/add/"), "title": "Another", "timezone": "UTC", "_publish": "x"}
    assert desk.post("/admin/rallies/action/add/", typed).status_code == 302
    assert Action.objects.get(title="Another").publication == "draft"


def test_who_may_do_nothing_learns_nothing(action):
    desk = clerk()
    for row in (action, action.location, action.participations.get().organizer):
        response = desk.get(f"/admin/rallies/{row._meta.model_name}/{row.pk}/delete/", follow=True)
        assert (response.status_code, "used by" in response.content.decode()) == (403, False)


def test_reports_are_counted_only_for_those_who_may_see_them(action):
    report_error(action.uid, kind="time", text="Not at noon.", now=NOW)
    page = clerk("view_action", "change_action").get(f"/admin/rallies/action/{action.pk}/change/").content.decode()
    assert "error is reported" not in page


def test_a_form_of_before_another_sign_in_is_answered_by_a_page_of_ours(db):
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x", "password": "y"})
    page = response.content.decode()
    assert (response.status_code, "<style" in page) == (403, False)
    assert "This form was open for too long" in page
