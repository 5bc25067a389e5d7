"""Readers written in JavaScript: ical.js and node-ical. scripts/install puts them beside the Python packages, with the versions
and the hashes of tests/readers/node/package-lock.json."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from .instances import Instance

HERE = Path(__file__).parent / "node"
PACKAGES = Path(sys.prefix) / "node"
READERS = ("ical.js", "node-ical")

Offsets = dict[str, list[tuple[int, int]]]


@dataclass(frozen=True)
class Answer:
    """The instances in each file; the zones of which Node's own data tell something else, and the name of those data."""

    instances: dict[str, list[Instance]]
    differing: frozenset[str]
    zone_data: str


def missing() -> str:
    """Why these readers cannot be asked; "" where they can."""
    if not shutil.which("node"):
        return "node is not there"
    lock = PACKAGES / "package-lock.json"
    if not lock.is_file() or lock.read_bytes() != (HERE / "package-lock.json").read_bytes():
        return "ical.js and node-ical are not installed: scripts/install dev says why"
    return ""


def read(reader: str, files: dict[str, Path], *, window: tuple[date, date], zones: Offsets) -> Answer:
    """What a reader finds in all the files, in one process."""
    # node-ical looks at the day to which a date was moved.
    first, last = window[0] - timedelta(days=7), window[1] + timedelta(days=7)
    question = {
        "packages": str(PACKAGES / "package.json"),
        "files": {name: str(file) for name, file in files.items()},
        "first": f"{first}T00:00:00Z",
        "last": f"{last}T00:00:00Z",
        "zones": zones,
    }
    asked = subprocess.run(
        ["node", str(HERE / "read.cjs"), reader],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": os.environ["PATH"], "TZ": "UTC"},
    )
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    instances = {name: [Instance(**each) for each in found] for name, found in answer["instances"].items()}
    return Answer(instances, frozenset(answer["differing"]), f"Node's {answer['zoneData']}")
