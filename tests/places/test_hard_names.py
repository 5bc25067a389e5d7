"""How often the place that is meant comes first, for names that are hard; run with -s to see those that miss."""

import csv
import json
from pathlib import Path

import pytest

from rallies.places.completion import complete

DATA = Path(__file__).parent.parent / "data" / "places"
SEED = Path(__file__).parent.parent.parent / "rallies" / "seed" / "week_of_action_2025" / "places.json"


def pairs(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(
        csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    )


def first(typed: str) -> str:
    return next((place.key for place in complete(typed, limit=1)), "nothing")


def test_at_least_95_of_100_hard_names_come_first(capsys):
    names = pairs("hard_names.tsv")
    missed = [(typed, key, first(typed)) for typed, key in names if first(typed) != key]
    with capsys.disabled():
        print(f"\n{len(names) - len(missed)} of {len(names)} hard names come first")
        for typed, wanted, found in missed:
            print(f"  {typed}: {found}, not {wanted}")
    assert len(names) >= 200
    assert len(missed) <= 0.05 * len(names)


@pytest.mark.parametrize("city", [entry["key"] for entry in json.loads(SEED.read_text(encoding="utf-8"))])
def test_a_city_of_the_seed_comes_first_in_three_spellings(city):
    spellings = [typed for typed, key in pairs("seed_cities.tsv") if key == city]
    assert len(spellings) >= 3
    assert {typed: first(typed) for typed in spellings} == dict.fromkeys(spellings, city)
