"""The first start, once for all files that need what it leaves: to migrate an empty database takes some seconds."""

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class FirstStart:
    environment: dict[str, str]
    said: str
    kept: Path
    """The data directory as the first start left it."""

    def afresh(self, target: Path) -> dict[str, str]:
        """The environment of an installation of its own in that directory, just started for the first time."""
        shutil.copytree(self.kept, target)
        return self.environment | {"DATA_DIR": str(target)}


@pytest.fixture(scope="session")
def started_first(tmp_path_factory) -> FirstStart:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    directory = tmp_path_factory.mktemp("start")
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(directory / "data"),
        "PORT": str(port),
        "SEED": "no",
    }
    command = [sys.executable, "manage.py", "start", "--prepare-only"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    shutil.copytree(directory / "data", directory / "kept")
    return FirstStart(environment, done.stdout, directory / "kept")
