"""What stands beside a campaign and a milestone at the desk."""

from datetime import date

import pytest
import time_machine

from rallies.models import CampaignName, CampaignOrganizer, Milestone, ReportedTotal, Source
from rallies.operations.milestones import add_milestone
from rallies.operations.participations import SourceEntry
from rallies.operations.parts import save_campaign_parts
from tests.factories import make_campaign, make_organizer
from tests.operations.state import moved, stamps

from .forms import NOW, errors_of, shown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def test_names_groups_totals_and_sources_of_a_campaign(desk):
    week = make_campaign(parts={"sources": [SourceEntry(url="https://a.example/", outlet="A")]})
    other = make_campaign(parts={"sources": [SourceEntry(url="https://b.example/", outlet="B")]})
    group, path = make_organizer(name="Group"), f"/admin/rallies/campaign/{week.pk}/change/"
    own, foreign = week.sources.get(), other.sources.get()
    page = desk.get(path).context["inline_admin_formsets"]
    chosen = {str(f.opts.model._meta.model_name): f.formset.empty_form.fields.get("source") for f in page}
    assert {name: list(field.queryset) for name, field in chosen.items() if field} == {
        "campaignname": [own],
        "campaignorganizer": [own],
        "reportedtotal": [own],
    }
    typed = {
        **shown(desk, path),
        "names-TOTAL_FORMS": 1,
        "names-0-name": " Semana ",
        "names-0-source": own.pk,
        "names-0-position": 0,
        "parts-TOTAL_FORMS": 1,
        "parts-0-organizer": group.pk,
        "parts-0-part": "caller",
        "parts-0-position": 0,
        "totals-TOTAL_FORMS": 1,
        "totals-0-statement": "Forty actions",
        "totals-0-position": 0,
    }
    before = stamps()
    assert errors_of(desk.post(path, {**typed, "names-0-source": foreign.pk})) == {
        "names-0-source": "Select a valid choice. That choice is not one of the available choices."
    }
    assert desk.post(path, typed).status_code == 302
    assert list(CampaignName.objects.values_list("campaign", "name", "source")) == [(week.pk, "Semana", own.pk)]
    assert list(CampaignOrganizer.objects.values_list("organizer", "part")) == [(group.pk, "caller")]
    assert list(ReportedTotal.objects.values_list("statement", flat=True)) == ["Forty actions"]
    assert set(moved(before)) == {("site", None), ("campaign", week.pk), ("organizer", group.pk)}
    assert "Forty actions" in desk.get(f"/campaigns/{week.slug}/").content.decode()


def test_parts_of_a_campaign_are_taken_off(desk):
    group = make_organizer()
    week = make_campaign()
    part = CampaignOrganizer(campaign=week, organizer=group, part="caller")
    save_campaign_parts(week.pk, saved=[part], by=None, now=NOW)
    path, before = f"/admin/rallies/campaign/{week.pk}/change/", stamps()
    desk.post(path, {**shown(desk, path), "parts-0-DELETE": "on"})
    assert CampaignOrganizer.objects.count() == 0
    assert moved(before) == {("site", None): 1, ("campaign", week.pk): 1, ("organizer", group.pk): 1}


def test_a_group_twice_in_one_part_is_said(desk):
    group, week = make_organizer(), make_campaign()
    path = f"/admin/rallies/campaign/{week.pk}/change/"
    twice = {"parts-TOTAL_FORMS": 2}
    for number in range(2):
        twice |= {
            f"parts-{number}-organizer": group.pk,
            f"parts-{number}-part": "caller",
            f"parts-{number}-position": 0,
        }
    page = desk.post(path, {**shown(desk, path), **twice}).content.decode()
    assert "Please correct the duplicate" in page
    assert CampaignOrganizer.objects.count() == 0


def test_a_milestone_is_added_changed_and_refused_beside_its_field(desk):
    week = make_campaign()
    typed = {
        "campaign": week.pk,
        "title": "National vote",
        "kind": "vote",
        "start_date": "2026-11-20",
        "country": "do",
        "sources-TOTAL_FORMS": 1,
        "sources-INITIAL_FORMS": 0,
        "sources-0-url": "https://a.example/",
        "sources-0-position": 0,
    }
    assert desk.post("/admin/rallies/milestone/add/", typed).status_code == 302
    row = Milestone.objects.get()
    assert (row.slug, row.start_date, row.country, row.created_at) == ("national-vote", date(2026, 11, 20), "DO", NOW)
    assert list(Source.objects.values_list("milestone", "url")) == [(row.pk, "https://a.example/")]
    path = f"/admin/rallies/milestone/{row.pk}/change/"
    desk.post(path, {**shown(desk, path), "title": "Vote"})
    row.refresh_from_db()
    assert row.title == "Vote"
    refused = desk.post(path, {**shown(desk, path), "country": "ZZ"})
    assert errors_of(refused) == {"country": "Give the country as two capital letters, such as US or DO."}
    assert desk.get(f"/admin/rallies/milestone/{row.pk}/history/").status_code == 200


def test_a_milestone_of_no_campaign_is_refused(desk):
    typed = {
        "title": "Vote",
        "kind": "vote",
        "start_date": "2026-11-20",
        "sources-TOTAL_FORMS": 0,
        "sources-INITIAL_FORMS": 0,
    }
    assert errors_of(desk.post("/admin/rallies/milestone/add/", typed)) == {
        "campaign": "“Campaign” is empty: choose one."
    }


def test_sources_of_a_milestone_move_the_stamp_of_its_campaign(desk):
    week = make_campaign()
    values = {"campaign": week, "title": "Vote", "kind": "vote", "start_date": date(2026, 11, 20)}
    row = add_milestone(values, sources=[SourceEntry(url="https://a.example/")], by=None, now=NOW)
    path, before = f"/admin/rallies/milestone/{row.pk}/change/", stamps()
    desk.post(path, {**shown(desk, path), "sources-0-outlet": "A paper"})
    assert row.sources.get().outlet == "A paper"
    assert moved(before) == {("site", None): 1, ("campaign", week.pk): 1}
