"""What is due, read from the data, and how the jobs of the worker stand."""

from datetime import UTC, date, datetime

from django.db.models import Max, Q

from rallies.enums import ActionStatus, Publication
from rallies.models import Action, AuditEntry, Job, SeriesText
from rallies.rules.audit import kept_from


def places_to_reveal(*, now: datetime) -> list[int]:
    """Actions whose exact place may be shown, and is not yet; by key, in the order of their moments.

    Drafts too, so that one that is published after its moment shows its place at once.
    """
    due = Action.objects.filter(place_revealed_at=None, place_revealed_from__lte=now)
    return list(due.order_by("place_revealed_from", "pk").values_list("pk", flat=True))


def next_reveal() -> datetime | None:
    """The earliest moment at which a place that is withheld may be shown."""
    found = Action.objects.filter(place_revealed_at=None, place_revealed_from__isnull=False)
    return found.order_by("place_revealed_from").values_list("place_revealed_from", flat=True).first()


def series_to_extend() -> list[int]:
    """Repeating actions, by key. Cancelled and withdrawn ones get no new dates until they are on again."""
    found = Action.objects.exclude(recurrence_rule="").exclude(publication=Publication.WITHDRAWN)
    return list(found.exclude(status=ActionStatus.CANCELLED).order_by("pk").values_list("pk", flat=True))


def postponed_for_good(*, now: datetime) -> list[int]:
    """Postponed actions, by key, whose old date feeds no longer tell of."""
    today = now.astimezone(UTC).date()
    found = Action.objects.published().filter(status=ActionStatus.POSTPONED, start_date__isnull=False)
    told = Q(occurrences__stays_until__gte=today) | Q(series_text__stays_until__gte=today)
    return list(found.exclude(told).order_by("pk").values_list("pk", flat=True))


def deeds_to_forget(*, now: datetime) -> list[int]:
    """The UTC days, as proleptic ordinals, of lines of the log that are older than they are kept."""
    old = AuditEntry.objects.filter(at__lt=kept_from(now=now)).datetimes("at", "day", tzinfo=UTC)
    return [moment.toordinal() for moment in old]


def is_told_until(action: Action) -> date | None:
    """The last UTC day on which feeds tell of a date of an action that does not take place; None if it has no date, or
    takes place."""
    dates = action.occurrences.aggregate(last=Max("stays_until"))["last"]
    series = SeriesText.objects.filter(action=action.pk).values_list("stays_until", flat=True).first()
    days = [day for day in (dates, series) if day is not None]
    return max(days) if days else None


def job_rows() -> dict[str, Job]:
    """The jobs that ran ever, by name."""
    return {row.name: row for row in Job.objects.all()}
