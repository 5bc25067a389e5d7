"""After new data of time zones: instants move, subscribers are told, and what exists no more is flagged."""

import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from pathlib import Path

import pytest
from django.core.management import call_command

from rallies.models import Occurrence, SeriesText
from rallies.operations.actions import cancel_action, edit_action
from rallies.operations.errors import RulesBroken
from rallies.operations.horizon import extend_series
from rallies.operations.times import RefreshedDate, refresh_times
from rallies.worker.loop import run_due
from tests.factories import make_action, make_campaign, make_location
from tests.operations.state import LATER, date_of, dump, fresh_texts, moved, stamps, stored_texts

pytestmark = pytest.mark.django_db
Now = Callable[[str, str], None]
AT_14 = {"start_date": date(2026, 7, 4), "start_time": time(14), "location": None}
IN_GAP = {"start_date": date(2026, 3, 29), "start_time": time(2, 30), "location": None, "timezone": "Africa/Algiers"}


@pytest.fixture
def follows(tmp_path: Path) -> Iterator[Now]:
    """Newer zone data, in which one zone follows the clocks of another."""

    def change(name: str, other: str) -> None:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(resources.files("tzdata").joinpath("zoneinfo", *other.split("/")).read_bytes())
        zoneinfo.reset_tzpath(to=[str(tmp_path)])
        zoneinfo.ZoneInfo.clear_cache()

    yield change
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()


def refreshed() -> list[RefreshedDate]:
    return list(refresh_times(now=LATER))


def at(hour: int, minute: int = 0, *, day: date = date(2026, 7, 4)) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def test_31_instants_move_and_sequence_rises_where_they_changed(follows):
    campaign = make_campaign()
    rally = make_action(slug="rally", campaigns=[campaign], **AT_14)
    winter = make_action(slug="winter", **AT_14 | {"start_date": date(2026, 12, 5)})
    before, texts = stamps(), stored_texts()
    # No more summer time in Chicago.
    follows("America/Chicago", "America/Regina")
    assert refreshed() == [
        RefreshedDate("rally", "2026-07-04 14:00", before=(at(19), at(21)), after=(at(20), at(22))),
    ]
    row = date_of(rally)
    assert (row.start_time, row.starts_at, row.over_at, row.sequence, row.changed_at) == (
        time(14),
        at(20),
        at(22),
        1,
        LATER,
    )
    # The text names the zone, and only its version differs.
    told, was = stored_texts()[rally.uid][0], texts[rally.uid][0]
    assert "DTSTART;TZID=America/Chicago:20260704T140000\r\n" in told
    assert told == was.replace("SEQUENCE:0", "SEQUENCE:1").replace("20260302T120000Z", "20260302T130000Z", 1).replace(
        "LAST-MODIFIED:20260302T120000Z", "LAST-MODIFIED:20260302T130000Z"
    )
    assert stored_texts()[winter.uid] == texts[winter.uid]
    assert moved(before) == {("site", None): 1, ("campaign", campaign.pk): 1}
    assert stored_texts() == fresh_texts()
    assert (refreshed(), moved(before)) == ([], {("site", None): 1, ("campaign", campaign.pk): 1})


def test_drafts_and_withdrawn_actions_move_too_and_no_stamp_does(follows):
    draft = make_action(publish=False, **AT_14)
    withdrawn = make_action(publication="withdrawn", **AT_14)
    before = stamps()
    follows("America/Chicago", "America/Regina")
    assert [found.slug for found in refreshed()] == [draft.slug, withdrawn.slug]
    assert {date_of(action).starts_at for action in (draft, withdrawn)} == {at(20)}
    # Who subscribed before it was withdrawn is told when it comes back.
    assert (date_of(draft).sequence, date_of(withdrawn).sequence, moved(before)) == (0, 1, {})


def test_a_trial_writes_nothing(follows, capsys):
    make_action(slug="rally", **AT_14)
    make_action(slug="gap", **IN_GAP)
    before = dump()
    follows("America/Chicago", "America/Regina")
    follows("Africa/Algiers", "Europe/Berlin")
    call_command("refresh_times", dry_run=True)
    assert dump() == before
    assert capsys.readouterr().out == (
        "rally, 2026-07-04 14:00: begins at 2026-07-04 20:00 UTC, not 2026-07-04 19:00 UTC.\n"
        "gap, 2026-03-29 02:30: On Sunday, 29 March 2026 clocks in Africa/Algiers jump over 02:30. "
        "The nearest times that exist are 01:59 and 03:00. It stays at 2026-03-29 01:30 UTC.\n"
        "Dates that would move: 1. Times that exist no more, of which somebody must enter another: 1.\n"
    )


def test_30_a_time_that_exists_no_more_is_flagged_and_stays_where_it_was(follows):
    action = make_action(slug="gap", **IN_GAP)
    was = (at(1, 30, day=date(2026, 3, 29)), at(3, 30, day=date(2026, 3, 29)))
    follows("Africa/Algiers", "Europe/Berlin")
    [found] = refreshed()
    assert (found.slug, found.before, found.after, found.why[:24]) == ("gap", was, was, "On Sunday, 29 March 2026")
    row = date_of(action)
    assert (row.is_jumped_over, row.starts_at, row.over_at, row.start_time) == (True, *was, time(2, 30))
    assert [found.slug for found in refreshed()] == ["gap"]

    # It can be described and called off; only another time needs to exist.
    edit_action(action.pk, {"description": "Bring lights."}, by=None, now=LATER)
    cancel_action(action.pk, by=None, now=LATER)
    assert (date_of(action).is_jumped_over, date_of(action).starts_at) == (True, was[0])
    assert stored_texts() == fresh_texts()


def test_another_time_takes_the_flag_away(follows):
    action = make_action(slug="gap", **IN_GAP)
    follows("Africa/Algiers", "Europe/Berlin")
    refreshed()
    with pytest.raises(RulesBroken, match=r"jump over 02:45"):
        edit_action(action.pk, {"start_time": time(2, 45)}, by=None, now=LATER)
    edit_action(action.pk, {"start_time": time(3, 30)}, by=None, now=LATER)
    row = date_of(action)
    assert (row.is_jumped_over, row.starts_at) == (False, at(1, 30, day=date(2026, 3, 29)))


def test_data_that_are_mended_take_the_flag_away(follows):
    action = make_action(slug="gap", **IN_GAP)
    follows("Africa/Algiers", "Europe/Berlin")
    refreshed()
    follows("Africa/Algiers", "Africa/Algiers")
    assert (refreshed(), date_of(action).is_jumped_over) == ([], False)


def test_a_date_of_a_series_keeps_its_row_and_its_instants(follows):
    weekly = make_action(**IN_GAP | {"start_date": date(2026, 3, 15), "recurrence_rule": "FREQ=WEEKLY;COUNT=4"})
    revealed = make_action(
        **IN_GAP | {"location": make_location(), "place_visibility": "city-until", "place_revealed_from": LATER}
    )
    uids = set(Occurrence.objects.values_list("uid", flat=True))
    follows("Africa/Algiers", "Europe/Berlin")
    assert [(found.day, bool(found.why)) for found in refreshed()] == [
        ("2026-03-29 02:30", True),
        ("2026-04-05 02:30", False),
        ("2026-03-29 02:30", True),
    ]
    # What the worker does later neither fails at them nor takes them away.
    extend_series(weekly.pk, now=LATER)
    assert run_due(clock=lambda: LATER + timedelta(days=1)) == {
        "reveal": 0,
        "horizon": 0,
        "postponed": 0,
        "expired": 0,
        "log": 0,
    }
    assert set(Occurrence.objects.values_list("uid", flat=True)) == uids
    assert list(Occurrence.objects.filter(is_jumped_over=True).values_list("starts_at", "action")) == [
        (at(1, 30, day=date(2026, 3, 29)), weekly.pk),
        (at(1, 30, day=date(2026, 3, 29)), revealed.pk),
    ]
    assert stored_texts() == fresh_texts()


def test_many_actions_are_done_in_batches(follows, monkeypatch):
    monkeypatch.setattr("rallies.operations.times.BATCH", 2)
    actions = [make_action(**AT_14) for _ in range(5)]
    before = stamps()
    follows("America/Chicago", "America/Regina")
    assert [found.slug for found in refreshed()] == [action.slug for action in actions]
    assert moved(before) == {("site", None): 3}


def test_a_start_with_newer_data_refreshes_times_before_texts(follows, monkeypatch, capsys):
    make_action(slug="rally", **AT_14)
    call_command("refresh_times", if_needed=True)
    assert capsys.readouterr().out == ""
    follows("America/Chicago", "America/Regina")
    real = "rallies.operations.texts.version"
    monkeypatch.setattr(real, lambda package: "2099a")
    for command in ("refresh_times", "rebuild_feeds"):
        call_command(command, if_needed=True)
    assert capsys.readouterr().out == (
        "rally, 2026-07-04 14:00: begins at 2026-07-04 20:00 UTC, not 2026-07-04 19:00 UTC.\n"
        "Dates that moved: 1. Times that exist no more, of which somebody must enter another: 0.\n"
        "Calendar text was made afresh; 0 dates changed.\n"
    )
    call_command("refresh_times", if_needed=True)
    assert capsys.readouterr().out == ""


def test_31_a_series_that_goes_out_whole_tells_a_new_version(follows):
    action = make_action(slug="vigil", recurrence_rule="FREQ=WEEKLY;COUNT=3", **AT_14)
    before = SeriesText.objects.get()
    follows("America/Chicago", "America/Regina")
    assert [each.slug for each in refreshed()] == ["vigil"] * 3
    after = SeriesText.objects.get()
    assert (before.sequence, after.sequence, after.changed_at) == (0, 1, LATER)
    assert after.vevent != before.vevent and "SEQUENCE:1\r\nSTATUS" in after.vevent
    assert stored_texts() == fresh_texts()
    assert {row.vevent for row in action.occurrences.all()} == {""}
