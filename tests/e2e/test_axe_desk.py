"""Every page of the desk on a phone: nothing that axe calls serious, nothing that sticks out sideways."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from rallies.enums import ListingState
from rallies.models import Action, Campaign, Location
from rallies.operations.accounts import create_administrator
from rallies.operations.participations import ListingEntry
from rallies.operations.series_dates import cancel_date, move_date, skip_date
from tests.factories import make_action, make_location

from .axe import faults_in_both_schemes
from .desk import sign_in

pytestmark = pytest.mark.e2e

NOW = datetime(2025, 11, 1, tzinfo=UTC)
PHONE = {"width": 390, "height": 844}
STEPS = ("cancel", "postpone", "withdraw", "confirm", "tentative", "move-time", "move-place", "move-online")


@pytest.fixture
def password(seeded: None) -> str:
    _user, password = create_administrator(username="admin", now=NOW)
    return password


def test_desk_is_for_everyone_and_fits_a_phone(password, staff_page):
    staff_page.set_viewport_size(PHONE)
    found = {"login": _seen_at(staff_page, "/admin/login/")}
    sign_in(staff_page, password)
    found |= {path: _seen_at(staff_page, path) for path in _paths()}
    assert len(found) > 50
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_desk_is_for_everyone_while_it_is_used(password, staff_page):
    staff_page.set_viewport_size(PHONE)
    sign_in(staff_page, password)
    found = {}
    found["refused"] = _seen_of_a_form_with_errors(staff_page)
    found["rows"] = _seen_with_rows_added(staff_page)
    list(_paths_of_a_series())
    found["series"] = _seen_of_a_series(staff_page)
    found["filters"] = _seen_with_filters(staff_page)
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_enter_in_a_draft_saves_and_does_not_publish(password, staff_page):
    make_action(title="Draft", slug="draft", publication="draft")
    staff_page.set_viewport_size(PHONE)
    sign_in(staff_page, password)
    draft = Action.objects.get(slug="draft")
    staff_page.goto(reverse("admin:rallies_action_change", args=[draft.pk]))
    staff_page.get_by_label("Title").first.fill("Draft two")
    staff_page.get_by_label("Title").first.press("Enter")
    staff_page.wait_for_url("**/admin/rallies/action/")
    draft.refresh_from_db()
    assert (draft.title, draft.publication) == ("Draft two", "draft")


def test_login_bears_the_name_of_the_site(password, staff_page, settings):
    settings.SITE_NAME = "Actions of the coast"
    staff_page.goto("/admin/")
    assert staff_page.title() == "Log in | Actions of the coast"
    assert staff_page.get_by_role("link", name="Actions of the coast").get_attribute("href") == "/admin/"


def _paths() -> Iterator[str]:
    yield from ("/admin/", "/admin/password_change/", "/admin/rallies/", "/admin/rallies/action/?q=rally&kind=rally")
    yield from ("/admin/rallies/sitepage/about/change/", "/admin/rallies/sitepage/about/history/")
    action = Action.objects.get(slug="2025-11-15-philadelphia-us")
    for step in STEPS:
        yield reverse(f"admin:rallies_action_{step}", args=[action.pk])
    yield from _paths_of_a_series()
    draft = make_action(title="Draft", slug="draft", publication="draft")
    campaign = Campaign.objects.earliest("pk")
    make_action(title="Joins", listings=[ListingEntry(campaign, ListingState.REQUESTED_BY_HOST)])
    make_action(title="Submitted", publication="submitted")
    yield "/admin/requests/"
    yield reverse("admin:rallies_campaign_desk", args=[campaign.pk])
    yield reverse("admin:rallies_action_as_public", args=[draft.pk])
    yield reverse("admin:rallies_action_duplicate", args=[action.pk])
    yield reverse("admin:rallies_campaign_duplicate", args=[campaign.pk])
    unused = make_location(venue="Nobody’s hall")
    for row in (draft, unused):
        name = f"admin:rallies_{row._meta.model_name}"
        yield from (reverse(f"{name}_{page}", args=[row.pk]) for page in ("delete", "history"))
    yield reverse("admin:auth_user_password_change", args=[User.objects.get().pk])
    for model, desk in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        if desk.__class__.has_add_permission is admin.ModelAdmin.has_add_permission:
            yield reverse(f"{name}_add")
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            yield reverse(f"{name}_change", args=[row.pk])
    yield reverse("admin:rallies_action_change", args=[action.pk])
    yield reverse("admin:rallies_location_change", args=[Location.objects.earliest("pk").pk])


def _paths_of_a_series() -> Iterator[str]:
    now = timezone.now()
    series = make_action(
        title="Vigil", slug="vigil", recurrence_rule="FREQ=WEEKLY", start_date=now.date() + timedelta(days=3), now=now
    )
    yield reverse("admin:rallies_action_change", args=[series.pk])
    off, moved = series.occurrences.in_order()[1:3]
    for step, row in {"move-date": moved, "cancel-date": off}.items():
        yield reverse(f"admin:rallies_action_{step}", args=[series.pk, row.pk])
    cancel_date(off.pk, message="Closed.", by=None, now=now)
    move_date(moved.pk, start_date=moved.start_date + timedelta(days=1), start_time=time(9), by=None, now=now)
    for step, row in {"restore-date": off, "move-date-back": moved}.items():
        yield reverse(f"admin:rallies_action_{step}", args=[series.pk, row.pk])
    rule = {"recurrence_rule": "FREQ=WEEKLY;COUNT=4", "start_date": now.date() + timedelta(days=3)}
    draft = make_action(title="Vigil, not yet public", slug="vigil-draft", publish=False, now=now, **rule)
    first, second = draft.occurrences.in_order()[:2]
    yield reverse("admin:rallies_action_skip-date", args=[draft.pk, first.pk])
    skip_date(second.pk, by=None, now=now)
    yield reverse("admin:rallies_action_take-up-date", args=[draft.pk, second.start_date])
    yield reverse("admin:rallies_action_change", args=[draft.pk])


def _seen_at(page, path):
    answer = page.goto(path)
    return [f"answered {answer.status}"] if answer.status != 200 else _seen(page)


def _seen(page):
    room, taken = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollWidth]")
    return [*([f"takes {taken} of {room} pixels"] if taken > room else []), *faults_in_both_schemes(page)]


def _seen_of_a_form_with_errors(page):
    page.goto("/admin/rallies/action/add/")
    page.get_by_label("Online", exact=False).first.wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".errorlist").first.wait_for()
    return _seen(page)


def _seen_with_rows_added(page):
    """Rows beside an action are copied by script, and must have labels of their own."""
    page.goto("/admin/rallies/action/add/")
    for summary in page.locator("fieldset > details > summary").all():
        summary.click()
    for link in page.locator(".add-row a").all():
        link.click()
    page.locator(".dynamic-participations .select2-selection").wait_for()
    page.locator(".dynamic-sources input[type=date]").first.wait_for()
    return _seen(page)


def _seen_of_a_series(page):
    """All parts of the field that says how an action repeats, with its dates unfolded."""
    page.goto(reverse("admin:rallies_action_change", args=[Action.objects.get(slug="vigil").pk]))
    page.get_by_text("Single dates", exact=True).click()
    page.locator(".desk-date").get_by_text("Moved from").wait_for()
    every = page.locator("[name=recurrence_rule_every]")
    faults = _seen(page)
    for chosen in ("week", "month-weekday", "year"):
        every.select_option(chosen)
        page.locator("[name=recurrence_rule_ends]").select_option("count" if chosen == "year" else "day")
        faults += _seen(page)
    return faults


def _seen_with_filters(page):
    page.goto("/admin/rallies/action/")
    for summary in page.locator("#changelist-filter summary").all():
        summary.click()
    page.locator(".action-select").first.check()
    page.get_by_role("button", name="Go").wait_for()
    return _seen(page)
