"""Addresses that open a calendar on the web with one date of an action filled in. Nobody is asked before they are opened.

What is added so is a copy that never changes, so each begins with the address of the page that does. None of the services
documents its parameters: what they are found to take is collected, and tried against the forms themselves (that of
Outlook last in August 2026), in https://github.com/InteractionDesignFoundation/add-event-to-calendar-docs
(services/google.md, outlook-web.md, yahoo.md). That Yahoo shows several whole days only as times, and that Google may be
told a zone, is how https://github.com/add2cal/add-to-calendar-button does it too (src/generators/).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from html import escape
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from rallies import recurrence
from rallies.rules.times import zone
from rallies.text import clean_line, clean_text, markdown_to_plain, shorten, without_html

from .ics import comes_twice, day_form, summary, unannounced, utc_form, wall_form
from .public import PublicAction, PublicWhen

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"
OFFICE_365 = "https://outlook.office.com/calendar/0/deeplink/compose"
YAHOO = "https://calendar.yahoo.com/"
LONGEST_TEXT = 300
"""Characters of the description: the page has the rest."""
MOST_OCTETS = 1_500
"""Of each of the title, the place, the notes and the description as they stand in an address, which should have no more than
8,000 (RFC 9110 §4.1). A letter that is not Latin takes six to twelve."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """A calendar by its name, which is the same in every language, and the address that fills in its form."""

    name: str
    address: str


def links_of(action: PublicAction) -> tuple[CalendarLink, ...]:
    """The addresses for a dated action, in the active language; none for one that has no date or is cancelled."""
    if not action.when.is_dated or action.is_cancelled:
        return ()
    return (
        CalendarLink("Google Calendar", _google(action)),
        CalendarLink("Outlook.com", _outlook(OUTLOOK, action)),
        CalendarLink("Office 365", _outlook(OFFICE_365, action)),
        CalendarLink("Yahoo", _yahoo(action)),
    )


def series_link(coming: Sequence[PublicAction], *, has_begun: bool) -> CalendarLink | None:
    """The address that fills in the dates of a series that are to come, `coming`, as one event with its rule.

    Only Google takes a rule, and no exceptions to it: None where a date is off, skipped or was moved alone. A rule that ends after a
    number of dates is told from its first date alone.
    """
    if len(coming) < 2 or any(each.is_cancelled or each.is_moved_alone for each in coming):
        return None
    first = coming[0]
    assert first.when.start_date is not None
    if any(day > first.when.start_date for day in first.skipped_days):
        return None
    rule = recurrence.in_templates(first.recurrence_rule, start_date=first.when.start_date)
    parts = recurrence.parse(first.recurrence_rule)
    if rule is None or ("COUNT" in parts and (has_begun or first.skipped_days)):
        return None
    return CalendarLink("Google Calendar", _google(first, rule=f"RRULE:{rule}{_end_of(first, parts)}"))


def _end_of(first: PublicAction, parts: dict[str, str]) -> str:
    when = first.when
    if "COUNT" in parts:
        return f";COUNT={parts['COUNT']}"
    last = recurrence.last_day_of(first.recurrence_rule, start_time=when.start_time)
    if last is None:
        return ""
    if when.start_time is None:
        return f";UNTIL={day_form(last)}"
    return f";UNTIL={utc_form(datetime.combine(last, when.start_time, zone(when.timezone)))}"


def _google(action: PublicAction, *, rule: str = "") -> str:
    """On the clock of the place, with its zone; an hour that comes twice as an instant."""
    when = action.when
    dates, ctz = _days(when), ""
    if not when.is_all_day:
        start, end = _instants(when)
        if comes_twice(start) or comes_twice(end):
            dates = f"{utc_form(start)}/{utc_form(end)}"
        else:
            dates, ctz = f"{wall_form(start)}/{wall_form(end)}", when.timezone
    asked = {"action": "TEMPLATE", "text": _title(action), "dates": dates, "ctz": ctz}
    asked |= {"details": _details(action), "location": _place(action), "recur": rule}
    # Nobody is busy because of an action that they only look at.
    return _address(GOOGLE, asked | {"crm": "AVAILABLE", "trp": "false"})


def _outlook(base: str, action: PublicAction) -> str:
    """Instants in UTC, or days; what it calls its body is HTML."""
    when = action.when
    if when.is_all_day:
        start, _slash, end = _days(when).partition("/")
        times = {"startdt": _iso_day(start), "enddt": _iso_day(end), "allday": "true"}
    else:
        times = dict(zip(("startdt", "enddt"), (_iso(moment) for moment in _instants(when)), strict=True))
    body = escape(_details(action)).replace("\n", "<br>")
    asked = {"path": "/calendar/action/compose", "rru": "addevent", **times, "subject": _title(action)}
    return _address(base, asked | {"body": body, "location": _place(action), "freebusy": "free"})


def _yahoo(action: PublicAction) -> str:
    """Instants in UTC, or a day. Several whole days it knows only as times, here on the clock of whoever adds them."""
    when = action.when
    if not when.is_all_day:
        times = dict(zip(("st", "et"), map(utc_form, _instants(when)), strict=True))
    else:
        assert when.start_date is not None
        last = when.end_date or when.start_date
        times = {"st": day_form(when.start_date), "dur": "allday"}
        if last > when.start_date:
            begins = datetime.combine(when.start_date, time(0))
            times = {"st": wall_form(begins), "et": wall_form(datetime.combine(last, time(23, 59)))}
    asked = {"v": "60", "title": _title(action), **times}
    return _address(YAHOO, asked | {"desc": _details(action), "in_loc": _place(action), "url": action.url})


def _days(when: PublicWhen) -> str:
    """The whole days of a date as "20260314/20260316": the day after the last stands second."""
    assert when.start_date is not None
    return f"{day_form(when.start_date)}/{day_form((when.end_date or when.start_date) + ONE_DAY)}"


def _instants(when: PublicWhen) -> tuple[datetime, datetime]:
    """Start and end on the clock of the place; where no end is stated, what calendars show of such a kind."""
    assert when.starts_at is not None and when.over_at is not None
    tz = zone(when.timezone)
    return when.starts_at.astimezone(tz), when.over_at.astimezone(tz)


def _iso(moment: datetime) -> str:
    form = utc_form(moment)
    return f"{form[:4]}-{form[4:6]}-{form[6:11]}:{form[11:13]}:{form[13:]}"


def _iso_day(form: str) -> str:
    return f"{form[:4]}-{form[4:6]}-{form[6:]}"


def _title(action: PublicAction) -> str:
    return _fitting(summary(action))


def _place(action: PublicAction) -> str:
    """As the calendar file says it; of a withheld place its city."""
    if action.is_online:
        # A part of a link leads nowhere.
        is_short = bool(action.online_url) and len(quote(action.online_url)) <= MOST_OCTETS
        return action.online_url if is_short else _("Online")
    if action.place is None:
        return _("Place to be announced")
    return _fitting(clean_line(without_html(action.place.label)))


def _details(action: PublicAction) -> str:
    page = _("What changes is said here: %(address)s") % {"address": action.url}
    notes = _fitting("\n".join(map(without_html, unannounced(action))))
    text = _fitting(shorten(without_html(markdown_to_plain(action.description)), limit=LONGEST_TEXT))
    return clean_text("\n\n".join(part for part in (page, notes, text) if part))


def _fitting(text: str) -> str:
    """The text, shorter where an address would become too long."""
    text = clean_text(text)
    while (octets := len(quote(text))) > MOST_OCTETS:
        text = shorten(text, limit=min(len(text) * MOST_OCTETS // octets, len(text) - 1))
    return text


def _address(base: str, asked: dict[str, str]) -> str:
    return f"{base}?{urlencode({name: value for name, value in asked.items() if value}, quote_via=quote)}"
