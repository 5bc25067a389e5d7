"""A person who subscribed: vdirsyncer fetches the feed over HTTP into a directory of files, khal shows it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = Path(sys.executable).parent
FIELDS = ("start-long-full", "end-long-full", "title", "status", "location", "description")

VDIRSYNCER = """\
[general]
status_path = "{directory}/status/"

[pair rallies]
a = "feed"
b = "files"
collections = null
conflict_resolution = "a wins"

[storage feed]
type = "http"
url = "{url}"

[storage files]
type = "filesystem"
path = "{directory}/files/"
fileext = ".ics"
"""

KHAL = """\
[calendars]
[[rallies]]
path = {directory}/files/
readonly = True

[sqlite]
path = {directory}/khal.db

[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M

[default]
enable_mouse = False
"""


@dataclass(frozen=True)
class Shown:
    """One entry of khal's list; moments in UTC, as in "2026-03-14 19:00"."""

    start: str
    end: str
    title: str
    status: str
    location: str
    description: str


class Subscriber:
    """With a directory of its own; none of the files and settings of whoever runs the tests."""

    def __init__(self, directory: Path, *, url: str) -> None:
        self.directory = directory
        (directory / "files").mkdir()
        (directory / "vdirsyncer").write_text(VDIRSYNCER.format(directory=directory, url=url), encoding="utf-8")
        (directory / "khal").write_text(KHAL.format(directory=directory), encoding="utf-8")
        self._run("vdirsyncer", "--config", f"{directory}/vdirsyncer", "discover")

    def sync(self) -> None:
        self._run("vdirsyncer", "--config", f"{self.directory}/vdirsyncer", "sync")

    def shows(self, first: str, last: str) -> list[Shown]:
        """The list of khal between two days."""
        fields = [part for name in FIELDS for part in ("--json", name)]
        said = self._run("khal", "-c", f"{self.directory}/khal", "list", *fields, first, last)
        days = [json.loads(line) for line in said.splitlines() if line.startswith("[")]
        return [Shown(*(each[name] for name in FIELDS)) for day in days for each in day]

    def _run(self, program: str, *arguments: str) -> str:
        home = {"HOME": str(self.directory), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        ran = subprocess.run(
            [PROGRAMS / program, *arguments],
            cwd=self.directory,
            env={"PATH": os.environ["PATH"], **home},
            capture_output=True,
            text=True,
            input="",
        )
        assert ran.returncode == 0, (program, arguments, ran.stdout, ran.stderr)
        return ran.stdout
