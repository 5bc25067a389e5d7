"""Shapes of plain charts, for partials that draw them as SVG: whole numbers in a box of their own, without words or colours."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 100
_STEP, _BAR = 10, 8


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a series. `words` name it; `address` leads to what was counted, "" if there is no such list."""

    words: str
    value: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    mark: Mark
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A series in its order, in a box `width` by `height`, y downwards: as columns, or as the path of an area in steps."""

    marks: tuple[Mark, ...]
    most: int
    width: int
    height: int
    columns: tuple[Column, ...] = ()
    area: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """`share` is in thousandths of the longest bar."""

    mark: Mark
    share: int


def columns_of(marks: Sequence[Mark]) -> Chart:
    """A column for each value, of which none is negative; what is not nothing is seen."""
    most = max((mark.value for mark in marks), default=0)
    columns = []
    for at, mark in enumerate(marks):
        height = _share(mark.value, most, HEIGHT)
        columns.append(Column(mark, at * _STEP + (_STEP - _BAR) // 2, HEIGHT - height, _BAR, height))
    return Chart(tuple(marks), most, max(len(marks), 1) * _STEP, HEIGHT, columns=tuple(columns))


def area_of(marks: Sequence[Mark]) -> Chart:
    """A step for each value, of which none is negative: it holds from its left edge to that of the next."""
    most = max((mark.value for mark in marks), default=0)
    width = max(len(marks), 1) * _STEP
    steps = [f"V{HEIGHT - _share(mark.value, most, HEIGHT)}H{(at + 1) * _STEP}" for at, mark in enumerate(marks)]
    area = f"M0 {HEIGHT}{''.join(steps)}V{HEIGHT}Z" if most else ""
    return Chart(tuple(marks), most, width, HEIGHT, area=area)


def bars_of(marks: Sequence[Mark]) -> tuple[Bar, ...]:
    """A bar for each value, of which none is negative."""
    most = max((mark.value for mark in marks), default=0)
    return tuple(Bar(mark, _share(mark.value, most, 1000)) for mark in marks)


def _share(value: int, most: int, whole: int) -> int:
    return max(round(value * whole / most), 1) if value else 0
