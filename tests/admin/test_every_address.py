"""Whatever address of the desk there is: of a row that somebody may not see it answers as of one that is not there.

Addresses come from the URL patterns, so that a new one is asked, too.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from rallies.models import Action, AuditEntry, CampaignRole, Invitation, Membership, Occurrence, RecoveryLink
from tests.doors.addresses import desk_patterns
from tests.factories import NOW
from tests.people import at_the_desk, write
from tests.world import make_world

from .test_matrix import taken_back

pytestmark = pytest.mark.django_db

NOBODYS = 987_654_321
KEYED = sorted(route for route in desk_patterns() if "<" in route and "(?P" not in route)
UNSEEN = {
    "action": ("action theirs, draft", "action ours, draft"),
    "location": ("location theirs, withheld", "location ours, withheld"),
    "organizer": ("group unseen", "group unseen"),
    "campaign": ("campaign hidden", "campaign hidden"),
    "milestone": ("milestone other", "milestone own"),
    "errorreport": ("report on theirs", "report on ours"),
}
"""By noun: a row that all but administrators and "other" do not see, and one that "other" does not see."""


class World:
    def __init__(self) -> None:
        self.people, self.rows = make_world()
        self.desks = {role: at_the_desk(person) for role, person in self.people.items()}
        dated = {"created_at": NOW, "updated_at": NOW}
        sent = dated | {"expires_at": NOW + timedelta(days=1)}
        group, campaign = self.rows["group unseen"], self.rows["campaign hidden"]
        person = self.people["administrator"]
        self.behind: dict[str, Any] = {
            "organizer/people": write(
                Membership, user=person, organizer=group, role="organizer", is_owner=True, **dated
            ),
            "campaign/people": write(CampaignRole, user=person, campaign=campaign, **dated),
            "organizer/invitations": write(Invitation, organizer=group, role="organizer", token_hash="a", **sent),
            "campaign/invitations": write(Invitation, campaign=campaign, role="coordinator", token_hash="b", **sent),
        }
        write(RecoveryLink, user=person, made_by=person, token_hash="c", **sent)

    def row(self, noun: str, role: str) -> Any:
        """What that role does not see; None if there is nothing of the noun."""
        if noun in UNSEEN:
            return self.rows[UNSEEN[noun][role == "other"]]
        if noun in {"membership", "campaignrole"}:
            return self.behind["organizer/people" if noun == "membership" else "campaign/people"]
        if noun == "occurrence":
            return Occurrence.objects.filter(action=self.row("action", role)).first()
        [model] = [each for each in admin.site._registry if each._meta.model_name == noun]
        return model._base_manager.first()

    def address(self, route: str, role: str, *, key: int | None = None) -> str:
        """Of a row that the role does not see, or of that key."""
        noun = (re.search(r"/admin/(?:rallies|auth)/(\w+)/", route) or [None, "action"])[1]
        row: Any = self.row(noun, role)
        own = key or (row.pk if row else 1)
        action: Any = self.row("action", role)
        part = "invitations" if "/invitations/" in route else "people"
        values = {
            "object_id": own,
            "id": own,
            "key": own,
            "pk": self.behind[f"{noun}/{part}"].pk if f"{noun}/{part}" in self.behind else own,
            "content_type_id": ContentType.objects.get_for_model(Action).pk,
            "date_id": action.occurrences.values_list("pk", flat=True).first() or 1,
            "day": action.start_date.isoformat(),
            "slug": f"nothing-{key}" if key else action.slug,
            "kind": "submitted",
            "ending": "csv",
        }
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)


@pytest.fixture
def world(db: None) -> World:
    return World()


def told(desk: Client, method: str, address: str, **more: Any) -> tuple[Any, ...]:
    """Status, ways and page, without what is another each time."""
    sent = {"post": "yes", "message": "x", "answer": "yes", **more} if method == "post" else {}
    answer: Any = getattr(desk, method)(address, sent, follow=True)
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.getvalue().decode())
    return answer.status_code, str(answer.redirect_chain), page


# "other" has every part that there is, each in something else; whoever has none is asked in tests/doors/test_leaks.py.
@pytest.mark.parametrize("role", ["coordinator", "other"])
def test_rule_18_what_is_not_seen_answers_everywhere_as_what_is_not_there(world: World, role: str) -> None:
    differ, before = [], AuditEntry.objects.count()
    for route in KEYED:
        there, nowhere = world.address(route, role), world.address(route, role, key=NOBODYS)
        [key] = {
            pair for pair in zip(re.split(r"[/.]", there), re.split(r"[/.]", nowhere), strict=True) if len({*pair}) > 1
        }
        either = re.compile(rf"(?<=[/“])(?:{'|'.join(key)})(?=[/”])")
        for method in ("get", "post"):
            with taken_back():
                said = [either.sub("N", repr(told(world.desks[role], method, address))) for address in (there, nowhere)]
                if said[0] != said[1] or AuditEntry.objects.count() > before:
                    differ.append((method, there))
    assert differ == []


@pytest.mark.parametrize("role", ["coordinator", "other"])
def test_rule_18_what_is_not_seen_is_not_among_many(world: World, role: str) -> None:
    """Steps for many rows at once, whose keys stand in no address."""
    many = [(route, "action", {"keys": ...}) for route in desk_patterns() if "/bulk/" in route]
    chosen = {"_selected_action": ..., "action": "delete_selected"}
    many += [(f"/admin/rallies/{noun}/", noun, chosen) for noun in UNSEEN]
    differ, before = [], AuditEntry.objects.count()
    for address, noun, sent in many:
        keys = (world.row(noun, role).pk, NOBODYS)
        sents = [{name: key if value is ... else value for name, value in sent.items()} for key in keys]
        with taken_back():
            said = [told(world.desks[role], "post", address, **each) for each in sents]
            if said[0] != said[1] or AuditEntry.objects.count() > before:
                differ.append((address, sent))
    assert (len(many), differ) == (13, [])


def test_administrators_find_there_what_is_there(world: World) -> None:
    """Or the test above would pass for the wrong reason."""
    desk, found = world.desks["administrator"], set()
    for route in KEYED:
        statuses = [desk.get(world.address(route, "nobody", key=key)).status_code for key in (None, NOBODYS)]
        if statuses[0] == 200 != statuses[1]:
            found.add(route)
    assert len(found) > 60, sorted(set(KEYED) - found)
