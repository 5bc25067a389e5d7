"""How the pages say when: every form of a date or time on the public face stands in `FORMS`.

The forms are CLDR patterns or names of patterns (Unicode TS #35, part 4), so that each language has
its own order and words.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import DateTimePattern, format_date, format_skeleton, format_time, format_timedelta, parse_pattern
from django.utils.translation import gettext, pgettext

from rallies import names
from rallies.formats.public import PublicWhen

FORMS = {
    "day": "full",
    "date": "long",
    "number": "d",
    "weekday": "cccc",
    "weekday-short": "ccc",
    "month": "yMMMM",
    "date-no-year": "MMMMd",
    "time": "short",
}
SKELETONS = frozenset({"month", "date-no-year"})


def say(value: date | time | None, form: str) -> str:
    """The date or time in one of `FORMS`, in the active language; "" for None."""
    if value is None:
        return ""
    if isinstance(value, time):
        # No line ends between a time and what says which half of the day it is in.
        return str(format_time(value, FORMS[form], locale=names.locale())).replace(" ", "\N{NO-BREAK SPACE}")
    if form in SKELETONS:
        return str(format_skeleton(FORMS[form], value, locale=names.locale()))
    return str(format_date(value, FORMS[form], locale=names.locale()))


def moment_words(at: datetime) -> str:
    """A moment of our own records, in UTC and said so."""
    utc = at.astimezone(ZoneInfo("UTC"))
    return gettext("%(day)s, %(time)s UTC") % {"day": say(utc.date(), "date"), "time": say(utc.time(), "time")}


def ago_words(at: datetime, now: datetime) -> str:
    """How long ago a moment was, in words of the CLDR: "2 days ago". Hours up to two days, days up to two weeks, and so on."""
    return str(
        format_timedelta(
            min(at - now, timedelta(0)) or -timedelta(seconds=1),
            add_direction=True,
            threshold=2,
            granularity="minute",
            locale=names.locale(),
        )
    )


def local_moment_words(at: datetime, timezone: str) -> str:
    """A moment on the clock of a place, as the times beside it are."""
    local = at.astimezone(ZoneInfo(timezone))
    return names.when_words(local.date(), local.time().replace(tzinfo=None))


def range_words(first: date, last: date) -> str:
    """Two inclusive days as briefly as they can be said: "15–23 November 2025"."""
    return say(first, "date") if first == last else _interval(first, last, "yMMMd")


def gap_words(first: date, last: date) -> str:
    """Days between two headings that say the year: "17–18 November"."""
    return say(first, "date-no-year") if first == last else _interval(first, last, "MMMd")


def window_words(when: PublicWhen) -> str:
    """What is known of a date that is not stated: words, and never a date."""
    first, last = when.window_first, when.window_last
    if first and last:
        if first == last:
            return gettext("perhaps on %(day)s") % {"day": say(first, "date")}
        begin = say(first, "date" if first.year != last.year else "date-no-year")
        if (first.year, first.month) == (last.year, last.month):
            # Some languages mark that a number is that of a day.
            begin = pgettext("first of two days of one month", "%(day)s") % {"day": say(first, "number")}
        return gettext("some day from %(first)s to %(last)s") % {"first": begin, "last": say(last, "date")}
    if first:
        return gettext("not before %(day)s") % {"day": say(first, "date")}
    if last:
        return gettext("not after %(day)s") % {"day": say(last, "date")}
    return ""


def day_words(when: PublicWhen) -> str:
    """The day or days of a date: "Saturday, 15 November 2025". "" when it is not announced."""
    if when.start_date is None:
        return ""
    if when.start_time is None and when.last_day and when.last_day > when.start_date:
        return gettext("%(first)s to %(last)s") % {
            "first": say(when.start_date, "day"),
            "last": say(when.last_day, "day"),
        }
    return say(when.start_date, "day")


def time_words(when: PublicWhen) -> str:
    """The time of day: "14:00", "14:00–16:00", or that it is not announced; "" without a date."""
    if when.start_date is None:
        return ""
    if when.start_time is None:
        return gettext("time to be announced")
    start = say(when.start_time, "time")
    if when.end_time is None:
        return start
    end = {"start": start, "end": say(when.end_time, "time")}
    if when.last_day in {None, when.start_date} or when.end_date in {None, when.start_date}:
        # U+2060: no line ends inside a pair of times.
        return pgettext("times of one day", "%(start)s–\N{WORD JOINER}%(end)s") % end
    return gettext("%(start)s to %(day)s, %(end)s") % {**end, "day": say(when.end_date, "day")}


def when_words(when: PublicWhen) -> str:
    """Day and time in one line, without the zone."""
    if when.start_date is None:
        return gettext("date not stated")
    return gettext("%(day)s, %(time)s") % {"day": day_words(when), "time": time_words(when)}


def when_zone(when: PublicWhen) -> str:
    """The zone of a date in words, with its IANA name: in it the day counts too. "" without a date."""
    if when.starts_at is None:
        return ""
    zone = names.zone_name(when.timezone, when.starts_at)
    return gettext("%(zone)s (%(name)s)") % {"zone": zone, "name": when.timezone}


def zone_words(timezone: str, *, now: datetime) -> str:
    """A zone in words, with its difference at a moment: "Mountain Standard Time, UTC−7 (America/Phoenix)"."""
    minutes = round((now.astimezone(ZoneInfo(timezone)).utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
    difference = f"{sign}{hours}:{rest:02}" if rest else f"{sign}{hours}" if hours else ""
    return gettext("%(zone)s, UTC%(difference)s (%(name)s)") % {
        "zone": names.zone_name(timezone, now),
        "difference": difference,
        "name": timezone,
    }


def machine_time(when: PublicWhen) -> str:
    """For `<time datetime>`: the local time with its offset, or the day alone."""
    if when.start_date is None:
        return ""
    if when.start_time is None or when.starts_at is None:
        return when.start_date.isoformat()
    return when.starts_at.astimezone(ZoneInfo(when.timezone)).isoformat(timespec="minutes")


def _interval(first: date, last: date, skeleton: str) -> str:
    """CLDR has intervals with short months for each language: the same with the month in full."""
    locale = names.locale()
    differs = "d" if (first.year, first.month) == (last.year, last.month) else "M"
    patterns = locale.interval_formats.get("yMMMd" if first.year != last.year else skeleton, {})
    parts = patterns.get("y" if first.year != last.year else differs)
    if not parts or len(parts) != 2:
        return f"{say(first, 'date')} – {say(last, 'date')}"
    return "".join(_pattern(part).apply(day, locale) for part, day in zip(parts, (first, last), strict=True))


@cache
def _pattern(part: str) -> DateTimePattern:
    return parse_pattern(part.replace("MMM", "MMMM").replace("MMMMM", "MMMM"))
