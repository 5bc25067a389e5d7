"""What others changed while somebody filled in a form: asked in the turn of writing, so that nobody comes in between.

Call these before the operation that writes, in one transaction with it: a turn that was taken lasts until that ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.db.models.fields.files import FieldFile

from rallies.text import clean_text

from .saving import Person
from .transaction import operation


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that others changed: rows, or records of their history, that hold it as it was seen and as it is.

    `number` is that of the newest record, 0 where no history is kept; who did it and when is not known then."""

    name: str
    was: Any
    now: Any
    by: Person = None
    at: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row with fields that others changed; without any, it is gone."""

    row: Model
    fields: tuple[Changed, ...] = ()
    by: Person = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A row of a form as it was shown, by the names of its fields; `touched` are those that the person changed. What was
    not sent along is not known, and not asked about."""

    row: Any
    shown: Mapping[str, Any]
    touched: frozenset[str] = field(default_factory=frozenset)
    is_removed: bool = False


class ChangedMeanwhile(Exception):
    """Nothing was written: others changed the same since it was shown."""

    def __init__(self, rows: Sequence[ChangedRow]) -> None:
        super().__init__(", ".join(str(changed.row.pk) for changed in rows))
        self.rows = tuple(rows)


@operation
def check_seen(row: Model, values: Mapping[str, Any], *, seen: Mapping[str, int]) -> None:
    """Raises `ChangedMeanwhile` if others changed a field of `values` to something else after the person saw it.

    `seen` has, by field, the number of the newest record of history of that model when it was shown; fields without one are
    not asked about. Where both wrote the same there is nothing to tell.
    """
    numbers = {name: number for name, number in seen.items() if name in values}
    found = changes_since(row, numbers) if numbers else ()
    told = tuple(change for change in found if not is_same(_of(change.now, change.name), _plain(values[change.name])))
    if told:
        raise ChangedMeanwhile([ChangedRow(row, told)])


@operation
def check_standing(row: Model, names: Iterable[str], *, seen: int) -> None:
    """Raises `ChangedMeanwhile` if others changed one of these fields after the record of that number."""
    found = changes_since(row, dict.fromkeys(names, seen))
    if found:
        raise ChangedMeanwhile([ChangedRow(row, found)])


@operation
def check_parts(parts: Sequence[Part]) -> None:
    """Raises `ChangedMeanwhile` for rows that others changed or took off since they were shown: all of them at once.

    Otherwise what nobody touched is brought up to date, as rows beside something are written whole.
    """
    told = [changed for part in parts if (changed := _changed_part(part)) is not None]
    if told:
        raise ChangedMeanwhile(told)


def changes_since(row: Model, seen: Mapping[str, int]) -> tuple[Changed, ...]:
    """The fields of `seen` that are otherwise now than in the record of that number, or the newest before it."""
    history = type(row).history.filter(**{row._meta.pk.attname: row.pk})  # type: ignore[attr-defined]
    oldest = min(seen.values())
    later = list(history.filter(history_id__gt=oldest).select_related("history_user").order_by("history_id"))
    first = history.filter(history_id__lte=oldest).order_by("-history_id").first() if later else None
    if first is None:
        return ()
    line = [first, *later]
    changed = (_changed(name, line, seen=number) for name, number in seen.items() if hasattr(first, name))
    return tuple(change for change in changed if change is not None)


def _changed(name: str, line: Sequence[Any], *, seen: int) -> Changed | None:
    was = next(record for record in reversed(line) if record.history_id <= seen or record is line[0])
    if is_same(_of(was, name), _of(line[-1], name)):
        return None
    pairs = zip(line[1:], line, strict=False)
    last = [newer for newer, older in pairs if not is_same(_of(newer, name), _of(older, name))][-1]
    return Changed(name, was, line[-1], by=last.history_user, at=last.history_date, number=line[-1].history_id)


def _changed_part(part: Part) -> ChangedRow | None:
    model = type(part.row)
    stored = model._default_manager.filter(pk=part.row.pk).first()
    if stored is None:
        return None if part.is_removed else ChangedRow(part.row)
    asked = part.shown if part.is_removed else part.shown.keys() & part.touched
    fields = []
    for name in sorted(asked):
        now = _of(stored, name)
        is_wanted = not part.is_removed and is_same(now, _of(part.row, name))
        if not is_wanted and not is_same(now, part.shown[name]):
            fields.append(Changed(name, _as_shown(stored, part.shown), stored))
    if fields:
        record = _newest_record(stored)
        who = (record.history_user, record.history_date) if record is not None else (None, None)
        return ChangedRow(stored, tuple(fields), *who)
    for name in part.shown.keys() - part.touched:
        setattr(part.row, _column(part.row, name), _of(stored, name))
    return None


def _newest_record(row: Any) -> Any:
    if not hasattr(type(row), "history"):
        return None
    return row.history.select_related("history_user").order_by("-history_id").first()


def _as_shown(stored: Any, shown: Mapping[str, Any]) -> Model:
    row: Model = type(stored)(pk=stored.pk)
    for name, value in shown.items():
        setattr(row, _column(row, name), value)
    return row


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are stored alike: browsers end lines otherwise than operations do."""
    if isinstance(one, str) and isinstance(other, str):
        return clean_text(one) == clean_text(other)
    return bool(one == other)


def _of(row: Any, name: str) -> Any:
    return _plain(getattr(row, _column(row, name)))


def _column(row: Any, name: str) -> str:
    return str(row._meta.get_field(name).attname)


def _plain(value: Any) -> Any:
    """A related row as its key, a file as its name."""
    if isinstance(value, Model):
        return value.pk
    return value.name or "" if isinstance(value, FieldFile) else value
