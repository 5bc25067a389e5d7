import pytest

from rallies.places.postal_codes import BadLine, PostalLine, fold_code, read_lines, split_key


def line(*, country="US", code="85701", name="Tucson", region="Arizona", point=("32.217", "-110.97"), accuracy="4"):
    return "\t".join([country, code, name, region, "AZ", "", "", "", "", *point, accuracy]) + "\n"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("85701", "85701"),
        ("SW1A 1AA", "sw1a1aa"),
        ("sw1a1aa", "sw1a1aa"),
        ("H2X 1Y6", "h2x1y6"),
        ("1012 JS", "1012js"),
        ("00-902", "00902"),
        ("１００-００１４", "1000014"),
        (" - ", ""),
    ],
)
def test_codes_are_folded(written, folded):
    assert fold_code(written) == folded


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("us-85701", ("US", "85701")),
        ("gb-sw1a1aa", ("GB", "sw1a1aa")),
        ("US-85701", None),
        ("gb-SW1A1AA", None),
        ("gb-sw1a-1aa", None),
        ("zz-85701", None),
        ("tucson-us", None),
        ("us-", None),
        ("us", None),
        ("", None),
        ("us-" + "1" * 21, None),
    ],
)
def test_keys_are_split(key, parts):
    assert split_key(key) == parts


def test_a_line_is_read():
    [read] = read_lines([line(accuracy="")])
    assert read == PostalLine("US", "85701", "85701", "Tucson", "Arizona", 32.217, -110.97, None)


@pytest.mark.parametrize(
    ("text", "reason", "country"),
    [
        ("US\t85701\n", "it has 2 columns instead of 12", "US"),
        (line(country="ZZ"), "“ZZ” is no country", ""),
        (line(code=" - "), "“-” is no postal code", "US"),
        (line(code="1" * 21), f"“{'1' * 21}” is no postal code", "US"),
        (line(point=("north", "1")), "its point is no pair of numbers", "US"),
        (line(point=("91", "1")), "its point lies beyond 90 or 180 degrees", "US"),
        (line(point=("nan", "1")), "its point lies beyond 90 or 180 degrees", "US"),
    ],
)
def test_a_bad_line_is_told_and_the_next_is_read(text, reason, country):
    assert list(read_lines(["\n", text, line()])) == [BadLine(2, reason, country), *read_lines([line()])]


def test_other_countries_are_passed_over():
    found = list(read_lines([line(country="DE"), "DE\tx\n", line()], country="US"))
    assert [(type(one), one.country) for one in found] == [(PostalLine, "US")]
