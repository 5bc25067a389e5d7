"""How long every page of the desk takes with many actions, for an organizer, a coordinator and an administrator.

    python -m benchmarks.desk                                          SQLite, in a scratch directory
    DATABASE_URL=postgres://… python -m benchmarks.desk                PostgreSQL, in a database that nobody needs

Run it from the directory of the project. ACTIONS are invented, LISTED of them are part of one campaign, HOSTED have the group
of the organizer as a host, some are drafts, wait or ask, and the log has LINES. `desk_pages` finds the pages: from the
addresses of the desk and the links of its lists. Each page is asked for ROUNDS times in the process, after once to warm up.
Prints medians in milliseconds on the clock, and of the processor in this process, which others that are busy do not make
longer, with the number of queries; and what answered otherwise than as a page; ends with 1
if one took more than LONGEST. Files, which people wait for, are told and not judged.

DATA_DIR keeps what was filled for the next time. ONLY="campaign desk" asks for pages alone whose name has that in it, and ROLE for
one person. PROFILE=yes prints where the time of each of them goes, QUERIES=yes its slowest queries. ALL=yes prints the fast ones too.
"""

import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from .desk_pages import Page, pages_for
from .desk_rows import browser, fill, people

ROUNDS = int(os.environ.get("ROUNDS", "5"))
LONGEST = float(os.environ.get("LONGEST", "500"))
ONLY, ROLE = os.environ.get("ONLY", ""), os.environ.get("ROLE", "")
PROFILE, QUERIES, ALL = (os.environ.get(name, "") for name in ("PROFILE", "QUERIES", "ALL"))
TOLD = 15


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {
            "DATA_DIR": os.environ.get("DATA_DIR", directory),
            "SEED": "no",
            "REQUIRE_SECOND_FACTOR": "no",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        import django  # after the directory is known

        django.setup()
        campaign = fill()
        print(f"medians of {ROUNDS} in ms")
        found = list(_measured(campaign))
    pages = sorted((spent, what) for spent, what, page in found if not page.is_file)
    slow = [spent for spent, _what in pages if spent > LONGEST]
    print(
        f"{len(pages)} pages, {len(slow)} over {LONGEST:.0f} ms, half of them within {median(s for s, _ in pages):.0f}; longest:"
    )
    for spent, what in pages[: -TOLD - 1 : -1]:
        print(f"  {spent:6.0f}  {what}")
    sys.exit(1 if slow else 0)


def _measured(campaign: int) -> Iterator[tuple[float, str, Page]]:
    for role, user in people(campaign).items():
        if ROLE not in ("", role):
            continue
        client, other = browser(user), []
        print(role)
        for page in pages_for(client, user, campaign):
            if ONLY not in page.what:
                continue
            spent, own, queries, status = _measure(client, page)
            if status != 200:
                other.append(f"{page.what} ({status})")
                continue
            is_slow = spent > LONGEST and not page.is_file
            if ALL or page.is_file or spent > LONGEST / 2:
                print(
                    f"  {page.what:70}{spent:8.0f}{own:8.0f}{queries:6} queries{'  SLOW' if is_slow else ''}",
                    flush=True,
                )
            yield spent, f"{role}: {page.what}", page
        print(f"  no pages for them: {', '.join(other)}")


def _ask(client: Any, page: Page) -> Any:
    """The whole answer, of which a file may come in pieces."""
    answer = client.post(page.path, page.sent) if page.sent else client.get(page.path)
    if getattr(answer, "streaming", False):
        for _piece in answer.streaming_content:
            pass
    return answer


def _measure(client: Any, page: Page) -> tuple[float, float, int, int]:
    """Milliseconds on the clock, those of the processor in this process, queries, and the status."""
    from django.db import connection

    asked: list[tuple[float, str]] = []

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            asked.append((time.perf_counter() - began, f"{sql} {params}"))

    with connection.execute_wrapper(watch):
        answer = _ask(client, page)
    if answer.status_code != 200:
        return 0, 0, 0, answer.status_code
    if QUERIES:
        for seconds, sql in sorted(asked, reverse=True)[:5]:
            print(f"{seconds * 1000:.0f} ms {sql[:3500]}\n")
    if PROFILE:
        with cProfile.Profile() as profile:
            _ask(client, page)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    clock, processor = [], []
    for _round in range(ROUNDS):
        began, before = time.perf_counter(), time.process_time()
        _ask(client, page)
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - before) * 1000)
    return median(clock), median(processor), len(asked), 200


if __name__ == "__main__":
    main()
