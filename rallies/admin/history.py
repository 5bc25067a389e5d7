"""The history of a row and of what stands beside it, field by field, for the desk."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import formats
from django.utils.translation import gettext as _

from rallies import conf, names, recurrence
from rallies.models import Action, Listing, Location, Participation
from rallies.repeats import rule_words

from .access import choices_for

LONGEST_HISTORY = 200
# What stands beside a row and keeps a history of its own: the field that names it, and the one that leads back.
PARTS: dict[type[Model], tuple[tuple[Any, str, str], ...]] = {
    Action: ((Participation, "organizer", "action"), (Listing, "campaign", "action")),
}
UNTOLD = {"updated_at", "created_at", "created_by", "position", "submitted_at"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: what was done if it has no fields, else each field with its values before and after, in words, and the
    address at which what it was before is restored, "" if nowhere."""

    at: datetime
    who: Any
    what: str
    changes: tuple[tuple[str, str, str, str], ...]


def history_page(site_admin: admin.ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Who changed what, newest first."""
    row: Any = site_admin.get_object(request, unquote(object_id))
    if row is None:
        raise Http404
    if not site_admin.has_view_or_change_permission(request, row):
        raise PermissionDenied
    records = row.history.select_related("history_user").order_by("-history_date", "-history_id")[:LONGEST_HISTORY]
    entries = list(_entries(list(records), request=request, restoring=_restoring(site_admin, request, row)))
    for model, naming, owner in PARTS.get(type(row), ()):
        parts = model.history.filter(**{owner: row.pk}).select_related("history_user")
        newest = list(parts.order_by("-history_date", "-history_id")[:LONGEST_HISTORY])
        entries += _part_entries(newest, naming=naming, request=request)
    entries.sort(key=lambda entry: entry.at, reverse=True)
    context = {
        **site_admin.admin_site.each_context(request),
        "title": _("History of %(row)s") % {"row": row},
        "entries": entries[:LONGEST_HISTORY],
        "zone": clock_of(row),
        "object": row,
        "opts": row._meta,
    }
    return TemplateResponse(request, "admin/rallies/history.html", context)


Restoring = Callable[[str, Any], str]
"""The address at which a field gets the value of a record again; "" where nobody edits it by hand."""


def _restoring(site_admin: Any, request: HttpRequest, row: Any) -> Restoring:
    make = getattr(site_admin, "restoring", None)
    if make is None or not site_admin.has_change_permission(request, row):
        return lambda name, record: ""
    made: Restoring = make(request, row)
    return made


def _entries(records: list[Any], *, request: HttpRequest, restoring: Restoring) -> Iterator[Entry]:
    """`records` of one row, newest first. diff_against() leaves out what no form edits, and the status is just that."""
    words = Words(records, request=request)
    for newer, older in zip(records, [*records[1:], None], strict=False):
        changes: tuple[tuple[str, str, str, str], ...] = ()
        if older is not None:
            changes = tuple(
                (
                    words.label(name),
                    *words.both(older, newer, name),
                    _restore(name, older, words, records[0], restoring),
                )
                for name in words.differing(older, newer)
            )
        yield Entry(newer.history_date, newer.history_user, newer.get_history_type_display(), changes)


def _restore(name: str, older: Any, words: "Words", newest: Any, restoring: Restoring) -> str:
    """Nothing leads to what stands there now, nor to a row that the person may not read or that is gone."""
    attname = words.fields[name].attname
    if getattr(older, attname) == getattr(newest, attname) or not words.is_there(older, name):
        return ""
    return restoring(name, older)


def _part_entries(records: list[Any], *, naming: str, request: HttpRequest) -> Iterator[Entry]:
    """`records` of several rows, newest first; `naming` is the field that says which of them it is."""
    words = Words(records, request=request)
    of_row: dict[int, list[Any]] = {}
    for record in records:
        of_row.setdefault(record.id, []).append(record)
    for same in of_row.values():
        for newer, older in zip(same, [*same[1:], None], strict=False):
            name = f"{words.label(naming)}: {words.value(newer, naming)}"
            if newer.history_type == "~" and older is not None:
                changes = tuple(
                    (f"{name}, {words.label(field)}", *words.both(older, newer, field), "")
                    for field in words.differing(older, newer)
                )
            else:
                told = words.value(newer, "state")
                changes = ((name, told, "", "") if newer.history_type == "-" else (name, "", told, ""),)
            yield Entry(newer.history_date, newer.history_user, newer.get_history_type_display(), changes)


def _named(model: type[Model], *, request: HttpRequest) -> "QuerySet[Any]":
    """The rows whose words the person may read. A location is told as it is now, which others may have made a place that
    they withhold: then it is not there."""
    return choices_for(request, model) if model is Location else model._default_manager.all()


class Words:
    """Values of records, or of rows, as people read them; the names of related rows are read once for each sort."""

    def __init__(self, records: list[Any], *, request: HttpRequest, untold: Container[str] = UNTOLD) -> None:
        kind = type(records[0]) if records else None
        tracked: Any = getattr(kind, "tracked_fields", None) or (kind._meta.concrete_fields if kind else ())
        self.fields = {field.name: field for field in tracked if field.name not in untold}
        self.related = {
            name: _named(field.related_model, request=request).in_bulk(
                {getattr(record, field.attname) for record in records} - {None}
            )
            for name, field in self.fields.items()
            if isinstance(field, ForeignKey)
        }

    def label(self, name: str) -> str:
        return str(self.fields[name].verbose_name)

    def value(self, record: Any, name: str) -> str:
        field = self.fields[name]
        value = getattr(record, field.attname)
        if value is None or value == "":
            return ""
        if isinstance(field, ForeignKey):
            return str(self.related[name].get(value, _("removed since")))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, datetime):
            return moment_words(value, zone=clock_of(record))
        if isinstance(value, date | time):
            return str(formats.localize(value))
        if name == "recurrence_rule" and record.start_date is not None:
            return rule_words(value, day=record.start_date, clock=record.start_time) or str(value)
        if name == "skipped_days":
            # In some languages a comma stands within each.
            return "; ".join(names.day_words(day) for day in recurrence.days_of(value))
        if isinstance(value, list):
            return ", ".join(str(part) for part in value)
        return str(value)

    def is_there(self, record: Any, name: str) -> bool:
        """Whether a related row can be named to the person; other values always can."""
        value = getattr(record, self.fields[name].attname)
        return name not in self.related or value is None or value in self.related[name]

    def both(self, older: Any, newer: Any, name: str) -> tuple[str, str]:
        return self.value(older, name), self.value(newer, name)

    def differing(self, older: Any, newer: Any) -> list[str]:
        return [
            name
            for name, field in self.fields.items()
            if getattr(older, field.attname) != getattr(newer, field.attname)
        ]


def clock_of(row: Any) -> str:
    """The zone of a row, or else the one that new actions of this site begin with."""
    return getattr(row, "timezone", "") or conf.default_timezone()


def moment_words(moment: datetime, *, zone: str) -> str:
    """A moment on the clock that the row went by, with the name of it: an hour alone could be that of any place."""
    local = moment.astimezone(ZoneInfo(zone))
    when = names.when_words(local.date(), local.time().replace(tzinfo=None))
    return _("%(when)s (%(zone)s)") % {"when": when, "zone": names.zone_name(zone, moment)}
