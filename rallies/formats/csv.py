"""Tables, RFC 4180. Of actions: one row for each date, and one for each action without a date."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from .public import PublicAction
from .records import NAMES, Value, record

# Spreadsheets take UTF-8 for the encoding of their country unless a file begins with this.
BYTE_ORDER_MARK = "\ufeff"
# Cells that begin like this are formulas to a spreadsheet, and formulas can send what stands beside them
# elsewhere; the apostrophe makes them text (OWASP, "CSV Injection"). Wide signs count in East Asia.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
# Where lists are separated by semicolons or tabs, a spreadsheet that opens the file so takes no comma for the end
# of a cell and no quote for its beginning: then these begin cells. A dash before a space is a list of Markdown.
_FORMULA_INSIDE = re.compile(r"""([;\t\r\n][\s"']*)(?=[=@＝＠]|[-+－＋]\S)""")


def csv_chunks(actions: Iterable[PublicAction]) -> Iterator[str]:
    """The table piece by piece: the head, then a row an action; lines end in CR LF."""
    return table_chunks(NAMES, (record(action).values() for action in actions))


def table_chunks(names: Iterable[str], rows: Iterable[Iterable[Value]]) -> Iterator[str]:
    """Any table piece by piece, safe to open in a spreadsheet: the head, then a row; lines end in CR LF."""
    yield BYTE_ORDER_MARK + _line(names)
    for row in rows:
        yield _line(map(_cell, row))


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(list(cells))
    return out.getvalue()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        inside = _FORMULA_INSIDE.sub(r"\1'", value)
        return f"'{inside}" if value.startswith(_FORMULA) else inside
    return str(value)
