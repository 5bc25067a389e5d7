"""What `make fuzz` runs for so many seconds (READERS_SECONDS): other actions each time, and all readers.

Not found by its name: no other run may take so long. A failure names the seed: READERS_SEED=… pytest tests/readers repeats it.
"""

import os
import time
from pathlib import Path

import pytest

from . import libical, node_readers
from .python_readers import READERS
from .test_readers import Say, compare_in_node, differences, in_python, tell
from .world import make_world

SECONDS = float(os.environ.get("READERS_SECONDS") or 600)


@pytest.mark.django_db
def test_32_readers_find_what_the_database_says_of_any_actions(tmp_path: Path, record_property: Say) -> None:
    began, seed, worlds = time.monotonic(), int(time.time()), 0
    in_process = [*READERS, *(["libical"] if libical.library_name() else [])]
    in_javascript = () if node_readers.missing() else node_readers.READERS
    while time.monotonic() - began < SECONDS:
        world = make_world(seed + worlds)
        for reader in in_process:
            tell(world, differences(world, in_python(reader)(world)))
        for reader in in_javascript:
            compare_in_node(reader, world, tmp_path)
        worlds += 1
    record_property(
        "say", f"{worlds} times 500 actions, seeds from {seed}, read by {', '.join([*in_process, *in_javascript])}"
    )
