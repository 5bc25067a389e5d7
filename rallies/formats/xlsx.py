"""Workbooks (Office Open XML, ISO/IEC 29500): one sheet with a head, safe to open."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from xlsxwriter import Workbook

Cell = str | int | float | bool | date | time | None
_WIDE, _NARROW = 40, 14
# What a cell of a sheet holds; longer text is cut off there, or the file would not open.
_LONGEST = 32_767


def xlsx_of(
    names: Sequence[str], rows: Iterable[Sequence[Cell]], *, wide: Iterable[str] = (), made_at: datetime
) -> bytes:
    """A workbook with these columns; those in `wide` have room for words. Days and times of day are cells of that sort,
    on no clock but that which a column of the table names. Text is text, never a formula or a link."""
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(out, options) as book:
        book.set_properties({"created": made_at})
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True})
        forms = {date: book.add_format({"num_format": "yyyy-mm-dd"}), time: book.add_format({"num_format": "hh:mm"})}
        spacious = set(wide)
        for column, name in enumerate(names):
            sheet.set_column(column, column, _WIDE if name in spacious else _NARROW)
            sheet.write_string(0, column, name, head)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str) and value:
                    sheet.write_string(number, column, value[:_LONGEST])
                elif isinstance(value, bool):
                    sheet.write_string(number, column, "yes" if value else "no")
                elif isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                elif isinstance(value, date | time):
                    sheet.write_datetime(number, column, value, forms[type(value)])
    return out.getvalue()
