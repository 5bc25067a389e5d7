"""What is near, at a million dates: the production query beside a box on an index and plain haversine over all rows.

    python -m benchmarks.near                                          SQLite, in a scratch file
    DATABASE_URL=postgres://… python -m benchmarks.near                PostgreSQL, in tables of its own, emptied before

Run it from the directory of the project; ROWS=100000 is faster. The database must be one that nobody needs: its
tables are made by the migrations and filled past all operations. Medians of ROUNDS interleaved rounds, in milliseconds, which mean
something on a machine that does nothing else.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import asin, cos, degrees, radians
from statistics import median
from typing import Any

from .settled import settle

ROWS = int(os.environ.get("ROWS", "1000000"))
METRO = ROWS // 20
ROUNDS = int(os.environ.get("ROUNDS", "7"))
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIRST = 20
BATCH = 20_000


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ.setdefault("DATA_DIR", directory)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django  # after the directory is known

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        started = time.perf_counter()
        _fill(connection)
        print(f"{connection.vendor}, {ROWS:,} dates made in {time.perf_counter() - started:.0f} s")
        _measure(connection)


# --- rows -----------------------------------------------------------------------------------------


def _fill(connection: Any) -> None:
    """Three of four dates are past; 5 % of the upcoming ones go on for days; METRO upcoming ones within 50 km of New York."""
    from rallies.models import Action, Occurrence, Place

    if Occurrence.objects.exclude(uid__startswith="benchmark-").exists():
        sys.exit("This database holds actions: give one that nobody needs.")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE rallies_action CASCADE")
        Place.objects.filter(key__startswith="benchmark-").delete()
    Place.objects.bulk_create(
        Place(key=f"benchmark-{name}", kind="city", name=name, country="US", latitude=lat, longitude=lon)
        for name, (lat, lon) in PLACES.items()
    )
    # Further filters look at the action of each date.
    made = {"created_at": NOW, "updated_at": NOW, "published_at": NOW}
    whole = {"timezone": "UTC", "publication": "published", "description": "X" * 400, "start_date": NOW.date()}
    for first in range(0, ROWS, BATCH):
        Action.objects.bulk_create(
            [
                Action(pk=n + 1, slug=f"a-{n}", title=f"A {n}", kind="other" if n % 10 else "march", **whole, **made)
                for n in range(first, min(first + BATCH, ROWS))
            ]
        )
    with connection.cursor() as cursor:
        indexes = _without_indexes(connection, cursor)
        for first in range(0, ROWS, BATCH):
            _write(connection, cursor, range(first, min(first + BATCH, ROWS)))
        for statement in indexes:
            cursor.execute(statement)
        cursor.execute("CREATE INDEX benchmark_box ON rallies_occurrence (latitude, longitude, starts_at)")
    settle()


PLACES = {"metro": (40.7128, -74.006), "spread": (48.2, 11.5), "nowhere": (-75.1, 123.3)}
ASKED = ("metro", "spread")


def _without_indexes(connection: Any, cursor: Any) -> list[str]:
    """Drop the indexes of dates, which are made faster at the end; the statements that make them again."""
    from rallies.models import Occurrence

    with connection.schema_editor(collect_sql=True) as editor:
        made = [str(index.create_sql(Occurrence, editor)) for index in Occurrence._meta.indexes]
    for index in Occurrence._meta.indexes:
        cursor.execute(f"DROP INDEX {index.name}")
    return made


def _point(number: int, dice: random.Random) -> tuple[float, float]:
    if number < METRO:
        return PLACES["metro"][0] + dice.gauss(0, 0.12), PLACES["metro"][1] + dice.gauss(0, 0.15)
    # The rest in 2,000 towns, as people live.
    town = random.Random(number % 2000)
    lat, lon = degrees(asin(town.uniform(-0.6, 0.9))), town.uniform(-180, 180)
    wide = 0.3 / cos(radians(lat))
    if number % 20 == 0:
        lat, lon = PLACES["spread"]
        wide = 2.0
    return lat + dice.gauss(0, wide / 2), (lon + dice.gauss(0, wide) + 540) % 360 - 180


def _write(connection: Any, cursor: Any, numbers: range) -> None:
    from rallies.places.cells import cell_of
    from rallies.places.distance import Point, unit_vector

    dice = random.Random(numbers.start)
    dates = []
    moment = connection.ops.adapt_datetimefield_value
    made = moment(NOW)
    for number in numbers:
        lat, lon = _point(number, dice)
        hours = dice.uniform(0, 365 * 24) if number < METRO or number % 4 == 0 else -dice.uniform(0, 3 * 365 * 24)
        starts_at = NOW + timedelta(hours=hours)
        lasts = timedelta(days=dice.randint(2, 40)) if dice.random() < 0.05 else timedelta(hours=2)
        point = Point(lat, lon)
        day = starts_at.date()
        dates.append(
            (number + 1, f"benchmark-{number}", str(number), made, made, str(day), moment(starts_at))
            + (moment(starts_at + lasts), str((starts_at + lasts).date()), lat, lon, *unit_vector(point))
            + (cell_of(point), lasts > timedelta(days=1), number + 1, "other" if number % 10 else "march")
        )
    from rallies.models import Occurrence

    columns = ("id", "uid", "recurrence_id", "created_at", "updated_at", "start_date", "starts_at")
    columns += (
        "over_at",
        "last_day",
        "latitude",
        "longitude",
        "unit_x",
        "unit_y",
        "unit_z",
        "cell",
        "is_long",
        "action_id",
        "kind",
    )
    # As long as a stored VEVENT: what a row weighs decides how fast it is found.
    _insert(cursor, Occurrence, columns, dates, vevent="X" * 600, changed_at=made, is_public=True)


def _insert(cursor: Any, model: Any, columns: tuple[str, ...], rows: list[Any], **same: Any) -> None:
    """Rows with these columns; the others as the model makes them."""
    blank = model()
    rest = {
        field.column: field.get_db_prep_save(getattr(blank, field.attname), connection=cursor.db)
        for field in model._meta.local_concrete_fields
        if field.column not in columns
    } | same
    names = ", ".join([*columns, *rest])
    marks = ", ".join(["%s"] * (len(columns) + len(rest)))
    cursor.executemany(
        f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})", [(*row, *rest.values()) for row in rows]
    )


# --- methods --------------------------------------------------------------------------------------


def _methods(connection: Any) -> dict[str, Callable[[str], list[int]]]:
    from rallies.models import Occurrence
    from rallies.places.distance import EARTH_RADIUS_KM, Point, kilometres
    from rallies.selectors.filters import ActionFilter
    from rallies.selectors.near import first_dates_near

    def production(name: str) -> list[int]:
        return first_dates_near(ActionFilter(near=f"benchmark-{name}", within=50), now=NOW, limit=FIRST)

    def filtered(name: str, rows: Any) -> list[int]:
        lat, lon = PLACES[name]
        fits = [
            (starts_at, pk)
            for pk, starts_at, north, east in rows.values_list("pk", "starts_at", "latitude", "longitude").iterator()
            if kilometres(Point(lat, lon), to=Point(north, east)) <= 50
        ]
        return [pk for _, pk in sorted(fits)[:FIRST]]

    def box(name: str) -> list[int]:
        lat, lon = PLACES[name]
        high = degrees(50 / EARTH_RADIUS_KM)
        wide = degrees(asin(min(1, radians(high) / cos(radians(lat)))))
        rows = Occurrence.objects.filter(
            latitude__range=(lat - high, lat + high), longitude__range=(lon - wide, lon + wide), over_at__gt=NOW
        )
        return filtered(name, rows)

    def haversine(name: str) -> list[int]:
        return filtered(name, Occurrence.objects.filter(over_at__gt=NOW))

    return {"cells, as in production": production, "box on an index": box, "haversine over all": haversine}


def _questions(connection: Any) -> dict[str, Callable[[str], Any]]:
    """What pages ask beyond the plain question; the words are printed."""
    from rallies.selectors.actions import list_actions, nearest_beyond
    from rallies.selectors.filters import ActionFilter

    def about(name: str, **more: Any) -> ActionFilter:
        return ActionFilter(near=f"benchmark-{name}", within=50, **more)

    return {
        "first page and total": lambda name: list_actions(about(name), now=NOW, size=FIRST),
        "nearest first, and total": lambda name: list_actions(about(name, sort="distance"), now=NOW, size=FIRST),
        "one kind, and total": lambda name: list_actions(about(name, kind="march"), now=NOW, size=FIRST),
        "one kind, nearest first": lambda name: list_actions(
            about(name, kind="march", sort="distance"), now=NOW, size=FIRST
        ),
        "nearest beyond, from the far south": lambda _: nearest_beyond(about("nowhere"), now=NOW),
    }


def _time(methods: dict[str, Callable[[str], Any]], *, are_equal: bool) -> None:
    spent: dict[tuple[str, str], list[float]] = {}
    for turn in range(ROUNDS + 1):
        for place in ASKED:
            answers = {}
            for name, ask in methods.items():
                # The first round warms what a server has warm. What is fast is asked several times in a round: the first
                # call after a scan of everything waits for the memory that the scan took.
                times: list[float] = []
                while not times or (len(times) < 20 and sum(times) < 200):
                    started = time.perf_counter()
                    answers[name] = ask(place)
                    times.append((time.perf_counter() - started) * 1000)
                if turn:
                    spent.setdefault((name, place), []).append(median(times))
            if are_equal and len({tuple(answer) for answer in answers.values()}) > 1:
                sys.exit(f"{place}: the methods do not agree: {answers}")
    for name in methods:
        print(f"{name:36}" + "".join(f"{median(spent[name, place]):10.2f}" for place in ASKED))


def _measure(connection: Any) -> None:
    print(f"{'first 20 upcoming within 50 km, ms':36}" + "".join(f"{place:>10}" for place in ASKED))
    _time(_methods(connection), are_equal=True)
    print("pages, ms")
    _time(_questions(connection), are_equal=False)


if __name__ == "__main__":
    main()
