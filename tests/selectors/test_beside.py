"""What stands beside one action."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rallies.models import Occurrence
from rallies.operations.actions import cancel_action
from rallies.operations.series_dates import cancel_date
from rallies.selectors.actions import get_action
from rallies.selectors.beside import Beside, beside
from tests.factories import NOW, make_action, make_campaign, make_location, make_place

pytestmark = pytest.mark.django_db

CHICAGO = {"locality": "Chicago", "latitude": 41.8781, "longitude": -87.6298}
PARIS = {"locality": "Paris", "region": "", "region_code": "", "country": "FR", "timezone": "Europe/Paris"} | {
    "latitude": 48.8566,
    "longitude": 2.3522,
}
SUVA = {"locality": "Suva", "region": "", "region_code": "", "country": "FJ", "timezone": "Pacific/Kiritimati"} | {
    "latitude": -18.14,
    "longitude": 178.44,
}
SATURDAY = date(2026, 3, 14)


@pytest.fixture
def mine():
    return make_action(title="Mine", slug="mine")


def beside_mine(slug="mine") -> tuple[list[str], list[str]]:
    found = beside(get_action(slug, now=NOW)[0], now=NOW)
    return [each.title for each in found.near], [each.title for each in found.elsewhere]


def test_the_next_ones_near_it_and_those_elsewhere_on_its_day(mine):
    make_action(title="Next week", start_date=SATURDAY + timedelta(days=7))
    make_action(title="Tomorrow", start_date=date(2026, 3, 3))
    make_action(title="Past", start_date=date(2026, 2, 1))
    make_action(title="Draft", publish=False)
    make_action(title="Paris", location=make_location(**PARIS))
    make_action(title="Chicago", location=make_location(**CHICAGO))
    make_action(
        title="Chicago, a day later", location=make_location(**CHICAGO), start_date=SATURDAY + timedelta(days=1)
    )
    make_action(title="Online", location=None, attendance_mode="online")
    make_action(title="Undated", start_date=None)
    assert beside_mine() == (["Tomorrow", "Next week"], ["Chicago", "Paris", "Online"])


def test_the_same_day_is_that_of_each_place(mine):
    make_action(title="Half a day ahead", location=make_location(**SUVA), start_time=time(0, 30))
    make_action(title="The day after there", location=make_location(**SUVA), start_date=SATURDAY + timedelta(days=1))
    rows = Occurrence.objects.filter(action__title="Half a day ahead")
    assert rows.get().starts_at == datetime(2026, 3, 14, 0, 30, tzinfo=ZoneInfo("Pacific/Kiritimati"))
    assert beside_mine()[1] == ["Half a day ahead"]


def test_those_of_its_campaign_come_first(mine):
    week = make_campaign()
    make_action(title="Listed", slug="listed", campaigns=[week])
    make_action(title="Chicago", location=make_location(**CHICAGO))
    make_action(title="Paris", location=make_location(**PARIS), campaigns=[week])
    assert beside_mine("listed") == (["Mine"], ["Paris", "Chicago"])


def test_a_handful_at_most_and_each_action_once(mine):
    make_action(title="Daily", recurrence_rule="FREQ=DAILY;COUNT=9", start_date=date(2026, 3, 4))
    for number in range(6):
        make_action(title=f"Near {number}", start_time=time(15, number))
        make_action(title=f"Far {number}", start_time=time(15, number), location=make_location(**CHICAGO))
    assert beside_mine() == (["Daily", "Near 0", "Near 1", "Near 2"], [f"Far {number}" for number in range(4)])


def test_its_own_dates_and_what_is_cancelled_are_left_out():
    make_action(title="Weekly", slug="weekly", recurrence_rule="FREQ=DAILY;COUNT=60")
    cancel_action(make_action(title="Off").pk, message="", by=None, now=NOW)
    cancel_action(make_action(title="Off", location=make_location(**CHICAGO)).pk, message="", by=None, now=NOW)
    partly = make_action(title="Partly off", recurrence_rule="FREQ=WEEKLY;COUNT=2")
    cancel_date(partly.occurrences.in_order()[0].pk, message="", by=None, now=NOW)
    found = beside(get_action("weekly", now=NOW)[0], now=NOW)
    assert [(each.title, each.when.start_date) for each in found.near] == [("Partly off", date(2026, 3, 21))]
    assert found.elsewhere == ()


def test_a_withheld_place_counts_as_its_city():
    far = make_location(place=make_place(), **CHICAGO)
    make_action(title="Quiet", slug="quiet", location=far, place_visibility="city")
    make_action(title="In Springfield")
    make_action(title="In Chicago", location=make_location(**CHICAGO), start_time=time(15))
    assert beside_mine("quiet") == (["In Springfield"], ["In Chicago"])


def test_what_has_no_place_or_no_date_has_nothing_of_the_kind(mine):
    make_action(title="Online", slug="online", location=None, attendance_mode="online")
    make_action(title="Undated", slug="undated", start_date=None)
    make_action(title="Neither", slug="neither", location=None, start_date=None)
    assert beside_mine("online") == ([], ["Mine"])
    assert beside_mine("undated") == (["Mine"], [])
    assert beside(get_action("neither", now=NOW)[0], now=NOW) == Beside()
