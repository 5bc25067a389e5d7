"""What the desk says of the zone of a location: its clock now, and whether its point leaves doubt."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rallies import names
from rallies.models import Location
from rallies.places.zones import zone_at


def zone_now(zone: str, *, now: datetime) -> str:
    """The clock of a zone in words; its name too, which says more than its hour."""
    return _("It is %(time)s there now: %(zone)s, %(name)s.") % {
        "time": _clock(zone, now),
        "zone": names.zone_name(zone, now),
        "name": zone,
    }


def zone_remark(location: Location, *, now: datetime) -> str:
    """What is to be looked at: a point at sea, on a border of zones, or a zone with another clock than its point, or
    without one its place, has; or ""."""
    if location.latitude is None or location.longitude is None:
        return _place_zone_remark(location, now=now)
    point = zone_at(location.latitude, location.longitude)
    if point.is_sea:
        if point.choices:
            return _("The point lies in the sea. Check it, and choose the time zone by hand: perhaps %(zones)s.") % {
                "zones": _listed(point.choices, now)
            }
        return _("The point lies in the sea. Check it, and choose the time zone by hand.")
    if not any(is_same_clock(location.timezone, name, now=now) for name in point.choices):
        return _("The clock of this zone is not that of its point: %(zones)s. Check the point and the time zone.") % {
            "zones": _listed(point.choices, now)
        }
    if point.is_border:
        return _(
            "The point lies on or near a border of time zones. Choose the one that people there go by: %(zones)s."
        ) % {"zones": _listed(point.choices, now)}
    return ""


def _place_zone_remark(location: Location, *, now: datetime) -> str:
    place = location.place
    if place is None or not place.timezone or is_same_clock(location.timezone, place.timezone, now=now):
        return ""
    return _(
        "The clock of this zone is not that of “%(place)s”: %(zones)s. Check the place and the time zone; emptied, the "
        "time zone is found anew."
    ) % {"place": place, "zones": _listed([place.timezone], now)}


def zone_help(location: Location, *, help_text: str | Promise, now: datetime) -> SafeString:
    """The help beside the field, with the clock of what is stored and what is to be looked at."""
    text = format_html("{} {}", help_text, zone_now(location.timezone, now=now))
    remark = zone_remark(location, now=now)
    return format_html("{} <strong>{}</strong>", text, remark) if remark else text


def _listed(zones: Iterable[str], now: datetime) -> str:
    said = [_("%(name)s (now %(time)s)") % {"name": name, "time": _clock(name, now)} for name in zones]
    return pgettext("between names of a list", ", ").join(said)


def _clock(zone: str, now: datetime) -> str:
    return names.time_words(now.astimezone(ZoneInfo(zone)).time())


def is_same_clock(one: str, other: str, *, now: datetime) -> bool:
    """Whether two zones show the same time at the middle of every month of this year."""
    first, second = ZoneInfo(one), ZoneInfo(other)
    moments = [now.replace(month=month, day=15) for month in range(1, 13)]
    return all(at.astimezone(first).utcoffset() == at.astimezone(second).utcoffset() for at in moments)
