"""Names of countries, zones and days in the language that is active, from the CLDR."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_day_names, get_timezone_name
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rallies.text import fold

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,4}")
# Codes of the CLDR for unions, unknown regions and tests.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@cache
def _locale(language: str) -> Locale:
    if language == "en":
        # English without a country is read in many: day before month, 24 hours.
        return Locale("en", territory="150")
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en", territory="150")


def locale() -> Locale:
    return _locale(get_language() or "en")


def country_name(code: str) -> str:
    """The name of an ISO 3166-1 alpha-2 country; the code itself when the data does not know it."""
    return _country_name(get_language() or "en", code)


def country_name_in(language: str, code: str) -> str:
    """The same in a language of which somebody may not be reading."""
    return _country_name(language, code)


@lru_cache(maxsize=4096)
def _country_name(language: str, code: str) -> str:
    return str(_locale(language).territories.get(code, code))


def is_country(code: str) -> bool:
    """Whether the CLDR knows a country by this ISO 3166-1 alpha-2 code."""
    return len(code) == 2 and code.isalpha() and code in _locale("en").territories and code not in _NO_COUNTRIES


def is_language(code: str) -> bool:
    """Whether the CLDR knows the language of a BCP 47 code in small letters, such as "es" or "es-mx"."""
    return bool(_LANGUAGE.fullmatch(code)) and code.partition("-")[0] in _locale("en").languages


def language_name(code: str) -> str:
    """The name of the language of a BCP 47 code; the code itself when the data does not know it."""
    main, _sep, rest = code.lower().partition("-")
    known = locale().languages
    return str(known.get(f"{main}_{rest.upper()}") or known.get(main) or code)


def countries() -> list[tuple[str, str]]:
    """All countries, (ISO 3166-1 alpha-2 code, name), by their names without accents."""
    found = [(code, str(name)) for code, name in locale().territories.items() if is_country(code)]
    return sorted(found, key=lambda country: fold(country[1]))


def place_label(exact: Iterable[str], *, locality: str, region: str, country: str) -> str:
    """A place in one line, most exact part first; `country` is a code and becomes a name."""
    parts = [*exact, locality, region, country_name(country) if country else ""]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def zone_name(timezone: str, moment: datetime) -> str:
    """The name of a zone at an aware moment, such as "Eastern Standard Time"."""
    local = moment.astimezone(ZoneInfo(timezone))
    variant: Literal["daylight", "standard"] = "daylight" if local.dst() else "standard"
    # Dublin's law makes winter the exception (and Morocco's Ramadan), the CLDR names summer as one everywhere.
    if any((local.replace(month=month, day=1).dst() or timedelta()) < timedelta() for month in range(1, 13)):
        variant = "standard" if local.dst() else "daylight"
    return str(get_timezone_name(local, width="long", locale=locale(), zone_variant=variant))


def day_words(day: date) -> str:
    """A day with its weekday and year, such as "Saturday, November 15, 2025"."""
    return str(format_date(day, format="full", locale=locale()))


def date_words(day: date) -> str:
    """A day with its year and without its weekday, such as "15 November 2025"."""
    return str(format_date(day, format="long", locale=locale()))


def time_words(clock: time) -> str:
    return str(format_time(clock, format="short", locale=locale()))


def when_words(day: date | None, clock: time | None) -> str:
    """A date and time as one phrase; what is not announced is said, never shown as midnight."""
    if day is None:
        return _("date to be announced")
    if clock is None:
        return _("%(day)s, time to be announced") % {"day": day_words(day)}
    return _("%(day)s, %(time)s") % {"day": day_words(day), "time": time_words(clock)}


def weekday_words(weekday: int, clock: time | None) -> str:
    """A weekday (0 is Monday) and a time as one phrase, as `when_words` has it of a date."""
    day = str(get_day_names("wide", context="format", locale=locale())[weekday])
    if clock is None:
        return _("%(day)s, time to be announced") % {"day": day}
    return _("%(day)s, %(time)s") % {"day": day, "time": time_words(clock)}
