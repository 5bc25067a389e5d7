from datetime import date, timedelta

import pytest

from rallies.operations.actions import edit_action, withdraw_action
from rallies.selectors.errors import ActionNotFound, Renamed, Withdrawn
from rallies.selectors.feeds import action_text, feed_text, published_action
from rallies.selectors.filters import ActionFilter
from rallies.selectors.stamps import site_stamp, stamp_of
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def summaries(question: ActionFilter, today: date = TODAY) -> list[str]:
    texts = feed_text(question, today=today).texts
    return [line.removeprefix("SUMMARY:") for text in texts for line in text.split("\r\n") if line[:8] == "SUMMARY:"]


def test_23_upcoming_and_the_last_sixty_days() -> None:
    for title, days in [("to come", 5), ("yesterday", -1), ("sixty", -60), ("sixty-one", -61)]:
        make_action(title=title, start_date=TODAY + timedelta(days=days))
    make_action(
        title="long", start_date=TODAY - timedelta(days=70), start_time=None, end_date=TODAY - timedelta(days=60)
    )
    make_action(title="undated", start_date=None)
    assert summaries(ActionFilter()) == ["long", "sixty", "yesterday", "to come"]
    assert summaries(ActionFilter(), TODAY + timedelta(days=1)) == ["yesterday", "to come"]
    assert summaries(ActionFilter(to_day=TODAY - timedelta(days=61))) == ["long", "sixty-one"]


def test_a_whole_campaign_has_no_window() -> None:
    week = make_campaign()
    make_action(title="long ago", start_date=date(2020, 1, 1), campaigns=[week])
    assert summaries(ActionFilter(campaign=week.slug)) == ["long ago"]
    assert summaries(ActionFilter(campaign=week.slug, kind="rally")) == []


def test_zones_are_those_of_the_answer() -> None:
    make_action(timezone="Asia/Tokyo")
    make_action(location=make_location(timezone="Europe/Berlin"), kind="vigil")
    make_action(start_time=None)
    assert {each.tzid for each in feed_text(ActionFilter(), today=TODAY).told} == {"Asia/Tokyo", "Europe/Berlin", ""}
    assert {each.tzid for each in feed_text(ActionFilter(kind="vigil"), today=TODAY).told} == {"Europe/Berlin"}


def test_the_text_of_one_action() -> None:
    action = make_action(slug="old")
    edit_action(action.pk, {"slug": "newer"}, by=None, now=NOW)
    assert published_action("newer") == action.pk
    assert action_text(action.pk).texts == (action.occurrences.get().vevent,)
    for slug, publication in (("draft", "draft"), ("submitted", "submitted")):
        make_action(slug=slug, publication=publication)
    make_action(slug="undated", start_date=None)
    for slug in ("draft", "submitted", "undated", "nothing"):
        with pytest.raises(ActionNotFound):
            published_action(slug)
    with pytest.raises(Renamed, match="newer"):
        published_action("old")
    withdraw_action(action.pk, by=None, now=NOW)
    with pytest.raises(Withdrawn):
        published_action("newer")
    with pytest.raises(Renamed, match="newer"):
        published_action("old")


def test_the_narrowest_stamp_that_moves_with_the_answer() -> None:
    assert (site_stamp().number, site_stamp().moved_at.year) == (0, 1970)
    week, group = make_campaign(slug="autumn"), make_organizer(slug="group")
    make_action()
    make_action(hosts=[group])
    make_action(hosts=[group], campaigns=[week])
    assert [
        stamp_of(ActionFilter(**question)).number
        for question in ({}, {"kind": "rally"}, {"campaign": "autumn"}, {"organizer": "group"})
    ] == [5, 5, 2, 3]
    assert stamp_of(ActionFilter(campaign="autumn", organizer="group")).number == 2
    assert stamp_of(ActionFilter(campaign="nothing")).number == 0
