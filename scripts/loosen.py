"""Loosens what is promised, one change after the other, and demands that a test notices: scripts/loosen.py TABLE [--only 24,30] [-n 2]

A table (TOML) says which tests bear a number in their names, which numbers there are, and how a careless developer could break each:

    rooms = ["tests/feeds"]             where such tests stand: directories, or files
    begins = ["test_", "test_rule_"]    what stands before the number: test_24_and_25_…, test_rule_1_to_3_…
    numbers = [1, 63]                   the first and the last
    [apart]                             numbers without a change, and why
    58 = "a benchmark"

    [[change]]
    proves = 24
    what = "times float"                what is wrong then, in a few words
    file = "rallies/formats/ics.py"
    find = 'DTSTART;TZID={zone}'        stands in the file exactly once
    put = 'DTSTART'                     stands there instead
    tests = ["tests/feeds/test_a.py"]   if not all tests of that number: files, or file::name
    also = [{ file = …, find = …, put = … }]    if the same is said in other places too

Changes are made in a copy of the tree, never in the tree itself. Each must make a test of its number fail by an assertion.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 300
"""Seconds that the tests of one change may take; what loosens a loop may make it endless."""
OF_ALL = 1_800
"""Seconds that all of them may take, before anything is loosened."""
# The last two are how a test says `[only] = …`, which holds how many there are.
ASSERTED = (
    "AssertionError",
    "assert ",
    "Failed: ",
    "ValueError: too many values to unpack",
    "ValueError: not enough values to unpack",
)
WIDTH = 140
_HEAD = {"rooms", "begins", "numbers", "apart", "change"}
_NEEDED, _MORE = {"proves", "what", "file", "find", "put"}, {"tests", "also"}
_EDIT = {"file", "find", "put"}
_NUMBERS = r"(\d{1,2}(?:_(?:and|to|\d{1,2})(?=_))*)_"
_PLACE = re.compile(r"^(\S+\.py):\d+: ", re.MULTILINE)
# Each time of writing is another, or Python would take what it compiled before for the same file.
_moments = count(1_000_000_000)


class BadTable(Exception):
    """A table that cannot be read: each line says what to do."""


@dataclass(frozen=True)
class Edit:
    file: str
    find: str
    put: str


@dataclass(frozen=True)
class Change:
    """`edits` are made together."""

    proves: int
    what: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    rooms: tuple[str, ...]
    begins: tuple[str, ...]
    numbers: range
    apart: dict[int, str]
    changes: tuple[Change, ...]

    def tests(self, root: Path) -> dict[int, list[str]]:
        """The tests that bear each number, as pytest names them."""
        before = "|".join(sorted(map(re.escape, self.begins), key=len, reverse=True))
        name = re.compile(rf"^def ((?:{before}){_NUMBERS}\w*)\(", re.MULTILINE)
        found: dict[int, list[str]] = {}
        rooms = [root / room for room in self.rooms]
        for file in (file for room in rooms for file in (sorted(room.rglob("test_*.py")) if room.is_dir() else [room])):
            for whole, part in name.findall(file.read_text(encoding="utf-8")):
                for number in numbers_of(part):
                    found.setdefault(number, []).append(f"{file.relative_to(root)}::{whole}")
        return found


@dataclass(frozen=True)
class Verdict:
    """What became of a change: `test` is the one that noticed it, "" if none did; `said` is its first line, or what went wrong."""

    change: Change
    test: str
    said: str


@dataclass(frozen=True)
class Ran:
    """The exit status of pytest, -1 if it took too long; what its report says of each test that did not pass; its last
    error, or its last line."""

    status: int
    failed: tuple[ElementTree.Element, ...]
    said: str


def numbers_of(name: str) -> set[int]:
    """Those that the name of a test begins with: "24_25_26_and_30", "1_to_3"."""
    span = re.fullmatch(r"(\d+)_to_(\d+)", name)
    if span:
        return set(range(int(span[1]), int(span[2]) + 1))
    return {int(part) for part in name.split("_") if part.isdigit()}


def read_table(path: Path) -> Table:
    """Raises `BadTable`."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadTable(f"{path}: {error}") from error
    if odd := set(read) ^ _HEAD:
        raise BadTable(f"{path} needs {', '.join(sorted(_HEAD))} and nothing else. Look at: {', '.join(sorted(odd))}.")
    wrong = [
        f"{path}: change {place} needs {', '.join(sorted(_NEEDED))}, and may have tests. Look at: {', '.join(sorted(odd))}."
        for place, each in enumerate(read["change"], start=1)
        if (odd := (_NEEDED - set(each)) | (set(each) - _NEEDED - _MORE))
        or any(set(edit) != _EDIT and (odd := {"also"}) for edit in each.get("also", ()))
    ]
    if wrong:
        raise BadTable("\n".join(wrong))
    first, last = read["numbers"]
    return Table(
        rooms=tuple(read["rooms"]),
        begins=tuple(read["begins"]),
        numbers=range(first, last + 1),
        apart={int(number): why for number, why in read["apart"].items()},
        changes=tuple(map(_change, read["change"])),
    )


def _change(each: dict[str, Any]) -> Change:
    edits = tuple(Edit(*(edit[name] for name in ("file", "find", "put"))) for edit in (each, *each.get("also", ())))
    return Change(proves=each["proves"], what=each["what"], edits=edits, tests=tuple(each.get("tests", ())))


def faults(table: Table, *, root: Path = ROOT) -> list[str]:
    """What keeps a table from being carried out, in sentences that say what to do; [] for none."""
    found, tests = [], table.tests(root)
    wanted = set(table.numbers) - set(table.apart)
    proved = {change.proves for change in table.changes}
    found += [f"{number}: no test bears this number. Write one." for number in sorted(wanted - set(tests))]
    found += [
        f"{number}: no change loosens it. Add one, or say under [apart] why not." for number in sorted(wanted - proved)
    ]
    found += [
        f"{number}: is none of the numbers, or stands under [apart]. Take it out." for number in sorted(proved - wanted)
    ]
    for change in table.changes:
        where = f"{change.proves}, “{change.what}”"
        for edit in change.edits:
            file = root / edit.file
            times = file.read_text(encoding="utf-8").count(edit.find) if file.is_file() else 0
            if times != 1:
                found.append(f"{where}: `find` stands {times} times in {edit.file}. Give what stands there once today.")
            if edit.find == edit.put:
                found.append(f"{where}: `put` is what stands there already. Put something looser.")
        found += [
            f"{where}: {each} has no test that bears {change.proves}. Name another, or leave `tests` out."
            for each in change.tests
            if not _among(tests.get(change.proves, []), (each,))
        ]
    return found


def tests_of(change: Change, tests: dict[int, list[str]]) -> list[str]:
    """The tests that must notice a change."""
    return _among(tests[change.proves], change.tests) if change.tests else tests[change.proves]


def _among(tests: Sequence[str], named: Sequence[str]) -> list[str]:
    return [test for test in tests if any(test == each or test.startswith(f"{each}::") for each in named)]


@contextmanager
def copy_of(root: Path) -> Iterator[Path]:
    """The tree as it is now, without what git ignores, in a directory that goes again."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
    if listed.returncode != 0:
        sys.exit(f"What belongs to the tree is asked of git, which says: {listed.stderr.strip()} Run this in a clone.")
    names = listed.stdout.split("\0")
    with tempfile.TemporaryDirectory(prefix="loosen-") as directory:
        for name in names:
            if name and (root / name).is_file():
                target = Path(directory, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, target)
        yield Path(directory)


def run_tests(tests: Sequence[str], *, tree: Path, options: Sequence[str] = (), longest: int = LONGEST) -> Ran:
    report, passing = tree / "loosen-report.xml", tree / "loosen-passing"
    report.unlink(missing_ok=True)
    passing.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", f"--junitxml={report}"]
    # What Python and pytest compile is kept for the next run, but not among the packages; what tests leave goes with the tree.
    places = {"PYTHONPYCACHEPREFIX": str(tree / "loosen-compiled"), "TMPDIR": str(passing)}
    environment = os.environ | places | {"PYTHONDONTWRITEBYTECODE": ""}
    try:
        done = subprocess.run(
            [*command, *options, *tests],
            cwd=tree,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=longest,
        )
    except subprocess.TimeoutExpired:
        return Ran(-1, (), f"not done after {longest} seconds")
    cases = ElementTree.parse(report).iter("testcase") if report.is_file() else ()
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    errors = [line[1:].strip() for line in lines if line.startswith("E  ")]
    return Ran(done.returncode, tuple(failed), (errors or lines or ["pytest said nothing"])[-1])


def try_change(change: Change, tests: Sequence[str], *, tree: Path) -> Verdict:
    """Make a change in a copy of the tree, run the tests of its number, and take it back."""
    before = {edit.file: (tree / edit.file).read_text(encoding="utf-8") for edit in change.edits}
    after = dict(before)
    for edit in change.edits:
        after[edit.file] = after[edit.file].replace(edit.find, edit.put)
    try:
        for name, text in after.items():
            _write(tree / name, text)
        ran = run_tests(tests, tree=tree, options=["-x"])
    finally:
        for name, text in before.items():
            _write(tree / name, text)
    if ran.status == 0:
        return Verdict(change, "", "NOT NOTICED: all tests of this number pass. Make them stricter.")
    case = ran.failed[0] if ran.status == 1 and ran.failed else None
    said = case.find("failure") if case is not None else None
    if case is None or said is None:
        return Verdict(change, "", f"The tests could not run: {ran.said}. Loosen it so that they can.")
    name, message = case.get("name", ""), said.get("message", "").partition("\n")[0]
    # Where it came from stands last; an assertion in the code that is tested is no test of it.
    where = _PLACE.findall(said.text or "")[-1:]
    if not message.startswith(ASSERTED) or (where and not where[0].startswith("tests/")):
        return Verdict(change, "", f"{name} broke down, and asserted nothing: {message}. Loosen it so that it can.")
    return Verdict(change, name, message)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    moment = next(_moments)
    os.utime(file, (moment, moment))


def try_all(changes: Sequence[Change], tests: dict[int, list[str]], *, trees: Sequence[Path]) -> Iterator[Verdict]:
    """The verdict on each change, in order, as soon as it is there."""
    free: SimpleQueue[Path] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def one(change: Change) -> Verdict:
        tree = free.get()
        try:
            return try_change(change, tests_of(change, tests), tree=tree)
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(trees)) as pool:
        yield from pool.map(one, changes)


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description="Loosens what is promised, and demands that a test notices.")
    parser.add_argument("table", type=Path)
    parser.add_argument("--only", default="", help="numbers, as in 24,30")
    parser.add_argument("-n", type=int, default=1, choices=(1, 2), help="processes")
    asked = parser.parse_args(arguments)
    if asked.n > 1 and os.environ.get("TEST_DATABASE_URL"):
        parser.error("Two processes cannot share TEST_DATABASE_URL: leave out -n, or the variable.")
    try:
        table = read_table(asked.table)
    except BadTable as error:
        print(error)
        return 1
    if found := faults(table, root=root):
        print("\n".join(found))
        return 1
    only = {number.strip() for number in asked.only.split(",") if number.strip()}
    if odd := only - {str(change.proves) for change in table.changes}:
        parser.error(
            f"--only {asked.only}: no change proves {', '.join(sorted(odd))}. Give numbers, as in --only 24,30"
        )
    changes = [change for change in table.changes if not only or str(change.proves) in only]
    return _loosen(changes, table.tests(root), root=root, processes=asked.n)


def _loosen(changes: Sequence[Change], tests: dict[int, list[str]], *, root: Path, processes: int) -> int:
    began = time.monotonic()
    with ExitStack() as copies:
        trees = [copies.enter_context(copy_of(root)) for _ in range(processes)]
        selected = list(dict.fromkeys(test for change in changes for test in tests_of(change, tests)))
        ran = run_tests(selected, tree=trees[0], longest=OF_ALL)
        if ran.status != 0:
            names = ", ".join(case.get("name", "") for case in ran.failed) or ran.said
            print(f"Before anything was loosened, these do not pass: {names}. Mend them first.")
            return 1
        print(f"Unchanged, the {len(selected)} tests pass ({time.monotonic() - began:.0f} s).", flush=True)
        missed = 0
        for verdict in try_all(changes, tests, trees=trees):
            missed += not verdict.test
            said = f"{verdict.test}: {verdict.said[:WIDTH]}" if verdict.test else f"!! {verdict.said}"
            print(f"{verdict.change.proves:>4}  {verdict.change.what}\n      {said}", flush=True)
    outcome = (
        f"{missed} of {len(changes)} changes were not noticed as they must be"
        if missed
        else f"All {len(changes)} changes were noticed"
    )
    print(f"{outcome}, in {time.monotonic() - began:.0f} s.")
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
