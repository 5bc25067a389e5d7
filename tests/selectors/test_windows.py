"""Days that move with the clock, where the clocks of the world say three days at once."""

from datetime import UTC, date, datetime, time

import pytest

from rallies.models import Location, Occurrence
from rallies.selectors.actions import dated_at
from rallies.selectors.filters import ActionFilter
from rallies.selectors.windows import turn_of_days, window_of
from tests.factories import make_action, make_location

pytestmark = pytest.mark.django_db
# UTC-11, UTC+14, UTC+13 and UTC: 10:30 UTC on Saturday is 23:30 on Friday in Pago Pago and 00:30 on Sunday on Kiritimati.
NOW = datetime(2026, 3, 14, 10, 30, tzinfo=UTC)
ZONES = {"west": "Pacific/Pago_Pago", "east": "Pacific/Kiritimati", "middle": "UTC"}
FRIDAY, SATURDAY, SUNDAY = date(2026, 3, 13), date(2026, 3, 14), date(2026, 3, 15)


def place(zone: str) -> Location:
    return make_location(
        locality=zone, region="", region_code="", timezone=ZONES[zone], latitude=None, longitude=None, precision="city"
    )


def found(when: str, *, now: datetime = NOW, **more: object) -> list[str]:
    rows = dated_at(ActionFilter(when=when, **more), now=now)  # type: ignore[arg-type]
    return sorted(rows.values_list("action__title", flat=True))


@pytest.mark.parametrize(
    ("when", "today", "days"),
    [
        ("today", FRIDAY, (FRIDAY, FRIDAY)),
        ("week", FRIDAY, (FRIDAY, date(2026, 3, 19))),
        ("weekend", date(2026, 3, 9), (SATURDAY, SUNDAY)),
        ("weekend", FRIDAY, (SATURDAY, SUNDAY)),
        ("weekend", SATURDAY, (SATURDAY, SUNDAY)),
        ("weekend", SUNDAY, (SUNDAY, SUNDAY)),
        ("weekend", date(2026, 3, 16), (date(2026, 3, 21), date(2026, 3, 22))),
    ],
)
def test_a_window_is_of_days_on_the_wall(when: str, today: date, days: tuple[date, date]) -> None:
    assert window_of(when, today=today) == days


def test_today_is_the_day_that_it_is_where_the_action_is() -> None:
    for zone in ZONES:
        for day in (FRIDAY, SATURDAY, SUNDAY):
            make_action(title=f"{zone} {day:%a}", location=place(zone), start_date=day, start_time=time(23, 45))
    assert found("today") == ["east Sun", "middle Sat", "west Fri"]
    # Friday the 13th is over on Kiritimati, and its weekend is Sunday alone.
    assert found("weekend") == ["east Sun", "middle Sat", "middle Sun", "west Sat", "west Sun"]
    assert found("week") == ["east Sun", "middle Sat", "middle Sun", "west Fri", "west Sat", "west Sun"]
    assert found("today", from_day=SATURDAY) == ["east Sun", "middle Sat"]
    assert found("today", to_day=FRIDAY) == ["west Fri"]


def test_what_is_over_is_no_longer_on_today_and_what_goes_on_is() -> None:
    middle = place("middle")
    make_action(title="over", location=middle, start_date=SATURDAY, start_time=time(8), end_time=time(9))
    make_action(title="since Thursday", location=middle, start_date=date(2026, 3, 12), end_date=SUNDAY, start_time=None)
    make_action(title="tonight", location=middle, start_date=SATURDAY, start_time=time(20))
    assert found("today") == ["since Thursday", "tonight"]
    assert Occurrence.objects.count() == 3


def test_a_day_begins_at_a_quarter_of_an_hour() -> None:
    """Kathmandu is 5:45 ahead; between two turns no answer about days changes."""
    kathmandu = make_location(
        locality="Kathmandu",
        region="",
        region_code="",
        country="NP",
        timezone="Asia/Kathmandu",
        latitude=None,
        longitude=None,
        precision="city",
    )
    make_action(title="dawn", location=kathmandu, start_date=SUNDAY, start_time=time(5))
    before, after = datetime(2026, 3, 14, 18, 14, 59, tzinfo=UTC), datetime(2026, 3, 14, 18, 15, tzinfo=UTC)
    assert (found("today", now=before), found("today", now=after)) == ([], ["dawn"])
    assert turn_of_days(now=after.replace(second=40)) == after
