"""What independent readers find in our files is what the database says (FEED_CONTRACT 32).

Hundreds of varied actions are made once; every reader is given the whole feed, the feed without what is cancelled, and the file of
each action. READERS_SEED takes other actions: those of which `make fuzz` complained.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from . import libical, node_readers, python_readers
from .instances import Instance, in_window
from .truth import offsets_of
from .varied import YEAR
from .world import HIDE, WHOLE, World, make_world

SEED = int(os.environ.get("READERS_SEED") or 20260302)

# One world for them all: on one worker. That its bytes are the same on each database, feeds/test_same_bytes.py shows.
pytestmark = [pytest.mark.xdist_group("readers"), pytest.mark.django_db, pytest.mark.one_database]
Say = Callable[[str, object], None]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        yield make_world(SEED)


def in_node(reader: str, world: World, directory: Path) -> node_readers.Answer:
    files = {address: directory / f"{number}.ics" for number, address in enumerate(world.files)}
    for address, file in files.items():
        file.write_bytes(world.files[address])
    zones = offsets_of(set(world.zones.values()), days=YEAR)
    return node_readers.read(reader, files, window=YEAR, zones=zones)


def differences(
    world: World, found: dict[str, list[Instance]], *, apart: frozenset[str] = frozenset()
) -> dict[str, str]:
    """By address and UID: what a reader finds that the database does not say, or the other way round. Actions in zones `apart` are
    left out."""
    left_out = {uid for slug, zone in world.zones.items() if zone in apart for uid in world.uids[slug]}
    complaints = {}
    for address, truth in world.truth.items():
        wanted = Counter(each for each in truth if each.uid not in left_out)
        read = Counter(each for each in in_window(found[address], YEAR) if each.uid not in left_out)
        missing, wrong = wanted - read, read - wanted
        for uid in {each.uid for each in (*missing, *wrong)}:
            sides = [sorted(each for each in side.elements() if each.uid == uid)[:2] for side in (missing, wrong)]
            complaints[f"{address} {uid}"] = f"not found: {sides[0]}\nfound: {sides[1]}"
    return complaints


def tell(world: World, complaints: dict[str, str], *, reader: str) -> None:
    """Fails with the first complaints, what was described and the bytes."""
    if complaints:
        parts = [f"{reader}: {len(complaints)} differences with READERS_SEED={world.seed}; the first:"]
        for where, complaint in list(complaints.items())[:3]:
            uid = where.split()[1]
            parts += [where, complaint, world.described_of(uid), f"{world.bytes_of(uid)!r}"]
        pytest.fail("\n\n".join(parts), pytrace=False)


def test_the_actions_are_varied(world: World, record_property: Say) -> None:
    """A change of hypothesis, or of what is described, may not make this easy."""
    body = world.files[WHOLE].decode().replace("\r\n ", "")
    counts = {
        mark: body.count(f"\r\n{mark}")
        for mark in (
            *(
                "BEGIN:VEVENT",
                "RRULE:FREQ=DAILY",
                "RRULE:FREQ=WEEKLY",
                "RRULE:FREQ=MONTHLY",
                "RECURRENCE-ID",
                "BEGIN:VTIMEZONE",
            ),
            *(
                "STATUS:CANCELLED",
                "STATUS:TENTATIVE",
                "DTSTART:2",
                "DTSTART;VALUE=DATE",
                "DESCRIPTION:Moved from",
                "CONFERENCE",
            ),
        )
    }
    counts["EXDATE"] = world.files[HIDE].count(b"\r\nEXDATE")
    counts["instances"] = len(world.truth[WHOLE])
    record_property("say", f"read by all: {len(world.described)} actions, {counts}")
    assert len(world.described) >= 500
    assert len(set(world.zones.values())) >= 80
    assert {mark: number for mark, number in counts.items() if number < 5} == {}


@pytest.mark.parametrize("reader", python_readers.READERS)
def test_32_readers_find_what_the_database_says(reader: str, world: World) -> None:
    compare_in_python(reader, world)


def compare_in_python(reader: str, world: World) -> None:
    """Fails with what differs."""
    read = python_readers.READERS[reader]
    tell(world, differences(world, {address: read(body, YEAR) for address, body in world.files.items()}), reader=reader)


def test_32_libical_finds_what_the_database_says(world: World, record_property: Say) -> None:
    if not libical.library_name():
        pytest.skip("libical is not there")
    record_property("say", compare_in_libical(world))


def compare_in_libical(world: World) -> str:
    """Fails with what differs; otherwise in which zones libical reads the same lines another way for the name of the zone alone."""
    files = {address: libical.renamed(body) for address, body in world.files.items()}
    by_lines = {address: libical.read(body, YEAR) for address, body in files.items()}
    tell(world, differences(world, by_lines), reader="libical, under other names of zones")
    by_names = differences(world, {address: libical.read(body, YEAR) for address, body in world.files.items()})
    wrong = {where.split()[1] for where in by_names}
    zones = {world.zones[slug] for slug, uids in world.uids.items() if uids & wrong}
    if len(zones) * 10 > len(set(world.zones.values())):
        tell(world, by_names, reader="libical")
    return "libical: zones that it reads rightly only under another name: " + (", ".join(sorted(zones)) or "none")


@pytest.mark.parametrize("reader", node_readers.READERS)
def test_32_readers_in_javascript_find_what_the_database_says(
    reader: str, world: World, tmp_path: Path, record_property: Say
) -> None:
    if why := node_readers.missing():
        pytest.skip(why)
    for line in compare_in_node(reader, world, tmp_path):
        record_property("say", line)


def compare_in_node(reader: str, world: World, directory: Path) -> list[str]:
    """Fails with what differs; otherwise what was compared apart. ical.js knows clocks from the file alone."""
    answer = in_node(reader, world, directory)
    if reader != "node-ical":
        tell(world, differences(world, answer.instances), reader=reader)
        return []
    misread = replace(world, truth={address: list(map(as_misread, found)) for address, found in world.truth.items()})
    tell(world, differences(misread, answer.instances, apart=answer.differing), reader=reader)
    others = sum(each != as_misread(each) for found in world.truth.values() for each in found)
    return [
        f"node-ical: {len(set(world.zones.values()))} zones; not compared, since {answer.zone_data} data differ from ours: "
        + (", ".join(sorted(answer.differing)) or "none"),
        f"node-ical: {others} of {sum(map(len, world.truth.values()))} instances hold a backslash before an n, which it takes for a line break",
    ]


def as_misread(each: Instance) -> Instance:
    """What node-ical makes of a backslash before an n, however it is escaped."""
    texts = {name: re.sub(r"\\[nN]", "\\\\\n", getattr(each, name)) for name in ("summary", "location", "description")}
    return replace(each, **texts)
