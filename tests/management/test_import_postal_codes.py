import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rallies.management.commands import import_postal_codes
from rallies.models import PostalCode
from rallies.operations import postal_codes as operation
from rallies.operations.postal_codes import _row
from rallies.selectors.postal_codes import PostalPlace, complete_postal_codes, postal_point

pytestmark = pytest.mark.django_db

FEW = Path(__file__).parent.parent / "data" / "postal_codes" / "few.txt"


def load(file=FEW, **options):
    """What the command says: on its output without the time, and on its errors."""
    out, errors = StringIO(), StringIO()
    call_command("import_postal_codes", file, stdout=out, stderr=errors, **options)
    said = out.getvalue()
    start, end = said.index(" in "), said.index(" s. ")
    return said[:start] + said[end + 2 :], errors.getvalue()


def rows():
    return list(PostalCode.objects.order_by("country", "code_folded").values_list("country", "code", "place_name"))


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_import_loads_every_code_once_the_first_line_deciding():
    said, errors = load()
    assert (said, errors) == (
        "Loaded 22 postal codes of 10 countries. New or changed: 22. Removed: 0. Further lines of the same code: 1. Bad lines: 0.\n",
        "",
    )
    assert PostalCode.objects.count() == 22
    assert PostalCode.objects.filter(code="85049").values_list("place_name", "latitude", "accuracy").get() == (
        "Ingolstadt",
        48.7686,
        4,
    )


def test_second_import_changes_nothing():
    load()
    before = rows()
    with CaptureQueriesContext(connection) as caught:
        said = load()[0]
    assert "New or changed: 0. Removed: 0." in said
    assert rows() == before
    assert [query["sql"] for query in caught if query["sql"].startswith(("UPDATE", 'INSERT INTO "'))] == []


def test_ends_of_a_file_are_those_of_its_batches(monkeypatch):
    monkeypatch.setattr(import_postal_codes, "BATCH", 4)
    monkeypatch.setattr(import_postal_codes, "PROGRESS", 8)
    out = StringIO()
    call_command("import_postal_codes", FEW, stdout=out)
    assert out.getvalue().splitlines()[:2] == ["8 lines read.", "16 lines read."]
    assert PostalCode.objects.count() == 22


def test_words_are_kept_as_they_stand(tmp_path):
    """Marks of SQL, of COPY and of format strings are words like all others."""
    words = ["\\N", "a\\tb", "100 %s", 'O\'Brien "x"', "", "永田町"]
    lines = [f"US\t{number}-1\t{word}\t{word}\t\t\t\t\t\t1.5\t-0.1\t\n" for number, word in enumerate(words)]
    load(written(tmp_path / "odd.txt", "".join(lines)))
    told = PostalCode.objects.values_list("code", "place_name", "region", "latitude", "longitude", "accuracy")
    assert list(told) == [(f"{number}-1", word, word, 1.5, -0.1, None) for number, word in enumerate(words)]


def test_what_breaks_off_changes_nothing_and_leaves_nothing(tmp_path, monkeypatch):
    load()
    before = rows()
    monkeypatch.setattr(import_postal_codes, "BATCH", 2)
    broken = tmp_path / "broken.txt"
    broken.write_bytes(FEW.read_bytes().replace(b"Tucson", b"Elsewhere") + b"\xff\xfe")
    with pytest.raises(CommandError, match=r"cannot be read to its end: .* Nothing was changed\.$"):
        load(broken)
    assert rows() == before
    assert "New or changed: 0." in load()[0]


def test_what_the_database_refuses_changes_nothing(monkeypatch):
    load()
    before = rows()
    monkeypatch.setattr(operation, "_row", lambda line: (*_row(line)[:5], None, *_row(line)[6:]))
    with pytest.raises(CommandError, match=r"(?s)The database did not take .* Nothing was changed\.$"):
        load()
    assert rows() == before


def test_second_import_updates_and_removes_within_its_countries(tmp_path):
    load()
    lines = [line for line in FEW.read_text(encoding="utf-8").splitlines() if line.startswith("US\t857")]
    newer = written(tmp_path / "US.txt", "\n".join([lines[0].replace("Tucson", "Old Tucson"), *lines[2:]]) + "\n")
    assert "Loaded 2 postal codes of 1 countries. New or changed: 1. Removed: 5." in load(newer)[0]
    assert [row for row in rows() if row[0] == "US"] == [("US", "85701", "Old Tucson"), ("US", "85716", "Tucson")]
    assert len(rows()) == 22 - 5


def test_bad_lines_are_told_and_their_country_keeps_what_it_has(tmp_path):
    load()
    good = FEW.read_text(encoding="utf-8").splitlines()[0]
    said, errors = load(written(tmp_path / "bad.txt", f"{good}\nUS\t1\nDE\t10117\n"))
    assert errors == (
        "Line 2 was left out: it has 2 columns instead of 12.\nLine 3 was left out: it has 2 columns instead of 12.\n"
    )
    assert "New or changed: 0. Removed: 0. Further lines of the same code: 0. Bad lines: 2." in said
    assert said.endswith("Nothing was removed of countries with bad lines.\n")
    assert len(rows()) == 22


def test_one_country_of_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "allCountries.zip", "w") as archive:
        archive.writestr("readme.txt", "Read me")
        archive.write(FEW, "allCountries.txt")
    assert "Loaded 3 postal codes of 1 countries." in load(tmp_path / "allCountries.zip", country="gb")[0]
    assert rows() == [("GB", "EH1 1RF", "Edinburgh"), ("GB", "SW1A 0AA", "London"), ("GB", "SW1A 1AA", "London")]


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (b"Read me\n", {}, "has no postal code. Nothing was changed."),
        (FEW.read_bytes(), {"country": "IS"}, "has no postal code of IS. Nothing was changed."),
        (FEW.read_bytes(), {"country": "ZZ"}, "No country has the code ZZ."),
        (b"\xff\xfe", {}, "cannot be read to its end"),
        (None, {}, "cannot be read to its end"),
    ],
)
def test_what_cannot_be_loaded_removes_nothing(tmp_path, content, options, sentence):
    load()
    if content is not None:
        (tmp_path / "x.txt").write_bytes(content)
    with pytest.raises(CommandError) as caught:
        load(tmp_path / "x.txt", **options)
    assert sentence in str(caught.value)
    assert len(rows()) == 22


def test_a_point_by_its_key():
    load()
    assert postal_point("gb-sw1a1aa") == PostalPlace(
        key="gb-sw1a1aa", name="SW1A 1AA London", region="England", country="GB", latitude=51.501, longitude=-0.1416
    )
    assert [postal_point(key) for key in ("us-99999", "gb-SW1A1AA", "tucson-us", "")] == [None] * 4


@pytest.mark.parametrize(
    ("text", "country", "names"),
    [
        ("857", "", ["85701 Tucson", "85702 Tucson", "85716 Tucson"]),
        ("850", "", ["85049 Ingolstadt"]),
        ("sw1a", "", ["SW1A 0AA London", "SW1A 1AA London"]),
        ("h2x-1y", "", ["H2X 1Y6 Montréal"]),
        ("1000", "", ["100-0014 Nagatacho"]),
        ("101", "NL", ["1012 JS Amsterdam", "10117 Berlin"]),
        ("101", "", ["10117 Berlin", "1012 JS Amsterdam"]),
        ("85", "US", []),
        ("tucson", "", []),
        ("9" * 10_000, "", []),
        ("\x00857%", "", ["85701 Tucson", "85702 Tucson", "85716 Tucson"]),
    ],
)
def test_codes_are_completed(text, country, names):
    load()
    assert [place.name for place in complete_postal_codes(text, country=country)] == names
