"""Who hosts an action decides on it, so nobody who does not decide changes who hosts it."""

import pytest
from django.test import Client

from rallies.models import Action, Campaign, Organizer, Participation
from rallies.operations.duplicate import duplicate_action
from rallies.operations.participations import ParticipationEntry
from tests.factories import NOW, make_action, make_campaign, make_organizer
from tests.people import at_the_desk, make_person

from .forms import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(db: None) -> Organizer:
    return make_organizer(name="Theirs")


@pytest.fixture
def own(db: None) -> Organizer:
    return make_organizer(name="Own")


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign()


@pytest.fixture
def draft(theirs: Organizer) -> Action:
    return make_action(hosts=[theirs], publish=False)


@pytest.fixture
def desk(theirs: Organizer, own: Organizer, campaign: Campaign) -> Client:
    """Of somebody who drafts for one group, publishes for another, and coordinates a campaign."""
    return at_the_desk(make_person(contributes=(theirs,), organizes=(own,), coordinates=(campaign,)))


def _save(desk: Client, action: Action, **typed: object) -> None:
    path = f"/admin/rallies/action/{action.pk}/change/"
    desk.post(path, shown(desk, path) | {name.replace("__", "-"): value for name, value in typed.items()})


def _stand(action: Action) -> list[tuple[str, str, str]]:
    rows = Participation.objects.filter(action=action).order_by("pk")
    return [(row.organizer.name, row.role, row.state) for row in rows]


def _add(desk: Client, action: Action, group: Organizer, role: str, state: str) -> None:
    row = {"organizer": group.pk, "role": role, "state": state, "position": 9}
    typed: dict[str, object] = {f"participations-1-{name}": value for name, value in row.items()}
    _save(desk, action, **{"participations-TOTAL_FORMS": 2, **typed})


@pytest.mark.parametrize(
    ("role", "state", "is_written"),
    [
        ("host", "accepted", False),
        ("host", "invited", False),
        ("co-host", "invited", True),
        ("co-host", "accepted", True),
    ],
)
def test_rule_8_a_contributor_brings_in_no_other_host(
    desk: Client, draft: Action, own: Organizer, role: str, state: str, is_written: bool
) -> None:
    _add(desk, draft, own, role, state)
    host = ("Theirs", "host", "accepted")
    assert _stand(draft) == ([host, ("Own", role, state)] if is_written else [host])
    desk.post(f"/admin/rallies/action/{draft.pk}/publish/")
    assert Action.objects.get(pk=draft.pk).publication == "draft"


def test_rule_8_a_contributor_does_not_take_the_host_off(
    desk: Client, draft: Action, own: Organizer, campaign: Campaign
) -> None:
    """The draft would be the campaign's, whose coordinator they are, or the other group's."""
    listing = {"listings-TOTAL_FORMS": 1, "listings-0-campaign": campaign.pk, "listings-0-state": "accepted"}
    _save(desk, draft, **listing)
    assert draft.listings.count() == 1
    for typed in (
        {"participations-0-DELETE": "on"},
        {"participations-0-organizer": own.pk, "participations-0-state": "invited", "participations-0-role": "co-host"},
        {"participations-0-state": "invited"},
        {"participations-0-state": "declined"},
        {"participations-0-role": "co-host"},
        {"participations-0-role": "co-host", "participations-0-state": "invited"},
    ):
        _save(desk, draft, **typed)
        assert _stand(draft) == [("Theirs", "host", "accepted")], typed


def test_rule_8_an_organizer_says_who_hosts_it(own: Organizer, theirs: Organizer) -> None:
    draft = make_action(hosts=[own], publish=False)
    desk = at_the_desk(make_person(organizes=(own,)))
    _add(desk, draft, theirs, "host", "invited")
    assert _stand(draft) == [("Own", "host", "accepted"), ("Theirs", "host", "invited")]


def test_rule_8_a_copy_names_no_group_for_which_its_maker_only_drafts(own: Organizer, theirs: Organizer) -> None:
    beside = ParticipationEntry(theirs, "co-host", "accepted")
    action = make_action(participations=[beside, ParticipationEntry(own, "host", "accepted")])
    maker = make_person(contributes=(theirs,), organizes=(own,))
    copy = duplicate_action(action.pk, start_date=None, by=maker, now=NOW)
    assert _stand(copy) == [("Theirs", "co-host", "invited"), ("Own", "host", "accepted")]
