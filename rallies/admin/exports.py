"""The chosen actions as a file: for those who go on working with them in a spreadsheet."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rallies.deeds import Deed
from rallies.formats.csv import table_chunks
from rallies.formats.xlsx import xlsx_of
from rallies.models import Action
from rallies.operations.audit import note_deed
from rallies.selectors.desk_table import NAMES, WIDE, desk_rows

from .base import person

MOST = 20_000
ENDINGS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@admin.action(permissions=["view"], description=gettext_lazy("Export as CSV"))
def export_csv(desk: Any, request: HttpRequest, queryset: "QuerySet[Action]") -> HttpResponse | None:
    keys = _keys(desk, request, queryset)
    if keys is None:
        return None
    return table_file(NAMES, desk_rows(keys), ending="csv")


@admin.action(permissions=["view"], description=gettext_lazy("Export as XLSX"))
def export_xlsx(desk: Any, request: HttpRequest, queryset: "QuerySet[Action]") -> HttpResponse | None:
    keys = _keys(desk, request, queryset)
    if keys is None:
        return None
    return table_file(NAMES, desk_rows(keys), ending="xlsx")


ACTIONS = (export_csv, export_xlsx)


def _keys(desk: Any, request: HttpRequest, queryset: "QuerySet[Action]") -> list[int] | None:
    """The chosen rows by date, and a line in the log; None if there are too many."""
    keys = list(queryset.order_by("start_date", "start_time", "pk").values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        said = _("Choose %(most)d actions at most, for example with the filters.") % {"most": MOST}
        desk.message_user(request, said, messages.WARNING)
        return None
    note_deed(Deed.EXPORT_ACTIONS, who=person(request), now=timezone.now(), detail=str(len(keys)))
    return keys


def _text(cell: Any) -> Any:
    if hasattr(cell, "isoformat"):
        return cell.isoformat(timespec="minutes") if hasattr(cell, "hour") else cell.isoformat()
    return cell


def table_file(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, ending: str, what: str = "actions"
) -> HttpResponse:
    """A table to download, named for what it holds and the day; `ending` is one of ENDINGS."""
    now = timezone.now()
    content: str | bytes
    if ending == "xlsx":
        content, kind = xlsx_of(columns, rows, wide=WIDE, made_at=now), XLSX
    else:
        texts = (["" if cell is None else _text(cell) for cell in row] for row in rows)
        content, kind = "".join(table_chunks(columns, texts)), "text/csv; charset=utf-8"
    name = f"{what}-{now:%Y-%m-%d}.{ending}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
