"""How an action repeats, as people say it: the rules that a form can ask for, and their sentences.

A rule (RFC 5545 §3.3.10) can say more than that. What stands here stays inside what Outlook maps (MS-OXCICAL
2.1.3.2.2); a rule that does not is kept as it is, and has no sentence.
"""

from dataclasses import dataclass
from datetime import date, time

from babel.dates import format_skeleton, get_day_names
from babel.lists import format_list
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from rallies import names, recurrence

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1
# Not every month has a fifth: who means the last one says so.
NUMBERS = (1, 2, 3, 4, LAST)
_SHORTEST_MONTH = 28


class Every(TextChoices):
    """What a series repeats by."""

    DAY = "day", gettext_lazy("Every day")
    WEEK = "week", gettext_lazy("Every week")
    MONTH_DAY = "month-day", gettext_lazy("Every month on the same day")
    MONTH_WEEKDAY = "month-weekday", gettext_lazy("Every month on a certain weekday")
    YEAR = "year", gettext_lazy("Every year")


_FREQUENCIES = {
    Every.DAY: "DAILY",
    Every.WEEK: "WEEKLY",
    Every.MONTH_DAY: "MONTHLY",
    Every.MONTH_WEEKDAY: "MONTHLY",
    Every.YEAR: "YEARLY",
}
_NUMBERED = {
    1: ngettext_lazy("Every month on the first %(day)s", "Every %(count)d months on the first %(day)s", "count"),
    2: ngettext_lazy("Every month on the second %(day)s", "Every %(count)d months on the second %(day)s", "count"),
    3: ngettext_lazy("Every month on the third %(day)s", "Every %(count)d months on the third %(day)s", "count"),
    4: ngettext_lazy("Every month on the fourth %(day)s", "Every %(count)d months on the fourth %(day)s", "count"),
    LAST: ngettext_lazy("Every month on the last %(day)s", "Every %(count)d months on the last %(day)s", "count"),
}


@dataclass(frozen=True, slots=True)
class Repeat:
    """Every `interval` days, weeks, months or years, without end, until a local day (inclusive) or `count` times.

    `weekdays` (0 is Monday, in order) go with weeks, () for that of the first day; `number` (of `NUMBERS`) and one of
    `weekdays` with a month's weekday. Days of the month and of the year are those of the first day.
    """

    every: Every
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    number: int = 0
    until: date | None = None
    count: int | None = None

    def rule(self) -> str:
        """The text of the rule."""
        parts = [f"FREQ={_FREQUENCIES[self.every]}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(f"{self.number or ''}{WEEKDAYS[day]}" for day in self.weekdays))
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        if self.count:
            parts.append(f"COUNT={self.count}")
        return ";".join(parts)


def read_repeat(rule: str, *, day: date | None, clock: time | None) -> Repeat | None:
    """What a rule says of a series with this day and time of day; None if a form cannot ask for it, or it is none.

    `day` is any day of the series, None when it is not known.
    """
    try:
        parts = recurrence.parse(rule)
        until = recurrence.last_day(rule, clock=clock)
    except recurrence.UnusableRule:
        return None
    every = _every(parts, day)
    if every is None:
        return None
    days = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    numbers = {int(each[:-2]) for each in days if each[:-2]} | {
        int(parts[name]) for name in ("BYSETPOS",) if name in parts
    }
    if every == Every.MONTH_WEEKDAY and (len(days) != 1 or len(numbers) != 1 or not numbers <= set(NUMBERS)):
        return None
    return Repeat(
        every=every,
        interval=int(parts.get("INTERVAL", "1")),
        weekdays=tuple(sorted({WEEKDAYS.index(each[-2:]) for each in days})),
        number=numbers.pop() if every == Every.MONTH_WEEKDAY else 0,
        until=until,
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
    )


def _every(parts: dict[str, str], day: date | None) -> Every | None:
    asked = {name: value for name, value in parts.items() if name not in {"FREQ", "INTERVAL", "COUNT", "UNTIL"}}
    # Where a week begins matters to every second week of several days.
    if asked.pop("WKST", "MO") != "MO" and parts["FREQ"] == "WEEKLY" and parts.get("INTERVAL", "1") != "1":
        return None
    if day is not None and asked.get("BYMONTHDAY") == str(day.day):
        # It says what the first day says.
        if asked.get("BYMONTH") == str(day.month) and parts["FREQ"] == "YEARLY":
            del asked["BYMONTH"], asked["BYMONTHDAY"]
        elif parts["FREQ"] == "MONTHLY" and "BYDAY" not in asked:
            del asked["BYMONTHDAY"]
    known: dict[tuple[str, frozenset[str]], Every] = {
        ("DAILY", frozenset()): Every.DAY,
        ("WEEKLY", frozenset()): Every.WEEK,
        ("WEEKLY", frozenset({"BYDAY"})): Every.WEEK,
        ("MONTHLY", frozenset()): Every.MONTH_DAY,
        ("MONTHLY", frozenset({"BYDAY"})): Every.MONTH_WEEKDAY,
        ("MONTHLY", frozenset({"BYDAY", "BYSETPOS"})): Every.MONTH_WEEKDAY,
        ("YEARLY", frozenset()): Every.YEAR,
    }
    return known.get((parts["FREQ"], frozenset(asked)))


def rule_words(rule: str, *, day: date, clock: time | None) -> str:
    """A rule as a sentence: "Every week on Thursday at 18:00, until 30 April 2026"; "" for one without words.

    `day` is any day of the series, as the rule gives it; without a `clock` no time is said.
    """
    repeat = read_repeat(rule, day=day, clock=clock) if rule else None
    if repeat is None:
        return ""
    words = _pattern_words(repeat, day)
    if clock is not None:
        words = _("%(rule)s at %(time)s") % {"rule": words, "time": names.time_words(clock)}
    if repeat.until:
        return _("%(rule)s, until %(day)s") % {"rule": words, "day": names.date_words(repeat.until)}
    if repeat.count:
        said = ngettext("%(rule)s, %(count)d time", "%(rule)s, %(count)d times", repeat.count)
        return said % {"rule": words, "count": repeat.count}
    return words


def gap_words(rule: str, *, day: date) -> str:
    """What a rule leaves out because not every month or year has its day; "" if nothing."""
    repeat = read_repeat(rule, day=day, clock=None) if rule else None
    if repeat is None or day.day <= _SHORTEST_MONTH:
        return ""
    if repeat.every == Every.MONTH_DAY:
        return _("Months without day %(day)d are left out.") % {"day": day.day}
    if repeat.every == Every.YEAR and (day.month, day.day) == (2, 29):
        return _("Years without a 29 February are left out.")
    return ""


def _pattern_words(repeat: Repeat, day: date) -> str:
    count = repeat.interval
    if repeat.every == Every.DAY:
        return ngettext("Every day", "Every %(count)d days", count) % {"count": count}
    if repeat.every == Every.WEEK:
        days = format_list([weekday_name(each) for each in repeat.weekdays or (day.weekday(),)], locale=names.locale())
        return ngettext("Every week on %(days)s", "Every %(count)d weeks on %(days)s", count) % {
            "count": count,
            "days": days,
        }
    if repeat.every == Every.MONTH_WEEKDAY:
        return str(_NUMBERED[repeat.number] % {"count": count, "day": weekday_name(repeat.weekdays[0])})
    if repeat.every == Every.MONTH_DAY:
        said = ngettext("Every month on day %(day)d", "Every %(count)d months on day %(day)d", count)
        return said % {"count": count, "day": day.day}
    said = ngettext("Every year on %(day)s", "Every %(count)d years on %(day)s", count)
    return said % {"count": count, "day": format_skeleton("MMMMd", day, locale=names.locale())}


def weekday_name(day: int) -> str:
    """The name of a weekday, 0 is Monday, as it stands inside a sentence."""
    return str(get_day_names("wide", context="format", locale=names.locale())[day])
