"""Lines as the icalendar library writes them: subscribers get the same bytes whoever folds (FEED_CONTRACT 2 and 15)."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import vText
from icalendar.parser import Contentline, Parameters

from rallies.formats.ics import _folded, _line

LONG = st.lists(st.sampled_from([*"ab \\^,;:\"'", "é", "ü" * 9, "平", "🪧", "x" * 30]), max_size=120).map("".join)


@settings(deadline=None, max_examples=500)
@given(value=LONG)
@example(value="x" * 74)
@example(value="x" * 75)
@example(value="x" * 73 + "\\\\n")
@example(value="x" * 73 + "^'")
@example(value="x" * 72 + "é" * 40)
@example(value="\\" * 200)
@example(value="🪧" * 40)
def test_a_line_is_folded_where_the_library_folds_it(value):
    assert _folded(f"A:{value}") == Contentline(f"A:{value}").to_ical().decode()
    assert _folded(value) == Contentline(value).to_ical().decode()


@settings(deadline=None, max_examples=200)
@given(value=LONG, name=LONG)
def test_parameters_are_those_of_the_library(value, name):
    made = Contentline.from_parts("NAME", Parameters(VALUE="URI", LABEL=name), vText(value))
    line = _line("NAME", vText(value).to_ical().decode(), VALUE="URI", LABEL=name)
    assert line.replace("\r\n ", "") == made


@pytest.mark.parametrize(("value", "lines"), [("x" * 73, 1), ("x" * 74, 2), ("ü" + "x" * 70, 1), ("ü" + "x" * 71, 2)])
def test_a_line_that_fits_is_left_alone(value, lines):
    """75 octets, and 74 of what is not ASCII alone."""
    assert _line("A", value).count("\r\n") == lines - 1
