"""CSV and GeoJSON, by their golden files; `REWRITE_GOLDEN=1` writes them anew and fails."""

import csv
import io
import json
import os
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from rallies.formats.csv import BYTE_ORDER_MARK, csv_chunks
from rallies.formats.geojson import feature, geojson_chunks
from rallies.formats.public import PublicListing, PublicParticipation
from rallies.formats.records import NAMES, record
from tests.public_values import NOW, PLACE, make_public_action, make_when

GOLDEN = Path(__file__).parent.parent / "data" / "golden" / "tables"

ACTIONS = (
    make_public_action(
        title='March, with “quotes” and "quotes"',
        description="First line.\nSecond; line, with a comma.",
        when=make_when(end_time=time(16, 0), end_date=date(2025, 11, 15)),
        participations=(
            PublicParticipation(name="River Group", slug="river-group", role="host", is_reported=False, outlet=""),
            PublicParticipation(name="Hill Group", slug="hill-group", role="co-host", is_reported=True, outlet="Paper"),
            PublicParticipation(name="Endorsers", slug="endorsers", role="endorser", is_reported=False, outlet=""),
        ),
        listings=(PublicListing(name="Autumn", slug="autumn", basis=""), PublicListing(name="B", slug="b", basis="")),
        status="cancelled",
        status_message="Storm warning.",
        sequence=2,
    ),
    make_public_action(number=2, title="São Paulo 集会 مسيرة", place=None, attendance_mode="online"),
    make_public_action(
        number=3,
        title="=HYPERLINK(1)",
        when=make_when(None, window_first=date(2025, 11, 20), window_last=date(2025, 11, 23)),
        place=replace(PLACE, is_withheld=True, venue="", street_address="", latitude=None, longitude=None),
    ),
)


def golden(name: str, made: str) -> str:
    path = GOLDEN / name
    if os.environ.get("REWRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.encode())
        pytest.fail(f"{name} was written anew: read the difference")
    return path.read_bytes().decode()


def test_csv_is_the_golden_file():
    made = "".join(csv_chunks(ACTIONS))
    assert made == golden("actions.csv", made)


def test_geojson_is_the_golden_file():
    made = "".join(geojson_chunks(ACTIONS))
    assert made == golden("actions.geojson", made)


def test_csv_reads_back_with_one_row_an_action():
    text = "".join(csv_chunks(ACTIONS))
    assert text.startswith(BYTE_ORDER_MARK) and text.count("\r\n") == 1 + len(ACTIONS)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert [list(row) for row in rows] == [list(NAMES)] * 3
    assert [row["uid"] for row in rows] == [action.uid for action in ACTIONS]
    assert rows[0]["description"] == "First line.\nSecond; line, with a comma."


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "＝", "＠"])
def test_cell_that_a_spreadsheet_would_calculate_is_text(first):
    [_, row] = csv.reader(io.StringIO("".join(csv_chunks([make_public_action(title=f"{first}1+1")])), newline=""))
    assert row[1] == f"'{first}1+1"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a; @SUM(1)", "a; '@SUM(1)"),
        ("a\n=1+1\n-2+3", "a\n'=1+1\n'-2+3"),
        ('a;"=1+1"', 'a;"\'=1+1"'),
        ("a\t+1", "a\t'+1"),
        # What people write stays as it is.
        ("Bring:\n- water\n- a sign", "Bring:\n- water\n- a sign"),
        ("Noon; 1 + 1 = 2, mail a@b.example", "Noon; 1 + 1 = 2, mail a@b.example"),
    ],
)
def test_nothing_is_calculated_where_semicolons_separate_cells_either(typed, written):
    text = "".join(csv_chunks([make_public_action(description=typed)]))
    [head, row] = csv.reader(io.StringIO(text, newline=""))
    assert row[head.index("description")] == written


def test_southern_and_western_degrees_stay_numbers():
    place = replace(PLACE, latitude=-33.87, longitude=-151.2)
    [head, row] = csv.reader(io.StringIO("".join(csv_chunks([make_public_action(place=place)])), newline=""))
    assert dict(zip(head, row, strict=True))["latitude"] == "-33.87"


def test_geojson_has_longitude_first_and_null_where_no_point_is_public():
    collection = json.loads("".join(geojson_chunks(ACTIONS)))
    assert collection["type"] == "FeatureCollection"
    assert [f["geometry"] for f in collection["features"]] == [
        {"type": "Point", "coordinates": [-75.16362, 39.95238]},
        None,
        None,
    ]
    assert set(feature(ACTIONS[0])["properties"]) == set(NAMES) - {"latitude", "longitude"}


def test_empty_answers_are_whole_files():
    assert "".join(csv_chunks([])) == BYTE_ORDER_MARK + ",".join(NAMES) + "\r\n"
    assert json.loads("".join(geojson_chunks([]))) == {"type": "FeatureCollection", "features": []}


def test_record_says_moments_in_utc_and_the_wall_clock_as_typed():
    made = record(make_public_action(when=make_when(end_time=time(16, 0)), updated_at=NOW.replace(microsecond=9)))
    names = ("start_date", "start_time", "end_time", "starts_at", "timezone", "updated_at")
    assert {name: made[name] for name in names} == {
        "start_date": "2025-11-15",
        "start_time": "14:00",
        "end_time": "16:00",
        "starts_at": "2025-11-15T19:00:00Z",
        "timezone": "America/New_York",
        "updated_at": "2025-11-01T12:00:00Z",
    }
