"""Every constraint is the database's own: rows are written past all rules, and refused."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import IntegrityError, models

from rallies.models import (
    Action,
    Campaign,
    CampaignName,
    CampaignOrganizer,
    CampaignRole,
    Change,
    ErrorReport,
    FeedStamp,
    Invitation,
    Job,
    Listing,
    Location,
    Membership,
    Milestone,
    Occurrence,
    OldSlug,
    Organizer,
    Participation,
    Place,
    PostalCode,
    RecoveryLink,
    ReportedTotal,
    SeriesText,
    SitePage,
    Source,
)
from rallies.operations.transaction import operation

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 6, 1)
DATED = {"created_at": NOW, "updated_at": NOW}


@operation
def write(model, **values):
    """A row past every rule, clean() and signal: what remains is the database."""
    (row,) = model._base_manager.bulk_create([model(**values)])
    return row


def action(**changes):
    return {"slug": "a", "title": "A", "timezone": "Europe/Berlin", "start_date": DAY} | DATED | changes


def campaign(**changes):
    return {"slug": "c", "name": "C", "first_day": DAY, "last_day": DAY} | DATED | changes


def organizer(**changes):
    return {"slug": "o", "name": "O"} | DATED | changes


def location(**changes):
    return {"locality": "Tucson", "timezone": "America/Phoenix"} | DATED | changes


def place(**changes):
    return {"key": "tucson-us", "kind": "city", "name": "Tucson", "country": "US"} | changes


def postal_code(**changes):
    words = {"country": "US", "code": "85701", "code_folded": "85701", "place_name": "Tucson"}
    return words | {"latitude": 32.2, "longitude": -110.9} | changes


def occurrence(**changes):
    values = {
        "action": write(Action, **action()),
        "start_date": DAY,
        "start_time": time(14),
        "starts_at": NOW,
        "over_at": NOW + timedelta(hours=2),
        "last_day": DAY,
    }
    return values | DATED | changes


POINT = {"latitude": 1.0, "longitude": 1.0, "unit_x": 1.0, "unit_y": 0.0, "unit_z": 0.0, "cell": 1}


def participation(**changes):
    values = {"action": write(Action, **action()), "organizer": write(Organizer, **organizer()), "state": "accepted"}
    return values | DATED | changes


def listing(**changes):
    values = {"action": write(Action, **action()), "campaign": write(Campaign, **campaign()), "state": "accepted"}
    return values | DATED | changes


def source(**changes):
    return {"action": write(Action, **action()), "url": "https://e.org"} | changes


def invitation(**changes):
    values = {"organizer": write(Organizer, **organizer()), "role": "contributor"}
    return values | {"token_hash": "h", "expires_at": NOW + timedelta(days=1)} | DATED | changes


def recovery_link(**changes):
    values = {"user": person(), "made_by": person("q"), "token_hash": "h", "expires_at": NOW + timedelta(days=1)}
    return values | DATED | changes


def site_stamp(**changes):
    return {"scope": "campaign", "campaign": write(Campaign, **campaign()), "moved_at": NOW} | changes


def old_slug(**changes):
    return {"slug": "was", "action": write(Action, **action())} | changes


def milestone(**changes):
    return {"campaign": write(Campaign, **campaign()), "slug": "m", "title": "M", "start_date": DAY} | DATED | changes


def site_page(**changes):
    return {"key": "imprint", "title": "Imprint", "text": "Us."} | DATED | changes


def report(**changes):
    return {"action": write(Action, **action()), "kind": "time", "text": "At 15:00.", "created_at": NOW} | changes


def person(name="p"):
    return write(get_user_model(), username=name)


def membership(**changes):
    group = write(Organizer, **organizer())
    return {"user": person(), "organizer": group, "role": "contributor"} | DATED | changes


def campaign_role(**changes):
    return {"user": person(), "campaign": write(Campaign, **campaign())} | DATED | changes


def series_text(**changes):
    return {
        "action": write(Action, **action()),
        "changed_at": NOW,
        "vevent": "BEGIN:VEVENT",
        "vevent_tzid": "UTC",
    } | changes


def job(**changes):
    return {"name": "reveal"} | changes


ROWS = {
    SeriesText: series_text,
    Action: action,
    Campaign: campaign,
    Organizer: organizer,
    Location: location,
    Place: place,
    PostalCode: postal_code,
    Occurrence: occurrence,
    Participation: participation,
    Listing: listing,
    Source: source,
    Invitation: invitation,
    RecoveryLink: recovery_link,
    Membership: membership,
    CampaignRole: campaign_role,
    FeedStamp: site_stamp,
    OldSlug: old_slug,
    Milestone: milestone,
    SitePage: site_page,
    ErrorReport: report,
    Job: job,
}

# Constraint → what differs from a row that is fine. Lists: each of these is refused.
CHECKS = {
    "action_publication_known": [(Action, {"publication": "secret", "published_at": NOW})],
    "action_status_known": [(Action, {"status": "maybe"}), (Action, {"status": ""})],
    "action_attendance_known": [(Action, {"attendance_mode": "telepathy"})],
    "action_visibility_known": [(Action, {"place_visibility": "nobody"})],
    "action_has_title": [(Action, {"title": ""})],
    "action_has_zone": [(Action, {"timezone": ""})],
    "action_times_need_date": [
        (Action, {"start_date": None, "start_time": time(14)}),
        (Action, {"start_date": None, "end_date": DAY}),
        (Action, {"start_date": None, "start_time": time(14), "end_time": time(16)}),
        (Action, {"start_date": None, "recurrence_rule": "FREQ=DAILY"}),
    ],
    "action_end_needs_start": [(Action, {"end_time": time(14)})],
    "action_days_ordered": [(Action, {"end_date": DAY - timedelta(days=1)})],
    "action_window_whole": [
        (Action, {"window_first": DAY, "window_last": DAY}),
        (Action, {"start_date": None, "window_first": DAY}),
        (Action, {"start_date": None, "window_last": DAY}),
        (Action, {"start_date": None, "window_first": DAY, "window_last": DAY - timedelta(days=1)}),
    ],
    "action_reveal_has_moment": [
        (Action, {"place_visibility": "city-until"}),
        (Action, {"place_revealed_from": NOW}),
        (Action, {"place_visibility": "city", "place_revealed_from": NOW}),
    ],
    "action_picture_in_words": [(Action, {"picture": "pictures/a.jpg"})],
    "action_cancellation_undoable": [(Action, {"status": "cancelled"})],
    "action_published_at_set": [(Action, {"publication": "published"}), (Action, {"publication": "withdrawn"})],
    "campaign_days_ordered": [(Campaign, {"last_day": DAY - timedelta(days=1)})],
    "campaign_has_name": [(Campaign, {"name": ""})],
    "organizer_has_name": [(Organizer, {"name": ""})],
    "location_precision_known": [(Location, {"precision": "room"})],
    "location_point_whole": [
        (Location, {"latitude": 1.0}),
        (Location, {"longitude": 1.0}),
        (Location, {"latitude": 90.1, "longitude": 0.0}),
        (Location, {"latitude": -90.1, "longitude": 0.0}),
        (Location, {"latitude": 0.0, "longitude": 180.1}),
        (Location, {"latitude": 0.0, "longitude": -180.1}),
    ],
    "location_has_city": [(Location, {"locality": ""})],
    "location_has_zone": [(Location, {"timezone": ""})],
    "place_kind_known": [(Place, {"kind": "village"})],
    "place_point_whole": [(Place, {"latitude": 1.0}), (Place, {"latitude": 91.0, "longitude": 0.0})],
    "postal_code_says_something": [(PostalCode, {"code_folded": ""})],
    "postal_code_point_on_earth": [
        (PostalCode, {"latitude": 90.1}),
        (PostalCode, {"latitude": -90.1}),
        (PostalCode, {"longitude": 180.1}),
        (PostalCode, {"longitude": -180.1}),
    ],
    "occurrence_status_known": [(Occurrence, {"status": "postponed"})],
    "occurrence_over_later": [(Occurrence, {"over_at": NOW})],
    "occurrence_end_later": [(Occurrence, {"ends_at": NOW})],
    "occurrence_end_needs_start": [(Occurrence, {"start_time": None, "end_time": time(16)})],
    "occurrence_days_ordered": [(Occurrence, {"last_day": DAY - timedelta(days=1)})],
    "occurrence_point_whole": [
        (Occurrence, {"cell": 1}),
        (Occurrence, {"latitude": 1.0, "longitude": 1.0}),
        (Occurrence, POINT | {"cell": None}),
        (Occurrence, POINT | {"unit_z": None}),
    ],
    "series_zone_needs_text": [(SeriesText, {"vevent": ""})],
    "occurrence_text_has_version": [(Occurrence, {"vevent": "BEGIN:VEVENT"})],
    "participation_role_known": [(Participation, {"role": "boss"})],
    "participation_state_known": [(Participation, {"state": "maybe"})],
    "listing_state_known": [(Listing, {"state": "maybe"})],
    "listing_basis_if_reported": [(Listing, {"state": "reported"}), (Listing, {"basis": "explicit"})],
    "listing_message_if_declined": [(Listing, {"message": "Another week."})],
    "source_of_one": [
        (Source, {"action": None}),
        (Source, {"campaign": lambda: write(Campaign, **campaign())}),
    ],
    "source_says_where": [(Source, {"url": ""})],
    "invitation_into_one": [
        (Invitation, {"organizer": None}),
        (Invitation, {"campaign": lambda: write(Campaign, **campaign())}),
    ],
    "membership_role_known": [(Membership, {"role": "king"})],
    "membership_owner_organizes": [(Membership, {"is_owner": True})],
    "campaign_role_known": [(CampaignRole, {"role": "king"})],
    "invitation_expires_later": [(Invitation, {"expires_at": NOW})],
    "invitation_ends_one_way": [(Invitation, {"used_at": NOW, "revoked_at": NOW})],
    "invitation_role_fits": [
        (Invitation, {"role": "king"}),
        (Invitation, {"role": "coordinator"}),
        (Invitation, {"organizer": None, "campaign": lambda: write(Campaign, **campaign())}),
    ],
    "invitation_owner_organizes": [(Invitation, {"is_owner": True})],
    "recovery_link_expires_later": [(RecoveryLink, {"expires_at": NOW})],
    "recovery_link_ends_one_way": [(RecoveryLink, {"used_at": NOW, "revoked_at": NOW})],
    "stamp_scope_agrees": [
        (FeedStamp, {"scope": "organizer"}),
        (FeedStamp, {"campaign": None}),
        (FeedStamp, {"organizer": lambda: write(Organizer, **organizer())}),
    ],
    "report_state_known": [(ErrorReport, {"state": "lost", "handled_at": NOW})],
    "report_says_something": [(ErrorReport, {"text": ""})],
    "report_handled_has_moment": [
        (ErrorReport, {"state": "handled"}),
        (ErrorReport, {"handled_at": NOW}),
        (ErrorReport, {"handled_by": lambda: person()}),
    ],
    "job_owner_has_lease": [(Job, {"owner": "me"}), (Job, {"leased_until": NOW})],
    "site_page_known": [(SitePage, {"key": "jobs"})],
    "site_page_says_something": [(SitePage, {"title": ""}), (SitePage, {"text": ""})],
    "old_slug_of_one": [(OldSlug, {"action": None}), (OldSlug, {"campaign": lambda: write(Campaign, **campaign())})],
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_the_row_that_the_others_differ_from_is_fine(model):
    row = write(model, **ROWS[model]())
    assert model._base_manager.filter(pk=row.pk).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "model", "changes"),
    [(name, model, changes) for name, cases in CHECKS.items() for model, changes in cases],
)
def test_a_check_refuses(name, model, changes):
    values = ROWS[model](**{field: value() if callable(value) else value for field, value in changes.items()})
    with pytest.raises(IntegrityError, match=rf"\b{name}\b"):
        write(model, **values)


def twice(model, first, second):
    write(model, **first)
    return model, second


def same(model, *, but):
    values = ROWS[model]()
    return twice(model, values, values | but)


def pair(model, owner, owner_values, **values):
    values |= {owner: owner_values, **DATED}
    return twice(model, values, dict(values))


UNIQUES = {
    "occurrence_once": (lambda: same(Occurrence, but={"uid": "other"}), "action_id, rallies_occurrence.recurrence_id"),
    "participation_once": (
        lambda: same(Participation, but={"role": "endorser"}),
        "action_id, rallies_participation.organizer_id",
    ),
    "listing_once": (lambda: same(Listing, but={"state": "declined"}), "action_id, rallies_listing.campaign_id"),
    "milestone_slug_once": (lambda: same(Milestone, but={"uid": "other"}), "campaign_id, rallies_milestone.slug"),
    "postal_code_once": (
        lambda: same(PostalCode, but={"code": "857-01"}),
        "country, rallies_postalcode.code_folded",
    ),
    "membership_once": (
        lambda: pair(Membership, "user", person(), organizer=write(Organizer, **organizer())),
        "user_id, rallies_membership.organizer_id",
    ),
    "campaign_role_once": (
        lambda: pair(CampaignRole, "user", person(), campaign=write(Campaign, **campaign())),
        "user_id, rallies_campaignrole.campaign_id",
    ),
    "campaign_name_once": (
        lambda: twice(CampaignName, *[{"campaign": write(Campaign, **campaign()), "name": "N"}] * 2),
        "campaign_id, rallies_campaignname.name",
    ),
    "campaign_organizer_once": (
        lambda: twice(
            CampaignOrganizer,
            *[
                {
                    "campaign": write(Campaign, **campaign()),
                    "organizer": write(Organizer, **organizer()),
                    "part": "caller",
                }
            ]
            * 2,
        ),
        "campaign_id, rallies_campaignorganizer.organizer_id, rallies_campaignorganizer.part",
    ),
    "source_foreign_uid_once": (
        lambda: twice(Source, *[source(import_name="i", foreign_uid="u")] * 2),
        "import_name, rallies_source.foreign_uid",
    ),
    "stamp_site_once": (lambda: (FeedStamp, site_again()), "scope"),
    "old_slug_action_once": (lambda: twice(OldSlug, *[old_slug()] * 2), "slug"),
    "old_slug_campaign_once": (
        lambda: twice(OldSlug, *[{"slug": "was", "campaign": write(Campaign, **campaign())}] * 2),
        "slug",
    ),
    "old_slug_organizer_once": (
        lambda: twice(OldSlug, *[{"slug": "was", "organizer": write(Organizer, **organizer())}] * 2),
        "slug",
    ),
}


def site_again():
    if not FeedStamp.objects.filter(scope="site").exists():
        write(FeedStamp, scope="site", moved_at=NOW)
    return {"scope": "site", "moved_at": NOW}


@pytest.mark.django_db
@pytest.mark.parametrize("name", UNIQUES)
def test_a_second_row_is_refused(name):
    make, columns = UNIQUES[name]
    model, values = make()
    # PostgreSQL names the constraint, SQLite its columns.
    table = model._meta.db_table
    with pytest.raises(IntegrityError, match=rf"\b{name}\b|UNIQUE constraint failed: {table}\.{re.escape(columns)}$"):
        write(model, **values)


@pytest.mark.django_db
def test_what_may_be_there_twice():
    first = write(Action, **action())
    for number in range(2):
        write(Source, action=first, url="https://e.org", import_name="i")
        write(Source, action=first, outlet="The Paper")
        write(OldSlug, slug=f"was-{number}", action=first)
    write(OldSlug, slug="was-0", campaign=write(Campaign, **campaign()))
    write(Source, action=first, import_name="another", foreign_uid="u")
    write(Source, action=first, import_name="i", foreign_uid="u")
    assert (Source.objects.count(), OldSlug.objects.count()) == (6, 3)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "field", "other"),
    [
        (Action, "uid", {"slug": "b"}),
        (Action, "slug", {"uid": "b"}),
        (Campaign, "uid", {"slug": "b"}),
        (Campaign, "slug", {"uid": "b"}),
        (Organizer, "uid", {"slug": "b"}),
        (Organizer, "slug", {"uid": "b"}),
        (Place, "key", {}),
        (Place, "geonameid", {"key": "b"}),
        (Milestone, "uid", {"slug": "b"}),
        (Occurrence, "uid", {"recurrence_id": "20260601T140000"}),
        (Invitation, "token_hash", {}),
        (RecoveryLink, "token_hash", {}),
        (Job, "name", {}),
        (FeedStamp, "campaign", {}),
    ],
)
def test_a_unique_column_is_the_databases(model, field, other):
    values = ROWS[model](**({"uid": "u"} if field == "uid" else {"geonameid": 7} if field == "geonameid" else {}))
    write(model, **values)
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        write(model, **values | other)


def test_every_constraint_has_its_test():
    ours = {
        (constraint.name, type(constraint))
        for model in apps.get_app_config("rallies").get_models()
        for constraint in model._meta.constraints
    }
    assert {name for name, kind in ours if kind is models.CheckConstraint} == set(CHECKS)
    assert {name for name, kind in ours if kind is models.UniqueConstraint} == set(UNIQUES)


@pytest.mark.django_db
def test_deleting_keeps_what_others_stand_on():
    found = {
        (model.__name__, field.name): field.remote_field.on_delete.__name__
        for model in (
            Action,
            Listing,
            Participation,
            Occurrence,
            Source,
            Change,
            Milestone,
            OldSlug,
            ReportedTotal,
            CampaignOrganizer,
        )
        for field in model._meta.concrete_fields
        if field.remote_field
    }
    assert {key: rule for key, rule in found.items() if rule != "CASCADE"} == {
        ("Action", "created_by"): "SET_NULL",
        ("Action", "location"): "PROTECT",
        ("CampaignOrganizer", "organizer"): "PROTECT",
        ("CampaignOrganizer", "source"): "SET_NULL",
        ("Listing", "campaign"): "PROTECT",
        ("Participation", "organizer"): "PROTECT",
        ("Participation", "source"): "SET_NULL",
        ("ReportedTotal", "source"): "SET_NULL",
    }
