"""Reading the log of administrators."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet

from rallies.models import AuditEntry
from rallies.text import fold


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What somebody wants to see of the log; all of it unless stated.

    `person` is the key of an account. Days are UTC, both inclusive. `noun` and `row_key` are of one row, as
    "rallies.action" and its key. `words` must all be in what rows were called, without regard to case and accents.
    """

    person: int | None = None
    deed: str = ""
    first_day: date | None = None
    last_day: date | None = None
    noun: str = ""
    row_key: str = ""
    words: str = ""


def log_entries(asked: LogFilter) -> "QuerySet[AuditEntry]":
    """The lines that fit, newest first."""
    found = AuditEntry.objects.order_by("-at", "-id")
    if asked.person is not None:
        found = found.filter(user=asked.person)
    if asked.deed:
        found = found.filter(deed=asked.deed)
    if asked.first_day:
        found = found.filter(at__gte=datetime.combine(asked.first_day, time.min, UTC))
    if asked.last_day:
        found = found.filter(at__lte=datetime.combine(asked.last_day, time.max, UTC))
    if asked.noun:
        found = found.filter(noun=asked.noun, row_key=asked.row_key)
    for word in fold(asked.words).split():
        found = found.filter(words_folded__contains=word)
    return found


def people_of_the_log() -> list[tuple[int, str]]:
    """The accounts that did something in it: key and user name, by name."""
    did_something = AuditEntry.objects.filter(user=OuterRef("pk"))
    return list(User.objects.filter(Exists(did_something)).order_by("username").values_list("pk", "username"))


def rows_still_there(entries: Iterable[AuditEntry]) -> set[tuple[str, str]]:
    """Those of the rows that the lines are about which nobody deleted, as noun and key: one query for each noun."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.row_key:
            wanted[entry.noun].add(entry.row_key)
    found: set[tuple[str, str]] = set()
    for noun, keys in wanted.items():
        try:
            model = apps.get_model(noun)
        except (LookupError, ValueError):
            # A noun of another version.
            continue
        found |= {(noun, str(key)) for key in model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)}
    return found
