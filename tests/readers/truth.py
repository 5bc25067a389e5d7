"""What readers must find: the instants, statuses and words of the database."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rallies.enums import ActionStatus, OccurrenceStatus
from rallies.formats.ics import description
from rallies.models import Action, Occurrence, SeriesText
from rallies.operations.texts import with_parts
from rallies.selectors.gate import public_action

from .instances import Instance, form
from .node_readers import Offsets

STATUS = {
    ActionStatus.SCHEDULED: ("CONFIRMED", ""),
    ActionStatus.TENTATIVE: ("TENTATIVE", ""),
    ActionStatus.CANCELLED: ("CANCELLED", "CANCELLED: "),
    ActionStatus.POSTPONED: ("TENTATIVE", "POSTPONED: "),
    ActionStatus.MOVED_ONLINE: ("CONFIRMED", ""),
}


def instances_of_database() -> dict[str, list[Instance]]:
    """Every date of every published action, by slug."""
    whole = set(SeriesText.objects.exclude(vevent="").values_list("action", flat=True))
    return {
        action.slug: [_instance(action, row, is_whole=action.pk in whole) for row in action.occurrences.all()]
        for action in with_parts(Action.objects.all())
    }


def _instance(action: Action, row: Occurrence, *, is_whole: bool) -> Instance:
    status = ActionStatus(action.status)
    if row.status == OccurrenceStatus.CANCELLED:
        status = ActionStatus.CANCELLED
    word, prefix = STATUS[status]
    shown = public_action(action, row)
    start, end = _span(row)
    return Instance(
        uid=action.uid if is_whole else row.uid,
        own=_own(action, row) if is_whole else start,
        start=start,
        end=end,
        status=word,
        summary=prefix + action.title,
        location=_location(action, shown.place.label if shown.place else ""),
        # Its order and words are the matter of other tests: here, that they arrive.
        description=description(shown),
    )


def _span(row: Occurrence) -> tuple[str, str]:
    if row.start_time is not None:
        return form(row.starts_at), form(row.over_at)
    return form(row.start_date), form((row.end_date or row.start_date) + timedelta(days=1))


def _own(action: Action, row: Occurrence) -> str:
    if len(row.recurrence_id) == 8:
        return form(datetime.strptime(row.recurrence_id, "%Y%m%d").date())
    wall = datetime.strptime(row.recurrence_id, "%Y%m%dT%H%M%S")
    return form(wall.replace(tzinfo=ZoneInfo(action.timezone)))


def _location(action: Action, label: str) -> str:
    if action.attendance_mode == "online" or action.status == ActionStatus.MOVED_ONLINE:
        return action.online_url or "Online"
    return label or "Place to be announced"


def offsets_of(zones: set[str], *, days: tuple[date, date]) -> Offsets:
    """Our zone data, every twelve hours: (seconds since 1970, offset in seconds). Clocks change months apart."""
    first = datetime.combine(days[0], datetime.min.time(), ZoneInfo("UTC"))
    moments = [first + timedelta(hours=12 * n) for n in range(2 * (days[1] - days[0]).days)]
    return {
        name: [(int(at.timestamp()), int(at.astimezone(ZoneInfo(name)).utcoffset().total_seconds())) for at in moments]
        for name in sorted(zones)
    }
