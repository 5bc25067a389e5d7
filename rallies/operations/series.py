"""The stored calendar text of a series that goes out whole: made when something is written, like that of single dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rallies import recurrence
from rallies.formats.ics import significant
from rallies.models import Action, Change, Occurrence, SeriesText
from rallies.rules.calendars import OFF, stays_until
from rallies.selectors.series_text import series_text


@dataclass(frozen=True, slots=True)
class Form:
    """How an action goes out: as a whole series, or date by date, each then with a SEQUENCE of at least `sequence` and
    changed later than `told_at`. `is_new`: the text of the series changed."""

    is_whole: bool
    is_new: bool = False
    sequence: int = 0
    told_at: datetime | None = None


def refresh_series(
    action: Action, dates: Sequence[Occurrence], *, now: datetime, pending: Sequence[Change] = ()
) -> Form:
    """Make and write the text of a series as the world may see it now; says in which form the action goes out.

    The UID of the series is that of its action, and of its first date when dates go out one by one; SEQUENCE goes
    on from one form to the other.
    """
    row = _stored(action)
    if not action.recurrence_rule and row is None:
        return Form(is_whole=False)
    there = row or SeriesText(action_id=action.pk, changed_at=now.replace(microsecond=0))
    told = series_text(action, dates, pending=pending, sequence=there.sequence, changed_at=there.changed_at)
    if told is None:
        return _go_single(row)
    stays = _stays_until(action, now=now)
    if told.text == there.vevent:
        if there.stays_until != stays:
            SeriesText.objects.filter(pk=action.pk).update(stays_until=stays)
        return Form(is_whole=True)
    if there.vevent:
        there.sequence += significant(told.text) != significant(there.vevent)
    else:
        used = [date.sequence + 1 for date in dates if date.vevent]
        there.sequence = max([there.sequence, action.next_sequence, *used])
    there.changed_at = max(
        [now.replace(microsecond=0)]
        + ([next_moment(there.changed_at, now=now)] if row is not None else [])
        + [next_moment(date.changed_at, now=now) for date in dates if date.vevent and date.changed_at]
        + [next_moment(action.last_told_at, now=now)]
    )
    made = series_text(action, dates, pending=pending, sequence=there.sequence, changed_at=there.changed_at)
    assert made is not None
    there.vevent, there.vevent_tzid, there.stays_until = made.text, made.tzid, stays
    there.save(force_insert=row is None)
    return Form(is_whole=True, is_new=True)


def begin_new_series(action: Action) -> None:
    """Let the text of a series that is made next be newer than what was told of it."""
    row = _stored(action)
    if row is not None and row.vevent:
        row.sequence += 1
        row.vevent = row.vevent_tzid = ""
        row.stays_until = None
        row.save()


def _stored(action: Action) -> SeriesText | None:
    """The row of a series, as `with_parts` read it."""
    if action._state.adding:
        return None
    found: SeriesText | None = getattr(action, "series_text", None)
    return found


def _go_single(row: SeriesText | None) -> Form:
    """The dates go out one by one, which tells a new version of the UID that the series had."""
    if row is None:
        return Form(is_whole=False)
    if row.vevent:
        row.sequence += 1
        row.vevent = row.vevent_tzid = ""
        row.stays_until = None
        row.save()
    return Form(is_whole=False, sequence=row.sequence, told_at=row.changed_at)


def _stays_until(action: Action, *, now: datetime) -> date | None:
    if action.status not in OFF or action.start_date is None:
        return None
    is_endless = not {"COUNT", "UNTIL"} & recurrence.parse(action.recurrence_rule).keys()
    last = None if is_endless else action.occurrences.order_by("-last_day").values_list("last_day", flat=True).first()
    return stays_until(last, off_since=action.status_changed_at or now)


def next_moment(before: datetime | None, *, now: datetime) -> datetime:
    """Readers skip an event whose LAST-MODIFIED, in whole seconds, is not newer than theirs."""
    moment = now.replace(microsecond=0)
    return max(moment, before + timedelta(seconds=1)) if before else moment
