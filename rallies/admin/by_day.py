"""Lists that lead from years to months and days: as Django's do, with one question to the database instead of three.

How many rows begin on each day says how many there are, and which years, months and days have any.
"""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import takewhile
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

LEVELS = ("year", "month", "day")


class DayList(ChangeList):
    """`by_day` is what templates/admin/change_list.html shows above the rows."""

    by_day: Mapping[str, Any] | None = None

    def get_results(self, request: HttpRequest) -> None:
        name = self.date_hierarchy
        counts = dict(self.queryset.order_by().values_list(name).annotate(count=Count("*")))
        request.row_count = sum(counts.values())  # type: ignore[attr-defined]
        super().get_results(request)
        asked = [_number(self.params.get(f"{name}__{level}")) for level in LEVELS]

        def link(*values: int) -> str:
            lookups = {f"{name}__{level}": str(value) for level, value in zip(LEVELS, values, strict=False)}
            return str(self.get_query_string(lookups, [f"{name}__"]))

        self.by_day = _choices(sorted(day for day in counts if day is not None), asked, link)


class ByDay:
    """For admins with a `date_hierarchy` that is a day, before Django's own class."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DayList

    def get_paginator(self, request: HttpRequest, queryset: "QuerySet[Any]", *args: Any, **kwargs: Any) -> Any:
        pages: Paginator[Any] = super().get_paginator(request, queryset, *args, **kwargs)  # type: ignore[misc]
        if hasattr(request, "row_count"):
            pages.count = request.row_count
        return pages


def _number(value: Any) -> int | None:
    text = str(value[-1] if isinstance(value, list) else value)
    return int(text) if text.isascii() and text.isdecimal() else None


def _choices(days: list[date], asked: list[int | None], link: Callable[..., str]) -> Mapping[str, Any]:
    """What Django's template for it reads. Where all days are of one year or month, it begins there.
    What is asked is a year, month or day that exists: Django refuses any other before."""
    chosen = tuple(value for value in takewhile(bool, asked) if value)
    if not any(asked) and days and days[0].year == days[-1].year:
        chosen = (days[0].year, days[0].month) if days[0].month == days[-1].month else (days[0].year,)
    if len(chosen) == len(LEVELS):
        choices = [{"title": _title(*chosen)}]
    else:
        found = sorted({(day.year, day.month, day.day)[: len(chosen) + 1] for day in days})
        choices = [{"link": link(*each), "title": _title(*each)} for each in found]
    back = {"link": link(*chosen[:-1]), "title": _title(*chosen[:-1])} if chosen else None
    return {"back": back, "choices": choices}


def _title(year: int = 0, month: int = 0, day: int = 0) -> str:
    """Of a year, a month, a day, or of all dates; as Django says them."""
    if not month:
        return str(year) if year else _("All dates")
    shown = "MONTH_DAY_FORMAT" if day else "YEAR_MONTH_FORMAT"
    return str(capfirst(formats.date_format(date(year, month, day or 1), shown)))
