from datetime import date, time

from rallies.web.agenda import Agenda, Day, Gap, agenda_of, days_of, undated_of
from tests.public_values import make_public_action, make_when

SATURDAY, SUNDAY, MONDAY = date(2025, 11, 15), date(2025, 11, 16), date(2025, 11, 17)


def on(number, day, at=None, zone="America/New_York"):
    return make_public_action(number=number, when=make_when(day, at, zone))


def test_days_are_local_days_and_each_stands_once():
    # By instant, the morning in Sydney lies before the afternoon of the day before in Philadelphia.
    philadelphia, sydney = on(1, SATURDAY, time(18, 0)), on(2, SUNDAY, time(9, 0), "Australia/Sydney")
    seattle = on(3, SATURDAY, time(12, 0), "America/Los_Angeles")
    assert days_of([sydney, seattle, philadelphia]) == (Day(SATURDAY, (seattle, philadelphia)), Day(SUNDAY, (sydney,)))


def test_actions_of_a_day_stand_by_the_clock_and_unannounced_times_last():
    late, early, open_ = on(1, SATURDAY, time(18, 0)), on(2, SATURDAY, time(9, 0)), on(3, SATURDAY)
    assert days_of([open_, late, early]) == (Day(SATURDAY, (early, late, open_)),)


def test_undated_actions_stand_apart():
    dated, undated = on(1, SATURDAY), on(2, None)
    assert (days_of([dated, undated]), undated_of([dated, undated])) == ((Day(SATURDAY, (dated,)),), (undated,))


def test_week_shows_its_empty_days_and_what_lies_outside():
    before, first, last, after, undated = (
        on(1, date(2025, 11, 13)),
        on(2, SATURDAY),
        on(3, MONDAY),
        on(4, date(2025, 12, 1)),
        on(5, None),
    )
    assert agenda_of([before, first, last, after, undated], first=SATURDAY, last=date(2025, 11, 19)) == Agenda(
        before=(Day(date(2025, 11, 13), (before,)),),
        within=(
            Day(SATURDAY, (first,)),
            Gap(SUNDAY, SUNDAY),
            Day(MONDAY, (last,)),
            Gap(date(2025, 11, 18), date(2025, 11, 19)),
        ),
        after=(Day(date(2025, 12, 1), (after,)),),
        undated=(undated,),
        tiles=(
            Day(SATURDAY, (first,)),
            Day(SUNDAY),
            Day(MONDAY, (last,)),
            Day(date(2025, 11, 18)),
            Day(date(2025, 11, 19)),
        ),
    )


def test_page_of_a_longer_answer_says_nothing_of_empty_days():
    action = on(1, MONDAY)
    assert agenda_of([action], first=SATURDAY, last=MONDAY, is_whole=False) == Agenda(within=(Day(MONDAY, (action,)),))


def test_long_campaign_has_no_tiles_and_no_gaps():
    action = on(1, MONDAY)
    assert agenda_of([action], first=date(2025, 1, 1), last=date(2025, 12, 31)) == Agenda(
        within=(Day(MONDAY, (action,)),)
    )
