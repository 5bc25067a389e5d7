"""Makes the places among which a browser finds the one that is nearest to it: scripts/make_nearest_places.py

A place of the gazetteer is kept if it is big, or if no bigger one that is kept lies close: towns beside a city are left out, and
those of empty regions stay. The file is {"licence": …, "per_degree": parts of a degree, "countries": {code in small letters: [keys
without the code, latitudes, longitudes]}}, keys in their order with spaces between. The same gazetteer gives the same bytes.
"""

import json
import math
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rallies.enums import PlaceKind  # noqa: E402
from rallies.places.distance import Point, kilometres  # noqa: E402
from rallies.places.gazetteer import GazetteerPlace, gazetteer  # noqa: E402

FILE = ROOT / "rallies" / "static" / "rallies" / "places" / "nearest.json"
BIG = 300_000
CLOSE_KM = 25
PER_DEGREE = 20
"""Points are rounded to this part of a degree, at most 4 km away: which of two places is nearer hardly changes by it."""
KM_PER_DEGREE = 111.0
LICENCE = "Names and points of places: GeoNames (https://www.geonames.org/), CC BY 4.0"


@cache
def kept() -> tuple[GazetteerPlace, ...]:
    """The places, biggest first."""
    cities = [place for place in gazetteer() if place.kind == PlaceKind.CITY and place.latitude is not None]
    band = CLOSE_KM / KM_PER_DEGREE
    by_band: dict[int, list[Point]] = {}
    found = []
    for city in sorted(cities, key=lambda place: (-place.population, place.key)):
        point = Point(city.latitude or 0.0, city.longitude or 0.0)
        here = math.floor(point.latitude / band)
        around = (other for at in (here - 1, here, here + 1) for other in by_band.get(at, ()))
        if city.population >= BIG or not any(_is_close(point, other) for other in around):
            by_band.setdefault(here, []).append(point)
            found.append(city)
    return tuple(found)


def _is_close(one: Point, other: Point) -> bool:
    # Most are far to the east or west: that is seen without the whole distance.
    narrow = math.cos(math.radians(min(max(abs(one.latitude), abs(other.latitude)), 89.0)))
    aside = abs(one.longitude - other.longitude)
    if min(aside, 360 - aside) * narrow * KM_PER_DEGREE > 2 * CLOSE_KM:
        return False
    return kilometres(one, to=other) < CLOSE_KM


def text_of(places: Sequence[GazetteerPlace]) -> str:
    by_country: dict[str, list[GazetteerPlace]] = {}
    for place in sorted(places, key=lambda place: place.key):
        by_country.setdefault(place.country.lower(), []).append(place)
    countries = {
        code: [
            " ".join(place.key.removesuffix(f"-{code}") for place in held),
            [round((place.latitude or 0.0) * PER_DEGREE) for place in held],
            [round((place.longitude or 0.0) * PER_DEGREE) for place in held],
        ]
        for code, held in sorted(by_country.items())
    }
    made = {"licence": LICENCE, "per_degree": PER_DEGREE, "countries": countries}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text_of(kept()), encoding="utf-8")
