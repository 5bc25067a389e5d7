"""The short form by which an action is added."""

import pytest
from django.test import Client

from rallies.models import Action, Organizer
from tests.factories import make_organizer
from tests.people import at_the_desk, make_person

from .forms import errors_of, shown

pytestmark = pytest.mark.django_db
ADD = "/admin/rallies/action/add/"


@pytest.fixture
def ours() -> Organizer:
    return make_organizer(name="Ours")


@pytest.fixture
def organizer(ours: Organizer) -> Client:
    return at_the_desk(make_person(organizes=(ours,)))


def typed(desk: Client, **changes: object) -> dict[str, object]:
    day = {"title": "Vigil", "start_date": "2027-03-14", "start_time": "18:30"}
    return {**shown(desk, ADD), **day, **changes}


def test_what_when_where_and_who_stand_open_and_all_else_is_folded(organizer):
    fieldsets = list(organizer.get(ADD).context["adminform"])
    opened = [str(field) for fieldset in fieldsets if not fieldset.is_collapsible for field in fieldset.fields]
    asked = "title kind ('start_date',_'start_time') time_is_open location entered_for guests description"
    assert [field.replace(" ", "_") for field in opened] == asked.split()
    assert all(fieldset.name for fieldset in fieldsets if fieldset.is_collapsible)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"start_time": ""}, "Give the time, or tick that it is to be announced."),
        ({"time_is_open": "on"}, "Either there is a time, or it is to be announced: choose one."),
        ({"start_time": "", "time_is_open": "on"}, None),
        ({"start_time": "", "start_date": ""}, None),
        ({}, None),
    ],
)
def test_no_time_is_forgotten(organizer, changes, error):
    answer = organizer.post(ADD, typed(organizer, **changes))
    assert errors_of(answer) == ({"start_time": error} if error else {})
    assert Action.objects.exists() == (error is None)


def test_co_hosts_are_invited_with_the_action_and_the_host_is_not_invited_twice(organizer, ours):
    river, hill = make_organizer(name="River Group"), make_organizer(name="Hill Group")
    sent = typed(organizer, guests=[ours.pk, river.pk], guests_names="hill group\n")
    assert organizer.post(ADD, sent).status_code == 302
    parts = Action.objects.get().participations.order_by("position").values_list("organizer", "role", "state")
    assert list(parts) == [
        (ours.pk, "host", "accepted"),
        (river.pk, "co-host", "invited"),
        (hill.pk, "co-host", "invited"),
    ]


@pytest.mark.parametrize("by", ["key", "name"])
def test_a_group_that_nobody_knows_cannot_be_invited_nor_found_out(organizer, by):
    idle = make_organizer(name="Idle", is_known=False)
    said = str(idle.pk) if by == "key" else "Idle"
    sent = {"guests": [idle.pk]} if by == "key" else {"guests_names": "Idle"}
    answer = organizer.post(ADD, typed(organizer, **sent))
    assert errors_of(answer) == {"guests": f"“{said}” is no group here, or several have this name."}


def test_a_name_that_several_groups_have_is_refused(organizer):
    make_organizer(name="Twin"), make_organizer(name="twin")
    assert list(errors_of(organizer.post(ADD, typed(organizer, guests_names="Twin")))) == ["guests"]
    assert Action.objects.count() == 0


def test_the_description_is_previewed_as_the_public_page_shows_it(organizer):
    path = "/admin/rallies/action/description-seen/"
    answer = organizer.post(path, {"description": "# Bring\n\n**water** <script>x</script> [here](javascript:x)"})
    html = answer.content.decode()
    assert "<h3>Bring</h3>" in html and "<strong>water</strong>" in html
    assert "<script" not in html and "href" not in html
    assert organizer.get(path).status_code == 405
    assert "Nothing is written yet." in organizer.post(path, {}).content.decode()
    assert at_the_desk(make_person()).post(path, {"description": "x"}).status_code == 403
