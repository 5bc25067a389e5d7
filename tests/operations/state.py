"""Looking at what operations leave behind: rows, stamps, history lines, stored calendar text."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.utils import translation

from rallies import conf
from rallies.enums import Publication
from rallies.formats.ics import vevent
from rallies.models import Action, Change, FeedStamp, Occurrence, SeriesText
from rallies.operations.texts import with_parts
from rallies.selectors.gate import public_action
from rallies.selectors.series_text import series_text
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


def dump(*, leave_out: tuple[str, ...] = ()) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours, history tables too."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("rallies").get_models()
        if model.__name__ not in leave_out
    }


def stamps() -> dict[tuple[str, int | None], int]:
    """(scope, primary key of the campaign or group) → number."""
    rows = FeedStamp.objects.values_list("scope", "campaign_id", "organizer_id", "number")
    return {(scope, campaign or organizer): number for scope, campaign, organizer, number in rows}


def moved(before: dict[tuple[str, int | None], int]) -> dict[tuple[str, int | None], int]:
    """By how much each stamp rose since, those that did not left out."""
    after = stamps()
    return {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)}


def lines(action: Action) -> list[tuple[str, dict[str, Any], str]]:
    """Kind, details and message of an action's lines of history, oldest first."""
    return list(Change.objects.filter(action=action).order_by("id").values_list("kind", "details", "message"))


def last_line(action: Action) -> tuple[str, dict[str, Any], str]:
    return lines(action)[-1]


def date_of(action: Action) -> Occurrence:
    """The one date of an action."""
    return Occurrence.objects.get(action=action)


def unfolded(text: str) -> dict[str, str]:
    """The properties of a VEVENT by name; parameters stay with the value, as in ";VALUE=DATE:20260314"."""
    found: dict[str, str] = {}
    for line in text.replace("\r\n ", "").split("\r\n")[1:-2]:
        name = line[: min(line.index(mark) for mark in ":;" if mark in line)]
        assert name not in found, name
        found[name] = line[len(name) :].removeprefix(":")
    return found


def event(action: Action) -> dict[str, str]:
    """The stored VEVENT of an action with one date."""
    return unfolded(date_of(action).vevent)


def stored_texts() -> dict[str, tuple[str, str]]:
    """UID → text and zone, as stored, of every date of a published action; "series of" UID for one that goes out whole."""
    dates = Occurrence.objects.filter(action__publication=Publication.PUBLISHED)
    series = SeriesText.objects.filter(action__publication=Publication.PUBLISHED).exclude(vevent="")
    found = {uid: (text, tzid) for uid, text, tzid in dates.values_list("uid", "vevent", "vevent_tzid")}
    for uid, text, tzid in series.values_list("action__uid", "vevent", "vevent_tzid"):
        found[f"series of {uid}"] = (text, tzid)
    return found


def fresh_texts() -> dict[str, tuple[str, str]]:
    """The same, made from the rows as they are now."""
    made = {}
    with translation.override(conf.default_language()):
        for action in with_parts(Action.objects.filter(publication=Publication.PUBLISHED)):
            rows = list(action.occurrences.all())
            stored = SeriesText.objects.filter(action=action).first() or SeriesText(changed_at=NOW)
            whole = series_text(action, rows, sequence=stored.sequence, changed_at=stored.changed_at)
            if whole is not None:
                made[f"series of {action.uid}"] = (whole.text, whole.tzid)
            for row in rows:
                text = vevent(replace(public_action(action, row), sequence=row.sequence))
                made[row.uid] = (text.text, text.tzid) if whole is None else ("", "")
    return made
