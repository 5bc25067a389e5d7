"""What `make fuzz` runs for so many seconds (READERS_SECONDS): other actions each time, and all readers.

Not found by its name: no other run may take so long. A failure names the seed: READERS_SEED=… pytest tests/readers repeats it.
"""

import os
import time
from pathlib import Path

import pytest

from . import libical, node_readers
from .python_readers import READERS
from .test_readers import Say, compare_in_libical, compare_in_node, compare_in_python
from .world import make_world

SECONDS = float(os.environ.get("READERS_SECONDS") or 600)


@pytest.mark.django_db
def test_32_readers_find_what_the_database_says_of_any_actions(tmp_path: Path, record_property: Say) -> None:
    began, seed, worlds = time.monotonic(), int(time.time()), 0
    in_javascript = () if node_readers.missing() else node_readers.READERS
    has_libical = bool(libical.library_name())
    while time.monotonic() - began < SECONDS:
        world = make_world(seed + worlds)
        lines = [line for reader in in_javascript for line in compare_in_node(reader, world, tmp_path)]
        if has_libical:
            lines.append(compare_in_libical(world))
        for reader in READERS:
            compare_in_python(reader, world)
        for line in lines:
            record_property("say", line)
        worlds += 1
    readers = ", ".join([*READERS, *(["libical"] if has_libical else []), *in_javascript])
    record_property("say", f"{worlds} times 500 actions, seeds from {seed}, read by {readers}")
