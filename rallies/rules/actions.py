"""Is an action well said? One check for every door."""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from rallies import recurrence
from rallies.enums import (
    AccessFeature,
    ActionKind,
    AttendanceMode,
    Confidence,
    PlaceVisibility,
    ReportedStatus,
    TitleBasis,
)

from . import places, times
from .errors import BadValue, RuleBroken

LENGTHS = {
    "title": 300,
    "kind_detail": 300,
    "description": 20_000,
    "time_note": 300,
    "window_note": 300,
    "route_start": 300,
    "route_end": 300,
    "what_to_bring": 2_000,
    "access_note": 2_000,
    "contact": 200,
    "online_url": 1_000,
    "picture_alt": 300,
    "confidence_note": 2_000,
    "internal_note": 5_000,
}
LISTS = {
    "kind": ActionKind.values,
    "attendance_mode": AttendanceMode.values,
    "place_visibility": PlaceVisibility.values,
    "title_basis": ["", *TitleBasis.values],
    "reported_status": ["", *ReportedStatus.values],
    "confidence": ["", *Confidence.values],
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")  # BCP 47, as far as people write it
# A march that gathers in the evening may set off after midnight.
_EVENING, _MORNING = time(18), time(6)
MAX_STOPS = 50
LONGEST_STOP = 300
MAX_LANGUAGES = 30


def broken_rules(values: Mapping[str, Any]) -> list[RuleBroken]:
    """Everything that is wrong with the fields of an action, each naming its field; [] when it may be saved.

    `values` maps the field names of `Action` to what was typed; `location` is a location or None.
    """
    return list(_broken(values))


def _broken(values: Mapping[str, Any]) -> Iterator[RuleBroken]:
    if not values["title"]:
        yield BadValue(_("Give the action a title."), field="title")
    for name, longest in LENGTHS.items():
        if len(values[name] or "") > longest:
            yield BadValue(_("This text is longer than %(count)d characters.") % {"count": longest}, field=name)
    for name, known in LISTS.items():
        if values[name] not in known:
            yield BadValue(_("“%(value)s” is not one of the list.") % {"value": values[name]}, field=name)
    yield from _broken_times(values)
    yield from _broken_march(values)
    yield from _broken_place(values)
    yield from _broken_lists(values)
    if values["picture"] and not values["picture_alt"]:
        yield BadValue(_("Say in words what the picture shows, for those who do not see it."), field="picture_alt")


def _broken_times(values: Mapping[str, Any]) -> Iterator[RuleBroken]:
    try:
        times.zone(values["timezone"] or "")
        times.check_window(values["window_first"], values["window_last"], start_date=values["start_date"])
        if values["start_date"] is None:
            for name in ("start_time", "end_date", "end_time", "recurrence_rule"):
                if values[name]:
                    raise BadValue(_("Without a date there is no time: give the date too."), field="start_date")
            return
        times.derive_span(
            start_date=values["start_date"],
            start_time=values["start_time"],
            end_date=values["end_date"],
            end_time=values["end_time"],
            timezone=values["timezone"],
            kind=values["kind"],
        )
    except RuleBroken as broken:
        yield broken
    if values["recurrence_rule"]:
        try:
            recurrence.parse(values["recurrence_rule"])
        except recurrence.UnusableRule as error:
            yield BadValue(str(error), field="recurrence_rule")


def _broken_march(values: Mapping[str, Any]) -> Iterator[RuleBroken]:
    gathering, step_off = values["gathering_time"], values["step_off_time"]
    if gathering and step_off and step_off < gathering and not (gathering >= _EVENING and step_off <= _MORNING):
        yield BadValue(_("The march sets off before people gather."), field="step_off_time")


def _broken_place(values: Mapping[str, Any]) -> Iterator[RuleBroken]:
    try:
        places.check_visibility(
            values["place_visibility"],
            revealed_from=values["place_revealed_from"],
            has_location=values["location"] is not None,
        )
    except RuleBroken as broken:
        yield broken
    if values["online_url"] and not is_web_address(values["online_url"]):
        yield BadValue(_("Give a link that begins with https:// or http://."), field="online_url")


def is_web_address(value: str) -> bool:
    """Whether a browser can open it: http or https, with a host, without white space or invisible characters."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and value.isprintable() and " " not in value


def _broken_lists(values: Mapping[str, Any]) -> Iterator[RuleBroken]:
    for feature in values["access_features"]:
        if feature not in AccessFeature.values:
            yield BadValue(_("“%(value)s” is not one of the list.") % {"value": feature}, field="access_features")
    if len(values["route_stops"]) > MAX_STOPS:
        yield BadValue(_("A route has %(count)d stops at most.") % {"count": MAX_STOPS}, field="route_stops")
    if any(len(stop) > LONGEST_STOP for stop in values["route_stops"]):
        yield BadValue(
            _("This text is longer than %(count)d characters.") % {"count": LONGEST_STOP}, field="route_stops"
        )
    if len(values["languages"]) > MAX_LANGUAGES:
        yield BadValue(_("%(count)d languages at most.") % {"count": MAX_LANGUAGES}, field="languages")
    for code in values["languages"]:
        if not _LANGUAGE.fullmatch(code):
            yield BadValue(
                _("“%(value)s” is not a language code such as en or pt-BR.") % {"value": code}, field="languages"
            )
