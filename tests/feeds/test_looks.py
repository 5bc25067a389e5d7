"""What a subscriber chooses beside the question: how cancellations look, and everything at once."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from django.test import Client

from rallies.formats.vtimezone import vtimezone
from rallies.models import Occurrence, SeriesText
from rallies.operations.actions import cancel_action, postpone_action, undo_cancellation
from rallies.selectors import feeds
from rallies.selectors.filters import ActionFilter
from tests.factories import NOW, make_action, make_campaign
from tests.kept import forget
from tests.operations.series import FIRST, call_off

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
FEEDS = ["/actions.ics", "/campaigns/autumn.ics"]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


def events(path: str) -> list[dict[str, str]]:
    """UID by slug is not shown: title, status and the day of the rule of each VEVENT."""
    answer = Client().get(path)
    assert answer.status_code == 200, answer.content
    names = ("SUMMARY", "STATUS", "RECURRENCE-ID", "EXDATE")
    found = []
    for event in icalendar.Calendar.from_ical(answer.content).walk("VEVENT"):
        shown = {name: event[name] for name in names if name in event}
        found.append({name: value if isinstance(value, str) else _text(value) for name, value in shown.items()})
    return found


def _text(value: Any) -> str:
    """Of a property, or of each where there are several."""
    values = value if isinstance(value, list) else [value]
    return ",".join(each.to_ical().decode() for each in values)


def head(path: str) -> dict[str, str]:
    calendar = icalendar.Calendar.from_ical(Client().get(path).content)
    return {name: str(calendar.get(name, "")).replace("\\,", ",") for name in ("SOURCE", "X-WR-CALDESC")}


# --- cancelled ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*FEEDS, "/actions/march.ics"])
def test_62_how_cancellations_look_is_the_subscribers_choice(path: str) -> None:
    march = make_action(slug="march", title="March", campaigns=[make_campaign(slug="autumn")])
    cancel_action(march.pk, by=None, now=LATER)
    marked = [{"SUMMARY": "CANCELLED: March", "STATUS": "CANCELLED"}]
    assert events(path) == events(f"{path}?cancelled=mark") == marked
    assert events(f"{path}?cancelled=title") == [{"SUMMARY": "CANCELLED: March", "STATUS": "CONFIRMED"}]
    assert events(f"{path}?cancelled=hide") == []


def test_27_the_zone_of_what_is_hidden_is_not_in_the_feed() -> None:
    march = make_action(location=None, timezone="Asia/Tokyo")
    make_action(location=None, timezone="Europe/Berlin")
    cancel_action(march.pk, by=None, now=LATER)
    assert zones("/actions.ics") == ["Asia/Tokyo", "Europe/Berlin"]
    assert zones("/actions.ics?cancelled=hide") == ["Europe/Berlin"]


def zones(path: str) -> list[str]:
    calendar = icalendar.Calendar.from_ical(Client().get(path).content)
    return [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]


def test_62_each_look_says_what_it_is_under_its_own_address_and_etag() -> None:
    make_action()
    answers = {look: Client().get(f"/actions.ics?cancelled={look}") for look in ("mark", "title", "hide")}
    assert len({answer["ETag"] for answer in answers.values()}) == 3
    assert [head(f"/actions.ics?kind=rally&cancelled={look}") for look in answers] == [
        {
            "SOURCE": "http://testserver/actions.ics?kind=rally",
            "X-WR-CALDESC": "Public actions from Rallies. Cancelled ones are marked.",
        },
        {
            "SOURCE": "http://testserver/actions.ics?kind=rally&cancelled=title",
            "X-WR-CALDESC": "Public actions from Rallies. Cancelled ones say so in their title.",
        },
        {
            "SOURCE": "http://testserver/actions.ics?kind=rally&cancelled=hide",
            "X-WR-CALDESC": "Public actions from Rallies, without the cancelled ones.",
        },
    ]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("cancelled=show", "“cancelled” is one of mark, title, hide, not “show”."),
        ("cancelled=title&cancelled=hide", "“cancelled” is given twice. Give it once."),
        ("all=yes", "“all” is 1 or not there."),
    ],
)
@pytest.mark.parametrize("path", FEEDS)
def test_62_another_look_is_refused_with_a_sentence(path: str, query: str, sentence: str) -> None:
    make_campaign(slug="autumn")
    answer = Client().get(f"{path}?{query}")
    assert (answer.status_code, answer.content.decode()) == (400, f"{sentence}\n")


def test_36_and_37_a_hidden_date_of_a_series_is_left_out_of_its_rule_and_a_series_without_dates_is_left_out() -> None:
    vigil = make_action(title="Vigil", recurrence_rule="FREQ=WEEKLY;UNTIL=20260322")
    call_off(vigil, date(2026, 3, 21), now=LATER)
    assert events("/actions.ics") == [
        {"SUMMARY": "Vigil", "STATUS": "CONFIRMED"},
        {"SUMMARY": "CANCELLED: Vigil", "STATUS": "CANCELLED", "RECURRENCE-ID": "20260321T140000"},
    ]
    assert events("/actions.ics?cancelled=hide") == [
        {"SUMMARY": "Vigil", "STATUS": "CONFIRMED", "EXDATE": "20260321T140000"}
    ]
    text = Client().get("/actions.ics?cancelled=hide").content.decode()
    assert "\r\nEXDATE;TZID=America/Chicago:20260321T140000\r\n" in text
    call_off(vigil, FIRST, now=LATER)
    assert events("/actions.ics?cancelled=hide") == []


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;COUNT=2", "FREQ=WEEKLY;UNTIL=20260321"])
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_37_the_last_date_of_a_series_is_never_lost(rule: str, zone: str) -> None:
    vigil = make_action(recurrence_rule=rule, location=None, timezone=zone, start_time=time(9))
    call_off(vigil, FIRST, now=LATER)
    assert len(events("/actions.ics?cancelled=hide")) == 1


@pytest.mark.parametrize("called_off", [date(2026, 3, 2), date(2026, 3, 20)])
def test_19_a_cancelled_action_stays_14_days_after_its_end_or_its_cancellation(
    clock: time_machine.Traveller, called_off: date
) -> None:
    campaign = make_campaign(slug="autumn")
    march = make_action(slug="march", campaigns=[campaign])
    make_action(slug="other", campaigns=[campaign], start_date=date(2026, 4, 1))
    moment = datetime.combine(called_off, time(13), tzinfo=NOW.tzinfo)
    clock.move_to(moment)
    cancel_action(march.pk, by=None, now=moment)
    last = max(FIRST, called_off) + timedelta(days=14)
    counts = {}
    for day in (last, last + timedelta(days=1)):
        clock.move_to(datetime.combine(day, time(0, 0, 1), tzinfo=NOW.tzinfo))
        counts[day] = [len(events(path)) for path in [*FEEDS, "/actions/march.ics"]]
    assert counts == {last: [2, 2, 1], last + timedelta(days=1): [1, 1, 1]}
    undo_cancellation(march.pk, by=None, now=LATER + timedelta(days=40))
    assert len(events("/campaigns/autumn.ics")) == 2


def test_19_a_postponed_action_stays_14_days_after_its_old_date(clock: time_machine.Traveller) -> None:
    march = make_action(title="March")
    postpone_action(march.pk, by=None, now=LATER)
    clock.move_to(datetime(2026, 3, 28, 12, tzinfo=NOW.tzinfo))
    assert events("/actions.ics") == [{"SUMMARY": "POSTPONED: March", "STATUS": "TENTATIVE"}]
    clock.move_to(datetime(2026, 3, 29, 0, 0, tzinfo=NOW.tzinfo))
    assert events("/actions.ics") == []


def test_19_one_date_called_off_alone_stays_with_its_series(clock: time_machine.Traveller) -> None:
    vigil = make_action(title="Vigil", recurrence_rule="FREQ=WEEKLY")
    call_off(vigil, FIRST, now=LATER)
    clock.move_to(datetime(2026, 4, 30, tzinfo=NOW.tzinfo))
    # Left out it would look as if it had taken place.
    assert [event["STATUS"] for event in events("/actions.ics")] == ["CONFIRMED", "CANCELLED"]


# --- size -----------------------------------------------------------------------------------------


def titles(path: str) -> list[str]:
    # Limits are the same for one version, but in these tests.
    forget()
    return [event["SUMMARY"] for event in events(path)]


def make_days(*days: int, more: str = "") -> None:
    for day in days:
        make_action(title=f"{day}{more}", start_date=NOW.date() + timedelta(days=day))


def test_11_the_oldest_past_goes_first_and_then_the_farthest(monkeypatch: pytest.MonkeyPatch) -> None:
    make_days(-50, -20, -3, 0, 2, 5, 9)
    sizes = {}
    for most in (7, 6, 5, 4, 2):
        monkeypatch.setattr(feeds, "MOST_EVENTS", most)
        sizes[most] = titles("/actions.ics")
    assert sizes == {
        7: ["-50", "-20", "-3", "0", "2", "5", "9"],
        6: ["-20", "-3", "0", "2", "5", "9"],
        5: ["-3", "0", "2", "5", "9"],
        4: ["0", "2", "5", "9"],
        2: ["0", "2"],
    }
    assert titles("/actions.ics?all=1") == ["-50", "-20", "-3", "0", "2", "5", "9"]


def test_11_a_feed_stays_below_a_million_octets(monkeypatch: pytest.MonkeyPatch) -> None:
    make_days(1, 2, 3, more=" für Frieden")
    texts = Occurrence.objects.values_list("vevent", flat=True)
    needed = sum(len(text.encode()) for text in texts) + len(vtimezone("America/Chicago"))
    monkeypatch.setattr(feeds, "MOST_BYTES", needed)
    all_three = [f"{day} für Frieden" for day in (1, 2, 3)]
    assert titles("/actions.ics") == all_three
    monkeypatch.setattr(feeds, "MOST_BYTES", needed - 1)
    assert titles("/actions.ics") == all_three[:2]
    assert titles("/actions.ics?all=1") == all_three


def test_61_a_feed_that_is_cut_says_so_and_a_whole_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    make_days(1, 2, 3)
    said = "Public actions from Rallies. Cancelled ones are marked."
    assert head("/actions.ics")["X-WR-CALDESC"] == said
    monkeypatch.setattr(feeds, "MOST_EVENTS", 2)
    forget()
    assert head("/actions.ics")["X-WR-CALDESC"].startswith(f"{said} There are more than calendar apps carry")
    assert head("/actions.ics?all=1") == {"SOURCE": "http://testserver/actions.ics?all=1", "X-WR-CALDESC": said}


@pytest.mark.parametrize("page", ["/actions/", "/", "/campaigns/autumn/", "/countries/us/"])
def test_61_a_page_says_so_before_anyone_subscribes(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_campaign(slug="autumn")
    for n in range(3):
        make_action(campaigns=[campaign], title=str(n))
    words = "There are more actions than calendar apps carry"
    assert words not in Client().get(page).content.decode()
    monkeypatch.setattr(feeds, "MOST_EVENTS", 2)
    shown = Client().get(page).content.decode()
    assert (words in shown, "all=1" in shown) == (True, True)


@pytest.mark.parametrize("few", [True, False])
def test_61_what_is_said_is_what_the_feed_does(few: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether by the number of dates, by their length, or by that of a series."""
    make_action(recurrence_rule="FREQ=WEEKLY;COUNT=3")
    make_days(1, 2, 3)
    texts = [*Occurrence.objects.values_list("vevent", flat=True), *SeriesText.objects.values_list("vevent", flat=True)]
    octets = sum(len(text.encode()) for text in texts) + len(vtimezone("America/Chicago"))
    limits = [("MOST_EVENTS", 4, 3), ("MOST_BYTES", octets, octets - 1)]
    for name, enough, not_enough in limits:
        monkeypatch.setattr(feeds, name, enough if few else not_enough)
        # So that lengths alone decide wherever they can.
        monkeypatch.setattr(feeds, "MOST_OF_ZONES", len(vtimezone("America/Chicago")))
        is_cut = feeds.feed_is_cut(ActionFilter(), today=NOW.date())
        assert is_cut == feeds.feed_text(ActionFilter(), today=NOW.date()).is_cut == (not few)
        monkeypatch.undo()
