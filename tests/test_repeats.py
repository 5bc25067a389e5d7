"""Rules as people say them: what a form can ask for, and the sentence of it."""

from datetime import date, time

import pytest
from django.utils import translation

from rallies.recurrence import parse
from rallies.repeats import NUMBERS, Every, Repeat, gap_words, read_repeat, rule_words

THURSDAY = date(2026, 3, 5)
SIX = time(18)
APRIL = date(2026, 4, 30)


@pytest.mark.parametrize(
    ("rule", "repeat", "sentence"),
    [
        ("FREQ=DAILY", Repeat(Every.DAY), "Every day at 18:00"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=1", Repeat(Every.DAY, 3, count=1), "Every 3 days at 18:00, 1 time"),
        ("FREQ=WEEKLY", Repeat(Every.WEEK), "Every week on Thursday at 18:00"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH,SA;COUNT=9",
            Repeat(Every.WEEK, 2, (0, 3, 5), count=9),
            "Every 2 weeks on Monday, Thursday and Saturday at 18:00, 9 times",
        ),
        (
            "FREQ=WEEKLY;BYDAY=TH;UNTIL=20260430",
            Repeat(Every.WEEK, weekdays=(3,), until=APRIL),
            "Every week on Thursday at 18:00, until 30 April 2026",
        ),
        ("FREQ=MONTHLY", Repeat(Every.MONTH_DAY), "Every month on day 5 at 18:00"),
        ("FREQ=MONTHLY;INTERVAL=2", Repeat(Every.MONTH_DAY, 2), "Every 2 months on day 5 at 18:00"),
        *(
            (
                f"FREQ=MONTHLY;BYDAY={number}TH",
                Repeat(Every.MONTH_WEEKDAY, 1, (3,), number),
                f"Every month on the {word} Thursday at 18:00",
            )
            for number, word in zip(NUMBERS, ("first", "second", "third", "fourth", "last"), strict=True)
        ),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR",
            Repeat(Every.MONTH_WEEKDAY, 3, (4,), -1),
            "Every 3 months on the last Friday at 18:00",
        ),
        ("FREQ=YEARLY", Repeat(Every.YEAR), "Every year on 5 March at 18:00"),
        ("FREQ=YEARLY;INTERVAL=2", Repeat(Every.YEAR, 2), "Every 2 years on 5 March at 18:00"),
    ],
)
def test_a_rule_and_what_a_form_asks_for_are_the_same(rule, repeat, sentence):
    assert read_repeat(rule, day=THURSDAY, clock=SIX) == repeat
    assert parse(repeat.rule()) == parse(rule)
    assert rule_words(rule, day=THURSDAY, clock=SIX) == sentence


@pytest.mark.parametrize(
    ("rule", "same"),
    [
        ("freq=weekly;wkst=su;byday=th", "FREQ=WEEKLY;BYDAY=TH"),
        ("FREQ=MONTHLY;BYDAY=TH;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=1TH"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "FREQ=MONTHLY"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5", "FREQ=YEARLY"),
        ("FREQ=WEEKLY;UNTIL=20260430T180000", "FREQ=WEEKLY;UNTIL=20260430"),
        ("FREQ=WEEKLY;UNTIL=20260430T175959", "FREQ=WEEKLY;UNTIL=20260429"),
    ],
)
def test_other_ways_to_say_the_same(rule, same):
    found = read_repeat(rule, day=THURSDAY, clock=SIX)
    assert found is not None and found.rule() == same


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYMONTHDAY=15",
        "FREQ=MONTHLY;BYMONTHDAY=5,15",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=5TH",
        "FREQ=MONTHLY;BYDAY=TH",
        "FREQ=MONTHLY;BYDAY=1TH,3TH",
        "FREQ=MONTHLY;BYDAY=1TH;BYSETPOS=2",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=TH;BYMONTHDAY=5",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=3",
        "FREQ=YEARLY;BYDAY=1TH",
        "FREQ=YEARLY;BYMONTHDAY=5",
        "FREQ=HOURLY",
        "nonsense",
        "",
    ],
)
def test_what_a_form_cannot_ask_for_has_no_sentence(rule):
    found = read_repeat(rule, day=THURSDAY, clock=SIX), rule_words(rule, day=THURSDAY, clock=SIX)
    assert found == (None, "")


def test_without_a_time_none_is_said():
    assert rule_words("FREQ=WEEKLY", day=THURSDAY, clock=None) == "Every week on Thursday"


def test_weekdays_and_days_are_in_the_language_of_the_reader():
    with translation.override("de"):
        assert "Montag und Donnerstag" in rule_words("FREQ=WEEKLY;BYDAY=MO,TH", day=THURSDAY, clock=SIX)
        assert "5. März" in rule_words("FREQ=YEARLY", day=THURSDAY, clock=SIX)


@pytest.mark.parametrize(
    ("rule", "day", "words"),
    [
        ("FREQ=MONTHLY", date(2026, 1, 31), "Months without day 31 are left out."),
        ("FREQ=MONTHLY", date(2026, 1, 28), ""),
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 1, 30), ""),
        ("FREQ=YEARLY", date(2028, 2, 29), "Years without a 29 February are left out."),
        ("FREQ=YEARLY", date(2028, 1, 31), ""),
        ("", date(2028, 1, 31), ""),
    ],
)
def test_days_that_not_every_month_has_are_said(rule, day, words):
    assert gap_words(rule, day=day) == words
