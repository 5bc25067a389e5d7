"""Each statement of the feed contract that can be tested has a test that bears its number."""

import re
from pathlib import Path

STATEMENTS = range(1, 64)
# 58 is a benchmark (benchmarks/feeds.py), 59 is about feeds with a secret address, which there are none of.
APART = {58, 59}
ROOMS = ("feeds", "formats", "http", "operations", "readers", "rules", "selectors", "web", "worker")
NAME = re.compile(r"def test_(?:statements?_)?(\d{1,2}(?:_(?:and|to|\d{1,2})(?=_))*)_")


def numbers(name: str) -> set[int]:
    """Those that the name of a test begins with: "24_25_26_and_30", "1_to_3"."""
    span = re.fullmatch(r"(\d+)_to_(\d+)", name)
    if span:
        return set(range(int(span[1]), int(span[2]) + 1))
    return {int(part) for part in name.split("_") if part.isdigit()}


def test_every_statement_has_a_test_that_bears_its_number():
    here = Path(__file__).resolve().parent.parent
    files = [file for room in ROOMS for file in sorted((here / room).rglob("test_*.py"))]
    names = [name for file in files for name in NAME.findall(file.read_text(encoding="utf-8"))]
    found = set().union(*map(numbers, names))
    assert sorted(set(STATEMENTS) - APART - found) == []


def test_numbers_are_read_as_they_are_written():
    shown = "def test_statement_24_25_26_and_30_times(x):\n    def test_statements_1_to_3_bytes(\ndef test_a_304_is(\ndef test_06_x("
    assert [numbers(name) for name in NAME.findall(shown)] == [{24, 25, 26, 30}, {1, 2, 3}, {6}]
