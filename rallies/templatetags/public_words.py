"""Template filters of the public pages: thin, since `rallies.web` holds the words."""

from datetime import date, datetime, time

from django import template
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext

from rallies import names
from rallies.formats.public import PublicAction, PublicChange, PublicWhen
from rallies.http.reach import distance_words
from rallies.picks import code_words
from rallies.web import languages, moments, near, next_up, series, words

register = template.Library()

register.filter("country_name", names.country_name)
register.filter("kind_words", words.kind_words)
register.filter("groups_of", words.groups_of)
register.filter("groups_line", words.groups_line)
register.filter("change_words", words.change_words)
register.filter("repeat_words", series.repeat_words)
register.filter("skipped_words", series.skipped_words)
register.filter("moved_from_words", series.moved_from_words)
register.filter("mark_of", next_up.mark_of)
register.filter("away_from", near.away_words)
register.filter("away_between", near.away_between)
register.filter("pick_code", lambda uid: code_words(str(uid)))
register.filter("distance_in", lambda kilometres, country: distance_words(kilometres, country=country))
register.filter("day_words", moments.day_words)
register.filter("time_words", moments.time_words)
register.filter("when_words", moments.when_words)
register.filter("when_zone", moments.when_zone)
register.filter("window_words", moments.window_words)
register.filter("in_all_languages", languages.in_all_languages)
register.filter("machine_time", moments.machine_time)
register.filter("moment_words", moments.moment_words)
register.filter("ago_words", moments.ago_words)
register.filter("local_moment_words", moments.local_moment_words)


@register.filter
def say(value: date | time | datetime | None, form: str) -> str:
    return moments.say(value, form)


@register.filter
def range_to(first: date, last: date) -> str:
    return moments.range_words(first, last)


@register.filter
def gap_to(first: date, last: date) -> str:
    return moments.gap_words(first, last)


@register.filter
def label(value: str, of: str) -> str:
    return words.label(value, of)


@register.filter
def basis_words(basis: str) -> str:
    return str(words.BASIS.get(basis, ""))


@register.filter
def confidence_words(confidence: str) -> str:
    return str(words.CONFIDENCE.get(confidence, ""))


@register.filter
def language_name(code: str) -> str:
    """The language's name in the reader's language, or the code where Django has no name for it."""
    info = LANG_INFO.get(code.lower())
    return gettext(info["name"]) if info and "name" in info else code


@register.filter
def is_over(when: PublicWhen, now: datetime) -> bool:
    return when.over_at is not None and when.over_at <= now


@register.filter
def moves_of(action: PublicAction) -> tuple[PublicChange, ...]:
    return words.latest_moves(action)


@register.filter
def newest_first(changes: tuple[PublicChange, ...]) -> list[PublicChange]:
    return sorted(changes, key=lambda change: change.number, reverse=True)


@register.filter
def on_this_site(address: str) -> str:
    """The path of an address of ours. The page may be open under another name of this machine."""
    return address.removeprefix(settings.SITE_URL)


@register.filter
def host_of(address: str) -> str:
    """The host of an address, to show where a link leads."""
    return address.split("://", 1)[-1].split("/", 1)[0].removeprefix("www.")
