"""Names in addresses: of actions, campaigns and groups alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from rallies.models import Action, Campaign, OldSlug, Organizer
from rallies.operations.actions import edit_action
from rallies.operations.campaigns import edit_campaign
from rallies.operations.organizers import edit_organizer
from rallies.selectors.actions import get_action
from rallies.selectors.campaigns import campaign_name, get_campaign
from rallies.selectors.errors import ActionNotFound, Renamed
from rallies.selectors.organizers import get_organizer, organizer_name
from tests.factories import NOW, make_action, make_campaign, make_organizer
from tests.operations.state import LATER

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Noun:
    name: str
    model: type[Action] | type[Campaign] | type[Organizer]
    make: Callable[..., Any]
    edit: Callable[..., Any]
    look_up: Callable[[str], Any]

    def rename(self, row: Any, slug: str) -> str:
        return str(self.edit(row.pk, {"slug": slug}, by=None, now=LATER).slug)

    def old(self) -> list[tuple[str, int]]:
        rows = OldSlug.objects.filter(**{f"{self.name}__isnull": False}).order_by("slug")
        return list(rows.values_list("slug", self.name))

    def leads_to(self, slug: str) -> str:
        with pytest.raises(Renamed) as caught:
            self.look_up(slug)
        return caught.value.slug


NOUNS = [
    Noun("action", Action, make_action, edit_action, lambda slug: get_action(slug, now=NOW)),
    Noun("campaign", Campaign, make_campaign, edit_campaign, lambda slug: get_campaign(slug, now=NOW)),
    Noun("organizer", Organizer, make_organizer, edit_organizer, lambda slug: get_organizer(slug, now=NOW)),
]


@pytest.fixture(params=NOUNS, ids=lambda noun: noun.name)
def noun(request: pytest.FixtureRequest) -> Noun:
    return request.param  # type: ignore[no-any-return]


def test_every_name_that_it_had_leads_to_the_name_of_today_in_one_hop(noun: Noun) -> None:
    row = noun.make(slug="first")
    assert [noun.rename(row, "second"), noun.rename(row, "third")] == ["second", "third"]
    assert (noun.leads_to("first"), noun.leads_to("second")) == ("third", "third")
    assert noun.old() == [("first", row.pk), ("second", row.pk)]


def test_a_thing_that_takes_an_earlier_name_again_is_there_and_not_a_redirect(noun: Noun) -> None:
    row = noun.make(slug="first")
    assert [noun.rename(row, "second"), noun.rename(row, "first")] == ["second", "first"]
    assert noun.look_up("first")
    assert (noun.leads_to("second"), noun.old()) == ("first", [("second", row.pk)])


def test_names_that_others_have_or_had_are_not_taken(noun: Noun) -> None:
    other = noun.make(slug="first")
    noun.rename(other, "second")
    assert [noun.make(slug=slug).slug for slug in ("first", "second", "first")] == ["first-2", "second-2", "first-3"]
    row = noun.make(slug="mine")
    assert [noun.rename(row, "second"), noun.rename(row, "first")] == ["second-3", "first-4"]
    assert noun.leads_to("first") == "second"


def test_a_name_of_another_kind_of_thing_is_free(noun: Noun) -> None:
    for each in NOUNS:
        each.rename(each.make(slug="first"), "second")
    assert [each.leads_to("first") for each in NOUNS] == ["second"] * 3


@pytest.mark.parametrize("slug", ["today", "new", "all", "map"])
def test_words_with_a_meaning_in_addresses_are_not_names(noun: Noun, slug: str) -> None:
    assert noun.make(slug=slug).slug == f"{slug}-2"


def test_the_same_name_again_and_no_name_change_nothing(noun: Noun) -> None:
    row = noun.make(slug="first")
    assert [noun.rename(row, "first"), noun.rename(row, ""), noun.rename(row, "!!!")] == ["first"] * 3
    assert noun.old() == []


def test_a_new_name_is_cleaned(noun: Noun) -> None:
    row = noun.make(slug="first")
    assert noun.rename(row, "  Ça ira, Größe/../x ") == "ca-ira-grossex"


def test_a_first_name_is_cleaned_too(noun: Noun) -> None:
    assert noun.make(slug="  Ça ira, Größe/../x ").slug == "ca-ira-grossex"


def test_a_long_name_is_numbered_within_its_column(noun: Noun) -> None:
    first, second = (noun.make(slug="x" * 200).slug for _ in range(2))
    assert (second.removesuffix("-2"), first.strip("x"), len(second) <= 120) == (first, "", True)


def test_names_without_latin_letters_are_there() -> None:
    title = "مسيرة"
    action, campaign, group = make_action(title=title), make_campaign(name=title), make_organizer(name=title)
    assert (action.slug, campaign.slug, group.slug) == (
        f"rally-{action.uid[:8]}",
        f"campaign-{campaign.uid[:8]}",
        f"group-{group.uid[:8]}",
    )


def test_a_draft_takes_its_name_from_its_title_and_leaves_no_old_one() -> None:
    draft = make_action(title="First idea", publish=False)
    edit_action(draft.pk, {"title": "Better idea"}, by=None, now=LATER)
    assert (Action.objects.get().slug, list(OldSlug.objects.all())) == ("better-idea", [])
    assert make_action(title="First idea").slug == "first-idea"


def test_a_published_action_keeps_its_name_when_its_title_changes() -> None:
    action = make_action(title="First idea")
    edit_action(action.pk, {"title": "Better idea"}, by=None, now=LATER)
    assert (Action.objects.get().slug, list(OldSlug.objects.all())) == ("first-idea", [])


def test_the_old_name_of_a_draft_tells_nothing() -> None:
    draft = make_action(slug="secret", publish=False)
    edit_action(draft.pk, {"slug": "other"}, by=None, now=LATER)
    for slug in ("secret", "other"):
        with pytest.raises(ActionNotFound):
            get_action(slug, now=NOW)


def test_renaming_writes_the_new_address_into_the_calendar_text() -> None:
    action = make_action(slug="first")
    edit_action(action.pk, {"slug": "second"}, by=None, now=LATER)
    text = action.occurrences.get().vevent.replace("\r\n ", "")
    assert "\r\nURL:http://testserver/actions/second/\r\n" in text and "/first/" not in text


def test_short_look_ups_say_the_same() -> None:
    week, group = make_campaign(slug="first", name="Week"), make_organizer(slug="first", name="Group")
    assert (campaign_name("first"), organizer_name("first")) == ("Week", "Group")
    edit_campaign(week.pk, {"slug": "second"}, by=None, now=LATER)
    edit_organizer(group.pk, {"slug": "second"}, by=None, now=LATER)
    for look_up in (campaign_name, organizer_name):
        with pytest.raises(Renamed) as caught:
            look_up("first")
        assert caught.value.slug == "second"
