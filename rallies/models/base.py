"""What every row of ours carries."""

from functools import cache
from typing import Any
from uuid import uuid4

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from rallies.picks import code_of
from rallies.text import fold


def new_uid() -> str:
    """A random UUID as text: it names no host and no person (RFC 7986 §5.3)."""
    return str(uuid4())


class FoldedField(models.CharField):  # type: ignore[type-arg]  # not generic when it runs
    """Another column of the row without case and accents, for searching alike on every database
    (SQLite folds ASCII only)."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{**kwargs, "blank": True, "editable": False})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = fold(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


class PickCodeField(models.BigIntegerField):  # type: ignore[type-arg]  # not generic when it runs
    """The code by which the row is found among what somebody picked (rallies/picks.py), of its UID."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "default": 0, "editable": False, "db_index": True})

    def pre_save(self, model_instance: models.Model, add: bool) -> int:
        value = code_of(str(getattr(model_instance, "uid")))  # noqa: B009  # any model with a UID
        setattr(model_instance, self.attname, value)
        return value


class Dated(models.Model):
    """When the row was made and last changed. Operations set both; the models read no clock."""

    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True


class _Histories(HistoryManager):  # type: ignore[misc]  # written without types
    """Its class is made once, and not each time that somebody says `history`, as for each row that is written."""

    @classmethod
    @cache  # of a class, and there is one
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


def remembered(**options: Any) -> Any:
    """The `history` of a model: all states of each row."""
    return HistoricalRecords(history_manager=_Histories, **options)


def in_choices(field: str, values: list[str], *, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": values}), name=name)


def exactly_one_of(*fields: str, name: str) -> models.CheckConstraint:
    """A row belongs to one of several owners."""
    condition = models.Q()
    for chosen in fields:
        condition |= models.Q(**{f"{field}__isnull": field != chosen for field in fields})
    return models.CheckConstraint(condition=condition, name=name)


def point_constraint(name: str) -> models.CheckConstraint:
    """Latitude and longitude in WGS 84 degrees: both within bounds, or neither."""
    return models.CheckConstraint(
        condition=models.Q(latitude__isnull=True, longitude__isnull=True)
        # A comparison with NULL is unknown, and a CHECK lets that pass: half a point must be named.
        | models.Q(
            latitude__isnull=False,
            longitude__isnull=False,
            latitude__gte=-90,
            latitude__lte=90,
            longitude__gte=-180,
            longitude__lte=180,
        ),
        name=name,
    )
