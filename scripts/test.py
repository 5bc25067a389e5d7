"""What `make test` runs: the tests on SQLite, those that ask a database on PostgreSQL too, then the browser tests; at the end,
what ran.

TEST_POSTGRES_URL, TEST_REDIS_URL and a Chromium are used when they are there. With CI=true or REQUIRE_ALL=1,
what is missing is a failure. Arguments are handed to every pytest, as in: scripts/test.py tests/rules -k spring
"""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
# Groups keep tests that share something dear, such as a whole installation, on one worker.
PARALLEL = ("-m", "not e2e", "-n", "2", "--dist", "loadgroup")


@dataclass(frozen=True)
class Run:
    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    missing: str = ""


def runs() -> list[Run]:
    postgres = os.environ.get("TEST_POSTGRES_URL", "")
    return [
        Run("SQLite", PARALLEL),
        Run(
            "PostgreSQL",
            PARALLEL,
            {"TEST_DATABASE_URL": postgres, "ONLY_WITH_DATABASE": "1"},
            "" if postgres else "TEST_POSTGRES_URL is not set",
        ),
        Run(
            "browser",
            ("-m", "e2e", "tests/e2e", "-n", "3", "--dist", "loadgroup"),
            {"CHROMIUM": chromium()},
            "" if chromium() else "no Chromium was found",
        ),
    ]


def chromium() -> str:
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), "")


def main() -> int:
    require_all = os.environ.get("REQUIRE_ALL", os.environ.get("CI", "")).lower() in ("1", "true", "yes")
    lines, failed = [], False
    for run in runs():
        if run.missing:
            lines.append(f"  {run.name:<12} not run: {run.missing}")
            failed |= require_all
            continue
        print(f"\n=== {run.name} ===", flush=True)
        began = time.monotonic()
        status = subprocess.call(
            [sys.executable, "-m", "pytest", "-q", *run.arguments, *sys.argv[1:]],
            cwd=ROOT,
            env=os.environ | run.environment | {"REQUIRE_ALL": "1" if require_all else ""},
        )
        if status == NOTHING_COLLECTED and sys.argv[1:]:
            outcome = "no such test"
        elif status == 0:
            outcome = "passed"
        else:
            outcome, failed = f"FAILED (pytest ended with {status})", True
        lines.append(f"  {run.name:<12} {outcome} in {time.monotonic() - began:.0f} s")
    if not os.environ.get("TEST_REDIS_URL"):
        lines.append(f"  {'Redis':<12} not run: TEST_REDIS_URL is not set")
        failed |= require_all
    print("\n".join(["", "What ran:", *lines, "", "FAILED" if failed else "Passed", ""]), flush=True)
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
