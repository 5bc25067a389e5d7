"""Instants after the data of time zones changed: derived again from the wall clock, which is the truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rallies.enums import Publication
from rallies.models import Action, Occurrence, SeriesText
from rallies.rules.errors import RuleBroken

from .affected import BATCH
from .dates import CLOCK_FIELDS, WHEREABOUTS_FIELDS, place_dates, with_instants
from .saving import assign
from .stamps import move_stamps, scopes_of
from .texts import TEXT_FIELDS, refresh_texts, with_parts
from .transaction import operation

INSTANTS = ("starts_at", "ends_at", "over_at", "last_day")
TIME_FIELDS = (*INSTANTS, "is_jumped_over")


@dataclass(frozen=True, slots=True)
class RefreshedDate:
    """A date of an action whose instants moved, or which cannot be derived any more: then `why` is a sentence, and
    `after` is what stays."""

    slug: str
    day: str
    before: tuple[datetime, datetime]
    after: tuple[datetime, datetime]
    why: str = ""


def refresh_times(*, now: datetime, is_trial: bool = False) -> Iterator[RefreshedDate]:
    """Derive the instants of all dates again, drafts too; those that moved, and those whose time exists no more.

    One transaction for each batch of actions, as they are taken from the iterator. Of a date that moved SEQUENCE and
    LAST-MODIFIED rise, also where its text keeps its words: what they mean has changed. `is_trial` writes nothing.
    """
    ids = list(Action.objects.filter(start_date__isnull=False).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        yield from _refresh_batch(ids[start : start + BATCH], now=now, is_trial=is_trial)


@operation
def _refresh_batch(ids: list[int], *, now: datetime, is_trial: bool) -> list[RefreshedDate]:
    told: list[RefreshedDate] = []
    written: list[Occurrence] = []
    public: list[int] = []
    batch = Action.objects.filter(pk__in=ids).order_by("pk").select_related("location__place")
    for action in batch.prefetch_related("occurrences"):
        dates = sorted(action.occurrences.all(), key=lambda row: (row.starts_at, row.pk))
        found = [(row, *_derived(action, row)) for row in dates]
        told += [told_of for _row, told_of, _is_changed in found if told_of is not None]
        changed = [row for row, _told, is_changed in found if is_changed]
        if is_trial or not changed:
            continue
        moved = [row for row, told_of, _is_changed in found if told_of is not None and not told_of.why]
        changed += [*place_dates(action, dates), *_told_again(action, dates, moved, now=now)]
        written += {row.pk: row for row in changed}.values()
        if action.publication == Publication.PUBLISHED:
            public.append(action.pk)
    if written:
        fields = dict.fromkeys((*TIME_FIELDS, *WHEREABOUTS_FIELDS, *TEXT_FIELDS))
        Occurrence.objects.bulk_update(written, list(fields), batch_size=200)
    if public:
        move_stamps(scopes_of(actions=public), now=now)
    return told


def _derived(action: Action, row: Occurrence) -> tuple[RefreshedDate | None, bool]:
    """Set the instants of a date; what is to be told of it, and whether any column changed."""
    before = (row.starts_at, row.over_at)
    day = f"{row.start_date}" if row.start_time is None else f"{row.start_date} {row.start_time:%H:%M}"
    try:
        derived = with_instants(action, {name: getattr(row, name) for name in CLOCK_FIELDS})
    except RuleBroken as broken:
        is_new = not row.is_jumped_over
        row.is_jumped_over = True
        return RefreshedDate(action.slug, day, before, before, why=broken.sentence), is_new
    changed = assign(row, {name: derived[name] for name in INSTANTS} | {"is_jumped_over": False})
    after = (row.starts_at, row.over_at)
    return (RefreshedDate(action.slug, day, before, after) if before != after else None), bool(changed)


def _told_again(action: Action, dates: list[Occurrence], moved: list[Occurrence], *, now: datetime) -> list[Occurrence]:
    """Make the text of an action afresh; the dates that changed. Those that moved get another SEQUENCE, though
    their text, in which the zone has a name, may be the same."""
    with_parts([action])
    before = {row.pk: row.sequence for row in moved}
    series = action.series_text.sequence if _is_whole(action) else None
    changed = refresh_texts(action, dates, now=now).dates
    same = [row for row in moved if row.vevent and row.sequence == before[row.pk]]
    for row in same:
        row.sequence += 1
    if moved and _is_whole(action) and action.series_text.sequence == series:
        action.series_text.sequence += 1
    return [*changed, *same, *refresh_texts(action, dates, now=now).dates]


def _is_whole(action: Action) -> bool:
    series: SeriesText | None = getattr(action, "series_text", None)
    return series is not None and series.vevent != ""
