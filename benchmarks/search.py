"""How long a list takes that is narrowed by filters and words, at a hundred thousand actions, beside the plain way.

    python -m benchmarks.search                                        SQLite, in a scratch directory
    DATABASE_URL=postgres://… python -m benchmarks.search              PostgreSQL, in a database that nobody needs

Run it from the directory of the project. ACTIONS are invented; DATA_DIR keeps them for the next time. Each question is asked for
its first page with totals, ROUNDS times after once to warm up. Prints medians in milliseconds on the clock with the number of
queries, of words also as the plain way finds them (`icontains` over the columns, which knows no accents), and what the
counts and choices of the form cost. Then COMBINATIONS questions that are put together
by chance, the same each time, of which the longest are printed. Ends with 1 if a list took more than LONGEST. SHOW="kind" prints the queries of a question. CLOCK=processor counts what this
process computes alone, for a machine that is busy: SQLite is in it, PostgreSQL is not.
"""

import contextlib
import io
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from statistics import median
from typing import Any

from .settled import settle

ACTIONS = int(os.environ.get("ACTIONS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
LONGEST = float(os.environ.get("LONGEST", "100"))
COMBINATIONS = int(os.environ.get("COMBINATIONS", "200"))
SHOW = os.environ.get("SHOW", "")
CLOCK = time.process_time if os.environ.get("CLOCK") == "processor" else time.perf_counter
SIZE = 50
QUESTIONS = {
    "upcoming": "",
    "past": "when=past",
    "today": "when=today",
    "this weekend": "when=weekend",
    "next 7 days": "when=week",
    "kind": "kind=march",
    "country": "country=US",
    "kind and country": "kind=march&country=DE",
    "city": "city=berlin-de",
    "region": "city=california-region-us",
    "campaign": "campaign=invented-week-1",
    "group": "organizer=group-1",
    "days": "from={day}&to={day}",
    "online": "attendance=online",
    "access": "access=seating,step-free",
    "language": "language=es",
    "most of them": "kind=march&country=US&attendance=in-person&access=step-free&language=en&when=week",
    "near": "near=berlin-de&within=50",
    "near, nearest first": "near=berlin-de&within=250&sort=distance",
    "near, with access": "near=berlin-de&within=100&access=step-free",
    "near, this weekend": "near=berlin-de&within=100&when=weekend",
    "a rare word": "q=milwaukee",
    "a frequent word": "q=march",
    "one letter": "q=m",
    "two words": "q=march+safe",
    "words, best first": "q=march+safe&sort=relevance",
    "a frequent word, best first": "q=march&sort=relevance",
    "a word that half have": "q=the",
    "a word that half have, best first": "q=the&sort=relevance",
    "words and filters": "q=march&country=US&when=week",
    "words that nothing has": "q=zzzz",
}

PARTS = {
    "campaign": ("invented-week-1", "invented-week-2"),
    "organizer": ("group-1", "group-7"),
    "kind": ("march", "rally", "vigil"),
    "country": ("US", "DE"),
    "city": ("berlin-de", "california-region-us", "phoenix-us"),
    "near": ("berlin-de&within=100", "tucson-us&within=25", "new-york-us&within=250"),
    "from": ("{day}",),
    "to": ("{day}", "2027-12-31"),
    "when": ("past", "today", "weekend", "week"),
    "attendance": ("online", "in-person"),
    "access": ("step-free", "seating,step-free"),
    "language": ("en", "es"),
    "q": ("march", "m", "milwaukee", "march+safe", "march&sort=relevance"),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {
            "DATA_DIR": os.environ.get("DATA_DIR", directory),
            "SEED": "no",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        import django  # after the directory is known

        django.setup()
        missed = _measure(_fill())
    sys.exit(1 if missed else 0)


def _fill() -> datetime:
    """The moment that is asked about: in the middle of what was invented."""
    from django.core.management import call_command
    from django.db import connection

    from rallies.models import Action, Occurrence

    # Commands that it calls say what they do, and it the administrator's password.
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("start", prepare_only=True)
    if Action.objects.count() < ACTIONS:
        call_command("generate_actions", ACTIONS, stdout=io.StringIO())
    settle()
    starts = Occurrence.objects.order_by("starts_at").values_list("starts_at", flat=True)
    moment: datetime = starts[Occurrence.objects.count() // 4]
    print(f"{connection.vendor}, {Action.objects.count():,} actions, medians of {ROUNDS} in ms (queries)")
    return moment


def _measure(now: datetime) -> list[str]:
    from django.utils.translation import override

    from rallies.selectors.actions import list_actions
    from rallies.selectors.choices import choices, counts

    missed = []
    with override("en"):
        for words, query in QUESTIONS.items():
            question = _read(query, now)
            spent, queries, total = _time(lambda asked=question: list_actions(asked, now=now, size=SIZE).total, words)  # type: ignore[misc]
            line = f"{words:30}{spent:8.1f} ({queries}){total:10,} found"
            if question.words:
                plain, _, count = _time(lambda asked=question.words: _plainly(asked, now), "")  # type: ignore[misc]
                line += f"{plain:12.1f} plainly, {count:,} found"
            spent_on_counts, queries, _ = _time(lambda asked=question: counts(asked, now=now), "")  # type: ignore[misc]
            print(f"{line:80}{spent_on_counts:8.1f} ({queries}) counts", flush=True)
            missed += [words] if spent > LONGEST else []
        spent, queries, _ = _time(choices, "choices")
        print(f"{'choices of the form':30}{spent:8.1f} ({queries})")
        missed += _measure_combinations(now)
    if missed:
        print(f"Longer than {LONGEST:g} ms: {', '.join(missed)}")
    return missed


def _measure_combinations(now: datetime) -> list[str]:
    from rallies.selectors.actions import list_actions

    spent = {}
    for query in _combinations():
        question = _read(query, now)
        milliseconds, queries, total = _time(lambda asked=question: list_actions(asked, now=now, size=SIZE).total, "")  # type: ignore[misc]
        spent[query] = milliseconds, queries, total
    times = [milliseconds for milliseconds, _, _ in spent.values()]
    print(f"{len(spent)} combinations: half of them within {median(times):.1f}, the longest {max(times):.1f}")
    longest = sorted(spent, key=lambda query: spent[query], reverse=True)
    for query in longest[:10]:
        milliseconds, queries, total = spent[query]
        print(f"{milliseconds:8.1f} ({queries}){total:10,} found  {query}")
    return [query for query in longest if spent[query][0] > LONGEST]


def _combinations() -> list[str]:
    chance = random.Random(8)
    found: dict[str, None] = {}
    while len(found) < COMBINATIONS:
        names = sorted(chance.sample(sorted(PARTS), chance.randint(2, 5)))
        found["&".join(f"{name}={chance.choice(PARTS[name])}" for name in names)] = None
    return list(found)


def _read(query: str, now: datetime) -> Any:
    from django.http import QueryDict

    from rallies.http.query import read_question

    return read_question(QueryDict(query.format(day=f"{now:%Y-%m-%d}")), also=frozenset())


def _time(ask: Callable[[], Any], words: str) -> tuple[float, int, Any]:
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    if words and words == SHOW:
        for query in captured:
            print(query["time"], query["sql"][:2000])
    queries = len(captured)
    reset_queries()
    times = []
    for _ in range(ROUNDS):
        started = CLOCK()
        ask()
        times.append((CLOCK() - started) * 1000)
    return median(times), queries, answer


def _plainly(words: str, now: datetime) -> int:
    """The first page and the total, as `icontains` over all columns gives them."""
    from django.db.models import Q

    from rallies.models import Occurrence

    rows = Occurrence.objects.published().filter(over_at__gt=now)
    columns = ("title", "description", "location__locality", "location__region", "location__venue")
    for word in words.split():
        fits = Q(action__participations__organizer__name__icontains=word)
        for column in columns:
            fits |= Q(**{f"action__{column}__icontains": word})
        rows = rows.filter(fits)
    rows = rows.distinct()
    list(rows.order_by("starts_at", "id").values_list("pk", flat=True)[:SIZE])
    return rows.count()


if __name__ == "__main__":
    main()
