"""The same done to many actions at once: as if each had been done alone, all or nothing, and told why not."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rallies.enums import ListingState, ParticipationRole, ParticipationState
from rallies.models import Action, AuditEntry, Change, FeedStamp, Listing, Occurrence
from rallies.operations import actions as single
from rallies.operations import bulk
from rallies.operations.participations import ListingEntry, ParticipationEntry
from rallies.rules.access import NotAllowed
from tests.factories import NOW, make_action, make_campaign, make_organizer
from tests.people import make_person

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
WHO: dict[str, Any] = {"by": None, "now": LATER}
CLOCK = ("start_date", "start_time", "end_date", "end_time")


def keys_of(*rows: Action) -> list[int]:
    return [row.pk for row in rows]


def clock_of(action: Action) -> tuple[Any, ...]:
    return Action.objects.filter(pk=action.pk).values_list(*CLOCK).get()


def left_by(action: Action) -> dict[str, Any]:
    """Everything that a change leaves of an action, without what differs between any two."""
    action.refresh_from_db()
    without = {"id", "uid", "pick_code", "slug", "title", "title_folded", "location", "location_id"}
    row = {f.attname: getattr(action, f.attname) for f in Action._meta.concrete_fields if f.attname not in without}
    dates = []
    for each in action.occurrences.in_order():
        text = (
            each.vevent.replace("\r\n ", "")
            .replace(each.uid, "UID")
            .replace(action.slug, "SLUG")
            .replace(action.title, "TITLE")
        )
        dates.append((each.starts_at, each.over_at, each.sequence, each.changed_at, each.stays_until, text))
    lines = list(action.changes.values_list("kind", "details", "message", "at"))
    past: Any = action.history  # type: ignore[attr-defined]
    history = list(past.values_list("history_type", "history_user", "history_date", "status", "start_date", "kind"))
    return {"row": row, "dates": dates, "lines": lines, "history": history}


@pytest.mark.parametrize(
    ("at_once", "alone"),
    [
        (
            lambda keys, **who: bulk.cancel_actions(keys, message="Storm.", **who),
            lambda key, **who: single.cancel_action(key, message="Storm.", **who),
        ),
        (bulk.confirm_actions, single.confirm_action),
        (bulk.withdraw_actions, single.withdraw_action),
        (
            lambda keys, **who: bulk.move_actions(keys, by_time=timedelta(days=7), message="Later.", **who),
            lambda key, **who: single.move_action_in_time(
                key, start_date=date(2026, 3, 21), start_time=time(14), message="Later.", **who
            ),
        ),
        (
            lambda keys, **who: bulk.set_field_of_actions(keys, field="kind", value="vigil", **who),
            lambda key, **who: single.edit_action(key, {"kind": "vigil"}, **who),
        ),
    ],
    ids=["cancel", "confirm", "withdraw", "move", "set a field"],
)
def test_it_leaves_of_each_what_the_same_step_leaves_of_one(at_once: Any, alone: Any) -> None:
    ada = make_person(is_superuser=True)
    rows = [make_action(title=f"March number {number}", slug=f"march-number-{number}") for number in (1, 2, 3)]
    done = at_once(keys_of(*rows[:2]), by=ada, now=LATER)
    alone(rows[2].pk, by=ada, now=LATER)
    assert done == bulk.Done(changed=2)
    first, second, third = map(left_by, rows)
    assert first == second == third
    assert first["history"][0][:3] == ("~", ada.pk, LATER)


def test_publishing_again_what_was_withdrawn_is_newer_than_what_was_told() -> None:
    rows = [make_action(publish=False), make_action()]
    bulk.withdraw_actions([rows[1].pk], **WHO)
    bulk.publish_actions(keys_of(*rows), by=None, now=LATER + timedelta(hours=1))
    told = [Occurrence.objects.get(action=row) for row in rows]
    assert [(date.sequence, "BEGIN:VEVENT" in date.vevent) for date in told] == [(0, True), (1, True)]


def test_one_refused_leaves_all_as_they_were_and_the_others_can_be_done() -> None:
    ada = make_person(is_superuser=True)
    on, off, draft = make_action(), make_action(title="Off"), make_action(title="Draft", publish=False)
    single.cancel_action(off.pk, by=None, now=NOW)
    before = [left_by(row) for row in (on, off, draft)]
    stamp = FeedStamp.objects.get(scope="site").number
    with pytest.raises(bulk.SomeRefused) as caught:
        bulk.cancel_actions(keys_of(on, off, draft), message="Storm.", by=ada, now=LATER)
    assert [(row.key, row.title, row.why) for row in caught.value.refused] == [
        (off.pk, "Off", "This action is “Cancelled” and cannot be cancelled from there."),
        (draft.pk, "Draft", "It is not public: publish it first."),
    ]
    assert caught.value.others == (on.pk,)
    assert [left_by(row) for row in (on, off, draft)] == before
    assert (FeedStamp.objects.get(scope="site").number, AuditEntry.objects.count()) == (stamp, 0)
    assert bulk.cancel_actions(caught.value.others, message="Storm.", by=ada, now=LATER) == bulk.Done(changed=1)


def test_what_somebody_may_not_do_is_refused_and_what_they_may_not_see_is_not_there() -> None:
    ours, theirs = make_organizer(), make_organizer()
    co_host = [ParticipationEntry(ours, ParticipationRole.CO_HOST, ParticipationState.ACCEPTED)]
    beside = make_action(title="Beside", hosts=[theirs], participations=co_host)
    mine, hidden = make_action(hosts=[ours]), make_action(hosts=[theirs])
    ana = make_person(organizes=(ours,))
    with pytest.raises(bulk.SomeRefused) as caught:
        bulk.withdraw_actions(keys_of(mine, beside, hidden), by=ana, now=LATER)
    assert [(row.key, row.why) for row in caught.value.refused] == [(beside.pk, "Your account may not do this here.")]
    assert caught.value.others == (mine.pk,)
    assert bulk.withdraw_actions(keys_of(mine, hidden), by=ana, now=LATER) == bulk.Done(changed=1)
    hidden.refresh_from_db()
    assert hidden.publication == "published"
    with pytest.raises(NotAllowed):
        bulk.withdraw_actions([mine.pk], by=make_person(), now=LATER)


def test_a_contributor_moves_drafts_and_nothing_that_is_public() -> None:
    group = make_organizer()
    draft, public = make_action(hosts=[group], publish=False), make_action(hosts=[group])
    person = make_person(contributes=(group,))
    with pytest.raises(bulk.SomeRefused) as caught:
        bulk.move_actions(keys_of(draft, public), by_time=timedelta(days=1), by=person, now=LATER)
    assert [row.key for row in caught.value.refused] == [public.pk]
    bulk.move_actions(caught.value.others, by_time=timedelta(days=1), by=person, now=LATER)
    assert clock_of(draft)[0] == date(2026, 3, 15)


@pytest.mark.parametrize(
    ("clock", "by_time", "after"),
    [
        ({"end_time": time(16)}, timedelta(hours=1), (date(2026, 3, 14), time(15), None, time(17))),
        ({"end_time": time(16)}, timedelta(hours=9), (date(2026, 3, 14), time(23), None, time(1))),
        ({"end_time": time(16)}, timedelta(hours=-15), (date(2026, 3, 13), time(23), None, time(1))),
        (
            {"end_date": date(2026, 3, 15), "end_time": time(16)},
            timedelta(hours=10),
            (date(2026, 3, 15), time(0), date(2026, 3, 16), time(2)),
        ),
        ({"end_date": date(2026, 3, 15)}, timedelta(days=7), (date(2026, 3, 21), time(14), date(2026, 3, 22), None)),
        ({"start_time": None}, timedelta(days=-1), (date(2026, 3, 13), None, None, None)),
        # Clocks go back in Chicago on 1 November: the hour on the clock stays.
        ({"start_date": date(2026, 10, 30)}, timedelta(days=7), (date(2026, 11, 6), time(14), None, None)),
    ],
)
def test_a_move_keeps_the_clock_and_the_length(clock: Any, by_time: timedelta, after: Any) -> None:
    action = make_action(**clock)
    bulk.move_actions([action.pk], by_time=by_time, **WHO)
    assert clock_of(action) == after


def test_the_hours_of_a_march_move_along() -> None:
    march = make_action(kind="march", gathering_time=time(13, 30), step_off_time=time(14, 15))
    bulk.move_actions([march.pk], by_time=timedelta(minutes=90), **WHO)
    march.refresh_from_db()
    assert (march.gathering_time, march.start_time, march.step_off_time) == (time(15), time(15, 30), time(15, 45))


def test_what_cannot_be_moved_by_a_length_says_why() -> None:
    skipped = make_action(title="Skipped", start_date=date(2027, 3, 13), start_time=time(2, 30))
    no_time = make_action(title="No time", start_time=None)
    no_date = make_action(title="No date", start_date=None)
    weekly = make_action(title="Weekly", recurrence_rule="FREQ=WEEKLY;BYDAY=SA")
    with pytest.raises(bulk.SomeRefused) as caught:
        bulk.move_actions(keys_of(skipped, no_date, weekly), by_time=timedelta(days=1), **WHO)
    whys = {row.title: row.why for row in caught.value.refused}
    assert whys["Skipped"] == (
        "On Sunday, 14 March 2027 clocks in America/Chicago jump over 02:30. The nearest times that exist are 01:59 and 03:00."
    )
    assert whys["No date"] == "Its date is not announced, so it cannot be moved by a length of time."
    assert whys["Weekly"].startswith("The series begins on ")
    with pytest.raises(bulk.SomeRefused, match="1 refused"):
        bulk.move_actions([no_time.pk], by_time=timedelta(hours=1), **WHO)
    uids = list(Occurrence.objects.filter(action=weekly).in_order().values_list("uid", flat=True))
    bulk.move_actions([weekly.pk], by_time=timedelta(hours=1), **WHO)
    dates = Occurrence.objects.filter(action=weekly).in_order()
    assert list(dates.values_list("uid", flat=True)) == uids
    assert {row.start_time for row in dates} == {time(15)}


def test_a_campaign_that_one_coordinates_accepts_and_another_is_asked() -> None:
    group, own, other = make_organizer(), make_campaign(), make_campaign()
    there = make_action(hosts=[group], campaigns=[own])
    wanted = make_action(hosts=[group], listings=[ListingEntry(other, ListingState.REQUESTED_BY_CAMPAIGN)])
    fresh = make_action(hosts=[group])
    person = make_person(organizes=(group,), coordinates=(own,))
    who: dict[str, Any] = {"by": person, "now": LATER}
    rows = keys_of(there, wanted, fresh)
    assert bulk.add_actions_to_campaign(rows, campaign_id=own.pk, **who) == bulk.Done(changed=2, same=1)
    assert bulk.add_actions_to_campaign(rows, campaign_id=other.pk, **who) == bulk.Done(changed=3)
    listed = Listing.objects.order_by("action_id", "campaign_id").values_list("action_id", "campaign_id", "state")
    accepted, asked = "accepted", "requested-by-host"
    assert list(listed) == [
        *((there.pk, own.pk, accepted), (there.pk, other.pk, asked)),
        *((wanted.pk, own.pk, accepted), (wanted.pk, other.pk, accepted)),
        *((fresh.pk, own.pk, accepted), (fresh.pk, other.pk, asked)),
    ]
    text = Occurrence.objects.get(action=fresh).vevent
    assert (own.name in text, other.name in text) == (True, False)
    history: Any = Listing.objects.get(action=fresh, campaign=own).history  # type: ignore[attr-defined]
    assert list(history.values_list("history_type", "history_user", "history_date")) == [("+", person.pk, LATER)]
    hidden = make_campaign(is_public=False)
    with pytest.raises(NotAllowed):
        bulk.add_actions_to_campaign(rows, campaign_id=hidden.pk, **who)


def test_a_campaign_that_was_declined_is_not_asked_by_the_hundred() -> None:
    campaign = make_campaign()
    action = make_action(listings=[ListingEntry(campaign, ListingState.DECLINED)])
    with pytest.raises(bulk.SomeRefused) as caught:
        bulk.add_actions_to_campaign([action.pk], campaign_id=campaign.pk, **WHO)
    assert caught.value.refused[0].why == "One side declined it: ask again on the page of the action."


def test_a_value_that_is_there_already_changes_nothing_and_others_are_refused_by_name() -> None:
    rows = [make_action(languages=["es"]), make_action()]
    done = bulk.set_field_of_actions(keys_of(*rows), field="languages", value=["es"], **WHO)
    assert done == bulk.Done(changed=1, same=1)
    with pytest.raises(TypeError, match="title"):
        bulk.set_field_of_actions(keys_of(*rows), field="title", value="All alike", **WHO)


def test_the_log_has_a_line_for_each_and_the_history_one_number() -> None:
    ada = make_person(is_superuser=True)
    rows = [make_action(title=title) for title in ("Rain", "Shine")]
    bulk.cancel_actions(keys_of(*rows), by=ada, now=LATER)
    lines = AuditEntry.objects.order_by("pk").values_list("deed", "words", "detail")
    assert list(lines) == [("cancel-actions", "Rain", "1 / 2"), ("cancel-actions", "Shine", "1 / 2")]
    numbers = set(Change.objects.filter(kind="cancelled").values_list("number", flat=True))
    assert numbers == {FeedStamp.objects.get(scope="site").number}


def test_many_ask_the_database_no_more_often_than_few() -> None:
    counts = []
    for number in (2, 12):
        rows = keys_of(*(make_action(hosts=[make_organizer()]) for _ in range(number)))
        with CaptureQueriesContext(connection) as queries:
            bulk.move_actions(rows, by_time=timedelta(days=7), **WHO)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 60
