"""What stands on the first page of the desk beside requests, each line with the address of where it is settled."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from rallies import links, names
from rallies.enums import ActionStatus, Publication
from rallies.models import Action, ErrorReport, Occurrence
from rallies.selectors.desk_home import ComingAction, coming_actions, open_reports, returned, unconfirmed
from rallies.text import shorten

from .access import actor

LONGEST_WORDS = 120
Flag = tuple[str, str, str]
"""The attribute of a flag, its value, and its words."""


@dataclass(frozen=True, slots=True)
class Line:
    """`address` is where its title leads, `step` where it is settled, "" if that is the same."""

    title: str
    address: str
    when: str
    about: str = ""
    flags: tuple[Flag, ...] = ()
    step: str = ""


def first_lines(request: HttpRequest) -> dict[str, Any]:
    """The person's next actions, and what needs attention, for the template; the numbers are of all."""
    who, now = actor(request), timezone.now()
    asked, reports = unconfirmed(who, now=now), open_reports(who)
    return {
        "returned": [_returned(row) for row in returned(who).rows],
        "coming": [_coming(row) for row in coming_actions(who, now=now)],
        "unconfirmed": [_unconfirmed(row) for row in asked.rows],
        "unconfirmed_count": asked.count,
        "reports": [_report(row) for row in reports.rows],
        "open_reports": reports.count,
    }


def _coming(row: ComingAction) -> Line:
    flags: list[Flag] = []
    if row.publication != Publication.PUBLISHED:
        flags.append(("publication", row.publication, str(Publication(row.publication).label)))
    if row.status != ActionStatus.SCHEDULED:
        flags.append(("status", row.status, str(ActionStatus(row.status).label)))
    flags += [("missing", what.value, str(what.label)) for what in row.missing]
    address = _form(row.action) if row.is_own else links.action_path(row.slug)
    return Line(row.title, address, _when(row.day, row.clock), row.place, tuple(flags))


def _unconfirmed(row: Occurrence) -> Line:
    action: Action = row.action
    step = reverse("admin:rallies_action_confirm", args=[action.pk])
    when = _when(row.start_date, row.start_time)
    return Line(action.title, _form(action.pk), when, str(action.location or ""), step=step)


def _returned(action: Action) -> Line:
    said = shorten(" ".join(action.return_message.split()), limit=LONGEST_WORDS)
    return Line(action.title, _form(action.pk), _when(action.start_date, action.start_time), said)


def _report(report: ErrorReport) -> Line:
    address = reverse("admin:rallies_errorreport_change", args=[report.pk])
    said = shorten(" ".join(report.text.split()), limit=LONGEST_WORDS)
    day = names.date_words(report.created_at.astimezone().date())
    return Line(report.action.title, address, day, said, (("missing", report.kind, str(report.get_kind_display())),))


def _form(action: int) -> str:
    return reverse("admin:rallies_action_change", args=[action])


def _when(day: date | None, clock: time | None) -> str:
    return names.when_words(day, clock)
